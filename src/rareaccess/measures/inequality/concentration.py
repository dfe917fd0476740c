"""Concentration index: how far a measure lies with the more or the less advantaged."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.inequality.gradient import read_errors, read_shares
from rareaccess.measures.tidy import (
    HIDDEN,
    Floats,
    Row,
    find_quantile,
    make_blank,
    make_row,
    measure_groups,
    read_numbers,
    read_order,
    read_sizes,
    refuse_column,
    select_option,
)

__all__ = ["estimate_concentration"]

FORMS = ("plain", "erreygers", "wagstaff")
METHODS = ("delta", "regression")


def _regress(shares: Floats, ranks: Floats, values: Floats, mean: float) -> float:
    """Return the standard error of the plain index from the convenient regression."""
    spread = float((shares * (ranks - 0.5) ** 2).sum())
    left = 2 * spread * values / mean
    design = np.column_stack([np.ones_like(ranks), ranks])
    weighted = design.T * shares
    fit = np.linalg.solve(weighted @ design, weighted @ left)
    residual = (shares * (left - design @ fit) ** 2).sum() / (len(values) - 2)
    return float(np.sqrt(residual * np.linalg.inv(weighted @ design)[1, 1]))


def _scale(form: str, mean: float, bounds: tuple[float, float]) -> float:
    """Return what the plain index is multiplied by."""
    low, high = bounds
    if form == "erreygers":
        return 4 * mean / (high - low)
    if form == "wagstaff":
        return mean * (high - low) / ((high - mean) * (mean - low))
    return 1.0


def _slope_of_scale(form: str, mean: float, bounds: tuple[float, float]) -> float:
    """Return the derivative of that factor by the mean."""
    low, high = bounds
    if form == "erreygers":
        return 4 / (high - low)
    if form == "wagstaff":
        return (high - low) * (mean**2 - low * high) / ((high - mean) * (mean - low)) ** 2
    return 0.0


def estimate_concentration(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), group: str = "quintile",
    value: str = "value", population: str | None = "population", se: str | None = None,
    lower: str = "lower", upper: str = "upper", form: str = "plain",
    bounds: tuple[float, float] = (0.0, 1.0), confidence: float = 0.95, limits_at: float = 0.95,
    method: str = "delta",
) -> pd.DataFrame:  # fmt: skip
    """Concentration index of a value over ranked groups, from −1 to 1; 0 without a gradient.

    With p the share, R the midpoint rank and y the value of each group, and μ = Σpy:
    C = (2/μ) Σ pyR − 1. For a value with bounds a and b: Erreygers E = 4μC/(b − a), Wagstaff
    W = (b − a)μC/((b − μ)(μ − a)). Above 0, the value lies more with the advantaged.

    Parameters
    ----------
    frame
        One row for each group, or for each person with `population=None`.
    group
        The rank, least advantaged first: numbers or an ordered categorical, each once. Persons
        with the same rank are a group.
    se, lower, upper, limits_at
        As in `estimate_sii`, on the scale of the value.
    form, bounds
        `plain`, `erreygers` or `wagstaff`; the bounds of the value for the latter two.
    method
        `delta`: √Σ(∂C/∂y · se)², with the precision of the groups; of the plain index
        ∂C/∂y = (p/μ)(2R − 1 − C). `regression`: the standard error of the slope of
        2σ²y/μ on R, weighted by p, which takes the misfit of the groups for their precision and
        μ as known.

    Returns
    -------
    DataFrame
        The columns of `by` and the standard columns (`n`: people).

    Raises
    ------
    UserError
        Groups without an order, a population of zero, a value outside its bounds.

    References
    ----------
    Kakwani, Wagstaff and van Doorslaer (1997), Journal of Econometrics 77:87. Wagstaff (2005),
    Health Economics 14:429. Erreygers (2009), Journal of Health Economics 28:504.

    Examples
    --------
    >>> frame = pd.DataFrame({"quintile": [1, 2, 3, 4, 5], "value": [0.1, 0.2, 0.3, 0.4, 0.5],
    ...                       "population": 100, "se": 0.01})
    >>> found = estimate_concentration(frame, se="se")
    >>> found[["value", "lower", "upper"]].round(6).values.tolist()
    [[0.266667, 0.248394, 0.284939]]
    >>> [round(estimate_concentration(frame, se="se", form=form)["value"].item(), 6)
    ...  for form in ("erreygers", "wagstaff")]
    [0.32, 0.380952]
    """
    select_option("form", form, FORMS)
    select_option("method", method, METHODS)
    if form != "plain" and not bounds[0] < bounds[1]:
        raise UserError(
            "The bounds of a value are not two numbers in order.", where="bounds",
            found=str(bounds), expected="such as (0, 1)",
        )  # fmt: skip
    names = {"delta": "delta method", "regression": "convenient regression"}

    def way(rows: pd.DataFrame) -> list[Row]:
        rows = rows.iloc[read_order(rows, group, fewest=3)]
        sizes = read_sizes(rows, population) if population else np.ones(len(rows))
        shares, ranks = read_shares(sizes)
        facts = {"confidence": confidence, "method": f"{form}, {names[method]}", "n": sizes.sum()}
        if value in rows.columns and rows[value].isna().any():
            return [make_blank(note=HIDDEN, **facts)]
        ends = bounds if form != "plain" else (-np.inf, np.inf)
        values = read_numbers(rows, value, least=ends[0], most=ends[1])
        mean = float(shares @ values)
        if mean == 0 or (form == "wagstaff" and mean in bounds):
            note = "not given: the mean is zero, or at a bound"
            return [make_blank(note=note, **facts)]
        plain = float(2 * shares @ (values * ranks) / mean - 1)
        scale = _scale(form, mean, bounds)
        if method == "regression":
            error = abs(scale) * _regress(shares, ranks, values, mean)
        else:
            errors = read_errors(rows, se=se, lower=lower, upper=upper, confidence=limits_at)
            if errors is None:
                raise refuse_column(
                    f"{lower}, {upper}", "An index needs the precision of each group.",
                    found="neither limits nor a column of standard errors",
                    expected="two columns of limits, se='...', or method='regression'",
                )  # fmt: skip
            slopes = scale * shares / mean * (2 * ranks - 1 - plain)
            slopes = slopes + _slope_of_scale(form, mean, bounds) * shares * plain
            error = float(np.sqrt(((slopes * errors) ** 2).sum()))
        index, half = scale * plain, find_quantile(confidence) * error
        return [make_row(index, index - half, index + half, **facts)]

    return measure_groups(frame, by, way)
