"""What a measure asks of areas, periods and multipliers before it counts; each refusal names it."""

from collections.abc import Hashable

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import check_columns, refuse_column

__all__ = ["check_areas", "check_multiplier", "sort_periods"]


def check_areas(rows: pd.DataFrame, area: str) -> None:
    """Refuse areas that come twice or have no name: a measure of areas has one row for each.

    Raises
    ------
    UserError
        The column is not there, an area is repeated or missing.

    Examples
    --------
    >>> check_areas(pd.DataFrame({"area": ["A", "B"]}), "area")
    """
    check_columns(rows, area)
    missing, repeated = int(rows[area].isna().sum()), int(rows[area].duplicated().sum())
    if missing or repeated:
        raise refuse_column(
            area, "An area is missing, or has more than one row.",
            found=f"{missing} missing, {repeated} repeated",
            expected="one row for each area: add its rows up",
        )  # fmt: skip


def check_multiplier(multiplier: float, *, negative: bool = False) -> float:
    """Return what values are multiplied by, if it is above zero.

    Parameters
    ----------
    negative
        Whether it may be below zero as well, where that turns the values round.

    Raises
    ------
    UserError
        It is zero, negative or not a number: limits would change places, or be alike.

    Examples
    --------
    >>> check_multiplier(100_000)
    100000.0
    """
    if not (multiplier > 0 or (negative and multiplier < 0)):
        raise UserError(
            "A measure is not per a number of people.", where="multiplier", found=str(multiplier),
            expected="not zero" if negative else "above zero",
        )  # fmt: skip
    return float(multiplier)


def sort_periods(rows: pd.DataFrame, period: str) -> list[Hashable]:
    """Return the periods, earliest first: of an ordered categorical by its own order.

    Raises
    ------
    UserError
        The column is not there, a period is missing, or they are of several kinds.

    Examples
    --------
    >>> named = pd.Categorical(["after", "before"], categories=["before", "after"], ordered=True)
    >>> sort_periods(pd.DataFrame({"period": named}), "period")
    ['before', 'after']
    """
    check_columns(rows, period)
    given = rows[period]
    if given.isna().any():
        raise refuse_column(
            period, "A period is missing.", found=f"{int(given.isna().sum())} of {len(given)}",
            expected="a period in each row",
        )  # fmt: skip
    if isinstance(given.dtype, pd.CategoricalDtype) and given.dtype.ordered:
        return [one for one in given.cat.categories if (given == one).any()]
    try:
        return sorted(given.unique())
    except TypeError as error:
        raise refuse_column(
            period, "The periods have no order.",
            found=", ".join(sorted({type(one).__name__ for one in given})),
            expected="numbers, dates or an ordered categorical",
        ) from error  # fmt: skip
