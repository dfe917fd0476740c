"""Whether a table as a whole can be so: its periods, its people, its ranks; nothing is computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from rareaccess.contracts import CONTRACTS, TableContract
from rareaccess.contracts.rules import Rule
from rareaccess.derive.country.vintages import add_vintage, read_lookup
from rareaccess.derive.hospital.deprivation import TABLES
from rareaccess.pipeline.check.crowds import check_crowds
from rareaccess.pipeline.check.findings import Finding
from rareaccess.pipeline.check.ranks import check_ranks
from rareaccess.pipeline.check.shares import check_shares
from rareaccess.pipeline.check.spans import check_spans
from rareaccess.sources import Source
from rareaccess.sources.counted import Counts
from rareaccess.sources.engine import Engine

__all__ = ["check_ranking", "check_records", "read_known_areas"]


def check_ranking(
    engine: Engine, frame: Any, contract: TableContract, rules: Sequence[Rule], rows: int
) -> list[Finding]:
    """Return what is odd about the ranks of a table of deprivation.

    Parameters
    ----------
    frame
        The table under our names.
    rows
        How many rows the table has.
    """
    if not contract.areas:
        return []
    ranks = engine.collect(frame.select(*contract.key, "rank").distinct())["rank"]
    return check_ranks(ranks, rules, areas=contract.areas, rows=rows)


def check_records(
    counts: Counts,
    people: Any,
    shares: Mapping[str, int],
    rules: Sequence[Rule],
    limits: Mapping[str, float],
    rows: int,
) -> list[Finding]:
    """Return what is odd about APC or OP as a whole; no pass over the table is made.

    Parameters
    ----------
    counts
        The values of the table that were counted.
    people
        Of these the people, as they are read.
    shares
        Id of a rule -> rows that break it, of the rules that `ask_shares` returns.
    limits
        Kind of rule -> the limit of the source.
    rows
        How many rows the table has.
    """
    days = counts.list_days()
    years = days["FYEAR"].nunique()
    return [
        *check_shares(shares, rules, limits, rows),
        *check_spans(days, counts.table, rules, limits, rows),
        *check_crowds(counts.engine, people, years, rules, limits["crowd"], rows),
    ]


def read_known_areas(
    source: Source, engine: Engine, readable: Sequence[str], version: str
) -> Any | None:
    """Return the areas whose deprivation is known, in the column `value`; none without a table.

    Parameters
    ----------
    readable
        The tables that could be read.
    version
        That of the index of deprivation, as the settings of the report name it.
    """
    table = TABLES[version]
    wanted = [table, *(name for name in ("lsoa_lookup",) if source.has(name))]
    if source.params.residence == "IMD04_DECILE" or set(wanted) - set(readable):
        return None
    areas = engine.collect(source.read(engine, table, CONTRACTS[table].key))
    known = areas.set_axis(["lsoa"], axis=1).dropna().drop_duplicates()
    known = add_vintage(known.assign(known=True), read_lookup(source, engine))
    return engine.stage(known[["lsoa"]].rename(columns={"lsoa": "value"}))
