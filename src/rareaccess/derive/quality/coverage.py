"""Completeness of fields over time, codes of the condition, and links by group."""

import re
from typing import Any

import pandas as pd

from rareaccess.marts.levels import age_band
from rareaccess.sources.engine import Engine

__all__ = ["count_codes", "count_completeness", "count_linkage"]

UNKNOWN = "Not known"


def count_completeness(engine: Engine, records: Any) -> pd.DataFrame:
    """Count the records with a known value, by table, financial year and field.

    Disability is among the fields when any record of a source has it.
    """
    F = engine.F
    fields = {
        "sex": F.col("sex").isNotNull(),
        "ethnicity": F.col("ethnicity").isNotNull(),
        "area of residence": F.col("lsoa").isNotNull(),
        "diagnosis": F.col("diagnosed"),
        "disability": F.col("disability").isNotNull(),
    }
    counts = (
        records.where(F.col("counted"))
        .groupBy("kind", "fyear")
        .agg(
            F.count("*").alias("n"),
            *[F.sum(F.when(known, 1).otherwise(0)).alias(name) for name, known in fields.items()],
        )
    )
    wide = engine.collect(counts)
    long = wide.melt(["kind", "fyear", "n"], list(fields), "field", "known")
    named = long.assign(
        table=long["kind"],
        year=long["fyear"].map(name_year, na_action="ignore").fillna(UNKNOWN),
    )
    if not named.loc[named["field"] == "disability", "known"].sum():
        named = named[named["field"] != "disability"]
    order = named["field"].map({name: place for place, name in enumerate(fields)})
    named = named.assign(order=order).sort_values(["table", "year", "order"], ignore_index=True)
    return named[["table", "year", "field", "n", "known"]].astype({"n": "int64", "known": "int64"})


def name_year(fyear: str) -> str:
    """Return a financial year as people write it; what is not written as one is not known.

    Examples
    --------
    >>> name_year("1617"), name_year("9900"), name_year("0001"), name_year("2016/17")
    ('2016/17', '1999/00', '2000/01', 'Not known')
    """
    if not re.fullmatch("[0-9]{4}", fyear):
        return UNKNOWN
    century = "19" if int(fyear[:2]) >= 80 else "20"
    return f"{century}{fyear[:2]}/{fyear[2:]}"


def count_codes(engine: Engine, codes: Any, *, narrow: Any) -> pd.DataFrame:
    """Count the cohort's people and records by code of the condition and table.

    Parameters
    ----------
    codes
        Diagnoses of the cohort's counted records, keyed by `study_id`.
    narrow
        The condition that a code is one of the pair's.
    """
    F = engine.F
    counts = (
        codes.where(narrow)
        .groupBy("code", "kind")
        .agg(
            F.countDistinct("study_id").alias("people"), F.countDistinct("record").alias("records")
        )
    )
    frame = engine.collect(counts).rename(columns={"kind": "table"})
    return frame.astype({"people": "int64", "records": "int64"}).sort_values(
        ["code", "table"], ignore_index=True
    )


def count_linkage(patients: pd.DataFrame) -> pd.DataFrame:
    """Count the patients whose link was sought, and those linked, by what Blueteq knows of them.

    Each pass of the match is counted against all whose link was sought, as is any pass.

    Parameters
    ----------
    patients
        One row a patient: `linked`, `match_rank`, `sex`, `age_at_treatment`, `start_year`.
    """
    linked = patients[patients["linked"]]
    passes = linked["match_rank"].map("pass {}".format).value_counts(sort=False).sort_index()
    first = pd.concat([pd.Series({"any pass": len(linked)}), passes]).astype("int64")
    frames = [first.rename_axis("value").reset_index(name="linked").assign(n=len(patients))]
    frames[0].insert(0, "group", "pass of the match")
    for name, values in {
        "sex": patients["sex"],
        "age at treatment": age_band(patients["age_at_treatment"]).astype("str").fillna(UNKNOWN),
        "year of start": patients["start_year"].astype("str"),
    }.items():
        kinds = patients.assign(group=name, value=values).groupby(["group", "value"])
        frames.append(kinds["linked"].agg(n="size", linked="sum").reset_index())
    return pd.concat(frames, ignore_index=True)[["group", "value", "n", "linked"]]
