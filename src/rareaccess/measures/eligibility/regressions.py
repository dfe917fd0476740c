"""Poisson and probit regressions of treatment and of each feature, with one covariance for all.

The coefficients of one person's features vary together. Their joint covariance is the sandwich of
the stacked scores, whose middle needs only sums and cross-products over cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.cells import Cells, check_usable
from rareaccess.measures.eligibility.models import Fit, fit_model
from rareaccess.measures.tidy import NAN, Floats

__all__ = [
    "Estimates",
    "Layout",
    "Part",
    "fit_all",
    "fit_feature",
    "stack_scores",
]


@dataclass(frozen=True)
class Layout:
    """Where the coefficients stand: G groups, J anchors, a control or none.

    Examples
    --------
    >>> layout = Layout(groups=2, anchors=3, control=True)
    >>> layout.size, layout.naive, layout.slopes
    (13, slice(0, 2, None), slice(10, 13, None))
    """

    groups: int
    anchors: int
    control: bool

    @property
    def naive(self) -> slice:
        """Log ratios of the treated, one a group."""
        return slice(0, self.groups)

    @property
    def shifts(self) -> slice:
        """Shifts of the anchors: all groups of the first, then of the next."""
        return slice(self.groups, self.groups * (1 + self.anchors))

    @property
    def controls(self) -> slice:
        """Shifts of the control."""
        start = self.groups * (1 + self.anchors)
        return slice(start, start + self.groups * self.control)

    @property
    def slopes(self) -> slice:
        """Slopes of the treated, one an anchor."""
        return slice(self.controls.stop, self.size)

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return self.groups * (1 + self.anchors + self.control) + self.anchors


Part = tuple[slice, int, Fit]


@dataclass(frozen=True)
class Estimates:
    """What the regressions give: group effects against the first group, and slopes.

    Parameters
    ----------
    naive
        Log ratio of the treated from the landmark on, shape (G,); missing for a group without any.
    shifts
        Shift of each anchor, shape (J, G): log ratio of a count, probit of a flag.
    control
        Shift of the negative control, shape (G,), or None.
    slopes
        Slope of the treated in each anchor, shape (J,), on the same scales.
    intercepts
        Probit of the mean of each binary anchor in the cohort, shape (J,); missing for counts.
    covariance
        Of all these together, shape (K, K), where `layout` says; zero for the first group.
    parts
        Each regression: where its coefficients stand, the place of its feature, and the fit.
    """

    cells: Cells
    layout: Layout
    naive: Floats
    shifts: Floats
    control: Floats | None
    slopes: Floats
    intercepts: Floats
    covariance: Floats
    parts: tuple[Part, ...]

    @property
    def vector(self) -> Floats:
        """All coefficients as `layout` places them."""
        control = [] if self.control is None else [self.control]
        return np.concatenate([self.naive, self.shifts.ravel(), *control, self.slopes])

    def require_control(self) -> Floats:
        """Return the shifts of the negative control.

        Raises
        ------
        UserError
            None was declared.
        """
        if self.control is None:
            raise UserError(
                "The roles declare no negative control.", where="roles", found="none",
                expected="a count of events that have nothing to do with the disease",
            )  # fmt: skip
        return self.control


def _dummies(codes: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
    levels = np.unique(codes)[1:]
    return np.asarray(codes[:, None] == levels, dtype=np.float64)


def fit_feature(cells: Cells, place: int, *, kind: str, slopes: str = "none") -> Fit:
    """Return the effects of the groups on a feature, and then the slopes of the treated.

    Levels of group, age and sex in which the outcome never occurs are left out: their mean is 0 in
    the limit. The effect of such a group is missing, and so is the slope of a group whose treated
    never have it.

    Parameters
    ----------
    place
        Of the feature among the sums: 0 for treatment itself.
    kind
        `count` or `binary`.
    slopes
        `none`, `one` for all groups together, or `each`: one for each group.

    Returns
    -------
    Fit
        Coefficients of shape (G,), (G + 1,) or (2G,); those of groups against the first group.
    """
    events, groups = cells.sums[:, place], len(cells.groups)
    used = np.ones(len(events), dtype=bool)
    crossed = [2 * cells.group + cells.treated] if slopes == "each" else []
    for codes in (cells.group, cells.age, cells.sex, *crossed):
        happened = np.bincount(codes, events)
        used &= happened[codes] > 0
        if kind == "binary":
            used &= happened[codes] < np.bincount(codes, cells.n)[codes]
    own = (cells.group[used, None] == np.arange(groups)).astype(float)
    flag = cells.treated[used, None].astype(float)
    slope = {"none": flag[:, :0], "one": flag, "each": own * flag}[slopes]
    design = np.hstack([own, slope, *(_dummies(codes[used]) for codes in (cells.age, cells.sex))])
    wanted = slice(0, groups + slope.shape[1])
    fit = fit_model(design, cells.n[used], events[used], kind=kind, wanted=wanted)
    influence, fitted = np.zeros((wanted.stop, len(used))), np.zeros(len(used))
    influence[:, used], fitted[used] = fit.influence, fit.fitted
    there = np.hstack([own, slope]).any(axis=0)
    effects, first = fit.coefficients.copy(), int(np.argmax(there))
    effects[:groups] -= effects[first]
    influence[:groups] -= influence[first].copy()
    effects[~there] = NAN
    influence[~there] = 0.0
    return Fit(effects, influence, np.where(used, fitted, events / cells.n))


def fit_all(cells: Cells) -> Estimates:
    """Fit treatment and each feature on group, age band and sex; and each anchor on treatment too.

    Raises
    ------
    UserError
        A feature cannot be compared (`check_usable`), or a fit does not settle.

    Returns
    -------
    Estimates
        With the joint sandwich covariance, which takes no model for how counts vary.

    References
    ----------
    White (1982), Maximum likelihood estimation of misspecified models, Econometrica 50:1.

    Examples
    --------
    >>> import pandas as pd
    >>> from rareaccess.measures.eligibility.cells import build_cells
    >>> from rareaccess.measures.eligibility.roles import Roles
    >>> people = pd.DataFrame({"group": ["a", "b"] * 40, "age": 30, "sex": "f",
    ...                        "treated": [0, 0, 0, 1] * 20, "flares": [1, 2, 1, 4] * 20})
    >>> people.loc[0, "treated"] = 1
    >>> found = fit_all(build_cells(people, Roles({"flares": "count"})))
    >>> found.shifts.round(3).tolist(), found.naive.round(3).tolist()  # log(3/1), log(20/1)
    ([[0.0, 1.099]], [0.0, 2.996])
    """
    check_usable(cells)
    roles, groups = cells.roles, len(cells.groups)
    layout = Layout(groups, len(roles.anchors), roles.control is not None)
    fits: list[Part] = []

    def add(where: slice, place: int, fit: Fit, *, last: bool = False) -> Floats:
        kept = slice(groups, None) if last else slice(0, groups)
        part = Fit(fit.coefficients[kept], fit.influence[kept], fit.fitted)
        fits.append((where, place, part))
        return part.coefficients

    naive = add(layout.naive, 0, fit_feature(cells, 0, kind="count"))
    shifts, slopes = np.empty((layout.anchors, groups)), np.empty(layout.anchors)
    intercepts = np.full(layout.anchors, NAN)
    for j, kind in enumerate(roles.kinds):
        here = slice(layout.shifts.start + j * groups, layout.shifts.start + (j + 1) * groups)
        shifts[j] = add(here, j + 1, fit_feature(cells, j + 1, kind=kind))
        alone = slice(layout.slopes.start + j, layout.slopes.start + j + 1)
        fit = fit_feature(cells, j + 1, kind=kind, slopes="one")
        slopes[j] = add(alone, j + 1, fit, last=True)[0]
        if kind == "binary":
            intercepts[j] = ndtri(cells.sums[:, j + 1].sum() / cells.n.sum())
    control = None
    if layout.control:
        place = layout.anchors + 1
        fit = fit_feature(cells, place, kind="count")
        control = add(layout.controls, place, fit)
    covariance = stack_scores(cells, fits, layout.size)
    return Estimates(
        cells, layout, naive, shifts, control, slopes, intercepts, covariance, tuple(fits)
    )


def stack_scores(cells: Cells, parts: Sequence[Part], size: int) -> Floats:
    """Return the sandwich covariance of the coefficients of several regressions, shape (K, K).

    Parameters
    ----------
    parts
        Where the coefficients of a regression stand, the place of its feature, and the fit.
    size
        K, the number of coefficients.
    """
    covariance = np.zeros((size, size))
    for here, i, one in parts:
        for there, j, other in parts:
            middle = (
                cells.products[:, i, j]
                - cells.sums[:, i] * other.fitted
                - cells.sums[:, j] * one.fitted
                + cells.n * one.fitted * other.fitted
            )
            covariance[here, there] = (one.influence * middle) @ other.influence.T
    return covariance
