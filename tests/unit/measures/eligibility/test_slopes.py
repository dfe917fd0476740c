"""The slope of an anchor is found again from how much more of it the treated have."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal, norm

from rareaccess.measures.eligibility.slopes import CEILING, FLOOR, find_slopes, find_upper

NONE = np.array([np.nan])


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.3, 0.9, 0.99])
def test_the_bivariate_tail_is_that_of_scipy(correlation) -> None:
    first, second = np.array([-1.7, 0.4]), np.array([-1.2, -1.2])
    angle = np.full(2, np.arcsin(correlation))
    expected = [multivariate_normal.cdf([h, k], cov=[[1, correlation], [correlation, 1]])
                for h, k in zip(first, second, strict=True)]  # fmt: skip
    found, slope = find_upper(first, second, angle)
    assert found == pytest.approx(expected, abs=2e-5)
    near = find_upper(first, second, angle + 1e-5)[0] - find_upper(first, second, angle - 1e-5)[0]
    assert slope == pytest.approx(near / 2e-5, rel=1e-3, abs=3e-6)


@pytest.mark.parametrize("slope", [0.1, 0.6, 1.5])
@pytest.mark.parametrize("prevalence", [0.04, 0.12, 0.3])
def test_the_slope_of_a_count_by_integration(slope, prevalence) -> None:
    cut = ndtri(1 - prevalence)

    def mean(low: float) -> float:
        return quad(lambda a: np.exp(slope * a) * norm.pdf(a), low, 12)[0]

    more = np.log(mean(cut) / prevalence / mean(-12))
    found = find_slopes(np.array([[more]]), np.array([prevalence]), ("count",), NONE)
    assert found[0, 0] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("slope", [0.1, 0.45, 0.85])
@pytest.mark.parametrize("prevalence", [0.04, 0.12, 0.3])
def test_the_slope_of_a_flag_by_integration(slope, prevalence) -> None:
    cut, level = ndtri(1 - prevalence), -1.9

    def flagged(a: float) -> float:
        return float(ndtr((level + slope * a) / np.sqrt(1 - slope**2)) * norm.pdf(a))

    share = quad(flagged, cut, 12)[0] / prevalence
    more = ndtri(share) - level
    found = find_slopes(np.array([[more]]), np.array([prevalence]), ("binary",), np.array([level]))
    assert found[0, 0] == pytest.approx(slope, abs=1e-5)


def test_no_slope_turns_its_sign_or_leaves_its_range() -> None:
    wild = np.array([[-1.0, -1.0], [5.0, 5.0]])
    found = find_slopes(wild, np.array([0.12, 0.12]), ("count", "binary"), np.array([np.nan, -1.9]))
    assert found[0].tolist() == [FLOOR, FLOOR]
    assert found[1].tolist() == pytest.approx([ndtri(CEILING) + ndtri(0.88), CEILING])
