"""The attack on a built report: what could be added up, and what is hidden so that it cannot."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import build_root, project_root, relative
from rareaccess.disclosure.attack.between import find_facts, find_false
from rareaccess.disclosure.attack.chain import explain
from rareaccess.disclosure.attack.quantities import Quantity, collect, count_shown
from rareaccess.disclosure.attack.repair import repair as repair_book
from rareaccess.disclosure.attack.solve import Verdict, find_leaks
from rareaccess.disclosure.attack.systems import System, split
from rareaccess.disclosure.profiles import PROFILES, has_control
from rareaccess.disclosure.sheets import PRIVATE, Sheet, Size, read_sheets
from rareaccess.params import load_report
from rareaccess.pipeline.releases import (
    Books,
    Change,
    find_changes,
    find_quantities,
    keep_release,
    read_release,
)

__all__ = ["Attack", "attack_book", "keep_book", "told_path"]

ROUNDS = 4
"""Times that notebooks are run again with more hidden."""
LISTED = 10
"""Leaks that are told with their chain."""
UNPROVEN = 0.005
"""Share of the protected counts that may be hidden for want of a proof."""


@dataclass(frozen=True)
class Attack:
    """What an attack found.

    Parameters
    ----------
    protected
        How many small counts the report protects.
    known
        How many of them a reader could tell more of than was promised.
    withheld, shown
        How many cells are hidden to protect others, and how many are shown.
    facts
        How many facts it knew.
    changed
        Whether notebooks have to be run again, because a repair hides something new.
    """

    protected: int
    known: int
    withheld: int
    shown: int
    facts: int = 0
    changed: bool = False

    def __str__(self) -> str:
        """Return the attack in one line.

        Examples
        --------
        >>> print(Attack(0, 0, 0, 0))
        skipped: the profile promises nothing that could be broken
        >>> print(Attack(2557, 0, 6, 8570))
        of 2557 protected counts none can be told; 6 of 8576 counts are hidden for that
        """
        if not self.protected:
            return "skipped: the profile promises nothing that could be broken"
        told = f"{self.known} can" if self.known else "none can"
        every = self.shown + self.withheld
        return (
            f"of {self.protected} protected counts {told} be told; {self.withheld} of {every} "
            "counts are hidden for that"
        )


def told_path(source: str) -> Path:
    """Return the file of what the last attack found: counts of cells, and nothing of anybody."""
    return build_root() / "attack" / f"{source}.json"


def attack_book(source: str, pairs: Sequence[str], *, repair: bool = False) -> Attack:
    """Try to deduce what the report hides, from all that its notebooks have released.

    Parameters
    ----------
    source, pairs
        Whose notebooks.
    repair
        Write what else has to be hidden, for the notebooks that are run next.

    Raises
    ------
    UserError
        A promise is broken and nothing is to be repaired, or cannot be; a frame says of its rows
        what is not so; a notebook has not been run under the present profile.
    """
    folder = build_root() / PRIVATE / source
    books = _read_books(folder, source, pairs)
    if not books:
        told_path(source).unlink(missing_ok=True)
        return Attack(0, 0, 0, 0)
    held = collect(books)
    if false := find_false(held):
        raise UserError(
            "A released frame says of its rows what its counts deny.",
            "notebooks",
            found="; ".join(false[:LISTED]),
            expected="rows that part their population, each person in one of them",
            mend="Correct `dimension`, `whole` or `population` where the frame is released; "
            'end the dimension with "a person in several" where people can be in several rows.',
        )
    numbers, facts = find_facts(held)
    changes = _compare(books)
    verdict = find_leaks(numbers, split(numbers, facts))
    secondary = _count_withheld(numbers)
    if not repair or not (verdict.leaks or changes or secondary):  # an old repair is made anew
        done = Attack(
            verdict.protected, len(verdict.leaks), secondary, count_shown(numbers), len(facts)
        )
        _write(folder, done, numbers, [])
        if verdict.leaks:
            raise _tell(verdict, split(numbers, facts), numbers)
        if changes:
            raise _tell_changes(changes)
        return done
    return _repair(folder, books)


def _repair(folder: Path, books: Sequence[tuple[str, str, list[Sheet], list[Size]]]) -> Attack:
    """Find what has to be hidden as if nothing were yet, and write it for each notebook."""
    held = collect(books, bare=True)
    numbers, facts = find_facts(held)
    before = count_shown(numbers)
    changed_since = find_quantities(_compare(books, bare=True), books, numbers)
    for one in changed_since:
        it = numbers[one]
        it.hidden, it.interval = True, it.profile.find_interval(None)
    done = repair_book(numbers, facts)
    left = done.verdict.leaks
    if len([leak for leak in left if leak.proven]) or len(left) > UNPROVEN * done.verdict.protected:
        raise _tell(done.verdict, split(numbers, facts), numbers)
    hidden = [*changed_since, *done.hidden]
    changed = _withhold(folder, books, numbers, hidden)
    found = Attack(
        done.verdict.protected, len(left), before - count_shown(numbers), count_shown(numbers),
        len(facts), changed,
    )  # fmt: skip
    _write(folder, found, numbers, hidden)
    return found


def keep_book(source: str, pairs: Sequence[str], path: Path) -> int:
    """Keep what this release shows, for the next one; return how many counts there are."""
    books = _read_books(build_root() / PRIVATE / source, source, pairs)
    return keep_release(books, path)


def _compare(books: Books, *, bare: bool = False) -> list[Change]:
    """Return the counts whose difference to the last release tells of a few people."""
    last = load_report().last_release
    if last is None:
        return []
    if bare:  # also where a repair has hidden one before
        books = [
            (scope, notebook, [_show_all(sheet) for sheet in sheets], sizes)
            for scope, notebook, sheets, sizes in books
        ]
    return find_changes(read_release(project_root() / last), books, PROFILES)


def _show_all(sheet: Sheet) -> Sheet:
    """Return a sheet as if nothing were hidden to protect another count."""
    hidden = {
        name: [row for row in rows if sheet.shown[name][row] is None]
        for name, rows in sheet.hidden.items()
    }
    return replace(sheet, hidden=hidden)


def _tell_changes(changes: Sequence[Change]) -> UserError:
    lines = [
        f"\n- {'/'.join(map(str, one.cell[:3]))}: {one.cell[5]} of {one.cell[4]} differs by "
        f"{one.least}" + (f" to {one.most}" if one.most > one.least else "")
        for one in changes[:LISTED]
    ]
    return UserError(
        "The last release and this one together tell of a few people who came or went.",
        "params/report.yml: last_release",
        found=f"{len(changes)} counts:{''.join(lines)}",
        expected="differences of no one, or of more than the profile hides",
        mend="Run `rareaccess report --repair`, which hides these counts, or wait with the release "
        "until there are more people. The book has not been made.",
    )


def _read_books(
    folder: Path, source: str, pairs: Sequence[str]
) -> list[tuple[str, str, list[Sheet], list[Size]]]:
    """Return the sheets of the notebooks of the book, whether or not they control anything."""
    if not has_control(load_report()):  # older sheets may still be there
        return []
    results = build_root() / "results" / source
    books = []
    for scope in ("", *pairs):
        for path in sorted((results / scope).glob("[0-9][0-9]-*.json")):
            private = folder / scope / path.name
            if private.is_file():
                books.append((scope, path.stem, *read_sheets(private)))
            else:
                raise UserError(
                    "A notebook was not run under the present profile of disclosure control.",
                    relative(path),
                    expected=f"the file {relative(private)}",
                    mend="Run `rareaccess run --force`.",
                )
    return books


def _count_withheld(numbers: Mapping[int, Quantity]) -> int:
    """Return how many cells are hidden to protect others."""
    return sum(
        sum(cell.row >= 0 for cell in it.cells)
        for it in numbers.values()
        if it.hidden and not it.profile.hides(it.true)
    )


def _withhold(
    folder: Path,
    books: Iterable[tuple[str, str, list[Sheet], list[Size]]],
    numbers: Mapping[int, Quantity],
    hidden: Iterable[int],
) -> bool:
    """Write for each notebook what it has to hide; return whether any of it is new."""
    cells: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    sizes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in hidden:
        for cell in numbers[one].cells:
            if cell.row < 0:
                sizes[cell.scope, cell.notebook].add(cell.label)
            else:
                cells[cell.scope, cell.notebook].append(
                    [cell.label, cell.turn, cell.row, cell.column]
                )
    changed = False
    for scope, notebook, _, _ in books:
        path = folder / scope / f"{notebook}.withheld.json"
        here = (scope, notebook)
        held = {"cells": sorted(cells[here]), "sizes": sorted(sizes[here])}
        needed = any(held.values())
        held["rule"] = load_report().rule
        text = json.dumps(held, indent=1, ensure_ascii=False) + "\n"
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not needed:
            path.unlink(missing_ok=True)
            changed |= bool(old)
        elif text != old:
            write_atomic(path, text)
            changed = True
    return changed


def _write(
    folder: Path, found: Attack, numbers: Mapping[int, Quantity], hidden: Sequence[int]
) -> None:
    """Write what the attack found, by pair: how many counts are shown, protected and withheld."""
    by_pair: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for it in numbers.values():
        for cell in it.cells:
            if cell.row >= 0:
                row = by_pair[cell.scope]
                row["protected"] += it.promised is not None
                row["withheld"] += it.hidden and not it.profile.hides(it.true)
                row["shown"] += not it.hidden
    told = {
        "protected": found.protected, "known": found.known, "withheld": found.withheld,
        "shown": found.shown, "facts": found.facts,
        "pairs": {name: by_pair[name] for name in sorted(by_pair)},
    }  # fmt: skip
    write_atomic(told_path(folder.name), json.dumps(told, indent=1) + "\n")


COUNTED = ("shown", "protected", "withheld")


def _tell(
    verdict: Verdict, systems: Sequence[System], numbers: Mapping[int, Quantity]
) -> UserError:
    """Return the leaks as an error: where each is, how it can be told, and what to do."""
    home = {one: system for system in systems for one in system.numbers}
    leaks = sorted(verdict.leaks, key=lambda leak: (leak.candidates, leak.quantity))
    lines = []
    for leak in leaks[:LISTED]:
        it = numbers[leak.quantity]
        exact = "exactly" if leak.candidates == 1 else f"as one of {leak.candidates} numbers"
        pages = ", ".join(dict.fromkeys(map(str, it.cells[:3])))
        lines.append(f"\n- {pages}: {it.words} can be told {exact}.")
        chain = explain(home[leak.quantity], numbers, leak) if leak.quantity in home else []
        lines += [f"\n    {told}" for told in chain[:8]]
    more = len(leaks) - LISTED
    lines += [f"\n- and {more} more"] if more > 0 else []
    return UserError(
        "The report lets a reader deduce counts that it hides.",
        "the notebooks of the report",
        found=f"{len(leaks)} of {verdict.protected} protected counts:{''.join(lines)}",
        expected="what the profile in params/report.yml promises",
        mend="Run `rareaccess report --repair`, which hides the least besides, or change what the "
        "notebooks show. The book has not been made.",
    )
