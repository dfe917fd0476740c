"""Starts of groups of people: rates per denominator, and ratios adjusted for sex and age."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.measures.equity.axes import Axis
from rareaccess.measures.equity.denominators import Strata
from rareaccess.measures.rates import adjust_rates, limit_events
from rareaccess.measures.tidy import HIDDEN, NAN

__all__ = ["STATISTICS", "count_groups", "rate_groups"]

STATISTICS = ("rate", "rate_lower", "rate_upper", "ratio", "ratio_lower", "ratio_upper", "p")
"""The columns of `rate_groups` that are statistics of the starts of their row."""


def count_groups(strata: Sequence[Strata], axis: Axis) -> pd.DataFrame:
    """Return the people and the starts of each group, a column for each denominator.

    Returns
    -------
    DataFrame
        `group` (its words), `key`, and for each denominator `starts_…` and `people_…`.
    """
    frame = pd.DataFrame({"group": list(axis.levels.values()), "key": list(axis.levels)})
    for one in strata:
        name = one.denominator.name
        for what, table in (("starts", one.starts), ("people", one.sizes)):
            totals = table.sum(axis=1).round().reindex(frame["key"])
            frame[f"{what}_{name}"] = pd.array(totals.to_numpy(), dtype="Float64").astype("Int64")
    present = frame.filter(like="people_").notna().any(axis=1)
    return frame[present].reset_index(drop=True)


def rate_groups(
    strata: Strata, starts: pd.Series, *, years: float, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the adjusted rate of each group and its ratio to the reference of the axis.

    The rate is what the group's would be with the sex and age of all groups together: the ratio to
    all, times the rate of all, with the limits of the count, the effects of sex and age as known.
    The ratio to the reference is that of `adjust_rates`. A group whose count is hidden has neither,
    and the others are fitted without it; where it is the reference, nobody has a ratio.

    Parameters
    ----------
    strata
        People and starts under one denominator.
    starts
        Starts of each group as they may be shown, by the key of the group; missing where hidden.
    years
        How long people could start, for a yearly rate.

    Returns
    -------
    DataFrame
        `group`, `key`, `denominator`, `starts`, `people`, `STATISTICS`, `expected` (at the rates
        of all groups together), `note`.
    """
    keys = list(strata.sizes.index)
    shown = starts.reindex(keys).astype("Float64")
    kept = [key for key in keys if pd.notna(shown[key])]
    reference = strata.axis.reference
    sizes, inside = strata.sizes.loc[kept], strata.starts.loc[kept]
    sizes = sizes.loc[:, sizes.sum() > 0]
    margin = inside[sizes.columns].sum()
    counts = shown[kept].astype("float64")
    rows = {key: dict.fromkeys((*STATISTICS, "expected"), NAN) | {"note": HIDDEN} for key in keys}
    if kept and margin.sum() > 0 and counts.sum() > 0:
        to_all = adjust_rates(sizes, counts, margin, confidence=confidence).set_index("group")
        per = strata.denominator.per / (years if strata.denominator.a_year else 1.0)
        overall = per * float(counts.sum()) / float(sizes.to_numpy().sum())
        to_other = to_all
        if reference is not None and reference in kept:
            to_other = adjust_rates(
                sizes, counts, margin, reference=reference, confidence=confidence
            ).set_index("group")
        for key in kept:
            one, other = to_all.loc[key], to_other.loc[key]
            rate = overall * one["value"]
            n, size = float(counts[key]), float(one["expected"])
            low, high, _ = limit_events(n, confidence=confidence)
            scale = rate / n if n else overall / size if size > 0 else NAN
            rows[key] = {
                "rate": rate, "rate_lower": scale * float(low), "rate_upper": scale * float(high),
                "ratio": other["value"], "ratio_lower": other["lower"],
                "ratio_upper": other["upper"], "p": other["p"], "expected": one["expected"],
                "note": other["note"],
            }  # fmt: skip
            if reference is not None and reference not in kept:
                rows[key] |= dict.fromkeys(("ratio", "ratio_lower", "ratio_upper", "p"), NAN)
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.insert(0, "group", [strata.axis.levels[key] for key in keys])
    frame.insert(1, "key", pd.Series(keys, index=frame.index, dtype=object))
    frame.insert(2, "denominator", strata.denominator.words)
    frame.insert(3, "starts", pd.array(shown.to_numpy(), dtype="Float64").astype("Int64"))
    frame.insert(4, "people", strata.sizes.sum(axis=1).to_numpy())
    return frame.reset_index(drop=True)
