"""Maximum likelihood of the spread of true ratios: the negative binomial of counts of areas."""

from collections.abc import Callable

import numpy as np
from scipy import optimize
from scipy.special import digamma, gammaln

from rareaccess.measures.tidy import Floats

__all__ = ["fit_spread", "rate_likelihood"]

SERIES = {1.0: -1 / 2, 2.0: -1 / 12, 4.0: 1 / 120, 6.0: -1 / 252}
"""What digamma(x) has beside log(x), by powers of 1/x."""
LARGE = 100.0
"""The shape from which series in 1/shape have more digits than gamma functions."""
MOST = 25.0
"""The log of the shape above which the areas cannot be told from equal ones."""
LEAST = -12.0
"""The log of the smallest shape that is looked at: a variance of the mean squared times 160,000."""
GAIN = 1e-6
"""By how much another top must be higher than that nearest to the moments."""


def _find_rise(observed: Floats, shape: float) -> Floats:
    """Return digamma(observed + shape) - digamma(shape), to all its digits where shape is large."""
    if shape < LARGE:
        return np.asarray(digamma(observed + shape) - digamma(shape))
    x = observed + shape
    series = sum(n * (x**-power - shape**-power) for power, n in SERIES.items())
    return np.asarray(np.log1p(observed / shape) + series)


def rate_likelihood(observed: Floats, expected: Floats, shapes: Floats, means: Floats) -> Floats:
    """Return the log-likelihood of gamma ratios, less that of equal ratios of 1.

    Parameters
    ----------
    shapes, means
        Of the gamma distribution, one of each for each value that is returned; an infinite shape
        is equal ratios.

    Examples
    --------
    >>> observed, expected = np.array([4.0, 0.0]), np.array([2.0, 2.0])
    >>> rate_likelihood(observed, expected, np.array([1.0, np.inf]), np.ones(2)).round(3)
    array([0.586, 0.   ])
    """
    found = np.empty(len(shapes))
    for place, (shape, mean) in enumerate(zip(shapes, means, strict=True)):
        if np.isinf(shape):
            terms = observed * np.log(mean) + (1 - mean) * expected
        else:
            ends = gammaln(observed + shape) - gammaln(shape) - observed * np.log(shape)
            if shape >= LARGE:
                ends = (shape + observed - 0.5) * np.log1p(observed / shape) - observed
                ends += (1 / (shape + observed) - 1 / shape) / 12
            ratio = np.log1p(expected * mean / shape)
            terms = ends + observed * np.log(mean) - (observed + shape) * ratio + expected
        found[place] = terms.sum()
    return found


def _find_slope(observed: Floats, expected: Floats, shape: float, rate: float) -> float:
    """Return the derivative of the log-likelihood by the log of the shape, at the same rate."""
    return float((_find_rise(observed, shape) - np.log1p(expected / rate)).sum() * shape)


def _bracket(
    slope: Callable[[float], float], start: float, ends: tuple[float, float]
) -> tuple[float, float] | None:
    """Return two places about a top, by steps of 1 from the start; None where there is none."""
    low = high = start
    while slope(low) < 0:
        low -= 1
        if low < ends[0]:
            return None
    while slope(high) > 0:
        high += 1
        if high > ends[1]:
            return None
    return low, high


def fit_spread(
    observed: Floats, expected: Floats, *, start: float, mean: float | None = None
) -> tuple[float, float]:
    """Return mean and variance of gamma ratios by maximum likelihood; variance 0 for equal ones.

    The likelihood may have more than one top: that nearest to the start is climbed first, and
    another takes its place where a look at all variances finds one that is higher.

    Parameters
    ----------
    start
        A variance of the ratios, such as that of moments, where the first top is looked for.
    mean
        If the mean is known; by default it is estimated with the variance.

    Notes
    -----
    For each rate the likelihood is highest at a shape in closed form, so one root is left to
    find. Without any event there is no likelihood to climb: the caller leaves that out.

    Examples
    --------
    >>> observed, expected = np.array([14.0, 6, 1, 6, 4, 10, 2, 3]), np.full(8, 5.75)
    >>> tuple(round(one, 3) for one in fit_spread(observed, expected, start=0.3, mean=1.0))
    (1.0, 0.33)
    """
    fixed, level = mean is not None, mean or float(observed.sum() / expected.sum())
    ends = (LEAST - float(np.log(level)), MOST - float(np.log(level)))

    def get_shape(rate: float) -> float:
        if fixed:
            return rate * level
        above = float((observed / (expected + rate)).sum())
        return above / float((expected / (rate * (expected + rate))).sum())

    def slope(log_rate: float) -> float:
        rate = float(np.exp(log_rate))
        found = _find_slope(observed, expected, get_shape(rate), rate)
        if fixed:
            found += float(((level * expected - observed) / (expected + rate)).sum()) * rate
        return found

    def climb(low: float, high: float) -> tuple[float, float]:
        rate = float(np.exp(optimize.brentq(slope, low, high, xtol=1e-14)))
        return get_shape(rate), rate

    def height(top: tuple[float, float]) -> float:
        shape, rate = (np.array([one]) for one in top)
        at = np.array([level]) if np.isinf(shape) else shape / rate
        return float(rate_likelihood(observed, expected, shape, at)[0])

    best = (np.inf, np.inf)
    if ((observed - level * expected) ** 2 - observed).sum() > 0:  # it rises from a variance of 0
        near = _bracket(slope, float(np.log(level / start)), ends)
        best = climb(*near) if near else best
    grid = np.arange(*ends, 0.5)
    slopes = np.array([slope(one) for one in grid])
    for place in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] < 0)):
        other = climb(grid[place], grid[place + 1])
        best = other if height(other) > height(best) + GAIN else best
    shape, rate = best
    return (level, 0.0) if np.isinf(shape) else (shape / rate, shape / rate**2)
