"""How a reader comes to know too much of a count: the facts that together tell it."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint

from rareaccess.disclosure.attack.facts import Fact
from rareaccess.disclosure.attack.program import find_best
from rareaccess.disclosure.attack.quantities import Quantity
from rareaccess.disclosure.attack.solve import Leak
from rareaccess.disclosure.attack.systems import System

__all__ = ["explain"]

MOST = 400
"""Facts that are looked at; a longer chain than these hold is not told."""


def explain(system: System, numbers: Mapping[int, Quantity], leak: Leak) -> list[str]:
    """Return the chain of facts by which a reader knows a count, each with its numbers.

    Without any one of them the reader would not. Facts near the count are tried first, then those
    that share a number with them, and so on.
    """
    at, value = system.place[leak.quantity], leak.missing[0]
    near, reached = list[int](), {at}
    pattern = abs(system.factors)
    while len(near) < min(MOST, len(system.facts)):
        touched = np.zeros(len(system.numbers))
        touched[list(reached)] = 1
        rows = np.flatnonzero(pattern @ touched).tolist()
        if len(rows) == len(near):
            return []
        near = rows
        if not _possible(system, near, at, value):
            break
        reached |= set(np.flatnonzero(pattern.T @ _mark(rows, len(system.facts))).tolist())
    else:
        return []
    for row in list(near):
        rest = [one for one in near if one != row]
        if not _possible(system, rest, at, value):
            near = rest
    return [_word(system.facts[row], numbers) for row in near]


def _mark(rows: Sequence[int], size: int) -> np.ndarray:
    marks = np.zeros(size)
    marks[list(rows)] = 1
    return marks


def _possible(system: System, rows: Sequence[int], at: int, value: int) -> bool:
    """Whether a count can have a value as far as some of the facts tell."""
    low, high = system.low.copy(), system.high.copy()
    if not low[at] <= value <= high[at]:
        return False
    low[at] = high[at] = value
    told = None
    if len(rows):
        told = LinearConstraint(system.factors[list(rows)], system.lower[rows], system.upper[rows])
    found, stopped = find_best(np.zeros(len(low)), np.ones(len(low)), Bounds(low, high), told)
    return found is not None or stopped


def _word(fact: Fact, numbers: Mapping[int, Quantity]) -> str:
    """Return a fact in words, with what is shown of each number."""

    def show(one: int) -> str:
        it = numbers[one]
        low, high = it.interval
        told = "[c]" if it.hidden else f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return f"{it.words} ({told})"

    parts = [show(one) for one, factor in fact.terms if factor > 0]
    wholes = [show(one) for one, factor in fact.terms if factor < 0]
    some = parts if len(parts) < 6 else [*parts[:4], f"{len(parts) - 4} more"]
    return f"{fact.words}: {' + '.join(some)} {'=' if fact.exact else '≤'} {' + '.join(wholes)}"
