"""Whether tables find each other: nobody, or far fewer than most, may be linked by mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import pandas as pd

from rareaccess.contracts.links import APPLICANTS, LINKS, Link
from rareaccess.contracts.places import NO_AREAS
from rareaccess.contracts.rules import HES, Rule
from rareaccess.derive.trusts import follow, succeed
from rareaccess.pipeline.check.causes import MOST, compare_lengths, guess_cause
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources import Source
from rareaccess.sources.counted import find_homes, find_people
from rareaccess.sources.engine import Engine

__all__ = ["check_links"]

ABROAD = ("W", "S", "N", "L", "M", "&")
EACH = 0.2  # of the limit of links: a tenth, where each table is looked at by itself
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
    ruled = {rule.id: rule for rule in rules}
    for link in (link for link in LINKS if link.table == table):
        names = [f"{table}.{link.column}.{kind}" for kind in link.list_kinds()]
        asked = {name: ruled[name] for name in names if name in ruled}
        among = _among(source, engine, link, readable, areas) if asked else None
        if among is not None and link.of[0] in readable:
            found += _count(source, engine, link, asked, among, readable)
    return found


def _count(
    source: Source,
    engine: Engine,
    link: Link,
    rules: Mapping[str, Rule],
    among: Any,
    readable: Sequence[str],
) -> list[Finding]:
    """Return the findings of one link, from one pass over the tables; none where most are found."""
    F = engine.F
    looked_for = _values(source, engine, link, readable)
    counts = looked_for.groupBy("value").agg(F.sum("n").alias("n"))
    counts = engine.keep(counts)  # few, where the other side may be a whole table
    known = engine.join(among, counts.select("value"), ("value",), "left_semi").distinct()
    there = [one for one in link.among[0] if link.each and source.has(one)]
    places = there if len(there) > 1 else []
    flags = {place: F.max(F.when(F.col("place") == place, 1).otherwise(0)) for place in places}
    held = known.groupBy("value").agg(
        F.lit(1).alias("known"), *(flag.alias(place) for place, flag in flags.items())
    )
    counts = engine.join(counts, held, ("value",), "left")
    sums = {"n": F.sum("n")} | {
        place: F.sum(F.when(F.col(place) == 1, F.col("n")).otherwise(0))
        for place in ("known", *places)
    }
    row = engine.collect(
        counts.agg(*(F.coalesce(total, F.lit(0)).alias(name) for name, total in sums.items()))
    ).iloc[0].astype(int)  # fmt: skip
    whole = rules.get(f"{link.table}.{link.column}.links")
    lost = _judge(source, engine, link, whole, among, counts, row) if whole else None
    if lost:
        return [lost]
    findings, least = [], source.params.limit("links") * EACH
    for place in places:
        rule = rules.get(f"{link.table}.{link.column}.links-{place}")
        if rule and row["n"] and row[place] * 100 < least * row["n"]:
            findings.append(tell(rule, row["n"] - row[place], row["n"], row["n"]))
    return findings


def _judge(
    source: Source, engine: Engine, link: Link, rule: Rule, among: Any, counts: Any, row: pd.Series
) -> Finding | None:
    """Return the finding of a link; none where most values are found."""
    F = engine.F
    rows, found = int(row["n"]), int(row["known"])
    lost_rows = rows - found
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
    """Return the values that are looked for, in the column `value`, and how many rows, `n`."""
    F, (table, column) = engine.F, link.of
    if column == "LSOA11":  # other countries, and no place at all, have no rank in England
        abroad = engine.starts_with("value", ABROAD) | F.col("value").isin(*NO_AREAS)
        return find_homes(source, engine, table).where(~abroad)
    values = source.read(engine, table, (column,)).where(F.col(column).isNotNull())
    if (table, column) == ("linkage", "PSEUDO_HESID") and APPLICANTS[0] in readable:
        values = source.read(engine, table, ("nhs_number", column))
        values = values.where(F.col(column).isNotNull())
        applied = source.read(engine, *APPLICANTS[:1], (APPLICANTS[1],)).distinct()
        values = engine.join(values, applied, ("nhs_number",), "left_semi")
    values = _name_today(source, engine, values.select(F.col(column).alias("value")), column)
    return values.withColumn("n", F.lit(1))


def _name_today(source: Source, engine: Engine, values: Any, column: str) -> Any:
    """Return codes of trusts as they count: a site as its trust, a merged one as its successor."""
    if column not in ("applying_trust", "centre_code"):
        return values
    return succeed(engine, values, "value", follow(source.params)).select("value")


def _among(
    source: Source, engine: Engine, link: Link, readable: Sequence[str], areas: Any
) -> Any | None:
    """Return the frame of the values that can be found, and in which table; none where in none."""
    F, (tables, column) = engine.F, link.among
    if column == "LSOA11":
        return areas if areas is None else areas.withColumn("place", F.lit("areas"))
    there = [table for table in tables if source.has(table)]
    if not there or set(there) - set(readable):
        return None
    frames = [
        _list_values(source, engine, table, column).withColumn("place", F.lit(table))
        for table in there
    ]
    whole = reduce(lambda one, other: one.union(other), frames)
    return _name_today(source, engine, whole, column)


def _list_values(source: Source, engine: Engine, table: str, column: str) -> Any:
    """Return the values of a column, in the column `value`; those of APC and OP are counted."""
    if table in HES and column == "PSEUDO_HESID":
        return find_people(source, engine, table).select("value")
    frame = source.read(engine, table, (column,))
    return frame.select(engine.F.col(column).alias("value"))
