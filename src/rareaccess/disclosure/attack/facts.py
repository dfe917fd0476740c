"""What a reader of a report knows of its numbers: which add up to which, and which is the smaller.

A fact is kept where it holds for the true counts; `frames` and `between` say where one is looked
for. Where a frame says of its rows what its counts deny, that is false and stops the report.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rareaccess.disclosure.attack.quantities import Cell, Quantities
from rareaccess.disclosure.sheets import Sheet, Size

__all__ = ["SEVERAL", "Fact", "Facts", "View"]

SEVERAL = "several"
"""In a dimension: the rows part nothing, because people can be in several of them."""


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


class Facts:
    """The facts of a report, each once."""

    def __init__(self, held: Quantities) -> None:
        """Begin with the quantities and no facts."""
        self.held = held
        self.numbers = held.build()
        self.found: dict[tuple[tuple[tuple[int, int], ...], bool], Fact] = {}

    def value(self, one: int) -> int:
        """Return the true value of a quantity."""
        return self.numbers[one].true

    def tell(
        self, parts: Sequence[int | None], whole: int | None, words: str, *, exact: bool = True
    ) -> bool:
        """Keep that parts add up to a whole, or to no more; return whether they do."""
        known = [part for part in parts if part is not None]
        if whole is None or not known or len(known) < len(parts):
            return False
        total = sum(map(self.value, known))
        if total != self.value(whole) if exact else total > self.value(whole):
            return False
        terms: dict[int, int] = defaultdict(int)
        for part in known:
            terms[part] += 1
        terms[whole] -= 1
        kept = tuple(sorted((one, factor) for one, factor in terms.items() if factor))
        if len(kept) > 1:
            self.found.setdefault((kept, exact), Fact(kept, exact, words))
        return True


@dataclass(frozen=True)
class View:
    """One frame of a report, its cells found as quantities."""

    held: Quantities
    scope: str
    notebook: str
    sheet: Sheet

    @property
    def where(self) -> str:
        """Where the frame is, for people."""
        return "/".join(part for part in (self.scope, self.notebook, self.sheet.label) if part)

    def find(self, row: int, column: str) -> int | None:
        """Return the quantity of a cell, None where nothing is counted."""
        sheet = self.sheet
        return self.held.find(Cell(self.scope, self.notebook, sheet.label, sheet.turn, row, column))

    def column(self, name: str) -> list[int | None]:
        """Return the quantities of a column."""
        return [self.find(row, name) for row in range(self.sheet.rows)]

    def size(self, column: str) -> Size | None:
        """Return who is counted in a column."""
        return self.sheet.sizes.get(column)

    def find_size(self, name: str) -> int | None:
        """Return the quantity that the size of a population is."""
        return self.held.find_size(self.scope, name)
