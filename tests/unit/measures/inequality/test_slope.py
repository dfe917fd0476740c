"""Slope index: its published value, its five variants, its intervals, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from public_data import DECILES
from rareaccess.core.errors import UserError
from rareaccess.measures.inequality import estimate_sii
from rareaccess.measures.inequality.slope import CROSSES, NEAR, ZERO
from rareaccess.measures.rates import estimate_proportion, estimate_rate
from rareaccess.measures.tidy import HIDDEN

QUINTILES = pd.DataFrame(
    {
        "quintile": range(1, 6),
        "events": [40, 52, 61, 75, 90],
        "population": [1000, 1100, 900, 950, 1050],
    }
)


def pick(found: pd.DataFrame, measure: str, *, simulated: bool = False) -> pd.Series:
    chosen = found["method"].str.startswith("simulated") == simulated
    return found[(found["measure"] == measure) & chosen].iloc[0]


def test_the_published_slope_of_life_expectancy() -> None:
    found = estimate_sii(DECILES, group="decile", se="se", repetitions=1000)
    assert pick(found, "SII")["value"] == pytest.approx(6.934616, abs=5e-7)
    assert pick(found, "RII")["value"] == pytest.approx(1.088818, abs=5e-7)
    assert pick(found, "SII")["n"] == DECILES["population"].sum()


@pytest.mark.parametrize("value_type", ["other", "rate", "proportion"])
@pytest.mark.parametrize("transform", [False, True])
def test_the_line_is_that_of_least_squares_on_the_scale(value_type, transform) -> None:
    """Each variant against `numpy.polyfit`, which weights by the square root."""
    source = estimate_proportion(QUINTILES, by="quintile")
    shares = source["population"] / source["population"].sum()
    ranks = shares.cumsum() - shares / 2
    ways = {
        "other": (lambda x: x, lambda x: x),
        "rate": (np.log, np.exp),
        "proportion": (lambda x: np.log(x / (1 - x)), lambda x: 1 / (1 + np.exp(-x))),
    }
    there, back = ways[value_type] if transform else ways["other"]
    slope, first = np.polyfit(ranks, there(source["value"]), 1, w=np.sqrt(shares))
    found = estimate_sii(source, value_type=value_type, transform=transform, repetitions=1000)
    low, high = back(first), back(first + slope)
    assert pick(found, "SII")["value"] == pytest.approx(high - low, rel=1e-9)
    assert pick(found, "RII")["value"] == pytest.approx(high / low, rel=1e-9)
    assert pick(found, "intercept")["value"] == pytest.approx(low, rel=1e-9)


@pytest.mark.parametrize("value_type", ["other", "rate", "proportion"])
@pytest.mark.parametrize("transform", [False, True])
def test_the_two_intervals_agree_where_errors_are_small(value_type, transform) -> None:
    many = QUINTILES.assign(
        events=100 * QUINTILES["events"], population=100 * QUINTILES["population"]
    )
    source = estimate_proportion(many, by="quintile")
    found = estimate_sii(source, value_type=value_type, transform=transform, repetitions=50_000)
    for measure in ("SII", "RII", "intercept"):
        exact, drawn = pick(found, measure), pick(found, measure, simulated=True)
        width = exact["upper"] - exact["lower"]
        assert drawn["lower"] == pytest.approx(exact["lower"], abs=0.03 * width)
        assert drawn["upper"] == pytest.approx(exact["upper"], abs=0.03 * width)


def test_errors_come_from_the_limits_on_the_scale_of_the_value() -> None:
    rates = estimate_rate(QUINTILES, by="quintile", multiplier=1000)
    own = rates.assign(se=np.log(rates["upper"] / rates["lower"]) / (2 * 1.959963984540054))
    pair = [
        estimate_sii(rates, value_type="rate", repetitions=1000),
        estimate_sii(own, value_type="rate", se="se", repetitions=1000),
    ]
    assert pair[0]["lower"].to_numpy() == pytest.approx(pair[1]["lower"].to_numpy(), rel=1e-9)


def test_a_negative_multiplier_turns_the_ratio_over() -> None:
    plain, turned = (
        estimate_sii(DECILES, group="decile", se="se", multiplier=times, repetitions=1000)
        for times in (1, -1)
    )
    assert pick(turned, "SII")["value"] == pytest.approx(-pick(plain, "SII")["value"])
    assert pick(turned, "RII")["value"] == pytest.approx(1 / pick(plain, "RII")["value"])
    for measure in ("SII", "RII"):
        row = pick(turned, measure)
        assert row["lower"] < row["value"] < row["upper"]


def test_the_simulation_is_the_same_each_time_and_says_how_much_it_moves() -> None:
    options = {"group": "decile", "se": "se", "repetitions": 2000, "reliability": True}
    one, two = (estimate_sii(DECILES, **options) for _ in range(2))
    assert one.equals(two)
    moved = pick(one, "SII", simulated=True)["reliability"]
    longer = estimate_sii(DECILES, **{**options, "repetitions": 50_000})
    assert 0 < pick(longer, "SII", simulated=True)["reliability"] < moved
    assert one.loc[one["method"] == "delta method", "reliability"].isna().all()
    other = estimate_sii(DECILES, **{**options, "seed": 1})
    assert not one.equals(other)


def test_a_wider_level_has_wider_limits() -> None:
    narrow, wide = (
        estimate_sii(DECILES, group="decile", se="se", confidence=level, repetitions=5000)
        for level in (0.95, 0.998)
    )
    assert (wide["lower"] < narrow["lower"]).all() and (wide["upper"] > narrow["upper"]).all()


def test_an_ordered_categorical_has_an_order_too() -> None:
    names = ["most deprived", "second", "third", "fourth", "least deprived"]
    named = QUINTILES.assign(
        quintile=pd.Categorical(names, categories=names, ordered=True), value=[1, 2, 3, 4, 5], se=1
    )
    found = estimate_sii(named.iloc[::-1], se="se", repetitions=1000)
    assert pick(found, "SII")["value"] > 0


def test_what_cannot_be_given_says_why() -> None:
    data = DECILES.assign(value=lambda x: x["value"].where(x["decile"] != 3))
    hidden = estimate_sii(data, group="decile", se="se", repetitions=1000)
    assert hidden["value"].isna().all() and set(hidden["note"]) == {HIDDEN}
    none = estimate_rate(QUINTILES.assign(events=[0, 1, 2, 3, 4]), by="quintile")
    found = estimate_sii(none, value_type="rate", repetitions=1000)
    assert found["value"].isna().all() and set(found["note"]) == {ZERO}
    below = DECILES.assign(value=range(-3, 7))
    found = estimate_sii(below, group="decile", se="se", repetitions=1000)
    assert pick(found, "RII")["note"] == CROSSES and pick(found, "SII")["note"] == ""
    assert np.isnan(pick(found, "RII")[["value", "lower"]].astype(float)).all()


@pytest.mark.parametrize("multiplier", [1, -1])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("events", "note"), [([3, 4, 6, 9, 14], NEAR), ([1, 2, 3, 4, 20], CROSSES)]
)
def test_a_ratio_across_its_pole_is_not_given(events, note, turned, multiplier) -> None:
    """3, 4, 6, 9, 14 of 1,000: the line begins at 0.45, and many simulated ones below zero."""
    few = QUINTILES.assign(events=events[::-1] if turned else events, population=1000)
    found = estimate_sii(
        estimate_rate(few, by="quintile", multiplier=1000), value_type="rate",
        multiplier=multiplier, repetitions=2000, reliability=True,
    )  # fmt: skip
    for simulated in (False, True):
        index, slope = (pick(found, one, simulated=simulated) for one in ("RII", "SII"))
        assert index[["value", "lower", "upper"]].isna().all() and index["note"] == note
        assert slope["lower"] < slope["value"] < slope["upper"] and slope["note"] == ""
    line = estimate_sii(
        estimate_rate(few, by="quintile"), value_type="rate", transform=True, repetitions=1000
    )
    assert pick(line, "RII")["note"] == "" and pick(line, "RII")["lower"] > 0  # no zero on a log


def test_a_line_that_is_at_zero_but_for_rounding_has_no_ratio() -> None:
    few = QUINTILES.assign(events=[2, 3, 4, 5, 11], population=1000)
    found = estimate_sii(estimate_rate(few, by="quintile"), value_type="rate", repetitions=1000)
    assert found.loc[found["measure"] == "RII", "value"].isna().all()
    assert set(found.loc[found["measure"] == "RII", "note"]) <= {CROSSES, NEAR}


def test_a_seldom_simulated_line_below_zero_counts_as_a_large_ratio() -> None:
    """One in a thousand or so of the lines: the limits stay those of the others, in their order."""
    few = QUINTILES.assign(events=[15, 20, 25, 30, 36], population=1000)
    found = estimate_sii(estimate_rate(few, by="quintile"), value_type="rate", repetitions=20_000)
    row = pick(found, "RII", simulated=True)
    assert 1 < row["lower"] < row["value"] < row["upper"] and row["note"] == ""


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (DECILES.head(4), {}, "too few groups"),
        (DECILES.assign(decile=list("ABCDEFGHIJ")), {}, "no order"),
        (DECILES.assign(decile=[1, 1, *range(3, 11)]), {}, "1 repeated"),
        (DECILES.assign(population=[0] * 10), {}, "zero or negative"),
        (DECILES.assign(se=-1.0), {}, "outside their range"),
        (DECILES, {"se": None}, "needs the precision"),
        (DECILES, {"value_type": "mean"}, "one of other, rate, proportion"),
        (DECILES, {"value_type": "proportion"}, "Values of a proportion"),
        (DECILES, {"repetitions": 10}, "1000 or more"),
        (DECILES, {"multiplier": 0}, "not zero"),
        (
            DECILES.assign(low=9.0, high=8.0),
            {"se": None, "lower": "low", "upper": "high"},
            "column low, high",
        ),
        (DECILES, {"value": "rate"}, "column rate"),
        (DECILES, {"group": "imd"}, "column imd"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_sii(data, **{"group": "decile", "se": "se", **options})
    assert words in str(caught.value), str(caught.value)
