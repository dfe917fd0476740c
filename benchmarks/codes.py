"""Codes as a national table holds them: a few common ones, thousands of rare ones, mostly blanks.

The frequencies are assumed, in the shape that hospital records are known to have: the r-th most
frequent code has a share near 1/r, an episode has half a dozen diagnoses of twenty at most, and an
appointment has none but a code for "not known" nineteen times in twenty.
"""

import string
from functools import cache

import numpy as np

from rareaccess.contracts.icd10 import has_prefix
from rareaccess.derive.hospital.comorbidity import all_prefixes

__all__ = ["PAIRS", "UNKNOWN", "all_codes", "code_shares", "count_diagnoses"]

COMMON = (
    "I10X Z921 E119 I259 J459 Z867 E780 I489 N390 Z922 F171 J449 N183 E039 J180 K219 D649 I500 "
    "Z880 R074 I251 N179 F329 M199 Z501 R296 K573 G409 I209 Z955 Z720 I252 R51X K590 E669 A419"
)
UNKNOWN = "R69X"
CODES = 4_000
RARE = 1e-4  # share of all diagnoses that are of one pair's codes, all three together
SLE = ("M321", "M328", "M329")


@cache
def all_codes() -> tuple[str, ...]:
    """Return the codes that can occur, the most frequent first; the targets stand last.

    Examples
    --------
    >>> codes = all_codes()
    >>> len(codes), codes[0], codes[-90:-87]
    (4000, 'I10X', ('M321', 'M328', 'M329'))
    """
    random = np.random.default_rng(2005)
    letters = [letter for letter in string.ascii_uppercase if letter != "U"]
    every = [f"{a}{n:02d}{d}" for a in letters for n in range(100) for d in (*range(10), "X")]
    first, index = COMMON.split(), tuple(SLE)
    scored = [f"{prefix}9"[:4] for prefix in all_prefixes()]
    fixed = list(dict.fromkeys([*first, *SLE]))
    pool = [code for code in dict.fromkeys(scored) if code not in fixed]
    rest = sorted(set(every) - set(fixed) - set(pool) - {UNKNOWN})
    pool += random.choice(rest, CODES - len(fixed) - len(pool), replace=False).tolist()
    pool = random.permutation(pool).tolist()
    others = [code for code in pool[-200:] if not has_prefix(code, all_prefixes())][:87]
    middle = [code for code in pool if code not in others]
    return (*first, *middle, *index, *others)


@cache
def _pairs() -> tuple[tuple[str, ...], ...]:
    targets = all_codes()[-90:]
    return tuple(targets[at : at + 3] for at in range(0, 90, 3))


PAIRS = _pairs()
"""The codes of thirty pairs, three each; the first is SLE."""


def code_shares() -> np.ndarray:
    """Return the share of each code of `all_codes` among all diagnoses.

    Examples
    --------
    >>> shares = code_shares()
    >>> round(float(shares.sum()), 9), round(float(shares[-90:].sum()), 9)
    (1.0, 0.003)
    """
    ranks = np.arange(1, CODES + 1)
    shares = 1 / (ranks + 2.7)
    shares[-90:] = 0
    shares *= (1 - 30 * RARE) / shares.sum()
    shares[-90:] = RARE / 3
    return shares


def count_diagnoses(random: np.random.Generator, kind: str, rows: int) -> np.ndarray:
    """Draw how many diagnoses each record has: 1 to 20 of an episode, mostly 0 of an appointment.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> counts = count_diagnoses(random, "apc", 1000)
    >>> int(counts.min()), int(counts.max()) <= 20, bool(5 < counts.mean() < 7)
    (1, True, True)
    """
    if kind == "apc":
        return np.minimum(random.negative_binomial(1.6, 0.24, rows) + 1, 20)
    coded = random.random(rows) < 0.05
    return np.where(coded, np.minimum(random.geometric(0.5, rows), 12), 0)
