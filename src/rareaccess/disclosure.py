"""Disclosure control: what may leave the secure environment, decided on frames, before use.

A frame of results becomes a `Released` frame by `protect_counts` or `protect_statistics`.
Tables, figures, sentences and files take nothing else. A hidden cell is hidden by type: it is
never 0, 5 or any other number that could be taken for a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from rareaccess.errors import UserError

__all__ = [
    "PROFILES",
    "Hidden",
    "Notes",
    "Profile",
    "Released",
    "check_released",
    "find_profile",
    "percent",
    "protect_count",
    "protect_counts",
    "protect_statistics",
]


class Hidden:
    """A value that exists and is not shown. It compares with nothing and has no number.

    Examples
    --------
    >>> str(Hidden())
    '[c]'
    >>> Hidden() + 1
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for +: 'Hidden' and 'int'
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "[c]"


@dataclass(frozen=True)
class Profile:
    """Rule for counts: hide those from `hide_from` to `hide_to`, round the rest to `round_to`."""

    name: str
    hide_from: int = 0
    hide_to: int = -1
    round_to: int = 1
    label: str = ""

    @property
    def controls(self) -> bool:
        """Whether the profile changes anything at all."""
        return self.hide_to >= self.hide_from or self.round_to > 1

    def hides(self, count: int) -> bool:
        """Whether a count is hidden."""
        return self.hide_from <= count <= self.hide_to

    def round(self, count: int) -> int:
        """Round a count to the nearest multiple of `round_to`, halves up."""
        return int((count + self.round_to / 2) // self.round_to * self.round_to)


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("national-hes", label="National counts, no control"),
        Profile("internal", label="Not disclosure checked, for internal use"),
        Profile("subnational-hes", 1, 7, 5, "0 shown, 1 to 7 hidden, the rest rounded to 5"),
        Profile("ndrs", 0, 4, 1, "Fewer than 5 hidden"),
        Profile("opensafely", 0, 7, 5, "7 or fewer hidden, the rest rounded to 5"),
    )
}


def find_profile(name: str | Profile) -> Profile:
    """Return the disclosure profile of that name.

    Raises
    ------
    UserError
        There is no such profile.

    Examples
    --------
    >>> find_profile("subnational-hes").hide_to
    7
    """
    if isinstance(name, Profile):
        return name
    if name not in PROFILES:
        raise UserError(
            "There is no disclosure profile of that name.",
            "params/report.yml: disclosure",
            found=str(name),
            expected="one of " + ", ".join(PROFILES),
            mend="Correct the name in params/report.yml.",
        )
    return PROFILES[name]


@dataclass(frozen=True)
class Notes:
    """What every table and figure carries: what it shows, of how many, from where, for when."""

    label: str = ""
    title: str = ""
    n: str = ""
    source: str = ""
    period: str = ""
    caveat: str = ""


@dataclass(frozen=True)
class Released:
    """A frame that has passed disclosure control, with the mark of every hidden cell.

    Parameters
    ----------
    frame
        The released values; a hidden cell is NA here, and True in `hidden`.
    hidden
        Booleans, same rows and columns as `frame`.
    profile
        The rule that was applied.
    notes
        Title, n, source, period and caveat, printed with every use.
    """

    frame: pd.DataFrame
    hidden: pd.DataFrame
    profile: Profile
    notes: Notes = field(default_factory=Notes)

    def value(self, column: str, **where: object) -> object:
        """Return one cell, chosen by the values of other columns; a hidden one as `Hidden`.

        Raises
        ------
        KeyError
            Not exactly one row fits.

        Examples
        --------
        >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 4]})
        >>> released = protect_counts(data, counts=["n"], profile="ndrs")
        >>> released.value("n", sex="Female"), released.value("n", sex="Male")
        (90, [c])
        """
        fits = np.ones(len(self.frame), dtype=bool)
        for name, wanted in where.items():
            fits &= (self.frame[name] == wanted).fillna(False).to_numpy(dtype=bool)
        if fits.sum() != 1:
            raise KeyError(f"{fits.sum()} rows fit {where}; exactly one is wanted.")
        row = int(np.flatnonzero(fits)[0])
        if self.hidden[column].iloc[row]:
            return Hidden()
        cell = self.frame[column].iloc[row]
        return cell.item() if isinstance(cell, np.generic) else cell

    def has(self, **where: object) -> bool:
        """Whether a row with these values is there."""
        fits = pd.Series(True, index=self.frame.index)
        for name, wanted in where.items():
            fits &= (self.frame[name] == wanted).fillna(False).astype(bool)
        return bool(fits.any())

    def words(self, frame: pd.DataFrame) -> "Released":
        """Return a frame of texts, made from these released values, with their notes."""
        hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
        return replace(self, frame=frame, hidden=hidden)

    def with_notes(self, **notes: str) -> "Released":
        """Return the same released values with other notes."""
        return replace(self, notes=replace(self.notes, **notes))

    def with_pcts(self, *counts: str) -> "Released":
        """Return with a column `<count>_pct` for each column of counts, in per cent of its sum."""
        released = self
        for name in counts:
            released = released.with_pct(f"{name}_pct", name)
        return released

    def with_shares(self, whole: str, *counts: str) -> "Released":
        """Return with a column `<count>_pct` for each column of counts, in per cent of `whole`."""
        released = self
        for name in counts:
            released = released.with_pct(f"{name}_pct", name, whole)
        return released

    def with_pct(
        self, name: str, part: str, whole: "str | int | Hidden | None" = None
    ) -> "Released":
        """Return with a column of percentages, computed from released counts only.

        Parameters
        ----------
        name
            The new column (0 to 100, not rounded).
        part
            The column of counts to divide.
        whole
            What to divide by: a column of counts, or one released count. When None, the sum of
            `part`; with a hidden part the sum is not known, and every percentage is hidden.

        Examples
        --------
        >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 10]})
        >>> protect_counts(data, counts=["n"], profile="internal").with_pct(
        ...     "pct", "n").frame["pct"].tolist()
        [90.0, 10.0]
        """
        counts, lost = self.frame[part], self.hidden[part].copy()
        if isinstance(whole, str):
            divisor, lost = self.frame[whole], lost | self.hidden[whole]
        elif isinstance(whole, Hidden) or (whole is None and lost.any()):
            divisor, lost = pd.NA, lost | True
        else:
            divisor = counts.sum() if whole is None else whole
        divisor = pd.Series(divisor, index=counts.index).astype("Float64")
        share = 100 * counts.astype("Float64") / divisor.mask(divisor == 0)
        share = share.mask(lost)
        return replace(
            self,
            frame=self.frame.assign(**{name: share}),
            hidden=self.hidden.assign(**{name: lost}),
        )


def percent(part: float | Hidden, whole: float | Hidden) -> float | Hidden | None:
    """Percentage from released counts, not rounded; hidden when either is, None of nobody.

    Examples
    --------
    >>> percent(1, 8), percent(Hidden(), 8), percent(0, 0)
    (12.5, [c], None)
    """
    if isinstance(part, Hidden) or isinstance(whole, Hidden):
        return Hidden()
    return 100 * part / whole if whole else None


def check_released(*frames: object) -> None:
    """Refuse anything that has not passed disclosure control.

    Raises
    ------
    TypeError
        A frame is not `Released`.

    Examples
    --------
    >>> check_released(pd.DataFrame())
    Traceback (most recent call last):
    TypeError: Only released frames may be shown (see rareaccess.disclosure): found DataFrame.
    """
    for frame in frames:
        if not isinstance(frame, Released):
            raise TypeError(
                "Only released frames may be shown (see rareaccess.disclosure): "
                f"found {type(frame).__name__}."
            )


def protect_count(value: int, *, profile: str | Profile) -> int | Hidden:
    """Return one count as it may be shown: the count, rounded, or `Hidden`.

    Examples
    --------
    >>> [protect_count(count, profile="subnational-hes") for count in (0, 1, 7, 8, 13)]
    [0, [c], [c], 10, 15]
    """
    rule = find_profile(profile)
    return Hidden() if rule.hides(int(value)) else rule.round(int(value))


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
    safe, hidden = frame.reset_index(drop=True), pd.DataFrame(index=range(len(frame)))
    for name in frame.columns:
        hidden[name] = False
    for name in counts:
        values = safe[name].astype("Int64")
        if (values < 0).any():
            raise UserError("A count is negative.", f"column {name}", expected="0 or more")
        hidden[name] = [not pd.isna(value) and rule.hides(value) for value in values]
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
