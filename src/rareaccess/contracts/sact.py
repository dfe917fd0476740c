"""Systemic anti-cancer therapy: as trusts deliver it, in two versions, and as NDRS holds it.

The tables of NDRS are those of its Cancer Analysis System, with the names of the Simulacrum, the
synthetic copy that it publishes: a regimen is of a tumour, a cycle of a regimen, and so on.
"""

from dataclasses import replace
from typing import Any

from rareaccess.contracts.hes import ICD10
from rareaccess.contracts.model import (
    TRUST,
    Column,
    Reference,
    TableContract,
    day,
    text,
    whole,
)
from rareaccess.contracts.patients import NUMBER, YES_NO
from rareaccess.contracts.patients import ROUTES as ROUTE_WORDS

__all__ = ["SACT_NDRS", "SACT_V2", "SACT_V3"]

ROUTES = ("IV", "SC", "oral")
OUTCOMES_V2 = tuple("012345")  # completed, died, progression, toxicity, other, choice


def _sact(version: str, provider: str, diagnosis: str, *outcomes: Column) -> TableContract:
    """Return the contract of one version of the systemic anti-cancer therapy data set."""
    return TableContract(
        f"sact_{version}",
        f"an administration or, of an oral drug, a dispensing (SACT {version})",
        (
            NUMBER,
            text(provider, "ODS code of the trust that treats", trust=TRUST, fold="capitals"),
            text(diagnosis, "primary diagnosis, ICD-10, undotted", shape=ICD10, fold="icd10"),
            text("regimen", "regimen as the trust calls it", used=False),
            text("mapped_regimen", "regimen as mapped to the national list", used=False),
            text("drug_group", "drug, as mapped: the name by which it is found"),
            text("drug_name", "drug as the trust calls it", used=False),
            text(
                "sact_administration_route",
                "route of administration",
                codes=ROUTES,
                fold="code",
                spellings=ROUTE_WORDS,
            ),
            day("start_date_of_regimen", "start of the regimen, item 22"),
            whole("cycle_number", "number of the cycle in the regimen", used=False),
            day("start_date_of_cycle", "start of the cycle, item 27"),
            day("administration_date", "day of the administration, item 34"),
            *outcomes,
            text("submission_month", "month in which the row was sent in, yyyymm"),
        ),
        optional=True,
    )


SACT_V2 = _sact(
    "v2",
    "organisation_code_of_provider",
    "primary_diagnosis",
    text("regimen_outcome_summary", "why treatment ended, item 41", codes=OUTCOMES_V2, fold="code"),
)
SACT_V3 = _sact(
    "v3",
    "organisation_identifier",
    "primary_diagnosis_icd",
    text(
        "regimen_outcome_curative_completed",
        "curative treatment completed as planned, item 58",
        codes=("Y", "N"),
        fold="code",
        spellings=YES_NO,
    ),
    text(
        "regimen_outcome_not_completed_reason",
        "why treatment was not completed, item 59",
        codes=("toxicity", "patient choice", "other"),
        fold="code",
    ),
    text(
        "regimen_outcome_non_curative",
        "how treatment that was not curative ended, item 60",
        codes=("completed", "died", "progression"),
        fold="code",
    ),
)


def _key(name: str, meaning: str) -> Column:
    return text(name, meaning, private=True, numeric=True)


def _part(name: str, row: str, *columns: Column, parent: str = "", **asked: Any) -> TableContract:
    """Return the contract of a table of NDRS, whose rows refer to those of another one."""
    refers = (Reference(columns[0].name, f"sact_{parent}", columns[0].name, 0.5),) if parent else ()
    return TableContract(f"sact_{name}", row, columns, optional=True, references=refers, **asked)


PATIENT, TUMOUR = "MERGED_PATIENT_ID", "MERGED_TUMOUR_ID"
REGIMEN, CYCLE = "MERGED_REGIMEN_ID", "MERGED_CYCLE_ID"
SACT_NDRS = (
    _part(
        "patient",
        "a patient in SACT, of the tables of NDRS",
        _key(PATIENT, "identifier of the patient in SACT"),
        NUMBER,
        key=(PATIENT,),
    ),
    _part(
        "tumour",
        "a tumour of a patient in SACT, of the tables of NDRS",
        _key(PATIENT, "the patient whose it is"),
        _key(TUMOUR, "identifier of the tumour in SACT"),
        text(
            "PRIMARY_DIAGNOSIS",
            "primary diagnosis, ICD-10, undotted",
            shape=ICD10,
            fold="icd10",
        ),
        text(
            "ORGANISATION_CODE_OF_PROVIDER",
            "ODS code of the trust that began treatment, where a drug does not say who gave it",
            trust=TRUST,
            optional=True,
            fold="capitals",
        ),
        parent="patient",
        key=(TUMOUR,),
    ),
    _part(
        "regimen",
        "a regimen for a tumour, of the tables of NDRS",
        _key(TUMOUR, "the tumour that is treated"),
        _key(REGIMEN, "identifier of the regimen"),
        text("MAPPED_REGIMEN", "regimen as mapped to the national list", used=False),
        day("START_DATE_OF_REGIMEN", "start of the regimen, item 22"),
        parent="tumour",
        key=(REGIMEN,),
    ),
    _part(
        "cycle",
        "a cycle of a regimen, of the tables of NDRS",
        _key(REGIMEN, "the regimen of which it is"),
        _key(CYCLE, "identifier of the cycle"),
        whole("CYCLE_NUMBER", "number of the cycle in the regimen", used=False),
        day("START_DATE_OF_CYCLE", "start of the cycle, item 27"),
        parent="regimen",
        key=(CYCLE,),
    ),
    _part(
        "drug_detail",
        "an administration or a dispensing in a cycle, of the tables of NDRS",
        _key(CYCLE, "the cycle in which it was"),
        _key("MERGED_DRUG_DETAIL_ID", "identifier of the administration"),
        text("DRUG_GROUP", "drug, as mapped: the name by which it is found"),
        day("ADMINISTRATION_DATE", "day of the administration, item 34"),
        text(
            "ORG_CODE_OF_DRUG_PROVIDER",
            "ODS code of the trust that gave the drug",
            trust=TRUST,
            fold="capitals",
        ),
        parent="cycle",
        key=("MERGED_DRUG_DETAIL_ID",),
    ),
    _part(
        "outcome",
        "an outcome of a regimen, of the tables of NDRS, as version 2.0 has it, 3.0 or both",
        _key(REGIMEN, "the regimen that ended"),
        replace(SACT_V2["regimen_outcome_summary"], name="REGIMEN_OUTCOME_SUMMARY", optional=True),
        *[
            replace(SACT_V3[name], name=name.upper(), optional=True)
            for name in (
                "regimen_outcome_curative_completed",
                "regimen_outcome_not_completed_reason",
                "regimen_outcome_non_curative",
            )
        ],
        parent="regimen",
    ),
)
"""Stand in for a table of version 2.0 or 3.0; all six belong together."""
