"""The tables that are scanned and scored: made from a seed, in row groups, a file a year."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.codes import UNKNOWN, all_codes, code_shares, count_diagnoses
from benchmarks.sizes import Size
from rareaccess.core.files import replace_folder
from rareaccess.derive.hospital.diagnoses import DIAGNOSES

__all__ = ["make_tables"]

SEED = 20260101
GROUP = 250_000  # rows of a row group
YEAR = np.datetime64("2001-04-01", "D")


def make_tables(folder: Path, size: Size) -> None:
    """Write `apc/`, `op/`, `codes.parquet` and `index.parquet`; the folder appears whole.

    Parameters
    ----------
    folder
        Where to; a folder that is there is left alone.
    size
        How many rows.
    """
    if folder.is_dir():
        return
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    people = max(size.episodes // 3, 1)
    for place, (kind, rows) in enumerate((("apc", size.episodes), ("op", size.appointments))):
        (aside / kind).mkdir(parents=True)
        ends = np.linspace(0, rows, size.files + 1).astype(int)
        for year, (first, last) in enumerate(pairwise(ends)):
            random = np.random.default_rng([SEED, place, year])
            file = aside / kind / f"{year:02d}.parquet"
            _write_year(file, random, kind, int(last - first), people, year)
    _write_scored(aside, size)
    replace_folder(aside, folder)


def _write_year(
    file: Path, random: np.random.Generator, kind: str, rows: int, people: int, year: int
) -> None:
    writer = None
    for first in range(0, rows, GROUP):
        table = _draw_records(random, kind, min(GROUP, rows - first), people, year)
        writer = writer or pq.ParquetWriter(
            file, table.schema, compression="zstd", store_schema=False
        )
        writer.write_table(table)
    if writer:
        writer.close()


def _draw_records(
    random: np.random.Generator, kind: str, rows: int, people: int, year: int
) -> pa.Table:
    """Draw records in the order of their days: person, day and the diagnoses, blanks last."""
    days = YEAR + 365 * year + np.sort(random.integers(0, 365, rows))
    columns = {"PSEUDO_HESID": _pseudonyms(random.integers(0, people, rows)), "day": days}
    counts = count_diagnoses(random, kind, rows)
    names, summed = pa.array([*all_codes(), UNKNOWN]), np.cumsum(code_shares())
    for position, name in enumerate(DIAGNOSES[kind]):
        there = np.flatnonzero(counts > position)
        drawn = np.full(rows, -1)
        drawn[there] = np.searchsorted(summed, random.random(len(there)) * summed[-1])
        if kind == "op" and position == 0:
            drawn[counts == 0] = len(names) - 1
        codes = pa.array(drawn.astype("int32"), mask=drawn < 0)
        columns[name] = pa.DictionaryArray.from_arrays(codes, names)
    return pa.table(columns)


def _pseudonyms(numbers: np.ndarray) -> pa.Array:
    """Return pseudonyms of 32 characters that look random: equal for equal numbers."""
    mixed = numbers.astype("uint64") * np.uint64(0x9E3779B97F4A7C15)
    other = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    whole = np.column_stack([mixed, other]).astype(">u8").view("uint8").reshape(len(numbers), 16)
    digits = np.frombuffer(b"0123456789ABCDEF", dtype="uint8")
    text = np.empty((len(numbers), 32), dtype="uint8")
    text[:, 0::2], text[:, 1::2] = digits[whole >> 4], digits[whole & 15]
    text[:, :4] = np.frombuffer(b"TEST", dtype="uint8")
    offsets = pa.py_buffer(np.arange(0, 32 * len(numbers) + 1, 32, dtype="int32"))
    return pa.StringArray.from_buffers(len(numbers), offsets, pa.py_buffer(text.tobytes()))


def _write_scored(folder: Path, size: Size) -> None:
    """Write the diagnoses of the people whose comorbidity is scored, all before the index date."""
    random = np.random.default_rng([SEED, 9])
    counts = random.negative_binomial(2, 0.02, size.people) + 1  # about a hundred
    person = np.repeat(np.arange(1, size.people + 1), counts)
    drawn = np.searchsorted(np.cumsum(code_shares()), random.random(len(person)) * 0.999999)
    order = random.permutation(len(person))
    codes = pa.DictionaryArray.from_arrays(drawn[order].astype("int32"), pa.array(all_codes()))
    days = YEAR + random.integers(0, 5000, len(person))
    kinds = pa.DictionaryArray.from_arrays(np.zeros(len(person), "int32"), pa.array(["apc"]))
    table = {"study_id": person[order], "kind": kinds, "day": days, "code": codes}
    pq.write_table(pa.table(table), folder / "codes.parquet", store_schema=False)
    index = {
        "study_id": np.arange(1, size.people + 1),
        "index_date": np.full(size.people, YEAR + 6000),
    }
    pq.write_table(pa.table(index), folder / "index.parquet", store_schema=False)
