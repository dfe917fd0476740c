"""Counts that may be shown, before a measure is made of them: periods join, hidden ones stay so."""

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Profile, Released, find_profile

__all__ = ["place_rows", "read_released"]


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
