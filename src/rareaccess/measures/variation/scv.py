"""Systematic component of variation: how far true ratios of areas differ, without chance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.measures.checking import check_areas
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    Row,
    add_notes,
    check_confidence,
    check_sums,
    make_blank,
    make_row,
    measure_groups,
    select_option,
)
from rareaccess.measures.variation.chance import (
    SEED,
    draw_counts,
    find_p,
    invert_test,
    sort_areas,
    start_draws,
)

__all__ = ["FORMS", "STANDARDS", "estimate_scv", "score_areas"]

FORMS = ("diehr", "mcpherson")
INTERVALS = ("poisson-gamma", "areas", "inversion")
STANDARDS = ("internal", "external")
NEGATIVE = "shown as 0: the areas differ less than chance alone would give"
APART = "interval and p disagree: one is of areas that differ as found, the other of areas alike"
WIDEST = 25.0  # of the variance of ratios, in the inversion


def score_areas(observed: Floats, expected: Floats, form: str = "diehr") -> Floats:
    """Return what each area gives to the SCV, which is the mean of them × 100.

    Diehr: (O − E)²/E² − 1/E. McPherson: log²(O/E) − 1/E, which is infinite for no events.

    Examples
    --------
    >>> observed, expected = np.array([5.0, 20, 10, 25]), np.array([10.0, 10, 15, 25])
    >>> (100 * score_areas(observed, expected)).round(4).tolist()
    [15.0, 90.0, 4.4444, -4.0]
    """
    if form == "mcpherson":
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(observed / expected) ** 2 - 1 / expected)
    return np.asarray(((observed - expected) / expected) ** 2 - 1 / expected)


def _bound(
    observed: Floats, expected: Floats, found: float, *, form: str, interval: str,
    confidence: float, repetitions: int, rng: np.random.Generator,
) -> tuple[float, float]:  # fmt: skip
    """Return the limits of the SCV, as a variance; none where draws have no SCV."""

    def draw(variance: float) -> Floats:
        counts = draw_counts(expected, variance=variance, repetitions=repetitions, rng=rng)
        return np.asarray(score_areas(counts, expected, form).mean(axis=1))

    if interval == "inversion":
        return invert_test(found, draw, confidence=confidence, most=WIDEST)
    if interval == "areas":
        chosen = rng.integers(0, len(observed), (repetitions, len(observed)))
        drawn = score_areas(observed, expected, form)[chosen].mean(axis=1)
    else:
        drawn = draw(found)
    if not np.isfinite(drawn).all():
        return NAN, NAN
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail]).clip(0)
    return float(lower), float(upper)


def estimate_scv(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), area: str = "area",
    observed: str = "observed", expected: str = "expected", form: str = "diehr",
    standard: str = "internal", interval: str = "poisson-gamma", confidence: float = 0.95,
    repetitions: int = 10_000, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """Systematic component of variation, with its interval and how often chance gives as much.

    SCV = 100 × (mean of (O − E)²/E² − mean of 1/E) over the areas: the variance of O/E less that
    of a Poisson count. It estimates 100 times the variance of the true ratios.

    Parameters
    ----------
    frame
        One row for each area, with its observed and expected events.
    area
        Column that names the areas, none of them twice; not needed.
    form
        `diehr`, or `mcpherson`, with log²(O/E) for (O − E)²/E²; not defined with no events.
    standard
        `internal`: expected events are of the rates of all areas together, and must sum to the
        observed. `external`: of the rates of another population.
    interval
        `poisson-gamma`: percentiles of the SCV of simulated areas whose true ratios have the
        variance found. `areas`: percentiles when the areas are drawn again with replacement;
        too short with few. `inversion`: the variances with which the SCV found is not unusual;
        slower, and the choice for fewer than ten areas.
    repetitions, seed
        Of the simulations, of the interval and of p.

    Returns
    -------
    DataFrame
        The columns of `by`, the standard columns (`n`: observed events), `areas`, `raw` (the
        value before a negative one is shown as 0) and `p`: the probability that areas with the
        same true ratio give so large an SCV, by Poisson simulation.

    Raises
    ------
    UserError
        Expected events are zero or do not sum to the observed; a count is negative; an area comes
        twice.

    Notes
    -----
    Interval and p may disagree, and the note then says so. p asks what areas without any true
    difference give. The default interval is of areas that differ as found, and takes that spread as
    known: with few areas it is wide, and may reach 0 although chance alone hardly gives so much.
    `inversion` asks as p does, with half of 1 − confidence at either end.

    No official body sets a value from which variation is too much. Whether it is more than
    chance gives depends on the number of events as well as on the areas.

    References
    ----------
    McPherson, Wennberg, Hovind and Clifford (1982), New England Journal of Medicine 307:1310.
    Diehr, Cain, Connell and Volinn (1990), What is too much variation? The null hypothesis in
    small-area analysis, Health Services Research 24:741.

    Examples
    --------
    >>> frame = pd.DataFrame({"observed": [5, 20, 10, 25], "expected": [10.0, 10, 15, 25]})
    >>> found = estimate_scv(frame)
    >>> found["value"].round(2).item(), found["p"].item() < 0.01
    (26.36, True)
    """
    select_option("form", form, FORMS)
    select_option("interval", interval, INTERVALS)
    select_option("standard", standard, STANDARDS)
    tolerance = 0.005 if standard == "internal" else np.inf

    def way(rows: pd.DataFrame) -> list[Row]:
        if area in rows.columns:
            check_areas(rows, area)
        counts, sizes = check_sums(rows, observed, expected, tolerance=tolerance)
        facts = {"confidence": check_confidence(confidence), "n": counts.sum(),
                 "method": f"{form}, {interval}", "areas": len(rows)}  # fmt: skip
        counts, sizes = sort_areas(counts, sizes)
        found = float(score_areas(counts, sizes, form).mean())
        if not np.isfinite(found) or len(rows) < 2:
            note = HIDDEN if np.isnan(found) else "not given: an area without events"
            note = "not given: one area" if len(rows) < 2 else note
            return [make_blank(note=note, raw=NAN, p=NAN, **facts)]
        rng = start_draws(repetitions, seed)
        null = draw_counts(sizes, variance=0, repetitions=repetitions, rng=rng)
        chance = score_areas(null, sizes, form).mean(axis=1)
        lower, upper = _bound(
            counts, sizes, found, form=form, interval=interval, confidence=confidence,
            repetitions=repetitions, rng=rng,
        )  # fmt: skip
        p = NAN if np.isinf(chance).any() else find_p(chance, found)
        seldom = p < 1 - confidence
        note = add_notes(
            NEGATIVE if found < 0 else "",
            "no interval: simulated areas without events" if np.isnan(lower) else "",
            "p is not given: simulated areas without events" if np.isnan(p) else "",
            APART if not np.isnan([p, lower]).any() and seldom != (lower > 0) else "",
        )
        scv = (max(found, 0), lower, upper)
        return [make_row(*(100 * one for one in scv), note=note, raw=100 * found, p=p, **facts)]

    return measure_groups(frame, by, way)
