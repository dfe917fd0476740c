"""Hospital events before the landmark, and what is counted of them: one condition each.

An event is an admission or an appointment. An admission is a spell: a person, provider and day of
admission, by which it is dated; what one of its episodes says is said of all of it. Episodes
without a day of admission belong to no spell.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

from rareaccess.derive.hospital.care import EMERGENCY
from rareaccess.sources.engine import Engine

__all__ = ["COUNTS", "count_dispensings", "find_events", "is_late", "measure_pace"]

FOLLOW_UP = ("2", "4")  # FIRSTATT: a later attendance of a referral, in person or remotely
SPELL = ("study_id", "kind", "procode", "dated", "appointment")


def find_events(
    engine: Engine,
    records: Any,
    codes: Any,
    *,
    begin: date,
    until: date,
    specialties: Sequence[str],
    coded: Mapping[str, Sequence[str]],
) -> Any:
    """Return the events of each person in [begin, until), in one pass over the records.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    codes
        Diagnoses of the records that count, keyed by `study_id`.
    specialties
        Codes of MAINSPEF.
    coded
        Name -> prefixes of ICD-10 codes.

    Returns
    -------
    DataFrame of the engine
        study_id, kind, dated, and as 0 or 1: `ours` (in the specialties), `urgent` (an emergency),
        `one_day` (left on the day of admission), `seen`, `later` (a follow-up), and
        `coded_<name>` (one of its records has such a code).
    """
    F, apc = engine.F, engine.F.col("kind") == "apc"
    first, last = (F.lit(str(day)).cast("date") for day in (begin, until))
    dated = F.when(apc, F.col("admitted")).otherwise(F.col("day"))
    rows = records.where(F.col("counted")).withColumn("dated", dated)
    rows = rows.where((F.col("dated") >= first) & (F.col("dated") < last))
    rows = rows.withColumn("appointment", F.when(~apc, F.col("record")))
    key, names = ("study_id", "kind", "record"), [f"coded_{name}" for name in coded]
    if coded:
        marks = [
            _flag(F, engine.starts_with("code", prefixes), name)
            for name, prefixes in zip(names, coded.values(), strict=True)
        ]
        rows = engine.join(rows, codes.groupBy(*key).agg(*marks), key, "left")
    events = rows.groupBy(*SPELL).agg(
        _flag(F, engine.any_of(["specialty"], list(specialties)), "ours"),
        _flag(F, F.col("method").isin(*EMERGENCY), "urgent"),
        _flag(F, F.col("visit"), "seen"),
        _flag(F, F.col("contact").isin(*FOLLOW_UP), "later"),
        F.max("discharged").alias("left"),
        *[F.max(F.coalesce(F.col(name), F.lit(0))).alias(name) for name in names],
    )
    one_day = F.when(F.col("left") == F.col("dated"), 1).otherwise(0)
    return events.withColumn("one_day", one_day).drop("procode", "appointment", "left")


def _flag(F: Any, condition: Any, name: str) -> Any:
    """Return 1 where a condition is true of one of the rows, else 0."""
    return F.max(F.when(condition, 1).otherwise(0)).alias(name)


def is_admission(F: Any) -> Any:
    """Return the condition that an event is an admission."""
    return F.col("kind") == "apc"


def is_emergency(F: Any) -> Any:
    """Return the condition that an event is an emergency admission."""
    return is_admission(F) & (F.col("urgent") == 1)


def is_day_case(F: Any) -> Any:
    """Return the condition that an event is a stay of one day in the specialties."""
    return is_admission(F) & (F.col("one_day") == 1) & (F.col("ours") == 1)


def is_visit(F: Any) -> Any:
    """Return the condition that the person was seen at an appointment of the specialties."""
    return (F.col("kind") == "op") & (F.col("seen") == 1) & (F.col("ours") == 1)


def is_follow_up(F: Any) -> Any:
    """Return the condition that such a visit is not the first of a referral."""
    return is_visit(F) & (F.col("later") == 1)


COUNTS: Mapping[str, Callable[[Any], Any]] = {
    "admissions": is_admission,
    "emergencies": is_emergency,
    "day cases": is_day_case,
    "visits": is_visit,
    "follow-ups": is_follow_up,
}
"""By the words of the settings."""


def is_late(F: Any, middle: date) -> Any:
    """Return the condition that an event is in the later half of the look-back."""
    return F.col("dated") >= F.lit(str(middle)).cast("date")


def measure_pace(F: Any, edges: Sequence[date]) -> Any:
    """Return how many stretches of time between these days have a visit, of all of a person's."""
    days = [F.lit(str(day)).cast("date") for day in edges]
    inside = [
        F.max(F.when(is_visit(F) & (F.col("dated") >= start) & (F.col("dated") < end), 1)
              .otherwise(0))
        for start, end in pairwise(days)
    ]  # fmt: skip
    return reduce(add, inside)


def count_dispensings(
    engine: Engine, prescriptions: Any, *, begin: date, until: date,
    medicines: Mapping[str, Sequence[str]],
) -> Any:  # fmt: skip
    """Return on how many days in [begin, until) each person had a medicine, by name.

    Several items on one day count once: they are one decision.

    Parameters
    ----------
    prescriptions
        Medicines dispensed, keyed by `study_id`: `dispensed`, `bnf_code`.
    medicines
        Name -> prefixes of BNF codes, of one medicine at least.
    """
    F = engine.F
    first, last = (F.lit(str(day)).cast("date") for day in (begin, until))
    rows = prescriptions.where((F.col("dispensed") >= first) & (F.col("dispensed") < last))
    marks = [_flag(F, engine.starts_with("bnf_code", own), name) for name, own in medicines.items()]
    days = rows.groupBy("study_id", "dispensed").agg(*marks)
    return days.groupBy("study_id").agg(*[F.sum(name).alias(name) for name in medicines])
