"""SACT in two versions with different names, or in NDRS's six tables, as one set of records."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.icd10 import resolve_codes
from rareaccess.derive.applications.classify import read_names
from rareaccess.derive.trusts import follow, name_trusts
from rareaccess.params import Pair
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["OF_NDRS", "SACT", "name_outcome", "read_sact"]

SACT = ("sact_v2", "sact_v3")
COMMON = {
    "nhs_number": "nhs_number",
    "drug_group": "drug",
    "start_date_of_regimen": "regimen_start",
    "start_date_of_cycle": "cycle_start",
    "administration_date": "administered",
}
OWN = {
    "sact_v2": {
        "organisation_code_of_provider": "organisation",
        "primary_diagnosis": "diagnosis",
        "regimen_outcome_summary": "summary",  # item 41
    },
    "sact_v3": {
        "organisation_identifier": "organisation",
        "primary_diagnosis_icd": "diagnosis",
        "regimen_outcome_curative_completed": "curative",  # item 58
        "regimen_outcome_not_completed_reason": "reason",  # item 59
        "regimen_outcome_non_curative": "ending",  # item 60
    },
}
OF_NDRS = "sact_drug_detail"  # by which a source has SACT in the six tables of NDRS
RENAMED = {
    "DRUG_GROUP": "drug",
    "START_DATE_OF_REGIMEN": "regimen_start",
    "START_DATE_OF_CYCLE": "cycle_start",
    "ADMINISTRATION_DATE": "administered",
    "ORG_CODE_OF_DRUG_PROVIDER": "organisation",
    "ORGANISATION_CODE_OF_PROVIDER": "began",
    "PRIMARY_DIAGNOSIS": "diagnosis",
    "REGIMEN_OUTCOME_SUMMARY": "summary",
    "REGIMEN_OUTCOME_CURATIVE_COMPLETED": "curative",
    "REGIMEN_OUTCOME_NOT_COMPLETED_REASON": "reason",
    "REGIMEN_OUTCOME_NON_CURATIVE": "ending",
}
OUTCOMES = {"0": "completed", "1": "died", "2": "progression", "3": "toxicity", "4": "other",
            "5": "patient choice"}  # fmt: skip
COMPLETED = {"Y": "completed", "N": "not completed"}
STOPPED = ("progression", "toxicity")  # ends of treatment that come before a death soon after
COLUMNS = {
    "nhs_number": "str",
    "organisation": "str",
    **dict.fromkeys(("regimen_start", "cycle_start", "administered"), "datetime64[s]"),
    "outcome": "str",
    "stopped": "bool",
}


def read_sact(
    source: Source, engine: Engine, pair: Pair, *, numbers: Sequence[str]
) -> pd.DataFrame:
    """Read the SACT records of the pair's drug and condition, for some NHS numbers.

    A record counts when its mapped drug is one of the pair's names and its primary diagnosis starts
    with one of the narrow codes: the drug given for another cancer is not this treatment.

    Parameters
    ----------
    numbers
        The pseudonyms of the NHS numbers on the pair's applications.

    Returns
    -------
    pandas.DataFrame
        `nhs_number`, `organisation` (the provider), `regimen_start`, `cycle_start`,
        `administered`, `outcome` (text, missing where none was submitted) and `stopped`
        (progression or toxicity).

    Notes
    -----
    Versions: 2.0 holds one outcome (item 41), 3.0 three items (58 to 60). Of the three, a reason
    why treatment was not completed comes before how it ended, and that before whether it was
    completed: that alone, yes or no, is an outcome as well. In the tables of NDRS a drug without a
    provider of its own was given by the trust that began treatment.
    """
    wanted = engine.stage(pd.DataFrame({"nhs_number": sorted(set(numbers))}, dtype="str"))
    parts = []
    for table in SACT:
        if source.has(table):
            names = {**COMMON, **OWN[table]}
            frame = source.read(engine, table, tuple(names))
            rows = engine.collect(engine.join(frame, wanted, ("nhs_number",), "left_semi"))
            parts.append(name_outcome(rows.rename(columns=names)))
    if source.has(OF_NDRS):
        parts.append(name_outcome(_join_tables(source, engine, wanted)))
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    records = pd.concat(parts, ignore_index=True)
    records["organisation"] = name_trusts(records["organisation"], follow(source.params))
    ours = read_names(records["drug"], pair.drug)["match"] != "unknown"
    found = resolve_codes(records["diagnosis"].dropna(), pair.condition.icd10.narrow)
    ours &= records["diagnosis"].isin(found)
    order = ["nhs_number", "regimen_start", "cycle_start", "administered", "organisation"]
    return records.loc[ours, list(COLUMNS)].sort_values(order, ignore_index=True)


def _join_tables(source: Source, engine: Engine, wanted: Any) -> pd.DataFrame:
    """Return one row an administration and outcome of the wanted patients, from NDRS's tables.

    A regimen without a cycle, a cycle without a drug and a regimen without an outcome stay.
    """

    def read(name: str) -> Any:
        return source.read(engine, f"sact_{name}", CONTRACTS[f"sact_{name}"].read)

    rows = engine.join(read("patient"), wanted, ("nhs_number",), "left_semi")
    for name in ("tumour", "regimen"):
        rows = engine.join(rows, read(name), (CONTRACTS[f"sact_{name}"].columns[0].name,))
    for name in ("cycle", "drug_detail", "outcome"):
        rows = engine.join(rows, read(name), (CONTRACTS[f"sact_{name}"].columns[0].name,), "left")
    found = engine.collect(rows).rename(columns=RENAMED)
    return found.assign(organisation=found["organisation"].fillna(found["began"]))


def name_outcome(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `outcome` and `stopped`, whichever version they come from."""
    outcome = pd.Series(None, rows.index, dtype="str")
    if "summary" in rows:
        outcome = rows["summary"].map(OUTCOMES).astype("str")
    stopped = outcome.isin(STOPPED)
    if "reason" in rows:
        completed = rows["curative"].map(COMPLETED)
        outcome = outcome.fillna(rows["reason"]).fillna(rows["ending"]).fillna(completed)
        stopped |= rows["reason"].isin(STOPPED) | rows["ending"].isin(STOPPED)
    return rows.assign(outcome=outcome.astype("str"), stopped=stopped)
