"""Hospital use on the way to treatment: first visits, and emergency admissions while waiting."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from rareaccess.derive.hospital.care import EMERGENCY
from rareaccess.sources.engine import Engine

__all__ = ["count_emergencies", "count_first_visits"]

FIRST = ("1", "3")  # FIRSTATT: the first attendance of a referral, in person or remotely


def count_first_visits(
    engine: Engine, records: Any, *, specialties: Iterable[str], since: date
) -> pd.DataFrame:
    """Return each person's first visit to the specialties of the condition, and how many referrals.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    specialties
        Codes of MAINSPEF.
    since
        The day from which `first_visits` are counted: that on which the drug was approved.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `first_visit_date` (of any visit, whenever), `first_visits` (first attendances
        of a referral since the day, FIRSTATT 1 or 3); people without a visit are not in it.

    Notes
    -----
    A visit was attended, in person or remotely. A referral within the specialty or to another
    hospital begins with a first attendance too, so that a person may have several.
    """
    F = engine.F
    ours = F.coalesce(engine.any_of(["specialty"], list(specialties)), F.lit(False))
    visits = records.where(F.col("counted") & F.col("visit") & ours)
    begun = F.col("contact").isin(*FIRST) & (F.col("day") >= F.lit(str(since)).cast("date"))
    counts = visits.groupBy("study_id").agg(
        F.min("day").alias("first_visit_date"),
        F.sum(F.when(begun, 1).otherwise(0)).alias("first_visits"),
    )
    found = engine.collect(counts).astype({"first_visits": "int64"})
    return found.sort_values("study_id", ignore_index=True)


def count_emergencies(engine: Engine, records: Any, spans: pd.DataFrame) -> pd.DataFrame:
    """Count each person's emergency admissions in [begin, until), for any reason.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    spans
        `study_id`, `begin`, `until`: one row a person.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `emergencies`; people without any are not in it.

    Notes
    -----
    An admission is a spell, as `count_care` counts it: a provider and a day of admission. Its
    method is that of any of its episodes that says emergency.
    """
    F = engine.F
    urgent = F.coalesce(F.col("method").isin(*EMERGENCY), F.lit(False))
    rows = records.where(F.col("counted") & (F.col("kind") == "apc") & urgent)
    rows = rows.select("study_id", "procode", "admitted")
    dated = engine.join(rows, engine.stage(spans[["study_id", "begin", "until"]]), ("study_id",))
    inside = (F.col("admitted") >= F.col("begin")) & (F.col("admitted") < F.col("until"))
    spells = dated.where(inside).select("study_id", "procode", "admitted").distinct()
    counts = spells.groupBy("study_id").agg(F.count("*").alias("emergencies"))
    found = engine.collect(counts).astype({"emergencies": "int64"})
    return found.sort_values("study_id", ignore_index=True)
