"""What an attacker of our own needs of each released frame: true counts, and what was said of them.

Sheets hold counts before they are hidden. They are written to `build/private` only, under a
profile that controls something, and never leave.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from rareaccess.core.files import write_atomic
from rareaccess.disclosure.values import Hidden

if TYPE_CHECKING:
    from rareaccess.disclosure.population import Population

__all__ = [
    "PRIVATE",
    "Address",
    "Sheet",
    "Size",
    "drop_repairs",
    "read_sheets",
    "read_withheld",
    "write_sheets",
]

PRIVATE = "private"
"""The folder below the build folder that holds what must not leave."""

Address = tuple[str, int, int, str]
"""A released cell in a notebook: the label of its frame, how many frames of that label came before,
its row and its column."""


@dataclass(frozen=True)
class Size:
    """A population whose size was shown: its name, its unit, its true size and who is in it.

    `people` is a fingerprint of the set of study ids; empty where the unit is not people.
    """

    name: str
    unit: str
    size: int | None
    open: bool = False
    people: str = ""
    hidden: bool = False
    shown: int | None = None
    profile: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One released frame with the true counts.

    Parameters
    ----------
    label
        Its name in the book.
    turn
        How many frames of that name the notebook has released before.
    profile
        Name of the rule under which it was released.
    dimension
        What its rows part the population by; empty where they are a list.
    keys
        What tells the rows apart: texts by column, in the order of the frame.
    counts
        The true counts by column; None where there is none.
    shown
        The same after rounding; None also where the rule hides one. One that is hidden to protect
        another has its rounded number here, so that a repair can begin anew.
    hidden
        By column of counts, the rows that are hidden.
    sizes
        By column of counts, who is counted.
    wholes
        By column of counts, the column or population that it is a share of.
    """

    label: str
    turn: int
    profile: str
    dimension: str
    keys: Mapping[str, list[str]]
    counts: Mapping[str, list[int | None]]
    shown: Mapping[str, list[int | None]]
    hidden: Mapping[str, list[int]]
    sizes: Mapping[str, Size]
    wholes: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows the frame has."""
        return max((len(values) for values in self.counts.values()), default=0)

    @cached_property
    def level(self) -> str:
        """The key that names the levels: `level`, or else the first that tells most rows apart."""
        if "level" in self.keys or not self.keys:
            return "level" if self.keys else ""
        return max(self.keys, key=lambda name: len(set(self.keys[name])))

    @cached_property
    def blocks(self) -> list[list[int]]:
        """The rows in parts, which differ in their level only.

        Keys that a level decides, such as the code of a board, part nothing.
        """
        seen: dict[str, dict[str, set[str]]] = {name: {} for name in self.keys}
        for name, texts in self.keys.items():
            for level, text in zip(self.keys[self.level], texts, strict=True):
                seen[name].setdefault(level, set()).add(text)
        by = [
            name
            for name in self.keys
            if name != self.level and any(len(texts) > 1 for texts in seen[name].values())
        ]
        if not by and len(self.keys) > 1 and self.level == "level":
            by = [name for name in list(self.keys)[:1] if name != "level"]
        parts: dict[tuple[str, ...], list[int]] = {}
        for row in range(self.rows):
            parts.setdefault(tuple(self.keys[name][row] for name in by), []).append(row)
        return list(parts.values())

    def name_row(self, row: int) -> tuple[str, ...]:
        """Return the texts that tell a row apart."""
        return tuple(values[row] for values in self.keys.values())


def build_sheet(
    frame: pd.DataFrame,
    shown: Mapping[str, list[int | None]],
    hidden: pd.DataFrame,
    *,
    label: str,
    turn: int,
    profile: str,
    dimension: str,
    counts: Iterable[str],
    keys: Iterable[str],
    populations: Mapping[str, "Population | None"],
    wholes: Mapping[str, object],
) -> Sheet:
    """Return the sheet of a frame before its counts are hidden.

    Parameters
    ----------
    frame
        The true counts, with the texts, keys and dates that tell the rows apart.
    shown, hidden
        The counts after rounding, by column, and True where a cell is not shown.
    counts
        The columns that count.
    keys
        The columns of numbers that are labels.
    populations
        Who is counted in each of them.
    wholes
        What each is a share of: a column, a population or a count.
    """
    counted = list(counts)
    told = [str(name) for name in frame.columns if name not in counted
            and (name in keys or not pd.api.types.is_float_dtype(frame[name]))]  # fmt: skip
    return Sheet(
        label, turn, profile, dimension,
        {name: ["" if pd.isna(value) else str(value) for value in frame[name]] for name in told},
        {name: [None if pd.isna(value) else int(value) for value in frame[name]]
         for name in counted},
        {name: shown[name] for name in counted},
        {name: [row for row, lost in enumerate(hidden[name]) if lost] for name in counted},
        {name: size_of(own) for name in counted if (own := populations.get(name)) is not None},
        {name: of if isinstance(of, str) else f"={getattr(of, 'name', '')}"
         for name, of in wholes.items()},
    )  # fmt: skip


def size_of(population: "Population") -> Size:
    """Return what a sheet says of a population, and of its parts by pair."""
    rule, size = population.profile, population.size or 0
    return Size(
        population.name, population.unit, population.size, population.open,
        "" if population.ids is None else sha256(population.ids.tobytes()).hexdigest()[:16],
        isinstance(population.n, Hidden),
        None if rule.hides(size) else size if population.open else rule.round(size),
        population.profile.name,
        {pair: part.name for pair, part in population.parts.items()},
    )  # fmt: skip


def write_sheets(path: Path, sheets: Iterable[Sheet], sizes: Iterable[Size]) -> None:
    """Write the sheets of a notebook, and the populations that it named."""
    held = {
        "sheets": [asdict(sheet) for sheet in sheets],
        "sizes": [asdict(size) for size in sizes],
    }
    write_atomic(path, json.dumps(held, ensure_ascii=False) + "\n")


def read_sheets(path: Path) -> tuple[list[Sheet], list[Size]]:
    """Return the sheets of a notebook and the populations that it named."""
    held = json.loads(path.read_text(encoding="utf-8"))
    sheets = []
    for one in held["sheets"]:
        sizes = {name: Size(**size) for name, size in one.pop("sizes").items()}
        sheets.append(Sheet(**one, sizes=sizes))
    return sheets, [Size(**one) for one in held["sizes"]]


def read_withheld(path: Path) -> dict[str, Any]:
    """Return what a repair hides in a notebook: `cells` (addresses) and `sizes` (populations)."""
    if not path.is_file():
        return {"cells": frozenset(), "sizes": frozenset()}
    held = json.loads(path.read_text(encoding="utf-8"))
    cells = frozenset((label, turn, row, column) for label, turn, row, column in held["cells"])
    return {"cells": cells, "sizes": frozenset(held["sizes"])}


def drop_repairs(folder: Path, rule: object) -> int:
    """Remove what a repair hides under other profiles than the present ones; return how many files.

    Parameters
    ----------
    folder
        That of a source, with a folder for each pair.
    rule
        The setting `disclosure` of the report, as it is written.
    """
    stale = [path for path in sorted(folder.rglob("*.withheld.json"))
             if json.loads(path.read_text(encoding="utf-8")).get("rule") != rule]  # fmt: skip
    for path in stale:
        path.unlink()
    return len(stale)
