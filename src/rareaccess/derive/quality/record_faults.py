"""Faults of hospital records, counted before the pipeline deals with them."""

from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["count_record_faults"]

TRANSFERS = ("81", "2B")  # ADMIMETH: from another hospital, planned or as an emergency
SOON = 3  # days between two stays that are one continuous stay


def count_record_faults(
    engine: Engine, records: Any, *, areas: pd.Series, deaths: pd.DataFrame
) -> dict[str, tuple[int, int]]:
    """Count the faults of the cohort's records: name -> (n, how many were looked at).

    Parameters
    ----------
    records
        Every record of the cohort, keyed by `study_id`, with `counted`.
    areas
        The areas that the deprivation file holds.
    deaths
        `study_id`, `date_of_death`.
    """
    F = engine.F
    known = engine.stage(pd.DataFrame({"lsoa": areas.to_numpy(), "in_imd": True}))
    dead = engine.stage(deaths[["study_id", "date_of_death"]])
    joined = engine.join(records, known, ("lsoa",), "left")
    joined = engine.join(joined, dead, ("study_id",), "left")
    apc, counted = F.col("kind") == "apc", F.col("counted")
    first, dated = F.col("copy") == 1, F.col("day").isNotNull()
    finished = apc & F.col("finished")
    one_episode, one_visit = finished & first, ~apc & first
    residence = counted & F.col("lsoa").isNotNull()
    rules = {
        "missing_lsoa": (counted & F.col("lsoa").isNull(), counted),
        "lsoa_not_in_imd": (residence & F.col("in_imd").isNull(), residence),
        "duplicate_episodes": (finished & ~first, finished),
        "duplicate_appointments": (~apc & ~first, ~apc),
        "unfinished_episodes": (apc & ~F.col("finished"), apc),
        "null_episode_date": (one_episode & ~dated, one_episode),
        "null_appointment_date": (one_visit & ~dated, one_visit),
        "episode_outside_period": (one_episode & dated & ~counted, one_episode & dated),
        "appointment_outside_period": (one_visit & dated & ~counted, one_visit & dated),
        "missing_admission_date": (counted & F.col("assumed"), counted & apc),
        "record_after_death": (counted & (F.col("day") > F.col("date_of_death")), counted),
    }
    broken = {f"{name} broken": rule for name, (rule, _) in rules.items()}
    looked_at = {f"{name} looked at": of for name, (_, of) in rules.items()}
    totals = engine.tally(joined, broken | looked_at)
    counts = {name: (totals[f"{name} broken"], totals[f"{name} looked at"]) for name in rules}
    return counts | _count_conflicts(engine, records) | _count_stays(engine, records)


def _count_conflicts(engine: Engine, records: Any) -> dict[str, tuple[int, int]]:
    """Count people with more than one known sex, or ethnic group, among their counted records."""
    F, names = engine.F, ("sex", "ethnicity")
    kinds = [F.countDistinct(name).alias(name) for name in names]
    people = records.where(F.col("counted")).groupBy("study_id").agg(*kinds)
    many = {name: F.col(name) > 1 for name in names}
    counts = engine.tally(people, many | {"people": F.lit(True)})
    return {f"conflicting_{name}": (counts[name], counts["people"]) for name in names}


def _count_stays(engine: Engine, records: Any) -> dict[str, tuple[int, int]]:
    """Count stays that several episodes began, and those inside or soon after a stay elsewhere.

    A stay is inside another when it begins strictly between its days. A transfer by its method
    begins from the day on which the other ends to three days later: with it, one continuous stay.
    """
    F = engine.F
    transfer = F.when(F.col("method").isin(*TRANSFERS), 1).otherwise(0)
    stays = (
        records.where(F.col("counted") & (F.col("kind") == "apc") & F.col("admitted").isNotNull())
        .groupBy("study_id", "procode", "admitted")
        .agg(
            F.max("discharged").alias("discharged"),
            F.max(transfer).alias("transfer"),
            F.sum(F.when(F.col("place") == 1, 1).otherwise(0)).alias("firsts"),
        )
    )
    stays = engine.keep(stays)
    ended = stays.where(F.col("discharged").isNotNull())
    other = ended.select(
        "study_id",
        F.col("procode").alias("other"),
        F.col("admitted").alias("begins"),
        F.col("discharged").alias("ends"),
    )
    elsewhere = engine.join(stays, other, ("study_id",))
    elsewhere = elsewhere.where(F.col("other") != F.col("procode"))
    inside = (F.col("begins") < F.col("admitted")) & (F.col("admitted") < F.col("ends"))
    since = F.datediff(F.col("admitted"), F.col("ends"))
    after = (F.col("transfer") == 1) & (since >= 0) & (since <= SOON)
    key, n = ("study_id", "procode", "admitted"), engine.count_rows(stays)
    inside = elsewhere.where(inside & F.col("discharged").isNotNull())
    moved = elsewhere.where(after).select(*key).distinct()
    return {
        "stays_on_one_day": (engine.count_rows(stays.where(F.col("firsts") > 1)), n),
        "transfers": (engine.count_rows(moved), n),
        "overlapping_spells": (
            engine.count_rows(inside.select(*key).distinct()),
            engine.count_rows(ended),
        ),
    }
