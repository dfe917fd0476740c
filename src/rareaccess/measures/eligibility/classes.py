"""CLASS, the second view: two classes of people instead of a bell-shaped activity.

If activity is bell-shaped CLASS corrects two to three times too much, and if there are two classes
TRAIT corrects too little. Records cannot tell which, so their union is given beside both.

Choices: direct effects with the same ω and heterogeneity τ² as in TRAIT, pooling of log ρ over the
anchors with the weights C⁻¹1, and no drift, since a class is taken to last.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from rareaccess.measures.eligibility.cells import share_groups
from rareaccess.measures.eligibility.draws import Draws, find_centre
from rareaccess.measures.eligibility.pooling import View, pool_anchors
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import OMEGA, Contrasts, find_place
from rareaccess.measures.tidy import NAN, Floats

__all__ = ["LEAST_MORE", "LEAST_SHARE", "estimate_class", "make_class_view"]

LEAST_MORE = 0.05
"""The least by which an anchor may be more common among the treated, so that no ratio turns."""

LEAST_SHARE = 0.05
"""The least share eligible of a group, as a part of that of the cohort: a share is above zero."""


def make_class_view(estimates: Estimates) -> View:
    """Return the log share eligible of each group that each anchor sees.

    With m the mean of an anchor, at the ages and sexes of the treated, and M that of the treated
    over that of the cohort: π_g = π + (1 − π)(m_g/m − 1)/(M − 1). Their mean over all groups is π,
    so that no group is the reference.
    """
    shares = share_groups(estimates.cells)
    binary = np.array([kind == "binary" for kind in estimates.cells.roles.kinds])
    intercepts = np.nan_to_num(estimates.intercepts)

    def view(shifts: Floats, treated: Floats, prevalence: Floats, drift: Floats) -> Floats:
        away = shifts - (shifts @ shares)[:, :, None]
        means = np.where(
            binary[:, None], ndtr(intercepts[:, None] + away), np.exp(np.clip(away, -20, 20))
        )
        means = means / (means @ shares)[:, :, None]
        more = np.where(binary, ndtr(intercepts + treated) / ndtr(intercepts), np.exp(treated))
        ratio = (means - 1) / np.maximum(more - 1, LEAST_MORE)[:, :, None]
        pi = prevalence[:, None, None]
        return np.asarray(np.log(np.clip(pi + (1 - pi) * ratio, LEAST_SHARE * pi, 1.0)))

    return view


def estimate_class(
    estimates: Estimates, draws: Draws, *, prevalence: tuple[float, float], reference: object,
    compared: Sequence[object] | None = None, omega: float = OMEGA,
) -> Contrasts:  # fmt: skip
    """Need ratios and the ratio of treatment among the eligible, if there are two classes.

    Parameters
    ----------
    prevalence, reference, compared, omega
        As in `estimate_trait`.

    Notes
    -----
    A view that shows what the form of activity matters. It is not a better estimate.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> found = estimate_class(estimates, draws, **asked)  # activity is bell-shaped: too much
    >>> float(np.exp(np.median(found.treatment[:, 0])).round(1))
    0.4
    """
    groups = estimates.cells.groups
    base = find_place(groups, reference)
    wanted = [find_place(groups, name) for name in (groups if compared is None else compared)]
    pairs, pools = pool_anchors(
        make_class_view(estimates), estimates, draws, centre=find_centre(prevalence), omega=omega,
        control=False, gamma=np.zeros(len(groups)),
    )  # fmt: skip
    kept = np.isin(np.arange(len(groups)), [*wanted, base])
    need = np.where(kept, pairs[:, :, base], NAN)
    treatment = draws.naive - draws.naive[:, [base]] - need
    return Contrasts(treatment, need, pairs, pools)
