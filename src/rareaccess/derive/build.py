"""From the extract to the marts of one pair: the order of the derivations, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rareaccess.derive.applications.decisions import build_decisions
from rareaccess.derive.applications.form_answers import count_answers
from rareaccess.derive.applications.severity import build_severity
from rareaccess.derive.applications.starts import build_lines, build_uptake
from rareaccess.derive.applications.trusts import build_trusts
from rareaccess.derive.applications.typed import count_forms, count_names
from rareaccess.derive.cohort import book_flow
from rareaccess.derive.country.costs import build_prices, build_unit_costs
from rareaccess.derive.country.expectations import read_expected_uptake, read_need_share
from rareaccess.derive.country.population import build_population
from rareaccess.derive.fund.outcomes import follow_applications
from rareaccess.derive.hospital.before_index import build_before_index
from rareaccess.derive.hospital.characteristics import count_most_frequent, find_residence
from rareaccess.derive.hospital.course import build_course, count_contacts, match_people
from rareaccess.derive.hospital.day_cases import find_day_cases
from rareaccess.derive.hospital.features import build_features, build_landmark
from rareaccess.derive.hospital.scores import build_scores
from rareaccess.derive.hospital.travel import build_travel, find_nearest, read_journeys
from rareaccess.derive.inputs import Inputs, read_inputs
from rareaccess.derive.pathway import build_pathway
from rareaccess.derive.people import (
    age_people,
    date_people,
    describe_everyone,
    describe_treated,
    observe_until,
)
from rareaccess.derive.quality.assess import assess_quality
from rareaccess.derive.quality.code_lists import build_code_lists
from rareaccess.params import Pair, ReportParams
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["build_marts"]


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
    inputs = read_inputs(engine, source, extract, pair=pair, report=report)
    others = inputs.others
    ledger, applications = book_flow(
        inputs.applications, inputs.coded, inputs.people, pair=pair, others=others.flow
    )
    kept = applications[applications["stopped_at"] == ""].drop(columns="draw")
    starts = kept[["study_id"]].assign(start_date=kept["planned_start_date"])
    residence = find_residence(engine, inputs.records, starts)
    specialties = pair.condition.specialties
    day_cases = find_day_cases(engine, inputs.records, starts, specialties=specialties)
    treated = describe_treated(kept, inputs.people, residence, criteria=pair.criteria)
    frequent = count_most_frequent(engine, inputs.records)
    everyone = describe_everyone(
        inputs.people.merge(frequent, on="study_id", how="left", validate="1:1"),
        treated,
        pd.concat([applications, others.people]).sort_values("application_id"),
        inputs.imd.merge(inputs.areas, on="lsoa", how="left", validate="1:1"),
        ethnicity_rule=report.ethnicity_rule,
    )
    everyone["no_fixed_abode"] = everyone["study_id"].isin(inputs.homeless)
    cohort = ledger.people("cohort")
    everyone["observed_until"] = observe_until(everyone, end=pd.Timestamp(pair.windows.apc.end))
    members = everyone[everyone["study_id"].isin(cohort)].reset_index(drop=True)
    told = ["study_id", "sex", "ethnicity", "imd_quintile"]
    shared = pd.concat([everyone[told], others.strangers[told]], ignore_index=True)
    severity = build_severity(treated, inputs.answers, severity=pair.severity)
    index = date_people(members, treated)
    earlier = date_people(members, treated, since="entry_date")
    members["age_at_index"] = age_people(members, index)
    matched = match_people(members, starts)
    landmark = build_landmark(members, starts, eligibility=pair.eligibility)
    return {
        "flow": ledger.to_frame(),
        "lost": ledger.lost().merge(shared, on="study_id", how="left", validate="m:1"),
        "people": members,
        "general_population": build_population(source, engine, areas=inputs.areas, imd=inputs.imd),
        "unit_costs": build_unit_costs(source, engine),
        "prices": build_prices(source, engine, pair=pair),
        "expected_uptake": read_expected_uptake(source, engine, pair=pair),
        "need_share": read_need_share(source, engine, pair=pair),
        "uptake": build_uptake(treated, day_cases),
        "trusts": build_trusts(treated, inputs.centres),
        "lines": build_lines(applications, treated["study_id"]),
        "drug_names": count_names(applications, others=others.total),
        "forms": count_forms(applications),
        "code_lists": build_code_lists(engine, extract, pair),
        "decisions": build_decisions(
            applications, everyone, inputs.centres, criteria=pair.criteria
        ),
        "severity": severity,
        "form_answers": count_answers(applications, inputs.answers),
        "pathway": build_pathway(engine, inputs.records, members, treated, applications, pair=pair),
        **follow_applications(applications, pair),
        "travel": _measure_travel(engine, source, inputs, index, treated, pair=pair),
        **build_before_index(engine, inputs, index, earlier, pair=pair, report=report),
        "course": build_course(matched, count_contacts(engine, inputs.records, matched)),
        "landmark": landmark,
        "features": build_features(
            engine,
            inputs.records,
            inputs.codes,
            members,
            landmark,
            pair=pair,
            prescriptions=inputs.prescriptions,
        ),
        "scores": build_scores(engine, inputs.scores, landmark, pair=pair),
        **assess_quality(engine, inputs, ledger, applications, severity["status"], pair=pair),
    }


def _measure_travel(
    engine: Engine,
    source: Source,
    inputs: Inputs,
    index: pd.DataFrame,
    treated: pd.DataFrame,
    *,
    pair: Pair,
) -> pd.DataFrame:
    """Return the mart of travel: everyone with an index date, from where they lived on it."""
    dates = index.rename(columns={"index_date": "start_date"})
    others = find_residence(engine, inputs.records, dates[~dates["treated"]])
    homes = pd.concat([treated[["study_id", "lsoa", "trust"]], others], ignore_index=True)
    return build_travel(
        index.merge(homes, on="study_id", how="left", validate="1:1"),
        find_nearest(source, engine, centres=inputs.centres),
        read_journeys(source, engine, areas=treated["lsoa"], centres=inputs.centres),
        areas=inputs.imd,
        criteria=pair.criteria,
    )
