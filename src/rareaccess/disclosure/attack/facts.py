"""What a reader of a report knows of its numbers: which add up to which, and which is the smaller.

A fact is looked for where a frame says that its rows part a population, where columns have a whole,
and where rows, columns, periods and bins can be added; it is kept where it holds for the true
counts. A frame that says of its rows what the counts deny is false, and stops the report.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rareaccess.disclosure.attack.quantities import ALL, Cell, Quantities, Quantity, name_level
from rareaccess.disclosure.sheets import Sheet

__all__ = ["Fact", "find_facts", "find_false"]

SEVERAL = "several"
NESTED = re.compile(r"month|time|contacts|day", re.IGNORECASE)
BAND = re.compile(r"^(\d+)(?:\s*(?:–|-|to under|to)\s*(\d+))?( or more| and over|\+)?$")


@dataclass(frozen=True)
class Fact:
    """A sum of quantities is nought, or at most nought.

    Parameters
    ----------
    terms
        A factor for each quantity, by its number.
    exact
        Whether the sum is nought; else it is at most nought.
    words
        How the reader knows it.
    """

    terms: tuple[tuple[int, int], ...]
    exact: bool
    words: str


class Finder:
    """Looks for facts in the sheets of a report."""

    def __init__(self, quantities: Quantities) -> None:
        """Begin without facts."""
        self.held = quantities
        self.numbers = quantities.build()
        self.facts: dict[tuple[tuple[tuple[int, int], ...], bool], Fact] = {}
        self.false: list[str] = []
        self.months: dict[str, list[list[int]]] = defaultdict(list)

    def value(self, one: int) -> int:
        """Return the true value of a quantity."""
        return self.numbers[one].true

    def tell(
        self, parts: Sequence[int | None], whole: int | None, words: str, *, exact: bool = True
    ) -> bool:
        """Keep that parts add up to a whole, if they do; return whether they do."""
        if whole is None or not parts or any(part is None for part in parts):
            return False
        known = [part for part in parts if part is not None]
        total = sum(map(self.value, known))
        if total != self.value(whole) if exact else total > self.value(whole):
            return False
        terms: dict[int, int] = defaultdict(int)
        for part in known:
            terms[part] += 1
        terms[whole] -= 1
        kept = tuple(sorted((one, factor) for one, factor in terms.items() if factor))
        if len(kept) > 1:
            self.facts.setdefault((kept, exact), Fact(kept, exact, words))
        return True

    # ------------------------------------------------------------------ one sheet

    def read_sheet(self, scope: str, notebook: str, sheet: Sheet) -> None:
        """Look for what the rows and columns of one frame say."""
        where = "/".join(part for part in (scope, notebook, sheet.label) if part)

        def find(row: int, column: str) -> int | None:
            return self.held.find(Cell(scope, notebook, sheet.label, sheet.turn, row, column))

        self._read_columns(sheet, find, where)
        for column in sheet.counts:
            rows = [row for row in range(sheet.rows) if find(row, column) is not None]
            self._read_wholes(scope, sheet, column, rows, find, where)
            if sheet.dimension and SEVERAL not in sheet.dimension:
                for block in sheet.blocks:
                    block = [row for row in block if row in rows]
                    self._read_block(scope, sheet, column, block, find, where)
                self._read_crossed(scope, sheet, column, rows, find, where)
            self._read_steps(sheet, column, rows, find, where)

    def _read_wholes(self, scope, sheet, column, rows, find, where) -> None:  # type: ignore[no-untyped-def]
        """Each cell is at most its whole: the column it is a share of, or its population."""
        whole, own = sheet.wholes.get(column, ""), sheet.sizes.get(column)
        size = self.held.find_size(
            scope, whole[1:] if whole[:1] == "=" else own.name if own else ""
        )
        for row in rows:
            of = find(row, whole) if whole and whole[:1] != "=" else size
            self.tell([find(row, column)], of, f"{where}: part of its whole", exact=False)

    def _read_block(self, scope, sheet, column, block, find, where) -> None:  # type: ignore[no-untyped-def]
        """Rows that part a population add up to it, or to the row that stands for all."""
        names = {row: sheet.name_row(row) for row in block}
        every = [row for row in block if any(text.lower() in ALL for text in names[row])]
        parts = [find(row, column) for row in block if row not in every]
        if not parts:
            return
        own = sheet.sizes.get(column)
        wholes = [find(row, column) for row in every] or self._every(sheet, column, find)
        if own is not None:
            wholes.append(self.held.find_size(scope, own.name))
            for side in sheet.counts:
                if side != column and sheet.sizes.get(side) == own:
                    wholes += [find(row, side) for row in every]
        for name in sheet.keys:  # a crossed table: a block adds up to its level elsewhere
            level = sheet.keys[name][block[0]] if name != sheet.level else ""
            wholes.append(self._find_level(scope, own, level, [p for p in parts if p is not None]))
        kept = [of for of in dict.fromkeys(wholes) if of is not None]
        words = f"{where}: the rows of {sheet.dimension}, column {column}, add up"
        if not any([self.tell(parts, of, words) for of in kept]):
            for of in kept:
                self.tell(parts, of, f"{words} to no more than all", exact=False)

    def _every(self, sheet, column, find) -> list[int | None]:  # type: ignore[no-untyped-def]
        """Return the cells of rows that stand for all in the whole frame."""
        return [
            find(row, column) for row in range(sheet.rows)
            if any(text.lower() in ALL for text in sheet.name_row(row))
        ]  # fmt: skip

    def _find_level(self, scope, own, level, parts) -> int | None:  # type: ignore[no-untyped-def]
        if own is None or not parts:
            return None
        total = sum(map(self.value, parts))
        sign = ("level", scope, own.unit, "", name_level(level), total, own.size, ())
        return self.held.find_sign(sign)

    def _read_crossed(self, scope, sheet, column, rows, find, where) -> None:  # type: ignore[no-untyped-def]
        """The rows of one level add up to it over what else parts them."""
        own = sheet.sizes.get(column)
        if len(sheet.blocks) < 2 or own is None:
            return
        levels: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            levels[sheet.keys[sheet.level][row]].append(row)
        for level, those in levels.items():
            parts = [find(row, column) for row in those]
            of = self._find_level(scope, own, level, parts)
            if len(parts) > 1:
                self.tell(parts, of, f"{where}: {level}, column {column}, adds up")

    def _read_steps(self, sheet, column, rows, find, where) -> None:  # type: ignore[no-untyped-def]
        """A running count never falls, and one of those left never rises."""
        if len(rows) < 4 or len(sheet.blocks) > 1 or not NESTED.search(sheet.dimension):
            return
        cells = [find(row, column) for row in rows]
        values = [self.value(cell) for cell in cells]
        for one, two in pairwise(cells) if values == sorted(values) else ():
            self.tell([one], two, f"{where}: {column} never falls", exact=False)
        for one, two in pairwise(cells) if values == sorted(values, reverse=True) else ():
            self.tell([two], one, f"{where}: {column} never rises", exact=False)

    def _read_columns(self, sheet, find, where) -> None:  # type: ignore[no-untyped-def]
        """Neighbouring columns that add up to another in all rows; running totals; quarters."""
        names = list(sheet.counts)
        grid = {
            name: [find(row, name) for row in range(sheet.rows)] for name in names
        }  # fmt: skip
        for whole in names:
            others = [name for name in names if name != whole]
            for first in range(len(others)):
                for last in range(first + 2, len(others) + 1):
                    self._read_sum(sheet, grid, others[first:last], whole, where)
            for part in others:
                self._read_running(grid[part], grid[whole], where, part, whole)

    def _read_sum(self, sheet, grid, parts, whole, where) -> None:  # type: ignore[no-untyped-def]
        told = []
        for row in range(sheet.rows):
            cells, of = [grid[name][row] for name in parts], grid[whole][row]
            if of is None and all(cell is None for cell in cells):
                continue
            if of is None or any(cell is None for cell in cells):
                return
            if sum(map(self.value, cells)) != self.value(of):
                return
            told.append((cells, of))
        if sum(self.value(of) > 0 for _, of in told) < min(2, sheet.rows):
            return
        for cells, of in told:
            self.tell(cells, of, f"{where}: {', '.join(parts)} add up to {whole}")

    def _read_running(self, parts, wholes, where, part, whole) -> None:  # type: ignore[no-untyped-def]
        """A column that adds up another one from the first row, or since its last own value."""
        if len(parts) < 3 or any(cell is None for cell in parts):
            return
        values = list(map(self.value, parts))
        if not any(values):
            return
        if all(cell is not None for cell in wholes):
            found = list(map(self.value, wholes))
            steps = [after - before for before, after in pairwise([0, *found])]
            if steps == values:
                for row, (before, after) in enumerate(pairwise([None, *wholes])):
                    added = [parts[row]] if before is None else [before, parts[row]]
                    self.tell(added, after, f"{where}: {whole} is the running total of {part}")
            self._read_repeats(parts, wholes, where, part, whole)

    def _read_repeats(self, parts, wholes, where, part, whole) -> None:  # type: ignore[no-untyped-def]
        """A quarter beside its months: the same cell repeated over the rows that it adds up."""
        runs: list[list[int]] = []
        for row, cell in enumerate(wholes):
            if runs and len(runs[-1]) < 3 and self.value(wholes[runs[-1][0]]) == self.value(cell):
                runs[-1].append(row)
            else:
                runs.append([row])
        for at in range(3):  # quarters begin in one of three months
            cuts = [list(range(max(0, at + 3 * k - 3), min(len(parts), at + 3 * k)))
                    for k in range(len(parts) // 3 + 2)]  # fmt: skip
            cuts = [cut for cut in cuts if cut]
            sums = [sum(self.value(parts[row]) for row in cut) for cut in cuts]
            if all(
                self.value(wholes[row]) == total
                for cut, total in zip(cuts, sums, strict=True) for row in cut
            ):  # fmt: skip
                for cut in cuts:
                    for row in cut:
                        self.tell([parts[one] for one in cut], wholes[row],
                                  f"{where}: {whole} adds up {part}")  # fmt: skip
                return

    # ------------------------------------------------------------------ several sheets

    def read_across(self) -> None:
        """Look for what several frames of one scope say of the same people."""
        groups = defaultdict(list)
        for scope, notebook, sheet in self.held.sheets:
            for column, own in sheet.sizes.items():
                cells = [
                    self.held.find(Cell(scope, notebook, sheet.label, sheet.turn, row, column))
                    for row in range(sheet.rows)
                ]
                groups[scope, own.people or own.name].append((sheet, column, cells))
        for (scope, _), members in groups.items():
            where = scope or "the whole book"
            self._read_years(members, where)
            self._read_bins(members, where)
        self._read_sizes()

    def _read_years(self, members, where) -> None:  # type: ignore[no-untyped-def]
        """The months of a year add up to the year."""
        months, years = [], []
        for sheet, column, cells in members:
            for texts in sheet.keys.values():
                if sheet.rows and all(re.match(r"^\d{4}-\d\d-01", text) for text in texts):
                    months.append((texts, column, cells))
                elif sheet.rows and all(re.match(r"^\d{4}$", text) for text in texts):
                    years.append((texts, column, cells))
        for texts, column, cells in months:
            if any(cell is None for cell in cells):
                continue
            by_year = defaultdict(list)
            for text, cell in zip(texts, cells, strict=True):
                by_year[text[:4]].append(cell)
            for names, other, totals in years:
                if other != column:
                    continue
                for name, total in zip(names, totals, strict=True):
                    self.tell(by_year.get(name, []), total, f"{where}: the months of {name}")

    def _read_bins(self, members, where) -> None:  # type: ignore[no-untyped-def]
        """Bins of one scale add up alike between the edges that two grids share."""
        grids = []
        for sheet, _column, cells in members:
            level = next(reversed(sheet.keys.values()), None)
            if level is None or (SEVERAL in sheet.dimension and "contacts" not in sheet.dimension):
                continue
            bands = [_read_band(text) for text in level]
            if sum(band is not None for band in bands) < 2:
                continue
            grid = [(*band, cell) for band, cell in zip(bands, cells, strict=True)
                    if band is not None and cell is not None]  # fmt: skip
            grids.append(sorted(grid, key=lambda one: (one[0], one[1])))
        for one, two in ((a, b) for a in grids for b in grids if a is not b):
            for low, high, cell in two:
                inside = [part for part in one if part[0] >= low and part[1] <= high]
                if (len(inside) > 1 and inside[0][0] == low and inside[-1][1] == high
                        and all(a[1] == b[0] for a, b in pairwise(inside))):  # fmt: skip
                    self.tell([part[2] for part in inside], cell, f"{where}: bins add up")

    def _read_sizes(self) -> None:
        """A population is at most the one that it is a part of."""
        for scope, name in list(self.held.names):
            head = name
            while ", " in head:
                head = head.rpartition(", ")[0]
                of = self.held.find_size(scope, head)
                part = self.held.find_size(scope, name)
                if of is not None and part is not None:
                    self.tell([part], of, f"{scope}: {name!r} is a part of {head!r}", exact=False)
                    break

    def read_flow(self, scope: str, notebook: str, sheet: Sheet) -> None:
        """In a flow, who enters a box leaves it or enters the next."""
        if not {"box", "role", "reason"} <= set(sheet.keys) or "people" not in sheet.counts:
            return
        where = f"{scope}/{notebook}: the flow of {sheet.label}"
        keys = sheet.keys
        for column in sheet.counts:
            rows = defaultdict(dict)  # type: ignore[var-annotated]
            out = defaultdict(list)
            for row in range(sheet.rows):
                cell = self.held.find(Cell(scope, notebook, sheet.label, sheet.turn, row, column))
                if cell is None:
                    continue
                box, role = keys["box"][row], keys["role"][row]
                if keys["reason"][row]:
                    out[box, role].append(cell)
                else:
                    rows[box][role] = cell
            for box, ends in rows.items():
                for role in {role for at, role in out if at == box}:
                    lost = out[box, role]
                    for whole in ends.values():
                        self.tell(lost, whole, f"{where}: reasons of {box}")
                    if {"in", "out"} <= set(ends):
                        self.tell([ends["out"], *lost], ends["in"], f"{where}: {box}")
                if {"in", "out"} <= set(ends):
                    self.tell([ends["out"]], ends["in"], f"{where}: {box}", exact=False)
            self._read_parents(sheet, rows, where)
            if {"treated", "not_known_treated", "cohort"} <= set(rows):
                sides = [rows[box].get("in") for box in ("treated", "not_known_treated")]
                self.tell(sides, rows["cohort"].get("in"), f"{where}: the cohort")

    def _read_parents(self, sheet, rows, where) -> None:  # type: ignore[no-untyped-def]
        parents = dict(zip(sheet.keys["box"], sheet.keys.get("parents", []), strict=False))
        children = defaultdict(list)
        for box, names in parents.items():
            above = [name for name in re.split(r"[,;]\s*", names) if name in rows]
            ends = [rows[name].get("out", rows[name].get("in")) for name in above]
            if ends and "in" in rows[box]:
                self.tell(ends, rows[box]["in"], f"{where}: into {box}")
            for name in above:
                children[name].append(rows[box].get("in"))
        for name, below in children.items():
            self.tell(below, rows[name].get("out"), f"{where}: from {name}")

    # ------------------------------------------------------------------ what is false

    def find_false(self) -> Iterator[str]:
        """Yield the frames that say of their rows what the true counts deny."""
        for scope, notebook, sheet in self.held.sheets:
            if not sheet.dimension or SEVERAL in sheet.dimension:
                continue
            for column, whole in sheet.wholes.items():
                own = sheet.sizes.get(column)
                if whole[:1] != "=" or own is None or own.size is None:
                    continue
                for block in sheet.blocks:
                    parts = [
                        row
                        for row in block
                        if not any(text.lower() in ALL for text in sheet.name_row(row))
                    ]
                    total = sum(sheet.counts[column][row] or 0 for row in parts)
                    if total > own.size:
                        yield (
                            f"{scope or 'the whole book'}, {notebook}, {sheet.label}: the rows of "
                            f"{sheet.dimension!r}, column {column}, are more than {own.name!r}"
                        )
                        break


def _read_band(text: str) -> tuple[int, float] | None:
    """Return the edges of a bin of whole numbers, the second not in it.

    Examples
    --------
    >>> [_read_band(text) for text in ("0", "1–3", "5 or more", "10 to under 20", "all")]
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


def find_facts(quantities: Quantities) -> tuple[dict[int, Quantity], list[Fact]]:
    """Return the quantities of a report by number, and what a reader knows of them."""
    finder = Finder(quantities)
    for scope, notebook, sheet in quantities.sheets:
        finder.read_sheet(scope, notebook, sheet)
        finder.read_flow(scope, notebook, sheet)
    finder.read_across()
    return finder.numbers, list(finder.facts.values())


def find_false(quantities: Quantities) -> list[str]:
    """Return what frames say of their rows and the true counts deny, each as a sentence."""
    return list(Finder(quantities).find_false())
