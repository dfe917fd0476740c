"""What the marts of a pair are derived from: its tables, keyed by study_id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.derive.applications.classify import classify_applications
from rareaccess.derive.country.areas import read_areas
from rareaccess.derive.fund.sact import read_sact
from rareaccess.derive.fund.treatment import summarise_records
from rareaccess.derive.hospital.deprivation import read_deprivation
from rareaccess.derive.hospital.records import (
    count_coded_records,
    find_no_abode,
    in_windows,
    profile_people,
    summarise_coded,
)
from rareaccess.derive.hospital.travel import check_centres
from rareaccess.derive.linkage import name_people, read_links, trace_people
from rareaccess.derive.study_ids import assign_study_ids
from rareaccess.derive.trusts import follow, name_trusts, tell_apart
from rareaccess.flow.reasons import DRUG
from rareaccess.params import Pair, ReportParams
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["Inputs", "read_inputs"]


@dataclass(frozen=True)
class Inputs:
    """The tables of one pair: small ones in pandas, `records` and `codes` in the engine.

    Applications are classified, and centres are those of the pair's service. `coded` counts each
    person's records with a code of the pair; `people` are their profiles, what their coded records
    say, and their traces. `areas` are the kinds of place, `homeless` the study ids of people with a
    record that says so, `links` the NHS numbers of the pair's people. `scores` and `prescriptions`
    have no rows where the source lacks the table.
    """

    applications: pd.DataFrame
    answers: pd.DataFrame
    centres: pd.DataFrame
    imd: pd.DataFrame
    coded: pd.DataFrame
    people: pd.DataFrame
    records: Any
    codes: Any
    areas: pd.DataFrame
    homeless: pd.Series
    links: pd.DataFrame
    scores: Any
    prescriptions: Any


def read_inputs(
    engine: Engine, source: Source, extract: Mapping[str, Any], *, pair: Pair, report: ReportParams
) -> Inputs:
    """Read the tables of a pair, give everybody a study id, and mark the records that count."""
    links, traces = read_links(engine, extract)
    columns = CONTRACTS["blueteq_applications"].names  # those that a source may lack included
    applications = engine.collect(source.read(engine, "blueteq_applications", columns))
    successors = follow(source.params)
    typed = applications["applying_trust"]
    trusts = name_trusts(typed, successors)
    applications = applications.assign(applying_trust=trusts, recoded=tell_apart(typed, successors))
    applications = name_people(applications, links, traces)
    if pair.cdf:
        applications = _add_sact(engine, source, applications, pair)
    coded = count_coded_records(engine, extract["codes"], pair)
    ids = assign_study_ids([*applications["person"], *coded["person"]], salt=pair.pair)
    keys, F = engine.stage(ids[["person", "study_id"]]), engine.F
    records = engine.join(extract["records"], keys, ("person",)).drop("person")
    valid = F.col("finished") & (F.col("copy") == 1)
    counted = F.coalesce(valid & in_windows(engine, pair), F.lit(False))
    records = engine.keep(records.withColumn("counted", counted))
    inside = extract["codes"].where(in_windows(engine, pair))
    codes = engine.keep(engine.join(inside, keys, ("person",)).drop("person"))
    people = ids.merge(profile_people(engine, records, pair), on="study_id", how="left")
    diagnosed = summarise_coded(engine, records, codes, pair)
    people = people.merge(diagnosed, on="study_id", how="left", validate="1:1")
    people = people.merge(trace_people(links, traces), on="person", how="left", validate="1:1")
    n = ["specialty_records", "coded_records", "leading_records"]
    people = people.assign(**people[n].fillna(0).astype("int64"))
    applications = classify_applications(applications, pair.drug)
    centres = engine.collect(source.read(engine, "centres"))
    centres = check_centres(centres, pair=pair) if source.has("centres") else centres
    centres = centres.assign(centre_code=name_trusts(centres["centre_code"], successors))
    centres = centres.drop_duplicates("centre_code")  # a trust may be a centre at several sites
    return Inputs(
        applications=applications.merge(ids, on="person", how="left", validate="m:1"),
        answers=_read_answers(engine, source, applications),
        centres=centres.sort_values("centre_code", ignore_index=True),
        imd=read_deprivation(source, engine, version=report.imd_version),
        coded=coded.merge(ids, on="person", how="left", validate="m:1").drop(columns="person"),
        people=people.drop(columns="person"),
        records=records,
        codes=codes,
        areas=read_areas(source, engine),
        homeless=find_no_abode(engine, codes),
        links=links.merge(ids[["person", "study_id"]], on="person", validate="m:1"),
        scores=engine.join(extract["scores"], keys, ("person",)).drop("person"),
        prescriptions=engine.join(extract["prescriptions"], keys, ("person",)).drop("person"),
    )


def _read_answers(engine: Engine, source: Source, applications: pd.DataFrame) -> pd.DataFrame:
    """Return the answers on the forms that point at the pair's drug; no other are collected."""
    ours = applications.loc[applications["decision"] != DRUG, "application_id"]
    wanted = engine.stage(pd.DataFrame({"application_id": sorted(set(ours))}, dtype="str"))
    answers = source.read(engine, "blueteq_answers")
    return engine.collect(engine.join(answers, wanted, ("application_id",), "left_semi"))


def _add_sact(
    engine: Engine, source: Source, applications: pd.DataFrame, pair: Pair
) -> pd.DataFrame:
    """Return the applications with what SACT says of each patient, and the trust that applied.

    Of a patient with several NHS numbers it is what SACT says under any of those that applied.
    """
    known = applications.dropna(subset=["nhs_number"])
    records = read_sact(source, engine, pair, numbers=known["nhs_number"])
    persons = known.drop_duplicates("nhs_number").set_index("nhs_number")["person"]
    sact = summarise_records(records.assign(study_id=records["nhs_number"].map(persons)))
    theirs = sact.reindex(applications["person"]).set_axis(applications.index)
    return applications.assign(trust=applications["applying_trust"], **theirs)
