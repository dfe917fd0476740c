"""A measure by ordered groups: shares of the population, ranks, values and their errors."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from rareaccess.measures.tidy import (
    Floats,
    find_quantile,
    read_numbers,
    read_order,
    read_sizes,
    refuse_column,
    select_option,
)

__all__ = ["SCALES", "Gradient", "read_errors", "read_gradient", "read_shares"]

SCALES = ("other", "rate", "proportion")


@dataclass(frozen=True)
class Gradient:
    """Groups from the least to the most advantaged.

    Parameters
    ----------
    shares
        Of the population, with sum 1.
    ranks
        Midpoint of each group in the cumulative population, from 0 to 1.
    scaled, errors
        Values and their standard errors on the scale on which they are taken to be normal.
    scale
        `other`: as they are; `rate`: logarithm; `proportion`: logit.
    """

    shares: Floats
    ranks: Floats
    scaled: Floats
    errors: Floats
    scale: str

    def restore(self, scaled: Floats) -> Floats:
        """Return values from the scale on which they are normal."""
        if self.scale == "rate":
            return np.exp(scaled)
        return np.asarray(expit(scaled)) if self.scale == "proportion" else scaled

    def slope_of(self, values: Floats) -> Floats:
        """Return the derivative of a value by the scaled value."""
        if self.scale == "rate":
            return values
        return values * (1 - values) if self.scale == "proportion" else np.ones_like(values)


def read_shares(sizes: Floats) -> tuple[Floats, Floats]:
    """Return the share of each group, and the midpoint of each in the cumulative population.

    Examples
    --------
    >>> [part.tolist() for part in read_shares(np.array([1.0, 2.0, 1.0]))]
    [[0.25, 0.5, 0.25], [0.125, 0.5, 0.875]]
    """
    shares = sizes / sizes.sum()
    return shares, np.cumsum(shares) - shares / 2


def read_errors(
    rows: pd.DataFrame, *, se: str | None, lower: str, upper: str, confidence: float,
    scale: str = "other",
) -> Floats | None:  # fmt: skip
    """Return standard errors: those of a column, or half the width of the interval over z.

    Returns
    -------
    array or None
        On the scale; infinite where a limit has no logarithm; None where there is neither a
        column of errors nor two of limits.

    Examples
    --------
    >>> rows = pd.DataFrame({"lower": [8.04], "upper": [11.96]})
    >>> read_errors(rows, se=None, lower="lower", upper="upper", confidence=0.95).round(3)
    array([1.])
    """
    if se is not None:
        return read_numbers(rows, se, least=0)
    if not {lower, upper} <= set(rows.columns):
        return None
    ends = [read_numbers(rows, name) for name in (lower, upper)]
    if (ends[0] > ends[1]).any():
        raise refuse_column(
            f"{lower}, {upper}", "A lower limit is above the upper one.",
            found=f"{int((ends[0] > ends[1]).sum())} of {len(rows)} rows",
            expected="the lower limit first: look at which column is which",
        )  # fmt: skip
    low, high = (_scale(end, name, scale) for end, name in zip(ends, (lower, upper), strict=True))
    return (high - low) / (2 * find_quantile(confidence))


def _scale(values: Floats, column: str, scale: str) -> Floats:
    most = 1 if scale == "proportion" else np.inf
    if scale != "other" and ((values < 0) | (values > most)).any():
        raise refuse_column(
            column, f"Values of a {scale} are outside their range.",
            found=f"from {values.min():g} to {values.max():g}", expected=f"0 to {most:g}",
        )  # fmt: skip
    with np.errstate(divide="ignore"):
        if scale == "rate":
            return np.log(values)
        return np.asarray(logit(values)) if scale == "proportion" else values


def read_gradient(
    rows: pd.DataFrame, *, group: str, population: str, value: str, lower: str, upper: str,
    se: str | None, scale: str, limits_at: float,
) -> Gradient | None:  # fmt: skip
    """Return the ordered groups of one gradient; None where a value is hidden or missing.

    Raises
    ------
    UserError
        Fewer than five groups, or without an order; a population of zero; neither errors nor
        limits; a value outside the range of its scale.

    Examples
    --------
    >>> rows = pd.DataFrame({"quintile": [1, 2, 3, 4, 5], "population": 10, "value": 2.0, "se": 1})
    >>> found = read_gradient(rows, group="quintile", population="population", value="value",
    ...     lower="lower", upper="upper", se="se", scale="other", limits_at=0.95)
    >>> found.ranks.round(2).tolist()
    [0.1, 0.3, 0.5, 0.7, 0.9]
    """
    select_option("value_type", scale, SCALES)
    rows = rows.iloc[read_order(rows, group)]
    shares, ranks = read_shares(read_sizes(rows, population))
    if value in rows.columns and rows[value].isna().any():
        return None
    scaled = _scale(read_numbers(rows, value), value, scale)
    if se is not None:
        errors = read_errors(rows, se=se, lower=lower, upper=upper, confidence=limits_at)
    else:
        errors = read_errors(
            rows, se=None, lower=lower, upper=upper, confidence=limits_at, scale=scale
        )
    if errors is None:
        raise refuse_column(
            f"{lower}, {upper}", "A gradient needs the precision of each group.",
            found="neither limits nor a column of standard errors",
            expected="two columns of limits, or se='...'",
        )  # fmt: skip
    return Gradient(shares, ranks, scaled, errors, scale)
