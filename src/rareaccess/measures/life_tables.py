"""Curves under disclosure control: life tables made of released counts of whole intervals.

A curve that is estimated from single times gives each of them away by its steps. Here the people at
risk, the events and those lost are counted in intervals, intervals are merged until none of their
counts is hidden, the counts are released, and only from what is shown is a share worked out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.disclosure import Count, Hidden, Population, Profile, Released
from rareaccess.measures.merging import place_rows
from rareaccess.measures.periods import MONTH
from rareaccess.measures.tidy import find_quantile
from rareaccess.study import Door

__all__ = [
    "LIFE_TABLE",
    "STEP",
    "count_group",
    "count_intervals",
    "release_intervals",
    "walk_group",
    "walk_intervals",
]

STEP = 6  # months of an interval
LEAST = 10  # people at risk below whom a curve is not continued
LIFE_TABLE = (
    "Life table of intervals with enough people; it ends with the last whole one at whose end ten "
    "are followed"
)
"""What a curve is under a profile that controls anything, in words for a note."""


def count_intervals(
    times: pd.DataFrame, profile: Profile, ends: Mapping[str, int], *, months: int = STEP
) -> pd.DataFrame:
    """Count who is at risk at the start of intervals and what happens in each, for release.

    Parameters
    ----------
    times
        One row a person: `days` (at least 0) and `event`, 0 where the person is lost.
    profile
        Of disclosure control: intervals are merged until it hides none of their counts.
    ends
        A column of counts for each way to end, and its value of `event`.
    months
        The shortest interval; a month has 30.4375 days.

    Returns
    -------
    pandas.DataFrame
        `month` (start of the interval), `at_risk`, the columns of `ends`, `censored`. The last row
        is the end of the last interval, and nothing is counted after it.

    Examples
    --------
    >>> from rareaccess.disclosure import find_profile
    >>> times = pd.DataFrame({"days": [100] * 3 + [250] * 9 + [400] * 20,
    ...                       "event": [1] * 12 + [0] * 20})
    >>> count_intervals(times, find_profile("subnational-hes"), {"events": 1}).values.tolist()
    [[0, 32, 12, 0], [12, 20, <NA>, <NA>]]
    """
    days, event = times["days"].to_numpy("float64"), times["event"].to_numpy("int64")
    top = days.max() if len(days) else 0.0
    starts = [month for month in range(0, int(top // MONTH) + 1, months)
              if (days >= month * MONTH).sum() >= LEAST]  # fmt: skip
    inside = np.searchsorted(np.array(starts) * MONTH, days, side="right") - 1
    values = {**ends, "censored": 0}
    rows = pd.DataFrame(
        {name: [int(((event == value) & (inside == at)).sum()) for at in range(len(starts) - 1)]
         for name, value in values.items()}, dtype="int64",
    )  # fmt: skip
    places = place_rows(rows, profile)
    merged = rows.groupby(np.array(places, dtype="int64")).sum()
    firsts = [starts[places.index(place)] for place in merged.index]
    months_shown = [*firsts, *starts[-1:]]
    table = merged.astype("Int64").reindex(range(len(months_shown)))
    table.insert(0, "month", pd.array(months_shown, "int64"))
    at_risk = [int((days >= month * MONTH).sum()) for month in months_shown]
    table.insert(1, "at_risk", pd.array(at_risk, "int64"))
    return table


def release_intervals(
    study: Door,
    times: pd.DataFrame,
    label: str,
    *,
    ends: Mapping[str, int],
    population: Population,
    by: str = "",
    caveat: str = "",
    **about: Any,
) -> Released:
    """Release the counts of the intervals; of each part of the people by itself, if `by` is given.

    Parameters
    ----------
    study
        Which releases, under its profile.
    times, ends
        As `count_intervals` takes them.
    label, population, caveat, **about
        As `release` takes them.
    by
        A column of numbers that parts the people, such as an assumption.
    """
    rule = study.find_rule()
    if by:
        parts = [count_intervals(part, rule, ends).assign(**{by: value})
                 for value, part in times.groupby(by)]  # fmt: skip
        counted = pd.concat(parts, ignore_index=True)
        counted = counted[[by, *(name for name in counted.columns if name != by)]]
    else:
        counted = count_intervals(times, rule, ends)
    return study.release(
        counted, label, population=population, counts=["at_risk", *ends, "censored"],
        keys=[*([by] if by else []), "month"],
        caveat=f"{LIFE_TABLE}; {caveat}" if caveat else LIFE_TABLE, **about,
    )  # fmt: skip


def walk_intervals(
    rows: Sequence[Mapping[str, Any]], ends: Sequence[str]
) -> list[dict[str, float] | Hidden]:
    """Return the shares at the start of each interval, from the released counts before it.

    Parameters
    ----------
    rows
        As `records` gives them: `at_risk`, the columns of `ends` and `censored`. Of those lost in
        an interval half are taken to have been at risk.
    ends
        The ways to end, that which is followed first.

    Returns
    -------
    list
        `free` (to whom nothing happened), `lower`, `upper` of it, and of each way to end its share,
        its `_lower` and `_upper`; in per cent. Hidden from the first hidden count on.

    Notes
    -----
    Intervals are those of log(-log), with Greenwood's variance and, for one of several ways to end,
    that of the delta method with each of them as in a multinomial. Counts are as shown, and so is
    all that is made of them.

    References
    ----------
    Chiang (1968), Introduction to stochastic processes in biostatistics, chapter 9.

    Examples
    --------
    >>> rows = [{"at_risk": Count(30), "events": Count(10), "censored": Count(0)},
    ...         {"at_risk": Count(20), "events": None, "censored": None}]
    >>> [round(one["free"], 1) for one in walk_intervals(rows, ["events"])]
    [100.0, 66.7]
    """
    free, spread = 1.0, 0.0
    shares = dict.fromkeys(ends, 0.0)
    found: list[dict[str, float] | Hidden] = []
    for row in rows:
        told = {"free": free, **shares}
        errors = {name: _find_error(name, value, free, spread) for name, value in told.items()}
        limits = {name: _limit(told[name], errors[name]) for name in told}
        one = {name: 100 * value for name, value in told.items()}
        one |= {f"{name}_lower": 100 * low for name, (low, _) in limits.items()}
        one |= {f"{name}_upper": 100 * high for name, (_, high) in limits.items()}
        found.append(one)
        counts = [row[name] for name in ("at_risk", *ends, "censored")]
        if any(isinstance(count, Hidden) for count in counts):
            break
        if not all(isinstance(count, Count) for count in counts):
            break
        at_risk, *gone, lost = (float(count.value) for count in counts)
        exposed = max(at_risk - lost / 2, sum(gone), 1.0)
        for name, number in zip(ends, gone, strict=True):
            shares[name] += free * number / exposed
        left = 1 - sum(gone) / exposed
        if left > 0:
            spread += sum(gone) / (exposed * (exposed - sum(gone)))
        free *= left
    return [*found, *[Hidden() for _ in rows[len(found) :]]]


def count_group(times: pd.DataFrame, ends: Mapping[str, int], *, month: int) -> dict[str, int]:
    """Count the people of a group, and how the time of each ended before a month.

    Examples
    --------
    >>> times = pd.DataFrame({"days": [100, 200, 300, 900], "event": [1, 0, 2, 1]})
    >>> count_group(times, {"started": 1, "died": 2}, month=12)
    {'n': 4, 'started': 1, 'died': 1, 'censored': 1}
    """
    before = times.loc[times["days"] < month * MONTH, "event"].astype("int64")
    counted = {name: int((before == value).sum()) for name, value in ends.items()}
    return {"n": len(times), **counted, "censored": int((before == 0).sum())}


def walk_group(
    row: Mapping[str, Any], ends: Sequence[str], read: Mapping[str, str]
) -> dict[str, float] | Hidden | None:
    """Return the shares of a group at the month to which it was counted, from its released counts.

    Parameters
    ----------
    row
        `n`, the columns of `ends` and `censored` of `count_group`, as tokens.
    ends
        The ways to end, that which is followed first.
    read
        The names of the columns, and of which share of `walk_intervals` each is.

    Returns
    -------
    dict, Hidden or None
        None where fewer than ten people would be followed to the month.

    Examples
    --------
    >>> row = {"n": Count(40), "events": Count(10), "censored": Count(0)}
    >>> walk_group(row, ["events"], {"share": "free"})
    {'share': 75.0}
    """
    start = {"at_risk": row["n"], **{name: row[name] for name in (*ends, "censored")}}
    found = walk_intervals([start, dict.fromkeys(start)], ends)[1]
    if isinstance(found, Hidden):
        return found
    if row["n"].value - sum(row[name].value for name in (*ends, "censored")) < LEAST:
        return None
    return {name: round(found[of], 1) for name, of in read.items()}


def _find_error(name: str, value: float, free: float, spread: float) -> float:
    """Return the standard error of a share; one of several is a part of all that have ended."""
    whole = free * float(np.sqrt(spread))
    if name == "free" or free >= 1:
        return whole
    ended = 1 - free
    part = value / ended
    effective = free * ended / whole**2 if whole else 0.0  # people that chance is that of
    return float(np.sqrt(value * (1 - value) / effective)) if effective and part else 0.0


def _limit(value: float, error: float) -> tuple[float, float]:
    if not 0 < value < 1 or not error:
        return value, value
    reach = find_quantile(0.95) * error / (value * np.log(value))
    first, second = (float(value ** np.exp(side * reach)) for side in (1, -1))
    return min(first, second), max(first, second)
