"""Diagnoses of records, in columns DIAG_4_01 and so on, or in a table that is already long."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from rareaccess.contracts import numbered
from rareaccess.derive.hospital.cleaning import KEYS, identify, is_something
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine
from rareaccess.sources.snomed import CONCEPT
from rareaccess.sources.written import list_values

__all__ = ["DIAGNOSES", "LongDiagnoses", "WideDiagnoses", "list_occurring", "open_diagnoses"]

DIAGNOSES = {"apc": numbered("DIAG_4_", 20), "op": numbered("DIAG_4_", 12)}


@dataclass(frozen=True)
class WideDiagnoses:
    """Diagnoses in the columns of APC or OP.

    Parameters
    ----------
    engine, kind
        The engine of the frame; apc or op.
    table
        APC or OP under the names of the contract.
    """

    engine: Engine
    kind: str
    table: Any

    def list_codes(self) -> set[str]:
        """Return every code that occurs at any position, from one pass over the columns."""
        F, names = self.engine.F, DIAGNOSES[self.kind]
        sets = self.table.agg(*[F.collect_set(F.col(name)).alias(name) for name in names])
        every = F.array_distinct(F.flatten(F.array(*[F.col(name) for name in names])))
        codes = self.engine.collect(sets.select(F.explode(every).alias("code")))
        return set(codes["code"].dropna())

    def find_people(self, codes: Sequence[str]) -> Any:
        """Return the PSEUDO_HESID of everyone with one of the codes."""
        coded = self.engine.any_of(DIAGNOSES[self.kind], codes)
        return self.table.where(coded).select("PSEUDO_HESID").distinct()

    def describe(self, records: Any) -> Any:
        """Return records with `diagnosed` (has a first diagnosis) and `diagnoses` (how many)."""
        known = [is_something(self.engine, name) for name in DIAGNOSES[self.kind]]
        count = reduce(lambda one, other: one + other, (flag.cast("int") for flag in known))
        return records.withColumn("diagnosed", known[0]).withColumn("diagnoses", count)

    def explode(self, records: Any, codes: Sequence[str]) -> Any:
        """Return the diagnoses among `codes`: person, kind, record, day, code, leading.

        At any position; `leading` is whether the code stands in the first.
        """
        F, names = self.engine.F, DIAGNOSES[self.kind]
        positions = F.array(*[F.col(name) for name in names])
        first = F.coalesce(F.col(names[0]), F.lit("")).alias("first_code")
        key = identify(self.engine, self.kind)
        long = records.select(*key, first, F.explode(positions).alias("code"))
        long = long.where(self.engine.any_of(["code"], codes)).distinct()
        return long.withColumn("leading", F.col("code") == F.col("first_code")).drop("first_code")


@dataclass(frozen=True)
class LongDiagnoses:
    """Diagnoses in a table of their own, one row each.

    Parameters
    ----------
    engine, kind
        The engine of the frames; apc or op.
    long
        The table apc_diagnoses or op_diagnoses.
    """

    engine: Engine
    kind: str
    long: Any

    def list_codes(self) -> set[str]:
        """Return every code that occurs."""
        return set(self.engine.collect(self.long.select("code").distinct())["code"].dropna())

    def find_people(self, codes: Sequence[str]) -> Any:
        """Return the PSEUDO_HESID of everyone with one of the codes."""
        coded = self.long.where(self.engine.any_of(["code"], codes))
        return coded.select("PSEUDO_HESID").distinct()

    def describe(self, records: Any) -> Any:
        """Return records with `diagnosed` (has a first diagnosis) and `diagnoses` (how many)."""
        F, key = self.engine.F, KEYS[self.kind]
        known = is_something(self.engine, "code")
        counts = (
            self._of(records)
            .groupBy(key)
            .agg(
                F.sum(F.when(known, 1).otherwise(0)).cast("int").alias("diagnoses"),
                F.max(F.when(known & (F.col("position") == 1), 1).otherwise(0)).alias("first_one"),
            )
        )
        joined = self.engine.join(records, counts, (key,), "left")
        return (
            joined.withColumn("diagnosed", F.coalesce(F.col("first_one"), F.lit(0)) == 1)
            .withColumn("diagnoses", F.coalesce(F.col("diagnoses"), F.lit(0)))
            .drop("first_one")
        )

    def explode(self, records: Any, codes: Sequence[str]) -> Any:
        """Return the diagnoses among `codes`: person, kind, record, day, code, leading.

        At any position; `leading` is whether the code stands in the first.
        """
        F, key = self.engine.F, KEYS[self.kind]
        chosen = self._of(records).where(self.engine.any_of(["code"], codes))
        chosen = chosen.groupBy(key, "code").agg(F.min("position").alias("position"))
        chosen = chosen.withColumn("leading", F.coalesce(F.col("position") == 1, F.lit(False)))
        joined = self.engine.join(records, chosen.drop("position"), (key,))
        return joined.select(*identify(self.engine, self.kind), "code", "leading").distinct()

    def _of(self, records: Any) -> Any:
        """Return the diagnoses of the records' people."""
        people = records.select("PSEUDO_HESID").distinct()
        return self.engine.join(self.long, people, ("PSEUDO_HESID",), "left_semi")


def list_occurring(source: Source, engine: Engine, kind: str) -> set[str]:
    """Return every code that occurs in APC or OP, at any position.

    The survey of the table knows them; only codes that a map leads to are looked for in its rows.
    """
    long = f"{kind}_diagnoses"
    if source.has(long) and source.params.diagnoses == CONCEPT:
        return LongDiagnoses(engine, kind, source.read(engine, long)).list_codes()
    table, names = (long, ("code",)) if source.has(long) else (kind, DIAGNOSES[kind])
    return {code for name in names for code in list_values(source, engine, table, name)}


def open_diagnoses(
    source: Source, engine: Engine, kind: str, table: Any
) -> WideDiagnoses | LongDiagnoses:
    """Return the diagnoses of APC or OP: the long table where the source has one."""
    long = f"{kind}_diagnoses"
    if source.has(long):
        return LongDiagnoses(engine, kind, source.read(engine, long))
    return WideDiagnoses(engine, kind, table)
