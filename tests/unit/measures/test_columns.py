"""A column that is not there is named by every measure of a tidy frame, and so is each option."""

from collections.abc import Callable

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures import inequality, rates, variation
from rareaccess.measures.checking import check_areas, check_multiplier, sort_periods
from rareaccess.measures.equity.power import find_detectable
from rareaccess.measures.tidy import check_columns

AREAS = pd.DataFrame(
    {
        "area": list("ABCDE"),
        "set": "one",
        "quintile": range(1, 6),
        "age_band": list("abcde"),
        "weight": 1.0,
        "period": 1,
        "month": range(5),
        "date": pd.date_range("2021-01-01", periods=5),
        "gap": [3, 1, 4, 1, 5],
        "events": [12, 14, 11, 15, 13],
        "observed": [12, 14, 11, 15, 13],
        "expected": 13.0,
        "population": 1000,
        "value": [0.1, 0.2, 0.3, 0.4, 0.5],
        "se": 0.01,
        "n": 100,
    }
)
TWO = pd.concat([AREAS, AREAS.assign(period=2)], ignore_index=True)
SERIES = pd.DataFrame({"month": range(12), "events": range(5, 17), "population": 10, "set": "one"})
GAUGED = ("quintile", "population", "value", "se", "set")
RATED = ("events", "population", "set")
COUNTED = ("observed", "expected", "set")
BY = {"by": "set"}

MEASURES: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], pd.DataFrame, tuple]] = {
    "rate": (lambda data: rates.estimate_rate(data, **BY), AREAS, RATED),
    "proportion": (lambda data: rates.estimate_proportion(data, **BY), AREAS, RATED),
    "dsr": (
        lambda data: rates.estimate_dsr(data, standard="weight", frequency="gap", **BY),
        AREAS, (*RATED, "age_band", "weight", "gap"),
    ),
    "isr": (lambda data: rates.estimate_isr(data, **BY), AREAS, COUNTED),
    "expected": (lambda data: rates.expect_events(data, **BY), AREAS, (*RATED, "age_band")),
    "expected of a standard": (
        lambda data: rates.expect_events(AREAS, data, by="set"),
        AREAS, ("age_band", "events", "population"),
    ),
    "sii": (
        lambda data: inequality.estimate_sii(data, se="se", repetitions=1000, **BY), AREAS, GAUGED
    ),
    "linearity": (lambda data: inequality.check_linearity(data, se="se", **BY), AREAS, GAUGED),
    "concentration": (
        lambda data: inequality.estimate_concentration(data, se="se", **BY), AREAS, GAUGED
    ),
    "gini": (
        lambda data: inequality.estimate_spread(data, index="gini", se="se", **BY),
        AREAS, ("population", "value", "se", "set"),
    ),
    "core20": (lambda data: inequality.estimate_core20(data, **BY), AREAS, (*RATED, "quintile")),
    "core20 by name": (
        lambda data: inequality.estimate_core20(data, core=[1]), AREAS, ("quintile", "events")
    ),
    "scv": (lambda data: variation.estimate_scv(data, repetitions=100, **BY), AREAS, COUNTED),
    "two periods": (
        lambda data: variation.compare_scv(data, repetitions=100, **BY),
        TWO, (*COUNTED, "area", "period"),
    ),
    "quotient": (
        lambda data: variation.estimate_extremal_quotient(data, repetitions=100, **BY),
        AREAS, COUNTED,
    ),
    "shrinkage": (lambda data: variation.shrink_ratios(data, **BY), AREAS, (*COUNTED, "area")),
    "funnel": (
        lambda data: variation.limit_funnel(data, kind="ratio", **BY), AREAS, (*COUNTED, "area")
    ),
    "gaps": (lambda data: variation.list_gaps(data, **BY), AREAS, ("date", "set")),
    "g chart": (lambda data: variation.chart_g(data, **BY), AREAS, ("gap", "date", "set")),
    "t chart": (lambda data: variation.chart_t(data, **BY), AREAS, ("gap", "date", "set")),
    "interruption": (
        lambda data: variation.estimate_interruption(
            data, changes=[6], exposure="population", **BY
        ),
        SERIES, ("month", "events", "population", "set"),
    ),
    "power": (
        lambda data: variation.check_power(
            data, change=6, effects=[1], exposure="population", repetitions=2
        ),
        SERIES, ("month", "events", "population"),
    ),
    "detectable": (find_detectable, AREAS, ("expected",)),
}  # fmt: skip
CASES = [(name, column) for name, (_, _, columns) in MEASURES.items() for column in columns]


@pytest.mark.parametrize(("name", "column"), CASES)
def test_a_column_that_is_not_there_is_named(name: str, column: str) -> None:
    way, data, _ = MEASURES[name]
    assert len(way(data))  # all columns are enough
    with pytest.raises(UserError, match=rf"(?s)not there.*column {column}\b.*Found:"):
        way(data.drop(columns=column))


def test_what_is_asked_of_areas_periods_and_multipliers() -> None:
    check_columns(AREAS)
    check_areas(AREAS, "area")
    assert sort_periods(TWO, "period") == [1, 2]
    assert check_multiplier(-2, negative=True) == -2
    for multiplier, negative in ((0, True), (-2, False), (float("nan"), True)):
        with pytest.raises(UserError, match="multiplier"):
            check_multiplier(multiplier, negative=negative)


@pytest.mark.parametrize("times", [0, -1000])
@pytest.mark.parametrize(
    "way",
    [
        lambda times: rates.estimate_rate(AREAS, multiplier=times),
        lambda times: rates.estimate_proportion(AREAS, multiplier=times),
        lambda times: rates.estimate_dsr(AREAS, standard="weight", multiplier=times),
        lambda times: rates.estimate_isr(AREAS, multiplier=times),
        lambda times: inequality.estimate_core20(AREAS, multiplier=times),
        lambda times: variation.limit_funnel(AREAS, kind="ratio", multiplier=times),
        lambda times: variation.trace_funnel([9], kind="ratio", multiplier=times),
    ],
)
def test_limits_do_not_change_places(way: Callable[[int], pd.DataFrame], times: int) -> None:
    with pytest.raises(UserError, match=r"(?s)Where: +multiplier.*above zero"):
        way(times)
