"""Whose applications they are: those that point at a pair's drug row by row, the others counted.

Most of a national table is for other drugs. Of those the flow asks how many there are, of how many
people, and who these are: all of it is counted on the engine, so that no row of them is collected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.derive.applications.classify import classify_applications
from rareaccess.derive.hospital.characteristics import FORM_SEX, find_most_frequent
from rareaccess.derive.hospital.records import find_latest
from rareaccess.flow.reasons import DRUG
from rareaccess.params import Drug
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = [
    "STATED",
    "OtherDrugs",
    "count_other_links",
    "count_others",
    "describe_strangers",
    "name_applicants",
    "number_strangers",
]

TABLE = "blueteq_applications"
TOLD = ["sex", "ethnicity", "imd_quintile"]  # of those who left the flow
STATED = ["others", "stated_sex", "stated_on"]


@dataclass(frozen=True)
class OtherDrugs:
    """The applications for other drugs than a pair's, as the flow counts them.

    Parameters
    ----------
    people
        One row a person who has a study id for another reason: `study_id`, `n_records` (of these
        applications); `sex` as the first of them that says it, and `application_id`, which that is.
    strangers
        One row a person with no other application and no code: `study_id` (a number that stands for
        nobody known), `n_records`, `sex`, `ethnicity`, `imd_quintile`.
    link_faults
        Name of a check -> how many of the strangers, or of their NHS numbers, and of how many.

    Examples
    --------
    >>> OtherDrugs().total
    0
    """

    people: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(
        columns=["study_id", "n_records", "sex", "application_id"]))  # fmt: skip
    strangers: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(
        columns=["study_id", "n_records", *TOLD]))  # fmt: skip
    link_faults: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def flow(self) -> pd.DataFrame:
        """Return `study_id` and `n_records` of everybody."""
        columns = ["study_id", "n_records"]
        rows = pd.concat([self.people[columns], self.strangers[columns]], ignore_index=True)
        return rows.astype("int64")

    @property
    def total(self) -> int:
        """Return how many applications there are."""
        return int(self.flow["n_records"].sum())


def name_applicants(
    engine: Engine, source: Source, extract: Mapping[str, Any], *, drug: Drug
) -> Any:
    """Return the engine's frame of all applications, with the person, and whether they concern us.

    Somebody without a link is a person of their own: by NHS number, else by application.

    Parameters
    ----------
    extract
        As `extract_records` writes it.

    Returns
    -------
    DataFrame of the engine
        The columns of the contract, those that a source may lack included, with `match_rank` of the
        link, `person`, `linked`, and `ours`: whether the name or the form points at the drug. Of
        the texts each is collected once, to be read.
    """
    F, typed = engine.F, ("drug_name", "form_code")
    forms = source.read(engine, TABLE, CONTRACTS[TABLE].names)
    kinds = engine.collect(forms.select(*typed).distinct())
    kinds = classify_applications(kinds.assign(indication=""), drug)
    keys = kinds.loc[kinds["decision"] != DRUG, list(typed)].fillna("").drop_duplicates()
    keys = keys.set_axis(["name_key", "form_key"], axis=1).assign(points=True)
    for key, name in zip(keys, typed, strict=False):
        forms = forms.withColumn(key, F.coalesce(F.col(name), F.lit("")))
    forms = engine.join(forms, engine.stage(keys), ("name_key", "form_key"), "left")
    links = extract["links"].select("nhs_number", F.col("person").alias("link"), "match_rank")
    forms = engine.join(forms, links, ("nhs_number",), "left")
    number, form = F.col("nhs_number"), F.col("application_id")
    alone = F.when(number.isNotNull(), F.concat(F.lit("nhs "), number))
    alone = alone.otherwise(F.concat(F.lit("application "), form))
    return engine.keep(
        forms.select(
            *CONTRACTS[TABLE].names,
            "match_rank",
            F.coalesce(F.col("link"), alone).alias("person"),
            F.col("link").isNotNull().alias("linked"),
            F.coalesce(F.col("points"), F.lit(False)).alias("ours"),
        )
    )


def count_others(engine: Engine, applications: Any) -> Any:
    """Return the engine's frame of the people with applications for other drugs.

    Parameters
    ----------
    applications
        As `name_applicants` returns them.

    Returns
    -------
    DataFrame of the engine
        `person`, `others` (how many), `stated_sex` and `stated_on`: what the first of these
        applications that says a sex says, and which it is.
    """
    F, form = engine.F, engine.F.col("application_id")
    says = F.when(F.lower(F.trim(F.col("sex"))).isin(*FORM_SEX), form)
    counts = applications.where(~F.col("ours")).groupBy("person")
    return engine.keep(
        counts.agg(
            F.count("*").alias("others"),
            F.min_by(F.col("sex"), says).alias("stated_sex"),
            F.min(says).alias("stated_on"),
        )
    )


def describe_strangers(
    engine: Engine, strangers: Any, records: Any, imd: pd.DataFrame, *, ethnicity_rule: str
) -> pd.DataFrame:
    """Count the people with applications for other drugs alone, by what the flow tells of them.

    Parameters
    ----------
    strangers
        Rows of `count_others`.
    records
        The extract `records`, with `counted`.
    imd
        `lsoa`, `imd_quintile`.
    ethnicity_rule
        most_recent or most_frequent: which ethnic group counts.

    Returns
    -------
    pandas.DataFrame
        `n_records`, `sex`, `ethnicity`, `imd_quintile`, `people`.
    """
    F = engine.F
    theirs = engine.join(records, strangers.select("person"), ("person",), "left_semi")
    known = find_latest(engine, theirs, ("sex", "ethnicity", "lsoa"), by="person")
    known = known.withColumnRenamed("sex", "hes_sex")
    frame = engine.join(strangers, known, ("person",), "left")
    if ethnicity_rule == "most_frequent":
        often = find_most_frequent(engine, theirs, by="person")
        frame = engine.join(frame.drop("ethnicity"), often, ("person",), "left")
        frame = frame.withColumnRenamed("ethnicity_most_frequent", "ethnicity")
    areas = engine.stage(imd[["lsoa", "imd_quintile"]].dropna(subset=["lsoa"]))
    frame = engine.join(frame, areas, ("lsoa",), "left")
    stated = F.lower(F.trim(F.col("stated_sex")))
    form_sex = F.lit(None).cast("string")
    for sex in sorted(set(FORM_SEX.values())):
        words = [word for word, meant in FORM_SEX.items() if meant == sex]
        form_sex = F.coalesce(form_sex, F.when(stated.isin(*words), sex))
    counts = frame.select(
        F.col("others").alias("n_records"),
        F.coalesce(F.col("hes_sex"), form_sex, F.lit("Not known")).alias("sex"),
        F.coalesce(F.col("ethnicity"), F.lit("Unknown")).alias("ethnicity"),
        "imd_quintile",
    ).groupBy("n_records", *TOLD)
    return engine.collect(counts.agg(F.count("*").alias("people")))


def number_strangers(counts: pd.DataFrame, *, after: int) -> pd.DataFrame:
    """Return one row a person of `describe_strangers`, with a study id after all others.

    Parameters
    ----------
    after
        The last study id that somebody has.

    Examples
    --------
    >>> counts = pd.DataFrame({"n_records": [1, 3], "sex": "Female", "ethnicity": "White",
    ...     "imd_quintile": 5, "people": [2, 1]})
    >>> number_strangers(counts, after=7)[["study_id", "n_records"]].to_numpy().tolist()
    [[8, 1], [9, 1], [10, 3]]
    """
    rows = counts.sort_values(["n_records", *TOLD], ignore_index=True)
    rows = rows.loc[rows.index.repeat(rows["people"].astype("int64"))].reset_index(drop=True)
    numbered = rows.assign(study_id=range(after + 1, after + 1 + len(rows)))
    return numbered[["study_id", "n_records", *TOLD]].astype(
        {"study_id": "int64", "n_records": "int64"}
    )


def count_other_links(engine: Engine, links: Any, strangers: Any) -> dict[str, tuple[int, int]]:
    """Count the faults of the links of strangers, as `count_link_faults` counts those of others.

    Parameters
    ----------
    links
        The extract `links`.
    strangers
        Rows of `count_others`.
    """
    F = engine.F
    theirs = engine.join(links, strangers.select("person"), ("person",), "left_semi")
    people = theirs.groupBy("person").agg(
        F.count("*").alias("numbers"),
        F.max("pseudonyms").alias("pseudonyms"),
        F.sum(F.when(F.col("not_followed") > 0, 1).otherwise(0)).alias("further"),
    )
    sums = {
        "people": F.count("*"),
        "numbers": F.sum("numbers"),
        "further": F.sum("further"),
        "united": F.sum(F.when(F.col("pseudonyms") > 1, 1).otherwise(0)),
        "several": F.sum(F.when(F.col("numbers") > 1, 1).otherwise(0)),
    }
    row = engine.collect(
        people.agg(*[F.coalesce(n, F.lit(0)).alias(name) for name, n in sums.items()])
    )
    n = {name: int(row[name].iloc[0]) for name in sums}
    return {
        "several_pseudonyms": (n["united"], n["people"]),
        "links_not_followed": (n["further"], n["numbers"]),
        "several_nhs_numbers": (n["several"], n["people"]),
    }
