"""Hospital contacts around the start of treatment, of the treated and of people matched to them."""

from typing import Any

import numpy as np
import pandas as pd

from rareaccess.derive.hospital.care import EMERGENCY
from rareaccess.derive.index_dates import mix_draws
from rareaccess.sources.engine import Engine

__all__ = ["EDGES", "QUARTERS", "build_course", "count_contacts", "match_people"]

MATCHES = 4
"""People matched to each of the treated, at most."""
AGE_APART, CODE_APART = 5, 365  # years of age and days of first codes, at most
QUARTERS = range(-8, 8)
"""Quarters of a year from the start: -1 ends on the day before it, 0 begins on it."""
EDGES = np.floor(365.25 / 4 * np.arange(QUARTERS.start, QUARTERS.stop + 1)).astype("int64")
"""Days from the start at which the quarters begin, and the last ends."""
COUNTS = ("visits", "admissions", "emergencies")


def match_people(members: pd.DataFrame, starts: pd.DataFrame) -> pd.DataFrame:
    """Match people who have not started by then to each treated person, on the day of the start.

    Parameters
    ----------
    members
        The cohort: `study_id`, `draw` (uint64), `sex`, `first_coded_date`, `age_at_first_code`,
        `observed_until`.
    starts
        `study_id`, `start_date` of the treated.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `treated`, `matched_to` (the study id of the treated person, of that person
        too), `index_date` (that start), `until` (the end of observation, or an own later start).
        Who has no match is not in it, nor who was first coded or last observed outside the start.

    Notes
    -----
    A match is of the same sex, first coded within a year of the treated person and by the start,
    within five years of age, under observation on the day, and not treated by then. Whoever starts
    later may be a match until then, for to leave them out would be to look into the future. Of
    more than `MATCHES` a hash of the two picks. One person may be a match of several.

    Examples
    --------
    >>> members = pd.DataFrame({"study_id": [1, 2, 3], "draw": np.array([5, 6, 7], "uint64"),
    ...     "sex": "Male", "age_at_first_code": [40, 43, 60],
    ...     "first_coded_date": pd.to_datetime(["2015-01-01"] * 3),
    ...     "observed_until": pd.to_datetime(["2024-01-01"] * 3)})
    >>> starts = pd.DataFrame({"study_id": [1], "start_date": pd.to_datetime(["2020-01-01"])})
    >>> match_people(members, starts)[["study_id", "treated", "matched_to"]].values.tolist()
    [[1, True, 1], [2, False, 1]]
    """
    known = members.dropna(subset=["first_coded_date", "age_at_first_code", "observed_until"])
    own_start = starts.set_index("study_id")["start_date"].reindex(known["study_id"])
    known = known.assign(start=own_start.set_axis(known.index))
    parts = []
    for _, people in known.sort_values(["first_coded_date", "study_id"]).groupby("sex"):
        ids, draws = people["study_id"].to_numpy("int64"), people["draw"].to_numpy("uint64")
        coded, last, start = (
            people[name].to_numpy("datetime64[D]").astype("int64")
            for name in ("first_coded_date", "observed_until", "start")
        )
        ages = people["age_at_first_code"].to_numpy("float64")
        begun = people["start"].notna().to_numpy()
        for at in np.flatnonzero(begun & (coded <= start) & (last > start)):
            day = start[at]
            low, high = np.searchsorted(coded, [coded[at] - CODE_APART, coded[at] + CODE_APART + 1])
            near = np.arange(low, high)
            age = ages[near] + (day - coded[near]) // 365.25
            own = ages[at] + (day - coded[at]) // 365.25
            free = ~begun[near] | (start[near] > day)
            fits = free & (coded[near] <= day) & (last[near] > day) & (abs(age - own) <= AGE_APART)
            fitting = near[fits]
            order = np.argsort(mix_draws(draws[fitting] ^ draws[at]), kind="stable")
            chosen = fitting[order[:MATCHES]]
            if len(chosen):
                both = np.concatenate([[at], chosen])
                ends = np.where(begun[both] & (start[both] > day), start[both], last[both])
                ends[0] = last[at]
                parts.append(np.column_stack([
                    ids[both], np.arange(len(both)) == 0, np.full(len(both), ids[at]),
                    np.full(len(both), day), np.minimum(ends, last[both]),
                ]))  # fmt: skip
    rows = np.concatenate(parts) if parts else np.empty((0, 5), dtype="int64")
    frame = pd.DataFrame(rows, columns=["study_id", "treated", "matched_to", "index_date", "until"])
    for name in ("index_date", "until"):
        frame[name] = frame[name].to_numpy("int64").astype("datetime64[D]").astype("datetime64[s]")
    frame["treated"] = frame["treated"].astype("bool")
    order = ["matched_to", "treated", "study_id"]
    return frame.sort_values(order, ascending=[True, False, True], ignore_index=True)


def count_contacts(engine: Engine, records: Any, matched: pd.DataFrame) -> pd.DataFrame:
    """Count the contacts of each matched person on each day around the start, for any reason.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    matched
        As `match_people` returns it.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `matched_to`, `day` (from the start, which is day 0), `visits`, `admissions`
        (those that are no emergency), `emergencies`; days without a contact are not in it.

    Notes
    -----
    A visit was attended, in person or remotely. An admission is a spell, a provider and a day of
    admission, and an emergency if any of its episodes says so.
    """
    F = engine.F
    window = engine.stage(matched[["study_id", "matched_to", "index_date", "until"]])
    theirs = records.where(F.col("counted") & ((F.col("kind") == "apc") | F.col("visit")))
    apc = F.col("kind") == "apc"
    theirs = theirs.select(
        "study_id", "kind", "record", "procode", "method",
        F.when(apc, F.col("admitted")).otherwise(F.col("day")).alias("happened"),
    )  # fmt: skip
    dated = engine.join(theirs, window, ("study_id",)).withColumn(
        "offset", F.datediff(F.col("happened"), F.col("index_date"))
    )
    inside = (F.col("offset") >= int(EDGES[0])) & (F.col("offset") < int(EDGES[-1]))
    dated = dated.where(inside & (F.col("happened") < F.col("until")))
    urgent = F.coalesce(F.col("method").isin(*EMERGENCY), F.lit(False))
    key = ("study_id", "matched_to", "offset")
    spells = dated.where(apc).groupBy(*key, "procode").agg(
        F.max(F.when(urgent, 1).otherwise(0)).alias("urgent")
    )  # fmt: skip
    stays = spells.groupBy(*key).agg(
        F.sum(1 - F.col("urgent")).alias("admissions"), F.sum("urgent").alias("emergencies")
    )
    visits = dated.where(~apc).groupBy(*key).agg(F.count("*").alias("visits"))
    counts = [engine.collect(rows).set_index(list(key)) for rows in (visits, stays)]
    wide = pd.concat(counts, axis=1).reindex(columns=list(COUNTS)).fillna(0).astype("int64")
    return wide.sort_index().reset_index().rename(columns={"offset": "day"})


def build_course(matched: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: each quarter of each matched person, with the days observed and contacts.

    Parameters
    ----------
    matched
        As `match_people` returns it.
    contacts
        As `count_contacts` returns it.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `treated`, `matched_to`, `quarter`, `days` (observed in it, above 0), `visits`,
        `admissions`, `emergencies`.

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2020-01-31"])
    >>> matched = pd.DataFrame({"study_id": [1], "treated": [True], "matched_to": [1],
    ...                         "index_date": days[:1], "until": days[1:]})
    >>> contacts = pd.DataFrame({"study_id": [1, 1], "matched_to": [1, 1], "day": [-1, 0],
    ...                          "visits": [1, 2], "admissions": [0, 1], "emergencies": 0})
    >>> course = build_course(matched, contacts)
    >>> course[course["quarter"] >= -1].iloc[:, 3:].values.tolist()
    [[-1, 92, 1, 0, 0], [0, 30, 2, 1, 0]]
    """
    after = (matched["until"] - matched["index_date"]).dt.days.to_numpy("int64")
    grid = matched[["study_id", "treated", "matched_to"]].loc[
        matched.index.repeat(len(QUARTERS))
    ].reset_index(drop=True)  # fmt: skip
    grid["quarter"] = np.tile(np.array(QUARTERS, dtype="int64"), len(matched))
    ends = np.minimum(np.repeat(after, len(QUARTERS)), np.tile(EDGES[1:], len(matched)))
    grid["days"] = np.maximum(ends - np.tile(EDGES[:-1], len(matched)), 0)
    placed = contacts.assign(
        quarter=np.searchsorted(EDGES, contacts["day"].to_numpy("int64"), side="right")
        - 1 + QUARTERS.start
    )  # fmt: skip
    key = ["study_id", "matched_to", "quarter"]
    sums = placed.groupby(key, as_index=False)[list(COUNTS)].sum()
    mart = grid.merge(sums, on=key, how="left", validate="1:1")
    mart[list(COUNTS)] = mart[list(COUNTS)].fillna(0).astype("int64")
    return mart[mart["days"] > 0].reset_index(drop=True)
