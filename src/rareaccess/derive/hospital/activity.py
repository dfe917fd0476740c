"""Hospital activity in the months before the index date: admissions and outpatient visits."""

from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["build_activity", "count_activity"]


def count_activity(
    engine: Engine, records: Any, index: pd.DataFrame, *, months: int, unit: str
) -> pd.DataFrame:
    """Count qualifying admissions and visits in [index - months, index) for each person.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted` and `qualifying` (a code of the condition, or
        one of its specialties).
    index
        `study_id`, `index_date`.
    months
        Calendar months; from a day that the earlier month lacks, its last day.
    unit
        `spells`: an admission is a provider and day of admission with a qualifying episode, dated
        by the day of admission. `episodes`: each qualifying episode, dated by its start.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `admissions`, `visits`; people without any are not in it.

    Notes
    -----
    A visit was attended (ATTENDED 5 or 6) and is not an administrative event (FIRSTATT 5). A stay
    that began before the window does not count as a spell in it.
    """
    F = engine.F
    begin = index["index_date"] - pd.DateOffset(months=months)
    window = engine.stage(index[["study_id", "index_date"]].assign(begin=begin))
    spells = unit == "spells"
    day = (
        F.when(F.col("kind") == "apc", F.col("admitted")).otherwise(F.col("day"))
        if spells
        else F.col("day")
    )
    events = F.col("counted") & F.col("qualifying") & ((F.col("kind") == "apc") | F.col("visit"))
    dated = records.where(events).select(
        "study_id", "kind", "record", "procode", day.alias("dated")
    )
    qualifying = engine.join(dated, window, ("study_id",)).where(
        (F.col("dated") >= F.col("begin")) & (F.col("dated") < F.col("index_date"))
    )
    event = ["study_id", "procode", "dated"] if spells else ["study_id", "record"]
    admissions = qualifying.where(F.col("kind") == "apc").select(*event).distinct()
    counted = (
        admissions.select("study_id", F.lit(1).alias("admissions"), F.lit(0).alias("visits"))
        .union(
            qualifying.where(F.col("kind") == "op").select(
                "study_id", F.lit(0).alias("admissions"), F.lit(1).alias("visits")
            )
        )
        .groupBy("study_id")
        .agg(F.sum("admissions").alias("admissions"), F.sum("visits").alias("visits"))
    )
    return engine.collect(counted).astype("int64").sort_values("study_id", ignore_index=True)


def build_activity(index: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: activity of everyone with an index date, zeros included.

    Examples
    --------
    >>> index = pd.DataFrame({"study_id": [1, 2], "treated": [True, False]})
    >>> counts = pd.DataFrame({"study_id": [2], "admissions": [1], "visits": [4]})
    >>> build_activity(index, counts)["total"].tolist()
    [0, 5]
    """
    joined = index[["study_id", "treated"]].merge(counts, on="study_id", how="left", validate="1:1")
    filled = joined.fillna({"admissions": 0, "visits": 0})
    filled = filled.astype({"admissions": "int64", "visits": "int64"})
    return filled.assign(total=filled["admissions"] + filled["visits"])
