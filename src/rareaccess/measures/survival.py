"""Times to an event: Kaplan-Meier curves, medians and restricted means, with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.disclosure import Hidden, Population, Released, Shown, fmt, join_origins
from rareaccess.measures.life_tables import release_intervals, walk_intervals
from rareaccess.measures.periods import MONTH
from rareaccess.study import Door

__all__ = [
    "COVERS",
    "CURVE",
    "TABLE_MONTHS",
    "TIMES",
    "Estimate",
    "count_at_risk",
    "count_how",
    "estimate_survival",
    "follow",
    "follow_covers",
    "follow_times",
    "head",
    "say",
    "say_events",
    "say_mean",
    "span_covers",
    "summarise_survival",
    "tabulate_covers",
    "tabulate_survival",
]

LEVEL = 0.95
ESTIMATED = "Kaplan-Meier{interval}, until fewer than ten are followed"
"""What a curve is without disclosure control, in words for a note; a life table says its own."""
LEAST = 10  # people at risk below whom a curve is not continued
READ = ("median", "median_lower", "median_upper", "mean", "mean_lower", "mean_upper", "horizon")
CURVE = {
    "on": "at_risk", "statistics": ("survival", "lower", "upper"),
    "counts": ("events", "censored"), "keys": ("month",),
}  # fmt: skip
"""What the columns of `tabulate_survival` are to disclosure control."""
COVERS = {"on": "at_risk", "statistics": ("survival",), "keys": ("cover_months", "month")}
"""What the columns of `tabulate_covers` are to disclosure control."""
TABLE_MONTHS = (0, 6, 12, 24, 36, 60)
"""The months at which a table gives a curve."""
TIMES = {"statistics": READ[:-1], "counts": ("events",), "keys": READ[-1:]}
"""What the columns of `summarise_survival` are to disclosure control."""


@dataclass(frozen=True)
class Estimate:
    """A Kaplan-Meier estimate with what is read from it.

    Parameters
    ----------
    n, events
        Patients, and those of them with the event.
    curve
        `days`, `survival`, `lower`, `upper`: one row for day 0 and for each day with an event or a
        censoring; the limits are those of the log-log interval.
    median, median_lower, median_upper
        Days by which half have had the event; infinite where that was not reached.
    mean, mean_lower, mean_upper
        Restricted mean in days up to `horizon`: the area under the curve, with a normal interval.
    horizon
        The day to which the restricted mean goes.
    level
        Confidence level.
    """

    n: int
    events: int
    curve: pd.DataFrame
    median: float
    median_lower: float
    median_upper: float
    mean: float
    mean_lower: float
    mean_upper: float
    horizon: int
    level: float = LEVEL
    method: str = "Kaplan-Meier, log-log interval"


def estimate_survival(times: pd.DataFrame, *, horizon: int, level: float = LEVEL) -> Estimate:
    """Estimate the share without the event over time, by Kaplan-Meier with a log-log interval.

    Parameters
    ----------
    times
        One row a patient: `days` (at least 0) and `event` (bool; False is censored).
    horizon
        Days to which the restricted mean goes. The curve is not carried beyond its last day: a
        horizon behind it is brought back to it.
    level
        Confidence level.

    Raises
    ------
    ValueError
        Nobody, or a negative time.

    Notes
    -----
    Censoring is taken to tell nothing of the event. It misleads where those lost differ from those
    who stay, and when few are at risk: print the number at risk beside the curve. Somebody whose
    event falls on day 0 is counted at half a day, so that the curve begins at one.

    References
    ----------
    Kaplan and Meier (1958), JASA 53, 457-481. Freireich et al. (1963), Blood 21, 699-716: the
    6-MP arm, whose published values the example gives.

    Examples
    --------
    >>> days = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    >>> events = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    >>> arm = estimate_survival(pd.DataFrame({"days": days, "event": events}), horizon=35)
    >>> arm.curve.set_index("days")["survival"].loc[[6, 10, 23]].round(4).tolist(), arm.median
    ([0.8571, 0.7529, 0.4482], 23.0)
    """
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times
    from scipy.stats import norm

    days, event = times["days"].to_numpy("float64"), times["event"].to_numpy(bool)
    if not len(days) or days.min() < 0:
        raise ValueError("days must hold at least one time, and none below 0")
    fit = KaplanMeierFitter(alpha=1 - level).fit(np.where(days == 0, 0.5, days), event)
    limits = fit.confidence_interval_survival_function_
    lower, upper = median_survival_times(limits).iloc[0]
    curve = pd.DataFrame(
        {
            "days": fit.survival_function_.index.to_numpy("float64"),
            "survival": fit.survival_function_.iloc[:, 0].to_numpy(),
            "lower": limits.iloc[:, 0].fillna(1.0).to_numpy(),
            "upper": limits.iloc[:, 1].fillna(1.0).to_numpy(),
        }
    )
    end = int(min(horizon, days.max()))
    mean, variance = _restricted_mean(curve, fit.event_table, end)
    reach = norm.ppf(0.5 + level / 2) * np.sqrt(variance)
    return Estimate(
        n=len(days),
        events=int(event.sum()),
        curve=curve,
        median=float(fit.median_survival_time_),
        median_lower=float(lower),
        median_upper=float(upper),
        mean=float(mean),
        mean_lower=float(max(mean - reach, 0)),
        mean_upper=float(min(mean + reach, end)),
        horizon=end,
        level=level,
    )


def _restricted_mean(curve: pd.DataFrame, table: pd.DataFrame, end: float) -> tuple[float, float]:
    """Return the area under the curve to a day, and its variance by Greenwood's formula.

    The area is exact, for the curve is a staircase; lifelines integrates it numerically.

    References
    ----------
    Klein and Moeschberger (2003), Survival Analysis, section 4.5.
    """
    starts = curve["days"].to_numpy()
    widths = np.clip(np.append(starts[1:], np.inf), None, end) - np.clip(starts, None, end)
    areas = curve["survival"].to_numpy() * widths
    later = areas[::-1].cumsum()[::-1]  # the area from each day on
    died, at_risk = table["observed"].to_numpy(), table["at_risk"].to_numpy()
    counted = (died > 0) & (died < at_risk) & (starts < end)
    terms = later[counted] ** 2 * died[counted] / (at_risk[counted] * (at_risk - died)[counted])
    return float(areas.sum()), float(terms.sum())


def count_at_risk(times: pd.DataFrame, at: list[int]) -> pd.DataFrame:
    """Count the patients at risk at the start of intervals, and what happens in each.

    Parameters
    ----------
    times
        `days` and `event`, one row a patient.
    at
        First days of the intervals, ascending, the first of them 0; the last one is open.

    Returns
    -------
    pandas.DataFrame
        `days`, `at_risk` (with a time of that day or later), `events` and `censored` within.

    Examples
    --------
    >>> times = pd.DataFrame({"days": [5, 10, 10, 30], "event": [True, True, False, False]})
    >>> count_at_risk(times, [0, 10, 20]).to_numpy().tolist()
    [[0, 4, 1, 0], [10, 3, 1, 1], [20, 1, 0, 1]]
    """
    days, event = times["days"].to_numpy(), times["event"].to_numpy(bool)
    inside = np.searchsorted(np.asarray(at), days, side="right") - 1
    places = range(len(at))
    return pd.DataFrame(
        {
            "days": at,
            "at_risk": [int((days >= first).sum()) for first in at],
            "events": [int((event & (inside == n)).sum()) for n in places],
            "censored": [int((~event & (inside == n)).sum()) for n in places],
        }
    )


def tabulate_survival(
    times: pd.DataFrame, *, months: int | Sequence[int] = 3, least: int = LEAST
) -> pd.DataFrame:
    """Tabulate the curve at the start of intervals, with the numbers at risk.

    The steps of the curve, each of which is one person's day, are merged in this way before
    anything is shown. It stops where too few are at risk for a share to mean anything.

    Parameters
    ----------
    times
        `days` and `event`, one row a patient.
    months
        Length of the intervals, or the months at which they start, ascending and from 0; a month
        has 30.4375 days.
    least
        Rows with fewer people at risk are not given.

    Returns
    -------
    pandas.DataFrame
        `month` (of the start of the interval), `at_risk`, `events` and `censored` within it, and
        `survival`, `lower`, `upper` in per cent at its start.

    Examples
    --------
    >>> times = pd.DataFrame({"days": [50, 100, 150], "event": [True, True, False]})
    >>> table = tabulate_survival(times, least=1)[["month", "at_risk", "survival"]]
    >>> table.round(1).to_numpy().tolist()
    [[0.0, 3.0, 100.0], [3.0, 2.0, 66.7]]
    >>> tabulate_survival(times).empty
    True
    """
    if times.empty:
        kinds = dict.fromkeys(("month", "at_risk", "events", "censored"), "int64")
        kinds |= dict.fromkeys(("survival", "lower", "upper"), "float64")
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    last = int(times["days"].max())
    grid = range(0, int(last // MONTH) + 1, months) if isinstance(months, int) else months
    starts = [month * MONTH for month in grid]
    curve = estimate_survival(times, horizon=last).curve
    at = np.searchsorted(curve["days"].to_numpy(), starts, side="right") - 1
    shown = curve.iloc[at].reset_index(drop=True)
    table = count_at_risk(times, starts).assign(
        days=list(grid), **{name: 100 * shown[name] for name in ("survival", "lower", "upper")}
    )
    table = table.rename(columns={"days": "month"})
    return table[table["at_risk"] >= least].reset_index(drop=True)


def tabulate_covers(
    times: pd.DataFrame, *, months: int | Sequence[int] = 3, least: int = LEAST
) -> pd.DataFrame:
    """Tabulate a curve for each assumption on the months that a form covers, without intervals.

    What tells the curves apart is an assumption and not chance, which an interval would measure.

    Parameters
    ----------
    times
        `cover_months`, `days` and `event`: one row a patient and assumption.
    months, least
        As `tabulate_survival` takes them.

    Returns
    -------
    pandas.DataFrame
        `cover_months`, `month`, `at_risk` and `survival`.

    Examples
    --------
    >>> times = pd.DataFrame({"cover_months": [6, 12], "days": [180, 360], "event": True})
    >>> tabulate_covers(times, months=[0, 6], least=1).to_numpy().tolist()
    [[6.0, 0.0, 1.0, 100.0], [12.0, 0.0, 1.0, 100.0], [12.0, 6.0, 1.0, 100.0]]
    """
    parts = {cover: tabulate_survival(part, months=months, least=least)
             for cover, part in times.groupby("cover_months")}  # fmt: skip
    frame = pd.concat(parts, names=["cover_months"]).reset_index(level=0)
    return frame[["cover_months", "month", "at_risk", "survival"]].reset_index(drop=True)


def summarise_survival(times: pd.DataFrame, *, months: int) -> pd.DataFrame:
    """Summarise a curve in one row: median and restricted mean in months, with their intervals.

    Parameters
    ----------
    times
        `days` and `event`, one row a patient.
    months
        How far the restricted mean goes.

    Returns
    -------
    pandas.DataFrame
        `group` ("all"), `n`, `events`, `median`, `median_lower`, `median_upper`, `mean`,
        `mean_lower`, `mean_upper`, `horizon`; months, missing where the curve does not fall so far.

    Examples
    --------
    >>> times = pd.DataFrame({"days": [304, 609], "event": [True, False]})
    >>> row = summarise_survival(times, months=20).round(1).iloc[0]
    >>> [float(row[name]) for name in ("n", "events", "median", "mean")]
    [2.0, 1.0, 10.0, 15.0]
    """
    if times.empty:
        return pd.DataFrame([{"group": "all", "n": 0, "events": 0, **dict.fromkeys(READ)}])
    found = estimate_survival(times, horizon=int(months * MONTH))
    values = {name: getattr(found, name) / MONTH for name in READ}
    row = {"group": "all", "n": found.n, "events": found.events, **values}
    return pd.DataFrame([row]).replace(np.inf, np.nan)


def follow(
    study: Door, times: pd.DataFrame, label: str, *, months: int | Sequence[int] = 3,
    caveat: str = "", **about: Any,
) -> Released:  # fmt: skip
    """Release a curve: `tabulate_survival`, or under a profile that controls a life table.

    Parameters
    ----------
    study
        Which releases.
    times, months
        As `tabulate_survival` takes them; a life table has intervals of its own.
    label, **about
        As `release` takes them.
    caveat
        What a reader should know beside the method, which is added here.

    Returns
    -------
    Released
        `month`, `at_risk`, `events`, `censored`, `survival`, `lower`, `upper`.
    """
    if not study.find_rule().controls:
        note = ESTIMATED.format(interval=" with 95% log-log intervals")
        return study.release(tabulate_survival(times, months=months), label, **CURVE, **about,
                             caveat=_join(note, caveat))  # fmt: skip
    about["caveat"] = caveat
    return _add_survival(release_intervals(study, times, label, ends={"events": 1}, **about))


def _join(note: str, caveat: str) -> str:
    return f"{note}; {caveat}" if caveat else note


def follow_covers(
    study: Door, times: pd.DataFrame, label: str, *, months: int | Sequence[int] = 3,
    caveat: str = "", **about: Any,
) -> Released:  # fmt: skip
    """Release a curve for each assumption, as `follow` does: `tabulate_covers`, or life tables."""
    if not study.find_rule().controls:
        note = ESTIMATED.format(interval="")
        return study.release(tabulate_covers(times, months=months), label, **COVERS, **about,
                             caveat=_join(note, caveat))  # fmt: skip
    released = release_intervals(
        study, times, label, ends={"events": 1}, by="cover_months", caveat=caveat, **about
    )
    return _add_survival(released, by="cover_months").select(
        ["cover_months", "month", "at_risk", "events", "censored", "survival"]
    )


def _add_survival(released: Released, by: str = "") -> Released:
    """Add the share without the event at the start of each interval, from what is shown."""
    rows = released.records()
    groups = dict.fromkeys(row[by].value if by else 0 for row in rows)
    shares: list[Any] = []
    for group in groups:
        own = [row for row in rows if not by or row[by] == group]
        shares += walk_intervals(own, ["events"])
    lost = [isinstance(one, Hidden) for one in shares]
    for name, of in {"survival": "free", "lower": "free_lower", "upper": "free_upper"}.items():
        values = [pd.NA if isinstance(one, Hidden) else round(one[of], 1) for one in shares]
        released = released.with_column(name, pd.array(values, "Float64"), "statistic", lost)
    return released


def follow_times(
    study: Door, times: pd.DataFrame, label: str, *, months: int, population: Population
) -> Released:
    """Release the summary of a curve: `summarise_survival`, or what its life table gives.

    Of a life table the median and its limits are ends of intervals, and no mean is given, which
    would rest on the days of single people.
    """
    if not study.find_rule().controls:
        return study.release(
            summarise_survival(times, months=months), label, **TIMES, population=population
        )
    curve = follow(study, times, label, population=population)
    counted = study.release(
        pd.DataFrame({"group": ["all"], "n": [len(times)], "events": [int(times["event"].sum())]}),
        label, counts=["n", "events"], population=population,
    )  # fmt: skip
    read = {"median": "survival", "median_lower": "lower", "median_upper": "upper"}
    shown = curve.frame
    for name, column in read.items():
        below = shown.loc[(shown[column] <= 50).fillna(False), "month"]
        value = pd.array([float(below.iloc[0]) if len(below) else pd.NA], "Float64")
        counted = counted.with_column(name, value, "statistic")
    for name in READ[3:-1]:
        counted = counted.with_column(name, pd.array([pd.NA], "Float64"), "statistic", [True])
    return counted.with_column("horizon", pd.array([months], "Float64"), "key")


def count_how(times: pd.DataFrame, ways: Mapping[str, str]) -> pd.DataFrame:
    """Count people by how their time ended, or that it goes on.

    Parameters
    ----------
    times
        One row a person: `how`.
    ways
        Each value of `how` and what it means: `ENDS` or `LIVES`.

    Returns
    -------
    pandas.DataFrame
        `how` (its meaning, in the order of `ways`) and `n`, 0 where nobody is.

    Examples
    --------
    >>> times = pd.DataFrame({"how": ["alive", "died", "alive"]})
    >>> from rareaccess.marts.levels import LIVES
    >>> count_how(times, LIVES)["n"].tolist()
    [1, 2, 0, 0, 0]
    """
    counts = times["how"].value_counts().reindex(list(ways), fill_value=0)
    return pd.DataFrame({"how": list(ways.values()), "n": counts.to_numpy("int64")})


def span_covers(curves: Released, *, month: int) -> Shown:
    """Say the least and the most that is covered at a month, over the assumptions that reach it.

    Parameters
    ----------
    curves
        `tabulate_covers`, released.
    """
    rows = [row for row in curves.records() if row["month"].value == month]
    shares = [row["survival"] for row in rows]
    return Shown(f"{fmt.span(shares, fmt.num)}%" if rows else "an unknown share")


def head(curve: Released, *, month: int, what: str) -> Shown:
    """Say the share at a month in few words, as a figure's headline; "" where no share is shown.

    Parameters
    ----------
    curve
        What `follow` gave.
    what
        What they were, such as "alive".

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> times = pd.DataFrame({"days": [100.0] * 5 + [700.0] * 15, "event": [1] * 5 + [0] * 15})
    >>> curve = protect(tabulate_survival(times, months=(0, 12)), **CURVE, profile="internal")
    >>> head(curve, month=12, what="alive"), head(curve, month=24, what="alive")
    ('After 12 months 75.0% were alive', '')
    """
    rows = [row for row in curve.records() if row["month"].value == month]
    if not rows or rows[0]["survival"] is None or isinstance(rows[0]["survival"], Hidden):
        return Shown("")
    share = fmt.num(rows[0]["survival"])
    return Shown(f"After {month} months {share}% were {what}").from_origin(
        join_origins([rows[0]["survival"]])
    )


def say(summary: Released, *, what: str, seen: str = "") -> Shown:
    """Say a summary in words: events, and the median with its interval.

    Parameters
    ----------
    summary
        The one row of `summarise_survival`, released.
    what
        What half of them did, such as "treatment had ended".
    seen
        What was seen to happen, such as "Treatment was seen to end"; without it no event is told.
    """
    (row,) = summary.records()
    if row["n"] == 0:
        return Shown("No record tells of it for anybody.")
    origin = join_origins(row.values())
    people = fmt.plural(row["n"], "person", "people")
    text = f"{seen} in {fmt.n(row['events'])} of {people}. " if seen else ""
    if row["median"] is None:
        return Shown(
            f"{text}The curve stops before it reaches half, so there is no median."
        ).from_origin(origin)
    upper = row["median_upper"]
    high = ", no upper limit" if upper is None else f" to {fmt.num(upper)}"
    text += f"For half, {what} by {fmt.num(row['median'])} months (95% interval from "
    return Shown(f"{text}{fmt.num(row['median_lower'])}{high}).").from_origin(origin)


def say_events(summary: Released, *, seen: str) -> Shown:
    """Say how many people were seen to have the event, such as "Treatment was seen to end"."""
    (row,) = summary.records()
    if row["n"] == 0:
        return Shown("No record tells of it for anybody.")
    people = fmt.plural(row["n"], "person", "people")
    told = Shown(f"{seen} in {fmt.n(row['events'])} of {people} within the period followed.")
    return told.from_origin(join_origins([row["events"], row["n"]]))


def say_mean(summary: Released, *, about: str) -> Shown:
    """Say the restricted mean with its interval, and what it is spent in, such as "alive"."""
    (row,) = summary.records()
    if isinstance(row["mean"], Hidden):
        return Shown("The mean time is not given: it would rest on the days of single people.")
    value = {name: fmt.num(row[name]) for name in READ}
    months = value["horizon"].removesuffix(".0")
    told = Shown(
        f"Over the first {months} months the mean time {about} was {value['mean']} months "
        f"(95% interval from {value['mean_lower']} to {value['mean_upper']})."
    )
    return told.from_origin(join_origins(row.values()))
