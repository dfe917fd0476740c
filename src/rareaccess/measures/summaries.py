"""Counts and summaries of people by group, side by side: described, never tested.

Functions take a mart and return a small frame, one row a group, which goes through disclosure
control before anything is shown.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import STATISTICS

__all__ = [
    "SUMMARY",
    "count_bins",
    "count_flags",
    "count_groups",
    "count_reached",
    "split_treated",
    "summarise_values",
]

SUMMARY = {"statistics": STATISTICS, "extremes": ("min", "max"), "counts": ("missing",)}
"""What the columns of `summarise_values` are to disclosure control."""


def split_treated(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of the treated, and those of the others.

    Parameters
    ----------
    people
        A mart with `treated`, a row a person.

    Examples
    --------
    >>> people = pd.DataFrame({"treated": [True, False, False], "total": [9, 4, 0]})
    >>> {name: rows["total"].tolist() for name, rows in split_treated(people).items()}
    {'treated': [9], 'others': [4, 0]}
    """
    return {"treated": people[people["treated"]], "others": people[~people["treated"]]}


def count_groups(
    groups: Mapping[str, pd.Series],
    *,
    levels: Sequence[object],
    labels: Mapping[object, str] | None = None,
    missing: str | None = "Not known",
) -> pd.DataFrame:
    """Counts of people by level, one column for each group of people, with the missing as a row.

    Parameters
    ----------
    groups
        Name of the group of people and their values, one value a person.
    levels
        All levels in the order of print; a level without people is a row of zeros.
    labels
        Text of a level where it differs from the level itself.
    missing
        Text of the last row, of people without a value or with this value. None where everybody
        has a value: there is no such row, and somebody without a value is an error.

    Returns
    -------
    DataFrame
        `level` and one column of counts a group. Every person is in exactly one row.

    Raises
    ------
    UserError
        A value is not among the levels.

    Examples
    --------
    >>> count_groups({"treated": pd.Series(["F", "F", None])}, levels=["F", "M"])
           level  treated
    0          F        2
    1          M        0
    2  Not known        1
    """
    levels = [level for level in levels if level != missing]
    rows = [(labels or {}).get(level, str(level)) for level in levels]
    table = {}
    for name, values in groups.items():
        known = values[values.notna() & (values.astype("str") != missing)]
        counted = known.value_counts()
        strange = sorted({str(value) for value in known} - {str(level) for level in levels})
        if missing is None and len(known) < len(values):
            strange.append("no value")
        if strange:
            raise UserError(
                "A value is not among the levels of its table.",
                f"group {name}",
                found=", ".join(strange),
                expected=", ".join(map(str, levels)),
            )
        table[name] = [int(counted.get(level, 0)) for level in levels]
        if missing is not None:
            table[name].append(len(values) - len(known))
    last = [] if missing is None else [missing]
    return pd.DataFrame({"level": [*rows, *last], **table})


def summarise_values(groups: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Summary of a quantity for each group of people; quantiles linear (type 7), SD with n - 1.

    Returns
    -------
    DataFrame
        `group`, `n`, `missing` and the columns of `STATISTICS`; NA where n is too small.

    References
    ----------
    Hyndman and Fan (1996), Sample quantiles in statistical packages, definition 7.

    Examples
    --------
    >>> summary = summarise_values({"treated": pd.Series([1, 2, 3, 10, None])})
    >>> summary[["n", "missing", "mean", "median", "q1", "q3", "iqr"]].iloc[0].tolist()
    [4.0, 1.0, 4.0, 2.5, 1.75, 4.75, 3.0]
    """
    rows = []
    for name, values in groups.items():
        known = values.astype("Float64").dropna().to_numpy(dtype=float)
        row = {"group": name, "n": len(known), "missing": len(values) - len(known)}
        if len(known):
            low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
            row |= {
                "mean": known.mean(),
                "median": middle,
                "min": known.min(),
                "max": known.max(),
                "q1": low,
                "q3": high,
                "iqr": high - low,
            }
        if len(known) > 1:
            row["sd"] = known.std(ddof=1)
        rows.append(row)
    frame = pd.DataFrame(rows).reindex(columns=["group", "n", "missing", *STATISTICS])
    return frame.astype(dict.fromkeys(STATISTICS, "Float64"))


def count_bins(
    groups: Mapping[str, pd.Series],
    *,
    width: float,
    top: float,
    start: float = 0,
    whole: bool = False,
    zero: bool = False,
) -> pd.DataFrame:
    """Counts of people by bins of equal width, closed at the left, the last one open at the top.

    Parameters
    ----------
    groups
        Name of the group of people and their values; the missing are counted in no bin.
    width
        Width of a bin.
    top
        From here on everybody is in one last bin.
    start
        Left edge of the first bin; values below it are an error.
    whole
        Whether the quantity is a count, so that bins are named by their whole numbers.
    zero
        Whether a bin before the first, from 0 up to `start`, holds the values below it.

    Returns
    -------
    DataFrame
        `lower`, `upper` (NA in the last bin), `level` (text of the bin) and one column a group.

    Examples
    --------
    >>> count_bins({"n": pd.Series([0, 4, 5, 90])}, width=5, top=10, whole=True)
       lower  upper level  n
    0    0.0    5.0   0–4  2
    1    5.0   10.0   5–9  1
    2   10.0   <NA>   10+  1
    >>> few = {"n": pd.Series([0, 1, 5])}
    >>> count_bins(few, width=3, top=4, start=1, whole=True, zero=True)["level"].tolist()
    ['0', '1–3', '4+']
    """
    edges = np.arange(start, top + width / 2, width)
    if zero:
        edges, start = np.array([0.0, *edges]), 0
    table = {}
    for name, values in groups.items():
        known = values.astype("Float64").dropna().to_numpy(dtype=float)
        if len(known) and known.min() < start:
            raise UserError(
                "A value is below the first bin.",
                f"group {name}",
                found=f"{known.min():g}",
                expected=f"{start:g} or more",
            )
        table[name] = np.histogram(known, bins=[*edges, np.inf])[0].astype(int)
    uppers = pd.array([*edges[1:], pd.NA], dtype="Float64")
    text = [
        f"{low:g}–{high - 1:g}"
        if whole and high - low > 1
        else f"{low:g}"
        if whole
        else f"{low:g} to under {high:g}"
        for low, high in pairwise(edges)
    ]
    return pd.DataFrame(
        {"lower": edges, "upper": uppers, "level": [*text, f"{edges[-1]:g}+"], **table}
    )


def count_reached(groups: Mapping[str, pd.Series], *, thresholds: Sequence[int]) -> pd.DataFrame:
    """Counts of people at or above each of some thresholds, one column for each group of people.

    Of people who are known to have something, the share at or above a threshold is the sensitivity
    of a rule that asks for so much. Of people among whom some have it unseen, the share is no rate
    of false alarms.

    Parameters
    ----------
    groups
        Name of the group of people and their values, nought included; the missing reach nothing.
    thresholds
        From the least to the greatest.

    Returns
    -------
    DataFrame
        `at_least`, `level` (text of the threshold) and one column of counts a group.

    Examples
    --------
    >>> count_reached({"treated": pd.Series([0, 3, 9])}, thresholds=[1, 5])
       at_least      level  treated
    0         1  1 or more        2
    1         5  5 or more        1
    """
    levels = [f"{at_least} or more" for at_least in thresholds]
    counts = {
        name: [int((values >= at_least).sum()) for at_least in thresholds]
        for name, values in groups.items()
    }
    return pd.DataFrame({"at_least": list(thresholds), "level": levels, **counts})


def count_flags(
    frame: pd.DataFrame,
    *,
    flags: Mapping[str, str],
    by: pd.Series,
    groups: Mapping[object, str],
) -> pd.DataFrame:
    """Counts of people with each condition, one column a group; a person may be in many rows.

    Parameters
    ----------
    frame
        One row a person, with a column of booleans for each flag.
    flags
        Column and its text, in the order of print.
    by
        The group of each person.
    groups
        Value of `by` and the name of its column.

    Examples
    --------
    >>> people = pd.DataFrame({"mi": [True, False], "treated": [True, False]})
    >>> count_flags(people, flags={"mi": "Myocardial infarction"}, by=people["treated"],
    ...             groups={True: "treated", False: "others"})
                       level  treated  others
    0  Myocardial infarction        1       0
    """
    table = {
        name: [int(frame.loc[by == value, flag].sum()) for flag in flags]
        for value, name in groups.items()
    }
    return pd.DataFrame({"level": list(flags.values()), **table})
