"""What a unit of activity does to an anchor, from how much more of it the treated have."""

import numpy as np
from scipy.special import ndtr, ndtri

from rareaccess.measures.tidy import Floats

__all__ = ["FLOOR", "SCALES", "find_slopes", "find_upper"]

FLOOR = 0.05
"""The least slope, so that none changes its sign."""

CEILING = 0.995
"""The most that a share may be that has to stay below one: the mass above a threshold, tilted."""

SCALES = {"count": 1.0, "binary": 0.55}
"""A shift of a log rate as a shift of each kind's own scale: a probit moves by about 0.55 of it."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
STEPS = 7


def find_upper(first: Floats, second: Floats, angle: Floats) -> tuple[Floats, Floats]:
    """Return P(X > −first, Y > −second) of two standard normals, and its slope in the angle.

    Parameters
    ----------
    first, second
        Limits, of one shape.
    angle
        The arcsine of the correlation, of the same shape.

    References
    ----------
    Drezner and Wesolowsky (1990), Journal of Statistical Computation and Simulation 35:101.

    Examples
    --------
    >>> zero, angle = np.zeros(1), np.arcsin(np.array([0.5]))
    >>> find_upper(zero, zero, angle)[0].round(6)  # 1/4 + arcsin(r)/2π
    array([0.333333])
    """
    half = angle[..., None] / 2
    turned = half * (1 + NODES)
    inner = _find_density(first[..., None], second[..., None], turned)
    area = (inner * WEIGHTS).sum(axis=-1) * half[..., 0]
    return ndtr(first) * ndtr(second) + area, _find_density(first, second, angle)


def _find_density(first: Floats, second: Floats, angle: Floats) -> Floats:
    sine, square = np.sin(angle), np.cos(angle) ** 2
    form = first**2 + second**2 - 2 * first * second * sine
    return np.asarray(np.exp(-form / (2 * square)) / (2 * np.pi))


def find_slopes(
    treated: Floats, prevalence: Floats, kinds: tuple[str, ...], intercepts: Floats
) -> Floats:
    """Return the slope of each anchor in activity, for each draw.

    Activity A is standard normal and those with A > c = Φ⁻¹(1 − π) are eligible. A count whose log
    mean has the slope B in A is e^D = Φ(B − c)/π times as common among the eligible. A flag with
    the correlation r has P(X* > −a, A > c; r)/π = Φ(a + D), and B = r.

    Parameters
    ----------
    treated
        D, the slope of the treated, shape (n, J).
    prevalence
        π, shape (n,).
    kinds, intercepts
        Kind of each anchor, and the probit of its mean in the cohort, shape (J,).

    Returns
    -------
    ndarray
        Shape (n, J), at least `FLOOR`.

    Examples
    --------
    >>> pi, slope = np.array([0.12]), 0.6
    >>> more = np.log(ndtr(slope - ndtri(1 - pi)) / pi)[:, None]
    >>> find_slopes(more, pi, ("count",), np.array([np.nan])).round(6)
    array([[0.6]])
    """
    found = np.empty_like(treated)
    cut = ndtri(1 - prevalence)
    for j, kind in enumerate(kinds):
        if kind == "count":
            mass = np.minimum(prevalence * np.exp(treated[:, j]), CEILING)
            found[:, j] = ndtri(mass) + cut
        else:
            found[:, j] = _find_correlation(float(intercepts[j]), treated[:, j], prevalence, cut)
    return np.maximum(found, FLOOR)


def _find_correlation(intercept: float, treated: Floats, prevalence: Floats, cut: Floats) -> Floats:
    """Solve for the correlation by Newton steps in its arcsine, kept inside its range."""
    first, goal = np.full_like(treated, intercept), prevalence * ndtr(intercept + treated)
    angle, last = np.full_like(treated, 0.4), np.arcsin(CEILING)
    for _ in range(STEPS):
        share, slope = find_upper(first, -cut, angle)
        angle = np.clip(angle - (share - goal) / np.maximum(slope, 1e-12), 0.0, last)
    return np.sin(angle)
