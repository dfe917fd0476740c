"""Values of a few columns of APC and OP, each with its number of rows: one pass for many questions.

Who has how many records, which days and homes occur, and how often a code is written in another
way: each was a pass over the table. What is counted is kept; a row a person is the most of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from rareaccess.contracts import CONTRACTS, TableContract
from rareaccess.contracts.rules import HES
from rareaccess.sources.columns import Found
from rareaccess.sources.engine import Engine
from rareaccess.sources.mapping import AS_EXPECTED
from rareaccess.sources.reading import pick_column, pick_raw
from rareaccess.sources.residence import add_area, columns_of
from rareaccess.sources.survey import Survey
from rareaccess.sources.values import is_known
from rareaccess.sources.written import counted_name, find_survey, say_how

if TYPE_CHECKING:
    from rareaccess.sources.source import Source

__all__ = ["Counts", "count_frame", "find_counts", "find_homes", "find_people"]

PERSON, DAY, HOME = "PSEUDO_HESID", "day", "home"
BETWEEN = "|"  # of a financial year and a day, which has none


@dataclass(frozen=True)
class Counts:
    """The values of APC or OP that were counted.

    Parameters
    ----------
    engine, table
        The engine of the frame; apc or op.
    frame
        `kind` (whose value it is), `value`, `n` (rows that have it).
    kinds
        The kinds that were counted.
    """

    engine: Engine
    table: str
    frame: Any
    kinds: tuple[str, ...]

    @property
    def raw(self) -> tuple[str, ...]:
        """The keys that were counted as they are written."""
        return (PERSON,) if PERSON in self.kinds else ()

    def list_days(self) -> pd.DataFrame:
        """Return `FYEAR`, `day` and `n`, the rows of each year with each day."""
        rows = self.engine.collect(self._of(DAY).select("value", "n"))
        parts = rows["value"].astype("str").str.rpartition(BETWEEN)
        years = parts[0].where(parts[0] != "")
        days = pd.to_datetime(parts[2].where(parts[2] != ""), errors="coerce", format="%Y-%m-%d")
        return pd.DataFrame({"FYEAR": years, "day": days, "n": rows["n"].astype("int64")})

    def list_codes(self, name: str) -> dict[str, int]:
        """Return the rows of each written value of a column of codes."""
        rows = self.engine.collect(self._of(name).select("value", "n")).dropna(subset=["value"])
        return dict(zip(rows["value"], rows["n"].astype(int), strict=True))

    def take(self, kind: str) -> Any:
        """Return the engine's frame of the values of a kind, `value` and `n`; none is missing."""
        return self._of(kind).where(self.engine.F.col("value").isNotNull()).select("value", "n")

    def _of(self, kind: str) -> Any:
        if kind not in self.kinds:
            raise KeyError(f"{kind} of {self.table} was not counted, {self.kinds} were")
        return self.frame.where(self.engine.F.col("kind") == kind)


def find_counts(source: "Source", engine: Engine, table: str) -> Counts:
    """Return what is counted of APC or OP, made when it is first asked for.

    People are counted as they are written, since how a key is read rests on all its tables.
    """
    name = counted_name(source, engine, table)
    if name not in engine.known:
        schema, contract = source.schema(table, engine), CONTRACTS[table]
        survey, layout = find_survey(source, engine, table, schema), source.layout(table)
        home = columns_of(source.params.residence)
        asked = [n for n in ("FYEAR", HES[table], home) if n in schema]
        how = say_how(source, engine, table, asked, schema)
        picked = {
            n: pick_column(engine, layout, contract[n], schema[n], how.get(n, AS_EXPECTED))
            for n in asked
        }
        picked[PERSON] = pick_raw(engine, contract[PERSON], schema[PERSON])
        odd = _list_odd(survey, contract, schema)
        raw = {f"raw_{n}": pick_raw(engine, contract[n], schema[n]) for n in odd}
        columns = [what.alias(n) for n, what in (picked | raw).items()]
        frame = source.open_table(engine, table, schema).select(*columns)
        codes = {n: f"raw_{n}" for n in odd}
        engine.known[name] = count_frame(engine, frame, table, home=home, codes=codes)
    found: Counts = engine.known[name]
    return found


def count_frame(
    engine: Engine,
    frame: Any,
    table: str,
    *,
    home: str = "LSOA11",
    codes: Mapping[str, str] | None = None,
) -> Counts:
    """Count the values of a frame of APC or OP in one pass; columns that it lacks are left out.

    Parameters
    ----------
    frame
        The table under our names.
    home
        The column that says where somebody lives.
    codes
        Name of a column of codes -> that of the frame's column in which it is as it is written.

    Examples
    --------
    >>> from rareaccess.sources.engine import open_engine
    >>> rows = pd.DataFrame({"PSEUDO_HESID": ["a", "a", "b"]})
    >>> with open_engine() as engine:
    ...     counts = count_frame(engine, engine.stage(rows), "apc")
    ...     counts.list_codes("PSEUDO_HESID") == {"a": 2, "b": 1}
    True
    """
    F, day = engine.F, HES[table]
    there = {name.casefold() for name in frame.columns}
    columns = {PERSON: F.col(PERSON)} if PERSON.casefold() in there else {}
    columns |= {HOME: F.col(home)} if home.casefold() in there else {}
    if {"fyear", day.casefold()} <= there:
        year, written = F.col("FYEAR"), F.col(day).cast("string")
        columns[DAY] = F.concat(
            F.coalesce(year, F.lit("")), F.lit(BETWEEN), F.coalesce(written, F.lit(""))
        )
    columns |= {name: F.col(raw) for name, raw in (codes or {}).items()}
    kept = engine.keep(engine.count_each(frame, columns))
    return Counts(engine, table, kept, tuple(columns))


def find_people(source: "Source", engine: Engine, table: str) -> Any:
    """Return the engine's frame of the people of APC or OP: `value`, as read, and `n` rows."""
    counts, schema = find_counts(source, engine, table), source.schema(table, engine)
    how = say_how(source, engine, table, [PERSON], schema).get(PERSON, AS_EXPECTED)
    layout, column, F = source.layout(table), CONTRACTS[table][PERSON], engine.F
    read = pick_column(engine, layout, column, Found("value", "string", "text"), how)
    rows = counts.take(PERSON).select(read.alias("value"), "n")
    if not how.key and not layout.is_text:
        return rows.where(F.col("value").isNotNull())
    rows = rows.where(F.col("value").isNotNull()).groupBy("value")
    return rows.agg(F.sum("n").alias("n"))


def find_homes(source: "Source", engine: Engine, table: str) -> Any:
    """Return the engine's frame of the areas of APC or OP: `value`, one of `LSOA11`, and `n` rows.

    Several rows may have one value, and none where the source knows tenths of deprivation alone.
    """
    counts, residence = find_counts(source, engine, table), source.params.residence
    homes = counts.take(HOME).withColumnRenamed("value", columns_of(residence))
    areas = add_area(engine, homes, residence, lambda: source.read(engine, "postcodes"))
    F = engine.F
    return areas.where(F.col("LSOA11").isNotNull()).select(F.col("LSOA11").alias("value"), "n")


def _list_odd(
    survey: Survey, contract: TableContract, schema: Mapping[str, Found]
) -> Sequence[str]:
    """Return the columns of codes of which the check tells how often a value is written."""
    odd = []
    for name, values in survey.values.items():
        column = contract[name]
        unknown = not column.private and bool(column.codes or column.shape)
        told = (v.done or (unknown and v.ours and not is_known(column, v.ours))
                for v in values.values())  # fmt: skip
        if name in schema and any(told):
            odd.append(name)
    return odd
