"""Systemic anti-cancer therapy: the two versions of its data set that are read."""

from rareaccess.contracts.model import TRUST, Column, TableContract, day, text, whole
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
            text(provider, "ODS code of the trust that treats", trust=TRUST),
            text(diagnosis, "primary diagnosis, ICD-10, undotted"),
            text("regimen", "regimen as the trust calls it", used=False),
            text("mapped_regimen", "regimen as mapped to the national list", used=False),
            text("drug_group", "drug, as mapped: the name by which it is found"),
            text("drug_name", "drug as the trust calls it", used=False),
            text("sact_administration_route", "route of administration", codes=ROUTES),
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
    text("regimen_outcome_summary", "why treatment ended, item 41", codes=OUTCOMES_V2),
)
SACT_V3 = _sact(
    "v3",
    "organisation_identifier",
    "primary_diagnosis_icd",
    text(
        "regimen_outcome_curative_completed",
        "curative treatment completed as planned, item 58",
        codes=("Y", "N"),
    ),
    text(
        "regimen_outcome_not_completed_reason",
        "why treatment was not completed, item 59",
        codes=("toxicity", "patient choice", "other"),
    ),
    text(
        "regimen_outcome_non_curative",
        "how treatment that was not curative ended, item 60",
        codes=("completed", "died", "progression"),
    ),
)
