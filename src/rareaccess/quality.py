"""Data quality: how often each known fault occurs, counted before the pipeline deals with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.blueteq import POSSIBLE_YEARS, match_drug_names
from rareaccess.characteristics import age_band
from rareaccess.engine import Engine
from rareaccess.params import Pair

__all__ = ["CHECKS", "Check", "build_quality", "count_codes", "count_completeness",
           "count_form_faults", "count_linkage", "count_record_faults"]  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One check: its name, table, the rule in words, what is counted, and what is done about it."""

    name: str
    table: str
    rule: str
    unit: str
    action: str


BLUETEQ, ANSWERS = "blueteq_applications", "blueteq_answers"
CHECKS = (
    Check("duplicate_applications", BLUETEQ, "more than one approved application to start the drug "
          "for one patient", "applications", "the earliest start counts"),
    Check("impossible_start_date", BLUETEQ, "planned start in a year outside 1900 to 2100",
          "applications", "excluded"),
    Check("missing_start_date", BLUETEQ, "approved application without a planned start",
          "applications", "excluded"),
    Check("start_before_drug_approval", BLUETEQ, "planned start before the drug was approved",
          "applications", "excluded"),
    Check("misspelt_drug_name", BLUETEQ, "drug name misspelt in a way that the audited list knows",
          "applications", "read as the drug"),
    Check("unrecognised_drug_name", BLUETEQ, "drug name on the drug's own form that is not known",
          "applications", "excluded, not guessed"),
    Check("unmatched_nhs_number", BLUETEQ, "NHS number on an application for the drug that is "
          "linked to no person in HES", "people", "excluded"),
    Check("death_before_start", "pds_trace", "patient who died before the planned start",
          "people", "excluded"),
    Check("severity_text", ANSWERS, "severity score of a treated person that is not a plain number",
          "people", "no score"),
    Check("severity_out_of_range", ANSWERS, "severity score of a treated person outside the scale",
          "people", "no score"),
    Check("severity_missing", ANSWERS, "treated person without a severity score on the form",
          "people", "no score"),
    Check("conflicting_sex", "apc, op", "person of the cohort recorded with both sexes", "people",
          "the most recent counts"),
    Check("conflicting_ethnicity", "apc, op", "person of the cohort recorded in more than one "
          "ethnic group", "people", "the rule of the report's settings"),
    Check("missing_lsoa", "apc, op", "record without an area of residence", "records",
          "the nearest record in time with an area counts"),
    Check("lsoa_not_in_imd", "apc, op", "area of residence that the deprivation file lacks",
          "records", "deprivation missing"),
    Check("duplicate_episodes", "apc", "the same finished episode more than once", "records",
          "the first counts"),
    Check("duplicate_appointments", "op", "the same appointment more than once", "records",
          "the most complete counts"),
    Check("unfinished_episodes", "apc", "episode that is not finished", "records", "left out"),
    Check("null_episode_date", "apc", "finished episode with a null date for its start", "records",
          "left out"),
    Check("null_appointment_date", "op", "appointment with a null date", "records", "left out"),
    Check("overlapping_spells", "apc", "stay that begins inside a stay of the same person at "
          "another provider", "spells", "both count"),
    Check("record_after_death", "apc, op", "record dated after the person's death", "records",
          "counts as it stands"),
)  # fmt: skip


def count_form_faults(
    applications: pd.DataFrame, statuses: pd.Series, *, pair: Pair
) -> dict[str, tuple[int, int]]:
    """Count the faults of applications and answers: name -> (n, how many were looked at).

    Parameters
    ----------
    applications
        The table with `linked` and `stopped_at`, as `book_flow` returns it.
    statuses
        The status of each treated person's severity score.
    """
    names = match_drug_names(applications["drug_name"], pair.drug)
    own_form = applications["form_code"].isin(pair.drug.form_codes)
    numbers = applications[(names != "unknown") & own_form].dropna(subset=["nhs_number"])
    numbers = numbers.drop_duplicates("nhs_number")
    start = applications[~applications["stopped_at"].isin(["drug", "initiation", "approved"])]
    planned = start["planned_start_date"]
    possible = planned.dt.year.between(*POSSIBLE_YEARS)
    early = possible & (planned < pd.Timestamp(pair.windows.approval_date))
    dated = start[start["stopped_at"] != "dated"]
    patients = dated[dated["stopped_at"] != "one_per_patient"]
    linked = patients[patients["stopped_at"] != "linked"]
    found = {
        "duplicate_applications": (dated["stopped_at"] == "one_per_patient"),
        "impossible_start_date": planned.notna() & ~possible,
        "missing_start_date": planned.isna(),
        "start_before_drug_approval": early,
        "misspelt_drug_name": names == "misspelt",
        "unrecognised_drug_name": (names == "unknown")[own_form],
        "unmatched_nhs_number": ~numbers["linked"],
        "death_before_start": linked["stopped_at"] == "alive_at_start",
        "severity_text": statuses == "unreadable",
        "severity_out_of_range": statuses == "out of range",
        "severity_missing": statuses == "missing",
    }
    return {name: (int(broken.sum()), len(broken)) for name, broken in found.items()}


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
    joined = records.join(known, on="lsoa", how="left").join(dead, on="study_id", how="left")
    apc, counted = F.col("kind") == "apc", F.col("counted")
    first, undated = F.col("copy") == 1, F.col("day").isNull()
    finished = apc & F.col("finished")
    residence = counted & F.col("lsoa").isNotNull()
    rules = {
        "missing_lsoa": (counted & F.col("lsoa").isNull(), counted),
        "lsoa_not_in_imd": (residence & F.col("in_imd").isNull(), residence),
        "duplicate_episodes": (finished & ~first, finished),
        "duplicate_appointments": (~apc & ~first, ~apc),
        "unfinished_episodes": (apc & ~F.col("finished"), apc),
        "null_episode_date": (finished & first & undated, finished & first),
        "null_appointment_date": (~apc & first & undated, ~apc & first),
        "record_after_death": (counted & (F.col("day") > F.col("date_of_death")), counted),
    }
    sums = [
        F.sum(F.when(rule, 1).otherwise(0)).alias(f"{name}_{end}")
        for name, pair in rules.items()
        for end, rule in zip(("n", "of"), pair, strict=True)
    ]
    totals = engine.collect(joined.agg(*sums)).fillna(0).iloc[0]
    counts = {name: (int(totals[f"{name}_n"]), int(totals[f"{name}_of"])) for name in rules}
    return counts | _count_conflicts(engine, records) | _count_overlaps(engine, records)


def _count_conflicts(engine: Engine, records: Any) -> dict[str, tuple[int, int]]:
    """Count people with more than one known sex, or ethnic group, among their counted records."""
    F = engine.F
    people = records.where(F.col("counted")).groupBy("study_id").agg(
        F.countDistinct("sex").alias("sexes"), F.countDistinct("ethnicity").alias("groups")
    )
    many = people.agg(
        F.sum(F.when(F.col("sexes") > 1, 1).otherwise(0)).alias("sex"),
        F.sum(F.when(F.col("groups") > 1, 1).otherwise(0)).alias("ethnicity"),
        F.count("*").alias("people"),
    )
    row = engine.collect(many).fillna(0).iloc[0]
    everyone = int(row["people"])
    return {f"conflicting_{name}": (int(row[name]), everyone) for name in ("sex", "ethnicity")}


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
        "study_id", F.col("procode").alias("other"), F.col("admitted").alias("begins"),
        F.col("discharged").alias("ends"),
    )  # fmt: skip
    inside = stays.join(other, on="study_id", how="inner").where(
        (F.col("other") != F.col("procode"))
        & (F.col("begins") < F.col("admitted"))
        & (F.col("admitted") < F.col("ends"))
    )
    found = inside.select("study_id", "procode", "admitted").distinct()
    n = int(engine.collect(found.agg(F.count("*").alias("n")))["n"].iloc[0])
    every = int(engine.collect(stays.agg(F.count("*").alias("n")))["n"].iloc[0])
    return {"overlapping_spells": (n, every)}


def build_quality(counts: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Return the mart: one row a check, in the order of `CHECKS`."""
    return pd.DataFrame([
        {"check": check.name, "table": check.table, "rule": check.rule, "unit": check.unit,
         "n": counts[check.name][0], "denominator": counts[check.name][1], "action": check.action}
        for check in CHECKS
    ])  # fmt: skip


def count_completeness(engine: Engine, records: Any) -> pd.DataFrame:
    """Count the records with a known value, by table, financial year and field."""
    F = engine.F
    fields = {"sex": F.col("sex").isNotNull(), "ethnicity": F.col("ethnicity").isNotNull(),
              "area of residence": F.col("lsoa").isNotNull(),
              "diagnosis": F.col("diagnosed")}  # fmt: skip
    counts = records.where(F.col("counted")).groupBy("kind", "fyear").agg(
        F.count("*").alias("n"),
        *[F.sum(F.when(known, 1).otherwise(0)).alias(name) for name, known in fields.items()],
    )
    wide = engine.collect(counts)
    long = wide.melt(["kind", "fyear", "n"], list(fields), "field", "known")
    named = long.assign(table=long["kind"], year=long["fyear"].map(name_year))
    order = named["field"].map({name: place for place, name in enumerate(fields)})
    named = named.assign(order=order).sort_values(["table", "year", "order"], ignore_index=True)
    return named[["table", "year", "field", "n", "known"]].astype({"n": "int64", "known": "int64"})


def name_year(fyear: str) -> str:
    """Return a financial year as people write it.

    Examples
    --------
    >>> name_year("1617"), name_year("9900"), name_year("0001")
    ('2016/17', '1999/00', '2000/01')
    """
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
    counts = codes.where(narrow).groupBy("code", "kind").agg(
        F.countDistinct("study_id").alias("people"), F.countDistinct("record").alias("records")
    )
    frame = engine.collect(counts).rename(columns={"kind": "table"})
    return frame.astype({"people": "int64", "records": "int64"}).sort_values(
        ["code", "table"], ignore_index=True
    )


def count_linkage(patients: pd.DataFrame) -> pd.DataFrame:
    """Count the patients whose link was sought, and those linked, by what Blueteq knows of them.

    Parameters
    ----------
    patients
        One row a patient: `linked`, `match_rank`, `sex`, `age_at_treatment`, `start_year`.
    """
    groups = {
        "pass of the match": patients["match_rank"].map("pass {}".format, na_action="ignore")
        .astype("str").fillna("not linked"),
        "sex": patients["sex"],
        "age at treatment": age_band(patients["age_at_treatment"]).astype("str")
        .fillna("Not known"),
        "year of start": patients["start_year"].astype("str"),
    }  # fmt: skip
    frames = [
        patients.assign(group=name, value=values).groupby(["group", "value"], as_index=False).agg(
            n=("linked", "size"), linked=("linked", "sum"))
        for name, values in groups.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)
