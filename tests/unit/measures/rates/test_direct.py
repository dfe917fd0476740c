"""Directly standardised rates: a published one, by hand, the houses, and what is refused."""

import math

import pandas as pd
import pytest

from public_data import DOWN
from rareaccess.core.errors import UserError
from rareaccess.measures.rates import ESP_2013, estimate_dsr, limit_byar, limit_poisson

WEIGHTS = dict(zip(DOWN["age_band"], DOWN["weight"], strict=True))


def bands(events: list, population: list, **more: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age_band": ["young", "old"],
            "events": pd.array(events, "Int64"),
            "population": population,
            **more,
        }
    )


def test_the_european_standard_population_of_2013() -> None:
    assert len(ESP_2013) == 19 and sum(ESP_2013.values()) == 100_000
    assert ESP_2013["90+"] == 1000 and ESP_2013["35-39"] == 7000


def test_downs_syndrome_of_fay_and_feuer() -> None:
    found = estimate_dsr(DOWN, standard=WEIGHTS, multiplier=100_000).iloc[0]
    # with the formula of Dobson written out, one band after the other
    rate = sum(DOWN["weight"] * DOWN["events"] / DOWN["population"]) * 1e5
    spread = sum((DOWN["weight"] / DOWN["population"]) ** 2 * DOWN["events"])
    lower, upper = (float(x) for x in limit_byar(740))
    scale = math.sqrt(spread / 740) * 1e5 / DOWN["weight"].sum()
    assert found["n"] == 740 and found["method"] == "Dobson, Byar"
    assert found["value"] == pytest.approx(rate / DOWN["weight"].sum(), rel=1e-12)
    assert found["lower"] == pytest.approx(found["value"] + scale * (lower - 740), rel=1e-12)
    assert found["upper"] == pytest.approx(found["value"] + scale * (upper - 740), rel=1e-12)
    by_column = estimate_dsr(DOWN, standard="weight")
    assert by_column["value"].item() == pytest.approx(found["value"], rel=1e-12)


def test_rows_are_matched_by_band_and_not_by_position() -> None:
    standard = {"young": 3, "old": 1}
    data = bands([10, 30], [1000, 500])
    turned = estimate_dsr(data.iloc[::-1], standard=standard)
    assert turned.equals(estimate_dsr(data, standard=standard))


def test_fewer_than_ten_events_have_no_rate_and_few_a_note_in_one_house() -> None:
    standard = {"young": 1, "old": 1}
    assert estimate_dsr(bands([4, 5], [9, 9]), standard=standard)["value"].isna().all()
    data = bands([6, 6], [100, 100])
    phe, ndrs = (estimate_dsr(data, standard=standard, profile=x).iloc[0] for x in ("phe", "ndrs"))
    assert phe["note"] == "" and "fewer than 20" in ndrs["note"]
    # with equal weights and populations the rate is the crude one, and so are its limits
    exact = [float(x) / 200 * 1e5 for x in limit_poisson(12)]
    assert [ndrs["lower"], ndrs["upper"]] == pytest.approx(exact, rel=1e-12)
    assert ndrs["method"] == "Dobson, exact Poisson"


def test_a_missing_count_hides_the_rate_unless_it_is_said_to_be_nought() -> None:
    data, standard = bands([None, 30], [1000, 500]), {"young": 3, "old": 1}
    assert estimate_dsr(data, standard=standard)["value"].isna().all()
    zero = estimate_dsr(data, standard=standard, missing="zero", multiplier=1)
    assert zero["value"].item() == pytest.approx(30 / 500 / 4)


def test_people_with_several_events_widen_the_interval() -> None:
    once = bands([20, 30], [1000, 500])
    twice = pd.DataFrame(
        {
            "age_band": ["young", "young", "old", "old"],
            "times": [1, 2, 1, 2],
            "events": [0, 10, 0, 15],
            "population": [1000, 1000, 500, 500],
        }
    )
    standard = {"young": 3, "old": 1}
    single = estimate_dsr(once, standard=standard).iloc[0]
    double = estimate_dsr(twice, standard=standard, frequency="times").iloc[0]
    assert (single["value"], single["n"], single["population"]) == pytest.approx(
        (double["value"], double["n"], double["population"])
    )
    ratio = (double["upper"] - double["value"]) / (single["upper"] - single["value"])
    assert ratio == pytest.approx(math.sqrt(2), rel=1e-9)  # each person's events vary as 2² × ½


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (bands([1, 1], [5, 5]), {}, "not in both: 0-4"),
        (bands([1, 1], [5, 0]), {"standard": {"young": 1, "old": 1}}, "zero"),
        (bands([1, 1], [5, 5]), {"age": "band"}, "column band"),
        (bands([1, 1], [5, 5], age_band=["old", "old"]), {"standard": {"old": 1}}, "one row"),
        (
            bands([1, 1], [5, 5], area=["A", "B"]),
            {"by": "area", "standard": {"young": 1, "old": 1}},
            "same age bands",
        ),
        (bands([1, 1], [5, 5]), {"missing": "drop"}, "hide, zero"),
        (bands([1, 1], [5, 5]), {"standard": "weight"}, "column weight"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_dsr(data, **options)
    assert words in str(caught.value), str(caught.value)
