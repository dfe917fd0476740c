"""Starts of treatment over time: by month, by year, and under each dated rule."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import (
    Count,
    Day,
    Hidden,
    Population,
    Profile,
    Released,
    Statistic,
    check_released,
)
from rareaccess.marts.accepted import list_other_routes
from rareaccess.measures.merging import place_rows
from rareaccess.measures.periods import MONTH
from rareaccess.params import Window
from rareaccess.study import Door

__all__ = [
    "ADDED",
    "add_up",
    "count_starts",
    "count_starts_by_month",
    "count_starts_by_period",
    "count_starts_by_year",
    "find_half",
    "find_last_year",
    "find_pace_range",
    "find_peak",
    "keep_counts",
    "list_counts",
    "merge_years",
    "rate_quarters",
    "rate_starts",
    "release_totals",
]

ADDED = (
    "Added up from the counts of calendar years that may be shown, years with few people together"
)
"""What a running total is under a profile that controls anything, in words for a note."""
NO_COUNTS = ("month", "year", "quarter_days")


def count_starts(starts: pd.Series, window: Window) -> pd.DataFrame:
    """Count people who start in each month of the window, months without a start included.

    Parameters
    ----------
    starts
        Planned start dates, one a person, all inside the window.
    window
        The period; its first and last month may be part months.

    Returns
    -------
    pandas.DataFrame
        `month` (first day), `starts`, `cumulative`, `complete` (the window holds the whole month).

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> window = load_pair("sle-belimumab").windows.treatment
    >>> months = count_starts(pd.Series(pd.to_datetime(["2016-06-30", "2016-08-01"])), window)
    >>> months.head(3)[["starts", "cumulative", "complete"]].to_numpy().tolist()
    [[1, 1, False], [0, 1, True], [1, 2, True]]
    """
    first, last = pd.Timestamp(window.start), pd.Timestamp(window.end)
    months = pd.period_range(first, last, freq="M")
    counts = pd.to_datetime(starts).dt.to_period("M").value_counts().reindex(months, fill_value=0)
    whole = (months.start_time >= first) & (months.end_time.normalize() <= last)
    return pd.DataFrame(
        {
            "month": months.start_time,
            "starts": counts.to_numpy("int64"),
            "cumulative": counts.cumsum().to_numpy("int64"),
            "complete": whole,
        }
    )


def count_starts_by_month(
    starts: pd.DataFrame,
    *,
    window: Window,
    routes: Sequence[str],
) -> pd.DataFrame:
    """Counts of people by month of their start and by route, with running total and quarters.

    Parameters
    ----------
    starts
        One row a person: `start_date`, `route`.
    window
        The period; every month of it is a row, the first and the last may be part months.
    routes
        The routes in order; each becomes a column.

    Returns
    -------
    DataFrame
        `month`, one column a route, `total`, `cumulative`, and the same for all months of a
        calendar quarter: `quarter` (its starts) and `quarter_days` (its days in the window).

    Raises
    ------
    UserError
        A start lies outside the window, or has another route.

    Examples
    --------
    >>> data = pd.DataFrame({"start_date": ["2020-01-31", "2020-03-01"], "route": ["IV", "SC"]})
    >>> window = Window.model_validate({"from": "2020-01-09", "to": "2020-03-04"})
    >>> months = count_starts_by_month(data, window=window, routes=["IV", "SC"])
    >>> months[["IV", "SC", "total", "cumulative"]]
       IV  SC  total  cumulative
    0   1   0      1           1
    1   0   0      0           1
    2   0   1      1           2
    """
    days = _check_starts(starts, window)
    others = list_other_routes(starts["route"], routes)
    if others:
        raise UserError(
            "A start has a route that the pair's settings do not name.",
            "mart uptake, column route",
            found=", ".join(others),
            expected=", ".join(routes),
            mend="Add the route to drug.routes.",
        )
    every = count_starts(days, window)
    own = {
        route: count_starts(days[starts["route"] == route], window)["starts"] for route in routes
    }
    return pd.DataFrame(
        {
            "month": every["month"],
            **own,
            "total": every["starts"],
            "cumulative": every["cumulative"],
            **_count_quarters(every, window),
        }
    )


def _count_quarters(months: pd.DataFrame, window: Window) -> dict[str, pd.Series]:
    """Count the starts of each month's quarter, and the quarter's days inside the window."""
    quarters = months["month"].dt.to_period("Q")
    first = quarters.dt.start_time.clip(lower=pd.Timestamp(window.start))
    last = quarters.dt.end_time.dt.normalize().clip(upper=pd.Timestamp(window.end))
    counts = months["starts"].groupby(quarters).transform("sum")
    return {"quarter": counts, "quarter_days": (last - first).dt.days + 1}


def rate_quarters(months: Released) -> Released:
    """Starts in a month of 30.4375 days, on average in its quarter, from the released counts.

    Parameters
    ----------
    months
        `count_starts_by_month`, released with `quarter_days` as a key.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"quarter": [18], "quarter_days": [91]})
    >>> months = protect(data, counts=["quarter"], keys=["quarter_days"], profile="internal")
    >>> [round(rate.value, 2) for rate in rate_quarters(months).values("quarter_mean")]
    [6.02]
    """
    return months.with_ratio("quarter_mean", "quarter", "quarter_days", times=MONTH)


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


def keep_counts(starts: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Return counts by month or year, without the running total under a profile that controls.

    A running total beside the counts that it adds up gives hidden ones away.

    Examples
    --------
    >>> from rareaccess.disclosure import find_profile
    >>> months = pd.DataFrame({"year": ["2020"], "total": [1], "cumulative": [1]})
    >>> list(keep_counts(months, find_profile("ndrs")).columns)
    ['year', 'total']
    """
    return starts.drop(columns="cumulative") if profile.controls else starts


def list_counts(starts: pd.DataFrame) -> list[str]:
    """Return the columns of counts by month or year that count people.

    Examples
    --------
    >>> list_counts(pd.DataFrame(columns=["month", "IV", "total", "quarter", "quarter_days"]))
    ['IV', 'total', 'quarter']
    """
    return [str(name) for name in starts.columns if name not in NO_COUNTS]


def merge_years(months: pd.DataFrame, profile: Profile, column: str = "total") -> pd.DataFrame:
    """Counts by calendar year from counts by month, years merged until the profile hides none.

    Returns
    -------
    DataFrame
        `from` and `month` (the first and the last month of each period) and the column.

    Examples
    --------
    >>> from rareaccess.disclosure import find_profile
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2019-03-01", "2020-12-01", "2021-01-01"]),
    ...                        "total": [3, 5, 9]})
    >>> merge_years(months, find_profile("subnational-hes"))["total"].tolist()
    [8, 9]
    """
    years = months.groupby(months["month"].dt.year)
    parts = years.agg(**{"from": ("month", "first"), "month": ("month", "last"),
                         column: (column, "sum")})  # fmt: skip
    grouped = parts.groupby(np.array(place_rows(parts[[column]], profile), dtype="int64"))
    return grouped.agg({"from": "first", "month": "last", column: "sum"}).reset_index(drop=True)


def add_up(periods: Released, column: str, name: str = "cumulative") -> Released:
    """Return with the running total of a column of released counts, hidden from a hidden one on.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> years = protect(pd.DataFrame({"n": [13, 9, 2, 8]}), counts=["n"], profile="subnational-hes")
    >>> add_up(years, "n").values("cumulative")
    [Count(15), Count(25), [c], [c]]
    """
    check_released(periods)
    lost = periods.hidden[column].cummax()
    total = periods.frame[column].astype("Int64").fillna(0).cumsum()
    return periods.with_column(name, total.mask(lost), "count", lost)


def release_totals(
    study: Door,
    months: pd.DataFrame,
    label: str,
    *,
    counts: Sequence[str],
    population: Population,
    caveat: str = "",
    **about: str,
) -> Released:
    """Release counts by month with their running total, as a figure of it needs them.

    Under a profile that controls anything these are the counts of calendar years, those with few
    people together, and the running total is added up from what is shown of them: `from`, `month`
    (the first and the last month), `total`, `cumulative`.

    Parameters
    ----------
    study
        Which releases.
    months
        `month`, `total` and `cumulative` among the columns of counts.
    label, counts, population, caveat, **about
        As `release` takes them.
    """
    rule = study.find_rule()
    if not rule.controls:
        return study.release(
            months, label, counts=counts, population=population, caveat=caveat, **about
        )
    about["dimension"] = "period of start"
    years = study.release(
        merge_years(months, rule), label, counts=["total"], population=population,
        caveat=f"{caveat}. {ADDED}" if caveat else ADDED, **about,
    )  # fmt: skip
    return add_up(years, "total")


def find_peak(
    months: Released, column: str = "total"
) -> tuple[list[Day] | list[Hidden], Count | Hidden]:
    """Months with the most starts, all that are equal, and how many there were in each.

    Hidden when a hidden count could be the highest.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"month": pd.to_datetime(["2020-01-01", "2020-02-01"]),
    ...                      "total": [3, 9]})
    >>> find_peak(protect(data, counts=["total"], profile="internal"))
    ([Day(datetime.date(2020, 2, 1))], Count(9))
    """
    check_released(months)
    counts = months.frame[column].astype("Float64").fillna(-1.0).to_numpy(dtype=float)
    place = int(counts.argmax())
    if months.hidden[column].any() and counts[place] <= months.profile.hide_to:
        return [Hidden()], Hidden()
    days = months.values("month")
    return [days[row] for row in np.flatnonzero(counts == counts[place])], months.cell(
        place, column
    )


def find_half(months: Released, column: str = "cumulative") -> Day | Hidden:
    """First month by whose end at least half of all starts had been reached.

    Hidden when the month could be one whose count is hidden.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"month": pd.to_datetime(["2020-01-01", "2020-02-01"]),
    ...                      "cumulative": [4, 9]})
    >>> find_half(protect(data, counts=["cumulative"], profile="internal"))
    Day(datetime.date(2020, 2, 1))
    """
    check_released(months)
    counts = months.frame[column].astype("Float64").fillna(0.0).to_numpy(dtype=float)
    if months.hidden[column].any() and counts[-1] <= 2 * months.profile.hide_to:
        return Hidden()
    return months.cell(int((counts * 2 >= counts[-1]).argmax()), "month")


def find_last_year(window: Window) -> str | None:
    """Last calendar year that the window holds from end to end; None where there is none.

    Examples
    --------
    >>> find_last_year(Window.model_validate({"from": "2016-06-22", "to": "2025-08-20"}))
    '2024'
    """
    after = window.end + timedelta(days=1)
    year = after.year - 1
    return str(year) if date(year, 1, 1) >= window.start else None


def count_starts_by_period(
    starts: pd.DataFrame, *, periods: pd.DataFrame, window: Window
) -> pd.DataFrame:
    """Counts of people who started in each period, and its days.

    Parameters
    ----------
    starts
        One row a person: `start_date`.
    periods
        As `list_periods` gives them: `level`, `from` and `summary`, the first on the first day of
        the window.
    window
        Its end is that of the last period.

    Returns
    -------
    DataFrame
        `level`, `from`, `to`, `n`, `days` and `summary`.

    Notes
    -----
    A start is counted in the period of its day, which may be later than that of its approval.

    Examples
    --------
    >>> data = pd.DataFrame({"start_date": ["2020-01-01", "2020-02-01", "2020-02-02"]})
    >>> window = Window.model_validate({"from": "2020-01-01", "to": "2020-02-29"})
    >>> periods = pd.DataFrame({"level": ["A", "B"], "summary": "",
    ...                         "from": pd.to_datetime(["2020-01-01", "2020-02-01"])})
    >>> count_starts_by_period(data, periods=periods, window=window)[["level", "n", "days"]]
      level  n  days
    0     A  1    31
    1     B  2    29
    """
    days = _check_starts(starts, window)
    until = periods["from"].shift(-1) - pd.Timedelta(days=1)
    until = until.fillna(pd.Timestamp(window.end))
    ends = zip(periods["from"], until, strict=True)
    return pd.DataFrame(
        {
            "level": periods["level"],
            "from": periods["from"],
            "to": until,
            "n": [int(days.between(start, end).sum()) for start, end in ends],
            "days": (until - periods["from"]).dt.days + 1,
            "summary": periods["summary"],
        }
    )


def rate_starts(counted: Released) -> Released:
    """Starts in a month of 30.4375 days in each period, from the released counts.

    Parameters
    ----------
    counted
        `count_starts_by_period`, released.

    Returns
    -------
    Released
        With `per_month` before the last column.

    Notes
    -----
    The rate describes; that it differs between two periods does not show that what changed between
    them is the cause.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"level": ["A"], "n": [13], "days": [200], "summary": [""]})
    >>> counted = protect(data, counts=["n"], keys=["days"], profile="subnational-hes")
    >>> [round(rate.value, 2) for rate in rate_starts(counted).values("per_month")]  # of 15
    [2.28]
    """
    *first, last = counted.frame.columns
    rated = counted.with_ratio("per_month", "n", "days", times=MONTH)
    return rated.select([*first, "per_month", last])


def find_pace_range(rates: Released) -> tuple[Statistic | Hidden, Statistic | Hidden]:
    """Return the lowest and the highest pace of the periods that are shown.

    Parameters
    ----------
    rates
        As `rate_starts` gives it.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"n": [20, 10, 2], "days": [100, 100, 100], "summary": ["", "", ""]})
    >>> counted = protect(data, counts=["n"], keys=["days"], profile="internal")
    >>> [round(pace.value, 1) for pace in find_pace_range(rate_starts(counted))]
    [0.6, 6.1]
    """
    paces = [cell for cell in rates.values("per_month") if isinstance(cell, Statistic)]
    if not paces:
        return Hidden(), Hidden()
    by_size = sorted(paces, key=lambda pace: pace.value)
    return by_size[0], by_size[-1]


def _check_starts(starts: pd.DataFrame, window: Window) -> pd.Series:
    days = pd.to_datetime(starts["start_date"])
    outside = int((~days.between(pd.Timestamp(window.start), pd.Timestamp(window.end))).sum())
    if outside:
        raise UserError(
            "A start of treatment lies outside the window.",
            "mart uptake, column start_date",
            found=f"{outside} people",
            expected=f"{window.start} to {window.end}",
        )
    return days
