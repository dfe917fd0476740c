"""Reports of a few numbers, for tests of the attacker: what is shown, and what could be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from rareaccess.disclosure.attack.between import find_facts
from rareaccess.disclosure.attack.quantities import Quantity, collect
from rareaccess.disclosure.attack.solve import Verdict, find_leaks
from rareaccess.disclosure.attack.systems import split
from rareaccess.disclosure.profiles import find_profile
from rareaccess.disclosure.sheets import Sheet, Size

Books = list[tuple[str, str, list[Sheet], list[Size]]]


class Small:
    """A report of one notebook under one profile."""

    def __init__(self, profile: str) -> None:
        self.profile, self.sheets = profile, list[Sheet]()
        self.sizes: dict[str, Size] = {}

    def population(self, name: str, size: int) -> "Small":
        rule = find_profile(self.profile)
        hidden = rule.hides(size)
        self.sizes[name] = Size(
            name, "people", size, people=name, hidden=hidden,
            shown=None if hidden else rule.round(size), profile=self.profile,
        )  # fmt: skip
        return self

    def frame(
        self, label: str, population: str, counts: Mapping[str, int], *, dimension: str = "part",
        whole: str = "",
    ) -> "Small":  # fmt: skip
        return self.grid(label, population, list(counts), {"n": list(counts.values())},
                         dimension=dimension, whole=whole)  # fmt: skip

    def grid(
        self, label: str, population: str, levels: Sequence[str], columns: Mapping[str, list[int]],
        *, dimension: str = "part", whole: str = "",
    ) -> "Small":  # fmt: skip
        rule = find_profile(self.profile)
        own = self.sizes.get(population) or Size(population, "people", None, profile=self.profile)
        turn = sum(sheet.label == label for sheet in self.sheets)
        self.sheets.append(Sheet(
            label, turn, self.profile, dimension, {"level": [str(level) for level in levels]},
            {name: [int(one) for one in values] for name, values in columns.items()},
            {name: [None if rule.hides(one) else rule.round(int(one)) for one in values]
             for name, values in columns.items()},
            {name: [row for row, one in enumerate(values) if rule.hides(one)]
             for name, values in columns.items()},
            dict.fromkeys(columns, own), dict.fromkeys(columns, whole) if whole else {},
        ))  # fmt: skip
        return self

    def cross(
        self, label: str, population: str, inside: np.ndarray, *, dimension: str = "row, column"
    ) -> "Small":
        """Add a table of two characteristics, whose margins are other frames."""
        names = [(f"r{row}", f"c{column}") for row, column in np.ndindex(*inside.shape)]
        self.grid(label, population, [column for _, column in names],
                  {"n": inside.ravel().tolist()}, dimension=dimension)  # fmt: skip
        keys = {"row": [row for row, _ in names], "column": [column for _, column in names]}
        self.sheets[-1] = replace(self.sheets[-1], keys=keys)
        return self


def build_books(*reports: Small) -> Books:
    """Return reports as the attacker reads them."""
    return [("pair", f"0{turn}", one.sheets, list(one.sizes.values()))
            for turn, one in enumerate(reports)]  # fmt: skip


def attack(*reports: Small) -> tuple[Verdict, dict[int, Quantity]]:
    """Attack reports; return what was found and the quantities."""
    numbers, facts = find_facts(collect(build_books(*reports)))
    return find_leaks(numbers, split(numbers, facts)), numbers


def count_candidates(profile: str, parts: Mapping[str, int], whole: int) -> dict[str, set[int]]:
    """Return what each part can be, by trying all numbers: parts add up to a whole."""
    rule = find_profile(profile)

    def values(true: int) -> range:
        low, high = rule.find_interval(None if rule.hides(true) else rule.round(true))
        return range(low, int(min(high, 60)) + 1)

    low, high = rule.find_interval(None if rule.hides(whole) else rule.round(whole))
    found: dict[str, set[int]] = {name: set() for name in parts}
    for world in product(*(values(true) for true in parts.values())):
        if low <= sum(world) <= high:
            for name, value in zip(parts, world, strict=True):
                found[name].add(value)
    return found
