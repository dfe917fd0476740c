"""TRAIT against a second implementation, written plainly from the steps on the page.

It takes one contrast and two counts, draws by itself and solves one draw at a time, with the group
compared as the reference has it: no middle of a pair, direct effects by contrast.
"""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from anchored import draw_anchored
from rareaccess.measures.eligibility import (
    Roles,
    build_cells,
    draw_unknowns,
    estimate_trait,
    fit_all,
)
from rareaccess.measures.eligibility.cells import share_groups
from rareaccess.measures.eligibility.regressions import Estimates

RANGE, OMEGA, DRAWS = (0.08, 0.20), 0.05, 1500


def find_slope(treated: float, prevalence: float) -> float:
    cut = ndtri(1 - prevalence)
    goal = treated + np.log(prevalence)
    return max(brentq(lambda b: np.log(ndtr(b - cut)) - goal, -3, 6), 0.05)


def pool_by_hand(found: Estimates, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and τ of each group against the last one."""
    middle, kappa, layout = np.sqrt(RANGE[0] * RANGE[1]), 0.9, found.layout
    slopes = np.array([find_slope(d, middle) for d in found.slopes])
    turn = np.array([(find_slope(d + 1e-5, middle) - find_slope(d - 1e-5, middle)) / 2e-5
                     for d in found.slopes])  # fmt: skip
    weights, taus = np.zeros((groups, 2)), np.zeros(groups)
    for g in range(groups - 1):
        shift = found.shifts[:, g] - found.shifts[:, -1]
        jacobian = np.zeros((2, layout.size))
        for j in range(2):
            start = layout.shifts.start + j * groups
            jacobian[j, [start + g, start + groups - 1]] = np.array([1, -1]) * kappa / slopes[j]
            jacobian[j, layout.slopes.start + j] = -kappa * shift[j] / slopes[j] ** 2 * turn[j]
        c = jacobian @ found.covariance @ jacobian.T + np.diag((kappa * OMEGA / slopes) ** 2)
        delta, inverse = kappa * shift / slopes, np.linalg.inv(c)
        mean = inverse.sum(axis=0) @ delta / inverse.sum()
        q = (delta - mean) @ inverse @ (delta - mean)
        trace = np.trace(inverse) - (inverse.sum(axis=0) ** 2).sum() / inverse.sum()
        tau2 = max(0.0, (q - 1) / trace)
        own = np.linalg.inv(c + tau2 * np.eye(2)).sum(axis=0)
        weights[g], taus[g] = own / own.sum(), np.sqrt(tau2)
    return weights, taus


@pytest.mark.slow
@pytest.mark.parametrize("one", [0.0, 0.3])
def test_the_estimate_is_that_of_the_page(one) -> None:
    frame = draw_anchored(people=40_000, shift=(0.5, 0.2, 0.0), ratio=0.7, one=one)
    found = fit_all(build_cells(frame, Roles({"flares": "count", "organs": "count"})))
    rng, layout, groups = np.random.default_rng(7), found.layout, 3
    weights, taus = pool_by_hand(found, groups)
    drawn = rng.multivariate_normal(found.vector, found.covariance, DRAWS)
    shares, result = share_groups(found.cells), []
    for theta in drawn:
        prevalence, kappa = np.exp(rng.uniform(*np.log(RANGE))), rng.uniform(0.8, 1)
        slopes = np.array([find_slope(d, prevalence) for d in theta[layout.slopes]])
        shifts, levels = theta[layout.shifts].reshape(2, groups), np.zeros(groups)
        for g in range(groups - 1):
            direct = rng.normal(0, OMEGA, 2)
            delta = kappa * (shifts[:, g] - shifts[:, -1] - direct) / slopes
            levels[g] = weights[g] @ (delta + rng.normal(0, taus[g] + 1e-12, 2))
        cut = brentq(lambda c: shares @ ndtr(levels - c) - prevalence, -6, 9)  # noqa: B023
        need = np.log(ndtr(levels[0] - cut)) - np.log(ndtr(-cut))
        result.append(theta[0] - theta[2] - need)
    draws = draw_unknowns(found, prevalence=RANGE, draws=20_000)
    trait = estimate_trait(found, draws, prevalence=RANGE, reference="c")
    for g in range(groups - 1):
        pool = trait.pools[g, groups - 1]
        assert pool.weights == pytest.approx(weights[g], abs=1e-4)
        assert pool.tau == pytest.approx(taus[g], abs=1e-4)
    ours = trait.treatment[:, 0]
    wanted = np.quantile(result, [0.025, 0.5, 0.975])
    assert np.quantile(ours, 0.5) == pytest.approx(wanted[1], abs=0.02)
    assert np.quantile(ours, [0.025, 0.975]) == pytest.approx(wanted[[0, 2]], abs=0.05)
