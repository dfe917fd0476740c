"""Hospital contacts before and after the start, beside the matched time of people not treated."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.disclosure import Hidden, Released, Shown, fmt
from rareaccess.measures.tidy import NAN, find_quantile
from rareaccess.study import Study

__all__ = [
    "CONTACTS",
    "LEAST_SETS",
    "PERIODS",
    "compare_contacts",
    "head_course",
    "number_course",
    "release_quarters",
    "release_years",
    "tell_course",
]

QUARTER = 365.25 / 4  # days
LEAST_SETS = 20
"""Treated people with a match below whom nothing is given."""
CONTACTS = {
    "All contacts": ("visits", "admissions", "emergencies"),
    "Outpatient visits": ("visits",),
    "Planned and other admissions": ("admissions",),
    "Emergency admissions": ("emergencies",),
}
"""What is counted, and of which columns of the mart it is the sum."""
PERIODS = {
    "Second year before": range(-8, -4), "Year before": range(-4, 0),
    "First year from the start": range(0, 4), "Second year from the start": range(4, 8),
}  # fmt: skip
"""Years from the start of treatment, by their quarters."""
VALUES = tuple(f"{who}{end}" for who in ("own", "other", "gap") for end in ("", "_lower", "_upper"))
NOT_DRUG = "Visits and stays for the drug itself count as contacts"


def compare_contacts(
    course: pd.DataFrame, *, periods: Mapping[Any, Sequence[int]],
    kinds: Mapping[str, Sequence[str]] = CONTACTS, per: float = QUARTER, confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Mean contacts a person of the treated in each period, of their matches, and the difference.

    Contacts are divided by the days observed, so that who dies or leaves counts for as long as they
    are there. The matches of a treated person together weigh as much as that person. The variance
    is that of a difference of two ratios, between the treated with their matches.

    Parameters
    ----------
    course
        The mart: a row a person and quarter.
    periods
        Each period, and its quarters.
    kinds
        What is counted, and the columns that are added up.
    per
        Days to which the means are given: of a quarter, or of a year.
    confidence
        Of the limits, by the normal distribution.

    Returns
    -------
    pandas.DataFrame
        `period`, `kind`, `people` (treated, with a match, observed in the period), `own`, `other`
        and `gap` (the treated less their matches), each with limits; missing where fewer than
        `LEAST_SETS` treated people are observed.

    Notes
    -----
    It is a description, and no effect of the drug. People are started on a drug when they are worse
    than usual, and after such a time use falls by itself (regression to the mean); a match has had
    no such moment. Matches are alike in sex, age, time since the first code and calendar, not in
    severity. A person who is a match of several is taken as several, so limits are a little narrow.

    Examples
    --------
    >>> course = pd.DataFrame({"study_id": range(40), "treated": [True, False] * 20,
    ...     "matched_to": [one // 2 * 2 for one in range(40)], "quarter": 0, "days": 91.3125,
    ...     "visits": [3, 1] * 20, "admissions": 0, "emergencies": 0})
    >>> found = compare_contacts(course, periods={"first": [0]}, kinds={"visits": ["visits"]})
    >>> found[["people", "own", "other", "gap"]].values.tolist()
    [[20, 3.0, 1.0, 2.0]]
    """
    z, rows = find_quantile(confidence), []
    matches = course.loc[~course["treated"], ["matched_to", "study_id"]].drop_duplicates()
    weight = 1 / matches["matched_to"].value_counts()
    for period, quarters in periods.items():
        inside = course[course["quarter"].isin(list(quarters))]
        share = inside["matched_to"].map(weight).where(~inside["treated"], 1.0).astype("float64")
        for kind, columns in kinds.items():
            counted = inside[list(columns)].sum(axis=1).astype("float64") * share
            time = inside["days"].astype("float64") * share / per
            sums = pd.DataFrame({"set": inside["matched_to"], "own": inside["treated"],
                                 "count": counted, "time": time})  # fmt: skip
            sets = pd.DataFrame(sums.groupby(["set", "own"]).sum().unstack("own", fill_value=0.0))
            rows.append({"period": period, "kind": kind, **_compare(sets, z)})
    frame = pd.DataFrame(rows, columns=["period", "kind", "people", *VALUES])
    return frame.astype({"people": "Int64", **dict.fromkeys(VALUES, "Float64")})


def _compare(sums: pd.DataFrame, z: float) -> dict[str, Any]:
    """Return the two means, their difference and its limits; from counts and times of each set."""
    blank = dict.fromkeys(VALUES, NAN)
    if not {("time", True), ("time", False)} <= set(sums.columns):
        return {"people": 0, **blank}
    counts = {own: sums[("count", own)].to_numpy("float64") for own in (True, False)}
    times = {own: sums[("time", own)].to_numpy("float64") for own in (True, False)}
    people = int((times[True] > 0).sum())
    if people < LEAST_SETS or not times[False].sum():
        return {"people": people, **blank}
    means = {own: counts[own].sum() / times[own].sum() for own in counts}
    apart = {own: (counts[own] - means[own] * times[own]) / times[own].sum() for own in counts}
    inflated = len(sums) / (len(sums) - 1)
    told: dict[str, Any] = {"people": people}
    for name, value, parts in (
        ("own", means[True], apart[True]), ("other", means[False], apart[False]),
        ("gap", means[True] - means[False], apart[True] - apart[False]),
    ):  # fmt: skip
        reach = z * float(np.sqrt(inflated * (parts**2).sum()))
        low = value - reach if name == "gap" else max(value - reach, 0.0)
        told |= {name: value, f"{name}_lower": low, f"{name}_upper": value + reach}
    return told


def release_quarters(study: Study, label: str, **about: Any) -> Released:
    """Release the contacts of each quarter around the start, a row a quarter and a group.

    Returns
    -------
    Released
        `quarter`, `group` (in words), `people`, `mean` as `rate`, `lower`, `upper`.
    """
    first, last = min(map(min, PERIODS.values())), max(map(max, PERIODS.values()))
    found = compare_contacts(
        study.course, periods={quarter: [quarter] for quarter in range(first, last + 1)},
        kinds={"All contacts": CONTACTS["All contacts"]},
    )  # fmt: skip
    parts = [
        found[["people"]].assign(quarter=found["period"], group=words, rate=found[name],
                                 lower=found[f"{name}_lower"], upper=found[f"{name}_upper"])
        for name, words in (("own", "The treated"), ("other", "Matched, not treated"))
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    columns = ["quarter", "group", "people", "rate", "lower", "upper"]
    return _release(study, frame[columns], label, ["rate", "lower", "upper"], ["quarter"], about)


def release_years(study: Study, label: str, **about: Any) -> Released:
    """Release the contacts of each year around the start by kind: both means and the difference.

    Returns
    -------
    Released
        As `compare_contacts` gives them, a year: `kind`, `period`, `people` and the statistics.
    """
    found = compare_contacts(study.course, periods=PERIODS, per=4 * QUARTER)
    order = {kind: place for place, kind in enumerate(CONTACTS)}
    found = found.sort_values("kind", key=lambda own: own.map(order), kind="stable")
    frame = found[["kind", "period", "people", *VALUES]].reset_index(drop=True)
    return _release(study, frame, label, list(VALUES), [], about)


def _release(
    study: Study, frame: pd.DataFrame, label: str, statistics: list[str], keys: list[str],
    about: Mapping[str, Any],
) -> Released:  # fmt: skip
    course = study.course
    own = course.loc[course["treated"], "study_id"].drop_duplicates()
    others = course.loc[~course["treated"], "study_id"].drop_duplicates()
    treated = study.population("treated, with a match", own, "treated person with a match",
                               "treated people with a match")  # fmt: skip
    matched = study.population("matched to the treated", others, "match", "matches")
    return study.release(
        frame, label, population={"people": treated}, on="people", keys=keys,
        statistics=dict.fromkeys(statistics, "rate"), dimension="time, a person in several",
        n=fmt.fill("{own}, {others}", own=treated.words, others=matched.words),
        caveat=NOT_DRUG, **about,
    )  # fmt: skip


def tell_course(years: Released) -> Shown:
    """Return the finding: contacts in the year before and the year after, of both groups.

    Parameters
    ----------
    years
        As `release_years` returns it.
    """
    two = _find_years(years)
    if not two:
        return Shown("Too few of the treated have a match for their contacts to be compared.")
    told = {f"{name}{place}": fmt.num(one[name], 1) for place, one in enumerate(two)
            for name in ("own", "other")}  # fmt: skip
    return fmt.fill(
        "In the year before the start the treated had {own0} hospital contacts each, and in the "
        "year from it {own1}; matched people who had not started had {other0} and {other1}.", **told
    )  # fmt: skip


def head_course(years: Released) -> Shown:
    """Say the contacts of the year before in few words, as a headline; "" where none is given."""
    two = _find_years(years)
    return Shown("") if not two else fmt.fill(
        "In the year before, the treated had {own} contacts each and the matched {other}",
        own=fmt.num(two[0]["own"]), other=fmt.num(two[0]["other"]),
    )  # fmt: skip


def number_course(years: Released) -> dict[str, Any]:
    """Return the numbers of the book: contacts before and from the start; missing where not given.

    Parameters
    ----------
    years
        As `release_years` returns it.
    """
    two = _find_years(years) or [{}, {}]
    return {
        f"{who}_{when}": one.get(name)
        for when, one in zip(("before", "after"), two, strict=True)
        for who, name in (("treated", "own"), ("matched", "other"))
    }


def _find_years(years: Released) -> list[dict[str, Any]]:
    """Return the year before the start and that from it, as tokens; none where one is not given."""
    rows = {row["period"]: row for row in years.records() if row["kind"] == "All contacts"}
    two = [rows.get(name, {}) for name in ("Year before", "First year from the start")]
    given = (one.get(name) for one in two for name in ("own", "other"))
    return [] if any(one is None or isinstance(one, Hidden) for one in given) else two
