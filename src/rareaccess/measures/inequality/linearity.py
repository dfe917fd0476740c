"""Whether a line fits a gradient, so that the slope index may be read."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.measures.inequality.gradient import Gradient, read_gradient
from rareaccess.measures.tidy import HIDDEN, NAN, Row, find_quantile, make_row, measure_groups

__all__ = ["check_linearity"]

CHECKS = ("curvature", "departure")


def _can_test(found: Gradient) -> bool:
    return bool(np.isfinite([found.scaled, found.errors]).all() and (found.errors > 0).all())


def _bend(found: Gradient, transform: bool, confidence: float) -> list[tuple[float, ...]]:
    values = found.scaled if transform else found.restore(found.scaled)
    errors = found.errors * (1 if transform else found.slope_of(values))
    square = np.column_stack([np.ones_like(values), found.ranks, found.ranks**2])
    weighted = square.T * found.shares
    row = np.linalg.solve(weighted @ square, weighted)[2]
    bend, error = row @ values, np.sqrt(((row * errors) ** 2).sum())
    half = find_quantile(confidence) * error
    line = square[:, :2].T / errors**2
    rest = values - square[:, :2] @ np.linalg.solve(line @ square[:, :2], line @ values)
    departure = ((rest / errors) ** 2).sum()
    p = (2 * stats.norm.sf(abs(bend) / error), stats.chi2.sf(departure, len(values) - 2))
    return [(bend, bend - half, bend + half, float(p[0])), (departure, NAN, NAN, float(p[1]))]


def check_linearity(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), group: str = "quintile",
    population: str = "population", value: str = "value", lower: str = "lower",
    upper: str = "upper", se: str | None = None, value_type: str = "other",
    transform: bool = False, confidence: float = 0.95, limits_at: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Two checks of the line that the slope index assumes.

    `curvature` is the coefficient of rank² when it is added to the line, in units of the value: a
    bend that all groups share. `departure` is Σ((value − line)/error)² about the best line,
    which has a χ² distribution with two degrees of freedom fewer than groups: any other misfit.

    Parameters
    ----------
    frame, by, group, population, value, lower, upper, se, value_type, transform, limits_at
        As in `estimate_sii`; all errors above zero.

    Returns
    -------
    DataFrame
        The columns of `by`, `measure`, the standard columns (`n`: groups) and `p`. A high p does
        not show that the gradient is a line: few groups and few people show little.

    Raises
    ------
    UserError
        As of `estimate_sii`.

    References
    ----------
    Draper and Smith (1998), Applied regression analysis, chapter 2. Tests with known variances.

    Examples
    --------
    >>> frame = pd.DataFrame({"quintile": [1, 2, 3, 4, 5], "population": 1000,
    ...                       "value": [10, 12, 14, 16, 28], "se": 2.0})
    >>> check_linearity(frame, se="se")[["measure", "value", "p"]].round(4).values.tolist()
    [['curvature', 35.7143, 0.0075], ['departure', 10.0, 0.0186]]
    """
    names = ("normal, quadratic term", "chi-squared")

    def way(rows: pd.DataFrame) -> list[Row]:
        found = read_gradient(
            rows, group=group, population=population, value=value, lower=lower, upper=upper,
            se=se, scale=value_type, limits_at=limits_at,
        )  # fmt: skip
        tested: list[tuple[float, ...]] = [(NAN,) * 4] * 2
        note = HIDDEN if found is None else "not given: a group without an error, or of 0"
        if found is not None and _can_test(found):
            tested, note = _bend(found, transform, confidence), ""
        return [
            {"measure": measure, **make_row(
                *row[:3], confidence=confidence, method=name, n=len(rows), note=note, p=row[3])}
            for measure, name, row in zip(CHECKS, names, tested, strict=True)
        ]  # fmt: skip

    return measure_groups(frame, by, way)
