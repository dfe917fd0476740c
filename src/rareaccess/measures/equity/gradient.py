"""The gradient of deprivation in one number: slope and relative index, Core20, concentration."""

import pandas as pd

from rareaccess.measures.equity.denominators import Denominator
from rareaccess.measures.inequality import (
    check_linearity,
    estimate_concentration,
    estimate_core20,
    estimate_sii,
)
from rareaccess.measures.tidy import HIDDEN, NAN

__all__ = ["GRADIENT", "summarise_gradient"]

GRADIENT = {
    "extremes": "Most against least deprived, ratio",
    "core20": "Most deprived fifth against the rest (Core20), ratio",
    "RII": "Relative index of inequality",
    "SII": "Slope index of inequality",
    "concentration": "Concentration index",
    "departure": "Departure from a straight line",
}
"""The measures of `summarise_gradient`, in their order, and their words."""
FEWEST = 5
FEW = "not given: fewer than five groups have people"
NO_STARTS = "not given: no start is shown of people whose group, sex and age are known"
COLUMNS = ("value", "lower", "upper", "p", "method", "note")


def summarise_gradient(rates: pd.DataFrame, denominator: Denominator) -> pd.DataFrame:
    """Return what the rates of the groups of deprivation come to, each with its interval.

    Slope and relative index are of the adjusted rates, with the interval by simulation: the slope
    index is the rate at the least deprived end less that at the most deprived end, so that above 0
    (and the relative index above 1) the least deprived start more often. Core20 compares observed
    with expected starts, with the exact conditional interval; above 1 the most deprived start more
    often.

    Parameters
    ----------
    rates
        Of `rate_groups`, under one denominator, by fifth or tenth of deprivation.

    Returns
    -------
    DataFrame
        `measure`, `words`, `denominator`, `value`, `lower`, `upper`, `p`, `method`, `note`,
        `starts`. All values are missing where a group is hidden or has nobody.
    """
    ordered = rates.assign(key=rates["key"].astype("int64"))
    usable = ordered["rate"].notna().all() and len(ordered) >= FEWEST
    if usable:
        rows = _measure(ordered.assign(starts=ordered["starts"].astype("float64")))
    else:
        note = FEW if len(ordered) < FEWEST else HIDDEN if ordered["starts"].sum() else NO_STARTS
        rows = dict.fromkeys(GRADIENT, (NAN, NAN, NAN, NAN, "", note))
    found = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
    found = found.reindex(list(GRADIENT)).rename_axis("measure").reset_index()
    found.insert(1, "words", list(GRADIENT.values()))
    found.insert(2, "denominator", denominator.words)
    return found.assign(starts=int(ordered["starts"].sum()))


def _measure(ordered: pd.DataFrame) -> dict[str, tuple[object, ...]]:
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
        "core20": _take(core), "RII": _take(indices.loc["RII"]), "SII": _take(indices.loc["SII"]),
        "concentration": _take(curve),
        "departure": (line["value"], NAN, NAN, line["p"], line["method"], line["note"]),
    }  # fmt: skip


def _take(found: pd.Series) -> tuple[object, ...]:
    return (found["value"], found["lower"], found["upper"], NAN, found["method"], found["note"])
