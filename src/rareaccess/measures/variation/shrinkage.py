"""Empirical-Bayes ratios: each area's ratio, drawn to the mean the more the fewer its events."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from rareaccess.measures.checking import check_areas
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    Row,
    check_confidence,
    check_sums,
    make_row,
    measure_groups,
    select_option,
)
from rareaccess.measures.variation.likelihood import fit_spread
from rareaccess.measures.variation.scv import STANDARDS

__all__ = ["METHODS", "Prior", "fit_prior", "shrink_ratios"]

METHODS = ("poisson-gamma", "martuzzi-hills", "clayton-kaldor", "marshall")
ROUNDS = 10_000
EQUAL = "the areas differ no more than chance gives: all ratios are the mean"
NOTHING = "not given: no events in any area, so that nothing is known of how they differ"


@dataclass(frozen=True)
class Prior:
    """How the true ratios of areas spread: gamma, with this mean and variance, 0 for none."""

    mean: float
    variance: float

    def shrink(self, observed: Floats, expected: Floats) -> Floats:
        """Return the posterior means, (O + mean²/variance)/(E + mean/variance)."""
        if self.variance <= 0:
            return np.full_like(expected, self.mean)
        return (observed + self.mean**2 / self.variance) / (expected + self.mean / self.variance)

    def limit(self, observed: Floats, expected: Floats, part: float) -> Floats:
        """Return a quantile of the posterior of each area."""
        if self.variance <= 0:
            return np.full_like(expected, self.mean)
        shape = observed + self.mean**2 / self.variance
        return np.asarray(gammaincinv(shape, part) / (expected + self.mean / self.variance))


def _fit_marshall(observed: Floats, expected: Floats) -> Prior:
    mean, ratios = observed.sum() / expected.sum(), observed / expected
    spread = (expected * (ratios - mean) ** 2).sum() / expected.sum()
    return Prior(mean, max(spread - mean / expected.mean(), 0.0))


def _fit_clayton(observed: Floats, expected: Floats) -> Prior:
    """Alternate between shrunk ratios and the moments of the prior that they give."""
    if len(observed) < 2:  # one ratio has no spread
        return Prior(float(observed.sum() / expected.sum()), 0.0)
    prior = Prior(float((observed / expected).mean()), float((observed / expected).var(ddof=1)))
    for _ in range(ROUNDS):
        if prior.variance < 1e-9:
            return Prior(float(observed.sum() / expected.sum()), 0.0)
        ratios, rate = prior.shrink(observed, expected), prior.mean / prior.variance
        mean = float(ratios.mean())
        apart = (1 + rate / expected) * (ratios - mean) ** 2
        new = Prior(mean, float(apart.sum() / (len(ratios) - 1)))
        if abs(new.variance - prior.variance) + abs(mean - prior.mean) < 1e-14:
            return new
        prior = new
    return prior


def _fit_likelihood(observed: Floats, expected: Floats, fixed: bool) -> Prior:
    """Return the maximum likelihood: of the variance with mean 1, or of both."""
    mean = float(observed.sum() / expected.sum())
    start = _fit_marshall(observed, expected).variance or 0.01 * mean**2
    return Prior(*fit_spread(observed, expected, start=start, mean=1.0 if fixed else None))


def fit_prior(observed: Floats, expected: Floats, *, method: str) -> Prior:
    """Return the spread of the true ratios of areas; NaN where no area has an event.

    Parameters
    ----------
    method
        As in `shrink_ratios`.

    Examples
    --------
    >>> prior = fit_prior(np.array([5.0, 20, 10, 25]), np.array([10.0, 10, 15, 25]),
    ...                   method="marshall")
    >>> round(float(prior.mean), 6), round(float(prior.variance), 6)
    (1.0, 0.169444)
    """
    select_option("method", method, METHODS)
    if not observed.sum() > 0:
        return Prior(NAN, NAN)
    if method == "marshall":
        return _fit_marshall(observed, expected)
    if method == "clayton-kaldor":
        return _fit_clayton(observed, expected)
    return _fit_likelihood(observed, expected, fixed=method == "martuzzi-hills")


def shrink_ratios(
    frame: pd.DataFrame, *, area: str = "area", by: str | Sequence[str] = (),
    observed: str = "observed", expected: str = "expected", method: str = "poisson-gamma",
    standard: str = "internal", confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Empirical-Bayes ratio of each area, with the quantiles of its posterior.

    True ratios are gamma with mean m and variance A, so that a ratio is
    (O + m²/A)/(E + m/A) = m + A/(A + m/E) × (O/E − m).

    Parameters
    ----------
    frame
        One row for each area, with its observed and expected events.
    method
        How m and A are found. `poisson-gamma`: both by maximum likelihood of the negative
        binomial. `martuzzi-hills`: A so, with m = 1. `clayton-kaldor`: m the mean of the shrunk
        ratios, A = Σ(1 + m/AE)(ratio − m)²/(k − 1), until both stand. `marshall`: m = ΣO/ΣE,
        A = ΣE(O/E − m)²/ΣE − m/Ē, 0 if that is negative.
    standard
        As in `estimate_scv`.

    Returns
    -------
    DataFrame
        The columns of `by`, `area`, the standard columns (`n`: observed events), `expected`,
        `ratio` (O/E), `prior_mean` and `prior_variance`.

    Raises
    ------
    UserError
        Expected events are zero or do not sum to the observed; an area comes twice.

    Notes
    -----
    Without any event no ratio is given: the spread has no estimate. The interval takes m and A as
    known, so that with few areas it is too short.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43:671. Marshall (1991), Applied Statistics 40:283.
    Martuzzi and Hills (1995), American Journal of Epidemiology 141:369.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": list("ABCD"), "observed": [5, 20, 10, 25],
    ...                       "expected": [10.0, 10, 15, 25]})
    >>> shrink_ratios(frame, method="marshall")["value"].round(4).tolist()
    [0.6856, 1.6289, 0.7608, 1.0]
    """
    select_option("method", method, METHODS)
    select_option("standard", standard, STANDARDS)
    tolerance, tail = 0.005 if standard == "internal" else np.inf, (1 - confidence) / 2
    check_confidence(confidence)

    def way(rows: pd.DataFrame) -> list[Row]:
        check_areas(rows, area)
        rows = rows.sort_values(area, kind="stable")
        counts, sizes = check_sums(rows, observed, expected, tolerance=tolerance)
        hidden = bool(np.isnan(counts).any())
        prior = Prior(NAN, NAN) if hidden else fit_prior(counts, sizes, method=method)
        none = not hidden and not counts.sum()
        note = HIDDEN if hidden else NOTHING if none else "" if prior.variance else EQUAL
        parts = [np.full_like(sizes, NAN)] * 3
        if not (hidden or none):
            limits = [prior.limit(counts, sizes, part) for part in (tail, 1 - tail)]
            parts = [prior.shrink(counts, sizes), *limits]
        return [
            {area: name, **make_row(value, lower, upper, confidence=confidence, method=method,
             n=n, note=note, expected=size, ratio=n / size, prior_mean=prior.mean,
             prior_variance=prior.variance)}
            for name, value, lower, upper, n, size in zip(
                rows[area], *parts, counts, sizes, strict=True)
        ]  # fmt: skip

    return measure_groups(frame, by, way, needs=[area])
