"""Starts over time, and scores on the forms."""

from datetime import date

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import protect_counts
from rareaccess.marts.levels import SCORES
from rareaccess.measures import severity, starts
from rareaccess.params import Window

WINDOW = Window.model_validate({"from": "2020-01-09", "to": "2021-02-04"})


def test_a_rate_by_hand() -> None:
    frame = pd.DataFrame({"start_date": pd.to_datetime(["2020-02-01"] * 4)})
    (rate,) = starts.rate_starts_by_rule(
        frame, rules=[("A", date(2016, 1, 1))], window=WINDOW
    ).to_dict("records")
    assert rate["days"] == 393 and rate["per_month"] == pytest.approx(4 / 393 * 30.4375)


def test_a_start_outside_or_by_an_unknown_route_is_an_error() -> None:
    late = pd.DataFrame({"start_date": ["2021-02-05"], "route": ["IV"]})
    with pytest.raises(UserError, match="outside the window"):
        starts.count_starts_by_month(late, window=WINDOW, routes=["IV"])
    oral = pd.DataFrame({"start_date": ["2021-02-04"], "route": ["oral"]})
    with pytest.raises(UserError) as caught:
        starts.count_starts_by_month(oral, window=WINDOW, routes=["IV"])
    assert (caught.value.found, caught.value.expected) == ("oral", "IV")


def test_peak_and_half_of_released_counts() -> None:
    data = pd.DataFrame(
        {
            "month": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]),
            "total": [2, 9, 9],
            "cumulative": [2, 11, 20],
        }
    )
    counts = ["total", "cumulative"]
    released = protect_counts(data, counts=counts, profile="ndrs")
    both = [pd.Timestamp("2020-02-01"), pd.Timestamp("2020-03-01")]
    assert starts.find_peak(released) == (both, 9)
    assert starts.find_half(released) == pd.Timestamp("2020-02-01")
    with pytest.raises(TypeError):
        starts.find_peak(data)  # type: ignore[arg-type]


def scored(values: list[tuple[float | None, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=["score", "status"])
    return frame.assign(score=frame["score"].astype("Float64"), criterion="A")


def test_unusable_scores_have_rows_of_their_own() -> None:
    rows = [(12.0, SCORES[0]), (None, "missing"), (None, "missing"), (None, "unreadable")]
    frame = severity.count_scores(scored(rows), threshold=10).set_index("level")
    assert frame.loc[list(severity.UNUSABLE), "n"].tolist() == [2, 1, 0]
    assert severity.count_unmet(scored(rows)) == 3
    table = severity.count_statuses(scored(rows), rules=["A", "B"]).set_index("level")
    assert table["total"].tolist() == [1, 0, 2, 1, 0] == table["A"].tolist()
    assert table["B"].sum() == 0


def test_an_unknown_status_or_rule_is_an_error() -> None:
    with pytest.raises(UserError, match="status"):
        severity.count_unmet(scored([(None, "lost")]))
    with pytest.raises(UserError, match="rule"):
        severity.count_statuses(scored([(None, "missing")]), rules=["B"])
