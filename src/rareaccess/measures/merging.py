"""Groups with few people: merged by a stated rule, or hidden, before a measure is made of them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Profile, Released, find_profile
from rareaccess.measures.tidy import read_counts, read_order

__all__ = ["RULE", "merge_small", "place_rows", "read_released"]

RULE = (
    "from the least advantaged end, a group whose count would be hidden joins the next; what is "
    "left at the other end joins the group before it"
)
"""How groups merge, in words for a note."""


def merge_small(
    frame: pd.DataFrame, *, group: str, count: str, add: Sequence[str], profile: str | Profile,
    fewest: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Ordered groups, merged with their neighbours until a profile hides no count.

    The rule is `RULE`. It works on counts before disclosure control, inside the environment, and
    only its result may be released: with the groups beside it, the hidden count is a difference.

    Parameters
    ----------
    frame
        One row for each group, with whole counts.
    group
        Numbers or an ordered categorical, least advantaged first.
    count
        The column that the profile may hide.
    add
        The columns that are summed, `count` among them.
    profile
        Of disclosure control.
    fewest
        Groups that must be left; with fewer the measure is to be hidden.

    Returns
    -------
    DataFrame
        A row for each merged group, in order: `group` (the first of those that it holds, so that
        it still has its order), `members` (their names, with a plus between them) and the
        columns of `add`.

    Raises
    ------
    UserError
        Fewer groups are left than are needed, or all of them together are too few.

    Examples
    --------
    >>> frame = pd.DataFrame({"quintile": [1, 2, 3, 4, 5], "events": [3, 9, 20, 2, 4],
    ...                       "population": [10, 10, 10, 10, 10]})
    >>> merge_small(frame, group="quintile", count="events", add=["events", "population"],
    ...             profile="subnational-hes")[["members", "events"]].values.tolist()
    [['1 + 2', 12], ['3 + 4 + 5', 26]]
    """
    rule = find_profile(profile)
    rows = frame.iloc[read_order(frame, group, fewest=1)]
    counts = read_counts(rows, count)
    if np.isnan(counts).any():
        raise UserError(
            "Groups cannot be merged by counts that are hidden already.", where=f"column {count}",
            found=f"{int(np.isnan(counts).sum())} hidden or missing", expected="whole counts",
        )  # fmt: skip
    places, running, place = [], 0, 0
    for one in counts:
        places.append(place)
        running += int(one)
        if not rule.hides(running):
            running, place = 0, place + 1
    if places[-1] == place and place:  # what is left is too few: it joins the group before it
        places = [min(one, place - 1) for one in places]
    if rule.hides(int(counts.sum())) or len(set(places)) < fewest:
        raise UserError(
            "A measure is hidden: too few people for its groups.", where=f"column {count}",
            found=f"{len(set(places))} groups after merging",
            expected=f"{fewest} or more, none of which the profile {rule.name} hides",
        )  # fmt: skip
    grouped = rows.groupby(np.array(places), sort=True)
    members = grouped[group].agg(lambda names: " + ".join(map(str, names)))
    firsts = rows[group].iloc[[places.index(one) for one in sorted(set(places))]].array
    made = grouped[list(add)].sum().assign(members=members)
    made.insert(0, group, firsts)
    return made.reset_index(drop=True)


def place_rows(counts: pd.DataFrame, profile: str | Profile) -> list[int]:
    """Say which of the rows, in their order, belong together so that a profile hides no count.

    A row joins the next until none of its counts would be hidden; what is left at the end joins the
    group before it. Where even all rows together have a hidden count, they are one group.

    Parameters
    ----------
    counts
        One row a period or an interval, columns of counts that add up.
    profile
        Of disclosure control.

    Returns
    -------
    list of int
        The number of the group of each row, from 0.

    Examples
    --------
    >>> starts = pd.DataFrame({"starts": [3, 9, 20, 2, 4, 0, 1]})
    >>> place_rows(starts, "subnational-hes"), place_rows(starts[:1], "ndrs")
    ([0, 0, 1, 1, 1, 1, 1], [0])
    """
    rule = find_profile(profile)
    values = counts.to_numpy("int64")
    ends: list[int] = []  # one past the last row of each group
    begun = 0
    for end in range(1, len(values) + 1):
        if not any(rule.hides(int(one)) for one in values[begun:end].sum(axis=0)):
            ends.append(end)
            begun = end
    while begun < len(values):  # what is left joins the groups before it until it may be shown
        begun = ends[-2] if len(ends) > 1 else 0
        ends = ends[:-1]
        if not begun or not any(rule.hides(int(one)) for one in values[begun:].sum(axis=0)):
            ends.append(len(values))
            break
    return [int(place) for place in np.searchsorted(ends, range(len(values)), side="right")]


def read_released(released: Released) -> pd.DataFrame:
    """Released counts as a frame for a measure: a hidden one is missing, and never a number.

    Every measure of a group with a missing count is missing too, with the note that it is hidden.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> from rareaccess.measures.rates import estimate_rate
    >>> data = pd.DataFrame({"area": ["A", "B"], "events": [40, 3], "population": [1000, 1000]})
    >>> released = protect(data, counts=["events"], keys=["population"], profile="subnational-hes")
    >>> estimate_rate(read_released(released), by="area")[["value", "note"]].values.tolist()
    [[4000.0, ''], [nan, 'not given: a count is hidden or missing']]
    """
    frame = released.frame
    for column in frame.columns[released.hidden.any()]:
        if frame.loc[released.hidden[column], column].notna().any():
            raise UserError("A hidden cell has a value.", where=f"column {column}")
    return frame
