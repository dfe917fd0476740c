"""From the extract to the marts of one pair: the order of the derivations, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.derive.applications.classify import classify_applications
from rareaccess.derive.applications.severity import build_severity
from rareaccess.derive.applications.starts import build_lines, build_uptake
from rareaccess.derive.applications.trusts import build_trusts
from rareaccess.derive.applications.typed import count_forms, count_names
from rareaccess.derive.cohort import book_flow, name_alive_reasons
from rareaccess.derive.fund.cohort import book_fund
from rareaccess.derive.fund.outcomes import build_outcomes, list_further
from rareaccess.derive.fund.sact import read_sact
from rareaccess.derive.fund.treatment import summarise_records
from rareaccess.derive.hospital.activity import build_activity, count_activity
from rareaccess.derive.hospital.characteristics import (
    completed_years,
    count_most_frequent,
    find_residence,
    read_form_sex,
)
from rareaccess.derive.hospital.comorbidity import build_comorbidity, find_conditions
from rareaccess.derive.hospital.deprivation import read_deprivation
from rareaccess.derive.hospital.records import (
    count_coded_records,
    in_windows,
    narrow_codes,
    profile_people,
)
from rareaccess.derive.hospital.travel import build_travel, check_centres, read_journeys
from rareaccess.derive.people import build_people, date_people, describe_everyone, describe_treated
from rareaccess.derive.quality.code_lists import count_code_lists, find_lists, list_beyond
from rareaccess.derive.quality.coverage import count_codes, count_completeness, count_linkage
from rareaccess.derive.quality.faults import build_quality
from rareaccess.derive.quality.forms import count_form_faults
from rareaccess.derive.quality.hospital import count_record_faults
from rareaccess.derive.study_ids import assign_study_ids
from rareaccess.flow import Ledger, came_to
from rareaccess.params import Pair, ReportParams
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["build_marts"]


@dataclass(frozen=True)
class _Tables:
    """The tables of one pair, keyed by study_id: small ones in pandas, large ones in the engine."""

    applications: pd.DataFrame
    answers: pd.DataFrame
    centres: pd.DataFrame
    imd: pd.DataFrame
    coded: pd.DataFrame
    people: pd.DataFrame
    records: Any
    codes: Any


def build_marts(
    engine: Engine,
    source: Source,
    extract: Mapping[str, Any],
    *,
    pair: Pair,
    report: ReportParams,
) -> dict[str, pd.DataFrame]:
    """Build every mart of a pair from the extract.

    Parameters
    ----------
    engine, source
        The engine that made the extract's frames, and the source of the small tables.
    extract
        The engine's frames by name, as `extract_records` writes them.
    pair, report
        The settings.

    Returns
    -------
    dict
        Mart -> frame with the columns of `marts.MARTS`, sorted by its key.
    """
    tables = _read_tables(engine, source, extract, pair, report)
    people = tables.people
    ledger, applications = book_flow(tables.applications, tables.coded, people, pair=pair)
    kept = applications[applications["stopped_at"] == ""].drop(columns="draw")
    starts = kept[["study_id"]].assign(start_date=kept["planned_start_date"])
    residence = find_residence(engine, tables.records, starts)
    treated = describe_treated(kept, people, residence, criteria=pair.criteria)
    frequent = count_most_frequent(engine, tables.records)
    everyone = describe_everyone(
        people.merge(frequent, on="study_id", how="left", validate="1:1"),
        treated,
        applications,
        tables.imd,
        ethnicity_rule=report.ethnicity_rule,
    )
    members = build_people(everyone, ledger.people("cohort"))
    shared = everyone[["study_id", "sex", "ethnicity", "imd_quintile"]]
    centres = tables.centres
    if source.has("centres"):
        centres = check_centres(centres, pair=pair)
    journeys = read_journeys(source, engine, areas=treated["lsoa"], centres=centres)
    severity = build_severity(treated, tables.answers, severity=pair.severity)
    lists = find_lists(engine, extract["codes"].where(in_windows(engine, pair)), pair)
    alive = _find_alive(engine, extract, list_beyond(lists), pair)
    return {
        "flow": ledger.to_frame(),
        "lost": ledger.lost().merge(shared, on="study_id", how="left", validate="m:1"),
        "people": members,
        "uptake": build_uptake(treated),
        "trusts": build_trusts(treated, centres),
        "lines": build_lines(applications, treated["study_id"]),
        "drug_names": count_names(applications),
        "forms": count_forms(applications),
        "code_lists": count_code_lists(lists, pair, alive=alive),
        "severity": severity,
        **_outcomes(applications, pair),
        "travel": build_travel(treated, journeys),
        **_before_index(engine, tables, date_people(members, treated), pair, report),
        **_quality(engine, tables, ledger, applications, severity["status"], pair),
    }


def _read_tables(
    engine: Engine, source: Source, extract: Mapping[str, Any], pair: Pair, report: ReportParams
) -> _Tables:
    links, traces = _read_links(engine, extract)
    applications = engine.collect(source.read(engine, "blueteq_applications"))
    applications = _name_people(applications, links, traces)
    if pair.cdf:
        sact = summarise_records(
            read_sact(source, engine, pair, numbers=applications["nhs_number"].dropna()).rename(
                columns={"nhs_number": "study_id"}
            )
        )
        applications = applications.assign(trust=applications["applying_trust"])
        theirs = sact.reindex(applications["nhs_number"]).set_axis(applications.index)
        applications = pd.concat([applications, theirs], axis="columns")
    applications = classify_applications(applications, pair.drug)
    coded = count_coded_records(engine, extract["codes"], pair)
    ids = assign_study_ids([*applications["person"], *coded["person"]], salt=pair.pair)
    keys = engine.stage(ids[["person", "study_id"]])
    records = engine.join(extract["records"], keys, ("person",)).drop("person")
    F, valid = engine.F, engine.F.col("finished") & (engine.F.col("copy") == 1)
    counted = F.coalesce(valid & in_windows(engine, pair), F.lit(False))
    records = engine.keep(records.withColumn("counted", counted))
    inside = extract["codes"].where(in_windows(engine, pair))
    profiles = ids.merge(profile_people(engine, records, pair), on="study_id", how="left")
    return _Tables(
        applications=applications.merge(ids, on="person", how="left", validate="m:1"),
        answers=engine.collect(source.read(engine, "blueteq_answers")),
        centres=engine.collect(source.read(engine, "centres")),
        imd=read_deprivation(source, engine, version=report.imd_version),
        coded=coded.merge(ids, on="person", how="left", validate="m:1").drop(columns="person"),
        people=_trace_people(profiles, links, traces),
        records=records,
        codes=engine.keep(engine.join(inside, keys, ("person",)).drop("person")),
    )


def _read_links(engine: Engine, extract: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the links, and one trace for each NHS number: traced before not, the latest death."""
    traces = engine.collect(extract["traces"])
    traces = traces.sort_values(["nhs_number", "traced", "date_of_death"], na_position="first")
    return engine.collect(extract["links"]), traces.drop_duplicates("nhs_number", keep="last")


def _name_people(
    applications: pd.DataFrame, links: pd.DataFrame, traces: pd.DataFrame
) -> pd.DataFrame:
    """Return the applications with their person, link and date of death.

    Somebody without a link is a person of their own: by NHS number, else by application.
    """
    frame = applications.merge(links, on="nhs_number", how="left", validate="m:1")
    dead = traces[["nhs_number", "traced", "date_of_death"]]
    frame = frame.merge(dead, on="nhs_number", how="left", validate="m:1")
    alone = ("nhs " + frame["nhs_number"]).fillna("application " + frame["application_id"])
    linked = frame["person"].notna() & frame["nhs_number"].notna()
    frame = frame.assign(person=frame["person"].where(linked, alone), linked=linked)
    return frame.sort_values("application_id", ignore_index=True)


def _trace_people(
    profiles: pd.DataFrame, links: pd.DataFrame, traces: pd.DataFrame
) -> pd.DataFrame:
    """Return the profiles with the trace of their NHS number: of several, the best link's."""
    people = profiles.merge(_trace(links, traces), on="person", how="left", validate="1:1")
    records = people["specialty_records"].fillna(0).astype("int64")
    return people.drop(columns="person").assign(specialty_records=records)


def _trace(links: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return `person`, `traced`, `date_of_death` by the best link of each person."""
    best = links.sort_values(["match_rank", "nhs_number"]).drop_duplicates("person")
    best = best.merge(traces, on="nhs_number", how="left", validate="m:1")
    return best[["person", "traced", "date_of_death"]]


def _find_alive(
    engine: Engine, extract: Mapping[str, Any], persons: list[str], pair: Pair
) -> list[str]:
    """Return those of some people who were alive when the drug was approved, as the cohort asks."""
    F = engine.F
    wanted = engine.stage(pd.DataFrame({"person": persons}, dtype="str"))
    records = engine.join(extract["records"], wanted, ("person",), "left_semi")
    valid = F.col("finished") & (F.col("copy") == 1) & in_windows(engine, pair)
    last = records.where(valid).groupBy("person").agg(F.max("day").alias("last_day"))
    people = engine.collect(last).merge(_trace(*_read_links(engine, extract)), how="left")
    return people.loc[name_alive_reasons(people, pair=pair).isna(), "person"].tolist()


def _before_index(
    engine: Engine, tables: _Tables, index: pd.DataFrame, pair: Pair, report: ReportParams
) -> dict[str, pd.DataFrame]:
    """Return the marts of what came before the index date: activity and comorbidity."""
    F = engine.F
    coded = tables.codes.where(narrow_codes(engine, pair)).select("study_id", "kind", "record")
    coded = coded.distinct().withColumn("coded", F.lit(True))
    specialty = engine.any_of(["specialty"], list(pair.condition.specialties))
    records = engine.join(tables.records, coded, ("study_id", "kind", "record"), "left")
    qualifying = F.col("coded").isNotNull() | F.coalesce(specialty, F.lit(False))
    activity = count_activity(
        engine,
        records.withColumn("qualifying", qualifying),
        index,
        months=pair.activity.months_before,
        unit=report.activity_unit,
    )
    conditions = find_conditions(
        engine,
        tables.codes,
        index,
        exclude=pair.charlson.exclude,
        lookback_years=report.charlson_lookback_years,
    )
    return {
        "activity": build_activity(index, activity),
        "comorbidity": build_comorbidity(index, conditions, weights=report.charlson_weights),
    }


def _outcomes(applications: pd.DataFrame, pair: Pair) -> dict[str, pd.DataFrame]:
    """Return the marts of outcomes: of the fund's cohort, or of those whose link was sought."""
    applications = applications.assign(traced=applications["traced"] == "Y")
    fund_flow = Ledger(()).to_frame()
    patients = applications[came_to(applications["stopped_at"], "linked")]
    if pair.cdf:
        approved = applications[came_to(applications["stopped_at"], "dated")]
        left = pd.Timestamp(pair.cdf.exit) if pair.cdf.exit else None
        ledger, patients = book_fund(approved, entry=pd.Timestamp(pair.cdf.entry), left=left)
        fund_flow = ledger.to_frame()
    outcomes = build_outcomes(patients.reset_index(drop=True), list_further(applications), pair)
    return {"fund_flow": fund_flow, **outcomes}


def _quality(
    engine: Engine,
    tables: _Tables,
    ledger: Ledger,
    applications: pd.DataFrame,
    severity: pd.Series,
    pair: Pair,
) -> dict[str, pd.DataFrame]:
    """Return the marts of data quality: faults, completeness, links, codes."""
    cohort = engine.stage(pd.DataFrame({"study_id": ledger.people("cohort")}))
    records = engine.keep(engine.join(tables.records, cohort, ("study_id",), "left_semi"))
    codes = engine.join(tables.codes, cohort, ("study_id",), "left_semi")
    deaths = tables.people.dropna(subset=["date_of_death"])
    faults = count_form_faults(applications, severity, pair=pair)
    faults |= count_record_faults(engine, records, areas=tables.imd["lsoa"], deaths=deaths)
    sought = applications[came_to(applications["stopped_at"], "linked")]
    patients = sought.assign(
        sex=read_form_sex(sought["sex"]).fillna("Not known"),
        age_at_treatment=completed_years(sought["date_of_birth"], sought["planned_start_date"]),
        start_year=sought["planned_start_date"].dt.year,
    )
    return {
        "quality": build_quality(faults),
        "completeness": count_completeness(engine, records),
        "linkage_quality": count_linkage(patients),
        "codes": count_codes(engine, codes, narrow=narrow_codes(engine, pair)),
    }
