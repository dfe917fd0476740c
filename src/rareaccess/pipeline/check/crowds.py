"""Somebody with more records than one person can have: a pseudonym that many people share."""

from collections.abc import Sequence
from typing import Any

from rareaccess.contracts.rules import Rule
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources.engine import Engine

__all__ = ["check_crowds"]


def check_crowds(
    engine: Engine, people: Any, years: int, rules: Sequence[Rule], a_year: float, rows: int
) -> list[Finding]:
    """Return the records of people who have more than one person can.

    Parameters
    ----------
    people
        The engine's frame with a row a person of APC or OP: `n`, how many records.
    years
        How many financial years the table has.
    a_year
        The most records of one person in a year; every financial year of the table counts.
    rows
        How many rows the table has.
    """
    chosen = [rule for rule in rules if rule.kind == "crowd"]
    if not chosen:
        return []
    F = engine.F
    many = people.where(F.col("n") > a_year * max(years, 1))
    row = engine.collect(many.agg(F.count("*").alias("people"),
                                  F.coalesce(F.sum("n"), F.lit(0)).alias("n"))).iloc[0]  # fmt: skip
    if not row["people"]:
        return []
    cause = f"{int(row['people']):,} pseudonyms have so many; each may stand for many people"
    return [tell(chosen[0], int(row["n"]), rows, rows, cause=cause)]
