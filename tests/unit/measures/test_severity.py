"""Severity scores on the forms: bars, statuses, and those of no use."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import PROFILES
from rareaccess.marts.levels import SCORES
from rareaccess.measures import severity


def scored(values: list[tuple[float | None, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=["score", "status"])
    return frame.assign(score=frame["score"].astype("Float64"), criterion="A")


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


@pytest.mark.parametrize("profile", [name for name, one in PROFILES.items() if one.controls])
def test_under_control_no_bar_is_one_persons_score(profile: str) -> None:
    """The least and the most score are not to be read from the ends of the axis."""
    rule = PROFILES[profile]
    scores = [3, *[8] * 20, *[11] * 30, *[14] * 12, 33]
    words = [SCORES[1] if score < 10 else SCORES[0] for score in scores]
    frame = severity.count_scores(
        scored(list(zip(map(float, scores), words, strict=True))), threshold=10, profile=rule
    )
    bars = frame[frame["kind"] != "unusable"]
    assert bars["n"].sum() == len(scores)
    assert not any(rule.hides(int(n)) for n in bars["n"])
    assert not set("3") & set(bars["level"].iloc[0]) and "33" not in " ".join(bars["level"])
    assert bars["level"].iloc[0].startswith("under") and bars["level"].iloc[-1].endswith("or more")
    assert bars.loc[bars["kind"] == "below", "n"].sum() == 21, "none straddles the threshold"
