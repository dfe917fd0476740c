"""SCV: two published data sets, its rules, its intervals and p, and what is refused."""

import doctest

import numpy as np
import pandas as pd
import pytest

from public_data import LIP_CANCER
from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import estimate_scv
from rareaccess.measures.variation.chance import draw_counts, find_p, invert_test, start_draws
from rareaccess.measures.variation.scv import APART, NEGATIVE

ALIKE = pd.DataFrame({"observed": [10, 9, 11, 10], "expected": [10.0] * 4})


def test_lip_cancer_in_scotland() -> None:
    found = estimate_scv(LIP_CANCER).iloc[0]
    terms = [
        (o - e) ** 2 / e**2 - 1 / e
        for o, e in zip(LIP_CANCER["observed"], LIP_CANCER["expected"], strict=True)
    ]
    assert found["value"] == pytest.approx(100 * sum(terms) / 56, rel=1e-12)
    assert (found["n"], found["areas"]) == (536, 56)
    assert found["p"] == pytest.approx(1 / 10_001)  # no simulation is as large
    assert found["lower"] > 30 and found["upper"] > found["value"]


def test_the_logarithmic_form_is_not_defined_without_events() -> None:
    with_none = estimate_scv(LIP_CANCER, form="mcpherson").iloc[0]
    assert np.isnan(with_none["value"]) and "without events" in with_none["note"]
    some = LIP_CANCER[LIP_CANCER["observed"] > 0]
    found = estimate_scv(some, form="mcpherson", standard="external").iloc[0]
    terms = np.log(some["observed"] / some["expected"]) ** 2 - 1 / some["expected"]
    assert found["value"] == pytest.approx(100 * terms.mean(), rel=1e-12)
    assert "no interval" in found["note"] and np.isnan(found["p"])  # small areas draw no events
    large = pd.DataFrame({"observed": [60, 90, 110, 140, 100], "expected": [100.0] * 5})
    found = estimate_scv(large, form="mcpherson").iloc[0]
    assert found["note"] == "" and found["lower"] < found["value"] < found["upper"]


def test_a_negative_one_is_shown_as_nought() -> None:
    found = estimate_scv(ALIKE).iloc[0]
    assert found["value"] == 0 and found["raw"] == pytest.approx(100 * (0.02 / 4 - 0.1))
    assert found["note"] == NEGATIVE and found["lower"] == 0 and found["upper"] > 0
    assert found["p"] > 0.9


@pytest.mark.parametrize("interval", ["poisson-gamma", "areas", "inversion"])
def test_each_interval_is_the_same_each_time_and_holds_the_value(interval) -> None:
    one, two = (
        estimate_scv(LIP_CANCER, interval=interval, repetitions=1000).iloc[0] for _ in range(2)
    )
    assert one.equals(two) and one["lower"] < one["value"] < one["upper"]


def test_the_inversion_reaches_nought_as_p_says() -> None:
    usual = ALIKE.assign(observed=[10, 7, 13, 10])
    found = estimate_scv(usual, interval="inversion", repetitions=2000).iloc[0]
    assert found["lower"] == 0 and found["upper"] > 0
    calm = pd.DataFrame({"observed": [100] * 40, "expected": [100.0] * 40})
    calm = estimate_scv(calm, interval="inversion", repetitions=2000).iloc[0]
    assert calm["upper"] == 0  # even chance alone gives so little too seldom


@pytest.mark.slow
def test_p_is_uniform_where_chance_alone_is_at_work() -> None:
    rng = np.random.default_rng(8)
    sizes = np.linspace(4, 30, 20)
    p = [
        estimate_scv(
            pd.DataFrame({"observed": rng.poisson(sizes), "expected": sizes}),
            standard="external", repetitions=400,
        )["p"].item()
        for _ in range(300)
    ]  # fmt: skip
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.04)
    assert np.mean(p) == pytest.approx(0.5, abs=0.06)


@pytest.mark.slow
def test_the_interval_covers_the_variance_of_true_ratios() -> None:
    """Of 120 sets of 42 areas: at least 87%, two standard errors of a share of 95% below it."""
    rng, sizes, variance = np.random.default_rng(4), np.linspace(8, 60, 42), 0.1
    covered = 0
    for _ in range(120):
        counts = rng.poisson(sizes * rng.gamma(1 / variance, variance, 42))
        data = pd.DataFrame({"observed": counts, "expected": sizes * counts.sum() / sizes.sum()})
        row = estimate_scv(data, repetitions=500).iloc[0]
        covered += row["lower"] <= 100 * variance <= row["upper"]
    assert covered / 120 >= 0.87


@pytest.mark.parametrize("scale", [1, 5])
def test_an_interval_and_a_p_that_disagree_say_so(scale) -> None:
    """The four areas of docs/scv.md: from 0 to 120 with p of 0.004; with more events both agree."""
    few = pd.DataFrame({"observed": [5, 20, 10, 25], "expected": [10.0, 10, 15, 25]}) * scale
    found = estimate_scv(few, repetitions=2000).iloc[0]
    assert found["p"] < 0.05 and found["value"] > 0
    assert (found["lower"] > 0) == (found["note"] == "") == (scale == 5)
    assert found["note"] in ("", APART)
    calm = estimate_scv(ALIKE, repetitions=2000).iloc[0]
    assert calm["p"] > 0.05 and calm["lower"] == 0 and APART not in calm["note"]


def test_hidden_counts_and_one_area() -> None:
    hidden = ALIKE.assign(observed=pd.array([10, None, 11, 10], "Int64"))
    found = estimate_scv(hidden).iloc[0]
    assert np.isnan(found["value"]) and found["note"] == HIDDEN
    one = estimate_scv(ALIKE.head(1)).iloc[0]
    assert "one area" in one["note"]


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (ALIKE.assign(expected=12.0), {}, "do not sum to the observed"),
        (ALIKE.assign(expected=[0.0, 10, 20, 10]), {}, "zero or negative"),
        (ALIKE, {"form": "cv"}, "diehr, mcpherson"),
        (ALIKE, {"interval": "wald"}, "poisson-gamma, areas, inversion"),
        (ALIKE, {"standard": "england"}, "internal, external"),
        (ALIKE, {"repetitions": 5}, "100 or more"),
        (ALIKE, {"observed": "starts"}, "column starts"),
        (ALIKE.assign(area=list("AABC")), {}, "1 repeated"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_scv(data, **options)
    assert words in str(caught.value), str(caught.value)


def test_an_external_standard_need_not_sum() -> None:
    found = estimate_scv(ALIKE.assign(expected=12.0), standard="external").iloc[0]
    assert found["raw"] == pytest.approx(
        100 * (((ALIKE["observed"] - 12) / 12) ** 2).mean() - 100 / 12
    )


def test_the_parts_of_a_simulation() -> None:
    rng = start_draws(100, 1)
    even = draw_counts(np.array([50.0]), variance=0, repetitions=20_000, rng=rng)
    spread = draw_counts(np.array([50.0]), variance=0.1, repetitions=20_000, rng=rng)
    assert even.var() == pytest.approx(50, rel=0.05)
    assert spread.var() == pytest.approx(50 + 250, rel=0.05)
    assert find_p(np.arange(9.0), 100.0) == 0.1
    lower, upper = invert_test(
        3.0, lambda variance: variance + np.linspace(-1, 1, 201), confidence=0.9, most=10
    )
    assert (lower, upper) == pytest.approx((2.1, 3.9), abs=0.02)


def test_the_example_of_the_procedure_runs() -> None:
    page = project_root() / "docs" / "scv.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert (result.attempted > 3, result.failed) == (True, 0)
