"""What the data can say against the assumptions; none of it can say that they hold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri
from scipy.stats import chi2, norm

from rareaccess.measures.eligibility.cells import share_groups
from rareaccess.measures.eligibility.draws import find_centre
from rareaccess.measures.eligibility.pooling import MIDDLE, find_heterogeneity, weigh_anchors
from rareaccess.measures.eligibility.regressions import Estimates, fit_feature, stack_scores
from rareaccess.measures.eligibility.slopes import find_slopes, find_upper
from rareaccess.measures.eligibility.trait import find_place, find_threshold, make_trait_view
from rareaccess.measures.tidy import NAN, Floats, find_quantile, make_blank, make_row

__all__ = [
    "FEWEST_TREATED",
    "check_control",
    "check_invariance",
    "check_proportionality",
    "measure_strength",
]

FEWEST_TREATED = 5
"""Treated in a group, below which no slope of its own is estimated."""

STEP = 1e-4
FEW = "not given: fewer than five treated in a compared group"
NEVER = "not given: the treated of a compared group never have one of the anchors"


def measure_strength(estimates: Estimates) -> pd.DataFrame:
    """Strength z of each anchor: the slope of the treated over its error.

    The least of them counts: an anchor that the treated do not have more often says nothing.

    Returns
    -------
    DataFrame
        `anchor`, the standard columns (`value`: the slope, log rate ratio or probit), `z`.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, _ = fit_example()
    >>> measure_strength(estimates)[["anchor", "z"]].round(0).values.tolist()
    [['flares', 19.0], ['organs', 16.0]]
    """
    z, rows = find_quantile(0.95), []
    errors = np.sqrt(np.diag(estimates.covariance)[estimates.layout.slopes])
    events = estimates.cells.sums.sum(axis=0)[1:]
    for j, name in enumerate(estimates.cells.roles.anchors):
        value, error = estimates.slopes[j], errors[j]
        row = make_row(
            value, value - z * error, value + z * error, confidence=0.95,
            method="sandwich of stacked scores", n=events[j],
        )  # fmt: skip
        rows.append({"anchor": name, **row, "z": value / error})
    return pd.DataFrame(rows)


def check_proportionality(
    estimates: Estimates, *, prevalence: tuple[float, float], reference: object
) -> pd.DataFrame:
    """Test whether the anchors say the same of each contrast, at ω = 0 and τ = 0.

    Q is the sum of weighted squares of δ_j about their mean, χ² with J − 1 degrees of freedom if
    they do. It sees one anchor that is wrong. It cannot see that all are wrong alike.

    Returns
    -------
    DataFrame
        `group`, `reference`, the standard columns (`value`: Q), `p`.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, _ = fit_example()
    >>> found = check_proportionality(estimates, prevalence=(0.08, 0.2), reference="b")
    >>> found[["group", "value", "p"]].round(2).values.tolist()
    [['a', 1.95, 0.16]]
    """
    groups = estimates.cells.groups
    pools = weigh_anchors(
        make_trait_view(estimates), estimates, centre=find_centre(prevalence), omega=0.0,
        control=False, gamma=np.zeros(len(groups)),
    )  # fmt: skip
    base, anchors, rows = find_place(groups, reference), estimates.layout.anchors, []
    for place, group in enumerate(groups):
        if place == base:
            continue
        pool = pools[min(place, base), max(place, base)]
        q = find_heterogeneity(pool.values, pool.covariance)[0]
        row = make_row(q, NAN, NAN, confidence=NAN, method="chi-squared of anchors", n=anchors)
        p = float(chi2.sf(q, anchors - 1))
        rows.append({"group": group, "reference": reference, **row, "p": p})
    return pd.DataFrame(rows)


def check_control(estimates: Estimates, *, reference: object) -> pd.DataFrame:
    """Test whether the negative control differs between groups, as it should not.

    Returns
    -------
    DataFrame
        `group`, `reference`, the standard columns (`value`: rate ratio of the control), `p`.

    Raises
    ------
    UserError
        No control was declared.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, _ = fit_example()
    >>> found = check_control(estimates, reference="b")
    >>> found[["group", "value", "lower", "upper"]].round(2).values.tolist()
    [['a', 1.01, 0.95, 1.07]]
    """
    groups, z, rows = estimates.cells.groups, find_quantile(0.95), []
    control = estimates.require_control()
    base, start = find_place(groups, reference), estimates.layout.controls.start
    events = estimates.cells.total(estimates.layout.anchors + 1)
    for place, group in enumerate(groups):
        if place == base:
            continue
        pick = np.zeros(estimates.layout.size)
        pick[start + place], pick[start + base] = 1.0, -1.0
        value, error = control[place] - control[base], np.sqrt(pick @ estimates.covariance @ pick)
        row = make_row(
            *np.exp([value, value - z * error, value + z * error]), confidence=0.95,
            method="Poisson regression, sandwich", n=events[place],
        )  # fmt: skip
        p = float(2 * norm.sf(abs(value) / error))
        rows.append({"group": group, "reference": reference, **row, "p": p})
    return pd.DataFrame(rows)


def check_invariance(
    estimates: Estimates, *, prevalence: tuple[float, float], reference: object,
    compared: Sequence[object] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Test whether the slope of the treated differs between two groups as the model predicts.

    Where more are eligible the threshold lies lower, so the treated stand out less. With c − δ_g
    as the threshold of a group, each anchor has a predicted difference in slope; the difference
    from it, over all J anchors, is χ² with J degrees of freedom. It sees selection for treatment on
    an anchor in one group.

    Returns
    -------
    DataFrame
        `group`, `reference`, the standard columns (`value`: χ²), `p`.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, _ = fit_example()
    >>> found = check_invariance(estimates, prevalence=(0.08, 0.2), reference="b")
    >>> found[["group", "value", "p"]].round(2).values.tolist()
    [['a', 0.47, 0.79]]
    """
    groups, anchors = estimates.cells.groups, estimates.layout.anchors
    base, treated = find_place(groups, reference), estimates.cells.total(0)
    slopes, covariance = _fit_each(estimates)
    rows = []
    for place, group in enumerate(groups):
        if place == base or (compared is not None and group not in compared):
            continue
        own: dict[str, Any] = {"confidence": NAN, "method": "chi-squared of slopes", "n": anchors}
        few = min(treated[place], treated[base]) < FEWEST_TREATED
        if few or np.isnan(slopes[:, [place, base]]).any():
            row = {**make_blank(note=FEW if few else NEVER, **own), "p": NAN}
        else:
            q = _compare(estimates, slopes, covariance, place, base, find_centre(prevalence))
            row = {**make_row(q, NAN, NAN, **own), "p": float(chi2.sf(q, anchors))}
        rows.append({"group": group, "reference": reference, **row})
    return pd.DataFrame(rows)


def _fit_each(estimates: Estimates) -> tuple[Floats, Floats]:
    """Return the slopes of the treated in each group, (J, G), and the covariance after all else."""
    cells, layout = estimates.cells, estimates.layout
    slopes, parts = np.empty((layout.anchors, layout.groups)), list(estimates.parts)
    for j, kind in enumerate(cells.roles.kinds):
        fit = fit_feature(cells, j + 1, kind=kind, slopes="each")
        kept = slice(layout.groups, 2 * layout.groups)
        start = layout.size + j * layout.groups
        part = type(fit)(fit.coefficients[kept], fit.influence[kept], fit.fitted)
        parts.append((slice(start, start + layout.groups), j + 1, part))
        slopes[j] = part.coefficients
    size = layout.size + layout.anchors * layout.groups
    return slopes, stack_scores(cells, parts, size)


def _compare(
    estimates: Estimates, slopes: Floats, covariance: Floats, place: int, base: int, centre: float
) -> float:
    """Return χ² of the observed against the predicted difference in slopes of two groups."""
    layout = estimates.layout
    weights = weigh_anchors(
        make_trait_view(estimates), estimates, centre=centre, omega=0.0, control=False,
        gamma=np.zeros(layout.groups),
    )[min(place, base), max(place, base)].weights  # fmt: skip
    shares = share_groups(estimates.cells)

    def predict(vector: Floats) -> Floats:
        shifts = vector[layout.shifts].reshape(layout.anchors, layout.groups)
        own = _predict_slopes(estimates, shifts, vector[layout.slopes], weights, shares, centre)
        return own[:, place] - own[:, base]

    vector = estimates.vector
    used = [*range(layout.shifts.start, layout.shifts.stop),
            *range(layout.slopes.start, layout.slopes.stop)]  # fmt: skip
    jacobian = np.zeros((layout.anchors, len(covariance)))
    for k in used:
        step = np.zeros_like(vector)
        step[k] = STEP
        jacobian[:, k] = -(predict(vector + step) - predict(vector - step)) / (2 * STEP)
    for j in range(layout.anchors):
        start = layout.size + j * layout.groups
        jacobian[j, start + place], jacobian[j, start + base] = 1.0, -1.0
    apart = slopes[:, place] - slopes[:, base] - predict(np.nan_to_num(vector))
    return float(apart @ np.linalg.solve(jacobian @ covariance @ jacobian.T, apart))


def _predict_slopes(
    estimates: Estimates, shifts: Floats, treated: Floats, weights: Floats, shares: Floats,
    centre: float,
) -> Floats:  # fmt: skip
    """Return the slope of the treated that the model expects in each group, shape (J, G)."""
    kinds, intercepts = estimates.cells.roles.kinds, estimates.intercepts
    prevalence = np.array([centre])
    loadings = find_slopes(treated[None], prevalence, kinds, intercepts)[0]
    levels = weights @ (MIDDLE * shifts / loadings[:, None])
    cut = find_threshold(levels[None], shares, prevalence)[0] - levels  # (G,)
    own, found = ndtr(-cut), np.empty_like(shifts)
    for j, kind in enumerate(kinds):
        if kind == "count":
            found[j] = np.log(ndtr(loadings[j] - cut) / own)
        else:
            line = intercepts[j] + shifts[j] - shifts[j] @ shares
            angle = np.full_like(cut, np.arcsin(loadings[j]))
            found[j] = ndtri(find_upper(line, -cut, angle)[0] / own) - line
    return found
