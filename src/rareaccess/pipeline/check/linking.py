"""Whether tables find each other: nobody, or far fewer than most, may be linked by mistake."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from rareaccess.contracts.links import APPLICANTS, LINKS, Link
from rareaccess.contracts.places import NO_AREAS
from rareaccess.contracts.rules import Rule
from rareaccess.derive.trusts import follow, succeed
from rareaccess.pipeline.check.causes import MOST, compare_lengths, guess_cause
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["check_links"]

ABROAD = ("W", "S", "N", "L", "M", "&")
SEVERAL = 3  # different trusts or areas, of which one at least should be known


def check_links(
    source: Source,
    engine: Engine,
    table: str,
    rules: Sequence[Rule],
    readable: Sequence[str],
    areas: Any,
) -> list[Finding]:
    """Return the links of a table by which nobody, or far fewer than most, are found.

    Parameters
    ----------
    rules
        The rules of the table that are counted.
    readable
        The tables that could be read; a link to others alone is passed over.
    areas
        The engine's frame of the areas whose deprivation is known, in the column `value`; none
        where the source has no such table.
    """
    found = []
    ruled = {(rule.column, rule.kind): rule for rule in rules}
    for link in (link for link in LINKS if link.table == table):
        rule = ruled.get((link.column, link.kind))
        if rule is None:
            continue
        among = _among(source, engine, link, readable, areas)
        if among is None or link.of[0] not in readable:
            continue
        finding = _count(source, engine, link, rule, among, readable)
        found += [finding] if finding else []
    return found


def _count(
    source: Source,
    engine: Engine,
    link: Link,
    rule: Rule,
    among: Any,
    readable: Sequence[str],
) -> Finding | None:
    """Return the finding of one link; none where most values are found."""
    F = engine.F
    looked_for = _values(source, engine, link, readable)
    counts = looked_for.groupBy("value").agg(F.count("*").alias("n"))
    counts = engine.keep(counts)  # few, where the other side may be a whole table
    known = engine.join(among, counts.select("value"), ("value",), "left_semi").distinct()
    counts = engine.join(counts, known.withColumn("known", F.lit(True)), ("value",), "left")
    lost = F.when(F.col("known").isNull(), F.col("n")).otherwise(0)
    sums = counts.agg(F.sum("n").alias("n"), F.sum(lost).alias("lost"))
    row = engine.collect(sums.select(*(F.coalesce(F.col(c), F.lit(0)).alias(c)
                                       for c in ("n", "lost")))).iloc[0]  # fmt: skip
    rows, lost_rows = int(row["n"]), int(row["lost"])
    found = rows - lost_rows
    if not rows and link.column == "LSOA11":
        rows = engine.count_rows(source.read(engine, link.table, ("PSEUDO_HESID",)))
        return tell(rule, rows, rows, rows, cause="no record has an area of England")
    least = source.params.limit("links") * link.part
    every = link.column == "LSOA11" and lost_rows > 0  # each area is known, or told of
    if not rows or (found * 100 >= least * rows and not every):
        return None
    finding = tell(rule, lost_rows, rows, rows)
    if found:
        return finding
    some = engine.collect(counts.select("value").orderBy(F.col("value").asc_nulls_last())
                          .limit(MOST))  # fmt: skip
    values = some["value"].tolist()
    cause = guess_cause(engine, values, among)
    sure = cause or link.persons or len(values) >= SEVERAL
    cause = cause or compare_lengths(engine, values, among)
    return replace(finding, cause=cause, severity=finding.severity if sure else "warning")


def _values(source: Source, engine: Engine, link: Link, readable: Sequence[str]) -> Any:
    """Return the values that are looked for, a row each, in the column `value`."""
    F, (table, column) = engine.F, link.of
    values = source.read(engine, table, (column,)).where(F.col(column).isNotNull())
    if column == "LSOA11":  # other countries, and no place at all, have no rank in England
        abroad = engine.starts_with(column, ABROAD) | F.col(column).isin(*NO_AREAS)
        values = values.where(~abroad)
    if (table, column) == ("linkage", "PSEUDO_HESID") and APPLICANTS[0] in readable:
        values = source.read(engine, table, ("nhs_number", column))
        values = values.where(F.col(column).isNotNull())
        applied = source.read(engine, *APPLICANTS[:1], (APPLICANTS[1],)).distinct()
        values = engine.join(values, applied, ("nhs_number",), "left_semi")
    return _name_today(source, engine, values.select(F.col(column).alias("value")), column)


def _name_today(source: Source, engine: Engine, values: Any, column: str) -> Any:
    """Return codes of trusts as they count: a site as its trust, a merged one as its successor."""
    if column not in ("applying_trust", "centre_code"):
        return values
    return succeed(engine, values, "value", follow(source.params)).select("value")


def _among(
    source: Source, engine: Engine, link: Link, readable: Sequence[str], areas: Any
) -> Any | None:
    """Return the frame of the values that can be found; none where no table holds them."""
    F, (tables, column) = engine.F, link.among
    if column == "LSOA11":
        return areas
    there = [table for table in tables if source.has(table)]
    if not there or set(there) - set(readable):
        return None
    frames = [
        source.read(engine, table, (column,)).select(F.col(column).alias("value"))
        for table in there
    ]
    whole = reduce(lambda one, other: one.union(other), frames)
    return _name_today(source, engine, whole, column)
