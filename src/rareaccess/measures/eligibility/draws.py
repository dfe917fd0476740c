"""What is not known, drawn once: coefficients, prevalence, drift and direct effects.

All views and all sensitivities use one set of draws, so that they differ by what is assumed and
not by chance. Effects of groups are drawn for all groups, so that no group is special.
"""

from dataclasses import dataclass

import numpy as np

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.cells import share_treated
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.roles import check_prevalence, require_anchors
from rareaccess.measures.eligibility.slopes import SCALES
from rareaccess.measures.tidy import NAN, Floats

__all__ = ["DRAWS", "DRIFT", "SEED", "Draws", "draw_unknowns", "find_centre"]

SEED = 2008
"""Seed of the draws; the year of Elkan and Noto, whose assumption is not made here."""

DRAWS = 4_000
"""The least number of draws: with 800 the ends of an interval move by 0.04."""

DRIFT = (0.8, 1.0)
"""Range of κ, the correlation of activity in the look-back with activity at treatment."""


@dataclass(frozen=True)
class Draws:
    """n draws of everything that an estimate needs; G groups, J anchors.

    Parameters
    ----------
    naive, shifts, slopes
        Log ratios of the treated (n, G), shifts of the anchors (n, J, G), slopes (n, J).
    control
        Shifts of the negative control (n, G), or None.
    prevalence, drift
        π and κ, shape (n,).
    direct
        Direct effects of groups on anchors at ω = 1, shape (n, J, G): a contrast of two groups has
        the standard deviation 1.
    spread
        Standard normals for the heterogeneity of anchors, shape (n, J, G, G): of the first group
        over the second where the first comes before, else 0.
    """

    naive: Floats
    shifts: Floats
    slopes: Floats
    control: Floats | None
    prevalence: Floats
    drift: Floats
    direct: Floats
    spread: Floats

    def adjust(self, estimates: Estimates, *, omega: float, control: bool, gamma: Floats) -> Floats:
        """Return shifts with direct effects taken out, shape (n, J, G).

        Parameters
        ----------
        omega
            Standard deviation of the direct effect of a contrast, as a log rate.
        control
            Whether the shift of the negative control is taken from each anchor.
        gamma
            A shift of all anchors, in each group, as a log rate, shape (G,).
        """
        taken = omega * self.direct + gamma
        if control:
            estimates.require_control()
            taken = taken + np.asarray(self.control)[:, None, :]
        scales = np.array([SCALES[kind] for kind in estimates.cells.roles.kinds])
        return self.shifts - scales[:, None] * taken


def find_centre(prevalence: tuple[float, float]) -> float:
    """Return the middle of a range of prevalence on the log scale.

    Examples
    --------
    >>> round(find_centre((0.08, 0.20)), 4)
    0.1265
    """
    return float(np.sqrt(prevalence[0] * prevalence[1]))


def draw_unknowns(
    estimates: Estimates, *, prevalence: tuple[float, float], draws: int = DRAWS, seed: int = SEED
) -> Draws:
    """Draw coefficients from their joint normal, and what records do not say from its range.

    Parameters
    ----------
    prevalence
        Range of the share eligible at the ages and sexes of the treated; π is log-uniform on it.
        Two equal ends fix it.

    Raises
    ------
    UserError
        Fewer than two anchors, too few draws, or a range that cannot be.

    Examples
    --------
    >>> import pandas as pd
    >>> from rareaccess.measures.eligibility.cells import build_cells
    >>> from rareaccess.measures.eligibility.regressions import fit_all
    >>> from rareaccess.measures.eligibility.roles import Roles
    >>> people = pd.DataFrame({"group": ["a", "b"] * 40, "age": 30, "sex": "f", "x": 1,
    ...                        "treated": [0, 0, 0, 1, 1] * 16, "y": [1, 2, 1, 4] * 20})
    >>> estimates = fit_all(build_cells(people, Roles({"x": "count", "y": "count"})))
    >>> drawn = draw_unknowns(estimates, prevalence=(0.5, 0.6))
    >>> drawn.naive.shape, drawn.shifts.shape, bool(drawn.prevalence.min() > 0.5)
    ((4000, 2), (4000, 2, 2), True)
    """
    require_anchors(estimates.cells.roles)
    if prevalence[0] != prevalence[1]:
        check_prevalence(prevalence, treated=share_treated(estimates.cells))
    if draws < DRAWS:
        raise UserError(
            "There are too few draws.", where="draws", found=str(draws),
            expected=f"{DRAWS} or more",
        )  # fmt: skip
    layout, rng = estimates.layout, np.random.default_rng(seed)
    groups, anchors = layout.groups, layout.anchors
    values, vectors = np.linalg.eigh(estimates.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    centre = np.nan_to_num(estimates.vector)
    drawn = centre + rng.standard_normal((draws, layout.size)) @ root.T
    naive = drawn[:, layout.naive]
    naive[:, np.isnan(estimates.naive)] = NAN
    low, high = np.log(prevalence)
    first, second = np.triu_indices(groups, 1)
    spread = np.zeros((draws, anchors, groups, groups))
    spread[:, :, first, second] = rng.standard_normal((draws, anchors, len(first)))
    return Draws(
        naive=naive,
        shifts=drawn[:, layout.shifts].reshape(draws, anchors, groups),
        slopes=drawn[:, layout.slopes],
        control=drawn[:, layout.controls] if layout.control else None,
        prevalence=np.exp(rng.uniform(low, high, draws)),
        drift=rng.uniform(*DRIFT, draws),
        direct=rng.standard_normal((draws, anchors, groups)) / np.sqrt(2),
        spread=spread,
    )
