"""Draws that depend on who is drawn and what for, never on who else is in the world.

A draw is a hash of (seed, name of the draw, identifier). A person's records are therefore the same
in the full world and in the sample, in any order, on any day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from scipy.special import ndtri

__all__ = ["Draws", "mix"]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def mix(values: np.ndarray) -> np.ndarray:
    """Scramble unsigned 64-bit integers one to one (the finaliser of SplitMix64).

    References
    ----------
    Steele, Lea, Flood (2014) Fast splittable pseudorandom number generators. OOPSLA.

    Examples
    --------
    >>> len(set(mix(np.arange(1000, dtype=np.uint64)).tolist()))
    1000
    """
    x = values.astype(np.uint64, copy=True)
    for shift, factor in ((30, FIRST), (27, SECOND)):
        x ^= x >> np.uint64(shift)
        x *= factor
    x ^= x >> np.uint64(31)
    return x


@dataclass(frozen=True)
class Draws:
    """A source of draws for one seed.

    Examples
    --------
    >>> draw = Draws(7)
    >>> ids = np.arange(3, dtype=np.uint64)
    >>> bool((draw.uniform("sex", ids)[1:] == draw.uniform("sex", ids[1:])).all())
    True
    """

    seed: int

    def bits(self, name: str, ids: np.ndarray) -> np.ndarray:
        """Return 64 random bits for each identifier."""
        key = blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest()
        start = np.uint64(int.from_bytes(key, "little"))
        return mix(np.asarray(ids, dtype=np.uint64) * GOLDEN + start)

    def uniform(self, name: str, ids: np.ndarray) -> np.ndarray:
        """Return numbers in (0, 1), one for each identifier."""
        return ((self.bits(name, ids) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def chance(self, name: str, ids: np.ndarray, p: float | np.ndarray) -> np.ndarray:
        """Return True with probability `p`."""
        return self.uniform(name, ids) < p

    def normal(self, name: str, ids: np.ndarray) -> np.ndarray:
        """Return standard normal numbers."""
        return ndtri(self.uniform(name, ids))

    def exponential(self, name: str, ids: np.ndarray) -> np.ndarray:
        """Return exponential numbers with mean one, as of waiting times."""
        return -np.log(self.uniform(name, ids))

    def below(self, name: str, ids: np.ndarray, n: int | np.ndarray) -> np.ndarray:
        """Return whole numbers 0 … n − 1."""
        return np.minimum((self.uniform(name, ids) * n).astype(np.int64), np.asarray(n) - 1)

    def pick(self, name: str, ids: np.ndarray, weights: np.ndarray | list[float]) -> np.ndarray:
        """Return positions drawn in proportion to `weights`."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        found = np.searchsorted(edges / edges[-1], self.uniform(name, ids), side="right")
        return np.minimum(found, len(edges) - 1)

    def choose(self, name: str, ids: np.ndarray, shares: Mapping[Any, float]) -> np.ndarray:
        """Return keys drawn in proportion to their shares."""
        return np.array(list(shares))[self.pick(name, ids, list(shares.values()))]

    def first(self, name: str, ids: np.ndarray, n: int) -> np.ndarray:
        """Return the positions of `n` identifiers taken at random without replacement."""
        order = np.argsort(self.bits(name, ids), kind="stable")
        return np.sort(order[:n])
