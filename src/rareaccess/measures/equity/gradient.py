"""The gradient of deprivation in one number: slope and relative index, Core20, concentration."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.measures.equity.denominators import Denominator
from rareaccess.measures.inequality import (
    check_linearity,
    estimate_concentration,
    estimate_core20,
    estimate_sii,
)
from rareaccess.measures.tidy import HIDDEN, NAN, find_quantile

__all__ = ["GRADIENT", "TENTHS", "summarise_gradient"]

GRADIENT = {
    "extremes": "Most against least deprived, ratio",
    "core20": "Most deprived fifth against the rest (Core20), ratio",
    "RII": "Relative index of inequality",
    "SII": "Slope index of inequality",
    "concentration": "Concentration index",
    "departure": "Departure from a straight line",
}
"""The measures of `summarise_gradient`, in their order, and their words."""
TENTHS = {"RII_tenths": "Relative index of inequality, by tenths",
          "SII_tenths": "Slope index of inequality, by tenths"}  # fmt: skip
"""What it adds where the rates by tenth of deprivation are given too."""
FEWEST = 5
FEW = "not given: fewer than five groups have people"
NO_STARTS = "not given: no start is shown of people whose group, sex and age are known"
COLUMNS = ("value", "lower", "upper", "p", "method", "note")


def summarise_gradient(
    rates: pd.DataFrame, denominator: Denominator, *, tenths: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return what the rates of the groups of deprivation come to, each with its interval.

    Slope and relative index are of the adjusted rates, with the interval by simulation: the slope
    index is the rate at the least deprived end less that at the most deprived end, so that above 0
    (and the relative index above 1) the least deprived start more often. Core20 compares observed
    with expected starts, with the exact conditional interval; above 1 the most deprived start more
    often.

    The p of the relative index is that at which its simulated interval would end at 1, its
    logarithm taken as normal between the value and the limit; that of Core20 is the exact
    conditional one, twice the smaller tail. So either is below 0.05 where the interval leaves out
    1. The slope index asks the same question as the relative index and has no p of its own.

    Parameters
    ----------
    rates
        Of `rate_groups`, under one denominator, by fifth or tenth of deprivation.
    tenths
        The same by tenth, if rows are wanted for it: few starts may leave fifths alone.

    Returns
    -------
    DataFrame
        `measure`, `words`, `denominator`, `value`, `lower`, `upper`, `p`, `method`, `note`,
        `starts`. All values are missing where a group is hidden or has nobody.
    """
    rows, words = _measure(rates, list(GRADIENT)), dict(GRADIENT)
    if tenths is not None:
        finer = _measure(tenths, ["RII", "SII"])
        rows |= {f"{name}_tenths": row for name, row in finer.items()}
        words |= TENTHS
    found = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
    found = found.reindex(list(words)).rename_axis("measure").reset_index()
    found.insert(1, "words", list(words.values()))
    found.insert(2, "denominator", denominator.words)
    return found.assign(starts=int(rates["starts"].sum()))


def _measure(rates: pd.DataFrame, names: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """Return the measures of these names, or why they are not given."""
    ordered = rates.assign(key=rates["key"].astype("int64"))
    if ordered["rate"].notna().all() and len(ordered) >= FEWEST:
        found = _measure_all(ordered.assign(starts=ordered["starts"].astype("float64")))
        return {name: found[name] for name in names}
    note = FEW if len(ordered) < FEWEST else HIDDEN if ordered["starts"].sum() else NO_STARTS
    return dict.fromkeys(names, (NAN, NAN, NAN, NAN, "", note))


def _test_ratio(found: pd.Series) -> float:
    """Return the p of a ratio of 1, from the limit that lies nearer to it."""
    value, low, high = (float(found[name]) for name in ("value", "lower", "upper"))
    limit = low if value > 1 else high
    if not min(value, limit) > 0 or not np.isfinite([value, limit]).all() or limit == value:
        return NAN
    far = find_quantile(0.95) * abs(np.log(value)) / abs(np.log(value / limit))
    return float(2 * stats.norm.sf(far))


def _test_core20(ordered: pd.DataFrame) -> float:
    """Return the exact p of the most deprived fifth against the rest, given all starts.

    Of tenths it is the first two.
    """
    last = 1 if len(ordered) == FEWEST else 2
    own = ordered["key"] <= last
    starts, expected = ordered["starts"].round(), ordered["expected"].astype("float64")
    chance = float(expected[own].sum() / expected.sum())
    n, x = int(starts.sum()), int(starts[own].sum())
    tails = stats.binom.cdf(x, n, chance), stats.binom.sf(x - 1, n, chance)
    return float(min(1.0, 2 * min(tails)))


def _measure_all(ordered: pd.DataFrame) -> dict[str, tuple[object, ...]]:
    named = ordered.rename(columns={"rate": "value", "rate_lower": "lower", "rate_upper": "upper"})
    how = {"group": "key", "population": "people", "value_type": "rate"}
    index = estimate_sii(named, **how)
    simulated = index["method"].str.startswith("simulated")
    indices = index.loc[simulated, :].set_index("measure")
    fifth = estimate_core20(ordered, group="key", events="starts", population="expected")
    core = fifth.set_index("measure").loc["ratio"]
    curve = estimate_concentration(named, group="key", population="people").iloc[0]
    line = check_linearity(named, **how).set_index("measure").loc["departure"]
    first = ordered.iloc[0]
    return {
        "extremes": (first["ratio"], first["ratio_lower"], first["ratio_upper"], first["p"],
                     "Poisson regression", ""),
        "core20": _take(core, _test_core20(ordered)),
        "RII": _take(indices.loc["RII"], _test_ratio(indices.loc["RII"])),
        "SII": _take(indices.loc["SII"]),
        "concentration": _take(curve),
        "departure": (line["value"], NAN, NAN, line["p"], line["method"], line["note"]),
    }  # fmt: skip


def _take(found: pd.Series, p: float = NAN) -> tuple[object, ...]:
    return (found["value"], found["lower"], found["upper"], p, found["method"], found["note"])
