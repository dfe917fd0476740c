"""The financial years and months of a table: which are missing, far too small, or in the future."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd

from rareaccess.contracts.rules import HES, Rule
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding

__all__ = ["check_spans", "find_gaps", "find_small", "name_year"]

ENOUGH = 50  # rows that a period should hold, below which chance alone may leave it empty
AROUND = {"year": 2, "month": 6}  # periods on each side with which one is compared
FIRST, LAST = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")


def check_spans(
    counts: pd.DataFrame,
    table: str,
    rules: Sequence[Rule],
    limits: Mapping[str, float],
    rows: int,
) -> list[Finding]:
    """Return what is odd about the periods of APC or OP.

    Parameters
    ----------
    counts
        `FYEAR`, `day` and `n`, the rows of each year with each day.
    limits
        `few`: the per cent of the periods beside it that one should hold.
    rows
        How many rows the table has.
    """
    day, of = HES[table], {(rule.column, rule.kind): rule for rule in rules}
    days = counts["day"].where(counts["day"].between(FIRST, LAST))
    n = counts["n"].astype("int64")
    written = counts["FYEAR"].astype("str").map(_read_year).astype("Int64")
    if n[written.notna()].sum() * 2 < rows:  # the column says no years: the days do
        written = (days.dt.year - (days.dt.month < 4)).astype("Int64")
    years = n.groupby(written).sum()
    months = n.groupby(days.dt.to_period("M")).sum()
    found: list[Finding] = []

    def add(column: str, kind: str, periods: Sequence[str], broken: int, all_of: int) -> None:
        rule = of.get((column, kind))
        if rule and broken:
            example = ", ".join(periods[:3])
            found.append(tell(rule, broken, all_of, all_of, example))

    if years.empty:
        return found
    span = int(years.index.max() - years.index.min()) + 1
    gaps = [name_year(year) for year in find_gaps(years)]
    add("FYEAR", "years", gaps, len(gaps), span)
    share, last = limits["few"] / 100, int(years.index.max())
    small = [name_year(year) for year in find_small(years, share, AROUND["year"])]
    add("FYEAR", "few", small, len(small), span)
    if months.size:
        numbered = pd.Series(months.to_numpy(), [12 * p.year + p.month - 1 for p in months.index])
        inside = numbered[numbered.index.to_series().between(12 * int(years.index.min()) + 3,
                                                             12 * last + 14)]  # fmt: skip
        known = [m for m in find_small(inside, share, AROUND["month"]) if _year(m) not in gaps]
        add(day, "few", [f"{m // 12}-{m % 12 + 1:02d}" for m in known], len(known), len(inside))
    ahead = days > pd.Timestamp(last + 1, 3, 31)
    add(day, "future", [f"{d:%Y-%m}" for d in sorted(days[ahead])], int(n[ahead].sum()), rows)
    return found


def find_gaps(years: pd.Series) -> list[int]:
    """Return the years without a row between two that have enough of them.

    Parameters
    ----------
    years
        Rows by the calendar year in which a financial year begins, sorted.

    Notes
    -----
    A table of few rows has gaps by chance, so that both neighbours must hold 50 rows or more. With
    so many expected, a year that is empty by chance is not seen in the age of the universe.

    Examples
    --------
    >>> find_gaps(pd.Series([900, 800, 850], [2015, 2016, 2019]))
    [2017, 2018]
    >>> find_gaps(pd.Series([9, 8], [2015, 2019]))
    []
    """
    there = [int(year) for year in years.index]
    return [
        year
        for before, after in pairwise(there)
        if min(years[before], years[after]) >= ENOUGH
        for year in range(before + 1, after)
    ]


def find_small(counts: pd.Series, share: float, around: int) -> list[int]:
    """Return the periods inside the span that hold less than a share of those beside them.

    Parameters
    ----------
    counts
        Rows by number of the period, sorted; a number that is not there is a period without a row.
    share
        Of the median of the periods beside it.
    around
        How many on each side.

    Notes
    -----
    The first and the last may be part of a period and are passed over, as is a period beside which
    fewer than 50 rows are usual, and one without a row among years, which `find_gaps` tells.

    Examples
    --------
    >>> find_small(pd.Series([100, 99, 9, 101, 98, 7], range(6)), 0.2, 2)
    [2]
    """
    if counts.empty:
        return []
    first, last = int(counts.index.min()), int(counts.index.max())
    whole = counts.reindex(range(first, last + 1), fill_value=0)
    small = []
    for period in range(first + 1, last):
        beside = whole.loc[max(first, period - around) : period + around].drop(period)
        usual = float(beside.median())
        empty_year = around == AROUND["year"] and not whole[period]
        if usual >= ENOUGH and whole[period] < share * usual and not empty_year:
            small.append(period)
    return small


def name_year(year: int) -> str:
    """Return a financial year as HES writes it.

    Examples
    --------
    >>> name_year(1999), name_year(2016)
    ('9900', '1617')
    """
    return f"{year % 100:02d}{(year + 1) % 100:02d}"


def _year(month: int) -> str:
    """Return the financial year of a month, which is numbered from the year nought."""
    return name_year((month - 3) // 12)


def _read_year(text: str) -> int | None:
    """Return the calendar year in which a financial year begins: HES has none before 1989."""
    digits = text.strip()
    if len(digits) != 4 or not digits.isdigit():
        return None
    first, second = int(digits[:2]), int(digits[2:])
    if (first + 1) % 100 != second:
        return None
    return first + (1900 if first >= 89 else 2000)
