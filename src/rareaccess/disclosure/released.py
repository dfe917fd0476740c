"""Frames that may be shown: those that have passed disclosure control, and what is public."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
import pandas as pd

from rareaccess.disclosure.heard import hear
from rareaccess.disclosure.population import Population
from rareaccess.disclosure.profiles import Profile
from rareaccess.disclosure.values import Count, Day, Hidden, Plain, Share, Statistic, Token

if TYPE_CHECKING:
    from rareaccess.disclosure.register import Register

AnyToken = TypeVar("AnyToken", bound=Token)

__all__ = ["KINDS", "Frame", "Notes", "Public", "Released", "Whole", "check_released"]

KINDS = {
    "count": Count, "statistic": Statistic, "percent": Share, "date": Day, "key": Plain,
    "text": None,
}  # fmt: skip
"""What the values of a column are, and the token that one of them becomes."""

Whole = str | Population | Count | Hidden


SEAL = object()
"""What only the package gives to a new frame that may be shown."""


@dataclass(frozen=True)
class Notes:
    """What every table and figure carries: what it shows, of how many, from where, for when."""

    label: str = ""
    title: str = ""
    n: str = ""
    source: str = ""
    period: str = ""
    caveat: str = ""


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame that may be shown, with the mark of every hidden cell: `Released` or `Public`.

    Its values are read by `value` and `values`, each as a token. `frame` and `hidden` are copies,
    for drawing. Nobody makes one by hand: `protect` and `make_public` hold the seal.

    Raises
    ------
    TypeError
        It is made without the seal.
    """

    _frame: pd.DataFrame
    _hidden: pd.DataFrame
    kinds: Mapping[str, str]
    notes: Notes = field(default_factory=Notes)
    register: "Register | None" = field(default=None, repr=False)
    _seal: object = field(default=None, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        if self._seal is not SEAL:
            raise TypeError(
                f"A {type(self).__name__} frame is not made by hand: use `study.release(…)` or "
                "`study.publish(…)`."
            )
        hear([*asdict(self.notes).values()])
        for name, kind in self.kinds.items():
            if kind == "text" or isinstance(self, Public):
                hear(self._frame[name].map(str))

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the values; a hidden cell is NA."""
        return self._frame.copy()

    @property
    def hidden(self) -> pd.DataFrame:
        """A copy of the marks: True where a cell is hidden."""
        return self._hidden.copy()

    @property
    def rows(self) -> Count:
        """The number of rows."""
        return self._give_origin(Count(len(self._frame)))

    def cell(self, row: int, column: str) -> Any:
        """Return a cell as its token; a hidden one as `Hidden`, a missing one as None."""
        if self._hidden[column].iloc[row]:
            return Hidden()
        value, kind = self._frame[column].iloc[row], KINDS[self.kinds[column]]
        if pd.isna(value):
            return None
        value = value.item() if isinstance(value, np.generic) else value
        made = kind(value) if kind and not isinstance(value, str) else value
        if isinstance(made, Statistic) and column in getattr(self, "whole_only", ()):
            made = made.with_most(0)
        return self._give_origin(made, column, row) if isinstance(made, Token) else made

    def _give_origin(self, value: AnyToken, column: str = "", row: int = -1) -> AnyToken:
        """Return a value that knows its label, its column and the words of its row, if of one."""
        if isinstance(self, Public) or isinstance(value, Plain):
            return value.from_origin(frozenset())
        names = [name for name, kind in self.kinds.items() if kind == "text" and row >= 0]
        words = [word for name in names if isinstance(word := self._frame[name].iloc[row], str)]
        return value.from_origin(frozenset({(self.notes.label, column, *words)}))

    def value(self, column: str, **where: object) -> Any:
        """Return one cell as its token, chosen by the values of other columns.

        Raises
        ------
        KeyError
            Not exactly one row fits.

        Examples
        --------
        >>> from rareaccess.disclosure import protect
        >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 4]})
        >>> released = protect(data, counts=["n"], profile="ndrs")
        >>> released.value("n", sex="Female"), released.value("n", sex="Male")
        (Count(90), [c])
        """
        fits = np.ones(len(self._frame), dtype=bool)
        for name, wanted in where.items():
            wanted = wanted.value if isinstance(wanted, Token) else wanted
            fits &= (self._frame[name] == wanted).fillna(False).to_numpy(dtype=bool)
        if fits.sum() != 1:
            raise KeyError(f"{fits.sum()} rows fit {where}; exactly one must.")
        return self.cell(int(np.flatnonzero(fits)[0]), column)

    def values(self, column: str) -> list[Any]:
        """Return the cells of a column, each as its token.

        Examples
        --------
        >>> from rareaccess.disclosure import protect
        >>> protect(pd.DataFrame({"n": [90, 4]}), counts=["n"], profile="ndrs").values("n")
        [Count(90), [c]]
        """
        return [self.cell(row, column) for row in range(len(self._frame))]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows, each a dictionary of tokens by column."""
        names = list(self._frame.columns)
        return [{name: self.cell(row, name) for name in names} for row in range(len(self._frame))]

    def count(self, column: str, *but: object) -> Count:
        """Count the rows whose cell is none of some values; a hidden cell is none of them.

        Examples
        --------
        >>> from rareaccess.disclosure import protect
        >>> protect(pd.DataFrame({"n": [90, 0, 4]}), counts=["n"], profile="internal").count("n", 0)
        Count(2)
        """
        found = sum(all(cell != one for one in but) for cell in self.values(column))
        return self._give_origin(Count(found), column)

    def relabel(self, label: str, **notes: str) -> Self:
        """Return the same under a label of its own, for a second figure of the same numbers."""
        named = self.register.label(label) if self.register else label
        return replace(self, notes=replace(self.notes, label=named, **notes))

    def where(self, **chosen: object) -> Self:
        """Return the rows in which columns have these values, under the same label.

        Examples
        --------
        >>> from rareaccess.disclosure import protect
        >>> data = pd.DataFrame({"side": ["a", "b"], "n": [8, 9]})
        >>> protect(data, counts=["n"], profile="national-hes").where(side="b").values("n")
        [Count(9)]
        """
        kept = pd.Series(True, index=self._frame.index)
        for name, value in chosen.items():
            kept &= self._frame[name] == value
        rows = kept.fillna(False).to_numpy(bool)
        return replace(
            self,
            _frame=self._frame[rows].reset_index(drop=True),
            _hidden=self._hidden[rows].reset_index(drop=True),
        )

    def select(self, columns: Sequence[str], **notes: str) -> Self:
        """Return some of the columns, with other notes as far as they are given."""
        return replace(
            self,
            _frame=self._frame[list(columns)],
            _hidden=self._hidden[list(columns)],
            kinds={name: self.kinds[name] for name in columns},
            notes=replace(self.notes, **notes),
        )

    def with_column(
        self, name: str, values: Sequence[object] | pd.Series, kind: str, lost: object = False
    ) -> Self:
        """Return with one more column; what it is made of must have been released.

        For functions of the package alone: a notebook that names it is refused.
        """
        return replace(
            self,
            _frame=self._frame.assign(**{name: values}),
            _hidden=self._hidden.assign(**{name: lost}),
            kinds={**self.kinds, name: kind},
        )

    def words(self, way: Callable[[dict[str, Any]], str]) -> list[str]:
        """Return a text for each row, made by a function of the tokens of the row.

        Examples
        --------
        >>> from rareaccess.disclosure import fmt, protect
        >>> released = protect(pd.DataFrame({"n": [90, 4]}), counts=["n"], profile="ndrs")
        >>> released.words(lambda row: fmt.counted(row["n"], "people"))
        ['90 people', '[c] people']
        """
        return [way(row) for row in self.records()]

    def show(self, kind: str, printed: Sequence[Mapping[str, Any]] = ()) -> str:
        """Put it into the register as a figure (`fig`) or a table (`tbl`); return its title.

        Of a table `printed` has the columns as they are printed: the `name` of each, its `heading`,
        its `texts`, and whether they are numbers (`number`).
        """
        if self.register is None:
            return self.notes.title or self.notes.label
        return self.register.show(kind, self, printed)


@dataclass(frozen=True, eq=False)
class Public(Frame):
    """A frame with nothing about any person, so that there is nothing to hide.

    Parameters
    ----------
    because
        Why: "published in …", "in the settings".

    Examples
    --------
    >>> from rareaccess.disclosure import make_public
    >>> make_public(pd.DataFrame({"code": ["M321"]}), because="in the settings").values("code")
    ['M321']
    """

    because: str = ""


@dataclass(frozen=True, eq=False)
class Released(Frame):
    """A frame that has passed disclosure control: `protect` makes it, and `study.release`.

    Parameters
    ----------
    profile
        The rule that was applied.
    population
        Who is counted: one for the frame, or one a column of counts.
    dimension
        What the rows part it by, such as "sex"; empty where they are a list.
    whole
        What the parts add up to, by column of counts.
    whole_only
        Columns of statistics to which the profile has left no decimals.
    """

    profile: Profile = field(default_factory=lambda: Profile(""))
    population: Population | Mapping[str, Population] | None = None
    dimension: str = ""
    whole: Mapping[str, Whole] = field(default_factory=dict)
    whole_only: tuple[str, ...] = ()

    def with_pct(self, name: str, part: str, whole: Whole) -> Self:
        """Return with a column of percentages (0 to 100, not rounded) of released counts.

        Parameters
        ----------
        name
            The new column.
        part
            The column of counts to divide.
        whole
            What to divide by: a column of counts, a population, or one released count.

        Examples
        --------
        >>> from rareaccess.disclosure import protect
        >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 10]})
        >>> protect(data, counts=["n"], profile="internal").with_pct(
        ...     "pct", "n", Count(100)).frame["pct"].tolist()
        [90.0, 10.0]
        """
        return self._divide(name, part, whole, first=100, kind="percent")

    def with_ratio(self, name: str, part: str, whole: Whole, *, times: float = 1) -> Self:
        """Return with a column of ratios, such as people a month, from released counts only.

        The parameters are those of `with_pct`; `whole` may also be a column of keys, and each
        ratio is multiplied by `times`.

        Examples
        --------
        >>> from rareaccess.disclosure import protect
        >>> data = pd.DataFrame({"n": [90], "months": [4.5]})
        >>> released = protect(data, counts=["n"], keys=["months"], profile="internal")
        >>> released.with_ratio("a_month", "n", "months").frame["a_month"].tolist()
        [20.0]
        """
        return self._divide(name, part, whole, times=times, kind="statistic")

    def _divide(
        self, name: str, part: str, whole: Whole, *, kind: str, first: float = 1, times: float = 1
    ) -> Self:
        counts, lost = self._frame[part], self._hidden[part].copy()
        size = whole.n if isinstance(whole, Population) else whole
        divisor: object = pd.NA
        if isinstance(size, str):
            divisor, lost = self._frame[size], lost | self._hidden[size]
        elif isinstance(size, Hidden):
            lost |= True
        elif isinstance(size, Count):
            divisor = size.value
        else:
            raise TypeError(
                f"The whole of a percentage must be a column, a population or a released "
                f"count: found {type(size).__name__}."
            )
        below = pd.Series(divisor, index=counts.index).astype("Float64")
        ratio = first * counts.astype("Float64") / below.mask(below == 0) * times
        return self.with_column(name, ratio.mask(lost), kind, lost)

    def with_statistics(
        self,
        names: Sequence[str],
        way: Callable[[dict[str, Any]], Mapping[str, float] | Hidden | None],
    ) -> Self:
        """Return with columns of statistics, each row computed by a function of its tokens.

        Where the function gives None there is none, and where it meets `Hidden` and gives it back,
        the statistics are hidden too.
        """
        found = [way(row) for row in self.records()]
        lost = [isinstance(one, Hidden) for one in found]
        made = self
        for name in names:
            values = [one[name] if isinstance(one, Mapping) else pd.NA for one in found]
            made = made.with_column(name, pd.array(values, "Float64"), "statistic", lost)
        return made

    def stack(self, other: "Released") -> Self:
        """Return with the rows of another frame of the same columns below."""
        parts = [(one._frame, one._hidden) for one in (self, other.select(list(self.kinds)))]
        frame, hidden = (pd.concat(two, ignore_index=True) for two in zip(*parts, strict=True))
        return replace(self, _frame=frame, _hidden=hidden)


def check_released(*frames: object) -> None:
    """Refuse anything that may not be shown.

    Raises
    ------
    TypeError
        A frame is neither `Released` nor `Public`.

    Examples
    --------
    >>> check_released(pd.DataFrame())
    Traceback (most recent call last):
    TypeError: Only released frames may be shown (see rareaccess.disclosure): found DataFrame.
    """
    for frame in frames:
        if not isinstance(frame, Released | Public):
            raise TypeError(
                "Only released frames may be shown (see rareaccess.disclosure): "
                f"found {type(frame).__name__}."
            )
