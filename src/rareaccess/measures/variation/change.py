"""The systematic component of variation in two periods, and whether it changed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.measures.checking import check_areas, sort_periods
from rareaccess.measures.tidy import (
    HIDDEN,
    STANDARD,
    Floats,
    Row,
    check_confidence,
    check_sums,
    make_blank,
    make_row,
    measure_groups,
    refuse_column,
    select_option,
)
from rareaccess.measures.variation.chance import SEED, start_draws
from rareaccess.measures.variation.scv import STANDARDS, estimate_scv, score_areas

__all__ = ["compare_scv", "draw_pairs"]

INTERVALS = ("poisson-gamma", "areas")


def _correlate(counts: Floats, sizes: Floats, variances: Floats) -> float:
    """Return the correlation of the true ratios of two periods, from 0 to 1, by moments."""
    if (variances <= 0).any():
        return 0.0
    apart = (counts - sizes) / sizes
    return float(np.clip((apart[0] * apart[1]).mean() / np.sqrt(variances.prod()), 0, 1))


def draw_pairs(
    sizes: Floats, variances: Floats, correlation: float, repetitions: int,
    rng: np.random.Generator,
) -> list[Floats]:  # fmt: skip
    """Return simulated counts of both periods, whose true ratios go together.

    Parameters
    ----------
    sizes
        Expected events, a row a period and a column an area.
    variances
        Of the true ratios of each period; 0 or less is chance alone.
    correlation
        Of the normal scores of the two ratios of an area, 0 to 1.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> [part.shape for part in draw_pairs(np.full((2, 3), 9.0), np.full(2, 0.1), 0.5, 4, rng)]
    [(4, 3), (4, 3)]
    """
    shared = rng.standard_normal((repetitions, sizes.shape[1]))
    drawn = []
    for expected, variance in zip(sizes, variances, strict=True):
        own = rng.standard_normal(shared.shape)
        score = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
        ratios: Floats | float = 1.0
        if variance > 0:
            rank = stats.norm.cdf(score)
            ratios = np.asarray(stats.gamma.ppf(rank, 1 / variance, scale=variance))
        drawn.append(rng.poisson(expected * ratios, shared.shape).astype(np.float64))
    return drawn


def _take_first(
    rows: pd.DataFrame, area: str, observed: str, expected: str, standard: str, interval: str,
    confidence: float, repetitions: int, seed: int,
) -> Row:  # fmt: skip
    """Return the standard columns of the SCV of one period."""
    found = estimate_scv(
        rows, area=area, observed=observed, expected=expected, standard=standard,
        interval=interval, confidence=confidence, repetitions=repetitions, seed=seed,
    )  # fmt: skip
    return {name: found[name].iloc[0] for name in STANDARD}


def compare_scv(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), area: str = "area",
    period: str = "period", observed: str = "observed", expected: str = "expected",
    standard: str = "internal", interval: str = "poisson-gamma", confidence: float = 0.95,
    repetitions: int = 2_000, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """The SCV of the same areas in two periods, and the change, later less earlier.

    Areas that had a high ratio often have it again, so the two are not independent. With
    `poisson-gamma`, areas are simulated whose true ratios have in each period the variance found
    and the correlation found, ρ = mean of (O₁ − E₁)(O₂ − E₂)/(E₁E₂) / √(V₁V₂), kept within 0 to
    1. With `areas`, areas are drawn again with replacement, each with both its periods.

    Parameters
    ----------
    frame
        One row for each area and period; expected events are standardised within each period.
    area, period
        Columns; two periods, each with the same areas. Numbers, dates and text are in their usual
        order, an ordered categorical in its own.
    observed, expected, standard, interval, confidence, repetitions, seed
        As in `estimate_scv`; form of Diehr.

    Returns
    -------
    DataFrame
        The columns of `by`, `measure` (`earlier`, `later`, `change`) and the standard columns
        (`n`: observed events). The change is of the SCVs before a negative one is shown as 0.

    Raises
    ------
    UserError
        Not two periods, areas that are not in both, or what `estimate_scv` refuses.

    References
    ----------
    As of `estimate_scv`. Davison and Hinkley (1997), Bootstrap methods and their application.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": list("ABCD") * 2, "period": [1] * 4 + [2] * 4,
    ...     "observed": [5, 20, 10, 25, 9, 11, 15, 25], "expected": [10.0, 10, 15, 25] * 2})
    >>> found = compare_scv(frame).set_index("measure")
    >>> found["value"].round(2).tolist()
    [26.36, 0.0, -33.53]
    """
    select_option("interval", interval, INTERVALS)
    select_option("standard", standard, STANDARDS)
    tolerance = 0.005 if standard == "internal" else np.inf

    def way(rows: pd.DataFrame) -> list[Row]:
        periods = sort_periods(rows, period)
        parts = [rows[rows[period] == one].sort_values(area) for one in periods]
        for one in parts:
            check_areas(one, area)
        if len(parts) != 2 or list(parts[0][area]) != list(parts[1][area]):
            raise refuse_column(
                f"{area}, {period}", "Two periods of the same areas are compared.",
                found=f"{len(parts)} periods, with " + ", ".join(str(len(one)) for one in parts)
                + " rows", expected="two periods, each with one row for each area",
            )  # fmt: skip
        read = [check_sums(one, observed, expected, tolerance=tolerance) for one in parts]
        counts, sizes = (np.array([one[side] for one in read]) for side in (0, 1))
        scores = [score_areas(*one) for one in read]
        single: list[Row] = [
            _take_first(
                one, area, observed, expected, standard, interval, confidence, repetitions, seed
            )
            for one in parts
        ]
        found = np.array([one.mean() for one in scores])
        facts = {"confidence": check_confidence(confidence), "method": f"diehr, {interval}",
                 "n": counts.sum()}  # fmt: skip
        if np.isnan(found).any():
            change = make_blank(note=HIDDEN, **facts)
        else:
            rng = start_draws(repetitions, seed)
            if interval == "areas":
                chosen = rng.integers(0, len(scores[0]), (repetitions, len(scores[0])))
                first, last = (one[chosen].mean(axis=1) for one in scores)
            else:
                pairs = draw_pairs(sizes, found, _correlate(counts, sizes, found), repetitions, rng)
                first, last = (
                    score_areas(one, expected).mean(axis=1)
                    for one, expected in zip(pairs, sizes, strict=True)
                )
            tail = (1 - confidence) / 2
            limits = np.quantile(last - first, [tail, 1 - tail])
            change = make_row(*(100 * one for one in (found[1] - found[0], *limits)), **facts)
        named = zip(("earlier", "later", "change"), [*single, change], strict=True)
        return [{"measure": measure, **one} for measure, one in named]

    return measure_groups(frame, by, way, needs=[area, period])
