"""What chance alone gives, and what a given spread of true ratios gives: simulated counts."""

from collections.abc import Callable

import numpy as np

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import Floats

__all__ = ["SEED", "draw_counts", "find_p", "invert_test", "sort_areas", "start_draws"]

SEED = 1982
"""Seed of the simulations; the year of the paper by McPherson and others."""

STEPS = 24


def start_draws(repetitions: int, seed: int) -> np.random.Generator:
    """Return the generator of a simulation.

    Raises
    ------
    UserError
        Fewer than a hundred repetitions.
    """
    if repetitions < 100:
        raise UserError(
            "A simulation needs more repetitions.", where="repetitions",
            found=str(repetitions), expected="100 or more",
        )  # fmt: skip
    return np.random.default_rng(seed)


def sort_areas(observed: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Return the areas by size, so that the draws do not depend on the order of the rows."""
    order = np.lexsort((observed, expected))
    return observed[order], expected[order]


def draw_counts(
    expected: Floats, *, variance: float, repetitions: int, rng: np.random.Generator
) -> Floats:
    """Return simulated counts, one row a repetition, of areas whose true ratios have a spread.

    Counts are Poisson about expected × ratio; ratios are gamma with mean 1 and the variance. A
    variance of 0, or one below it, is chance alone.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> counts = draw_counts(np.full(4, 10.0), variance=0.2, repetitions=20_000, rng=rng)
    >>> float(counts.var().round(-1))  # 10 + 10² × 0.2
    30.0
    """
    size = (repetitions, len(expected))
    ratios = rng.gamma(1 / variance, variance, size) if variance > 0 else 1.0
    return rng.poisson(expected * ratios, size).astype(np.float64)


def find_p(simulated: Floats, found: float) -> float:
    """Return the share of simulations that are as large as what was found, which counts as one.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap methods and their application, section 4.2.

    Examples
    --------
    >>> find_p(np.array([1.0, 2.0, 3.0, 4.0]), 3.0)
    0.6
    """
    return float((1 + (simulated >= found - 1e-12).sum()) / (1 + len(simulated)))


def invert_test(
    found: float, simulate: Callable[[float], Floats], *, confidence: float, most: float
) -> tuple[float, float]:
    """Return the variances between which a result is not unusual, by halving on their scale.

    The lower limit is 0 where chance alone gives the result often enough; the upper one is 0
    where even that gives it too seldom.

    Parameters
    ----------
    simulate
        Results that a variance gives; larger for larger variances.
    most
        The largest variance that is looked at.
    """
    tail = (1 - confidence) / 2

    def is_small(variance: float) -> bool:  # a larger variance is needed to give as much
        return bool((simulate(variance) >= found).mean() < tail)

    def is_large(variance: float) -> bool:
        return bool((simulate(variance) <= found).mean() < tail)

    def halve(is_above: Callable[[float], bool]) -> float:
        low, high = 0.0, most
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if is_above(middle) else (middle, high)
        return (low + high) / 2

    lower = halve(lambda variance: not is_small(variance)) if is_small(0.0) else 0.0
    upper = 0.0 if is_large(0.0) else halve(is_large)
    return lower, upper
