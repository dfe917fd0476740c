"""How much of the variation of a time is place: a linear mixed model with two kinds of place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from scipy.special import lambertw

from rareaccess.core.errors import UserError
from rareaccess.measures.place.region import Region, find_region
from rareaccess.measures.tidy import Floats

__all__ = ["MEDIAN", "fit_mixed", "make_design"]

MEDIAN = 0.6744897501960817 * np.sqrt(2)
"""What a standard deviation is multiplied by for the median distance of two normal values."""
MOST = 0.93  # r/(1 + r), r the deviation between places over that within: at most 13 times


def make_design(frame: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """Return the columns of a regression: a one, then a 0 or 1 for each level but the commonest.

    Parameters
    ----------
    frame
        One row a person.
    columns
        Columns of levels; a missing one is a level of its own.

    Examples
    --------
    >>> make_design(pd.DataFrame({"sex": ["F", "M", "F"]}), ["sex"]).tolist()
    [[1.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    """
    parts = [np.ones(len(frame))]
    for name in columns:
        level = frame[name].astype("str").fillna("missing")
        sizes = level.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        parts += [(level == one).to_numpy("float64") for one in sizes.index[1:]]
    return np.column_stack(parts)


@dataclass(frozen=True)
class _Sums:
    """The sums of squares and products of a mixed model, from which its likelihood follows."""

    n: int
    p: int
    sizes: tuple[int, int]
    crossed: Floats
    with_places: Floats
    among: Floats

    def weigh(self, one: float, two: float, *, restricted: bool) -> tuple[float, float, float]:
        """Return the deviance at two ratios of variances, a part of it, and the sum of squares.

        The ratios are those of the variances of the places to that within them.
        """
        scale = np.sqrt(np.repeat([one, two], self.sizes))
        inner = np.eye(len(scale)) + scale[:, None] * self.crossed * scale
        factor = cho_factor(inner, lower=True)
        pushed = scale[:, None] * self.with_places
        left = self.among - pushed.T @ cho_solve(factor, pushed)
        fixed = cho_factor(left[: self.p, : self.p], lower=True)
        squares = float(left[-1, -1] - left[-1, :-1] @ cho_solve(fixed, left[:-1, -1]))
        constant = 2 * float(np.log(np.diag(factor[0])).sum())
        free = self.n
        if restricted:
            constant += 2 * float(np.log(np.diag(fixed[0])).sum())
            free -= self.p
        squares = max(squares, 1e-300)
        return constant + free * float(np.log(squares / free)), constant, squares


def fit_mixed(
    values: Sequence[float] | Floats, design: Floats, first: Sequence[object],
    second: Sequence[object] | None = None, *, confidence: float = 0.95, restricted: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """Split the variance of a value into that between two kinds of place and that within them.

    y = Xβ + u[first] + v[second] + e, with u, v and e normal and independent of each other. The two
    kinds may cross: a hospital has patients of several boards. By restricted maximum likelihood.

    Parameters
    ----------
    values
        What is modelled, one number a person, such as the logarithm of days.
    design
        Columns of the regression, one row a person, with a one; of full rank.
    first, second
        The place of each person, of one kind and of another; without the second there is one kind.
    confidence
        Of the limits, by profile likelihood.
    restricted
        Restricted maximum likelihood; False for the plain one, which takes too little as variance
        of the places where they are few.

    Returns
    -------
    pandas.DataFrame
        A row for `first`, `second` and `within`: `part`, `places` (how many), `variance` with
        `lower` and `upper`, `share` (of the sum of the three, 0 to 1) with `share_lower` and
        `share_upper`, and `ratio` with its limits: exp(0.954 σ), the median of how many times
        greater the value of one place is than that of another, if values are logarithms.

    Raises
    ------
    UserError
        Sizes differ, the columns are not of full rank, or there are too few people for them.

    Notes
    -----
    The share within places holds the person, chance, and all that was not measured. A share is none
    of a cause: places differ also because different people live there. Where the best variance is
    nought its lower limit is nought too, and the interval is a little too wide. Normal places are
    assumed; few places (under ten) say little of their variance, and the interval shows it.

    The median ratio of the row `within` is that of two people of the same place.

    References
    ----------
    Bates (2010), lme4: mixed-effects modeling with R, chapters 1 and 2. Larsen and Merlo (2005),
    Am J Epidemiol 161, 81-88, for the median ratio. Limits are the ends of the parameter within the
    joint region at the χ² of one degree of freedom, which is the profile likelihood.

    Examples
    --------
    The yield of six batches of dyestuff, as Bates gives it (between 1764, within 2451):

    >>> yields = [1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605,
    ...     1510, 1560, 1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455,
    ...     1450, 1480, 1445]
    >>> batches = [letter for letter in "ABCDEF" for _ in range(5)]
    >>> found = fit_mixed(yields, np.ones((30, 1)), batches).set_index("part")
    >>> found["variance"].round(-1).to_dict()
    {'first': 1760.0, 'within': 2450.0}
    """
    y = np.asarray(values, dtype="float64")
    codes = [pd.factorize(np.asarray(one, dtype="object"))[0] for one in (first, second)
             if one is not None]  # fmt: skip
    if any(len(one) != len(y) for one in (design, *codes)):
        raise UserError("The columns of a mixed model differ in length.", "fit_mixed",
                        found=str([len(one) for one in (y, design, *codes)]),
                        expected="one row a person in each")  # fmt: skip
    n, p = design.shape
    if n <= p + 2 or np.linalg.matrix_rank(design) < p:
        raise UserError("A mixed model has too few people for its columns.", "fit_mixed",
                        found=f"{n} people, {p} columns of rank {np.linalg.matrix_rank(design)}",
                        expected="columns of full rank, and people to spare")  # fmt: skip
    sums = _add_up(y, design, codes)
    single = len(codes) == 1

    def way(one: float, two: float) -> tuple[float, float, float]:
        return sums.weigh(_square(one), _square(two), restricted=restricted)

    region = find_region(
        way, box=((0.0, MOST), (0.0, 0.0 if single else MOST)), confidence=confidence
    )
    ratios = {
        "first": _square(region.first),
        **({} if single else {"second": _square(region.second)}),
        "within": np.ones_like(region.first),
    }
    whole = sum(ratios.values(), start=np.zeros_like(region.first))
    places = [*sums.sizes[: len(codes)], n]
    rows = [
        _describe(region, one, one / whole, part=part, places=many,
                  free=n - p if restricted else n)
        for (part, one), many in zip(ratios.items(), places, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _square(side: Any) -> Any:
    """Return the ratio of variances from r/(1 + r), r the ratio of deviations."""
    return (side / (1 - side)) ** 2


def _add_up(y: Floats, design: Floats, codes: Sequence[np.ndarray]) -> _Sums:
    sizes = [int(one.max()) + 1 for one in codes]
    own = np.hstack([np.eye(size)[one] for one, size in zip(codes, sizes, strict=True)])
    both = np.column_stack([design, y])
    return _Sums(len(y), design.shape[1], (sizes[0], sizes[1] if len(sizes) > 1 else 0),
                 own.T @ own, own.T @ both, both.T @ both)  # fmt: skip


def _describe(
    region: Region, ratio: Floats, share: Floats, *, part: str, places: int, free: int
) -> dict[str, object]:
    """Return a row from the variance over that within: the share, and the variance with its scale.

    At given shares the deviance is free·(log σ² + s/σ²), least at σ² = s: at a deviance of c above
    the least, σ²/s lies between the two roots x of log x + 1/x = 1 + c/free.
    """
    variance = ratio * region.parts[1] / free  # at the scale that is best for the ratios
    inside = region.inside
    spare = (region.cut - region.deviance[inside]) / free
    line = np.linspace(1e-4, 1, 201) ** 2 * region.cut / free
    least, most = (np.interp(spare, line, (-1 / lambertw(-np.exp(-1 - line), branch)).real)
                   for branch in (-1, 0))  # fmt: skip
    ends = float((variance[inside] * least).min()), float((variance[inside] * most).max())
    value = float(variance[region.best])
    told = region.limit(share)
    ratios = [float(np.exp(MEDIAN * np.sqrt(max(one, 0.0)))) for one in (value, *ends)]
    return {
        "part": part, "places": places, "variance": value, "lower": ends[0], "upper": ends[1],
        "share": told[0], "share_lower": told[1], "share_upper": told[2],
        "ratio": ratios[0], "ratio_lower": ratios[1], "ratio_upper": ratios[2],
    }  # fmt: skip
