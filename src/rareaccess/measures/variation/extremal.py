"""Extremal quotient: the largest ratio over the smallest, raw and without chance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
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
    sort_areas,
    start_draws,
)
from rareaccess.measures.variation.scv import STANDARDS
from rareaccess.measures.variation.shrinkage import EQUAL, METHODS, NOTHING, Prior, fit_prior

__all__ = ["estimate_extremal_quotient"]

LARGEST = np.finfo(np.float64).max / 4
MEASURES = ("raw", "shrunk", "true")
NOTES = (
    "no interval: chance widens the quotient, see p",
    "no interval: of posterior means, see the row true",
    "posterior median, with the prior taken as known",
)


def _divide(ratios: Floats, cut: float) -> Floats:
    """Return the quotient of the upper and the lower quantile, along the last axis."""
    low, high = np.quantile(ratios, [cut, 1 - cut], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # next to nothing below
        return np.asarray(np.where(low > 0, np.minimum(high / low, LARGEST), np.nan))


def _draw_true(
    prior: Prior, counts: Floats, sizes: Floats, repetitions: int, rng: np.random.Generator
) -> Floats:
    if prior.variance <= 0:
        return np.full((repetitions, len(sizes)), prior.mean)
    rate = sizes + prior.mean / prior.variance
    shape = counts + prior.mean**2 / prior.variance
    return rng.gamma(shape, 1 / rate, (repetitions, len(sizes)))


def estimate_extremal_quotient(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), area: str = "area",
    observed: str = "observed", expected: str = "expected", cut: float = 0.0,
    method: str = "poisson-gamma", standard: str = "internal", confidence: float = 0.95,
    repetitions: int = 10_000, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """Extremal quotient of the ratios of areas: as found, after shrinkage, and of the true ones.

    Max(O/E)/min(O/E), or the quotient of two quantiles. `raw` is of the ratios as they are;
    not defined where the smaller is 0. `shrunk` is of the empirical-Bayes ratios. `true` is the
    posterior median of the quotient, with its quantiles, when all true ratios are drawn together
    from their posteriors.

    Parameters
    ----------
    frame
        One row for each area, with its observed and expected events.
    cut
        0 for largest over smallest; 0.2 for the quantile 80% over that of 20% (type 7).
    method
        Of the shrinkage, as in `shrink_ratios`.
    area, standard, confidence, repetitions, seed
        As in `estimate_scv`.

    Returns
    -------
    DataFrame
        The columns of `by`, `measure`, the standard columns (`n`: observed events), `areas` and
        `p`: the probability that areas with the same true ratio give so large a raw quotient.
        Simulated areas without a quotient, because of no events, count as larger.

    Raises
    ------
    UserError
        Expected events are zero or do not sum to the observed; an area comes twice; `cut` is not
        below a half.

    References
    ----------
    McPherson and others (1982). Coory and Gibberd (1998), New measures for reporting the
    magnitude of small-area variation in rates, Statistics in Medicine 17:2625.

    Examples
    --------
    >>> frame = pd.DataFrame({"observed": [5, 20, 10, 25], "expected": [10.0, 10, 15, 25]})
    >>> found = estimate_extremal_quotient(frame, method="marshall").set_index("measure")
    >>> found.loc[["raw", "shrunk"], "value"].round(4).tolist()
    [4.0, 2.3759]
    """
    select_option("method", method, METHODS)
    select_option("standard", standard, STANDARDS)
    tolerance, tail = 0.005 if standard == "internal" else np.inf, (1 - confidence) / 2
    check_confidence(confidence)
    if not 0 <= cut < 0.5:
        raise UserError(
            "The quantiles of a quotient are not two.", where="cut", found=str(cut),
            expected="0 to below 0.5",
        )  # fmt: skip

    def way(rows: pd.DataFrame) -> list[Row]:
        if area in rows.columns:
            check_areas(rows, area)
        counts, sizes = sort_areas(*check_sums(rows, observed, expected, tolerance=tolerance))
        facts = {"confidence": confidence, "method": method, "n": counts.sum(), "areas": len(rows)}
        if not counts.sum() > 0:
            note = HIDDEN if np.isnan(counts).any() else NOTHING
            return [
                {"measure": measure, **make_blank(note=note, p=NAN, **facts)}
                for measure in MEASURES
            ]  # fmt: skip
        rng = start_draws(repetitions, seed)
        prior = fit_prior(counts, sizes, method=method)
        drawn = _divide(_draw_true(prior, counts, sizes, repetitions, rng), cut)
        null = draw_counts(sizes, variance=0, repetitions=repetitions, rng=rng) / sizes
        raw, shrunk = (
            float(_divide(one, cut)) for one in (counts / sizes, prior.shrink(counts, sizes))
        )
        p = NAN if np.isnan(raw) else find_p(np.nan_to_num(_divide(null, cut), nan=np.inf), raw)
        limits = np.quantile(drawn, [0.5, tail, 1 - tail])
        none = "not given: the smaller ratio is 0" if np.isnan(raw) else NOTES[0]
        equal = EQUAL if prior.variance <= 0 else ""
        found = [
            make_row(raw, NAN, NAN, note=none, p=p, **facts),
            make_row(shrunk, NAN, NAN, note=add_notes(NOTES[1], equal), p=NAN, **facts),
            make_row(*limits, note=add_notes(NOTES[2], equal), p=NAN, **facts),
        ]
        return [{"measure": name, **row} for name, row in zip(MEASURES, found, strict=True)]

    return measure_groups(frame, by, way)
