"""What several frames say together: months of a year, bins of one scale, parts of a population."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rareaccess.disclosure.attack.facts import SEVERAL, Fact, Facts, View
from rareaccess.disclosure.attack.frames import find_false as _find_false
from rareaccess.disclosure.attack.frames import read_flow, read_frame
from rareaccess.disclosure.attack.quantities import Quantities, Quantity

__all__ = ["find_facts", "find_false"]

BAND = re.compile(r"^(\d+)(?:\s*(?:–|-|to under|to)\s*(\d+))?( or more| and over|\+)?$")
Column = tuple[View, str]


def find_facts(held: Quantities) -> tuple[dict[int, Quantity], list[Fact]]:
    """Return the quantities of a report by number, and what a reader knows of them."""
    facts = Facts(held)
    views = _view(held)
    for view in views:
        read_frame(facts, view)
        read_flow(facts, view)
    groups: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for view in views:
        for column, own in view.sheet.sizes.items():
            groups[view.scope, own.people or own.name].append((view, column))
    for (scope, _), columns in groups.items():
        _read_years(facts, columns, scope or "the whole book")
        _read_bins(facts, columns, scope or "the whole book")
    _read_sizes(facts)
    return facts.numbers, _loosen(facts)


def _loosen(facts: Facts) -> list[Fact]:
    """Return the facts, less exact where a frame leaves out levels of which nobody is.

    Its rows add up to all only because the others are 0, which is hidden where they are shown: the
    reader knows no more than that its rows are not more than all.
    """
    sums: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts.found.values():
        wholes = [one for one, factor in fact.terms if factor < 0]
        if fact.exact and len(wholes) == 1:
            sums[wholes[0]].append(fact)
    loose = set()
    for alike in sums.values():
        parts = [(fact, {one for one, factor in fact.terms if factor > 0}) for fact in alike]
        for fact, mine in parts:
            for _, theirs in parts:
                rest = theirs - mine
                if rest and mine < theirs and all(
                    facts.numbers[one].hidden and not facts.value(one) for one in rest
                ):  # fmt: skip
                    loose.add(fact)
    return [replace(fact, exact=False) if fact in loose else fact for fact in facts.found.values()]


def find_false(held: Quantities) -> list[str]:
    """Return what frames say of their rows and the true counts deny, each as a sentence."""
    return list(_find_false(_view(held)))


def _view(held: Quantities) -> list[View]:
    return [View(held, *one) for one in held.sheets]


def _read_years(facts: Facts, columns: Sequence[Column], where: str) -> None:
    """The months of a year add up to the year, where both are shown of the same people."""
    months, years = [], []
    for view, column in columns:
        for key, texts in view.sheet.keys.items():
            single = key == "month" and "from" not in view.sheet.keys  # and no period of several
            if single and all(re.match(r"\d{4}-\d\d-01", text) for text in texts):
                months.append((texts, view, column))
            elif texts and all(re.fullmatch(r"\d{4}", text) for text in texts):
                years.append((texts, view, column))
    for texts, view, column in months:
        by_year: dict[str, list[int | None]] = defaultdict(list)
        for text, cell in zip(texts, view.column(column), strict=True):
            by_year[text[:4]].append(cell)
        for names, other, name in years:
            if name == column:
                for year, total in zip(names, other.column(name), strict=True):
                    facts.tell(by_year.get(year, []), total, f"{where}: the months of {year}")


def _read_bins(facts: Facts, columns: Sequence[Column], where: str) -> None:
    """Bins of one scale add up to a wider bin of another frame that begins and ends with them."""
    grids = []
    for view, column in columns:
        sheet = view.sheet
        if not sheet.keys or (SEVERAL in sheet.dimension and "contacts" not in sheet.dimension):
            continue
        grid = [
            (*band, cell)
            for text, cell in zip(sheet.keys[sheet.level], view.column(column), strict=True)
            if (band := read_band(text)) is not None and cell is not None
        ]
        if len(grid) > 1:
            grids.append(sorted(grid, key=lambda one: one[:2]))
    for one in grids:
        for other in grids:
            for low, high, cell in other if other is not one else ():
                inside = [part for part in one if low <= part[0] and part[1] <= high]
                if (len(inside) > 1 and (inside[0][0], inside[-1][1]) == (low, high)
                        and all(a[1] == b[0] for a, b in pairwise(inside))):  # fmt: skip
                    facts.tell([part[2] for part in inside], cell, f"{where}: bins add up")


def read_band(text: str) -> tuple[int, float] | None:
    """Return the edges of a bin of whole numbers, the second not in it.

    Examples
    --------
    >>> [read_band(text) for text in ("0", "1–3", "5 or more", "10 to under 20", "all")]
    [(0, 1), (1, 4), (5, inf), (10, 20), None]
    """
    found = BAND.match(text.strip())
    if not found:
        return None
    low, high, more = found.groups()
    if more:
        return int(low), float("inf")
    if not high:
        return int(low), int(low) + 1
    return int(low), int(high) + ("under" not in text)


def _read_sizes(facts: Facts) -> None:
    """A population is at most the one of which it is a part, by its name."""
    held = facts.held
    for scope, name in list(held.names):
        head, part = name, held.find_size(scope, name)
        while ", " in head:
            head = head.rpartition(", ")[0]
            if (of := held.find_size(scope, head)) is not None:
                words = f"{scope}: {name!r} is a part of {head!r}"
                facts.tell([part], of, words, exact=False)
                break
