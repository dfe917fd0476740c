"""Frames that have passed disclosure control: the only ones that may be shown."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.disclosure.profiles import Hidden, Profile

__all__ = ["Notes", "Released", "check_released"]


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

    def value(self, column: str, **where: object) -> Any:
        """Return one cell, chosen by the values of other columns; a hidden one as `Hidden`.

        Raises
        ------
        KeyError
            Not exactly one row fits.

        Examples
        --------
        >>> from rareaccess.disclosure import protect_counts
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

    def values(self, column: str) -> list[Any]:
        """Return the cells of a column; a hidden one as `Hidden`.

        Examples
        --------
        >>> from rareaccess.disclosure import protect_counts
        >>> data = pd.DataFrame({"n": [90, 4]})
        >>> released = protect_counts(data, counts=["n"], profile="ndrs")
        >>> [str(cell) for cell in released.values("n")]
        ['90', '[c]']
        """
        cells = zip(self.frame[column], self.hidden[column], strict=True)
        return [Hidden() if lost else cell for cell, lost in cells]

    def words(self, frame: pd.DataFrame) -> "Released":
        """Return a frame of texts, made from these released values, with their notes."""
        hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
        return replace(self, frame=frame, hidden=hidden)

    def with_title(self, title: str) -> "Released":
        """Return the same under another title, for a second figure of the same numbers."""
        return replace(self, notes=replace(self.notes, title=title))

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
        >>> from rareaccess.disclosure import protect_counts
        >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 10]})
        >>> protect_counts(data, counts=["n"], profile="internal").with_pct(
        ...     "pct", "n").frame["pct"].tolist()
        [90.0, 10.0]
        """
        return self.with_ratio(name, part, whole, times=100)

    def with_ratio(
        self,
        name: str,
        part: str,
        whole: "str | int | Hidden | None" = None,
        *,
        times: float = 1,
    ) -> "Released":
        """Return with a column of ratios, such as people a month, from released counts only.

        The parameters are those of `with_pct`; `whole` may also be a column of keys, and each
        ratio is multiplied by `times`.

        Examples
        --------
        >>> from rareaccess.disclosure import protect_counts
        >>> data = pd.DataFrame({"n": [90], "months": [4.5]})
        >>> released = protect_counts(data, counts=["n"], keys=["months"], profile="internal")
        >>> released.with_ratio("a_month", "n", "months").frame["a_month"].tolist()
        [20.0]
        """
        counts, lost = self.frame[part], self.hidden[part].copy()
        if isinstance(whole, str):
            divisor, lost = self.frame[whole], lost | self.hidden[whole]
        elif isinstance(whole, Hidden) or (whole is None and lost.any()):
            divisor, lost = pd.NA, lost | True
        else:
            divisor = counts.sum() if whole is None else whole
        divisor = pd.Series(divisor, index=counts.index).astype("Float64")
        share = times * counts.astype("Float64") / divisor.mask(divisor == 0)
        share = share.mask(lost)
        return replace(
            self,
            frame=self.frame.assign(**{name: share}),
            hidden=self.hidden.assign(**{name: lost}),
        )


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
