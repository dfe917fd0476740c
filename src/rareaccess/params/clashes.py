"""Rules for the keys of any list: at least one item, in order of dates, none twice."""

from collections.abc import Iterator, Sequence, Sized
from datetime import date
from itertools import pairwise
from typing import TypeVar

from pydantic_core import PydanticCustomError

from rareaccess.params.faults import Fault, Key

__all__ = ["in_order", "repeated", "some"]

Items = TypeVar("Items", bound=Sized)


def some(items: Items) -> Items:
    """Return the list or section when it has an item.

    Examples
    --------
    >>> some([1])
    [1]
    """
    if not items:
        raise PydanticCustomError("empty", "at least one item")
    return items


def in_order(starts: Sequence[date], name: str, *, strict: bool) -> Iterator[Fault]:
    """Yield each date that is before the one above it or, when `strict`, not after it.

    Examples
    --------
    >>> days = [date(2016, 6, 22), date(2016, 6, 22)]
    >>> [clash.key for clash in in_order(days, "criteria", strict=True)]
    ['criteria[2].from']
    """
    for place, (before, after) in enumerate(pairwise(starts), start=1):
        if after < before or (strict and after == before):
            yield Fault(
                (name, place, "from"),
                f"{after}, not after {before} of the item above",
                "dates in order, oldest first",
                mend="put the items in date order",
            )


def repeated(items: Sequence[str], key: Key, part: str = "") -> Iterator[Fault]:
    """Yield each item that stands in the list already; `part` is the key that repeats in it.

    Examples
    --------
    >>> [clash.key for clash in repeated(["M32", "L93", "M32"], ("broad",))]
    ['broad[3]']
    """
    for place, item in enumerate(items):
        if item in items[:place]:
            yield Fault(
                (*key, place, part) if part else (*key, place),
                f"{item} a second time",
                "each item once",
                mend="delete one of them",
            )
