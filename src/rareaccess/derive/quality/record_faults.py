"""Faults of hospital records, counted before the pipeline deals with them."""

from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["count_record_faults"]


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
        "record_after_death": (counted & (F.col("day") > F.col("date_of_death")), counted),
    }
    broken = {f"{name} broken": rule for name, (rule, _) in rules.items()}
    looked_at = {f"{name} looked at": of for name, (_, of) in rules.items()}
    totals = engine.tally(joined, broken | looked_at)
    counts = {name: (totals[f"{name} broken"], totals[f"{name} looked at"]) for name in rules}
    return counts | _count_conflicts(engine, records) | _count_overlaps(engine, records)


def _count_conflicts(engine: Engine, records: Any) -> dict[str, tuple[int, int]]:
    """Count people with more than one known sex, or ethnic group, among their counted records."""
    F, names = engine.F, ("sex", "ethnicity")
    kinds = [F.countDistinct(name).alias(name) for name in names]
    people = records.where(F.col("counted")).groupBy("study_id").agg(*kinds)
    many = {name: F.col(name) > 1 for name in names}
    counts = engine.tally(people, many | {"people": F.lit(True)})
    return {f"conflicting_{name}": (counts[name], counts["people"]) for name in names}


def _count_overlaps(engine: Engine, records: Any) -> dict[str, tuple[int, int]]:
    """Count stays that begin strictly inside a stay of the same person at another provider."""
    F = engine.F
    stays = (
        records.where(F.col("counted") & (F.col("kind") == "apc") & F.col("admitted").isNotNull())
        .groupBy("study_id", "procode", "admitted")
        .agg(F.max("discharged").alias("discharged"))
        .where(F.col("discharged").isNotNull())
    )
    stays = engine.keep(stays)
    other = stays.select(
        "study_id",
        F.col("procode").alias("other"),
        F.col("admitted").alias("begins"),
        F.col("discharged").alias("ends"),
    )
    inside = engine.join(stays, other, ("study_id",)).where(
        (F.col("other") != F.col("procode"))
        & (F.col("begins") < F.col("admitted"))
        & (F.col("admitted") < F.col("ends"))
    )
    found = inside.select("study_id", "procode", "admitted").distinct()
    return {"overlapping_spells": (engine.count_rows(found), engine.count_rows(stays))}
