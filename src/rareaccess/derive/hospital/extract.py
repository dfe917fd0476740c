"""The extract: who has a code, then every record of these people; a pass over APC and OP for each.

Prefixes are resolved once to the codes that occur, so that the passes compare whole codes. The
people of interest are those with a code of any pair and those linked to an application. What is
written, one Parquet file each, keyed by the native pseudonym and kept inside the build folder (of a
person with several pseudonyms the smallest stands for all):

records  one row a record, APC and OP alike: kind, record, day, and what the derivations need
codes    the diagnoses that matter (codes of the pairs, comorbidities) of the records that count
links    nhs_number, person, match_rank: the best row for each NHS number; pseudonyms, how many of
         HES are this person; not_followed, to how many others the number is linked
traces   the PDS trace of these NHS numbers
scores   scores of severity of these people; no row where the source has none
prescriptions  medicines dispensed to these people, of the codes that are kept; the same
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.icd10 import resolve_codes
from rareaccess.derive.hospital.cleaning import KINDS, select_records
from rareaccess.derive.hospital.diagnoses import (
    LongDiagnoses,
    WideDiagnoses,
    list_occurring,
    open_diagnoses,
)
from rareaccess.derive.hospital.persons import Links, name_persons, rank_links, unite
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["EXTRACTS", "extract_records"]

EXTRACTS = ("records", "codes", "links", "traces", "scores", "prescriptions")


def extract_records(
    source: Source, engine: Engine, folder: Path, *, find: Sequence[str], keep: Sequence[str]
) -> None:
    """Write the extract of a source into a folder.

    Parameters
    ----------
    find
        Prefixes of the codes that make a person one of interest.
    keep
        Further prefixes whose diagnoses, or medicines, are kept of these people's records; those
        of medicines begin with a digit.
    """
    tables = {kind: _open(source, engine, kind) for kind in KINDS}
    diagnoses = {kind: open_diagnoses(source, engine, kind, tables[kind]) for kind in KINDS}
    occurring = {code for kind in KINDS for code in list_occurring(source, engine, kind)}
    links = rank_links(source, engine)
    wanted = resolve_codes(occurring, find)
    found = engine.keep(_people(source, engine, list(diagnoses.values()), wanted, links))
    united = unite(engine, links, found)
    people = found
    if len(united):
        people = engine.keep(found.union(engine.stage(united[["PSEUDO_HESID"]])).distinct())
    theirs = {
        kind: engine.keep(
            name_persons(engine, engine.join(table, people, ("PSEUDO_HESID",), "left_semi"), united)
        )
        for kind, table in tables.items()
    }  # few, and read twice: for the records and for their diagnoses
    apc, op = (select_records(engine, diagnoses[k].describe(theirs[k]), k) for k in KINDS)
    engine.write(apc.union(op), folder / "records.parquet")
    kept = resolve_codes(occurring, [*find, *keep])
    apc, op = (diagnoses[kind].explode(theirs[kind], kept) for kind in KINDS)
    counted = engine.read([folder / "records.parquet"])
    counted = counted.where(engine.F.col("finished") & (engine.F.col("copy") == 1))
    codes = engine.join(apc.union(op), counted, ("kind", "record", "person"), "left_semi")
    engine.write(codes, folder / "codes.parquet")
    best = engine.keep(_links_of(engine, links, people, united))
    engine.write(best, folder / "links.parquet")
    engine.write(_traces(source, engine, best), folder / "traces.parquet")
    for table, narrow in (("scores", None), ("prescriptions", keep)):
        rows = _beside(source, engine, table, people, united, narrow)
        engine.write(rows, folder / f"{table}.parquet")


def _open(source: Source, engine: Engine, table: str) -> Any:
    """Return a table to be scanned several times: text is parsed once and kept."""
    frame = source.read(engine, table)
    if not source.layout(table).is_text:
        return engine.view(frame)
    names = [engine.F.col(name).alias(name) for name in frame.columns]  # SQLFrame makes them small
    return engine.keep(frame).select(*names)


def _people(
    source: Source,
    engine: Engine,
    diagnoses: Sequence[WideDiagnoses | LongDiagnoses],
    codes: Sequence[str],
    links: Links,
) -> Any:
    """Return the people with one of the codes, or linked to an application."""
    F, applied = engine.F, _applicants(source, engine)
    people = engine.join(links.best, applied, ("nhs_number",), "left_semi").select("PSEUDO_HESID")
    for each in diagnoses:
        people = people.union(each.find_people(codes))
    return people.where(F.col("PSEUDO_HESID").isNotNull()).distinct()


def _beside(
    source: Source, engine: Engine, table: str, people: Any, united: pd.DataFrame,
    codes: Sequence[str] | None,
) -> Any:  # fmt: skip
    """Return the rows of these people in a table beside hospital records, keyed by the person."""
    names = CONTRACTS[table].names
    rows = source.read(engine, table, names)
    if not source.has(table):
        return rows.withColumnRenamed("PSEUDO_HESID", "person")
    if codes is not None:
        medicines = [code for code in codes if code[:1].isdigit()]
        rows = rows.where(engine.starts_with("bnf_code", medicines))
    rows = rows.select(*[engine.F.col(name).alias(name) for name in names])
    theirs = engine.join(rows, people, ("PSEUDO_HESID",), "left_semi")
    return name_persons(engine, theirs, united).select("person", *names[1:])


def _applicants(source: Source, engine: Engine) -> Any:
    """Return the NHS numbers of all applications."""
    numbers = source.read(engine, "blueteq_applications", ("nhs_number",))
    return numbers.where(engine.F.col("nhs_number").isNotNull()).distinct()


def _links_of(engine: Engine, links: Links, people: Any, united: pd.DataFrame) -> Any:
    """Return the best links of the people, with what became of the others of the same number."""
    F = engine.F
    best = engine.join(links.best, people, ("PSEUDO_HESID",), "left_semi")
    theirs = engine.join(links.further, people, ("PSEUDO_HESID",), "left_semi")
    rows = engine.collect(theirs.select("nhs_number", "PSEUDO_HESID", "other"))
    person = dict(zip(united["PSEUDO_HESID"], united["person"], strict=True))
    ours, other = (rows[name].map(lambda one: person.get(one, one)) for name in rows.columns[1:])
    lost = rows[ours != other].groupby("nhs_number").size().rename("lost").reset_index()
    lost = engine.stage(lost.astype({"nhs_number": "str", "lost": "int64"}))
    named = engine.join(name_persons(engine, best, united), lost, ("nhs_number",), "left")
    several = united[["person", "pseudonyms"]].drop_duplicates()
    named = engine.join(named, engine.stage(several), ("person",), "left")
    return named.select(
        "nhs_number",
        "person",
        "match_rank",
        F.coalesce(F.col("pseudonyms"), F.lit(1)).alias("pseudonyms"),
        F.coalesce(F.col("lost"), F.lit(0)).alias("not_followed"),
    )


def _traces(source: Source, engine: Engine, links: Any) -> Any:
    """Return the traces of the linked people and of everyone on an application."""
    applied = _applicants(source, engine)
    numbers = links.select("nhs_number").union(applied).distinct()
    columns = ("nhs_number", "traced", "vital_status", "date_of_death")
    traces = source.read(engine, "pds_trace", columns)
    return engine.join(traces, numbers, ("nhs_number",), "left_semi")
