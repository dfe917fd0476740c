"""TRAIT: need ratios from anchors of a bell-shaped activity, and the ratio among the eligible."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_ndtr, ndtr, ndtri

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.cells import share_groups
from rareaccess.measures.eligibility.draws import DRAWS, Draws, find_centre
from rareaccess.measures.eligibility.pooling import Pool, View, pool_anchors
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.slopes import find_slopes
from rareaccess.measures.tidy import (
    NAN,
    Floats,
    check_confidence,
    make_blank,
    make_row,
)

__all__ = [
    "OMEGA",
    "Contrasts",
    "estimate_trait",
    "find_place",
    "find_threshold",
    "make_trait_view",
    "summarise_contrasts",
]

OMEGA = 0.05
"""Standard deviation of a direct effect of the group on an anchor, as a log rate."""

STEPS, CLOSE = 60, 1e-9
NOBODY = "not given: a compared group has nobody treated"
NOT_COMPARED = "not given: the group was not among those to compare"


@dataclass(frozen=True)
class Contrasts:
    """Draws of the ratios of each group against a reference.

    Parameters
    ----------
    treatment
        Log ratio of treatment among the eligible, shape (n, G); 0 for the reference.
    need
        Log ratio of the shares eligible, shape (n, G).
    pairs
        Pooled differences in activity of each pair, shape (n, G, G).
    pools
        Weights and heterogeneity of each pair of places.
    """

    treatment: Floats
    need: Floats
    pairs: Floats
    pools: dict[tuple[int, int], Pool]


def find_place(groups: tuple[object, ...], group: object) -> int:
    """Return the place of a group.

    Raises
    ------
    UserError
        There is no such group.

    Examples
    --------
    >>> find_place(("a", "b"), "b")
    1
    """
    if group not in groups:
        raise UserError(
            "The group that others are compared with is not there.", where="reference",
            found=repr(group), expected="one of " + ", ".join(map(str, groups)),
        )  # fmt: skip
    return groups.index(group)


def find_threshold(levels: Floats, shares: Floats, prevalence: Floats) -> Floats:
    """Return c with Σ w Φ(δ − c) = π, for each draw: Newton steps inside a bracket.

    Parameters
    ----------
    levels
        δ, shape (n, G).
    shares
        w, the shares of the groups, shape (G,), of sum one.
    prevalence
        π, shape (n,).

    Examples
    --------
    >>> levels = np.array([[0.5, 0.0]])
    >>> c = find_threshold(levels, np.array([0.5, 0.5]), np.array([0.1]))
    >>> (0.5 * ndtr(levels - c[:, None])).sum().round(9)
    np.float64(0.1)
    """
    start, goal = ndtri(1 - prevalence), np.log(prevalence)
    low, high = start + levels.min(axis=1), start + levels.max(axis=1)
    cut = start + levels @ shares
    for _ in range(STEPS):
        away = levels - cut[:, None]
        share = np.maximum(ndtr(away) @ shares, 1e-300)
        density = np.maximum(np.exp(-0.5 * away**2) @ shares / np.sqrt(2 * np.pi), 1e-300)
        low, high = np.where(share > prevalence, cut, low), np.where(share > prevalence, high, cut)
        step = (np.log(share) - goal) * share / density
        inside = (cut + step >= low) & (cut + step <= high)
        cut = np.where(inside, cut + step, (low + high) / 2)
        if np.abs(step).max() < CLOSE:
            break
    return cut


def make_trait_view(estimates: Estimates) -> View:
    """Return the levels of activity that each anchor sees: δ = κ L/B.

    Drawn slopes are solved for once, and used again while the same draws come.
    """
    kinds, intercepts = estimates.cells.roles.kinds, estimates.intercepts
    known: list[tuple[Floats, Floats, Floats]] = []

    def view(shifts: Floats, treated: Floats, prevalence: Floats, drift: Floats) -> Floats:
        if not (known and known[0][0] is treated and known[0][1] is prevalence):
            found = find_slopes(treated, prevalence, kinds, intercepts)
            if len(treated) < DRAWS:
                return np.asarray(drift[:, None, None] * shifts / found[:, :, None])
            known[:] = [(treated, prevalence, found)]
        return np.asarray(drift[:, None, None] * shifts / known[0][2][:, :, None])

    return view


def estimate_trait(
    estimates: Estimates, draws: Draws, *, prevalence: tuple[float, float], reference: object,
    compared: Sequence[object] | None = None, omega: float = OMEGA, control: bool = False,
    gamma: float = 0.0, view: View | None = None,
) -> Contrasts:  # fmt: skip
    """Need ratios and the ratio of treatment among the eligible, for a bell-shaped activity.

    log RR = N − log ρ, ρ = Φ(δ − c)/Φ(δ_ref − c), with c from Σ w Φ(δ − c) = π over all groups. In
    each contrast its two groups stand half their difference above and below their middle, and the
    others where both say, so that swapping the two turns the sign and changes nothing else.

    Parameters
    ----------
    prevalence
        The range from which `draws` were made: weights are found at its middle.
    reference, compared
        The group that others are compared with, and those others; all by default.
    omega
        Standard deviation of the direct effect of a contrast on an anchor, as a log rate.
    control
        Whether the shift of the negative control is taken from every anchor.
    gamma
        A shift of all anchors in the compared group over the reference that is not need, log rate.
    view
        That of `make_trait_view`, if it is used several times.

    Returns
    -------
    Contrasts
        Missing for groups that are not compared, or have nobody treated.

    Notes
    -----
    It rests on anchors that are recorded alike in all groups at equal activity, with equal slopes,
    equal spread of activity and equal drift. If all anchors are wrong alike, no test sees it.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> found = estimate_trait(estimates, draws, **asked)
    >>> np.exp(np.quantile(found.treatment[:, 0], [0.5, 0.025, 0.975])).round(1).tolist()
    [1.0, 0.7, 1.4]
    """
    layout = estimates.layout
    groups, centre = estimates.cells.groups, find_centre(prevalence)
    base = find_place(groups, reference)
    wanted = [find_place(groups, name) for name in (groups if compared is None else compared)]
    view = view or make_trait_view(estimates)
    shares = share_groups(estimates.cells)
    treatment = np.full((len(draws.prevalence), layout.groups), NAN)
    need = treatment.copy()
    treatment[:, base] = need[:, base] = 0.0
    shift, last = np.zeros(layout.groups), None
    for place in wanted:
        if place == base:
            continue
        if gamma:
            shift = np.zeros(layout.groups)
            shift[place], shift[base] = gamma / 2, -gamma / 2
        if last is None or gamma:
            last = pool_anchors(
                view, estimates, draws, centre=centre, omega=omega, control=control, gamma=shift
            )
        pairs = last[0]
        levels = (pairs[:, :, place] + pairs[:, :, base]) / 2
        cut = find_threshold(levels, shares, draws.prevalence)
        need[:, place] = log_ndtr(levels[:, place] - cut) - log_ndtr(levels[:, base] - cut)
        treatment[:, place] = draws.naive[:, place] - draws.naive[:, base] - need[:, place]
    if last is None:
        last = pool_anchors(
            view, estimates, draws, centre=centre, omega=omega, control=control, gamma=shift
        )
    return Contrasts(treatment, need, *last)


def summarise_contrasts(
    log_ratios: Floats, estimates: Estimates, *, reference: object, method: str,
    confidence: float = 0.95, note: str = "",
) -> pd.DataFrame:  # fmt: skip
    """Return the median of each group's ratio and its limits, as a tidy frame.

    Parameters
    ----------
    log_ratios
        Shape (n, G); missing for a group that is not compared.

    Returns
    -------
    DataFrame
        One row a group but the reference: `group`, `reference`, the standard columns; `n` is the
        treated of the group.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> need = estimate_trait(estimates, draws, **asked).need
    >>> tidy = summarise_contrasts(need, estimates, reference="b", method="TRAIT")
    >>> tidy[["group", "reference", "value", "lower", "upper"]].round(1).values.tolist()
    [['a', 'b', 1.8, 1.4, 2.6]]
    """
    groups, treated = estimates.cells.groups, estimates.cells.total(0)
    tail, rows = (1 - check_confidence(confidence)) / 2, []
    base = find_place(groups, reference)
    for place, group in enumerate(groups):
        if place == base:
            continue
        own: dict[str, Any] = {"confidence": confidence, "n": treated[place], "method": method}
        drawn = log_ratios[:, place]
        if np.isnan(drawn).all():
            why = NOBODY if min(treated[place], treated[base]) == 0 else NOT_COMPARED
            row = make_blank(note=why, **own)
        else:
            low, middle, high = np.exp(np.quantile(drawn, [tail, 0.5, 1 - tail]))
            row = make_row(middle, low, high, note=note, **own)
        rows.append({"group": group, "reference": reference, **row})
    return pd.DataFrame(rows)
