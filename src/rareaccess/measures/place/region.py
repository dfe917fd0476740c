"""The region of parameters that a likelihood does not rule out, on closer and closer grids."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RectBivariateSpline
from scipy.stats import chi2

from rareaccess.measures.tidy import Floats

__all__ = ["Region", "find_region"]

COARSE, FINE, DENSE = 9, 11, 301
"""Points to a side: where to look, where the likelihood is computed, where it is read off."""
PASSES = 6  # a narrow hill needs several looks, each closer
SLACK = 2.0  # deviance beyond the cut up to which the next pass looks, for the grid is coarse


@dataclass(frozen=True)
class Region:
    """A grid around the best point, with the deviance above that of the best point.

    Parameters
    ----------
    first, second
        The two parameters, each a grid of `DENSE` points to a side.
    deviance
        Twice the fall of the log likelihood from its highest point.
    parts
        What else the function gave, interpolated on the same grid.
    cut
        Deviance of the limits: the quantile of a χ² with one degree of freedom.
    box
        The lower and upper ends of the two parameters between which was looked.
    """

    first: Floats
    second: Floats
    deviance: Floats
    parts: tuple[Floats, ...]
    cut: float
    box: tuple[tuple[float, float], tuple[float, float]]

    @property
    def best(self) -> tuple[int, int]:
        """The place of the highest likelihood."""
        found = np.unravel_index(int(np.argmin(self.deviance)), self.deviance.shape)
        return int(found[0]), int(found[1])

    @property
    def inside(self) -> np.ndarray:
        """Which points the likelihood does not rule out."""
        return np.asarray(self.deviance <= self.cut)

    def limit(self, values: Floats) -> tuple[float, float, float]:
        """Return a function of the parameters at the best point, and its profile limits.

        The least and the greatest value over all points within the cut are the ends of the interval
        by profile likelihood: what else there is takes its best value at each.
        """
        within = values[self.inside]
        return float(values[self.best]), float(within.min()), float(within.max())


def find_region(
    way: Callable[[float, float], Sequence[float]],
    *,
    box: tuple[tuple[float, float], tuple[float, float]],
    confidence: float = 0.95,
) -> Region:
    """Find where a deviance of two parameters lies within the cut of its least value.

    Parameters
    ----------
    way
        From the two parameters to the deviance, and to other numbers to be interpolated.
    box
        The ends of the two, between which is looked. A side without width is held fixed.
    confidence
        Of the limits of one parameter, or of one function of both.

    Returns
    -------
    Region
        Computed at `FINE`² points around what passes of `COARSE`² points have left, and
        interpolated by cubic splines.

    Notes
    -----
    A likelihood with two hills further apart than the coarse grid sees would lose one of them.

    References
    ----------
    Venzon and Moolgavkar (1988), Applied Statistics 37, 87-94, for limits by profile likelihood.

    Examples
    --------
    >>> bowl = find_region(lambda a, b: [(a - 1) ** 2 / 0.04 + (b - 2) ** 2], box=((0, 3), (0, 9)))
    >>> [round(one, 2) for one in bowl.limit(bowl.first)], round(bowl.limit(bowl.second)[2], 1)
    ([1.0, 0.61, 1.39], 3.9)
    """
    cut = float(chi2.ppf(confidence, 1))
    grids = [np.linspace(*side, COARSE if side[1] > side[0] else 1) for side in box]
    for _ in range(PASSES):
        tall = np.array([[way(a, b)[0] for b in grids[1]] for a in grids[0]])
        near = np.argwhere(tall <= tall.min() + cut + SLACK)
        low, high = near.min(axis=0), near.max(axis=0)
        wide = all(b - a >= len(g) // 2 for g, a, b in zip(grids, low, high, strict=True))
        ends = [
            (float(g[max(a - 1, 0)]), float(g[min(b + 1, len(g) - 1)]))
            for g, a, b in zip(grids, low, high, strict=True)
        ]
        points = FINE if wide else COARSE
        grids = [np.linspace(*side, points if side[1] > side[0] else 1) for side in ends]
        if wide:
            break
    found = np.array([[way(a, b) for b in grids[1]] for a in grids[0]])
    dense = [np.linspace(g[0], g[-1], DENSE if len(g) > 1 else 1) for g in grids]
    layers = [_interpolate(grids, found[:, :, k], dense) for k in range(found.shape[2])]
    one, two = np.meshgrid(*dense, indexing="ij")
    return Region(one, two, layers[0] - layers[0].min(), tuple(layers[1:]), cut, box)


def _interpolate(grids: Sequence[Floats], values: Floats, dense: Sequence[Floats]) -> Floats:
    """Interpolate by cubic splines, along one side only where the other has one point."""
    if len(grids[0]) > 1 and len(grids[1]) > 1:
        return np.asarray(RectBivariateSpline(grids[0], grids[1], values)(dense[0], dense[1]))
    if len(grids[0]) == 1 and len(grids[1]) == 1:
        return values
    side = 0 if len(grids[0]) > 1 else 1
    twice = np.column_stack([values.ravel()] * 4)
    line = np.asarray(RectBivariateSpline(grids[side], np.arange(4.0), twice)(dense[side], [0.0]))
    return line if side == 0 else line.T
