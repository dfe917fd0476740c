"""The records of SACT, a row an administration, divided into the tables of NDRS."""

from collections.abc import Sequence

import pandas as pd

__all__ = ["divide_sact"]

OUTCOMES = (
    "regimen_outcome_summary",
    "regimen_outcome_curative_completed",
    "regimen_outcome_not_completed_reason",
    "regimen_outcome_non_curative",
)


def divide_sact(v2: pd.DataFrame, v3: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the six tables of NDRS with the content of both versions.

    A tumour is a patient's diagnosis, a regimen what began for it on one day, a cycle the same
    within the regimen. Identifiers are counted up in the order of what they identify.

    Parameters
    ----------
    v2, v3
        The tables `sact_v2` and `sact_v3`.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> row = {"nhs_number": "N1", "primary_diagnosis": "C880", "drug_group": "IBRUTINIB",
    ...        "start_date_of_cycle": pd.Timestamp("2020-02-01"), "regimen_outcome_summary": "0"}
    >>> v2 = pd.DataFrame([row, row], columns=CONTRACTS["sact_v2"].names)
    >>> v3 = pd.DataFrame(columns=CONTRACTS["sact_v3"].names)
    >>> {name: len(table) for name, table in divide_sact(v2, v3).items()}
    {'patient': 1, 'tumour': 1, 'regimen': 1, 'cycle': 1, 'drug_detail': 2, 'outcome': 1}
    """
    names = {"organisation_identifier": "organisation_code_of_provider",
             "primary_diagnosis_icd": "primary_diagnosis"}  # fmt: skip
    rows = pd.concat([v2, v3.rename(columns=names)], ignore_index=True)
    rows.columns = [name if name == "nhs_number" else name.upper() for name in rows.columns]
    rows["ORG_CODE_OF_DRUG_PROVIDER"] = rows["ORGANISATION_CODE_OF_PROVIDER"]
    rows["MERGED_PATIENT_ID"] = _count(rows, ["nhs_number"])
    rows["MERGED_TUMOUR_ID"] = _count(rows, ["MERGED_PATIENT_ID", "PRIMARY_DIAGNOSIS"])
    regimen = ["MERGED_TUMOUR_ID", "START_DATE_OF_REGIMEN", "MAPPED_REGIMEN"]
    rows["MERGED_REGIMEN_ID"] = _count(rows, regimen)
    cycle = ["MERGED_REGIMEN_ID", "START_DATE_OF_CYCLE", "CYCLE_NUMBER"]
    rows["MERGED_CYCLE_ID"] = _count(rows, cycle)
    rows["MERGED_DRUG_DETAIL_ID"] = [str(n) for n in range(1, len(rows) + 1)]
    outcomes = [name.upper() for name in OUTCOMES]
    ended = rows[rows[outcomes].notna().any(axis="columns")]
    return {
        "patient": _part(rows, ["MERGED_PATIENT_ID"], ["nhs_number"]),
        "tumour": _part(
            rows,
            ["MERGED_TUMOUR_ID"],
            ["MERGED_PATIENT_ID", "PRIMARY_DIAGNOSIS", "ORGANISATION_CODE_OF_PROVIDER"],
        ),
        "regimen": _part(rows, ["MERGED_REGIMEN_ID"], regimen),
        "cycle": _part(rows, ["MERGED_CYCLE_ID"], cycle),
        "drug_detail": _part(
            rows,
            ["MERGED_DRUG_DETAIL_ID"],
            ["MERGED_CYCLE_ID", "DRUG_GROUP", "ADMINISTRATION_DATE", "ORG_CODE_OF_DRUG_PROVIDER"],
        ),
        "outcome": _part(ended, ["MERGED_REGIMEN_ID", *outcomes], []),
    }


def _count(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return the identifier of what the columns tell apart, in which nothing is a value too."""
    numbers = rows.groupby(columns, dropna=False, sort=True).ngroup() + 1
    return numbers.astype("str")


def _part(rows: pd.DataFrame, key: Sequence[str], more: Sequence[str]) -> pd.DataFrame:
    return rows[[*key, *more]].drop_duplicates(list(key), ignore_index=True)
