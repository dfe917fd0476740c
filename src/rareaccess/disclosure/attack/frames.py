"""What one frame says of its own counts: rows that part a population, columns that add up."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rareaccess.disclosure.attack.facts import SEVERAL, Facts, View
from rareaccess.disclosure.attack.quantities import ALL, name_level

__all__ = ["find_false", "read_flow", "read_frame"]

NESTED = re.compile(r"month|time|contacts|day", re.IGNORECASE)
QUARTER = 3


def read_frame(facts: Facts, view: View) -> None:
    """Look for what the rows and columns of a frame say."""
    sheet = view.sheet
    _read_columns(facts, view)
    for column in sheet.counts:
        _read_wholes(facts, view, column)
        if SEVERAL not in sheet.dimension and "box" not in sheet.keys:
            for block in sheet.blocks:
                _read_block(facts, view, column, block)
            _read_levels(facts, view, column)
        _read_order(facts, view, column)


def _read_wholes(facts: Facts, view: View, column: str) -> None:
    """Each cell is at most its whole: the column that it is a share of, or its population."""
    whole, own = view.sheet.wholes.get(column, ""), view.size(column)
    name = whole[1:] if whole[:1] == "=" else own.name if own else ""
    for row in range(view.sheet.rows):
        of = view.find(row, whole) if whole and whole[:1] != "=" else view.find_size(name)
        facts.tell([view.find(row, column)], of, f"{view.where}: part of its whole", exact=False)


def _read_block(facts: Facts, view: View, column: str, block: Sequence[int]) -> None:
    """Rows that part a population add up to it, or to the row that stands for all.

    That is looked for in a frame without a dimension too: a reader adds up whatever adds up, and no
    fact may depend on whether an author has declared it.
    """
    sheet, own = view.sheet, view.size(column)
    rows = [row for row in block if view.find(row, column) is not None]
    parts = [view.find(row, column) for row in rows if not _stands_for_all(view, row)]
    if not parts:
        return
    every = [row for row in range(sheet.rows) if _stands_for_all(view, row)]
    wholes = [view.find(row, column) for row in every]
    if own is not None:
        wholes += [
            view.find(row, side) for row in every for side in sheet.counts
            if side != column and sheet.sizes.get(side) == own
        ]  # fmt: skip
        total = sum(facts.value(part) for part in parts if part is not None)
        levels = [_find_level(view, column, texts[rows[0]], total)
                  for name, texts in sheet.keys.items() if name != sheet.level]  # fmt: skip
        wholes += levels  # of a crossed table: its level elsewhere
        if all(of is None for of in levels):  # that a level is everybody, no reader can know
            wholes.append(view.find_size(own.name))
    rows_of = f"the rows of {sheet.dimension}" if sheet.dimension else "its rows"
    words = f"{view.where}: {rows_of}, column {column}, add up"
    known = list(dict.fromkeys(of for of in wholes if of is not None))
    told = [facts.tell(parts, of, words) for of in known]
    if sheet.dimension and not any(told):
        for of in known:
            facts.tell(parts, of, f"{words} to no more than all", exact=False)


def _stands_for_all(view: View, row: int) -> bool:
    return any(text.lower() in ALL for text in view.sheet.name_row(row))


def _find_level(view: View, column: str, level: str, total: int) -> int | None:
    """Return the quantity of a level of the same population with that size, shown elsewhere."""
    own = view.size(column)
    if own is None or not total:  # nobody adds up to nobody anywhere
        return None
    return view.held.find_sign(
        ("level", view.scope, own.unit, "", name_level(level), total, own.size, ())
    )


def _read_levels(facts: Facts, view: View, column: str) -> None:
    """In a crossed table the rows of one level add up to it over what else parts them."""
    sheet = view.sheet
    if len(sheet.blocks) < 2 or view.size(column) is None:
        return
    levels: dict[str, list[int]] = defaultdict(list)
    for row in range(sheet.rows):
        if (cell := view.find(row, column)) is not None:
            levels[sheet.keys[sheet.level][row]].append(cell)
    for level, parts in levels.items():
        of = _find_level(view, column, level, sum(map(facts.value, parts)))
        if len(parts) > 1:
            facts.tell(parts, of, f"{view.where}: {level}, column {column}, adds up")


def _read_order(facts: Facts, view: View, column: str) -> None:
    """A running count never falls, and one of those left never rises."""
    cells = [cell for cell in view.column(column) if cell is not None]
    if len(cells) < 4 or len(view.sheet.blocks) > 1 or not NESTED.search(view.sheet.dimension):
        return
    values = list(map(facts.value, cells))
    for order, way in ((values, 1), (values[::-1], -1)):
        if order == sorted(order):
            for one, two in pairwise(cells[::way]):
                words = f"{view.where}: {column} never {'falls' if way > 0 else 'rises'}"
                facts.tell([one], two, words, exact=False)


def _read_columns(facts: Facts, view: View) -> None:
    """Look for neighbouring columns that add up to another, running totals and quarters."""
    grid = {name: view.column(name) for name in view.sheet.counts}
    for whole in grid:
        others = [name for name in grid if name != whole]
        for first in range(len(others)):
            for last in range(first + 2, len(others) + 1):
                _read_sum(facts, view, grid, others[first:last], whole)
        for part in others:
            _read_running(facts, view, grid, part, whole)
            _read_quarters(facts, view, grid, part, whole)


Grid = dict[str, list[int | None]]


def _read_sum(facts: Facts, view: View, grid: Grid, parts: Sequence[str], whole: str) -> None:
    """Columns add up to another one in all rows, and not because all are 0."""
    told = []
    for row, of in enumerate(grid[whole]):
        cells = [grid[name][row] for name in parts]
        if of is None and all(cell is None for cell in cells):
            continue
        known = [cell for cell in cells if cell is not None]
        if of is None or len(known) < len(cells) or sum(map(facts.value, known)) != facts.value(of):
            return
        told.append((cells, of))
    if sum(facts.value(of) > 0 for _, of in told) >= min(2, view.sheet.rows):
        for cells, of in told:
            facts.tell(cells, of, f"{view.where}: {', '.join(parts)} add up to {whole}")


def _read_running(facts: Facts, view: View, grid: Grid, part: str, whole: str) -> None:
    """A column is the running total of another one."""
    parts = [cell for cell in grid[part] if cell is not None]
    wholes = [cell for cell in grid[whole] if cell is not None]
    if not len(parts) == len(wholes) == view.sheet.rows or len(parts) < QUARTER:
        return
    values, totals = list(map(facts.value, parts)), list(map(facts.value, wholes))
    if not any(values) or [two - one for one, two in pairwise([0, *totals])] != values:
        return
    words = f"{view.where}: {whole} is the running total of {part}"
    facts.tell(parts[:1], wholes[0], words)
    for (before, after), added in zip(pairwise(wholes), parts[1:], strict=True):
        facts.tell([before, added], after, words)


def _read_quarters(facts: Facts, view: View, grid: Grid, part: str, whole: str) -> None:
    """A quarter stands beside each of the months that it adds up, whichever month it begins in."""
    parts = [cell for cell in grid[part] if cell is not None]
    wholes = [cell for cell in grid[whole] if cell is not None]
    rows = view.sheet.rows
    if not len(parts) == len(wholes) == rows or rows < QUARTER:
        return
    for begin in range(QUARTER):
        edges = sorted({0, *range(begin, rows, QUARTER), rows})
        cuts = [range(*two) for two in pairwise(edges)]
        sums = {cut: sum(facts.value(parts[row]) for row in cut) for cut in cuts}
        if any(sums.values()) and all(
            facts.value(wholes[row]) == total for cut, total in sums.items() for row in cut
        ):
            for cut in cuts:
                for row in cut:
                    facts.tell([parts[one] for one in cut], wholes[row],
                               f"{view.where}: {whole} adds up {part}")  # fmt: skip
            return


def read_flow(facts: Facts, view: View) -> None:
    """In a flow, who enters a box leaves it for a reason or goes on into the next one."""
    keys, where = view.sheet.keys, f"{view.where}: the flow"
    if not {"box", "role", "reason", "parents"} <= set(keys):
        return
    parents = dict(zip(keys["box"], keys["parents"], strict=True))
    for column in view.sheet.counts:
        ends: dict[str, dict[str, int]] = defaultdict(dict)
        lost: dict[str, list[int]] = defaultdict(list)
        for row, cell in enumerate(view.column(column)):
            if cell is None:
                continue
            if keys["reason"][row]:
                lost[keys["box"][row]].append(cell)
            else:
                ends[keys["box"][row]][keys["role"][row]] = cell
        below: dict[str, list[int]] = defaultdict(list)
        for box, end in ends.items():
            if {"in", "out"} <= set(end):
                facts.tell([end["out"], *lost[box]], end["in"], f"{where}, {box}")
                facts.tell([end["out"]], end["in"], f"{where}, {box}", exact=False)
            above = [name for name in re.split(r"[,;]\s*", parents[box]) if name in ends]
            if above and "in" in end:
                facts.tell([ends[name].get("out") for name in above], end["in"],
                           f"{where}, into {box}")  # fmt: skip
                for name in above:
                    below[name].append(end["in"])
        for name, parts in below.items():
            facts.tell(parts, ends[name].get("out"), f"{where}, out of {name}")
        sides = [ends[box].get("in") for box in ("treated", "not_known_treated")]
        facts.tell(sides, ends["cohort"].get("in"), f"{where}, the cohort")


def find_false(views: Sequence[View]) -> Iterator[str]:
    """Yield what frames say of their rows and the true counts deny, each as a sentence."""
    for view in views:
        sheet = view.sheet
        if not sheet.dimension or SEVERAL in sheet.dimension:
            continue
        for column, whole in sheet.wholes.items():
            own = view.size(column)
            if whole[:1] != "=" or own is None or own.size is None:
                continue
            for block in sheet.blocks:
                parts = [row for row in block if not _stands_for_all(view, row)]
                if sum(sheet.counts[column][row] or 0 for row in parts) > own.size:
                    yield (
                        f"{view.where}: the rows of {sheet.dimension!r}, column {column}, are "
                        f"more than the population {own.name!r}"
                    )
                    break
