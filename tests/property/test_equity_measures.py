"""Laws of each measure of equity: scale of the population, order of rows, a group beside it.

Each measure is given the records of areas or groups: events and people. People ten times as many
change it as stated; the order of the rows does not change it; nor does another group beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rareaccess.measures import inequality, rates, variation
from rareaccess.measures.variation.shrinkage import METHODS

LIMITS = ("value", "lower", "upper")


@dataclass(frozen=True)
class Law:
    """A measure of records, and what a population `times` as large does to some columns."""

    way: Callable[[pd.DataFrame], pd.DataFrame]
    power: Callable[[pd.DataFrame], pd.Series | int]
    columns: tuple[str, ...] = LIMITS


def expect(data: pd.DataFrame) -> pd.DataFrame:
    found = rates.expect_events(data.assign(all="all"), by=["set", "area"], strata=["set", "all"])
    return found.astype({"observed": "int64"})


def series(data: pd.DataFrame, **options: object) -> pd.DataFrame:
    return variation.estimate_interruption(
        data, by="set", time="area", value="events", exposure="population", changes=[5], **options
    )


BY = {"by": "set"}
SAME: Callable[[pd.DataFrame], int] = lambda _: 0  # noqa: E731
PER_PERSON: Callable[[pd.DataFrame], int] = lambda _: -1  # noqa: E731
LAWS = {
    "rate": Law(lambda data: rates.estimate_rate(data, by=["set", "area"]), PER_PERSON),
    "proportion": Law(
        lambda data: rates.estimate_proportion(data, by=["set", "area"]), PER_PERSON, ("value",)
    ),
    "proportion, exact": Law(
        lambda data: rates.estimate_proportion(data, method="exact", **BY), PER_PERSON, ("value",)
    ),
    "funnel of proportions": Law(
        lambda data: variation.limit_funnel(
            data, kind="proportion", observed="events", size="population", **BY
        ),
        PER_PERSON,
        ("value", "target"),
    ),
    "rate, ndrs": Law(lambda data: rates.estimate_rate(data, profile="ndrs", **BY), PER_PERSON),
    "dsr": Law(
        lambda data: rates.estimate_dsr(
            data, age="area", standard={one: one + 1.0 for one in range(10)}, **BY
        ),
        PER_PERSON,
    ),
    "isr": Law(lambda data: rates.estimate_isr(expect(data), by=["set", "area"]), SAME),
    "core20": Law(
        lambda data: inequality.estimate_core20(data, group="area", **BY),
        lambda found: -(found["measure"] != "ratio").astype(int),
    ),
    "scv": Law(lambda data: variation.estimate_scv(expect(data), repetitions=200, **BY), SAME),
    "scv, areas": Law(
        lambda data: variation.estimate_scv(expect(data), repetitions=200, interval="areas", **BY),
        SAME,
    ),
    "scv, two periods": Law(
        lambda data: variation.compare_scv(
            expect(data).assign(period=lambda x: x["area"] // 5, area=lambda x: x["area"] % 5),
            standard="external",
            repetitions=100,
            **BY,
        ),
        SAME,
    ),
    "quotient": Law(
        lambda data: variation.estimate_extremal_quotient(
            expect(data), method="marshall", repetitions=200, **BY
        ),
        SAME,
    ),
    "shrinkage": Law(lambda data: variation.shrink_ratios(expect(data), **BY), SAME),
    **{
        method: Law(
            lambda data, method=method: variation.shrink_ratios(expect(data), method=method, **BY),
            SAME,
        )
        for method in ("martuzzi-hills", "clayton-kaldor", "marshall")
    },
    "funnel of ratios": Law(
        lambda data: variation.limit_funnel(expect(data), kind="ratio", **BY), SAME
    ),
    "funnel, over-dispersed": Law(
        lambda data: variation.limit_funnel(expect(data), kind="ratio", adjust="additive", **BY),
        SAME,
    ),
    "funnel of rates": Law(
        lambda data: variation.limit_funnel(
            data, kind="rate", observed="events", size="population", **BY
        ),
        PER_PERSON,
    ),
    "interrupted series": Law(lambda data: series(data, family="poisson"), SAME),
}
# Of values that are given, with their errors, and of the shares of people: none depends on how
# many people there are.
OF_VALUES = {
    "sii": lambda data: inequality.estimate_sii(data, se="se", repetitions=1000, **BY),
    "sii, log": lambda data: inequality.estimate_sii(
        data, se="se", value_type="rate", transform=True, repetitions=1000, **BY
    ),
    "linearity": lambda data: inequality.check_linearity(data, se="se", **BY),
    **{
        f"concentration, {form}": (
            lambda data, form=form: inequality.estimate_concentration(
                data, se="se", form=form, **BY
            )
        )
        for form in ("plain", "erreygers", "wagstaff")
    },
    **{
        index: (lambda data, index=index: inequality.estimate_spread(
            data, index=index, se="se", **BY))
        for index in ("gini", "theil", "mld")
    },
}  # fmt: skip
QUICK = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a failure is plain without shrinking
)

counts = st.lists(st.integers(1, 40), min_size=10, max_size=10)
people = st.lists(st.integers(200, 900), min_size=10, max_size=10)
orders = st.permutations(range(10))


def records(events: list[int], population: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {"set": "one", "area": range(10), "events": events, "population": population}
    )


def valued(events: list[int], population: list[int]) -> pd.DataFrame:
    data = records(events, population)[["set", "area", "population"]]
    share = np.array(events) / 50
    return data.rename(columns={"area": "quintile"}).assign(value=share, se=0.05 * share)


def agree(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", LAWS)
@QUICK
@given(counts, people, st.sampled_from([2, 10]))
def test_people_so_many_times_as_many(name, events, population, times) -> None:
    law, data = LAWS[name], records(events, population)
    found = law.way(data)
    larger = law.way(data.assign(population=times * data["population"]))
    factor = np.power(float(times), law.power(found))
    for column in law.columns:
        expected = (found[column] * factor).to_numpy(float)
        assert larger[column].to_numpy(float) == pytest.approx(expected, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", OF_VALUES)
@QUICK
@given(counts, people)
def test_people_ten_times_as_many_leave_shares_as_they_are(name, events, population) -> None:
    way, data = OF_VALUES[name], valued(events, population)
    found, larger = way(data), way(data.assign(population=10 * data["population"]))
    for column in LIMITS:
        assert larger[column].to_numpy() == pytest.approx(
            found[column].to_numpy(), rel=1e-9, nan_ok=True
        )


@pytest.mark.parametrize("name", [*LAWS, *OF_VALUES])
@QUICK
@given(counts, people, orders)
def test_the_order_of_the_rows_is_nothing(name, events, population, order) -> None:
    way, make = (LAWS[name].way, records) if name in LAWS else (OF_VALUES[name], valued)
    data = make(events, population)
    agree(way(data.iloc[list(order)]), way(data))


@pytest.mark.parametrize("name", [*LAWS, *OF_VALUES])
@QUICK
@given(counts, people, counts)
def test_a_set_beside_it_is_without_effect(name, events, population, others) -> None:
    way, make = (LAWS[name].way, records) if name in LAWS else (OF_VALUES[name], valued)
    data = make(events, population)
    both = pd.concat([data, make(others, population).assign(set="two")])
    found = way(both)
    agree(found[found["set"] == "one"].reset_index(drop=True), way(data))


@QUICK
@given(counts, people, st.integers(0, 9))
def test_a_group_in_two_parts_that_are_alike_is_one_group(events, population, place) -> None:
    """Gini, Theil, mean log deviation and concentration of groups do not see where they part."""
    data = valued(events, population)
    halves = data.iloc[[place]].assign(population=data["population"].iloc[place] / 2)
    later = data.assign(quintile=data["quintile"] + (data["quintile"] > place))
    parted = pd.concat(
        [later[later["quintile"] != place], halves, halves.assign(quintile=place + 1)]
    )
    for name in ("gini", "theil", "mld", "concentration, plain", "concentration, wagstaff"):
        found, whole = OF_VALUES[name](parted), OF_VALUES[name](data)
        assert found["value"].item() == pytest.approx(whole["value"].item(), rel=1e-9, abs=1e-12)


@QUICK
@given(counts, people)
def test_areas_twice_over_have_the_same_variation(events, population) -> None:
    data = expect(records(events, population))
    twice = pd.concat([data, data.assign(area=data["area"] + 10)])
    one, two = (variation.estimate_scv(part, repetitions=100) for part in (data, twice))
    assert one["raw"].item() == pytest.approx(two["raw"].item())
    for method in ("poisson-gamma", "martuzzi-hills", "marshall"):  # not of k - 1 degrees
        one, two = (
            variation.shrink_ratios(part, method=method)["value"].iloc[:10]
            for part in (data, twice)
        )
        assert one.tolist() == pytest.approx(two.tolist(), rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
@QUICK
@given(people, st.integers(1, 3))
def test_equal_ratios_are_what_they_are(method, population, times) -> None:
    """Areas whose ratios are all 1, and areas of one size whose ratios are all the same."""
    sizes = pd.DataFrame({"area": range(10), "expected": np.array(population, float)})
    found = variation.shrink_ratios(sizes.assign(observed=population), method=method)
    assert found["value"].tolist() == pytest.approx([1.0] * 10)
    even = sizes.assign(expected=50.0, observed=50 * times)
    found = variation.shrink_ratios(even, method=method, standard="external")
    assert found["value"].nunique() == 1
    if method != "martuzzi-hills":  # which takes the mean to be 1
        assert found["value"].iloc[0] == pytest.approx(times)


@pytest.mark.parametrize("method", METHODS)
@QUICK
@given(counts, people, st.sampled_from([0.1, 10.0]))
def test_expected_events_of_another_level(method, events, population, times) -> None:
    """Where the mean is estimated; `martuzzi-hills` takes it to be 1."""
    data = expect(records(events, population))
    one, two = (
        variation.shrink_ratios(
            data.assign(expected=data["expected"] * by), method=method, standard="external"
        )
        for by in (1.0, times)
    )
    if method == "martuzzi-hills":
        assert (two["prior_mean"] == 1).all() and (two["prior_variance"] >= 0).all()
        return
    for column in LIMITS:
        assert (times * two[column]).tolist() == pytest.approx(one[column].tolist(), rel=1e-4)


@QUICK
@given(st.lists(st.integers(0, 300), min_size=3, max_size=30), st.sampled_from([2.0, 24.0]))
def test_a_t_chart_has_the_unit_of_its_gaps_and_no_order_of_rows(gaps, times) -> None:
    data = pd.DataFrame({"date": range(len(gaps)), "gap": gaps})
    for method in ("nelson", "exponential"):
        one, two = (
            variation.chart_t(data.assign(gap=data["gap"] * unit), method=method)
            for unit in (1.0, times)
        )
        for column in [*LIMITS, "centre"]:
            assert two[column].to_numpy() == pytest.approx(times * one[column].to_numpy())
    for chart in (variation.chart_g, variation.chart_t):
        both = pd.concat([data.assign(set="one"), data.assign(set="two", gap=data["gap"] + 1)])
        beside = chart(both, by="set")
        agree(beside[beside["set"] == "one"].drop(columns="set").reset_index(drop=True),
              chart(data.iloc[::-1]))  # fmt: skip
