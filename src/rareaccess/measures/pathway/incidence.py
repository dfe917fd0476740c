"""Who starts treatment over time, with death as a competing event: Aalen and Johansen."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.disclosure import Hidden, Released, Shown, Statistic, fmt, join_origins
from rareaccess.measures.life_tables import (
    count_group,
    release_intervals,
    walk_group,
    walk_intervals,
)
from rareaccess.measures.pathway.groups import ALL, part_people
from rareaccess.measures.periods import MONTH
from rareaccess.measures.tidy import find_quantile
from rareaccess.study import Study

__all__ = [
    "HORIZONS",
    "choose_horizon",
    "compare_incidence",
    "estimate_incidence",
    "follow_groups",
    "follow_starts",
    "head_end",
    "tabulate_incidence",
    "tell_end",
    "time_starts",
]

LEAST = 10  # people at risk below whom a curve is not continued
HORIZONS = (60, 36, 24, 12)
"""Months at which groups are compared, the latest first."""
CENSORED, STARTED, DIED = 0, 1, 2
ENDS = {"started": STARTED, "died": DIED}
SHARES = {"incidence": "started", "lower": "started_lower", "upper": "started_upper"}


def time_starts(pathway: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return how long each person could have started treatment, and how that time ended.

    The time runs from the first record with a code or, where the drug was approved later, from the
    approval: nobody could start before, and nobody is counted as waiting for a drug that was not
    to be had. It is a landmark, not a late entry: the cohort was alive on the day of the approval.

    Parameters
    ----------
    pathway
        The mart.

    Returns
    -------
    tuple
        `study_id`, `days`, `event` (0 censored, 1 started, 2 died before it); the people without a
        code, whose time does not begin; and those who started, or were last seen, before it began.

    Examples
    --------
    >>> pathway = pd.DataFrame({"study_id": [1, 2, 3], "treated": [True, False, False],
    ...     "waits_from": pd.to_datetime(["2020-01-01", "2020-01-01", None]),
    ...     "waits_until": pd.to_datetime(["2020-01-31", "2021-01-01", None]),
    ...     "died": [False, True, False]})
    >>> times, uncoded, before = time_starts(pathway)
    >>> times.values.tolist(), uncoded.tolist(), before.tolist()
    ([[1, 30, 1], [2, 366, 2]], [3], [])
    """
    days = (pathway["waits_until"] - pathway["waits_from"]).dt.days
    event = np.select([pathway["treated"], pathway["died"]], [STARTED, DIED], CENSORED)
    times = pd.DataFrame({"study_id": pathway["study_id"], "days": days, "event": event})
    known, before = days.notna(), days < 0
    kept = times[known & ~before].astype({"days": "int64"}).reset_index(drop=True)
    return kept, pathway.loc[~known, "study_id"], pathway.loc[before, "study_id"]


def estimate_incidence(
    times: pd.DataFrame, *, at: Sequence[float], confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate the share who have had the event by some days, other ways to end competing.

    F(t) = Σ S(u−) d₁(u) / n(u) over the days u up to t: of those still waiting, the share who have
    the event. S is the share to whom nothing has happened yet, by Kaplan and Meier.

    Parameters
    ----------
    times
        One row a person: `days` (0 or more), `event`: 0 censored, 1 the event, 2 another end.
    at
        Days at which it is read, ascending.
    confidence
        Of the interval: log(−log), with the variance of the delta method.

    Returns
    -------
    pandas.DataFrame
        `days`, `at_risk` (with a time of that day or later), `events` and `others` up to it,
        `incidence`, `lower`, `upper` (0 to 1).

    Raises
    ------
    ValueError
        Nobody, or a negative time.

    Notes
    -----
    To take those who die as censored would give the share in a world without death, and too much.
    Ties are taken as they are; nothing is jittered. Censoring is taken to tell nothing.

    References
    ----------
    Aalen and Johansen (1978), Scand J Stat 5, 141-150. Marubini and Valsecchi (1995), Analysing
    survival data from clinical trials, section 10.4, for the variance.

    Examples
    --------
    >>> times = pd.DataFrame({"days": [1, 2, 3, 4], "event": [1, 2, 1, 0]})
    >>> estimate_incidence(times, at=[1, 3])[["at_risk", "incidence"]].values.tolist()
    [[4.0, 0.25], [2.0, 0.5]]
    """
    days, event = times["days"].to_numpy("float64"), times["event"].to_numpy()
    if not len(days) or days.min() < 0:
        raise ValueError("days must hold at least one time, and none below 0")
    unique, place = np.unique(days, return_inverse=True)
    one, two = (np.bincount(place[event == kind], minlength=len(unique)).astype("float64")
                for kind in (STARTED, DIED))  # fmt: skip
    leaving = np.bincount(place, minlength=len(unique))
    n = len(days) - np.concatenate([[0], leaving.cumsum()[:-1]]).astype("float64")
    both = one + two
    before = np.concatenate([[1.0], np.cumprod(1 - both / n)[:-1]])
    steps = before * one / n
    curve = steps.cumsum()
    rows = []
    for day in at:
        upto = unique <= day
        value = float(curve[upto][-1]) if upto.any() else 0.0
        se = _deviation(value, curve[upto], before[upto], one[upto], both[upto], n[upto])
        lower, upper = _limits(value, se, confidence)
        counts = int((days >= day).sum()), int(one[upto].sum()), int(two[upto].sum())
        rows.append((day, *counts, value, lower, upper))
    names = ["days", "at_risk", "events", "others", "incidence", "lower", "upper"]
    return pd.DataFrame(rows, columns=names)


def _deviation(
    value: float,
    curve: np.ndarray,
    before: np.ndarray,
    one: np.ndarray,
    both: np.ndarray,
    n: np.ndarray,
) -> float:
    """Return the standard error of the incidence at a day, from the days up to it."""
    rest = value - curve
    safe = np.where(n > both, n - both, 1.0)  # where all leave, nothing is left to vary
    terms = rest**2 * np.where(n > both, both / (n * safe), 0.0)
    terms += before**2 * one * (n - one) / n**3
    terms -= 2 * rest * before * one / n**2
    return float(np.sqrt(max(terms.sum(), 0.0)))


def _limits(value: float, se: float, confidence: float) -> tuple[float, float]:
    if value <= 0 or value >= 1 or se == 0:
        return value, value
    reach = find_quantile(confidence) * se / (value * np.log(value))
    first, second = (float(value ** np.exp(side * reach)) for side in (1, -1))
    return min(first, second), max(first, second)


def tabulate_incidence(times: pd.DataFrame, *, months: int = 3) -> pd.DataFrame:
    """Tabulate the curve in steps of months, as far as at least ten people are at risk.

    Parameters
    ----------
    times
        As `time_starts` gives them.
    months
        Length of a step; a month has 30.4375 days.

    Returns
    -------
    pandas.DataFrame
        `month`, `at_risk`, `started` and `died` up to it, `incidence`, `lower`, `upper` and
        `died_pct` in per cent.

    Examples
    --------
    >>> times = pd.DataFrame({"days": [10] * 5 + [200] * 15, "event": [1] * 5 + [0] * 15})
    >>> tabulate_incidence(times)[["month", "at_risk", "started", "incidence"]].values.tolist()
    [[0.0, 20.0, 0.0, 0.0], [3.0, 15.0, 5.0, 25.0], [6.0, 15.0, 5.0, 25.0]]
    """
    names = {"events": "started", "others": "died"}
    last = int(times["days"].max() // MONTH) if len(times) else -1
    grid = range(0, last + 1, months)
    at = [month * MONTH for month in grid]
    if not at:
        columns = ["month", "at_risk", "started", "died", "incidence", "lower", "upper", "died_pct"]
        return pd.DataFrame(columns=columns, dtype="float64")
    found = estimate_incidence(times, at=at).rename(columns=names)
    swapped = times.assign(event=times["event"].map({CENSORED: 0, STARTED: DIED, DIED: STARTED}))
    found["died_pct"] = 100 * estimate_incidence(swapped, at=at)["incidence"]
    shares = {name: 100 * found[name] for name in ("incidence", "lower", "upper")}
    table = found.assign(**shares, month=list(grid)).drop(columns="days")
    front = ["month", "at_risk", "started", "died", "incidence", "lower", "upper", "died_pct"]
    return table.loc[table["at_risk"] >= LEAST, front].reset_index(drop=True)


def follow_starts(study: Study, times: pd.DataFrame, label: str, **about: Any) -> Released:
    """Release the curve: `tabulate_incidence`, or under a profile that controls a life table.

    Parameters
    ----------
    study
        Which releases.
    times
        As `time_starts` gives them.
    label, **about
        As `release` takes them.

    Returns
    -------
    Released
        `month`, `at_risk`, `started`, `died`, `incidence`, `lower`, `upper`, `died_pct`. Of a life
        table the people who started and died are those of the interval, and `censored` is there.
    """
    if not study.find_rule().controls:
        return study.release(
            tabulate_incidence(times), label, on="at_risk", counts=["at_risk", "started", "died"],
            keys=["month"], statistics=["incidence", "lower", "upper", "died_pct"], **about,
        )  # fmt: skip
    released = release_intervals(study, times, label, ends=ENDS, **about)
    shares = walk_intervals(released.records(), list(ENDS))
    lost = [isinstance(one, Hidden) for one in shares]
    for name, of in {**SHARES, "died_pct": "died"}.items():
        values = [pd.NA if isinstance(one, Hidden) else round(one[of], 1) for one in shares]
        released = released.with_column(name, pd.array(values, "Float64"), "statistic", lost)
    return released


def follow_groups(
    study: Study, times: pd.DataFrame, described: pd.DataFrame, label: str, *, month: int,
    by: Sequence[str], beside: pd.DataFrame, curve: Released | None = None, **about: Any,
) -> Released:  # fmt: skip
    """Release the share of each group who have started by a month, and statistics beside it.

    Under a profile that controls anything the shares are made of the released counts of those who
    started, died and were lost before the month.

    Parameters
    ----------
    study
        Which releases.
    times, described, month, by
        As `compare_incidence` takes them.
    beside
        `by`, `level` and columns of statistics of the group.
    curve
        As `follow_starts` gives it: where it has the month, all together have its share.
    label, **about
        As `release` takes them.
    """
    extra = [str(name) for name in beside.columns if name not in ("by", "level")]
    if not study.find_rule().controls:
        compared = compare_incidence(times, described, month=month, by=by)
        return study.release(
            compared.merge(beside, on=["by", "level"], how="left"), label, on="started",
            counts=["n", "started"], statistics=["incidence", "lower", "upper", *extra], **about,
        )  # fmt: skip
    joined = described.merge(times, on="study_id", validate="1:1")
    rows = [{"by": what, "level": level, **count_group(joined[inside], ENDS, month=month)}
            for what, level, inside in part_people(joined, by)]  # fmt: skip
    released = study.release(
        pd.DataFrame(rows).merge(beside, on=["by", "level"], how="left"), label, on="started",
        counts=["n", *ENDS, "censored"], statistics=extra, **about,
    )  # fmt: skip
    at = [row for row in curve.records() if row["month"] == month] if curve else []

    def read(row: dict[str, Any]) -> dict[str, float] | Hidden | None:
        if at and row["level"] == ALL and isinstance(at[0]["incidence"], Statistic):
            return {name: at[0][name].value for name in SHARES}
        return walk_group(row, list(ENDS), SHARES)

    return released.with_statistics(list(SHARES), read)


def tell_end(curve: Released) -> Shown:
    """Say where the curve ends: how many per cent have started by then, and how many have died.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = tabulate_incidence(pd.DataFrame({"days": [40] * 5 + [200] * 15,
    ...                                         "event": [1] * 5 + [0] * 15}))
    >>> tell_end(protect(data, on="at_risk", counts=["at_risk", "started", "died"], keys=["month"],
    ...     statistics=["incidence", "lower", "upper", "died_pct"], profile="internal"))
    'At the end of the curve, after 6 months, 25.0% had started and 0.0% had died before they \
could.'
    """
    if not (rows := curve.records()):
        return Shown("Too few people are followed for a curve.")
    last = rows[-1]
    month, started, died = (fmt.num(last[name], decimals) for name, decimals in
                            (("month", 0), ("incidence", 1), ("died_pct", 1)))  # fmt: skip
    words = (
        f"At the end of the curve, after {month} months, {started}% had started and {died}% had "
        "died before they could."
    )
    return Shown(words).from_origin(join_origins([last["incidence"], last["died_pct"]]))


def head_end(curve: Released) -> Shown:
    """Say in few words where the curve ends, as a figure's headline; "" where nothing is shown.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = tabulate_incidence(pd.DataFrame({"days": [40] * 5 + [200] * 15,
    ...                                         "event": [1] * 5 + [0] * 15}))
    >>> head_end(protect(data, on="at_risk", counts=["at_risk", "started", "died"], keys=["month"],
    ...     statistics=["incidence", "lower", "upper", "died_pct"], profile="internal"))
    'After 6 months 25.0% had started'
    """
    last = curve.records()[-1] if len(curve.frame) else {"incidence": None}
    if last["incidence"] is None or isinstance(last["incidence"], Hidden):
        return Shown("")
    return fmt.fill("After {month} months {share}% had started",
                    month=fmt.num(last["month"], 0), share=fmt.num(last["incidence"]))  # fmt: skip


def choose_horizon(times: pd.DataFrame) -> int:
    """Return the latest month of `HORIZONS` at which a tenth of the people are still at risk.

    Examples
    --------
    >>> choose_horizon(pd.DataFrame({"days": [400] * 5 + [1200] * 5, "event": 0}))
    36
    """
    still = [month for month in HORIZONS if (times["days"] >= month * MONTH).mean() >= 0.1]
    return still[0] if still else HORIZONS[-1]


def compare_incidence(
    times: pd.DataFrame, described: pd.DataFrame, *, month: int, by: Sequence[str]
) -> pd.DataFrame:
    """Estimate the share of each group who have started by a month, deaths competing.

    Parameters
    ----------
    times
        As `time_starts` gives them.
    described
        As `describe_people` gives them.
    month
        When it is read; a group with fewer than ten people still at risk then has no estimate.
    by
        Characteristics.

    Returns
    -------
    pandas.DataFrame
        `by`, `level`, `n`, `started` by the month, `incidence`, `lower`, `upper` in per cent. Where
        nobody has started there are no limits: the formula would give an interval without width.
    """
    joined = described.merge(times, on="study_id", validate="1:1")
    rows = []
    for what, level, inside in part_people(joined, by):
        part = joined[inside]
        found = estimate_incidence(part, at=[month * MONTH]).iloc[0]
        enough = found["at_risk"] >= LEAST
        known = ("incidence", "lower", "upper") if found["events"] else ("incidence",)
        shares = {name: 100 * found[name] if enough and name in known else None
                  for name in ("incidence", "lower", "upper")}  # fmt: skip
        rows.append({"by": what, "level": level, "n": len(part), "started": int(found["events"]),
                     **shares})  # fmt: skip
    whole = dict.fromkeys(["incidence", "lower", "upper"], "Float64")
    return pd.DataFrame(rows).astype(whole)
