"""Records of a pair's people: which count, which come first, and what they say of each person."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rareaccess.contracts import NO_FIXED_ABODE
from rareaccess.params import Pair
from rareaccess.sources.engine import Engine

__all__ = [
    "count_coded_records",
    "find_coded_records",
    "find_latest",
    "find_no_abode",
    "in_windows",
    "mark_counted",
    "narrow_codes",
    "profile_people",
    "sort_keys",
    "summarise_coded",
]


def in_windows(engine: Engine, pair: Pair) -> Any:
    """Return the condition that a record's day is inside the pair's window for its kind."""
    F, condition = engine.F, engine.F.lit(False)
    for kind, window in (("apc", pair.windows.apc), ("op", pair.windows.op)):
        start, end = (F.lit(str(day)).cast("date") for day in (window.start, window.end))
        inside = (F.col("kind") == kind) & (F.col("day") >= start) & (F.col("day") <= end)
        condition = condition | inside
    return condition


def mark_counted(engine: Engine, records: Any, pair: Pair) -> Any:
    """Return the records with `counted`: finished, no copy, and inside the pair's windows."""
    F = engine.F
    valid = F.col("finished") & (F.col("copy") == 1)
    counted = F.coalesce(valid & in_windows(engine, pair), F.lit(False))
    return records.withColumn("counted", counted)


def count_coded_records(engine: Engine, codes: Any, pair: Pair) -> pd.DataFrame:
    """Count the records with a narrow code by person and kind, inside the windows.

    Parameters
    ----------
    codes
        The extract `codes`.

    Returns
    -------
    pandas.DataFrame
        `person`, `kind`, `n_records`.
    """
    return engine.collect(find_coded_records(engine, codes, pair))


def find_coded_records(engine: Engine, codes: Any, pair: Pair) -> Any:
    """Return the engine's frame of what `count_coded_records` returns."""
    F = engine.F
    found = codes.where(narrow_codes(engine, pair) & in_windows(engine, pair))
    coded = found.select("person", "kind", "record")
    return coded.distinct().groupBy("person", "kind").agg(F.count("*").alias("n_records"))


def narrow_codes(engine: Engine, pair: Pair) -> Any:
    """Return the condition that `code` is one of the pair's narrow codes, for long tables."""
    return engine.starts_with("code", pair.condition.icd10.narrow)


def profile_people(engine: Engine, records: Any, pair: Pair) -> pd.DataFrame:
    """Return one row a person from the records that count.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `entry_date`, `age_at_entry` (at the first record; APC before OP on one day),
        `last_day`, `specialty_records` (in the rescue specialties), and the most recent known
        `sex`, `ethnicity`, `ethnic_code`, `lsoa` (on one day APC counts before OP, then the
        largest key).
    """
    F = engine.F
    first, last = sort_keys(engine)
    rescue = engine.any_of(["specialty"], pair.condition.rescue_specialties)

    profile = (
        records.where(F.col("counted"))
        .withColumn("first_key", first)
        .withColumn("last_key", last)
        .groupBy("study_id")
        .agg(
            F.min("day").alias("entry_date"),
            F.max("day").alias("last_day"),
            F.min_by(F.coalesce(F.col("age"), F.lit(-1)), F.col("first_key")).alias("age_at_entry"),
            F.sum(F.when(rescue, 1).otherwise(0)).alias("specialty_records"),
            *_take_latest(engine, ("sex", "ethnicity", "ethnic_code", "lsoa")),
        )
    )
    people = engine.collect(profile)
    age = people["age_at_entry"].astype("Int64")
    records_n = people["specialty_records"].astype("int64")
    people = people.assign(age_at_entry=age.mask(age < 0), specialty_records=records_n)
    return people.sort_values("study_id", ignore_index=True)


def find_latest(engine: Engine, records: Any, names: Sequence[str], *, by: str) -> Any:
    """Return the engine's frame of the most recent known values of each person.

    Parameters
    ----------
    records
        Records with `counted`; which of two comes last is as for `profile_people`.
    names
        The columns whose values are taken.
    by
        The column that says whose record it is.
    """
    counted = records.where(engine.F.col("counted"))
    counted = counted.withColumn("last_key", sort_keys(engine)[1])
    return counted.groupBy(by).agg(*_take_latest(engine, names))


def _take_latest(engine: Engine, names: Sequence[str]) -> list[Any]:
    """Return for each column the aggregate of its known value with the greatest `last_key`."""
    F = engine.F
    known = {name: F.when(F.col(name).isNotNull(), F.col("last_key")) for name in names}
    return [F.max_by(F.col(name), key).alias(name) for name, key in known.items()]


def summarise_coded(engine: Engine, records: Any, codes: Any, pair: Pair) -> pd.DataFrame:
    """Return one row a person from the records with a narrow code: the first, and how many.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `age`.
    codes
        Diagnoses of the records that count, keyed by `study_id`, with `leading`.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `first_coded_date`, `age_at_first_code` (years; APC before OP on one day),
        `coded_records`, `leading_records` (of these, with such a code in the first position).
    """
    F, key = engine.F, ("study_id", "kind", "record")
    coded = codes.where(narrow_codes(engine, pair)).groupBy(*key)
    coded = coded.agg(F.max(F.when(F.col("leading"), 1).otherwise(0)).alias("leads"))
    first, _ = sort_keys(engine)
    theirs = engine.join(records, coded, key).withColumn("first_key", first)
    summary = theirs.groupBy("study_id").agg(
        F.min("day").alias("first_coded_date"),
        F.min_by(F.coalesce(F.col("age"), F.lit(-1)), F.col("first_key")).alias("age"),
        F.count("*").alias("coded_records"),
        F.sum("leads").alias("leading_records"),
    )
    people = engine.collect(summary)
    age = people.pop("age").astype("Int64")
    whole = dict.fromkeys(["coded_records", "leading_records"], "int64")
    people = people.astype(whole).assign(age_at_first_code=age.mask(age < 0))
    return people.sort_values("study_id", ignore_index=True)


def find_no_abode(engine: Engine, codes: Any, records: Any) -> pd.Series:
    """Return the study ids of people with a record that says that they had no fixed abode.

    Parameters
    ----------
    codes
        Diagnoses of the records that count, keyed by `study_id`.
    records
        Records keyed by `study_id`, with `counted` and `no_abode`, of their postcode.
    """
    F = engine.F
    coded = codes.where(engine.starts_with("code", NO_FIXED_ABODE)).select("study_id")
    lived = records.where(F.col("counted") & F.col("no_abode")).select("study_id")
    return engine.collect(coded.union(lived).distinct())["study_id"].sort_values(ignore_index=True)


def sort_keys(engine: Engine) -> tuple[Any, Any]:
    """Return two text columns: the least is the first record, the greatest the most recent one.

    On one day APC comes first in both; among the records of one kind the smallest key is the
    first and the largest the most recent.
    """
    F = engine.F
    day = F.col("day").cast("string")
    is_apc = F.col("kind") == "apc"
    first = F.concat(day, F.when(is_apc, "0").otherwise("1"), F.col("record"))
    last = F.concat(day, F.when(is_apc, "1").otherwise("0"), F.col("record"))
    return first, last
