"""Codes that say something, and places in England: counted by the values, not by the rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from rareaccess.contracts import TableContract
from rareaccess.contracts.places import AREAS_2021, NO_AREAS, NO_POSTCODE
from rareaccess.contracts.rules import Rule
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources.engine import Engine

__all__ = ["check_shares"]

PLACES = ("vintage", "nowhere")


def check_shares(
    engine: Engine,
    frame: Any,
    contract: TableContract,
    rules: Sequence[Rule],
    limits: Mapping[str, float],
    rows: int,
) -> list[Finding]:
    """Return the columns of codes that say nothing in most rows, and the places that are none.

    Parameters
    ----------
    frame
        The table under our names.
    limits
        `known-share`: the per cent of the rows that should have a known value.
    rows
        How many rows the table has.
    """
    there = {name for name in frame.columns if name in contract.names}
    shares = [rule for rule in rules if rule.kind == "known-share" and rule.column in there]
    found = [
        tell(rule, n, rows, rows)
        for rule, n in _count(engine, frame, contract, shares)
        if (rows - n) * 100 < limits["known-share"] * rows
    ]
    for column in ("LSOA11", "POSTCODE"):
        if column in there:
            places = [rule for rule in rules if rule.kind in PLACES and rule.column == column]
            counts = _count(engine, frame, contract, places)
            found += [tell(rule, n, rows, rows) for rule, n in counts if n]
    return found


def _count(
    engine: Engine, frame: Any, contract: TableContract, rules: Sequence[Rule]
) -> list[tuple[Rule, int]]:
    """Return how many rows break each rule, from one pass over the columns of them all."""
    if not rules:
        return []
    F, names = engine.F, list(dict.fromkeys(rule.column for rule in rules))
    groups = frame.groupBy(*names).agg(F.count("*").alias("n"))
    sums = [
        F.coalesce(F.sum(F.when(_breaks(engine, contract, rule), F.col("n"))), F.lit(0)).alias(
            rule.id
        )
        for rule in rules
    ]
    row = engine.collect(groups.agg(*sums)).iloc[0]
    return [(rule, int(row[rule.id])) for rule in rules]


def _breaks(engine: Engine, contract: TableContract, rule: Rule) -> Any:
    """Return the condition that a value breaks a rule."""
    F, column = engine.F, engine.F.col(rule.column)
    if rule.kind == "known-share":
        return ~F.coalesce(column.isin(*contract[rule.column].known), F.lit(False))
    if rule.kind == "vintage":
        return column.between(*AREAS_2021)
    text = rule.column == "POSTCODE"
    return F.upper(column).startswith(NO_POSTCODE) if text else column.isin(*NO_AREAS)
