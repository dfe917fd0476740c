"""Starts of treatment over time: counts, peaks and rates."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rareaccess.core.errors import UserError
from rareaccess.disclosure import (
    PROFILES,
    Hidden,
    Register,
    Released,
    count_population,
    protect,
)
from rareaccess.measures import starts
from rareaccess.params import Window, load_report
from rareaccess.study import Door

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


def months() -> pd.DataFrame:
    days = pd.date_range("2020-01-09", "2021-02-04", periods=40).floor("D")
    frame = pd.DataFrame({"start_date": days, "route": "IV"})
    return starts.count_starts_by_month(frame, window=WINDOW, routes=["IV"])


def open_door(profile: str) -> Door:
    report = load_report().model_copy(update={"disclosure": profile})
    return Door("hand", "made up", report, Register("02-x", Path("none")))


@pytest.mark.parametrize("profile", [name for name, one in PROFILES.items() if one.controls])
def test_a_running_total_under_control_is_a_sum_of_released_years(profile: str) -> None:
    door, every = open_door(profile), months()
    people = count_population("starts", 40, unit="records", profile=door.profile)
    total = starts.release_totals(door, every, "x", counts=["total"], population=people)
    assert "cumulative" not in starts.keep_counts(every, door.profile)
    frame = total.frame
    assert frame["cumulative"].tolist() == frame["total"].cumsum().tolist()
    assert len(frame) == 1 or (frame["month"].dt.month.iloc[:-1] == 12).all()
    assert len(frame) <= 2 and "IV" not in frame, "calendar years, or both together"
    half = starts.find_half(total)
    assert half.value in set(frame["month"].dt.date)
    assert starts.ADDED in total.notes.caveat


def test_without_control_a_running_total_is_that_of_the_months() -> None:
    door, every = open_door("national-hes"), months()
    people = count_population("starts", 40, unit="records", profile=door.profile)
    kept = every[["month", "total", "cumulative"]]
    total = starts.release_totals(door, kept, "x", counts=starts.list_counts(kept),
                                  population=people)  # fmt: skip
    assert total.frame["cumulative"].tolist() == every["cumulative"].tolist()
    assert starts.keep_counts(every, door.profile) is every


@pytest.mark.slow
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=12),
    st.sampled_from([name for name, one in PROFILES.items() if one.controls]),
)
def test_merged_years_hide_nothing_and_lose_nobody(counts: list[int], profile: str) -> None:
    rule = PROFILES[profile]
    first = pd.to_datetime([f"{2010 + year}-01-01" for year in range(len(counts))])
    merged = starts.merge_years(pd.DataFrame({"month": first, "total": counts}), rule)["total"]
    assert merged.sum() == sum(counts)
    if len(merged) > 1 or not rule.hides(sum(counts)):
        assert not any(rule.hides(int(one)) for one in merged)
