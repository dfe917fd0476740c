"""Slope and relative index of inequality: the gradient across all groups as one number."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.checking import check_multiplier
from rareaccess.measures.inequality.gradient import Gradient, read_gradient
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    Row,
    check_confidence,
    find_quantile,
    make_blank,
    make_row,
    measure_groups,
)

__all__ = ["SEED", "estimate_sii", "fit_line"]

SEED = 2004
"""Seed of the simulated intervals; the year in which Low and Low described the method."""

MEASURES = ("SII", "RII", "intercept")
RESAMPLES = 10
ZERO = "not given: a value or a limit without a logarithm, such as 0 events in a group"
CROSSES = "not given: the line is not above zero at both ends, where a ratio has no meaning"
NEAR = "not given: chance alone may bring an end of the line to zero, where a ratio has no meaning"


def fit_line(shares: Floats, ranks: Floats) -> Floats:
    """Return the two rows that give intercept and slope of the weighted least squares line.

    (XᵀWX)⁻¹XᵀW, with the shares of the population as weights W.

    Examples
    --------
    >>> weights = fit_line(np.array([0.25, 0.5, 0.25]), np.array([0.125, 0.5, 0.875]))
    >>> (weights @ [1.25, 2.0, 2.75]).round(6).tolist()  # on a line: 1 + 2 × rank
    [1.0, 2.0]
    """
    design = np.column_stack([np.ones_like(ranks), ranks])
    weighted = design.T * shares
    return np.asarray(np.linalg.solve(weighted @ design, weighted))


def _find_ends(found: Gradient, scaled: Floats, transform: bool) -> tuple[Floats, Floats]:
    """Return the fitted value at rank 0 and at rank 1, of one set of values or of many columns."""
    line = fit_line(found.shares, found.ranks)
    fitted = line @ (scaled if transform else found.restore(scaled))
    first, last = fitted[0], fitted[0] + fitted[1]
    return (found.restore(first), found.restore(last)) if transform else (first, last)


def _index(first: Floats, last: Floats, multiplier: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = last / first if multiplier > 0 else first / last
    return np.array([multiplier * (last - first), ratio, multiplier * first])


def _simulate(
    found: Gradient, transform: bool, multiplier: float, confidence: float, repetitions: int,
    seed: int, resamples: int,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the limits of the three measures, and the mean absolute difference of resamples."""
    rng = np.random.default_rng(seed)
    tail = (1 - confidence) / 2
    places = [max(round(repetitions * part), 1) - 1 for part in (tail, 1 - tail)]
    limits = np.empty((resamples, len(MEASURES), 2))
    for one in range(resamples):
        noise = rng.standard_normal((len(found.scaled), repetitions))
        drawn = found.scaled[:, None] + found.errors[:, None] * noise
        first, last = _find_ends(found, drawn, transform)
        indices = _index(first, last, multiplier)
        over, under = (last, first) if multiplier > 0 else (first, last)
        indices[1] = np.where(under > 0, np.where(over > 0, indices[1], 0.0), np.inf)
        limits[one] = np.sort(indices, axis=1)[:, places]
    if resamples == 1:
        return limits[0], np.full(len(MEASURES), NAN)
    with np.errstate(invalid="ignore"):  # of a ratio without limits
        return limits[0], np.abs(limits[1:] - limits[0]).mean(axis=(0, 2))


def _say_why_not(first: Floats, last: Floats, limits: Floats) -> str:
    """Return why there is no ratio: the line, or too many of the simulated ones, reaches zero.

    Parameters
    ----------
    first, last
        The ends of the line.
    limits
        Of the ratio by simulation, in which a line that reaches zero below is infinite and one
        that reaches it above is 0, so that a limit is such only if more lines are than the tail.
    """
    if not min(first, last) > 0:
        return CROSSES
    return "" if limits[0] > 0 and np.isfinite(limits[1]) else NEAR


def _approximate(found: Gradient, transform: bool, multiplier: float, confidence: float) -> Floats:
    """Return the limits of the three measures by the delta method; of the ratio on its log."""
    line = fit_line(found.shares, found.ranks)
    values = found.restore(found.scaled)
    first, last = _find_ends(found, found.scaled, transform)
    inner = np.ones_like(values) if transform else found.slope_of(values)
    outer = [found.slope_of(end) if transform else np.ones(()) for end in (first, last)]
    by_first = outer[0] * line[0] * inner * found.errors
    by_last = outer[1] * (line[0] + line[1]) * inner * found.errors
    z = find_quantile(confidence)
    sii, ratio, base = _index(first, last, multiplier)
    half = z * abs(multiplier) * np.sqrt(((by_last - by_first) ** 2).sum())
    spread = z * np.sqrt(((by_last / last - by_first / first) ** 2).sum())
    at_base = z * abs(multiplier) * np.sqrt((by_first**2).sum())
    log_limits = ratio * np.exp([-spread, spread]) if ratio > 0 else [NAN, NAN]
    return np.array([[sii - half, sii + half], log_limits, [base - at_base, base + at_base]])


def estimate_sii(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), group: str = "quintile",
    population: str = "population", value: str = "value", lower: str = "lower",
    upper: str = "upper", se: str | None = None, value_type: str = "other",
    transform: bool = False, multiplier: float = 1, confidence: float = 0.95,
    limits_at: float = 0.95, repetitions: int = 100_000, reliability: bool = False,
    seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """Slope index of inequality and relative index of inequality.

    The value of each group is regressed on the midpoint of its group in the cumulative
    population, from 0 (least advantaged) to 1 (most advantaged), with the share of the
    population as weight. With Y₀ and Y₁ the fitted values at the ends, SII = Y₁ − Y₀ and
    RII = Y₁/Y₀.

    Parameters
    ----------
    frame
        One row for each group, such as `estimate_rate` gives with `by` the quintile.
    by
        Columns for each value of which there is a gradient.
    group
        Column of quintiles or deciles: numbers or an ordered categorical, least advantaged
        first, at least five.
    population, value, lower, upper
        Columns. Values are not negative where they are rates, and 0 to 1 where proportions.
    se
        Column of standard errors, on the scale of `value_type`; by default from the limits.
    value_type
        `other`: normal as it is. `rate`: its logarithm is normal. `proportion`: its logit is.
    transform
        Whether the line is fitted to the logarithms or logits, and its ends brought back.
    multiplier
        SII and intercept are multiplied by it. If it is negative, RII is turned over. Not zero.
    confidence, limits_at
        Levels of the interval that is given, and of that which comes with the values.
    repetitions, seed
        Of the simulation: draws of each group's value from its normal distribution.
    reliability
        Whether the simulation is made ten times, to see how much its limits move.

    Returns
    -------
    DataFrame
        The columns of `by`, `measure` (`SII`, `RII`, `intercept`: Y₀), the standard columns
        (`n`: people), and `reliability`: the mean absolute difference between the limits of
        the first simulation and of the nine others, in units of the measure. Each measure has two
        rows, `simulated` and `delta method`.

    Raises
    ------
    UserError
        Fewer than five groups, or without an order; a population of zero; fewer than a thousand
        repetitions; a value outside its range; a lower limit above the upper one.

    Notes
    -----
    A line is assumed: see `check_linearity`. RII has no meaning where the line is at zero at an
    end, and none is given if more simulated lines are there than lie beyond a limit. The interval
    takes the groups' populations as known, and knows nothing of error in the records.

    References
    ----------
    Low and Low (2004), Measuring the gap: quantifying and comparing local health inequalities,
    Journal of Public Health 26:388. The transformed line, the simulation and the reliability
    are defined as in the package PHEindicatormethods.

    Examples
    --------
    >>> frame = pd.DataFrame({"quintile": [1, 2, 3, 4, 5], "population": 1000,
    ...                       "value": [10, 12, 14, 16, 18], "se": 1.0})
    >>> found = estimate_sii(frame, se="se", repetitions=1000).set_index(["measure", "method"])
    >>> sii = found.loc[("SII", "delta method"), ["value", "lower", "upper"]]
    >>> sii.astype(float).round(6).tolist()
    [10.0, 6.901025, 13.098975]
    >>> float(found.loc[("RII", "delta method"), "value"].round(6))
    2.111111
    """
    if repetitions < 1000:
        raise UserError(
            "A simulated interval needs more draws.",
            where="repetitions", found=str(repetitions), expected="1000 or more",
        )  # fmt: skip
    check_confidence(confidence)
    check_multiplier(multiplier, negative=True)
    methods = (f"simulated, {repetitions:,} draws", "delta method")

    def way(rows: pd.DataFrame) -> list[Row]:
        found = read_gradient(
            rows, group=group, population=population, value=value, lower=lower, upper=upper,
            se=se, scale=value_type, limits_at=limits_at,
        )  # fmt: skip
        n = float(rows[population].sum())
        usable = found is not None and bool(np.isfinite([found.scaled, found.errors]).all())
        if found is None or not usable:
            note = HIDDEN if found is None else ZERO
            return [
                {"measure": measure, **make_blank(confidence=confidence,
                 method=method, n=n, note=note, reliability=NAN)}
                for measure in MEASURES for method in methods
            ]  # fmt: skip
        first, last = _find_ends(found, found.scaled, transform)
        values = _index(first, last, multiplier)
        simulated, moved = _simulate(
            found, transform, multiplier, confidence, repetitions, seed,
            RESAMPLES if reliability else 1,
        )  # fmt: skip
        limits = (simulated, _approximate(found, transform, multiplier, confidence))
        why_not = {"RII": _say_why_not(first, last, simulated[1])}
        facts: Row = {"confidence": confidence, "n": n}
        return [
            {"measure": measure, **(
                make_blank(note=why_not[measure], method=method, reliability=NAN, **facts)
                if why_not.get(measure) else
                make_row(values[place], *limits[way][place], method=method,
                         reliability=NAN if way else moved[place], **facts)
            )}
            for place, measure in enumerate(MEASURES) for way, method in enumerate(methods)
        ]  # fmt: skip

    return measure_groups(frame, by, way)
