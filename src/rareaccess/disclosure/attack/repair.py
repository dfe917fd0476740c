"""The least that has to be hidden besides, so that a report keeps what its profile promises.

For each leak the solver looks for another world, in which the count has the value that it must be
able to have, and in which as few shown numbers as possible, and the least useful, are not what is
shown. Those are hidden. Hiding only widens what is possible, so that no later step undoes one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint

from rareaccess.disclosure.attack.facts import Fact
from rareaccess.disclosure.attack.program import Terms, find_best
from rareaccess.disclosure.attack.quantities import Quantity
from rareaccess.disclosure.attack.solve import Leak, Verdict, find_leaks
from rareaccess.disclosure.attack.systems import System, split

__all__ = ["Repair", "repair"]

ROUNDS = 8


@dataclass(frozen=True)
class Repair:
    """What is hidden besides, and what is left: the numbers of the quantities, and the verdict."""

    hidden: list[int]
    verdict: Verdict


def repair(numbers: Mapping[int, Quantity], facts: Sequence[Fact]) -> Repair:
    """Hide the least until nothing is left that breaks the promise, or nothing more can be hidden.

    Parameters
    ----------
    numbers
        The quantities; those that are hidden besides are changed.
    facts
        What a reader knows of them.
    """
    hidden: list[int] = []
    tried: set[int] = set()
    known: dict[int, set[int]] = {}
    verdict = find_leaks(numbers, split(numbers, facts), known)
    for _ in range(ROUNDS):
        due = [*verdict.leaks, *(leak for leak in verdict.near if leak.quantity not in tried)]
        if not due:
            break
        tried |= {leak.quantity for leak in verdict.near}
        systems = split(_widen(numbers), facts)
        home = {one: system for system in systems for one in system.numbers}
        before = len(hidden)
        for leak in due:
            if leak.quantity in home:
                hidden += _mend(home[leak.quantity], numbers, leak, known)
        if len(hidden) == before:
            break
        verdict = find_leaks(numbers, split(numbers, facts), known)
    return Repair(hidden, verdict)


def _widen(numbers: Mapping[int, Quantity]) -> dict[int, Quantity]:
    """Return the quantities, those that may be hidden as if they could be anything."""
    wide = {}
    for one, it in numbers.items():
        low, high = it.interval
        if not it.hidden and not it.fixed and low == high:
            it = Quantity(it.true, it.words, (low, high + 1), it.promised, it.profile, it.hidden,
                          it.fixed, it.cells)  # fmt: skip
        wide[one] = it
    return wide


def _weigh(it: Quantity) -> float:
    """Return what hiding a quantity costs: more for sizes, large ones, those in many places."""
    sizes = sum(cell.row < 0 for cell in it.cells)
    return (1 + math.log1p(it.true)) * (1 + 0.2 * len(it.cells)) * (40 if sizes else 1)


def _mend(
    system: System, numbers: Mapping[int, Quantity], leak: Leak, known: dict[int, set[int]]
) -> list[int]:
    """Hide what lets one protected count have the values that it lacks; return what was hidden."""
    it = numbers[leak.quantity]
    if not it.hidden and it.profile.hides(it.true):  # hidden in one place, and shown in another
        it.hidden, it.interval = True, it.profile.find_interval(None)
        return [leak.quantity]
    made: list[int] = []
    full = it.profile.promise == "full"
    for value in leak.missing:
        if value in known.get(leak.quantity, ()):  # a world that mended another one has it
            continue
        made += _reach(system, numbers, leak.quantity, value, known)
        if made and not full:  # the next round tells whether that was enough
            break
    return made


def _reach(
    system: System, numbers: Mapping[int, Quantity], target: int, value: int,
    known: dict[int, set[int]],
) -> list[int]:  # fmt: skip
    """Hide the least so that one count can have a value; add what the world gives to `known`."""
    size = len(system.numbers)
    its = [numbers[one] for one in system.numbers]
    low = np.array([it.interval[0] for it in its], float)
    high = np.array([it.interval[1] for it in its], float)
    can = np.array([not it.hidden and not it.fixed for it in its])
    floor = np.array([it.profile.hide_from for it in its], float)
    at = system.place[target]
    can[at] = False
    fixed_low, fixed_high = low.copy(), high.copy()
    fixed_low[at] = fixed_high[at] = value
    # values = within + up - down, where `within` is within what is shown
    up = np.where(can, np.inf, 0.0)
    down = np.where(can, np.maximum(0, high - np.minimum(floor, high)), 0.0)
    facts, terms, each = len(system.lower), system.list_terms(), np.arange(size)
    base = Terms(facts + each, each, np.ones(size))
    # what is left after going down is not below the least that the mark can stand for
    left = base.beside(base.moved(right=2 * size, by=-1))
    all_terms = terms.beside(terms.moved(right=size)).beside(terms.moved(right=2 * size, by=-1))
    cost = np.array([_weigh(it) for it in its])
    goal = np.concatenate([np.zeros(size), cost, cost])
    floors = np.where(can, np.minimum(floor, low), low)
    floors[at] = value
    limits = Bounds(
        np.concatenate([fixed_low, np.zeros(2 * size)]), np.concatenate([fixed_high, up, down])
    )
    told = LinearConstraint(
        all_terms.beside(left).build((facts + size, 3 * size)),
        np.concatenate([system.lower, floors]),
        np.concatenate([system.upper, np.full(size, np.inf)]),
    )
    for whole in (0, 1):  # whole numbers only where broken ones say that nothing has to be hidden
        found, _ = find_best(goal, np.full(3 * size, whole), limits, told, gap=0.1)
        if found is None:
            return []
        within, more, less = np.split(found, 3)
        moved = more + less > 1e-6
        if moved.any():
            break
    chosen = [system.numbers[place] for place in np.flatnonzero(moved)]
    values = within + more - less
    world = np.round(values)
    sure = np.abs(values - world).max() < 1e-6
    for one, it, there in zip(system.numbers, its, world, strict=True) if sure else ():
        if it.promised and it.promised[0] <= there <= it.promised[1]:
            known.setdefault(one, {it.true}).add(int(there))
    for one in chosen:
        it = numbers[one]
        it.hidden, it.interval = True, it.profile.find_interval(None)
    return chosen
