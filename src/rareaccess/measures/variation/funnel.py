"""Funnel limits of ratios, rates and proportions, with over-dispersion on request."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammainccinv, gammaincinv

from rareaccess.measures.checking import check_areas, check_multiplier
from rareaccess.measures.rates.intervals import limit_events
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    Row,
    check_confidence,
    check_sums,
    find_quantile,
    make_blank,
    make_row,
    measure_groups,
    read_counts,
    read_sizes,
    refuse_column,
    select_option,
)
from rareaccess.measures.variation.dispersion import TRIMS, Dispersion, fit_dispersion
from rareaccess.measures.variation.lines import KINDS, limit_shares
from rareaccess.measures.variation.scales import (
    TRANSFORMS,
    Scaled,
    scale_proportions,
    scale_ratios,
)
from rareaccess.measures.variation.scv import STANDARDS

__all__ = ["limit_funnel"]

ADJUSTMENTS = ("none", "additive", "multiplicative")
EDGE = "not given: no events in any area, or nobody without"
NAMES = {"expected": "exact Poisson", "observed": "own interval"}
METHODS = {"ratio": ("expected", "observed"), "proportion": ("score", "exact")}


def _limit_counts(expected: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the quantiles of a ratio whose events are Poisson about those expected."""
    tail = (1 - confidence) / 2
    lower, upper = gammaincinv(expected, tail), gammainccinv(expected + 1, tail)
    return lower / expected, upper / expected


def _limit_observed(counts: Floats, expected: Floats, confidence: float) -> list[Any]:
    """Return the ratios at which the interval of each count would touch 1, and the flags."""
    lower, upper = limit_events(counts, confidence=confidence)[:2]
    with np.errstate(invalid="ignore"):
        limits = [counts / upper, counts / lower]  # without events there is no upper one
    return [*limits, np.select([expected < lower, expected > upper], ["above", "below"], "within")]


def _limit_scaled(
    scaled: Scaled, spread: Dispersion, adjust: str, confidence: float
) -> list[Floats]:
    z = find_quantile(confidence)
    if adjust == "additive":
        half = z * np.sqrt(scaled.errors**2 + spread.tau2)
    else:
        half = z * scaled.errors * np.sqrt(max(spread.phi, 1.0))
    return [scaled.restore(scaled.target + side * half) for side in (-1, 1)]


def limit_funnel(
    frame: pd.DataFrame, *, kind: str, area: str = "area", by: str | Sequence[str] = (),
    observed: str = "observed", size: str = "expected", standard: str = "internal",
    multiplier: float = 1, confidence: Sequence[float] = (0.95, 0.998), method: str = "",
    adjust: str = "none", transform: str = "", trim: str = "winsorise", share: float = 0.1,
) -> pd.DataFrame:  # fmt: skip
    """Control limits of a funnel: between which an area lies by chance about the target.

    `ratio`: from χ²(α/2; 2E)/2E to χ²(1 − α/2; 2(E + 1))/2E, target 1. `rate`: the same about
    the events E that the rate of all areas gives, times that rate. `proportion`:
    θ ∓ z√(θ(1 − θ)/n), with θ that of all areas. With over-dispersion, on a scale on which values
    are normal with error s: target ∓ z√(s² + τ²) (`additive`), or target ∓ zs√φ
    (`multiplicative`), brought back.

    Parameters
    ----------
    frame
        One row for each area.
    kind
        `ratio`, `rate` or `proportion`.
    observed, size
        Columns: events; and expected events (`ratio`) or the population.
    standard
        Of ratios, as in `estimate_scv`.
    multiplier
        Values and limits are multiplied by it.
    confidence
        Levels of the limits: two and three standard errors by custom.
    method
        Without adjustment. Of ratios and rates: `expected` (default), as above; or `observed`, as
        Public Health England flags areas: from O/U to O/L times the target, with the limits L and
        U of the count O (`phe`), so that an area is outside where its own interval leaves out the
        target. Of proportions: `score` (default); or `exact`: quantiles of the binomial,
        interpolated.
    adjust
        `none`, `additive` or `multiplicative`.
    transform
        The scale: `sqrt` (default), `log` or `none` for ratios and rates; `arcsine` (default) or
        `none` for proportions.
    trim, share
        As in `fit_dispersion`.

    Returns
    -------
    DataFrame
        A row for each area and level: the columns of `by`, `area`, the standard columns (`lower`
        and `upper` are control limits of the funnel, not of the value; `n`: events), `size`,
        `target`, `flag` (`above`, `below`, `within`), `phi` and `tau2` (missing without
        adjustment).

    Raises
    ------
    UserError
        Expected events do not sum to the observed, a population is zero, more events than
        people in a proportion; an area comes twice; a multiplier is not above zero.

    Notes
    -----
    Of many areas some lie outside by chance: one in twenty beyond the inner limits.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in
    Medicine 24:1185. Public Health England, Technical guide (proportions).

    Examples
    --------
    >>> frame = pd.DataFrame({"area": ["A"], "observed": [15], "expected": [15.0]})
    >>> limit_funnel(frame, kind="ratio")[["lower", "upper"]].round(5).values.tolist()
    [[0.55969, 1.64935], [0.38627, 2.08291]]
    """
    base = "proportion" if kind == "proportion" else "ratio"
    select_option("kind", kind, KINDS)
    check_multiplier(multiplier)
    select_option("adjust", adjust, ADJUSTMENTS)
    method = select_option("method", method or METHODS[base][0], METHODS[base])
    select_option("trim", trim, TRIMS)
    transform = select_option("transform", transform or TRANSFORMS[base][0], TRANSFORMS[base])
    tolerance = 0.005 if select_option("standard", standard, STANDARDS) == "internal" else np.inf

    def way(rows: pd.DataFrame) -> list[Row]:
        check_areas(rows, area)
        rows = rows.sort_values(area, kind="stable")
        sizes = read_sizes(rows, size)
        counts = read_counts(rows, observed)
        whole = counts.sum() if kind != "ratio" else 1.0
        if np.isnan(counts).any() or whole in (0, sizes.sum() if kind == "proportion" else 0):
            note = HIDDEN if np.isnan(counts).any() else EDGE  # without one area all would differ
            return [
                {area: name, **make_blank(confidence=level, n=n,
                 note=note, size=of, target=NAN, flag="", phi=NAN, tau2=NAN)}
                for level in confidence
                for name, n, of in zip(rows[area], counts, sizes, strict=True)
            ]  # fmt: skip
        if kind == "ratio":
            check_sums(rows, observed, size, tolerance=tolerance)
        if kind == "proportion" and (counts > sizes).any():
            raise refuse_column(
                observed, "A proportion has more people with the property than people.",
                found=f"{int((counts > sizes).sum())} of {len(counts)} rows",
                expected=f"no more than {size}",
            )  # fmt: skip
        target = 1.0 if kind == "ratio" else float(counts.sum() / sizes.sum())
        expected = sizes * target
        spread, name = Dispersion(NAN, NAN), NAMES.get(method, method)
        if adjust != "none":
            scaled = (
                scale_proportions(counts, sizes, transform) if kind == "proportion"
                else scale_ratios(counts, expected, transform)
            )  # fmt: skip
            scores = (scaled.values - scaled.target) / scaled.errors
            spread = fit_dispersion(scores, scaled.errors, trim=trim, share=share)
            name = f"{adjust}, {trim}, {transform}"
        times = multiplier * (target if kind == "rate" else 1.0)
        found: list[Row] = []
        for level in confidence:
            check_confidence(level)
            if adjust != "none":
                lower, upper = _limit_scaled(scaled, spread, adjust, level)
            elif kind == "proportion":
                lower, upper = limit_shares(target, sizes, level, method)
            else:
                lower, upper = _limit_counts(expected, level)
            values = counts / (sizes if kind == "proportion" else expected)
            flags = np.select([values > upper, values < lower], ["above", "below"], "within")
            if adjust == "none" and method == "observed":
                lower, upper, flags = _limit_observed(counts, expected, level)
            found += [
                {area: one, **make_row(times * value, times * low, times * high, confidence=level,
                 method=name, n=n, size=of, target=multiplier * target, flag=str(flag),
                 phi=spread.phi, tau2=spread.tau2)}
                for one, value, low, high, n, of, flag in zip(
                    rows[area], values, lower, upper, counts, sizes, flags, strict=True)
            ]  # fmt: skip
        return found

    return measure_groups(frame, by, way, needs=[area])
