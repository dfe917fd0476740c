"""From a frame of results to a released one: hide first, then round; percentages come after."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure.profiles import Profile, find_profile
from rareaccess.disclosure.released import Notes, Released

__all__ = ["STATISTICS", "protect_counts", "protect_statistics"]

# of a summary, in this order
STATISTICS = ("mean", "median", "min", "max", "q1", "q3", "iqr", "sd")


def protect_counts(
    frame: pd.DataFrame,
    *,
    counts: Sequence[str],
    profile: str | Profile,
    keys: Sequence[str] = (),
    notes: Notes | None = None,
) -> Released:
    """Counts as they may be shown: hide first, then round; labels pass.

    A column of numbers that is neither a count nor a key is refused, because a mean or a
    percentage made from unprotected counts would give them away.

    Parameters
    ----------
    frame
        One row a group. It is not changed.
    counts
        The columns that count people (whole numbers, no negatives; NA stays NA).
    profile
        Name of the rule, see `PROFILES`.
    keys
        Columns of numbers that are labels: a year, the edges of a bin.
    notes
        What to print with it.

    Raises
    ------
    UserError
        A count column is missing or is not a count, or a column of other numbers is present.

    Notes
    -----
    Each cell is judged alone. One hidden cell beside its total can still be worked out: that is
    the task of the attacker's check on the whole book, not of this function.

    Examples
    --------
    >>> data = pd.DataFrame({"group": list("abc"), "n": [0, 7, 8]})
    >>> released = protect_counts(data, counts=["n"], profile="subnational-hes")
    >>> released.frame["n"].tolist(), released.hidden["n"].tolist()
    ([0, <NA>, 10], [False, True, False])
    """
    rule = find_profile(profile)
    _check_columns(frame, counts, keys=keys)
    safe = frame.reset_index(drop=True)
    hidden = pd.DataFrame(False, index=safe.index, columns=safe.columns)
    for name in counts:
        values = safe[name].astype("Int64")
        if (values < 0).any():
            raise UserError("A count is negative.", f"column {name}", expected="0 or more")
        lost = [not pd.isna(value) and rule.hides(value) for value in values]
        hidden[name] = pd.Series(lost, safe.index, dtype=bool)
        rounded = [pd.NA if pd.isna(value) else rule.round(value) for value in values]
        safe = safe.assign(**{name: pd.array(rounded, dtype="Int64")})
        safe[name] = safe[name].mask(hidden[name])
    return Released(safe, hidden, rule, notes or Notes())


def protect_statistics(
    frame: pd.DataFrame,
    *,
    on: str,
    statistics: Sequence[str],
    profile: str | Profile,
    extremes: Sequence[str] = (),
    counts: Sequence[str] = (),
    keys: Sequence[str] = (),
    notes: Notes | None = None,
) -> Released:
    """Means, medians and the like as they may be shown: hidden where they rest on too few people.

    Parameters
    ----------
    frame
        One row a group.
    on
        The column that says on how many people the statistics rest; it is protected too.
    statistics
        Columns of statistics, hidden where `on` is hidden.
    extremes
        Columns that are one person's value (minimum, maximum): hidden by every profile that
        controls anything.
    counts
        Further columns of counts, such as the missing.

    Examples
    --------
    >>> data = pd.DataFrame({"n": [40, 3], "mean": [5.5, 4.0], "max": [9, 5]})
    >>> released = protect_statistics(
    ...     data, on="n", statistics=["mean"], extremes=["max"], profile="subnational-hes")
    >>> released.hidden.to_numpy().tolist()
    [[False, False, True], [True, True, True]]
    """
    rule = find_profile(profile)
    shown = [*statistics, *extremes]
    _check_columns(frame, [on, *counts], also=shown, keys=keys)
    base = protect_counts(frame.drop(columns=shown), counts=[on, *counts], keys=keys, profile=rule)
    safe, hidden = base.frame, base.hidden
    for name in dict.fromkeys(shown):
        lost = hidden[on] | (rule.controls and name in extremes)
        values = frame[name].reset_index(drop=True).astype("Float64")
        safe, hidden = safe.assign(**{name: values.mask(lost)}), hidden.assign(**{name: lost})
    order = list(frame.columns)
    return Released(safe[order], hidden[order], rule, notes or Notes())


def _check_columns(
    frame: pd.DataFrame, counts: Sequence[str], *, keys: Sequence[str], also: Sequence[str] = ()
) -> None:
    """Refuse a frame whose columns of numbers are not all declared."""
    absent = [name for name in [*counts, *also, *keys] if name not in frame.columns]
    if absent:
        raise UserError(
            "A column to protect is missing.",
            "disclosure control",
            found=", ".join(map(str, frame.columns)),
            expected=", ".join(absent),
        )
    for name in counts:
        values = pd.to_numeric(frame[name], errors="coerce").astype("Float64")
        if values.isna().sum() != frame[name].isna().sum() or (values % 1 != 0).any():
            raise UserError("A count is not a whole number.", f"column {name}")
    declared = {*counts, *also, *keys}
    rest = [
        name
        for name in frame.columns
        if name not in declared
        and pd.api.types.is_numeric_dtype(frame[name])
        and not pd.api.types.is_bool_dtype(frame[name])
    ]
    if rest:
        raise UserError(
            "A column of numbers has not been declared to disclosure control.",
            "disclosure control",
            found=", ".join(rest),
            expected="every number declared as a count, a statistic or a key",
            mend="Declare the column, or compute it from the released counts.",
        )
