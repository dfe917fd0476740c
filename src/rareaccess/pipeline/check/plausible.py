"""Whether a table as a whole can be so: its periods, its people, its ranks; nothing is computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from rareaccess.contracts import CONTRACTS, TableContract
from rareaccess.contracts.rules import HES, Rule
from rareaccess.derive.country.vintages import add_vintage, read_lookup
from rareaccess.derive.hospital.deprivation import TABLES
from rareaccess.pipeline.check.crowds import check_crowds
from rareaccess.pipeline.check.findings import Finding
from rareaccess.pipeline.check.ranks import check_ranks
from rareaccess.pipeline.check.shares import check_shares
from rareaccess.pipeline.check.spans import check_spans
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["check_whole", "read_known_areas"]


def check_whole(
    engine: Engine,
    frame: Any,
    contract: TableContract,
    rules: Sequence[Rule],
    limits: Mapping[str, float],
    rows: int,
) -> list[Finding]:
    """Return what is odd about a table as a whole, each from one pass over a column or two.

    Parameters
    ----------
    frame
        The table under our names.
    rules
        The rules of the table that are counted.
    limits
        Kind of rule -> the limit of the source.
    rows
        How many rows the table has.
    """
    if contract.areas:
        ranks = engine.collect(frame.select(*contract.key, "rank").distinct())["rank"]
        return check_ranks(ranks, rules, areas=contract.areas, rows=rows)
    if contract.name not in HES:
        return []
    return [
        *check_shares(engine, frame, contract, rules, limits, rows),
        *check_spans(engine, frame, contract.name, rules, limits, rows),
        *check_crowds(engine, frame, rules, limits["crowd"], rows),
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
