"""Anchors pooled to one number for each pair of groups, by precision and with what they disagree.

A pair of groups is never a matter of which group is the reference: the number of the second over
the first is that of the first over the second with its sign turned.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rareaccess.measures.eligibility.draws import Draws
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.slopes import SCALES
from rareaccess.measures.tidy import Floats

__all__ = [
    "MIDDLE",
    "Pool",
    "View",
    "find_heterogeneity",
    "pool_anchors",
    "weigh_anchors",
    "weigh_pair",
]

View = Callable[[Floats, Floats, Floats, Floats], Floats]
"""Levels of need that each anchor sees, (n, J, G).

They are made of shifts (n, J, G), slopes of the treated (n, J), π (n,) and κ (n,).
"""

MIDDLE = 0.9
"""κ at which weights are found."""

STEP = 1e-4


@dataclass(frozen=True)
class Pool:
    """What the anchors say of one pair, at the point estimates.

    Parameters
    ----------
    weights
        Weight of each anchor, shape (J,), of sum one.
    tau
        Standard deviation of what anchors differ by beyond chance and direct effects.
    values
        What each anchor says, shape (J,).
    covariance
        Of `values`, by the delta method, sampling alone.
    """

    weights: Floats
    tau: float
    values: Floats
    covariance: Floats


def find_heterogeneity(values: Floats, covariance: Floats) -> tuple[float, float]:
    """Return Q, the weighted squares about the mean, and the variance τ² by moments.

    Q = y′My with M = C⁻¹ − C⁻¹11′C⁻¹/(1′C⁻¹1); its mean is J − 1 + τ² tr M. For independent values
    that is the estimate of DerSimonian and Laird.

    References
    ----------
    DerSimonian and Laird (1986), Meta-analysis in clinical trials, Controlled Clin Trials 7:177.

    Examples
    --------
    >>> q, tau2 = find_heterogeneity(np.array([0.0, 2.0]), np.eye(2))
    >>> round(q, 6), round(tau2, 6)  # about the mean of 1: 1 + 1, and (2 - 1)/1
    (2.0, 1.0)
    """
    inverse = _invert(covariance)
    toward = inverse.sum(axis=1)
    middle = inverse - np.outer(toward, toward) / toward.sum()
    q, trace = float(values @ middle @ values), float(np.trace(middle))
    return q, max(0.0, (q - (len(values) - 1)) / trace) if trace > 0 else 0.0


def _invert(covariance: Floats) -> Floats:
    """Return the inverse; of two anchors that are the same, each counts half."""
    return np.asarray(np.linalg.pinv(covariance, rcond=1e-10, hermitian=True))


def weigh_pair(values: Floats, sampling: Floats, direct: Floats) -> Pool:
    """Return the weights C⁻¹1 of the anchors, C of sampling, direct effects and heterogeneity.

    Parameters
    ----------
    values, sampling
        What each anchor says and its covariance, shapes (J,) and (J, J).
    direct
        Variance of each anchor from direct effects, shape (J,).

    Examples
    --------
    >>> weigh_pair(np.array([0.3, 0.3]), np.diag([1.0, 3.0]), np.zeros(2)).weights.round(9).tolist()
    [0.75, 0.25]
    """
    known = sampling + np.diag(direct)
    tau2 = find_heterogeneity(values, known)[1]
    weights = _invert(known + tau2 * np.eye(len(values))).sum(axis=1)
    return Pool(weights / weights.sum(), float(np.sqrt(tau2)), values, sampling)


def weigh_anchors(
    view: View, estimates: Estimates, *, centre: float, omega: float, control: bool, gamma: Floats
) -> dict[tuple[int, int], Pool]:
    """Weigh the anchors for each pair of groups, at the point estimates.

    Parameters
    ----------
    view
        What an anchor says of the levels of need.
    centre
        π at which weights are found.
    omega, control, gamma
        See `Draws.adjust`.

    Returns
    -------
    dict
        By the places of the two groups, the smaller first.
    """
    groups = estimates.layout.groups
    point, slopes_by_shift, slopes_by_treated = _differentiate(
        view, estimates, centre=centre, control=control, gamma=gamma
    )
    scales = np.array([SCALES[kind] for kind in estimates.cells.roles.kinds])
    pools = {}
    for first in range(groups):
        for second in range(first + 1, groups):
            by_shift = slopes_by_shift[:, first] - slopes_by_shift[:, second]  # (J, G)
            by_treated = slopes_by_treated[:, first] - slopes_by_treated[:, second]  # (J,)
            jacobian = _place(estimates, by_shift, by_treated, scales, control=control)
            pools[first, second] = weigh_pair(
                point[:, first] - point[:, second],
                jacobian @ estimates.covariance @ jacobian.T,
                (omega * scales) ** 2 * (by_shift**2).sum(axis=1) / 2,
            )
    return pools


def pool_anchors(
    view: View, estimates: Estimates, draws: Draws, *, centre: float, omega: float, control: bool,
    gamma: Floats,
) -> tuple[Floats, dict[tuple[int, int], Pool]]:  # fmt: skip
    """Pool what the anchors say of each pair of groups.

    Parameters
    ----------
    view, centre, omega, control, gamma
        As in `weigh_anchors`.

    Returns
    -------
    tuple
        The pooled level of the first group over the second in each draw, shape (n, G, G),
        antisymmetric; and the weights of each pair of places.
    """
    levels = view(
        draws.adjust(estimates, omega=omega, control=control, gamma=gamma),
        draws.slopes, draws.prevalence, draws.drift,
    )  # fmt: skip
    pools = weigh_anchors(view, estimates, centre=centre, omega=omega, control=control, gamma=gamma)
    groups = estimates.layout.groups
    pooled = np.zeros((len(levels), groups, groups))
    for (first, second), pool in pools.items():
        said = levels[:, :, first] - levels[:, :, second]
        said = said + pool.tau * draws.spread[:, :, first, second]
        pooled[:, first, second] = said @ pool.weights
        pooled[:, second, first] = -pooled[:, first, second]
    return pooled, pools


def _differentiate(
    view: View, estimates: Estimates, *, centre: float, control: bool, gamma: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the levels at the point estimates (J, G), and their slopes in shifts and slopes.

    The slope of the level of group g in the shift of group h is [:, g, h]; that in D is [:, g].
    """
    groups, anchors = estimates.layout.groups, estimates.layout.anchors
    scales = np.array([SCALES[kind] for kind in estimates.cells.roles.kinds])
    base = estimates.shifts - scales[:, None] * gamma
    if control:
        base = base - scales[:, None] * estimates.require_control()
    count = 1 + 2 * (groups + 1)
    shifts, slopes = np.tile(base, (count, 1, 1)), np.tile(estimates.slopes, (count, 1))
    for g in range(groups):
        shifts[1 + 2 * g, :, g] += STEP
        shifts[2 + 2 * g, :, g] -= STEP
    slopes[-2] += STEP
    slopes[-1] -= STEP
    levels = view(shifts, slopes, np.full(count, centre), np.full(count, MIDDLE))
    by_shift = np.empty((anchors, groups, groups))
    for g in range(groups):
        by_shift[:, :, g] = (levels[1 + 2 * g] - levels[2 + 2 * g]) / (2 * STEP)
    return levels[0], by_shift, (levels[-2] - levels[-1]) / (2 * STEP)


def _place(
    estimates: Estimates, by_shift: Floats, by_treated: Floats, scales: Floats, *, control: bool
) -> Floats:
    """Return the Jacobian of the anchors' values in all coefficients, shape (J, K)."""
    layout = estimates.layout
    jacobian = np.zeros((layout.anchors, layout.size))
    for j in range(layout.anchors):
        start = layout.shifts.start + j * layout.groups
        jacobian[j, start : start + layout.groups] = by_shift[j]
        jacobian[j, layout.slopes.start + j] = by_treated[j]
        if control:
            jacobian[j, layout.controls] = -scales[j] * by_shift[j]
    return jacobian
