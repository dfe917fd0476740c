"""The steps of the pathway by group: visits, applications, waits, and hospital use meanwhile."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.disclosure import Released
from rareaccess.measures.life_tables import count_group, walk_group
from rareaccess.measures.pathway.groups import part_people
from rareaccess.measures.rates.intervals import limit_events
from rareaccess.measures.survival import tabulate_survival
from rareaccess.study import Study

__all__ = [
    "count_steps",
    "release_outcomes",
    "summarise_care",
    "summarise_outcomes",
    "summarise_waits",
    "tabulate_emergencies",
]

YEAR = 365.25  # days
LEAST = 10  # people at risk below whom a share over time is not given


def count_steps(
    pathway: pd.DataFrame, described: pd.DataFrame, *, by: Sequence[str]
) -> pd.DataFrame:
    """Count the people of each group who were seen, applied for, approved and started.

    Parameters
    ----------
    pathway
        The mart.
    described
        As `describe_people` gives them.
    by
        Characteristics.

    Returns
    -------
    pandas.DataFrame
        `by`, `level`, `n`, `applied`, `approved`, `started`, and `first_visits`: the mean number of
        first visits a person to the specialty since the drug was approved.

    Notes
    -----
    Everybody who started was approved, and everybody approved had applied, as the dates of the
    pathway are of one application. Groups differ in how long they were followed.

    Examples
    --------
    >>> pathway = pd.DataFrame({"study_id": [1, 2], "first_visits": [3, 0],
    ...     "applied_date": pd.to_datetime(["2020-01-01", None]), "start_date": pd.NaT,
    ...     "approved_date": pd.NaT})
    >>> groups = pd.DataFrame({"study_id": [1, 2], "sex": "Female"})
    >>> count_steps(pathway, groups, by=["sex"]).iloc[:1].values.tolist()
    [['Everybody', 'all', 2, 1, 0, 0, 1.5]]
    """
    joined = described.merge(pathway.drop(columns="treated", errors="ignore"), on="study_id",
                             validate="1:1")  # fmt: skip
    days = {"applied": "applied_date", "approved": "approved_date", "started": "start_date"}
    rows = [
        {
            "by": what, "level": level, "n": int(inside.sum()),
            **{name: int(joined.loc[inside, day].notna().sum()) for name, day in days.items()},
            "first_visits": float(joined.loc[inside, "first_visits"].mean()),
        }
        for what, level, inside in part_people(joined, by)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def summarise_waits(
    pathway: pd.DataFrame, described: pd.DataFrame, *, by: Sequence[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Summarise the days from submission to the planned start of each group of the treated.

    Parameters
    ----------
    pathway
        The mart: `applied_date`, `approved_date`, `start_date` of the treated.
    described, by
        As `count_steps` takes them.

    Returns
    -------
    tuple
        `by`, `level`, `n`, `median`, `mean`, `q1`, `q3` in days from submission to the planned
        start, and `deciding`, the median from submission to approval; and those of the treated who
        are left out because a day is missing or the submission is after the start.

    Notes
    -----
    Only the treated have such a wait. It does not show how long those waited who were not treated,
    or before an application was made. Quantiles are linear (type 7).

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2020-01-05", "2020-01-11"])
    >>> pathway = pd.DataFrame([[1, *days], [2, days[2], days[1], days[0]]],
    ...     columns=["study_id", "applied_date", "approved_date", "start_date"])
    >>> groups = pd.DataFrame({"study_id": [1, 2], "treated": True, "sex": "Male"})
    >>> waits, left_out = summarise_waits(pathway, groups, by=[])
    >>> waits.values.tolist(), left_out.tolist()
    ([['Everybody', 'all', 1, 10.0, 10.0, 10.0, 10.0, 4.0]], [2])
    """
    joined = described[described["treated"]].merge(
        pathway.drop(columns="treated", errors="ignore"), on="study_id", validate="1:1"
    )
    wait = (joined["start_date"] - joined["applied_date"]).dt.days
    deciding = (joined["approved_date"] - joined["applied_date"]).dt.days
    usable = (wait >= 0).fillna(False)
    left_out = joined.loc[~usable, "study_id"]
    joined = joined.assign(wait=wait, deciding=deciding)[usable].reset_index(drop=True)
    rows = []
    for what, level, inside in part_people(joined, by):
        part = joined.loc[inside, "wait"].to_numpy("float64")
        if not len(part):  # nobody is left of everybody: a row without a wait
            rows.append({"by": what, "level": level, "n": 0})
            continue
        q1, median, q3 = np.quantile(part, [0.25, 0.5, 0.75])
        decided = joined.loc[inside, "deciding"].median()
        rows.append({"by": what, "level": level, "n": len(part), "median": median,
                     "mean": part.mean(), "q1": q1, "q3": q3, "deciding": decided})  # fmt: skip
    names = ["by", "level", "n", "median", "mean", "q1", "q3", "deciding"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype(dict.fromkeys(names[3:], "Float64")), left_out


def summarise_care(
    care: pd.DataFrame, described: pd.DataFrame, *, by: Sequence[str]
) -> pd.DataFrame:
    """Summarise the hospital use of each group in the year before the index date.

    Parameters
    ----------
    care
        The mart.
    described, by
        As `count_steps` takes them.

    Returns
    -------
    pandas.DataFrame
        `by`, `level`, `n` people; `visits` and `stays` a person; `remote` (per cent of visits);
        `missed`, `by_patient` and `by_provider` (per cent of appointments: those seen, missed or
        cancelled); `nights` a stay; missing where there is nothing to divide by.

    Notes
    -----
    A person with many appointments weighs more. Appointments that do not say how they ended are in
    no share. Day cases are stays of no night.

    Examples
    --------
    >>> care = pd.DataFrame({"study_id": [1], "visits": [6], "remote": [3], "missed": [2],
    ...     "cancelled_by_patient": [1], "cancelled_by_provider": [1], "elective": [1],
    ...     "emergency": [1], "other_admissions": [0], "bed_days": [5]})
    >>> groups = pd.DataFrame({"study_id": [1], "sex": "Male"})
    >>> summarise_care(care, groups, by=[]).iloc[0, 2:].tolist()
    [1.0, 6.0, 50.0, 20.0, 10.0, 10.0, 2.0, 2.5]
    """
    joined = described.merge(care.drop(columns="treated", errors="ignore"), on="study_id",
                             validate="1:1")  # fmt: skip
    rows = []
    for what, level, inside in part_people(joined, by):
        total = joined[inside].sum(numeric_only=True)
        n = int(inside.sum())
        ended = ["visits", "missed", "cancelled_by_patient", "cancelled_by_provider"]
        booked = total[ended].sum()
        stays = total[["elective", "emergency", "other_admissions"]].sum()
        rows.append(
            {
                "by": what, "level": level, "n": n, "visits": total["visits"] / n,
                "remote": _share(total["remote"], total["visits"]),
                "missed": _share(total["missed"], booked),
                "by_patient": _share(total["cancelled_by_patient"], booked),
                "by_provider": _share(total["cancelled_by_provider"], booked),
                "stays": stays / n,
                "nights": _share(total["bed_days"], stays, times=1),
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys(frame.columns[3:], "Float64"))


def _share(part: float, whole: float, *, times: float = 100) -> float | None:
    return times * part / whole if whole else None


def tabulate_emergencies(pathway: pd.DataFrame) -> pd.DataFrame:
    """Rate of emergency admissions while people waited, in each stretch of the pathway.

    Parameters
    ----------
    pathway
        The mart.

    Returns
    -------
    pandas.DataFrame
        `stretch`, `n` people with such a time, `years` in all, `admitted` (people with at least
        one), `admissions`, and `rate`, `lower`, `upper`: admissions in a hundred person-years, with
        the limits of a count (exact below ten, else Byar's).

    Notes
    -----
    The limits take admissions as independent, but some people are admitted again and again, so
    they are too narrow. The treated had to stay alive until they started.

    Examples
    --------
    >>> pathway = pd.DataFrame({"treated": [True], "emergencies": [1], "emergencies_applied": [0],
    ...     "waits_from": pd.to_datetime(["2020-01-01"]),
    ...     "start_date": pd.to_datetime(["2021-01-01"]),
    ...     "waits_until": pd.to_datetime(["2021-01-01"]),
    ...     "applied_date": pd.to_datetime(["2020-12-01"])})
    >>> tabulate_emergencies(pathway)[["n", "admissions", "rate"]].round(1).values.tolist()
    [[1.0, 1.0, 99.8], [1.0, 0.0, 0.0], [0.0, 0.0, nan]]
    """
    treated = pathway["treated"]
    waited = (pathway["waits_until"] - pathway["waits_from"]).dt.days
    applied = (pathway["start_date"] - pathway["applied_date"]).dt.days
    stretches = [
        ("The treated, from first code or approval to start", treated, waited, "emergencies"),
        ("The treated, from application to start", treated, applied, "emergencies_applied"),
        ("The others, from first code or approval", ~treated, waited, "emergencies"),
    ]
    rows = []
    for stretch, who, days, column in stretches:
        inside = who & (days > 0).fillna(False)
        count, years = pathway.loc[inside, column], float(days[inside].sum()) / YEAR
        n = int(count.sum())
        lower, upper, _ = limit_events(n, confidence=0.95, profile="phe")
        rate = [100 * float(x) / years if years else np.nan for x in (n, lower, upper)]
        rows.append((stretch, int(inside.sum()), years, int((count > 0).sum()), n, *rate))
    names = ["stretch", "n", "years", "admitted", "admissions", "rate", "lower", "upper"]
    return pd.DataFrame(rows, columns=names)


def summarise_outcomes(
    times: pd.DataFrame, described: pd.DataFrame, *, month: int, by: Sequence[str]
) -> pd.DataFrame:
    """Share of each group without the event at a month, by Kaplan-Meier.

    Parameters
    ----------
    times
        `study_id`, `days`, `event`: one row a treated person.
    described, by
        As `count_steps` takes them.
    month
        Where the curve is read; a group with fewer than ten people at risk then has no estimate.

    Returns
    -------
    pandas.DataFrame
        `by`, `level`, `n`, `events`, `share`, `lower`, `upper` in per cent.

    Examples
    --------
    >>> times = pd.DataFrame({"study_id": range(20), "days": 900, "event": False})
    >>> groups = pd.DataFrame({"study_id": range(20), "sex": "Male"})
    >>> summarise_outcomes(times, groups, month=12, by=[]).iloc[0, 2:].tolist()
    [20.0, 0.0, 100.0, <NA>, <NA>]
    """
    joined = described.merge(times, on="study_id", validate="1:1")
    rows = []
    for what, level, inside in part_people(joined, by):
        part = joined[inside]
        found = tabulate_survival(part, months=[0, month], least=LEAST)
        read = found[found["month"] == month]
        shares = [read[name].iloc[0] if len(read) else None
                  for name in ("survival", "lower", "upper")]  # fmt: skip
        if shares[0] in (0, 100):  # the formula would give an interval without width
            shares[1:] = None, None
        rows.append((what, level, len(part), int(part["event"].sum()), *shares))
    names = ["by", "level", "n", "events", "share", "lower", "upper"]
    return pd.DataFrame(rows, columns=names).astype(
        dict.fromkeys(["share", "lower", "upper"], "Float64")
    )


def release_outcomes(
    study: Study, times: pd.DataFrame, described: pd.DataFrame, label: str, *, month: int,
    by: Sequence[str], **about: Any,
) -> Released:  # fmt: skip
    """Release the share of each group without the event at a month, as `summarise_outcomes` says.

    Under a profile that controls anything it is made of the released counts of those with the event
    and of those lost before the month.

    Parameters
    ----------
    study
        Which releases.
    times, described, month, by
        As `summarise_outcomes` takes them.
    label, **about
        As `release` takes them.
    """
    read = {"share": "free", "lower": "free_lower", "upper": "free_upper"}
    if not study.find_rule().controls:
        return study.release(
            summarise_outcomes(times, described, month=month, by=by), label,
            counts=["n", "events"], statistics=list(read), **about,
        )  # fmt: skip
    joined = described.merge(times, on="study_id", validate="1:1")
    rows = [{"by": what, "level": level, **count_group(joined[inside], {"events": 1}, month=month)}
            for what, level, inside in part_people(joined, by)]  # fmt: skip
    released = study.release(pd.DataFrame(rows), label, counts=["n", "events", "censored"], **about)
    return released.with_statistics(list(read), lambda row: walk_group(row, ["events"], read))
