"""Whole numbers: with a given summary, as shares of a total, as rows that repeat."""

from itertools import pairwise

import numpy as np
from scipy.special import ndtri

__all__ = ["build_counts", "expand", "share_out"]


def build_counts(
    *,
    n: int,
    minimum: int,
    q1: list[int],
    median: list[int],
    q3: list[int],
    maximum: int,
    mean: float,
    sd: float,
) -> np.ndarray:
    """Return `n` whole numbers, sorted, whose linear (type 7) quantiles, mean and SD are as given.

    Each quartile is given by the two order statistics between which it lies. Inside the pieces that
    they bound, numbers start from a log-normal curve; then single steps move the sum, and pairs of
    opposite steps the sum of squares, until both are as near as whole numbers allow.

    Raises
    ------
    ValueError
        No such numbers are found.

    References
    ----------
    Hyndman, Fan (1996) Sample quantiles in statistical packages. The American Statistician 50:4.

    Examples
    --------
    >>> counts = build_counts(n=922, minimum=1, q1=[6, 6], median=[9, 9], q3=[13, 14], maximum=90,
    ...                       mean=10.9, sd=7.6)
    >>> np.quantile(counts, [0, 0.25, 0.5, 0.75, 1]).tolist()
    [1.0, 6.0, 9.0, 13.75, 90.0]
    >>> float(counts.mean().round(2)), float(counts.std(ddof=1).round(2))
    (10.9, 7.6)
    """
    low, high = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    knots = {0: minimum, n - 1: maximum}
    for share, pair in ((0.25, q1), (0.5, median), (0.75, q3)):
        below = int(np.floor((n - 1) * share))
        knots |= {below: pair[0], below + 1: pair[1]}
    places = sorted(knots)
    for left, right in pairwise(places):
        low[left : right + 1], high[left : right + 1] = knots[left], knots[right]
    for place, value in knots.items():
        low[place] = high[place] = value
    middle = np.mean(median)
    width = np.log(np.mean(q3) / np.mean(q1)) / (2 * ndtri(0.75))
    curve = middle * np.exp(width * ndtri((np.arange(n) + 0.5) / n))
    counts = np.clip(np.round(curve).astype(np.int64), low, high)
    target = round(mean * n)
    squares = sd**2 * (n - 1) + target**2 / n
    _step_to_sum(counts, low, high, target)
    _step_to_squares(counts, low, high, squares)
    counts.sort()
    if counts.sum() != target or abs(counts.std(ddof=1) - sd) > 0.005:
        raise ValueError("no whole numbers have this mean and SD between these quartiles")
    return counts


def _step_to_sum(counts: np.ndarray, low: np.ndarray, high: np.ndarray, target: int) -> None:
    """Move numbers by one, in turn and inside their bounds, until the sum is the target."""
    while (gap := target - counts.sum()) != 0:
        step = 1 if gap > 0 else -1
        free = np.flatnonzero((counts + step >= low) & (counts + step <= high))
        if not len(free):
            raise ValueError("the mean does not fit between the quartiles")
        take = free[np.linspace(0, len(free) - 1, min(abs(gap), len(free))).astype(int)]
        counts[np.unique(take)] += step


def _step_to_squares(counts: np.ndarray, low: np.ndarray, high: np.ndarray, target: float) -> None:
    """Move pairs of numbers apart or together by one, keeping the sum."""
    for _ in range(20 * len(counts)):
        gap = target - float((counts**2).sum())
        if abs(gap) <= 2:
            return
        up, down = counts + 1 <= high, counts - 1 >= low
        if gap > 0:
            fallers = np.flatnonzero(down & (counts <= np.median(counts)))
            risers = np.flatnonzero(up & (counts >= np.median(counts)))
        else:
            fallers = np.flatnonzero(down & (counts >= np.median(counts)))
            risers = np.flatnonzero(up & (counts <= np.median(counts)))
        change = 2 * (counts[risers][:, None] - counts[fallers]) + 2
        ideal = gap if abs(gap) < 60 else np.sign(gap) * 30
        best = np.argmin(np.abs(change - ideal) + 1e6 * (risers[:, None] == fallers))
        riser, faller = risers[best // len(fallers)], fallers[best % len(fallers)]
        counts[riser] += 1
        counts[faller] -= 1


def expand(n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each position as often as `n` says, and which of its copies each one is.

    Examples
    --------
    >>> row, turn = expand(np.array([2, 0, 3]))
    >>> row.tolist(), turn.tolist()
    ([0, 0, 2, 2, 2], [0, 1, 0, 1, 2])
    """
    row = np.repeat(np.arange(len(n)), n)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)


def share_out(weights: np.ndarray, total: int) -> np.ndarray:
    """Split a whole total in proportion to weights by largest remainders.

    Examples
    --------
    >>> share_out(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return parts
