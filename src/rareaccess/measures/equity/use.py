"""Hospital use and its cost in the year before the index date, by group of people."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rareaccess.marts.accepted import check_costs
from rareaccess.measures.equity.axes import Axis, band_people, broaden
from rareaccess.measures.tidy import NAN, find_quantile

__all__ = ["CARE", "compare_use", "cost_care"]

CARE = {
    "elective": "Elective admissions",
    "emergency": "Emergency admissions",
    "visits": "Outpatient visits",
}
"""Counts of the mart `care` that are compared, and their words."""
COST_OF = {
    "elective": "elective admission", "emergency": "emergency admission",
    "other_admissions": "other admission", "visits": "visit",
}  # fmt: skip
METHOD = "direct standardisation of means, limits of the logarithm"
FEW = "not given: fewer than ten people in a group of the two, or nothing used"
LEAST = 10


def cost_care(care: pd.DataFrame, unit_costs: pd.DataFrame) -> pd.Series:
    """Return the cost of each person's hospital use, in pounds; missing where no costs are known.

    Parameters
    ----------
    care, unit_costs
        The marts.

    Raises
    ------
    UserError
        A kind of contact has no cost.

    Examples
    --------
    >>> care = pd.DataFrame({"elective": [1], "emergency": [0], "other_admissions": [0],
    ...                      "visits": [2]})
    >>> costs = pd.DataFrame({"activity": list(COST_OF.values()), "pounds": [10.0, 50, 70, 3]})
    >>> cost_care(care, costs).tolist()
    [16.0]
    """
    if unit_costs.empty:
        return pd.Series(NAN, care.index)
    pounds = dict(zip(unit_costs["activity"], unit_costs["pounds"], strict=True))
    check_costs(unit_costs)
    return sum(
        (care[column].astype("float64") * float(pounds[kind]) for column, kind in COST_OF.items()),
        start=pd.Series(0.0, care.index),
    )


def compare_use(
    people: pd.DataFrame, used: pd.DataFrame, axis: Axis, measures: Mapping[str, str], *,
    confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Return the mean use a person by group, and its ratio to the reference.

    The mean is what the group's would be with the sex and broad age of everybody: a weighted sum
    of the means of the strata, over those in which the group has people, with the weights of
    everybody. Its variance is Σ w²s²/n, so that people, not admissions, are taken as independent; a
    stratum with one person has the variance of the whole group. A group of fewer than ten has no
    ratio, nor do others to it: they would tell its mean.

    Parameters
    ----------
    people
        The mart.
    used
        `study_id` and a column for each of the measures, of people with an index date.
    measures
        Columns of `used` and their words.

    Returns
    -------
    DataFrame
        `measure`, `group`, `key`, `people`, `mean`, `ratio`, `ratio_lower`, `ratio_upper`,
        `method`, `note`.
    """
    joined = used.merge(people, on="study_id", how="inner", validate="1:1", suffixes=("", "_own"))
    banded = band_people(joined)
    keyed = banded.assign(group=axis.group(banded), age=broaden(banded["age_band"]))
    known = keyed["group"].notna() & keyed["age"].notna() & keyed["sex"].isin(["Female", "Male"])
    keyed = keyed[known]
    keyed = keyed.assign(stratum=keyed["sex"].str.cat(keyed["age"], sep=", "))
    weights = keyed["stratum"].value_counts(normalize=True)
    z, rows = find_quantile(confidence), []
    for name, words in measures.items():
        means = {}
        for key in axis.levels:
            own = keyed.loc[keyed["group"] == key]
            means[key] = (*_standardise(own, name, weights), len(own))
        base, base_error, base_n = means.get(axis.reference, (NAN, NAN, 0))
        for key, (mean, error, n) in means.items():
            if not n:
                continue
            ratio, low, high, note = NAN, NAN, NAN, FEW
            if min(n, base_n) >= LEAST and mean > 0 and base > 0:
                ratio, note = mean / base, ""
                if key != axis.reference:
                    spread = z * np.hypot(error / mean, base_error / base)
                    low, high = ratio * np.exp(-spread), ratio * np.exp(spread)
            rows.append((words, axis.levels[key], key, n, mean, ratio, low, high, METHOD, note))
    return pd.DataFrame(rows, columns=["measure", "group", "key", "people", "mean", "ratio",
                                       "ratio_lower", "ratio_upper", "method", "note"])  # fmt: skip


def _standardise(own: pd.DataFrame, name: str, weights: pd.Series) -> tuple[float, float]:
    """Return the weighted mean and its standard error."""
    if own.empty:
        return NAN, NAN
    values = own.assign(value=own[name].astype("float64"))
    strata = values.groupby("stratum")["value"].agg(["mean", "var", "size"])
    spread = strata["var"].fillna(values["value"].var(ddof=1) if len(values) > 1 else 0.0)
    share = weights.reindex(strata.index)
    share = share / share.sum()
    error = float(np.sqrt((share**2 * spread / strata["size"]).sum(skipna=False)))
    return float((share * strata["mean"]).sum(skipna=False)), error  # no costs are not nought
