"""Released values: types that record how a value came out, and have no text of their own."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from operator import ge, gt, le, lt
from typing import Any, ClassVar, Self

import pandas as pd

__all__ = [
    "Count",
    "Day",
    "Hidden",
    "Origin",
    "Plain",
    "Ratio",
    "Share",
    "Shown",
    "Statistic",
    "Token",
    "join_origins",
    "percent",
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


class Shown(str):
    """A text that may be shown: `fmt` makes it from tokens, and a sentence takes nothing else.

    Examples
    --------
    >>> Shown("924 people").upper(), type(Shown("924") + " people").__name__
    ('924 PEOPLE', 'str')
    """

    origin: "Origin" = frozenset()

    def from_origin(self, origin: "Origin") -> "Shown":
        """Return the same text, with what it was made of."""
        made = Shown(self)
        made.origin = origin
        return made


Origin = frozenset[tuple[str, ...]] | None
"""What a value was made of: names of what was shown, each with the words of its row and column.

Empty where no record was counted; None where nobody knows.
"""


@dataclass(frozen=True, eq=False)
class Token:
    """A value that has passed disclosure control; it compares, and only `fmt` makes a text of it.

    Examples
    --------
    >>> Count(3) > 2, Count(3) == Count(3), Count(3)
    (True, True, Count(3))
    >>> f"{Count(3)} people"
    Traceback (most recent call last):
    TypeError: A Count has no text of its own: use rareaccess.disclosure.fmt, such as fmt.n(count).
    """

    value: Any
    way: ClassVar[str] = "fmt.text(value)"
    origin: ClassVar[Origin] = None
    most: ClassVar[int | None] = None
    """The decimals that it was released with, where that is fewer than may be asked for."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def __str__(self) -> str:
        raise TypeError(
            f"A {type(self).__name__} has no text of its own: use rareaccess.disclosure.fmt, "
            f"such as {self.way}."
        )

    def __format__(self, spec: str) -> str:
        return str(self)

    def from_origin(self, origin: Origin) -> Self:
        """Return the same value, with what it was made of."""
        made = copy(self)
        object.__setattr__(made, "origin", origin)
        return made

    def with_most(self, decimals: int) -> Self:
        """Return the same value, of which no more decimals are printed."""
        made = copy(self)
        object.__setattr__(made, "most", decimals)
        return made

    def _compare(self, other: object, how: Callable[[Any, Any], bool]) -> bool:
        return how(self.value, other.value if isinstance(other, Token) else other)

    def __eq__(self, other: object) -> bool:
        return self._compare(other, lambda one, two: one == two)

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: object) -> bool:
        return self._compare(other, lt)

    def __le__(self, other: object) -> bool:
        return self._compare(other, le)

    def __gt__(self, other: object) -> bool:
        return self._compare(other, gt)

    def __ge__(self, other: object) -> bool:
        return self._compare(other, ge)


class Count(Token):
    """A released count: how many, after hiding and rounding."""

    way = "fmt.n(count)"

    def __init__(self, value: int) -> None:
        if isinstance(value, bool) or int(value) != value:
            raise TypeError(f"A count must be a whole number: found {value!r}.")
        super().__init__(int(value))


class Statistic(Token):
    """A released mean, median, rate or the like."""

    way = "fmt.num(statistic)"

    def __init__(self, value: float) -> None:
        super().__init__(float(value))


class Share(Statistic):
    """A percentage of released counts, from 0 to 100 and not rounded."""

    way = "fmt.pct(share)"


class Ratio(Statistic):
    """A ratio of two rates, or an index near 1, of which two decimals are read."""

    way = "fmt.num(ratio, 2)"


class Day(Token):
    """A released date."""

    way = "fmt.date(day)"

    def __init__(self, value: date) -> None:
        super().__init__(pd.Timestamp(value).date())


class Plain(Token):
    """A number, a date or a name that is no result: of the settings, of a publication, of a scale.

    Examples
    --------
    >>> from rareaccess.disclosure import fmt
    >>> fmt.n(Plain(37)), fmt.text(Plain("belimumab"))
    ('37', 'belimumab')
    """

    origin: ClassVar[Origin] = frozenset()


def percent(part: Count | Hidden, whole: Count | Hidden) -> Share | Hidden | None:
    """Percentage from released counts, not rounded; hidden when either is, None of nobody.

    Examples
    --------
    >>> percent(Count(1), Count(8)), percent(Hidden(), Count(8)), percent(Count(0), Count(0))
    (Share(12.5), [c], None)
    """
    if isinstance(part, Hidden) or isinstance(whole, Hidden):
        return Hidden()
    for count in (part, whole):
        if not isinstance(count, Count):
            raise TypeError(
                f"A percentage must be made from released counts: found {type(count).__name__}. "
                "Take them from a released frame or from a population."
            )
    share = Share(100 * part.value / whole.value) if whole.value else None
    return share and share.from_origin(join_origins([part, whole]))


def join_origins(values: Iterable[object]) -> Origin:
    """Return what values were made of: None as soon as it is not known of one of them.

    Lists and mappings of values are looked into; what is no released value was made of nothing.

    Examples
    --------
    >>> one, two = Count(3).from_origin(frozenset({("age",)})), Plain(12)
    >>> join_origins([one, two, "words"]), join_origins([one, Count(3)])
    (frozenset({('age',)}), None)
    """
    found: set[tuple[str, ...]] = set()
    for value in values:
        if isinstance(value, Token | Shown):
            origin = value.origin
        elif isinstance(value, list | tuple):
            origin = join_origins(value)
        elif isinstance(value, Mapping):
            origin = join_origins(value.values())
        else:
            continue
        if origin is None:
            return None
        found |= origin
    return frozenset(found)
