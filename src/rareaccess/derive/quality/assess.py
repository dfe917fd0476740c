"""The marts of data quality: faults, completeness, links, codes."""

import pandas as pd

from rareaccess.derive.hospital.characteristics import completed_years, read_form_sex
from rareaccess.derive.hospital.records import narrow_codes
from rareaccess.derive.inputs import Inputs
from rareaccess.derive.quality.checks import build_quality
from rareaccess.derive.quality.cleaning_flow import verify_cleaning
from rareaccess.derive.quality.coverage import count_codes, count_completeness, count_linkage
from rareaccess.derive.quality.form_faults import count_form_faults
from rareaccess.derive.quality.link_faults import count_link_faults
from rareaccess.derive.quality.record_faults import count_record_faults
from rareaccess.derive.quality.trace_faults import count_trace_faults
from rareaccess.flow import Ledger, came_to
from rareaccess.params import Pair
from rareaccess.sources.engine import Engine

__all__ = ["assess_quality"]


def assess_quality(
    engine: Engine,
    inputs: Inputs,
    ledger: Ledger,
    applications: pd.DataFrame,
    severity: pd.Series,
    *,
    pair: Pair,
) -> dict[str, pd.DataFrame]:
    """Return the marts `quality`, `completeness`, `linkage_quality` and `codes`.

    Parameters
    ----------
    ledger, applications
        As `book_flow` returns them.
    severity
        The status of each treated person's severity score.

    Raises
    ------
    UserError
        The records do not add up from the tables to those that count.
    """
    cohort = engine.stage(pd.DataFrame({"study_id": ledger.people("cohort")}))
    records = engine.keep(engine.join(inputs.records, cohort, ("study_id",), "left_semi"))
    codes = engine.join(inputs.codes, cohort, ("study_id",), "left_semi")
    deaths = inputs.people.dropna(subset=["date_of_death"])
    faults = count_form_faults(applications, severity, pair=pair, others=inputs.others.total)
    faults |= count_record_faults(engine, records, areas=inputs.imd["lsoa"], deaths=deaths)
    sought = applications[came_to(applications["stopped_at"], "linked")]
    coded = inputs.people[inputs.people["study_id"].isin(inputs.coded["study_id"])]
    faults |= count_trace_faults(coded, sought)
    faults |= count_link_faults(inputs.links, inputs.others.link_faults)
    completeness = count_completeness(engine, records)
    verify_cleaning(faults, completeness)
    patients = sought.assign(
        sex=read_form_sex(sought["sex"]).fillna("Not known"),
        age_at_treatment=completed_years(sought["date_of_birth"], sought["planned_start_date"]),
        start_year=sought["planned_start_date"].dt.year,
    )
    return {
        "quality": build_quality(faults),
        "completeness": completeness,
        "linkage_quality": count_linkage(patients),
        "codes": count_codes(engine, codes, narrow=narrow_codes(engine, pair)),
    }
