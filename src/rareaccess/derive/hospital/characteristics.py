"""Characteristics of people: sex, age, ethnic group and area of residence."""

from typing import Any

import pandas as pd

from rareaccess.derive.hospital.records import sort_keys
from rareaccess.sources.engine import Engine

__all__ = [
    "FORM_SEX",
    "completed_years",
    "count_most_frequent",
    "find_most_frequent",
    "find_residence",
    "read_form_sex",
]

FORM_SEX = {
    "female": "Female",
    "f": "Female",
    "2": "Female",
    "male": "Male",
    "m": "Male",
    "1": "Male",
}


def completed_years(born: pd.Series, on: pd.Series) -> pd.Series:
    """Return age in completed years; somebody born on 29 February has a birthday on 1 March.

    Examples
    --------
    >>> born = pd.Series(pd.to_datetime(["1990-06-15", "1990-06-15", "2004-02-29"]))
    >>> on = pd.Series(pd.to_datetime(["2020-06-14", "2020-06-15", "2021-02-28"]))
    >>> completed_years(born, on).tolist()
    [29, 30, 16]
    """
    before = (on.dt.month * 100 + on.dt.day) < (born.dt.month * 100 + born.dt.day)
    years = on.dt.year.astype("Int64") - born.dt.year.astype("Int64")
    return (years - before.astype("Int64")).astype("Int64")


def read_form_sex(sex: pd.Series) -> pd.Series:
    """Return the person stated gender of a form as Female or Male, missing when blank.

    Examples
    --------
    >>> read_form_sex(pd.Series(["female", " Male ", None, "?"])).tolist()
    ['Female', 'Male', nan, nan]
    """
    return sex.str.strip().str.casefold().map(FORM_SEX).astype("str")


def count_most_frequent(engine: Engine, records: Any) -> pd.DataFrame:
    """Return the ethnic group recorded most often for each person, ties to the most recent.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `ethnicity_most_frequent`; people without a known group are not in it.
    """
    found = find_most_frequent(engine, records, by="study_id")
    return engine.collect(found).sort_values("study_id", ignore_index=True)


def find_most_frequent(engine: Engine, records: Any, *, by: str) -> Any:
    """Return the engine's frame of what `count_most_frequent` returns.

    Parameters
    ----------
    by
        The column that says whose record it is.
    """
    F = engine.F
    _, last = sort_keys(engine)
    known = records.where(F.col("counted") & F.col("ethnicity").isNotNull())
    counts = (
        known.withColumn("last_key", last)
        .groupBy(by, "ethnicity")
        .agg(F.count("*").alias("n"), F.max("last_key").alias("last_key"))
    )
    order = engine.window.partitionBy(by).orderBy(
        F.col("n").desc_nulls_last(), F.col("last_key").desc_nulls_last()
    )
    first = counts.withColumn("place", F.row_number().over(order)).where(F.col("place") == 1)
    return first.select(by, F.col("ethnicity").alias("ethnicity_most_frequent"))


def find_residence(engine: Engine, records: Any, starts: pd.DataFrame) -> pd.DataFrame:
    """Return the area of residence at a date: the last known on or before it, else the first after.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    starts
        `study_id`, `start_date`.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `lsoa`; people without a known area are not in it.
    """
    F = engine.F
    first, last = sort_keys(engine)
    known = records.where(F.col("counted") & F.col("lsoa").isNotNull())
    dated = engine.join(known, engine.stage(starts[["study_id", "start_date"]]), ("study_id",))
    before = F.col("day") <= F.col("start_date")
    found = (
        dated.withColumn("before_key", F.when(before, last))
        .withColumn("after_key", F.when(~before, first))
        .groupBy("study_id")
        .agg(
            F.max_by(F.col("lsoa"), F.col("before_key")).alias("lsoa_before"),
            F.min_by(F.col("lsoa"), F.col("after_key")).alias("lsoa_after"),
        )
        .select("study_id", F.coalesce(F.col("lsoa_before"), F.col("lsoa_after")).alias("lsoa"))
    )
    return engine.collect(found).sort_values("study_id", ignore_index=True)
