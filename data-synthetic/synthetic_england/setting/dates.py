"""Dates as whole days since 1970 (int32), so that a million of them are cheap."""

from datetime import date

import numpy as np

from ..declarations.load import Declared

__all__ = [
    "NEVER",
    "NULL_DATE",
    "NULL_DISCHARGE",
    "add_months",
    "age_at",
    "day",
    "financial_year",
    "is_weekend",
    "month_of",
    "span",
    "year_name",
    "year_of",
]


def day(iso: str | date) -> int:
    """Return a date as days since 1 January 1970.

    Examples
    --------
    >>> day("1970-01-02"), day("1800-01-01")
    (1, -62091)
    """
    return int(np.datetime64(str(iso), "D").astype(np.int64))


NEVER = 2_000_000  # a day that does not come (the year 7445): not dead, not moved, not treated
NULL_DATE = day("1800-01-01")
NULL_DISCHARGE = day("1801-01-01")


def month_of(days: np.ndarray | int) -> np.ndarray:
    """Return the month of each day as months since January 1970.

    Examples
    --------
    >>> month_of(np.array([day("1971-02-28")])).tolist()
    [13]
    """
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def year_of(days: np.ndarray) -> np.ndarray:
    """Return the calendar year of each day.

    Examples
    --------
    >>> year_of(np.array([day("2016-06-22")])).tolist()
    [2016]
    """
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def is_weekend(days: np.ndarray) -> np.ndarray:
    """Say which days are a Saturday or a Sunday.

    Examples
    --------
    >>> is_weekend(np.array([day("2024-03-01"), day("2024-03-02")])).tolist()
    [False, True]
    """
    return (np.asarray(days) + 3) % 7 >= 5


def span(window: Declared) -> tuple[int, int]:
    """Return the first and the last day of a declared window.

    Examples
    --------
    >>> span({"from": "1970-01-01", "to": "1970-01-31"})
    (0, 30)
    """
    return day(window["from"]), day(window["to"])


def _split(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    whole = np.asarray(days).astype("datetime64[D]")
    months = whole.astype("datetime64[M]")
    return months.astype(np.int64), (whole - months.astype("datetime64[D]")).astype(np.int64)


def add_months(days: np.ndarray, months: int) -> np.ndarray:
    """Move dates by calendar months; a day that the month does not have becomes its last day.

    Examples
    --------
    >>> add_months(np.array([day("2024-08-31")]), -6).astype("datetime64[D]").astype(str).tolist()
    ['2024-02-29']
    """
    month, offset = _split(days)
    start = (month + months).astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)
    return start.astype("datetime64[D]").astype(np.int64) + np.minimum(offset, length - 1)


def age_at(birth: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return completed years between birth and a date.

    Examples
    --------
    >>> age_at(np.array([day("1980-05-10")] * 2), np.array([day("2020-05-09"), day("2020-05-10")]))
    array([39, 40])
    """
    (born, born_day), (then, then_day) = _split(birth), _split(on)
    return (then - born - (then_day < born_day)) // 12


def financial_year(days: np.ndarray) -> np.ndarray:
    """Return the calendar year in which the financial year (from 1 April) of each date begins.

    Examples
    --------
    >>> financial_year(np.array([day("2017-03-31"), day("2017-04-01")])).tolist()
    [2016, 2017]
    """
    return (month_of(days) - 3) // 12 + 1970


def year_name(year: int) -> str:
    """Name a financial year as HES does.

    Examples
    --------
    >>> year_name(1999), year_name(2016)
    ('9900', '1617')
    """
    return f"{year % 100:02d}{(year + 1) % 100:02d}"
