"""The mixed model of rates, against quadrature and against planted variances."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, logsumexp

from rareaccess.core.errors import UserError
from rareaccess.measures.place import EXPONENTIAL, find_region, fit_rates


def draw(rng: np.random.Generator, centre: float, board: float, total: float) -> tuple:
    boards = np.repeat(np.arange(42), 4)
    centres = (boards + rng.integers(0, 4, 168)) % 35
    expected = rng.gamma(2, 1, 168)
    expected *= total / expected.sum()
    effect = board * rng.normal(size=42)[boards] + centre * rng.normal(size=35)[centres]
    return rng.poisson(expected * np.exp(effect)), expected, centres, boards


def test_one_kind_agrees_with_the_likelihood_by_quadrature() -> None:
    """Places and the level are integrated on a grid instead of by the approximation of Laplace."""
    events, expected = np.array([3, 14, 8, 20, 5, 10.0, 2, 12]), np.full(8, 9.0)
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    levels = np.linspace(-2.5, 2.5, 201)

    def deviance(deviation: float) -> float:
        log_rate = levels[:, None] + deviation * nodes + np.log(9.0)
        each = [
            logsumexp(np.log(weights) + o * log_rate - np.exp(log_rate) - gammaln(o + 1), axis=1)
            for o in events
        ]
        return -2 * float(logsumexp(np.sum(each, axis=0)))

    best = minimize_scalar(deviance, bounds=(0.05, 1.7), method="bounded").x
    found = fit_rates(events, expected, list(range(8)))
    assert np.sqrt(found["variance"].iloc[0]) == pytest.approx(best, rel=0.05)


@pytest.mark.long
def test_planted_variances_lie_in_the_limits_about_as_often_as_they_should() -> None:
    rng, held = np.random.default_rng(7), []
    for _ in range(40):
        found = fit_rates(*draw(rng, 0.3, 0.5, 900))
        truth = np.array([0.09, 0.25, EXPONENTIAL])
        held.append((found["lower"] <= truth + 1e-9) & (truth - 1e-9 <= found["upper"]))
    assert np.mean(held, axis=0)[:2] == pytest.approx([0.95] * 2, abs=0.1)


@pytest.mark.slow
def test_without_differences_the_lower_limits_are_nought() -> None:
    found = fit_rates(*draw(np.random.default_rng(1), 0.0, 0.0, 900))
    assert found["share_lower"].iloc[:2].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert found["ratio_upper"].iloc[:2].max() < 1.3
    assert found["variance"].iloc[2] == pytest.approx(np.pi**2 / 6)


def test_a_place_without_an_event_is_no_obstacle_and_no_end_is_none() -> None:
    found = fit_rates([0, 12, 9, 0, 15], [6.0] * 5, list("abcde"), list("xxyyz"))
    assert np.isfinite(found[["variance", "lower", "share_upper"]].to_numpy()).all()
    assert found["upper"].isna().tolist() == [True, True, False]
    assert found["ratio_upper"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("events", "expected", "what"),
    [([1, 2], [1.0, 0.0], "cannot be used"), ([0, 0], [1.0, 1.0], "no event"),
     ([1], [1.0, 1.0], "cannot be used")],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused(events: list, expected: list, what: str) -> None:
    with pytest.raises(UserError, match=what):
        fit_rates(events, expected, [1, 2])


def test_a_narrow_region_at_an_edge_is_found() -> None:
    sharp = find_region(
        lambda one, two: [((one - 0.003) / 0.001) ** 2 + ((two - 8.9) / 0.01) ** 2, one],
        box=((0, 1), (0, 9)),
    )
    value, lower, upper = sharp.limit(sharp.first)
    assert (value, lower, upper) == pytest.approx((0.003, 0.00104, 0.00496), abs=2e-4)
    assert sharp.parts[0] == pytest.approx(sharp.first, abs=1e-9)
