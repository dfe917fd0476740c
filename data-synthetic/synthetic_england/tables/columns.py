"""Arrow columns from positions in a list of values: small, and the same bytes every time."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from ..setting.dates import age_at, month_of
from ..setting.shared import BLOCK

__all__ = [
    "ages",
    "build_keys",
    "coded",
    "dates",
    "diagnoses",
    "flags",
    "months",
    "numbers",
    "strings",
    "text",
]

INFANT_DAYS = np.array([1, 7, 29, 91, 182, 273])  # edges of the HES ages 7001 … 7007
INFANT_YEARS = np.array([0.002, 0.010, 0.048, 0.167, 0.375, 0.625, 0.875])


def coded(values: np.ndarray, positions: np.ndarray) -> pa.Array:
    """Return strings as a dictionary of the values that occur; a position below 0 is null.

    Examples
    --------
    >>> coded(np.array(["a", "b", "c"]), np.array([2, -1, 2])).to_pylist()
    ['c', None, 'c']
    """
    positions = np.asarray(positions)
    if not len(values):
        return pa.nulls(len(positions), pa.string())
    used = np.flatnonzero(np.bincount(positions[positions >= 0], minlength=len(values)))
    if not len(used):
        return pa.nulls(len(positions), pa.string())
    place = np.zeros(len(values), dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    index = pa.array(place[np.maximum(positions, 0)], mask=positions < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(np.asarray(values)[used], pa.string()))


def strings(values: np.ndarray | pd.Series, missing: np.ndarray | None = None) -> pa.Array:
    """Return short repeated strings as a dictionary, in the order in which they come.

    Examples
    --------
    >>> strings(np.array(["x", "y"]), np.array([True, False])).to_pylist()
    [None, 'y']
    """
    return pa.array(values, pa.string(), mask=missing).dictionary_encode()


def text(values: pd.Series | np.ndarray | list[str | None]) -> pa.Array:
    """Return strings as they are; what is missing becomes null.

    Examples
    --------
    >>> text([None, "y"]).to_pylist()
    [None, 'y']
    """
    return pa.array(pd.Series(values, dtype=object).where(lambda v: v.notna(), None), pa.string())


def flags(condition: np.ndarray, yes: str, no: str | None) -> pa.Array:
    """Return one of two strings; `no` may be null."""
    condition = np.asarray(condition)
    if no is None:
        return coded(np.array([yes]), np.where(condition, 0, -1))
    return coded(np.array([yes, no]), np.where(condition, 0, 1))


def numbers(values: np.ndarray | pd.Series, missing: np.ndarray | None = None) -> pa.Array:
    """Return 32-bit whole numbers."""
    return pa.array(np.asarray(values).astype(np.int32), mask=missing)


def dates(days: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Return days since 1970 as dates."""
    return pa.array(np.asarray(days).astype(np.int32), mask=missing).cast(pa.date32())


def months(days: np.ndarray, form: str) -> pa.Array:
    """Return the month of each day in a form of `str.format`, such as "{year}{month:02d}".

    Examples
    --------
    >>> months(np.array([0, 40]), "{month:02d}/{year}").to_pylist()
    ['01/1970', '02/1970']
    """
    kinds, positions = np.unique(month_of(days), return_inverse=True)
    texts = [form.format(year=m // 12 + 1970, month=m % 12 + 1) for m in kinds.tolist()]
    return coded(np.array(texts), positions)


def ages(born: np.ndarray, on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return STARTAGE (7001 … 7007 under one year) and STARTAGE_CALC (years).

    Examples
    --------
    >>> ages(np.array([0, 0]), np.array([10, 4000]))
    (array([7003,   10]), array([ 0.048, 10.951]))
    """
    whole = age_at(born, on)
    days = np.asarray(on) - np.asarray(born)
    infant = np.searchsorted(INFANT_DAYS, days, side="right")
    exact = np.where(whole < 1, INFANT_YEARS[infant], np.round(days / 365.25, 3))
    return np.where(whole < 1, 7001 + infant, whole), exact


def build_keys(uid: np.ndarray, number: np.ndarray, year: int) -> pa.Array:
    """Return record keys: 12 digits, 20 from 2021/22; unique, and telling nothing of the person.

    Examples
    --------
    >>> [len(build_keys(np.array([7]), np.array([0]), year)[0].as_py()) for year in (2016, 2021)]
    [12, 20]
    """
    within = (uid % BLOCK).astype(np.uint64) * np.uint64(1000) + number.astype(np.uint64)
    scrambled = (within * np.uint64(387_420_489) + np.uint64(271_828_183)) % np.uint64(10**9)
    tail = np.char.zfill(scrambled.astype("U9"), 9)
    head = np.char.zfill((100 + uid // BLOCK).astype("U3"), 3)
    key = np.char.add(head, tail)
    if year >= 2021:
        key = np.char.add(f"{year}{(year + 1) % 100:02d}00", key)
    return pa.array(key, pa.string())


def diagnoses(table: np.ndarray, codes: np.ndarray, n: int) -> dict[str, pa.Array]:
    """Return `n` columns of diagnoses, empty beyond those of the table, and all of them joined.

    Examples
    --------
    >>> diagnoses(np.array([[1]]), np.array(["A00", "B00"]), 2)["DIAG_4_01"].to_pylist()
    ['B00']
    """
    padded = np.pad(table, ((0, 0), (0, n - table.shape[1])), constant_values=-1)
    columns = {f"DIAG_4_{i + 1:02d}": coded(codes, padded[:, i]) for i in range(n)}
    return columns | {"DIAG_4_CONCAT": _join_codes(table, codes)}


def _join_codes(table: np.ndarray, codes: np.ndarray) -> pa.Array:
    """Join the codes of each row with commas; there are no gaps, so no trailing commas.

    Examples
    --------
    >>> _join_codes(np.array([[1, 0], [1, -1]]), np.array(["A00", "B00"])).to_pylist()
    ['B00,A00', 'B00']
    """
    count = (table >= 0).sum(axis=1)
    flat = table[table >= 0]
    values = pa.array(codes, pa.string()).take(pa.array(flat))
    offsets = pa.array(np.concatenate([[0], np.cumsum(count)]).astype(np.int32))
    return pa.compute.binary_join(pa.ListArray.from_arrays(offsets, values), ",")
