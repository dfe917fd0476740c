"""What the marts of a pair are derived from: its tables, keyed by study_id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.derive.applications.applicants import (
    STATED,
    OtherDrugs,
    count_other_links,
    count_others,
    describe_strangers,
    name_applicants,
    number_strangers,
)
from rareaccess.derive.applications.classify import classify_applications
from rareaccess.derive.country.areas import read_areas
from rareaccess.derive.fund.sact import read_sact
from rareaccess.derive.fund.treatment import summarise_records
from rareaccess.derive.hospital.deprivation import read_deprivation
from rareaccess.derive.hospital.records import (
    find_coded_records,
    find_no_abode,
    in_windows,
    mark_counted,
    profile_people,
    summarise_coded,
)
from rareaccess.derive.hospital.travel import check_centres
from rareaccess.derive.linkage import read_links, trace_applications, trace_people
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
    record that says so, `links` the NHS numbers of the pair's people. Applications for other drugs
    are no rows here: `others` counts them. `scores` and `prescriptions` have no rows where the
    source lacks the table.
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
    others: OtherDrugs
    scores: Any
    prescriptions: Any


def read_inputs(
    engine: Engine, source: Source, extract: Mapping[str, Any], *, pair: Pair, report: ReportParams
) -> Inputs:
    """Read the tables of a pair, give everybody a study id, and mark the records that count."""
    named = name_applicants(engine, source, extract, drug=pair.drug)
    others, F = count_others(engine, named), engine.F
    applications = engine.collect(
        engine.join(named.where(F.col("ours")), others, ("person",), "left")
    )
    found = find_coded_records(engine, extract["codes"], pair)
    coded = engine.collect(engine.join(found, others, ("person",), "left"))
    ids = assign_study_ids([*applications["person"], *coded["person"]], salt=pair.pair)
    keys = engine.stage(ids[["person", "study_id"]])
    known = named.where(F.col("ours") & F.col("nhs_number").isNotNull())
    links, traces = read_links(engine, extract, keys, known)
    beside = pd.concat([applications, coded])[["person", *STATED]].merge(ids, on="person")
    applications = _name_trusts(applications.drop(columns=STATED), source)
    applications = trace_applications(applications, traces)
    if pair.cdf:
        applications = _add_sact(engine, source, applications, named, pair)
    every = mark_counted(engine, extract["records"], pair)
    records = engine.keep(engine.join(every, keys, ("person",)).drop("person"))
    inside = extract["codes"].where(in_windows(engine, pair))
    codes = engine.keep(engine.join(inside, keys, ("person",)).drop("person"))
    people = ids.merge(profile_people(engine, records, pair), on="study_id", how="left")
    diagnosed = summarise_coded(engine, records, codes, pair)
    people = people.merge(diagnosed, on="study_id", how="left", validate="1:1")
    people = people.merge(trace_people(links, traces), on="person", how="left", validate="1:1")
    n = ["specialty_records", "coded_records", "leading_records"]
    people = people.assign(**people[n].fillna(0).astype("int64"))
    applications = classify_applications(applications, pair.drug)
    successors = follow(source.params)
    centres = engine.collect(source.read(engine, "centres"))
    centres = check_centres(centres, pair=pair) if source.has("centres") else centres
    centres = centres.assign(centre_code=name_trusts(centres["centre_code"], successors))
    centres = centres.drop_duplicates("centre_code")  # a trust may be a centre at several sites
    imd = read_deprivation(source, engine, version=report.imd_version)
    alone = engine.join(others, keys, ("person",), "left").where(F.col("study_id").isNull())
    strangers = describe_strangers(engine, alone, every, imd, ethnicity_rule=report.ethnicity_rule)
    return Inputs(
        applications=applications.merge(ids, on="person", how="left", validate="m:1"),
        answers=_read_answers(engine, source, applications),
        centres=centres.sort_values("centre_code", ignore_index=True),
        imd=imd,
        coded=coded.drop(columns=STATED)
        .merge(ids, on="person", how="left", validate="m:1")
        .drop(columns="person"),
        people=people.drop(columns="person"),
        records=records,
        codes=codes,
        areas=read_areas(source, engine),
        homeless=find_no_abode(engine, codes, records),
        links=links,
        others=OtherDrugs(
            people=_list_acquainted(beside),
            strangers=number_strangers(strangers, after=len(ids)),
            link_faults=count_other_links(engine, extract["links"], alone),
        ),
        scores=engine.join(extract["scores"], keys, ("person",)).drop("person"),
        prescriptions=engine.join(extract["prescriptions"], keys, ("person",)).drop("person"),
    )


def _name_trusts(applications: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the applications under the trusts of today, with why a code is not as typed."""
    successors, typed = follow(source.params), applications["applying_trust"]
    trusts = name_trusts(typed, successors)
    return applications.assign(applying_trust=trusts, recoded=tell_apart(typed, successors))


def _list_acquainted(beside: pd.DataFrame) -> pd.DataFrame:
    """Return the applications for other drugs of people with a study id, a row a person."""
    rows = beside.dropna(subset=["others"]).drop_duplicates("study_id")
    names = {"others": "n_records", "stated_sex": "sex", "stated_on": "application_id"}
    return rows[["study_id", *STATED]].rename(columns=names)


def _read_answers(engine: Engine, source: Source, applications: pd.DataFrame) -> pd.DataFrame:
    """Return the answers on the forms that point at the pair's drug; no other are collected."""
    ours = applications.loc[applications["decision"] != DRUG, "application_id"]
    wanted = engine.stage(pd.DataFrame({"application_id": sorted(set(ours))}, dtype="str"))
    answers = source.read(engine, "blueteq_answers")
    return engine.collect(engine.join(answers, wanted, ("application_id",), "left_semi"))


def _add_sact(
    engine: Engine, source: Source, applications: pd.DataFrame, named: Any, pair: Pair
) -> pd.DataFrame:
    """Return the applications with what SACT says of each patient, and the trust that applied.

    Of a patient with several NHS numbers it is what SACT says under any of those that applied, for
    whatever drug.
    """
    patients = engine.stage(applications[["person"]].drop_duplicates())
    theirs = engine.join(named, patients, ("person",), "left_semi")
    known = theirs.where(engine.F.col("nhs_number").isNotNull())
    known = engine.collect(known.select("nhs_number", "person").distinct())
    records = read_sact(source, engine, pair, numbers=known["nhs_number"])
    persons = known.set_index("nhs_number")["person"]
    sact = summarise_records(records.assign(study_id=records["nhs_number"].map(persons)))
    theirs = sact.reindex(applications["person"]).set_axis(applications.index)
    return applications.assign(trust=applications["applying_trust"], **theirs)
