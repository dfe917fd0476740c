"""Who has one of a few codes at any of 20 or 12 positions? Ours, and what else one would use."""

from itertools import chain
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.answers import digest
from benchmarks.codes import PAIRS, all_codes
from benchmarks.inputs import Inputs
from rareaccess.derive.hospital.diagnoses import DIAGNOSES, WideDiagnoses
from rareaccess.sources.engine import open_engine

__all__ = ["decode", "decode_diagnoses", "find_loop", "find_one", "find_thirty", "list_codes"]

KINDS = ("apc", "op")
PERSON = "PSEUDO_HESID"


def decode(inputs: Inputs, *, person: bool = True) -> dict[str, object]:
    """Only read the columns that the scan reads: count what is there in each."""
    found = []
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for kind in KINDS:
            names = (PERSON, *DIAGNOSES[kind]) if person else DIAGNOSES[kind]
            counts = ", ".join(f"count({name})" for name in names)
            table = connection.read_parquet([str(file) for file in inputs.files(kind)])
            found.append(table.query("records", f"SELECT {counts} FROM records").fetchall())
    return {"answer": digest(found)}


def decode_diagnoses(inputs: Inputs) -> dict[str, object]:
    """Only read the columns of diagnoses, without who they are of."""
    return decode(inputs, person=False)


def list_codes(inputs: Inputs) -> dict[str, object]:
    """List the codes that occur, as the extract does once for all pairs."""
    codes: set[str] = set()
    with open_engine() as engine:
        for kind in KINDS:
            table = engine.read(inputs.files(kind))
            codes |= WideDiagnoses(engine, kind, table).list_codes()
    return {"answer": digest(codes - set(all_codes()))}  # at size S the rarest do not occur


def _find(inputs: Inputs, *sets: tuple[str, ...]) -> dict[str, object]:
    """Find the people with one of the codes, one pass over both tables for each set of codes."""
    people: set[str] = set()
    with open_engine() as engine:
        diagnoses = [WideDiagnoses(engine, kind, engine.read(inputs.files(kind))) for kind in KINDS]
        for codes in sets:
            apc, op = (each.find_people(codes) for each in diagnoses)
            people |= set(engine.collect(apc.union(op).distinct())[PERSON])
    return {"answer": digest(people)}


def find_one(inputs: Inputs) -> dict[str, object]:
    """Find the people of one pair: three codes, one pass."""
    return _find(inputs, PAIRS[0])


def find_thirty(inputs: Inputs) -> dict[str, object]:
    """Find the people of thirty pairs: ninety codes, one pass."""
    return _find(inputs, tuple(chain(*PAIRS[: inputs.size.pairs])))


def find_loop(inputs: Inputs) -> dict[str, object]:
    """Find the people of thirty pairs in thirty passes."""
    return _find(inputs, *PAIRS[: inputs.size.pairs])


def find_pandas(inputs: Inputs) -> dict[str, object]:
    """Find the people of one pair with pandas, a file at a time."""
    found = (_of_file(file, kind) for kind in KINDS for file in inputs.files(kind))
    return {"answer": digest(set().union(*found))}


def _of_file(places: Path | list[Path], kind: str) -> set[str]:
    frame = pd.read_parquet(places, columns=[PERSON, *DIAGNOSES[kind]])
    return set(frame.loc[frame[list(DIAGNOSES[kind])].isin(PAIRS[0]).any(axis=1), PERSON])


def find_pandas_whole(inputs: Inputs) -> dict[str, object]:
    """Find the people of one pair with pandas, the whole table at once."""
    return {"answer": digest(set().union(*(_of_file(inputs.files(k), k) for k in KINDS)))}


def find_polars(inputs: Inputs) -> dict[str, object]:
    """Find the people of one pair with polars, lazily."""
    import polars as pl

    people: set[str] = set()
    for kind in KINDS:
        table = pl.scan_parquet([str(file) for file in inputs.files(kind)])
        coded = pl.any_horizontal(pl.col(name).is_in(PAIRS[0]) for name in DIAGNOSES[kind])
        people |= set(table.filter(coded).select(PERSON).collect(engine="streaming")[PERSON])
    return {"answer": digest(people)}
