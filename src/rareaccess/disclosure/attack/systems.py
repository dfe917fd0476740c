"""The parts of a report that have nothing to do with each other, as programs of numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from rareaccess.disclosure.attack.facts import Fact
from rareaccess.disclosure.attack.program import Terms
from rareaccess.disclosure.attack.quantities import Quantity

__all__ = ["System", "split", "tighten"]

BUNDLE = 300
"""Quantities of parts that are solved together."""


@dataclass
class System:
    """One part of a report, whose numbers have nothing to do with those of the other parts.

    Parameters
    ----------
    numbers
        The quantities, in their order.
    low, high
        What each can be.
    factors, lower, upper
        The facts: `lower <= factors @ values <= upper`.
    facts
        The same, one a row.
    """

    numbers: list[int]
    low: np.ndarray
    high: np.ndarray
    factors: csr_array
    lower: np.ndarray
    upper: np.ndarray
    facts: list[Fact]
    place: dict[int, int] = field(default_factory=dict)

    def list_terms(self) -> Terms:
        """Return the entries of `factors`."""
        terms = self.factors.tocoo()
        return Terms(terms.coords[0], terms.coords[1], terms.data)


def split(numbers: Mapping[int, Quantity], facts: Iterable[Fact]) -> list[System]:
    """Return the parts that facts tie together and in which something is protected.

    Small parts are solved together, because a program costs more to begin than to solve.
    """
    parent = {one: one for one in numbers}

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    known = list(facts)
    free = {  # a protected count is asked about even where another cell shows it
        one for one, it in numbers.items() if it.promised or it.interval[0] < it.interval[1]
    }
    for fact in known:
        open_ = [one for one, _ in fact.terms if one in free]
        for one in open_[1:]:
            parent[root(one)] = root(open_[0])
    members: dict[int, list[int]] = defaultdict(list)
    for one in sorted(free):
        members[root(one)].append(one)
    told: dict[int, list[Fact]] = defaultdict(list)
    for fact in known:
        first = next((one for one, _ in fact.terms if one in free), None)
        if first is not None:
            told[root(first)].append(fact)
    systems: list[System] = []
    bundle: tuple[list[int], list[Fact]] = [], []
    for at in sorted(members):
        if not any(numbers[one].promised for one in members[at]):
            continue
        if bundle[0] and len(bundle[0]) + len(members[at]) > BUNDLE:
            systems.append(_build(*bundle, numbers))
            bundle = [], []
        bundle[0].extend(members[at])
        bundle[1].extend(told[at])
    return [*systems, _build(*bundle, numbers)] if bundle[0] else systems


def _build(chosen: Sequence[int], facts: Sequence[Fact], numbers: Mapping[int, Quantity]) -> System:
    place = {one: at for at, one in enumerate(chosen)}
    rows, columns, values, upper, lower = [], [], [], [], []
    kept: list[Fact] = []
    for fact in facts:
        rest = 0
        row = len(kept)
        for one, factor in fact.terms:
            if one in place:
                rows.append(row)
                columns.append(place[one])
                values.append(factor)
            else:
                rest += factor * numbers[one].true
        kept.append(fact)
        upper.append(-rest)
        lower.append(-rest if fact.exact else -np.inf)
    factors = csr_array((values, (rows, columns)), shape=(len(kept), len(chosen)), dtype=float)
    low = np.array([numbers[one].interval[0] for one in chosen], float)
    high = np.array([numbers[one].interval[1] for one in chosen], float)
    return System(list(chosen), low, high, factors, np.array(lower, float),
                  np.array(upper, float), kept, place)  # fmt: skip


def tighten(system: System, rounds: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits that follow from each fact by itself, again and again.

    Examples
    --------
    A hidden count from 1 upwards, another, and their sum 9.

    >>> fact = csr_array([[1.0, 1.0]])
    >>> system = System([0, 1], np.array([1.0, 1]), np.array([np.inf, np.inf]), fact,
    ...                 np.array([9.0]), np.array([9.0]), [])
    >>> [limit.tolist() for limit in tighten(system)]
    [[1.0, 1.0], [8.0, 8.0]]
    """
    low, high = system.low.copy(), system.high.copy()
    terms = system.list_terms()
    rows, at, by = terms.rows, terms.columns, terms.factors
    count = system.factors.shape[0]
    for _ in range(rounds):
        before = low.copy(), high.copy()
        ends = np.where(by > 0, low[at], high[at]), np.where(by > 0, high[at], low[at])
        for end, limit, sign in ((ends[0], system.upper, 1), (ends[1], system.lower, -1)):
            part = by * end
            endless = np.isinf(part)
            sums = np.bincount(rows, np.where(endless, 0, part), count)
            loose = np.bincount(rows, endless, count)
            rest = np.where(endless, 0, part)
            known = (loose[rows] - endless == 0) & np.isfinite(limit[rows])
            bound = (limit[rows] - (sums[rows] - rest)) / by
            upper = known & (by * sign > 0)
            np.minimum.at(high, at[upper], np.floor(bound[upper] + 1e-9))
            lower = known & (by * sign < 0)
            np.maximum.at(low, at[lower], np.ceil(bound[lower] - 1e-9))
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return low, high
