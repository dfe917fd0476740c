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
from rareaccess.measures.equity import find_detectable
from rareaccess.measures.variation.shrinkage import METHODS

pytestmark = pytest.mark.slow

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
    "scv, inversion": Law(
        lambda data: variation.estimate_scv(
            expect(data), repetitions=100, interval="inversion", **BY
        ),
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
    "funnel, multiplicative": Law(
        lambda data: variation.limit_funnel(
            expect(data), kind="ratio", adjust="multiplicative", transform="log", **BY
        ),
        SAME,
    ),
    "funnel of rates, multiplicative": Law(
        lambda data: variation.limit_funnel(
            data, kind="rate", observed="events", size="population", adjust="multiplicative", **BY
        ),
        PER_PERSON,
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
    **{
        f"sii, {name}": (
            lambda data, options=options: inequality.estimate_sii(
                data, se="se", value_type="proportion", repetitions=1000, **options, **BY
            )
        )
        for name, options in {"logit": {"transform": True}, "proportion": {}}.items()
    },
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


@QUICK
@given(st.lists(st.integers(0, 300), min_size=3, max_size=30), st.sampled_from([2, 24]))
def test_what_a_g_chart_keeps_of_the_unit_of_its_gaps(gaps, times) -> None:
    """The centre has the unit. The limits do not, as counts are whole: half² = z²(c² + c)."""
    data = pd.DataFrame({"date": range(len(gaps)), "gap": gaps})
    one, two = (
        variation.chart_g(data.assign(gap=data["gap"] * unit)).iloc[0] for unit in (1, times)
    )
    assert two["centre"] == pytest.approx(times * one["centre"])
    rest = [
        (chart["upper"] - chart["centre"]) ** 2 - 9 * chart["centre"] ** 2 for chart in (one, two)
    ]
    assert rest[1] == pytest.approx(times * rest[0], rel=1e-6, abs=1e-6)


def margins(events: list[int], population: list[int]) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return people of four groups in two strata, and the events of each of both."""
    sizes = pd.DataFrame(np.reshape(population[:8], (4, 2)), list("ABCD"), ["young", "old"])
    both = pd.DataFrame(np.reshape(events[:8], (4, 2)), sizes.index, sizes.columns)
    return sizes.astype(float), both.sum(axis=1), both.sum()


@pytest.mark.parametrize("reference", [None, "B"])
@QUICK
@given(counts, people, st.sampled_from([2, 10]), st.permutations("ABCD"))
def test_adjusted_rates_have_no_unit_of_people_and_no_order(
    reference, events, population, times, order
) -> None:
    sizes, own, strata = margins(events, population)
    found = rates.adjust_rates(sizes, own, strata, reference=reference)
    larger = rates.adjust_rates(times * sizes, own, strata, reference=reference)
    agree(larger.drop(columns="people"), found.drop(columns="people"))
    mixed = rates.adjust_rates(
        sizes.loc[list(order), ["old", "young"]], own[::-1], strata[::-1], reference=reference
    )
    agree(mixed.sort_values("group", ignore_index=True), found)


@QUICK
@given(counts, people, st.integers(1, 900))
def test_a_group_without_a_say_is_without_effect(events, population, more) -> None:
    """One without events, and one in a stratum of its own, beside groups with a reference."""
    sizes, own, strata = margins(events, population)
    found = rates.adjust_rates(sizes, own, strata, reference="A")
    quiet = pd.concat([sizes, pd.DataFrame({"young": more, "old": 7.0}, index=["E"])])
    apart = sizes.assign(oldest=0.0)
    apart.loc["E"] = [0.0, 0.0, float(more)]
    for wider, n, at in (
        (quiet, 0, strata),
        (apart, 9, pd.concat([strata, pd.Series({"oldest": 9})])),
    ):
        beside = rates.adjust_rates(wider, pd.concat([own, pd.Series({"E": n})]), at, reference="A")
        agree(beside.iloc[:4], found)


@QUICK
@given(st.lists(st.integers(1, 9), min_size=16, max_size=16), st.permutations(range(16)))
def test_power_has_no_unit_of_people_and_no_order_of_rows(events, order) -> None:
    data = pd.DataFrame({"month": range(16), "events": events, "people": 1000.0})
    options = {"change": 8, "effects": [1.0, 3.0], "exposure": "people", "repetitions": 30}
    found = variation.check_power(data, **options)
    agree(variation.check_power(data.iloc[list(order)], **options), found)
    agree(variation.check_power(data.assign(people=1e5), **options), found)


@QUICK
@given(st.lists(st.integers(1, 500), min_size=3, max_size=8, unique=True), st.integers(2, 100))
def test_a_line_of_a_funnel_is_of_each_size_alone(sizes, times) -> None:
    for kind, target in (("ratio", 1.0), ("rate", 0.02), ("proportion", 0.3)):
        options = {"kind": kind, "target": target}
        found = variation.trace_funnel(sizes, **options)
        one = found[found["size"] == sizes[0]].reset_index(drop=True)
        agree(variation.trace_funnel(sizes[:1], **options), one)
        mixed = variation.trace_funnel(sizes[::-1], **options)
        by = ["confidence", "size"]
        agree(*(each.sort_values(by, ignore_index=True) for each in (mixed, found)))
        larger = variation.trace_funnel(sizes, multiplier=times, **options)
        for column in LIMITS:
            assert larger[column].tolist() == pytest.approx((times * found[column]).tolist())
    four = variation.trace_funnel([4 * size for size in sizes], kind="proportion", target=0.5)
    half = variation.trace_funnel(sizes, kind="proportion", target=0.5)
    inside = (half["lower"] > 0).to_numpy()  # four times the people: half as wide
    assert (2 * (four["upper"] - 0.5))[inside].tolist() == pytest.approx(
        (half["upper"] - 0.5)[inside].tolist()
    )


@QUICK
@given(counts, people, orders, st.sampled_from([2, 10]))
def test_what_could_be_shown_is_of_each_group_alone(events, population, order, times) -> None:
    data = expect(records(events, population))
    found = find_detectable(data)
    agree(find_detectable(data.iloc[list(order)]), found.iloc[list(order)].reset_index(drop=True))
    agree(find_detectable(data.iloc[:1]), found.iloc[:1])
    agree(find_detectable(expect(records(events, [times * one for one in population]))), found)
    more = find_detectable(data.assign(expected=times * data["expected"]))
    assert (more["upper"] <= found["upper"] + 1e-9).all()  # more events show smaller ratios
