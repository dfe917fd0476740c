"""What follows from facts: whether a reader can tell more of a hidden count than was promised.

A world is a set of numbers that fits all that is shown. For each protected count the solver looks
for worlds in which it has the values that the promise names. A world that is found is a proof that
plain arithmetic checks; it serves for every count whose value in it is a new one. The true numbers
are the first world. Work is limited in nodes of the solver, never in seconds, so that the answer
is the same on every machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint

from rareaccess.disclosure.attack.program import Terms, find_best
from rareaccess.disclosure.attack.quantities import Quantity
from rareaccess.disclosure.attack.systems import System, tighten
from rareaccess.disclosure.profiles import Interval

__all__ = ["Leak", "Verdict", "find_leaks"]

THREE = 3
FEW, POOR = 3, 4
"""Worlds for all counts at once are looked for until this many in a row give fewer new values."""


@dataclass(frozen=True)
class Leak:
    """A protected count of which a reader can tell too much.

    Parameters
    ----------
    quantity
        Its number.
    missing
        The values that it must be able to have and cannot; of a promise of three candidates, the
        values nearest to those it can have.
    candidates
        How many values of the promised ones it can have: 1 is exactly known.
    proven
        False where the solver came to its limit.
    open_above
        Whether it has three candidates all the same, the others above those that the rule hides:
        the mark also stands for larger counts, hidden to protect others. Such a count is no leak
        in the end, but a repair gives it candidates among the small ones where it can.
    """

    quantity: int
    missing: tuple[int, ...]
    candidates: int
    proven: bool = True
    open_above: bool = False


@dataclass(frozen=True)
class Verdict:
    """What was found: leaks, how many counts are protected, and how many worlds were needed.

    `leaks` has those that break the promise, `near` those that are open above only.
    """

    leaks: list[Leak]
    near: list[Leak]
    protected: int
    worlds: int
    asked: int


class Prover:
    """Looks for worlds of one system."""

    def __init__(self, system: System, numbers: Mapping[int, Quantity]) -> None:
        """Begin with the true numbers as the only world."""
        self.system = system
        self.numbers = numbers
        self.low, self.high = tighten(system)
        self.targets = [
            (at, promised) for at, one in enumerate(system.numbers)
            if (promised := numbers[one].promised) is not None
        ]  # fmt: skip
        true = np.array([numbers[one].true for one in system.numbers], float)
        self.seen: dict[int, set[int]] = {at: {int(true[at])} for at, _ in self.targets}
        self.worlds = [true]
        self.asked = 0
        self.told = None
        if system.facts:
            self.told = LinearConstraint(system.factors, system.lower, system.upper)
        self.terms = system.list_terms()

    def solve(self, goal: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray | None:
        """Return the best world between limits, None where there is none or none was found."""
        self.asked += 1
        found, self.stopped = find_best(goal, np.ones(len(goal)), Bounds(low, high), self.told)
        if found is None:
            return None
        world = np.round(found)
        return world if self.fits(world) else None

    def fits(self, world: np.ndarray) -> bool:
        """Whether numbers fit all that is shown: plain arithmetic, whatever solver gave them."""
        if (world < self.system.low - 1e-9).any() or (world > self.system.high + 1e-9).any():
            return False
        sums = self.system.factors @ world
        return bool(
            (sums <= self.system.upper + 1e-6).all() and (sums >= self.system.lower - 1e-6).all()
        )

    def keep(self, world: np.ndarray) -> None:
        """Keep a world, and the values that it gives protected counts."""
        self.worlds.append(world)
        for at, (low, high) in self.targets:
            if low <= world[at] <= high:
                self.seen[at].add(int(world[at]))

    def missing(self, at: int, promised: Interval) -> tuple[int, ...]:
        """Return the values that a protected count must have in some world and has in none yet."""
        low, high = int(promised[0]), int(promised[1])
        seen = self.seen[at]
        if self.numbers[self.system.numbers[at]].profile.promise == "full":
            return tuple(value for value in (low, high) if value not in seen)
        if len(seen) >= min(THREE, high - low + 1):
            return ()
        near = sorted(set(range(low, high + 1)) - seen,
                      key=lambda value: (min(abs(value - one) for one in seen), value))  # fmt: skip
        return tuple(near)

    def prove(self) -> list[Leak]:
        """Look for worlds, many counts at once first and then one by one; return the leaks."""
        box_low, box_high = self.low.copy(), self.high.copy()
        for at, (low, high) in self.targets:
            box_low[at], box_high[at] = max(box_low[at], low), min(box_high[at], high)
        random = np.random.default_rng(20)
        poor = 0
        while poor < POOR:
            wanted = {at: miss for at, promised in self.targets
                      if (miss := self.missing(at, promised))}  # fmt: skip
            if not wanted:
                return []
            wishes = {at: int(random.choice(miss)) for at, miss in wanted.items()}
            gained = self.come_near(wishes, box_low, box_high)
            poor = poor + 1 if gained < FEW else 0
        return [leak for at, promised in self.targets if (leak := self.ask(at, promised))]

    def ask(self, at: int, promised: Interval) -> Leak | None:
        """Ask for the values of one count that no world has yet."""
        full = self.numbers[self.system.numbers[at]].profile.promise == "full"
        proven, lost = True, []
        if not full:
            proven = self.stretch(at, promised)
            ends = min(self.seen[at]), max(self.seen[at])
        for value in self.missing(at, promised):
            if not full and (not self.missing(at, promised) or not ends[0] < value < ends[1]):
                continue
            if not self.low[at] <= value <= self.high[at]:
                lost.append(value)
                continue
            if value in self.seen[at]:
                continue
            low, high = self.low.copy(), self.high.copy()
            low[at] = high[at] = value
            world = self.reach(low, high)
            if world is None:
                lost.append(value)
                proven &= not self.stopped
            else:
                self.keep(world)
        if not (lacking := self.missing(at, promised)):
            return None
        if full:
            return Leak(self.system.numbers[at], tuple(lost), len(self.seen[at]), proven)
        above = self.look_above(at, int(promised[1]), THREE - len(self.seen[at]))
        return Leak(self.system.numbers[at], lacking, len(self.seen[at]), proven, above)

    def look_above(self, at: int, last: int, many: int) -> bool:
        """Whether a count can have so many values above the last that the rule hides."""
        found = 0
        for value in range(last + 1, last + 4):
            if found < many and value <= self.high[at]:
                low, high = self.low.copy(), self.high.copy()
                low[at] = high[at] = value
                found += self.reach(low, high) is not None
        return found >= many

    def stretch(self, at: int, promised: Interval) -> bool:
        """Look for the least and the most that a count can be; return whether both were found."""
        proven = True
        for way in (1, -1):
            if not self.missing(at, promised):
                break
            low, high = self.low.copy(), self.high.copy()
            low[at], high[at] = max(low[at], promised[0]), min(high[at], promised[1])
            goal = self.wish()
            goal[at] = 100 * way
            world = self.solve(goal, low, np.minimum(high, np.maximum(low, 1e7)))
            if world is not None:
                self.keep(world)
            proven &= world is not None
        return proven

    def come_near(self, wishes: Mapping[int, int], low: np.ndarray, high: np.ndarray) -> int:
        """Look for one world in which as many counts as can be have a value that they lack.

        Returns
        -------
        int
            How many values were new.
        """
        size, many = len(self.low), len(wishes)
        values, facts = np.array(list(wishes.values()), float), len(self.system.lower)
        each, ones = np.arange(many), np.ones(many)
        terms = self.terms.beside(  # value + down - up = wish
            Terms(np.tile(facts + each, 3),
                  np.concatenate([list(wishes), size + each, size + many + each]),
                  np.concatenate([ones, ones, -ones]))
        )  # fmt: skip
        found, _ = find_best(
            np.concatenate([np.zeros(size), np.ones(2 * many)]),
            np.concatenate([np.ones(size), np.zeros(2 * many)]),
            Bounds(np.concatenate([low, np.zeros(2 * many)]),
                   np.concatenate([high, np.full(2 * many, np.inf)])),
            LinearConstraint(terms.build((facts + many, size + 2 * many)),
                             np.concatenate([self.system.lower, values]),
                             np.concatenate([self.system.upper, values])),
            gap=0.05,
        )  # fmt: skip
        self.asked += 1
        before = sum(map(len, self.seen.values()))
        if found is not None and self.fits(world := np.round(found[:size])):
            self.keep(world)
        return sum(map(len, self.seen.values())) - before

    def wish(self) -> np.ndarray:
        """Return the goal that gives counts values that they lack."""
        goal = np.zeros(len(self.low))
        for at, promised in self.targets:
            if miss := self.missing(at, promised):
                goal[at] = 1 if min(miss) < min(self.seen[at]) else -1
        return goal

    def reach(self, low: np.ndarray, high: np.ndarray) -> np.ndarray | None:
        """Return a world between limits, one that gives other counts new values if it can."""
        return self.solve(self.wish(), low, np.minimum(high, np.maximum(low, 1e7)))


def find_leaks(
    numbers: Mapping[int, Quantity],
    systems: Sequence[System],
    known: dict[int, set[int]] | None = None,
) -> Verdict:
    """Return the protected counts of which a reader can tell more than was promised.

    Parameters
    ----------
    numbers, systems
        The quantities, and what `split` makes of them.
    known
        Values that counts have in worlds found before, by quantity; those found are added. Hiding
        more only widens what is possible, so that they stay good.
    """
    leaks, protected, worlds, asked = [], 0, 0, 0
    known = {} if known is None else known
    for system in systems:
        prover = Prover(system, numbers)
        for at, _ in prover.targets:
            prover.seen[at] |= known.get(system.numbers[at], set())
        leaks += prover.prove()
        known |= {system.numbers[at]: prover.seen[at] for at, _ in prover.targets}
        protected += len(prover.targets)
        worlds += len(prover.worlds)
        asked += prover.asked
    near = [leak for leak in leaks if leak.open_above]
    leaks = [leak for leak in leaks if not leak.open_above]
    return Verdict(leaks, near, protected, worlds, asked)
