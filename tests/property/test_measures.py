"""Laws: measures, whatever the values."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.marts.levels import SCORES
from rareaccess.measures import severity, starts, summaries
from rareaccess.measures.rates import rate_proportion
from rareaccess.measures.survival import (
    count_at_risk,
    estimate_survival,
)
from rareaccess.params import Window


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_value_and_stays_within_nought_and_one(counts) -> None:
    n, of = counts
    rate, wider = rate_proportion(n, of), rate_proportion(n, of, level=0.998)
    assert 0 <= wider.lower <= rate.lower <= rate.value <= rate.upper <= wider.upper <= 1
    other = rate_proportion(of - n, of)
    assert (rate.lower, rate.upper) == pytest.approx((1 - other.upper, 1 - other.lower))


def scored(values: list[tuple[float | None, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=["score", "status"])
    return frame.assign(score=frame["score"].astype("Float64"), criterion="A")


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(0, 105)), st.integers(1, 40))
def test_no_bar_of_scores_straddles_the_threshold(values: list, threshold: int) -> None:
    rows = [(value, SCORES[0] if value >= threshold else SCORES[1]) for value in values]
    frame = severity.count_scores(scored(rows), threshold=threshold)
    below = frame.loc[frame["kind"] == "below", "n"].sum()
    assert below == sum(value < threshold for value in values)
    assert frame["n"].sum() == len(values)


WINDOW = Window.model_validate({"from": "2020-01-09", "to": "2021-02-04"})

DAYS = st.dates(date(2020, 1, 9), date(2021, 2, 4))


def spans(*days: date) -> pd.DataFrame:
    """Return periods that begin on some days, as `list_periods` gives them."""
    begun = pd.to_datetime(pd.Series(days))
    return pd.DataFrame({"level": list("AB")[: len(days)], "from": begun, "summary": ""})


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.tuples(DAYS, st.sampled_from(["IV", "SC"])), min_size=1))
def test_starts_add_up_by_month_route_and_year(rows: list) -> None:
    frame = pd.DataFrame(rows, columns=["start_date", "route"])
    months = starts.count_starts_by_month(frame, window=WINDOW, routes=["IV", "SC"])
    assert len(months) == 14
    assert months["total"].sum() == len(rows) == months["cumulative"].iloc[-1]
    assert (months["IV"] + months["SC"] == months["total"]).all()
    years = starts.count_starts_by_year(months, routes=["IV", "SC"])
    assert years["year"].tolist() == ["2020", "2021"]
    assert years["total"].sum() == len(rows) == years["cumulative"].iloc[-1]


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(DAYS, min_size=1), DAYS)
def test_rules_share_out_the_starts_and_the_days(days: list, change: date) -> None:
    frame = pd.DataFrame({"start_date": pd.to_datetime(pd.Series(days))})
    periods = spans(WINDOW.start, max(change, date(2020, 1, 10)))
    counted = starts.count_starts_by_period(frame, periods=periods, window=WINDOW)
    assert counted["n"].sum() == len(days)
    assert counted["days"].sum() == (WINDOW.end - WINDOW.start).days + 1


LEVELS = ["a", "b", "c"]


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.sampled_from([*LEVELS, None, "Not known"])))
def test_everybody_is_in_exactly_one_row(values: list) -> None:
    frame = summaries.count_groups({"n": pd.Series(values, dtype="str")}, levels=LEVELS)
    assert frame["n"].sum() == len(values)
    assert frame["level"].tolist() == [*LEVELS, "Not known"]


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.sampled_from([*LEVELS, None])), st.randoms())
def test_the_order_of_rows_does_not_matter(values: list, random) -> None:
    mixed = list(values)
    random.shuffle(mixed)
    one, two = (
        summaries.count_groups({"n": pd.Series(part, dtype="str")}, levels=LEVELS)
        for part in (values, mixed)
    )
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.floats(0, 500) | st.none()))
def test_bins_hold_everybody_with_a_value(values: list) -> None:
    frame = summaries.count_bins({"n": pd.Series(values, dtype="Float64")}, width=10, top=180)
    assert frame["n"].sum() == sum(value is not None for value in values)


def arm(days: list, events: list) -> pd.DataFrame:
    return pd.DataFrame({"days": days, "event": np.array(events, bool)})


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=30),
)
def test_numbers_at_risk_add_up(rows: list) -> None:
    times = arm([d for d, _ in rows], [e for _, e in rows])
    table = count_at_risk(times, [0, 10, 30])
    left = table["at_risk"] - table["events"] - table["censored"]
    assert left.tolist() == [*table["at_risk"].tolist()[1:], 0]
    assert table["at_risk"].iloc[0] == len(times)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=2, max_size=30),
)
def test_the_curve_falls_and_stays_inside_its_limits(rows: list) -> None:
    found = estimate_survival(arm([d for d, _ in rows], [e for _, e in rows]), horizon=60)
    curve = found.curve
    assert curve["survival"].is_monotonic_decreasing
    assert curve["survival"].between(0, 1).all()
    assert (curve["lower"] <= curve["survival"] + 1e-9).all()
    assert (curve["upper"] >= curve["survival"] - 1e-9).all()
    assert 0 <= found.mean_lower <= found.mean <= found.mean_upper <= found.horizon
