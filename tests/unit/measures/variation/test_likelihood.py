"""The spread of areas by maximum likelihood: against direct maximisation, and what has no top."""

import numpy as np
import pytest
from scipy import optimize
from scipy.special import gammaln

from rareaccess.measures.variation.likelihood import fit_spread, rate_likelihood
from rareaccess.measures.variation.shrinkage import fit_prior

GRID = np.linspace(np.log(1e-4), 10, 200)


def climb(observed: np.ndarray, expected: np.ndarray, mean: float, variance: float) -> float:
    """Return the log-likelihood by its definition, without what does not depend on the ratios."""
    if variance == 0:
        return float((observed * np.log(mean * expected) - mean * expected).sum())
    shape, rate = mean**2 / variance, mean / variance
    return float(
        (gammaln(observed + shape) - gammaln(shape) + shape * np.log(rate / (rate + expected))
         + observed * np.log(expected / (rate + expected))).sum()
    )  # fmt: skip


def maximise(observed: np.ndarray, expected: np.ndarray, *, fixed: bool) -> float:
    """Return the highest log-likelihood that a search by values alone finds."""
    middle = float(observed.sum() / expected.sum())

    def profile(log_variance: float) -> float:
        def by_mean(log_mean: float) -> float:
            mean = np.exp(log_mean)
            return -climb(observed, expected, mean, mean**2 * np.exp(log_variance))

        if fixed:
            return by_mean(0.0)
        about = np.log(middle)
        return float(optimize.minimize_scalar(by_mean, (about - 0.1, about + 0.1)).fun)

    least = GRID[
        np.argmin([profile(one) for one in GRID[:: 1 if fixed else 8]]) * (1 if fixed else 8)
    ]
    found = optimize.minimize_scalar(profile, bounds=(least - 0.5, least + 0.5), method="bounded")
    return max(-float(found.fun), climb(observed, expected, 1.0 if fixed else middle, 0))


def draw_areas(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return counts of 2 to 30 areas with a spread from none to large, half of them summing."""
    rng = np.random.default_rng(seed)
    expected = rng.uniform(0.5, 40, rng.integers(2, 31))
    variance = rng.choice([0, 0.01, 0.1, 0.5, 2])
    ratios = rng.gamma(1 / variance, variance, len(expected)) if variance else 1.0
    observed = rng.poisson(expected * ratios).astype(float)
    observed[0] += not observed.sum()
    return observed, expected * (observed.sum() / expected.sum() if seed % 2 else 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "sets"), [("martuzzi-hills", 200), ("poisson-gamma", 40)])
def test_no_search_finds_a_higher_top(method: str, sets: int) -> None:
    for seed in range(sets):
        observed, expected = draw_areas(seed)
        prior = fit_prior(observed, expected, method=method)
        most = maximise(observed, expected, fixed=method == "martuzzi-hills")
        assert climb(observed, expected, prior.mean, prior.variance) >= most - 1e-5, seed


@pytest.mark.parametrize("counts", [[14, 6, 1, 6, 4, 10, 2, 3], [13, 7, 15, 17, 16, 10, 7, 6]])
def test_areas_of_one_size_whose_mean_is_one_have_one_answer(counts) -> None:
    """With equal expected events the mean is estimated by 1, so both methods are the same."""
    observed = np.array(counts, float)
    expected = np.full(8, observed.mean())
    both, fixed = (
        fit_prior(observed, expected, method=method)
        for method in ("poisson-gamma", "martuzzi-hills")
    )
    assert fixed.variance == pytest.approx(both.variance, rel=1e-9) and fixed.variance > 0.04


def test_the_higher_of_two_tops_is_found() -> None:
    """A large area that fits hides in the moments that small areas differ widely."""
    observed = np.array([2000.0, *[0] * 15, *[9] * 5])
    expected = np.array([2000.0, *[2.25] * 20])
    mean, variance = fit_spread(observed, expected, start=1e-6, mean=1.0)
    assert ((observed - expected) ** 2 - observed).sum() < 0  # it falls from a variance of 0
    assert mean == 1 and variance > 1


def test_the_likelihood_is_that_of_its_definition() -> None:
    observed, expected = draw_areas(4)
    none = climb(observed, expected, 1.0, 0)
    for variance in (1e-3, 0.0099, 0.0101, 0.5, 20.0):
        found = rate_likelihood(observed, expected, np.array([1 / variance]), np.ones(1))[0]
        assert found == pytest.approx(climb(observed, expected, 1.0, variance) - none, abs=1e-7)


def test_a_likelihood_that_only_rises_or_only_falls_ends() -> None:
    alike = np.full(5, 1e6)
    assert fit_spread(alike, alike, start=0.01)[1] == 0
    one = np.array([1.0, *[0.0] * 40])
    mean, variance = fit_spread(one, np.full(41, 1e6), start=0.01, mean=1.0)
    assert mean == 1 and 1 < variance < 1e4
