"""Stays of one day around a planned start, in the specialties that treat the condition."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["find_day_cases"]

BEFORE, AFTER = 14, 56  # days around the planned start in which a first dose is looked for


def find_day_cases(
    engine: Engine, records: Any, starts: pd.DataFrame, *, specialties: Iterable[str]
) -> pd.DataFrame:
    """Return the first stay of one day from 14 days before a start to 56 days after it.

    A stay of one day is an episode of admitted care with the same day of admission and discharge.
    What was done on that day is not looked at: the procedure is in no column on which the report
    rests.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    starts
        `study_id`, `start_date`.
    specialties
        Codes of MAINSPEF.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `day_case_date`; people without such a stay are not in it.
    """
    F = engine.F
    window = starts[["study_id"]].assign(
        begin=starts["start_date"] - pd.Timedelta(days=BEFORE),
        end=starts["start_date"] + pd.Timedelta(days=AFTER),
    )
    apc, one_day = F.col("kind") == "apc", F.col("admitted") == F.col("discharged")
    ours = engine.any_of(["specialty"], list(specialties))
    stays = records.where(F.col("counted") & apc & one_day & ours).select("study_id", "admitted")
    dated = engine.join(stays, engine.stage(window), ("study_id",))
    inside = (F.col("admitted") >= F.col("begin")) & (F.col("admitted") <= F.col("end"))
    first = dated.where(inside).groupBy("study_id").agg(F.min("admitted").alias("day_case_date"))
    return engine.collect(first).sort_values("study_id", ignore_index=True)
