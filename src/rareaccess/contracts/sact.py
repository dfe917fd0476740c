"""Systemic anti-cancer therapy: the two versions of its data set that are read."""

from rareaccess.contracts.model import Column, TableContract
from rareaccess.contracts.patients import NUMBER

__all__ = ["SACT_V2", "SACT_V3"]

ROUTES = ("IV", "SC", "oral")
OUTCOMES_V2 = tuple("012345")  # completed, died, progression, toxicity, other, choice


def _sact(version: str, provider: str, diagnosis: str, *outcomes: Column) -> TableContract:
    """Return the contract of one version of the systemic anti-cancer therapy data set."""
    return TableContract(
        f"sact_{version}",
        f"an administration or, of an oral drug, a dispensing (SACT {version})",
        (
            NUMBER,
            Column(provider, "text", "ODS code of the trust that treats"),
            Column(diagnosis, "text", "primary diagnosis, ICD-10, undotted"),
            Column("regimen", "text", "regimen as the trust calls it", used=False),
            Column("mapped_regimen", "text", "regimen as mapped to the national list", used=False),
            Column("drug_group", "text", "drug, as mapped: the name by which it is found"),
            Column("drug_name", "text", "drug as the trust calls it", used=False),
            Column("sact_administration_route", "text", "route of administration", codes=ROUTES),
            Column("start_date_of_regimen", "date", "start of the regimen, item 22"),
            Column("cycle_number", "whole", "number of the cycle in the regimen", used=False),
            Column("start_date_of_cycle", "date", "start of the cycle, item 27"),
            Column("administration_date", "date", "day of the administration, item 34"),
            *outcomes,
            Column("submission_month", "text", "month in which the row was sent in, yyyymm"),
        ),
        optional=True,
    )


SACT_V2 = _sact(
    "v2",
    "organisation_code_of_provider",
    "primary_diagnosis",
    Column("regimen_outcome_summary", "text", "why treatment ended, item 41", codes=OUTCOMES_V2),
)
SACT_V3 = _sact(
    "v3",
    "organisation_identifier",
    "primary_diagnosis_icd",
    Column(
        "regimen_outcome_curative_completed",
        "text",
        "curative treatment completed as planned, item 58",
        codes=("Y", "N"),
    ),
    Column(
        "regimen_outcome_not_completed_reason",
        "text",
        "why treatment was not completed, item 59",
        codes=("toxicity", "patient choice", "other"),
    ),
    Column(
        "regimen_outcome_non_curative",
        "text",
        "how treatment that was not curative ended, item 60",
        codes=("completed", "died", "progression"),
    ),
)
