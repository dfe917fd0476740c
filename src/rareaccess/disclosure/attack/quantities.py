"""The quantities of a report: each number once, wherever it is shown, with what its cells tell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rareaccess.disclosure.profiles import Interval, Profile, find_profile
from rareaccess.disclosure.sheets import Sheet, Size

__all__ = ["ALL", "Cell", "Quantities", "Quantity", "collect", "count_shown", "name_level"]

ALL = frozenset({"all", "everybody", "total"})
"""Levels, in lower case, that stand for the whole of a column."""

SIDES = frozenset({"n", "people", "total", "treated", "cohort", "starts", "start", "others", "all"})
"""Columns that count the people of a level and nothing more about them."""


UNKNOWN = frozenset({"unknown", "not known", "missing"})
WHATS = ("sex", "ethnic", "depriv", "age", "drive", "distance", "region", "board")
SYNONYMS = {"female": "female", "women": "female", "most_deprived": "most deprived"}
"""Columns that count the people of a level, and the level."""


@dataclass(frozen=True, order=True)
class Cell:
    """Where a number is shown: a cell of a frame, or the size of a population (row -1)."""

    scope: str
    notebook: str
    label: str
    turn: int
    row: int
    column: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.scope, self.notebook, self.label) if part)


@dataclass
class Quantity:
    """A number that a report shows in one place or several.

    Parameters
    ----------
    true
        What it is.
    words
        What it counts, for people.
    interval
        What it can be as far as its own cells tell.
    promised
        All that it may be for the reader, where it is protected.
    profile
        The rule under which it is hidden.
    hidden
        Whether no cell shows it.
    fixed
        Whether it cannot be hidden: it is public, or the mark would say what it is not.
    cells
        Where it is shown.
    """

    true: int
    words: str
    interval: Interval
    promised: Interval | None
    profile: Profile
    hidden: bool
    fixed: bool
    cells: list[Cell] = field(default_factory=list)


class Quantities:
    """The quantities of a report, found by their cells."""

    def __init__(self, *, bare: bool = False) -> None:
        """Begin with none."""
        self.bare = bare
        self._parent: list[int] = []
        self._raw: list[tuple[Cell, int, int | None, bool, Profile, bool, str]] = []
        self._cells: dict[Cell, int] = {}
        self._sizes: dict[tuple[str, str], int] = {}
        self._signs: dict[tuple[object, ...], int] = {}
        self.sheets: list[tuple[str, str, Sheet]] = []
        self.names: dict[tuple[str, str], Size] = {}

    def _add(
        self, cell: Cell, true: int, shown: int | None, hidden: bool, profile: Profile,
        open_: bool, words: str,
    ) -> int:  # fmt: skip
        here = len(self._raw)
        hidden &= not (self.bare and shown is not None)
        self._raw.append((cell, true, shown, hidden, profile, open_, words))
        self._parent.append(here)
        self._cells[cell] = here
        return here

    def _root(self, one: int) -> int:
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one

    def _same(self, sign: tuple[object, ...], one: int) -> None:
        other = self._signs.setdefault(sign, one)
        if other != one:
            self._parent[self._root(one)] = self._root(other)

    def add_size(self, scope: str, notebook: str, size: Size, profile: Profile) -> None:
        """Add the size of a population, which is one with that of the same people elsewhere."""
        self.names.setdefault((scope, size.name), size)
        if size.size is None:
            return
        one = self._add(
            Cell(scope, notebook, size.name, 0, -1, "size"), size.size, size.shown, size.hidden,
            profile, size.open, f"{size.unit} of the population {size.name!r}",
        )  # fmt: skip
        self._same(("size", scope, size.unit, size.name, size.size), one)
        if size.people:
            self._same(("people", scope, size.people), one)
        self._sizes.setdefault((scope, size.name), one)

    def add_sheet(self, scope: str, notebook: str, sheet: Sheet) -> None:
        """Add the cells of a frame."""
        self.sheets.append((scope, notebook, sheet))
        rule = find_profile(sheet.profile)
        for column, values in sheet.counts.items():
            own = sheet.sizes.get(column)
            hidden = set(sheet.hidden[column])
            for row, true in enumerate(values):
                if true is None:
                    continue
                cell = Cell(scope, notebook, sheet.label, sheet.turn, row, column)
                told = " · ".join(text for text in sheet.name_row(row) if text)
                one = self._add(
                    cell, true, sheet.shown[column][row], row in hidden, rule,
                    bool(own and own.open), f"{column} of {told or 'all'}",
                )  # fmt: skip
                if own is not None:
                    for sign in _signs(scope, sheet, own, column, row, true):
                        self._same(sign, one)

    def find(self, cell: Cell) -> int | None:
        """Return the number of the quantity of a cell, None where nothing is counted there."""
        one = self._cells.get(cell)
        return None if one is None else self._root(one)

    def find_size(self, scope: str, name: str) -> int | None:
        """Return the number of the quantity that a population's size is."""
        one = self._sizes.get((scope, name))
        return None if one is None else self._root(one)

    def find_sign(self, sign: tuple[object, ...]) -> int | None:
        """Return the quantity with a sign, as `_signs` gives them."""
        one = self._signs.get(sign)
        return None if one is None else self._root(one)

    def build(self) -> dict[int, Quantity]:
        """Return each quantity by its number."""
        made: dict[int, Quantity] = {}
        for one, (cell, true, shown, hidden, profile, open_, words) in enumerate(self._raw):
            low, high = (true, true) if open_ else profile.find_interval(None if hidden else shown)
            root = self._root(one)
            held = made.get(root)
            if held is None:
                held = made[root] = Quantity(
                    true, words, (low, high), None, profile, hidden, False, []
                )
            held.cells.append(cell)
            held.interval = max(held.interval[0], low), min(held.interval[1], high)
            held.hidden &= hidden
            held.fixed |= open_ or (not hidden and true < profile.hide_from)
            if not open_ and profile.protects(true) and (hidden or profile.hide_to < 0):
                held.promised, held.profile = profile.find_promised(true), profile
        return made


def _signs(
    scope: str, sheet: Sheet, own: Size, column: str, row: int, true: int
) -> Iterator[tuple[object, ...]]:
    """Yield what a cell has in common with others that are the same number."""
    people = own.people or own.name
    names = sheet.name_row(row)
    yield "cell", scope, people, column, names, sheet.dimension, true
    level = name_level(sheet.keys[sheet.level][row]) if names else ""
    if column in SIDES and own.size == true and (not names or level in ALL) and own.people:
        yield "people", scope, own.people
    side = "" if column in SIDES else column
    if level in UNKNOWN:
        whats = " ".join([sheet.dimension, *names[:-1]]).lower()
        what = next((word for word in WHATS if word in whats), whats)
        yield "unknown", scope, own.unit, side, what, true, own.size
    elif level and level not in ALL:
        texts = sheet.keys[sheet.level]  # of a crossed table a level is in several rows
        crossed = names if texts.count(texts[row]) > 1 else ()
        yield "level", scope, own.unit, side, level, true, own.size, crossed
    if column in SYNONYMS and "people" in sheet.counts:
        yield "level", scope, own.unit, "", SYNONYMS[column], true, sheet.counts["people"][row], ()
    if column == "people" and own.unit == "people":
        role = sheet.keys.get("role", [""] * sheet.rows)[row]
        told = sheet.keys.get("reason", [""] * sheet.rows)[row]
        if not role:  # people at each step, as the flow has them where they leave a box
            yield "step", scope, level.removeprefix("left out: "), true
        elif "label" in sheet.keys and (told or role == "out"):
            yield "step", scope, (told or sheet.keys["label"][row]).lower(), true


def name_level(text: str) -> str:
    """Return a level as it is compared: in lower case, the ends of deprivation by one name.

    Examples
    --------
    >>> name_level("1 (most deprived)"), name_level("most deprived fifth"), name_level("White")
    ('most deprived', 'most deprived', 'white')
    """
    low = text.lower()
    return next((end for end in ("most deprived", "least deprived") if end in low), low)


def collect(
    books: Iterable[tuple[str, str, list[Sheet], list[Size]]], *, bare: bool = False
) -> Quantities:
    """Return the quantities of notebooks, each with its scope (a pair, or empty) and its name.

    Parameters
    ----------
    books
        Scope, notebook, its sheets and the populations that it named.
    bare
        As if nothing were hidden to protect another count, so that a repair begins anew.
    """
    found = Quantities(bare=bare)
    for scope, notebook, sheets, sizes in books:
        told: dict[str, Size] = {size.name: size for size in sizes}
        for sheet in sheets:
            told |= {size.name: size for size in sheet.sizes.values()}
        for size in told.values():
            found.add_size(scope, notebook, size, find_profile(size.profile))
        for sheet in sheets:
            found.add_sheet(scope, notebook, sheet)
    return found


def count_shown(quantities: Mapping[int, Quantity]) -> int:
    """Return how many cells of frames are shown with a number."""
    return sum(cell.row >= 0 for one in quantities.values() if not one.hidden for cell in one.cells)
