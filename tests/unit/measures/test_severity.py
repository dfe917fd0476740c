"""Severity scores on the forms: bars, statuses, and those of no use."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.core.errors import UserError
from rareaccess.marts.levels import SCORES
from rareaccess.measures import severity


def scored(values: list[tuple[float | None, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=["score", "status"])
    return frame.assign(score=frame["score"].astype("Float64"), criterion="A")


@settings(deadline=None)
@given(st.lists(st.integers(0, 105)), st.integers(1, 40))
def test_no_bar_of_scores_straddles_the_threshold(values: list, threshold: int) -> None:
    rows = [(value, SCORES[0] if value >= threshold else SCORES[1]) for value in values]
    frame = severity.count_scores(scored(rows), threshold=threshold)
    below = frame.loc[frame["kind"] == "below", "n"].sum()
    assert below == sum(value < threshold for value in values)
    assert frame["n"].sum() == len(values)


def test_unusable_scores_have_rows_of_their_own() -> None:
    rows = [(12.0, SCORES[0]), (None, "missing"), (None, "missing"), (None, "unreadable")]
    frame = severity.count_scores(scored(rows), threshold=10).set_index("level")
    assert frame.loc[list(severity.UNUSABLE), "n"].tolist() == [2, 1, 0]
    assert len(severity.list_unmet(scored(rows))) == 3
    table = severity.count_statuses(scored(rows), rules=["A", "B"]).set_index("level")
    assert table["total"].tolist() == [1, 0, 2, 1, 0] == table["A"].tolist()
    assert table["B"].sum() == 0


def test_an_unknown_status_or_rule_is_an_error() -> None:
    with pytest.raises(UserError, match="status"):
        severity.list_unmet(scored([(None, "lost")]))
    with pytest.raises(UserError, match="rule"):
        severity.count_statuses(scored([(None, "missing")]), rules=["B"])
