"""Empirical-Bayes ratios: Clayton and Kaldor's data, each method against its equations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from public_data import LIP_CANCER
from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import shrink_ratios
from rareaccess.measures.variation.shrinkage import EQUAL, METHODS, NOTHING, fit_prior

O, E = LIP_CANCER["observed"].to_numpy(float), LIP_CANCER["expected"].to_numpy()  # noqa: E741


def test_the_gamma_model_of_clayton_and_kaldor() -> None:
    prior = fit_prior(O, E, method="poisson-gamma")
    # shape 1.88 and rate 1.32 by maximum likelihood, as they published
    assert prior.mean**2 / prior.variance == pytest.approx(1.88, abs=0.01)
    assert prior.mean / prior.variance == pytest.approx(1.32, abs=0.01)


def test_maximum_likelihood_is_the_top() -> None:
    def log_likelihood(mean: float, variance: float) -> float:
        shape, rate = mean**2 / variance, mean / variance
        return stats.nbinom.logpmf(O, shape, rate / (rate + E)).sum()

    for method in ("poisson-gamma", "martuzzi-hills"):
        prior = fit_prior(O, E, method=method)
        best = log_likelihood(prior.mean, prior.variance)
        for step in (0.999, 1.001):
            assert log_likelihood(prior.mean, prior.variance * step) < best
            if method == "poisson-gamma":
                assert log_likelihood(prior.mean * step, prior.variance) < best
            else:
                assert prior.mean == 1


def test_the_equations_of_clayton_and_kaldor_hold() -> None:
    prior = fit_prior(O, E, method="clayton-kaldor")
    ratios, rate = prior.shrink(O, E), prior.mean / prior.variance
    assert ratios.mean() == pytest.approx(prior.mean, abs=1e-9)
    variance = ((1 + rate / E) * (ratios - prior.mean) ** 2).sum() / 55
    assert variance == pytest.approx(prior.variance, abs=1e-9)


def test_the_moments_of_marshall() -> None:
    prior = fit_prior(O, E, method="marshall")
    mean = 536 / 536.2
    spread = (E * (O / E - mean) ** 2).sum() / 536.2
    assert prior.mean == pytest.approx(mean)
    assert prior.variance == pytest.approx(spread - mean / (536.2 / 56))
    found = shrink_ratios(LIP_CANCER, method="marshall")
    weight = prior.variance / (prior.variance + mean / E)
    assert found["value"].to_numpy() == pytest.approx(mean + weight * (O / E - mean))


@pytest.mark.parametrize("method", METHODS)
def test_ratios_of_few_events_are_drawn_in_the_most(method) -> None:
    found = shrink_ratios(LIP_CANCER, method=method)
    assert found["lower"].lt(found["value"]).all() and found["value"].lt(found["upper"]).all()
    assert (found["value"] > 0).all()
    rate = found["prior_mean"] / found["prior_variance"]
    pull = rate / (rate + found["expected"])
    drawn_in = pull * found["prior_mean"] + (1 - pull) * found["ratio"]
    assert found["value"].tolist() == pytest.approx(drawn_in.tolist())


@pytest.mark.parametrize("method", METHODS)
def test_areas_that_differ_no_more_than_chance_are_all_the_mean(method) -> None:
    alike = pd.DataFrame({"area": range(6), "observed": [10, 9, 11, 10, 10, 10], "expected": 10.0})
    found = shrink_ratios(alike, method=method)
    assert found["value"].tolist() == pytest.approx([1.0] * 6)
    assert set(found["note"]) == {EQUAL} and found["lower"].equals(found["upper"])


@pytest.mark.parametrize("method", METHODS)
def test_without_an_event_no_ratio_is_given(method) -> None:
    none = pd.DataFrame({"area": range(4), "observed": 0, "expected": [1.0, 2, 3, 4]})
    found = shrink_ratios(none, method=method, standard="external")
    assert found[["value", "lower", "upper"]].isna().all(axis=None)
    assert set(found["note"]) == {NOTHING} and (found["ratio"] == 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_one_area_is_the_mean(method) -> None:
    one = pd.DataFrame({"area": ["A"], "observed": [12], "expected": [12.0]})
    found = shrink_ratios(one, method=method).iloc[0]
    assert (found["value"], found["prior_variance"], found["note"]) == (1, 0, EQUAL)


def test_areas_that_come_twice_and_columns_that_lack_are_named() -> None:
    with pytest.raises(UserError, match=r"(?s)more than one row.*column area.*1 repeated"):
        shrink_ratios(LIP_CANCER.assign(area=[0, *range(55)]))
    with pytest.raises(UserError, match="column board"):
        shrink_ratios(LIP_CANCER, area="board")


def test_a_very_small_spread_that_moments_miss_is_still_found() -> None:
    rng, sizes = np.random.default_rng(0), np.r_[np.full(60, 400.0), 4.0, 4.0]
    counts = rng.poisson(sizes * np.r_[rng.gamma(200, 1 / 200, 60), 1, 1]).astype(float)
    prior = fit_prior(counts, sizes, method="poisson-gamma")
    assert 0 <= prior.variance < 0.02 and prior.mean == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ([83, 55, 60, 54, 96, 50], [72, 43, 52, 65, 79, 54]),
        ([96, 28, 44, 40, 25], [93, 41, 40, 35, 21]),  # a variance of 3 in a million
    ],
)
def test_the_unit_of_expected_events_is_nothing(counts, sizes) -> None:
    observed, expected = np.array(counts, float), np.array(sizes, float)
    one, ten = (fit_prior(observed, n * expected, method="poisson-gamma") for n in (1, 10))
    assert one.variance > 0
    assert 10 * ten.mean == pytest.approx(one.mean, rel=1e-9)
    assert 100 * ten.variance == pytest.approx(one.variance, rel=1e-6)


def test_a_hidden_count_hides_all_and_sums_are_checked() -> None:
    data = LIP_CANCER.assign(observed=LIP_CANCER["observed"].astype("Int64"))
    data.loc[3, "observed"] = pd.NA
    found = shrink_ratios(data)
    assert found["value"].isna().all() and set(found["note"]) == {HIDDEN}
    with pytest.raises(UserError, match="do not sum"):
        shrink_ratios(LIP_CANCER.assign(expected=2 * E))
    external = shrink_ratios(LIP_CANCER.assign(expected=2 * E), standard="external")
    assert external["prior_mean"].iloc[0] == pytest.approx(1.42206 / 2, abs=1e-5)
    with pytest.raises(UserError, match="poisson-gamma, martuzzi-hills"):
        shrink_ratios(LIP_CANCER, method="bym")
