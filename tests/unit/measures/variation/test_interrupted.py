"""Interrupted series: Sicily's smoking ban, both errors by hand, size and power, refusals."""

import numpy as np
import pandas as pd
import pytest

from public_data import SICILY
from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import check_power, estimate_interruption
from rareaccess.measures.variation.interrupted import FEW
from rareaccess.measures.variation.series import choose_lags, design_changes, fit_series

BAN = {"changes": ["2005-01-01"], "exposure": "people"}


def test_the_smoking_ban_in_sicily() -> None:
    found = estimate_interruption(SICILY, slopes=False, **BAN).set_index("measure")
    assert found.loc["level change", "value"] == pytest.approx(0.894, abs=5e-4)  # as published
    assert found.loc["level change", "upper"] < 1 and found.loc["level change", "p"] < 0.01
    assert found.loc["level change", "at"] == "2005-01-01"
    assert found["n"].unique().tolist() == [SICILY["events"].sum()]
    full = estimate_interruption(SICILY, **BAN).set_index("measure")
    assert list(full.index) == ["slope before", "level change", "slope change"]
    assert full.loc["slope change", "p"] > 0.5


def test_the_poisson_fit_solves_its_equations() -> None:
    design = design_changes(np.arange(59.0), [36])
    counts, people = SICILY["events"].to_numpy(float), SICILY["people"].to_numpy()
    fit = fit_series(design, counts, family="poisson", exposure=people, lags=0)
    assert design.T @ (counts - fit.fitted) == pytest.approx(np.zeros(4), abs=1e-4)
    assert fit.fitted == pytest.approx(people * np.exp(design @ fit.coefficients))


def test_the_errors_of_newey_and_west_by_hand() -> None:
    rng = np.random.default_rng(1)
    design, values = design_changes(np.arange(30.0), [15]), rng.standard_normal(30).cumsum()
    fit = fit_series(
        design, values, family="linear", exposure=np.ones(30), lags=2, errors="newey-west"
    )
    rest = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    meat = np.zeros((4, 4))
    for one in range(30):
        for two in range(30):
            weight = max(1 - abs(one - two) / 3, 0)
            meat += weight * rest[one] * rest[two] * np.outer(design[one], design[two])
    bread = np.linalg.inv(design.T @ design)
    expected = np.sqrt(np.diag(bread @ meat @ bread) * 30 / 26)
    assert fit.errors == pytest.approx(expected, rel=1e-9)
    larger = fit_series(design, values, family="linear", exposure=np.ones(30), lags=2)
    plain = np.sqrt((rest**2).sum() / 26 * np.diag(bread))
    assert (larger.errors >= plain - 1e-12).all() and (larger.errors > expected).all()


def test_nothing_is_seldom_taken_for_a_change_and_newey_west_does_it_more_often() -> None:
    data = pd.DataFrame({"month": range(36), "events": [12] * 36})
    larger, textbook = (
        check_power(data, change=20, effects=[1.0], repetitions=400, errors=errors)["value"].item()
        for errors in ("larger", "newey-west")
    )
    assert larger < 0.09 < textbook


def test_power_grows_with_the_effect_and_the_size() -> None:
    few = pd.DataFrame({"month": range(36), "events": [3] * 36})
    many = few.assign(events=30)
    one, two = (
        check_power(data, change=18, effects=[1.5, 3.0], repetitions=200)["value"].tolist()
        for data in (few, many)
    )
    assert one[0] < one[1] and one[0] < two[0] and two[1] == 1


def test_what_the_series_could_show_is_power_times_error() -> None:
    found = estimate_interruption(SICILY, **BAN).set_index("measure").loc["level change"]
    half = np.log(found["upper"] / found["value"])  # t of 97.5% with 55 degrees of freedom
    error = half / 2.0040447832891455
    assert np.log(found["detectable"]) == pytest.approx(error * (2.0040447832891455 + 0.8480), 1e-3)


def test_a_change_within_a_month_is_at_work_from_the_next() -> None:
    early, late = (
        estimate_interruption(SICILY, changes=[day], exposure="people", slopes=False)["value"]
        for day in ("2005-01-01", "2004-12-15")
    )
    assert early.tolist() == late.tolist()


def test_two_changes_and_two_series() -> None:
    steps = [10] * 12 + [20] * 12 + [5] * 12
    data = pd.DataFrame({"month": range(36), "events": steps})
    found = estimate_interruption(data, changes=[12, 24], slopes=False)
    assert found.loc[1:, "value"].tolist() == pytest.approx([2, 0.25])
    both = pd.concat([data.assign(drug="a"), data.assign(drug="b", events=[4] * 36)])
    found = estimate_interruption(both, changes=[12], by="drug", family="linear")
    assert found["drug"].tolist() == ["a"] * 3 + ["b"] * 3
    assert found.loc[4, "value"] == pytest.approx(0, abs=1e-9)


def test_what_cannot_be_given_says_why() -> None:
    none = pd.DataFrame({"month": range(12), "events": [5] * 6 + [0] * 6})
    found = estimate_interruption(none, changes=[6])
    assert found["value"].isna().all() and found["note"].str.contains("no events").all()
    hidden = none.assign(events=pd.array([5] * 11 + [None], "Int64"))
    assert set(estimate_interruption(hidden, changes=[6])["note"]) == {HIDDEN}
    short = estimate_interruption(none.assign(events=[5, 6] * 6), changes=[6])
    assert short["note"].str.contains("fewer than 24").all()
    some = check_power(none.assign(events=[0] * 11 + [1]), change=6, effects=[1], repetitions=50)
    assert some["value"].item() == 0  # most draws have a segment without events


@pytest.mark.parametrize("slopes", [True, False])
@pytest.mark.parametrize("errors", ["larger", "newey-west"])
def test_a_line_that_may_fall_without_end_is_not_given(slopes, errors) -> None:
    """Each half of the series has one event, in its last month."""
    data = pd.DataFrame({"month": range(24), "events": ([0] * 11 + [1]) * 2})
    found = estimate_interruption(data, changes=[12], slopes=slopes, errors=errors)
    numbers = found[["value", "lower", "upper", "p", "detectable"]]
    if slopes:
        assert numbers.isna().all(axis=None) and set(found["note"]) == {FEW}
    else:  # with one slope for both halves each month is between others
        assert np.isfinite(numbers).all(axis=None) or set(found["note"]) == {FEW}


def test_one_event_within_each_segment_is_enough() -> None:
    inner = pd.DataFrame({"month": range(24), "events": ([0] * 5 + [1] + [0] * 6) * 2})
    found = estimate_interruption(inner, changes=[12])
    assert np.isfinite(found[["value", "lower", "upper", "p"]]).all(axis=None)
    steep = pd.DataFrame({"month": range(24), "events": [2**k for k in range(12)] * 2})
    found = estimate_interruption(steep, changes=[12]).set_index("measure")
    assert found["value"].tolist() == pytest.approx([2, 2**-12, 1], rel=1e-6)


def test_a_series_without_an_estimate_shows_no_change() -> None:
    ends = pd.DataFrame({"month": range(12), "events": ([0] * 5 + [40]) * 2})
    found = check_power(ends, change=6, effects=[3.0], repetitions=20, lags=0)
    assert 0 <= found["value"].item() <= 1
    with pytest.raises(UserError, match=r"(?s)without events.*column events"):
        check_power(ends.assign(events=0), change=6)


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (SICILY, {"changes": ["2002-02-01"]}, "too near"),
        (SICILY, {"changes": ["2006-11-01"]}, "too near"),
        (SICILY, {"changes": ["2005-01-01", "2004-01-01"]}, "too near"),
        (SICILY.drop(index=5), {"changes": ["2005-01-01"]}, "one row for each period"),
        (SICILY, {"changes": ["2005-01-01"], "family": "arima"}, "linear, poisson"),
        (SICILY, {"changes": ["2005-01-01"], "errors": "hc0"}, "larger, newey-west"),
        (SICILY, {"changes": ["2005-01-01"], "exposure": "births"}, "column births"),
        (SICILY, {"changes": ["the ban"]}, "'the ban'"),
        (SICILY, {"changes": [None]}, "A change cannot be read"),
        (SICILY.assign(month=range(59)), {"changes": ["May"]}, "a number of a period"),
        (SICILY, {"changes": ["2005-01-01"], "time": "date"}, "column date"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_interruption(data, **options)
    assert words in str(caught.value), str(caught.value)


def test_lags() -> None:
    assert [choose_lags(length) for length in (12, 24, 48, 100)] == [2, 2, 3, 4]
