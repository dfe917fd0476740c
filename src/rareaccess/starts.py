"""Starts of treatment over time: by month, by year, and under each dated rule."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from rareaccess.errors import UserError

__all__ = ["count_starts_by_month", "count_starts_by_year", "rate_starts_by_rule"]


def count_starts_by_month(
    starts: pd.DataFrame, *, first: date, last: date, routes: Sequence[str],
) -> pd.DataFrame:
    """Counts of people by month of their start and by route, with the running total.

    Every month of the window is a row. The first and the last month are whole calendar months in
    name only where the window begins or ends within them.

    Parameters
    ----------
    starts
        One row a person: `start_date`, `route`.
    first, last
        The window, both days included.
    routes
        The routes in order; each becomes a column.

    Raises
    ------
    UserError
        A start lies outside the window, or has another route.

    Examples
    --------
    >>> data = pd.DataFrame({"start_date": ["2020-01-31", "2020-03-01"], "route": ["IV", "SC"]})
    >>> count_starts_by_month(data, first=date(2020, 1, 9), last=date(2020, 3, 4),
    ...                       routes=["IV", "SC"])[["IV", "SC", "total", "cumulative"]]
       IV  SC  total  cumulative
    0   1   0      1           1
    1   0   0      0           1
    2   0   1      1           2
    """
    days = _check_starts(starts, first, last)
    months = pd.date_range(pd.Timestamp(first).replace(day=1), last, freq="MS")
    months = months.as_unit("s")
    places = (days.dt.year - months[0].year) * 12 + days.dt.month - months[0].month
    known = starts["route"].isin(list(routes))
    if not known.all():
        raise UserError("A start has a route that the pair's settings do not name.",
                        "mart uptake, column route",
                        found=", ".join(sorted(set(starts.loc[~known, "route"].astype(str)))),
                        expected=", ".join(routes), mend="Add the route to drug.routes.")
    table = pd.DataFrame({"month": months})
    for route in routes:
        counted = places[starts["route"] == route].value_counts()
        table[route] = counted.reindex(range(len(months)), fill_value=0).astype(int)
    table["total"] = table[list(routes)].sum(axis=1)
    table["cumulative"] = table["total"].cumsum()
    return table


def count_starts_by_year(months: pd.DataFrame, *, routes: Sequence[str]) -> pd.DataFrame:
    """Counts of people by calendar year of their start, from the counts by month.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2020-12-01", "2021-01-01"]),
    ...                        "IV": [1, 2], "total": [1, 2], "cumulative": [1, 3]})
    >>> count_starts_by_year(months, routes=["IV"])
       year  IV  total  cumulative
    0  2020   1      1           1
    1  2021   2      2           3
    """
    years = months.assign(year=months["month"].dt.year.astype(str)).groupby("year")
    how = {**dict.fromkeys([*routes, "total"], "sum"), "cumulative": "last"}
    return years.agg(how).reset_index()


def rate_starts_by_rule(
    starts: pd.DataFrame, *, rules: Sequence[tuple[str, date]], first: date, last: date,
) -> pd.DataFrame:
    """Starts in a month under each dated rule: people per 30.4375 days of its time in force.

    Parameters
    ----------
    starts
        One row a person: `start_date`.
    rules
        Name and first day of each rule, oldest first.
    first, last
        The window, both days included.

    Returns
    -------
    DataFrame
        `level`, `from`, `to`, `n`, `days` and `per_month`.

    Notes
    -----
    The rate describes; that it differs between two rules does not show that the rule is the cause.

    Examples
    --------
    >>> data = pd.DataFrame({"start_date": ["2020-01-01", "2020-02-01", "2020-02-02"]})
    >>> rate_starts_by_rule(data, rules=[("A", date(2019, 1, 1)), ("B", date(2020, 2, 1))],
    ...                     first=date(2020, 1, 1), last=date(2020, 2, 29))[["level", "n", "days"]]
      level  n  days
    0     A  1    31
    1     B  2    29
    """
    days = _check_starts(starts, first, last)
    rows = []
    ends = [*(pd.Timestamp(day) - pd.Timedelta(days=1) for _, day in rules[1:]), pd.Timestamp(last)]
    for (name, day), end in zip(rules, ends, strict=True):
        start = max(pd.Timestamp(day), pd.Timestamp(first))
        count, length = int(days.between(start, end).sum()), (end - start).days + 1
        rows.append({"level": name, "from": start, "to": end, "n": count, "days": length,
                     "per_month": count / length * 30.4375})
    return pd.DataFrame(rows)


def _check_starts(starts: pd.DataFrame, first: date, last: date) -> pd.Series:
    days = pd.to_datetime(starts["start_date"])
    outside = int((~days.between(pd.Timestamp(first), pd.Timestamp(last))).sum())
    if outside:
        raise UserError("A start of treatment lies outside the window.",
                        "mart uptake, column start_date", found=f"{outside} people",
                        expected=f"{first} to {last}")
    return days
