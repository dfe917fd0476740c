"""The extract: one pass over APC and one over OP, then every record of the people of interest.

Prefixes are resolved once to the codes that occur, so that the passes compare whole codes. The
people of interest are those with a code of any pair and those linked to an application. What is
written, one Parquet file each, keyed by the native pseudonym and kept inside the build folder:

records  one row a record, APC and OP alike: kind, record, day, and what the derivations need
codes    the diagnoses that matter (codes of the pairs, comorbidities) of the records that count
links    nhs_number, person, match_rank: the best row for each NHS number
traces   the PDS trace of these NHS numbers
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rareaccess.contracts.icd10 import resolve_codes
from rareaccess.derive.hospital.cleaning import KINDS, select_records
from rareaccess.derive.hospital.diagnoses import LongDiagnoses, WideDiagnoses, open_diagnoses
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["EXTRACTS", "extract_records"]

EXTRACTS = ("records", "codes", "links", "traces")


def extract_records(
    source: Source, engine: Engine, folder: Path, *, find: Sequence[str], keep: Sequence[str]
) -> None:
    """Write the extract of a source into a folder.

    Parameters
    ----------
    find
        Prefixes of the codes that make a person one of interest.
    keep
        Further prefixes whose diagnoses are kept of these people's records.
    """
    tables = {kind: _open(source, engine, kind) for kind in KINDS}
    diagnoses = {kind: open_diagnoses(source, engine, kind, tables[kind]) for kind in KINDS}
    occurring = set().union(*(diagnoses[kind].list_codes() for kind in KINDS))
    links = _best_links(source, engine)
    wanted = resolve_codes(occurring, find)
    people = engine.keep(_people(engine, list(diagnoses.values()), wanted, links))
    theirs = {
        kind: engine.join(table, people, ("PSEUDO_HESID",), "left_semi")
        for kind, table in tables.items()
    }
    apc, op = (select_records(engine, diagnoses[k].describe(theirs[k]), k) for k in KINDS)
    engine.write(apc.union(op), folder / "records.parquet")
    kept = resolve_codes(occurring, [*find, *keep])
    apc, op = (diagnoses[kind].explode(theirs[kind], kept) for kind in KINDS)
    counted = engine.read([folder / "records.parquet"])
    counted = counted.where(engine.F.col("finished") & (engine.F.col("copy") == 1))
    codes = engine.join(apc.union(op), counted, ("kind", "record", "person"), "left_semi")
    engine.write(codes, folder / "codes.parquet")
    links = engine.keep(_links_of(engine, links, people))
    engine.write(links, folder / "links.parquet")
    engine.write(_traces(source, engine, links), folder / "traces.parquet")


def _open(source: Source, engine: Engine, table: str) -> Any:
    """Return a table to be scanned several times: text is parsed once and kept."""
    frame = source.read(engine, table)
    return engine.keep(frame) if source.layout(table).is_text else engine.view(frame)


def _people(
    engine: Engine,
    diagnoses: Sequence[WideDiagnoses | LongDiagnoses],
    codes: Sequence[str],
    links: Any,
) -> Any:
    """Return the people with one of the codes, or linked to an application."""
    F = engine.F
    people = links.where(F.col("applied")).select("PSEUDO_HESID")
    for each in diagnoses:
        people = people.union(each.find_people(codes))
    return people.where(F.col("PSEUDO_HESID").isNotNull()).distinct()


def _best_links(source: Source, engine: Engine) -> Any:
    """Return one row for each NHS number: least rank, ties by the smallest pseudonym."""
    F = engine.F
    order = engine.window.partitionBy("nhs_number").orderBy(
        F.col("match_rank").asc_nulls_last(), F.col("PSEUDO_HESID").asc_nulls_last()
    )
    known = F.col("PSEUDO_HESID").isNotNull() & F.col("nhs_number").isNotNull()
    links = source.read(engine, "linkage").where(known)
    best = links.withColumn("place", F.row_number().over(order)).where(F.col("place") == 1)
    applied = _applicants(source, engine).withColumn("has_applied", F.lit(True))
    return engine.keep(
        engine.join(best, applied, ("nhs_number",), "left").select(
            "nhs_number",
            "PSEUDO_HESID",
            "match_rank",
            F.coalesce(F.col("has_applied"), F.lit(False)).alias("applied"),
        )
    )


def _applicants(source: Source, engine: Engine) -> Any:
    """Return the NHS numbers of all applications."""
    numbers = source.read(engine, "blueteq_applications", ("nhs_number",))
    return numbers.where(engine.F.col("nhs_number").isNotNull()).distinct()


def _links_of(engine: Engine, links: Any, people: Any) -> Any:
    linked = engine.join(links, people, ("PSEUDO_HESID",), "left_semi")
    return linked.select("nhs_number", engine.F.col("PSEUDO_HESID").alias("person"), "match_rank")


def _traces(source: Source, engine: Engine, links: Any) -> Any:
    """Return the traces of the linked people and of everyone on an application."""
    applied = _applicants(source, engine)
    numbers = links.select("nhs_number").union(applied).distinct()
    columns = ("nhs_number", "traced", "vital_status", "date_of_death")
    traces = source.read(engine, "pds_trace", columns)
    return engine.join(traces, numbers, ("nhs_number",), "left_semi")
