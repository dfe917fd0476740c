"""Starts of treatment over time: counts, peaks and rates."""

from datetime import date

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Hidden, Released, protect
from rareaccess.measures import starts
from rareaccess.params import Window

WINDOW = Window.model_validate({"from": "2020-01-09", "to": "2021-02-04"})


def spans(*days: date) -> pd.DataFrame:
    """Return periods that begin on some days, as `list_periods` gives them."""
    begun = pd.to_datetime(pd.Series(days))
    return pd.DataFrame({"level": list("AB")[: len(days)], "from": begun, "summary": ""})


def rated(counted: pd.DataFrame, profile: str) -> Released:
    return starts.rate_starts(protect(counted, counts=["n"], keys=["days"], profile=profile))


def test_a_rate_by_hand() -> None:
    frame = pd.DataFrame({"start_date": pd.to_datetime(["2020-02-01"] * 4)})
    periods = spans(WINDOW.start)
    counted = starts.count_starts_by_period(frame, periods=periods, window=WINDOW)
    (rate,) = rated(counted, "internal").records()
    assert rate["days"] == 393 and rate["per_month"].value == pytest.approx(4 / 393 * 30.4375)


def test_a_rate_does_not_give_its_count_away() -> None:
    """13 starts in 200 days are shown as 15, and so is their rate."""
    counted = pd.DataFrame({"level": ["A", "B"], "n": [13, 4], "days": 200, "summary": ""})
    first, second = rated(counted, "subnational-hes").values("per_month")
    assert first.value == pytest.approx(15 / 200 * 30.4375)
    assert round(first.value / 30.4375 * 200) == 15
    assert isinstance(second, Hidden)


def test_a_start_outside_or_by_an_unknown_route_is_an_error() -> None:
    late = pd.DataFrame({"start_date": ["2021-02-05"], "route": ["IV"]})
    with pytest.raises(UserError, match="outside the window"):
        starts.count_starts_by_month(late, window=WINDOW, routes=["IV"])
    oral = pd.DataFrame({"start_date": ["2021-02-04"], "route": ["oral"]})
    with pytest.raises(UserError) as caught:
        starts.count_starts_by_month(oral, window=WINDOW, routes=["IV"])
    assert (caught.value.found, caught.value.expected) == ("oral", "IV")


def test_a_quarter_has_the_same_mean_in_all_its_months_and_counts_its_own_days() -> None:
    """The window begins on 9 January 2020: 83 days of that quarter are in it, and four starts."""
    days = ["2020-01-09", "2020-02-01", "2020-02-02", "2020-03-31", "2020-04-01"]
    frame = pd.DataFrame({"start_date": days, "route": "IV"})
    months = starts.count_starts_by_month(frame, window=WINDOW, routes=["IV"])
    assert months["quarter"].tolist() == [4] * 3 + [1] * 3 + [0] * 8
    assert months["quarter_days"].tolist()[:4] == [83, 83, 83, 91]
    assert months["quarter_days"].tolist()[-2:] == [35, 35]
    counts = ["IV", "total", "cumulative", "quarter"]
    for profile, first in (("internal", 4 / 83 * 30.4375), ("ndrs", None)):
        released = protect(months, counts=counts, keys=["quarter_days"], profile=profile)
        mean = starts.rate_quarters(released).values("quarter_mean")[0]
        assert isinstance(mean, Hidden) if first is None else mean.value == pytest.approx(first)


def test_peak_and_half_of_released_counts() -> None:
    data = pd.DataFrame(
        {
            "month": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]),
            "total": [2, 9, 9],
            "cumulative": [2, 11, 20],
        }
    )
    counts = ["total", "cumulative"]
    released = protect(data, counts=counts, profile="ndrs")
    both = [date(2020, 2, 1), date(2020, 3, 1)]
    assert starts.find_peak(released) == (both, 9)
    assert starts.find_half(released) == date(2020, 2, 1)
    with pytest.raises(TypeError):
        starts.find_peak(data)  # type: ignore[arg-type]
