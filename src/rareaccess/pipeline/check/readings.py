"""What was done to the values of a table so that they could be read, and how often.

A value that is read as another one is no fault. It is counted all the same, so that nobody need
take it on trust.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS, Column
from rareaccess.contracts.rules import HES
from rareaccess.marts.levels import NO_COLUMN, NO_VALUE
from rareaccess.sources import Source
from rareaccess.sources.columns import Found
from rareaccess.sources.counted import find_counts
from rareaccess.sources.engine import Engine
from rareaccess.sources.mapping import Written, fold_key
from rareaccess.sources.reading import is_day, pick_column, pick_raw
from rareaccess.sources.survey import Survey, list_null_days
from rareaccess.sources.values import is_known
from rareaccess.sources.written import find_survey, say_how

__all__ = [
    "Reading",
    "frame_missing",
    "list_missing",
    "list_readings",
    "list_unknown",
    "list_written",
]


FORM, TIMED = "date in another form than the setting `dates`", "time of day left out"
NULL = "day that stands for no date: missing"
KEYS = {
    "rounded": "number that a program has rounded, such as 9.43E+09: missing",
    "blanks": "blanks and hyphens removed from a key, as more keys of two tables match so",
    "case": "key in capitals, as more keys of two tables match so",
}
COLUMNS = ("table", "column", "done", "n", "values", "rows")


@dataclass(frozen=True)
class Reading:
    """What was done to some values of a column.

    Parameters
    ----------
    table, column
        Where.
    done
        What was done, in words.
    n, values
        Rows in which it was done, and how many different values they hold.
    rows
        Rows of the table.

    Examples
    --------
    >>> print(Reading("apc", "ETHNOS", "first character taken", 40, 3, 80))
    apc.ETHNOS: first character taken; 40 of 80 rows, 3 values
    """

    table: str
    column: str
    done: str
    n: int
    values: int
    rows: int

    def __str__(self) -> str:
        """Return the reading in one line."""
        values = f"{self.values:,} value{'s' if self.values != 1 else ''}"
        return (
            f"{self.table}.{self.column}: {self.done}; {self.n:,} of {self.rows:,} rows, {values}"
        )


def list_readings(
    source: Source, engine: Engine, table: str, schema: dict[str, Found], rows: int
) -> list[Reading]:
    """Return all that was done to the values of a table, in the order of its columns.

    Parameters
    ----------
    rows
        How many rows the table has.
    """
    survey = find_survey(source, engine, table, schema)
    how = say_how(source, engine, table, list(schema), schema)
    frame = source.open_table(engine, table, schema)
    found = []

    def count(name: str) -> dict[str, int]:
        return _count_values(source, engine, table, schema, name)

    for name, column in ((n, CONTRACTS[table][n]) for n in schema if n in how):
        counts = [
            *_count_codes(survey, name, count),
            *_count_dates(source, engine, frame, survey, column, schema[name], how[name], table),
            *_count_keys(source, engine, frame, column, schema[name], how[name], table),
        ]
        found += [Reading(table, name, done, n, values, rows) for done, n, values in counts if n]
    return found


def list_missing(table: str, rows: int, known: Mapping[str, int]) -> list[Reading]:
    """Return the columns of a table in which rows have no value; then those that are not there.

    Parameters
    ----------
    known
        Column -> rows in which something is written that is not taken for nothing.

    Notes
    -----
    A table of numbers of people says by the columns that it has what these are divided by: what it
    has not is no lack.

    Examples
    --------
    >>> for reading in list_missing("linkage", 8, {"nhs_number": 8, "match_rank": 6}):
    ...     print(reading.column, reading.n, reading.done)
    match_rank 2 no value
    """
    empty = [Reading(table, name, NO_VALUE, rows - n, 0, rows) for name, n in known.items()]
    contract = CONTRACTS[table]
    lacking = () if contract.groups else contract.columns
    names = [column.name for column in lacking if column.optional]
    absent = [Reading(table, name, NO_COLUMN, rows, 0, rows) for name in names if name not in known]
    return [*(reading for reading in empty if reading.n), *absent]


def list_unknown(
    source: Source, engine: Engine, table: str, schema: dict[str, Found], name: str
) -> tuple[tuple[str, int], ...]:
    """Return the values of a column that its contract does not know, as they are read.

    Each comes with its number of rows, the most frequent first. There is none of a column that may
    point at a person.
    """
    column = CONTRACTS[table][name]
    values = find_survey(source, engine, table, schema).values.get(name, {})
    read = {w: v.ours for w, v in values.items() if v.ours and not is_known(column, v.ours)}
    if column.private or not read:
        return ()
    counts: dict[str, int] = {}
    for written, n in _count_values(source, engine, table, schema, name).items():
        if written in read:
            counts[read[written]] = counts.get(read[written], 0) + n
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def list_written(readings: Sequence[Reading], rows: dict[str, int]) -> pd.DataFrame:
    """Return the mart of what was done: a row a reading, and one for each table without any.

    Parameters
    ----------
    rows
        Table -> its rows, of each table that was checked.

    Examples
    --------
    >>> one = Reading("apc", "ETHNOS", "first character taken", 40, 3, 80)
    >>> list_written([one], {"apc": 80, "op": 9})[["table", "column", "n", "rows"]]
      table  column   n  rows
    0   apc  ETHNOS  40    80
    1    op     NaN   0     9
    """
    found: list[tuple[object, ...]] = []
    for table in (name for name in CONTRACTS if name in rows):
        own = [astuple(reading) for reading in readings if reading.table == table]
        found += own or [(table, None, None, 0, 0, rows[table])]
    texts = dict.fromkeys(("table", "column", "done"), "str")
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(texts)


def frame_missing(missing: Sequence[Reading]) -> pd.DataFrame:
    """Return the mart of columns in which rows have no value, or that a source has not.

    Examples
    --------
    >>> frame_missing(list_missing("linkage", 8, {"nhs_number": 8, "match_rank": 6}))
         table      column      done  n  rows
    0  linkage  match_rank  no value  2     8
    """
    names = [name for name in COLUMNS if name != "values"]
    order = {table: place for place, table in enumerate(CONTRACTS)}
    kept = sorted(missing, key=lambda reading: order[reading.table])
    found = [[getattr(reading, name) for name in names] for reading in kept]
    texts = dict.fromkeys(("table", "column", "done"), "str")
    return pd.DataFrame(found, columns=names).astype({**texts, "n": "int64", "rows": "int64"})


def _count_codes(
    survey: Survey, name: str, count: Callable[[str], dict[str, int]]
) -> Iterator[tuple[str, int, int]]:
    """Yield what was done to the codes of a column: in words, rows, values."""
    values = survey.values.get(name, {})
    if not any(value.done for value in values.values()):
        return
    counts = count(name)
    kinds: dict[str, list[int]] = {}
    for written, value in values.items():
        if value.done:
            kinds.setdefault(", ".join(value.done), []).append(counts.get(written, 0))
    for done, numbers in sorted(kinds.items()):
        yield done, sum(numbers), len(numbers)


def _count_dates(
    source: Source,
    engine: Engine,
    frame: Any,
    survey: Survey,
    column: Column,
    found: Found,
    how: Written,
    table: str,
) -> Iterator[tuple[str, int, int]]:
    """Yield what was done to the dates of a column: in words, rows, values."""
    F, name, layout = engine.F, column.name, source.layout(table)
    if column.type != "date":
        return
    if how.forms:
        plain = pick_column(engine, layout, column, found)
        every = pick_column(engine, layout, column, found, Written(forms=how.forms))
        n = engine.tally(frame, {"n": plain.isNull() & every.isNotNull()})["n"]
        yield FORM, n, len(survey.shapes[name])
        days = F.when(is_day(engine, every, list_null_days(CONTRACTS[table])), every)
        counts = engine.collect(
            frame.agg(F.count(days).alias("n"), F.countDistinct(days).alias("days"))
        )
        yield NULL, int(counts["n"].iloc[0]), int(counts["days"].iloc[0])
    elif name in survey.null_days:
        yield NULL, *survey.null_days[name]
    if name in survey.timed:
        yield TIMED, *survey.timed[name]


def _count_keys(
    source: Source,
    engine: Engine,
    frame: Any,
    column: Column,
    found: Found,
    how: Written,
    table: str,
) -> Iterator[tuple[str, int, int]]:
    """Yield what was done to the keys of a column: in words, rows, values."""
    if not how.key:
        return
    F = engine.F
    if table in HES and column.name in find_counts(source, engine, table).raw:
        rows = find_counts(source, engine, table).take(column.name)
    else:
        keys = frame.select(pick_raw(engine, column, found).alias("value"))
        rows = keys.groupBy("value").agg(F.count("*").alias("n"))
    raw = F.col("value")
    for key in how.key:
        folded = fold_key(engine, raw, (key,))
        changed = rows.where(raw.isNotNull() & (folded.isNull() | (folded != raw)))
        n = F.coalesce(F.sum("n"), F.lit(0)).alias("n")
        row = engine.collect(changed.agg(n, F.count("*").alias("keys"))).iloc[0]
        yield KEYS[key], int(row["n"]), int(row["keys"])


def _count_values(
    source: Source, engine: Engine, table: str, schema: dict[str, Found], name: str
) -> dict[str, int]:
    """Return the rows of each written value of a column."""
    if table in HES:
        return find_counts(source, engine, table).list_codes(name)
    raw = pick_raw(engine, CONTRACTS[table][name], schema[name]).alias("written")
    frame = source.open_table(engine, table, schema)
    counts = engine.collect(frame.groupBy(raw).agg(engine.F.count("*").alias("n")))
    known = counts.dropna(subset=["written"])
    return dict(zip(known["written"], known["n"].astype(int), strict=True))
