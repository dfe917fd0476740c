"""Single people kept out of tables of personal characteristics, whatever the profile shows.

A rule for national counts shows one person with a rare characteristic as one person. In a table
that parts people by sex, age, ethnic group, deprivation or illness, counts from 1 to one below a
minimum are hidden, and so are others beside them, so that totals known from elsewhere do not give
them back.
"""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

__all__ = ["guard_people", "hide_people"]

PERSONAL = re.compile(
    r"\b(?:sex|ages?|ethnic|ethnicity|deprivation|characteristic|charlson|condition)\b",
    re.IGNORECASE,
)
NOT_KNOWN = ("Not known", "Unknown")
"""Levels that say nothing of the people in them, so that they may be few."""


def guard_people(
    frame: pd.DataFrame,
    counts: Sequence[str],
    *,
    dimension: str,
    minimum: int,
    whole: object = None,
) -> dict[str, list[bool]]:
    """Return for each column of counts of people which cells to hide; empty where none has to be.

    Parameters
    ----------
    frame
        One row a level of the characteristic.
    dimension
        What the rows part people by, and that names a characteristic: "sex". The column of its
        levels is the one that the dimension names last ("characteristic, value"), or else the last
        column of texts. A dimension that ends with "characteristic" has them as columns.
    minimum
        Of people, for a count to be shown.
    whole
        Where characteristics are columns: the column that the others are shares of, or by name of
        column the one that each is a share of. A count is hidden too where those without the
        characteristic are few, or all who could have it are fewer than twice the minimum: a share
        of 0 or 100% of them tells what each of them is.

    Examples
    --------
    >>> ages = pd.DataFrame({"level": ["0-84", "85-89", "Not known"], "n": [90, 1, 1]})
    >>> guard_people(ages, ["n"], dimension="age", minimum=5)
    {'n': [True, True, True]}
    >>> guard_people(ages, ["n"], dimension="month of start", minimum=5)
    {}
    """
    if not PERSONAL.search(dimension):
        return {}
    words = dimension.split(", ")
    if words[-1] == "characteristic":
        return _guard_columns(frame, counts, minimum=minimum, whole=whole)
    texts = [str(name) for name in frame.select_dtypes(exclude=["number", "datetime"]).columns]
    level = words[-1] if words[-1] in texts else texts[-1] if texts else ""
    by = [frame[name] for name in texts if name != level]
    known = ~frame[level].isin(NOT_KNOWN) if level else pd.Series(True, index=frame.index)
    found = {name: hide_people(frame[name], by, minimum=minimum, known=known) for name in counts}
    if words[0] == "characteristic" and by:  # a list of several, some of which are not personal
        personal = by[0].astype("str").str.contains(PERSONAL)
        found = {name: hidden & personal for name, hidden in found.items()}
    return {name: hidden.tolist() for name, hidden in found.items()}


def _guard_columns(
    frame: pd.DataFrame, counts: Sequence[str], *, minimum: int, whole: object
) -> dict[str, list[bool]]:
    """Return which cells to hide where each column of counts is a characteristic.

    Rows that a first column of texts divides add up within each of its parts; others do not.
    """
    parts = [frame[str(name)] for name in frame.select_dtypes(exclude=["number", "datetime"])][:-1]
    if isinstance(whole, Mapping):
        wholes = {name: of if isinstance(of, str) else "" for name, of in whole.items()}
    else:
        wholes = {name: str(whole or "") for name in counts if name != whole}
    hidden = {}
    for name in counts:
        if name not in wholes or name.endswith("_unknown"):
            continue
        own = _few(frame[name], minimum)
        if minimum > 1 and (of := wholes[name]):
            own |= _few(frame[of] - frame[name], minimum)
            own |= _few(frame[of], 2 * minimum)
        if parts:
            own = hide_people(frame[name], parts, minimum=minimum, first=own)
        hidden[name] = own.tolist()
    return hidden


def hide_people(
    counts: pd.Series,
    by: Sequence[pd.Series],
    *,
    minimum: int,
    known: pd.Series | None = None,
    first: pd.Series | None = None,
) -> pd.Series:
    """Return which counts to hide: those below the minimum, and others that would tell them.

    Parameters
    ----------
    counts
        People, one row a level; NA where there is none. 0 is shown: nobody is in it.
    by
        What else the rows differ by, such as another characteristic: each part has its own total.
    minimum
        Of people, for a count to be shown; with 1 or less nothing is hidden.
    known
        False for a level that says nothing of its people: it is hidden only beside others, and
        before them.
    first
        True for a count that is hidden in any case; those below the minimum when not given.

    Notes
    -----
    A part of which one count is hidden, or several that are fewer people together than the minimum,
    loses another count as well, the smallest first and a 0 last, and so on: whoever knows the total
    of the part cannot work out the hidden ones.

    Examples
    --------
    >>> hide_people(pd.Series([90, 1, 0, 30]), [], minimum=5).tolist()
    [False, True, False, True]
    >>> hide_people(pd.Series([90, 4, 3, 30]), [], minimum=5).tolist()
    [False, True, True, False]
    """
    known = pd.Series(True, index=counts.index) if known is None else known
    numbers = counts.astype("Float64")
    hidden = _few(counts, minimum) & known if first is None else first.copy()
    parts = numbers.groupby([part.to_numpy() for part in by]) if by else [("", numbers)]
    for _, part in parts:
        mine = hidden.loc[part.index]
        if not mine.any():
            continue
        rest = part[~mine].dropna().sort_values(kind="stable")
        some = rest.index[rest > 0]
        order = [*some[~known.loc[some]], *some[known.loc[some]], *rest.index[rest == 0]]
        for row in order:
            inside = part[hidden.loc[part.index]]
            if len(inside) > 1 and inside.sum() >= max(minimum, len(inside) + 1):
                break
            hidden.loc[row] = True
    return hidden


def _few(counts: pd.Series, minimum: int) -> pd.Series:
    return counts.astype("Float64").between(1, minimum - 1).fillna(False).astype(bool)
