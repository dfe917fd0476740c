"""Counts of the planted faults from the finished records alone, not from what was planned."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from ..declarations.load import Declared, load_england, load_pair

__all__ = ["count_faults", "open_records"]

TABLES = {
    "apc": "apc/*{part}.parquet",
    "op": "op/*{part}.parquet",
    "blueteq_applications": "blueteq_applications.parquet",
    "blueteq_answers": "blueteq_answers.parquet",
    "pds_trace": "pds_trace.parquet",
    "linkage": "linkage.parquet",
    "imd2019": "imd2019.parquet",
}
RECORDS, SQL = (Path(__file__).parent / name for name in ("records.sql", "audit.sql"))
NULL_DATES = ["1800-01-01", "1801-01-01", "1600-01-01", "1582-10-15"]


@contextmanager
def open_records(folder: Path, *, block: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a written world, with what the audits of all its pairs read made once.

    Parameters
    ----------
    folder
        Where the world is.
    block
        Only this block of a world of many; None for a world of one.
    """
    part = "" if block is None else f"-{block:04d}"
    ours = "" if block is None else f" where application_id like 'BTQ{block:03d}%'"
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        for name, pattern in TABLES.items():
            path = (folder / pattern.format(part=part)).as_posix().replace("'", "''")
            where = ours if name.startswith("blueteq") else ""
            connection.execute(f"create view {name} as select * from read_parquet('{path}'){where}")
        connection.execute(RECORDS.read_text(encoding="utf-8"))
        yield connection


def count_faults(records: duckdb.DuckDBPyConnection, folder: Path, pair: str) -> pd.DataFrame:
    """Count cohort, treated and every planted fault of a pair in a written world.

    Parameters
    ----------
    records, folder
        The world as `open_records` opens it, and where it is.
    pair
        The pair's name.

    Returns
    -------
    pandas.DataFrame
        Index: name of the fault (also cohort, coded_alive, treated, rescued); n and n_people.
    """
    declared, windows = load_pair(pair), load_england()["windows"]
    analysis, severity = declared["analysis"], declared.get("severity", {})
    values = {
        "names": _listed(analysis["names"]),
        "misspellings": _listed(analysis["misspellings"]),
        "indication": analysis["indication"],
        "form_codes": _listed(declared["forms"]["codes"]),
        "specialties": _listed(declared["condition"]["specialties"]),
        "codes": "|".join(declared["condition"]["codes"]),
        "treatment_from": declared["treatment"]["window"]["from"],
        "treatment_to": declared["treatment"]["window"]["to"],
        "approved": declared["treatment"]["approved"],
        "question": severity.get("question", ""),
        "minimum": analysis.get("minimum", 0),
        "maximum": analysis.get("maximum", 0),
        "null_dates": "(" + ", ".join(f"date '{d}'" for d in NULL_DATES) + ")",
        **{f"{t}_{k}": windows[t][k] for t in ("apc", "op") for k in ("from", "to")},
    }
    records.execute(f"create or replace view treated_early as {_treated_early(folder, declared)}")
    text = SQL.read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return records.execute(text).df().set_index("fault").fillna(0).astype(int)


def _treated_early(folder: Path, declared: Declared) -> str:
    """Return the query of those with the drug before it entered the fund; of most pairs nobody."""
    if "sact" not in declared:
        return "select null::varchar as nhs_number where false"
    dates = "start_date_of_regimen, start_date_of_cycle, administration_date"
    drugs, codes = _listed(declared["analysis"]["names"]), "|".join(declared["condition"]["codes"])
    parts = []
    for version, diagnosis in (("v2", "primary_diagnosis"), ("v3", "primary_diagnosis_icd")):
        path = (folder / f"sact_{version}.parquet").as_posix().replace("'", "''")
        parts.append(
            f"select nhs_number from read_parquet('{path}') where lower(drug_group) in {drugs} "
            f"and regexp_matches({diagnosis}, '^({codes})') "
            f"and least({dates}) < date '{declared['treatment']['approved']}'"
        )
    return " union ".join(parts)


def _listed(values: list[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"
