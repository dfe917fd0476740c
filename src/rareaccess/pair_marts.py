"""From the extract to the marts of one pair: the order of the derivations, and nothing else."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.activity import build_activity, count_activity
from rareaccess.characteristics import (
    completed_years,
    count_most_frequent,
    find_residence,
    imd_groups,
    read_form_sex,
)
from rareaccess.cohort import (
    assign_index_dates,
    assign_study_ids,
    book_flow,
    check_treated,
    count_coded_records,
    in_windows,
    narrow_codes,
    profile_people,
)
from rareaccess.comorbidity import build_comorbidity, find_conditions
from rareaccess.engine import Engine
from rareaccess.flow import Ledger
from rareaccess.params import Pair, ReportParams
from rareaccess.quality import (
    build_quality,
    count_codes,
    count_completeness,
    count_form_faults,
    count_linkage,
    count_record_faults,
)
from rareaccess.severity import build_severity
from rareaccess.sources import Source
from rareaccess.travel import build_travel, check_centres, read_journeys
from rareaccess.uptake import build_uptake, name_criterion

__all__ = ["build_marts"]


@dataclass(frozen=True)
class _Study:
    """What the derivations of one pair share."""

    engine: Engine
    source: Source
    extract: dict[str, Any]
    pair: Pair
    report: ReportParams


def build_marts(
    engine: Engine, source: Source, extract: dict[str, Any], *, pair: Pair, report: ReportParams
) -> dict[str, pd.DataFrame]:
    """Build every mart of a pair from the extract.

    Parameters
    ----------
    extract
        The engine's frames by name, as `extract_records` writes them.

    Returns
    -------
    dict
        Mart -> frame with the columns of `marts.MARTS`, sorted.
    """
    study = _Study(engine, source, extract, pair, report)
    links = engine.collect(extract["links"])
    traces = engine.collect(extract["traces"]).drop_duplicates("nhs_number")
    applications = _read_applications(study, links, traces)
    coded = count_coded_records(engine, extract["codes"], pair)
    ids = assign_study_ids([*applications["person"], *coded["person"]], salt=pair.pair)
    applications = applications.merge(ids, on="person", how="left", validate="m:1")
    coded = coded.merge(ids, on="person", how="left", validate="m:1")
    records = _read_records(study, ids)
    people = profile_people(engine, records, pair)
    people = ids.merge(people, on="study_id", how="left", validate="1:1")
    people = _trace(people, links, traces)
    ledger, applications = book_flow(
        applications, coded[["study_id", "kind", "n_records"]], people, pair=pair
    )
    treated = check_treated(applications[applications["stopped_at"] == ""], pair=pair)
    treated = _describe_treated(study, records, treated, people)
    members, everyone = _describe_people(study, records, ledger, people, treated, applications)
    index = _index_dates(members, treated)
    return {
        "flow": ledger.to_frame(),
        "lost": ledger.lost().merge(everyone, on="study_id", how="left", validate="m:1"),
        "people": members,
        "uptake": build_uptake(treated, criteria=pair.criteria),
        **_clinical(study, ids, records, treated, index),
        **_quality(study, ids, records, ledger, applications, treated, people),
    }


def _read_applications(study: _Study, links: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return the applications with their person, link and trace.

    An application without a link stands for a person of its own: by NHS number, else alone.
    """
    frame = study.engine.collect(study.source.read(study.engine, "blueteq_applications"))
    frame = frame.merge(links, on="nhs_number", how="left", validate="m:1")
    dead = traces[["nhs_number", "date_of_death"]]
    frame = frame.merge(dead, on="nhs_number", how="left", validate="m:1")
    alone = ("nhs " + frame["nhs_number"]).fillna("application " + frame["application_id"])
    linked = frame["person"].notna() & frame["nhs_number"].notna()
    frame = frame.assign(person=frame["person"].where(linked, alone), linked=linked)
    return frame.sort_values("application_id", ignore_index=True)


def _read_records(study: _Study, ids: pd.DataFrame) -> Any:
    """Return every record of the pair's people, keyed by study_id, with `counted`."""
    F = study.engine.F
    keys = study.engine.stage(ids[["person", "study_id"]])
    valid = F.col("finished") & (F.col("copy") == 1)
    counted = F.coalesce(valid & in_windows(study.engine, study.pair), F.lit(False))
    joined = study.extract["records"].join(keys, on="person", how="inner").drop("person")
    return study.engine.keep(joined.withColumn("counted", counted))


def _trace(people: pd.DataFrame, links: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return the people with the trace of their NHS number: of several, the best link's."""
    best = links.sort_values(["match_rank", "nhs_number"]).drop_duplicates("person")
    best = best.merge(traces, on="nhs_number", how="left", validate="m:1")
    kept = best[["person", "traced", "date_of_death"]]
    people = people.merge(kept, on="person", how="left", validate="1:1").drop(columns="person")
    return people.assign(specialty_records=people["specialty_records"].fillna(0).astype("int64"))


def _describe_treated(
    study: _Study, records: Any, treated: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Return the treated with sex, age, residence at the start and the rule in force."""
    starts = treated[["study_id"]].assign(start_date=treated["planned_start_date"])
    residence = find_residence(study.engine, records, starts)
    hes = people[["study_id", "draw"]].assign(hes_sex=people["sex"])
    joined = treated.drop(columns=["draw", "reason"], errors="ignore")
    joined = joined.merge(hes, on="study_id", how="left", validate="1:1")
    joined = joined.merge(residence, on="study_id", how="left", validate="1:1")
    sex = read_form_sex(joined["sex"]).fillna(joined["hes_sex"]).fillna("Not known")
    return joined.assign(
        sex=sex,
        trust=joined["applying_trust"],
        start_date=joined["planned_start_date"],
        age_at_treatment=completed_years(joined["date_of_birth"], joined["planned_start_date"]),
        criterion=name_criterion(joined["approval_date"], study.pair.criteria),
    ).sort_values("study_id", ignore_index=True)


def _describe_people(
    study: _Study, records: Any, ledger: Ledger, people: pd.DataFrame, treated: pd.DataFrame,
    applications: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Return the mart of the cohort, and the characteristics of everyone in the flow."""
    imd = study.engine.collect(study.source.read(study.engine, "imd2019"))
    groups = imd_groups(imd, version=study.report.imd_version)
    frequent = count_most_frequent(study.engine, records)
    everyone = people.merge(frequent, on="study_id", how="left", validate="1:1")
    theirs = treated.set_index("study_id")
    is_treated = everyone["study_id"].isin(theirs.index)
    forms = applications.assign(sex=read_form_sex(applications["sex"])).dropna(subset=["sex"])
    form_sex = forms.drop_duplicates("study_id").set_index("study_id")["sex"]
    sex = everyone["sex"].fillna(everyone["study_id"].map(form_sex)).fillna("Not known")
    lsoa = everyone["lsoa"].where(~is_treated, everyone["study_id"].map(theirs["lsoa"]))
    rules = {"most_recent": "ethnicity", "most_frequent": "ethnicity_most_frequent"}
    everyone = everyone.assign(
        treated=is_treated,
        sex=sex.where(~is_treated, everyone["study_id"].map(theirs["sex"])),
        lsoa=lsoa.astype("str"),
        age_at_treatment=everyone["study_id"].map(theirs["age_at_treatment"]).astype("Int64"),
        found_by=everyone["study_id"].map(theirs["found_by"]).astype("str").fillna("code"),
        ethnicity=everyone["ethnicity"].fillna("Unknown"),
        ethnicity_most_frequent=everyone["ethnicity_most_frequent"].fillna("Unknown"),
        imd_version=study.report.imd_version,
    ).merge(groups.drop(columns="imd_version"), on="lsoa", how="left", validate="m:1")
    everyone = everyone.sort_values("study_id", ignore_index=True)
    chosen = everyone.assign(ethnicity=everyone[rules[study.report.ethnicity_rule]])
    cohort = chosen["study_id"].isin(ledger.people("cohort"))
    shared = chosen[["study_id", "sex", "ethnicity", "imd_quintile"]]
    return chosen[cohort].reset_index(drop=True), shared


def _index_dates(members: pd.DataFrame, treated: pd.DataFrame) -> pd.DataFrame:
    """Return everyone with an index date: the planned start, or one assigned to the untreated."""
    starts = treated.set_index("study_id")["start_date"]
    untreated = members[~members["treated"]]
    assigned = assign_index_dates(untreated, treated[["draw", "start_date"]])
    index = members["study_id"].map(starts).astype("datetime64[s]").fillna(
        assigned.reindex(members.index)
    )
    dated = members[["study_id", "treated"]].assign(index_date=index)
    return dated.dropna(subset=["index_date"]).reset_index(drop=True)


def _clinical(
    study: _Study, ids: pd.DataFrame, records: Any, treated: pd.DataFrame, index: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the marts of severity, travel, activity and comorbidity."""
    engine, pair, report = study.engine, study.pair, study.report
    answers = engine.collect(study.source.read(engine, "blueteq_answers"))
    answers = answers[answers["application_id"].isin(treated["application_id"])]
    centres = check_centres(engine.collect(study.source.read(engine, "centres")), pair=pair)
    journeys = read_journeys(study.source, engine, areas=treated["lsoa"], centres=centres)
    codes = _pair_codes(study, ids)
    narrow = narrow_codes(engine, pair)
    coded = codes.where(narrow).select("study_id", "kind", "record").distinct()
    coded = coded.withColumn("coded", engine.F.lit(True))
    in_specialty = engine.any_of(["specialty"], list(pair.condition.specialties))
    marked = records.join(coded, on=["study_id", "kind", "record"], how="left").withColumn(
        "qualifying", engine.F.col("coded").isNotNull() | engine.F.coalesce(
            in_specialty, engine.F.lit(False))
    )  # fmt: skip
    activity = count_activity(
        engine, marked, index, months=pair.activity.months_before, unit=report.activity_unit
    )
    conditions = find_conditions(
        engine, codes, index, exclude=pair.charlson.exclude,
        lookback_years=report.charlson_lookback_years,
    )  # fmt: skip
    return {
        "severity": build_severity(treated, answers, severity=pair.severity),
        "travel": build_travel(treated, journeys),
        "activity": build_activity(index, activity),
        "comorbidity": build_comorbidity(index, conditions, weights=report.charlson_weights),
    }


def _pair_codes(study: _Study, ids: pd.DataFrame) -> Any:
    """Return the diagnoses of the pair's people inside the windows, keyed by study_id."""
    keys = study.engine.stage(ids[["person", "study_id"]])
    joined = study.extract["codes"].where(in_windows(study.engine, study.pair))
    return study.engine.keep(joined.join(keys, on="person", how="inner").drop("person"))


def _quality(
    study: _Study, ids: pd.DataFrame, records: Any, ledger: Ledger, applications: pd.DataFrame,
    treated: pd.DataFrame, people: pd.DataFrame,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Return the marts of data quality: faults, completeness, linkage, codes."""
    engine, pair = study.engine, study.pair
    cohort = pd.DataFrame({"study_id": ledger.people("cohort")})
    theirs = engine.keep(records.join(engine.stage(cohort), on="study_id", how="left_semi"))
    areas = engine.collect(study.source.read(engine, "imd2019", ("LSOA11",)))["LSOA11"]
    answers = engine.collect(study.source.read(engine, "blueteq_answers"))
    severity = build_severity(treated, answers, severity=pair.severity)
    faults = count_form_faults(applications, severity["status"], pair=pair)
    faults |= count_record_faults(
        engine, theirs, areas=areas, deaths=people.dropna(subset=["date_of_death"])
    )
    sought = applications[
        applications["stopped_at"].isin(["linked", "alive_at_start", "confirmed", ""])
    ]
    patients = sought.assign(
        sex=read_form_sex(sought["sex"]).fillna("Not known"),
        age_at_treatment=completed_years(sought["date_of_birth"], sought["planned_start_date"]),
        start_year=sought["planned_start_date"].dt.year,
    )
    codes = _pair_codes(study, ids[ids["study_id"].isin(cohort["study_id"])])
    return {
        "quality": build_quality(faults),
        "completeness": count_completeness(engine, theirs),
        "linkage_quality": count_linkage(patients),
        "codes": count_codes(engine, codes, narrow=narrow_codes(engine, pair)),
    }


