"""What others expected of the pair, where a source knows: people treated, shares of the need."""

import pandas as pd

from rareaccess.params import Pair
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["read_expected_uptake", "read_need_share"]


def read_expected_uptake(source: Source, engine: Engine, *, pair: Pair) -> pd.DataFrame:
    """Return the figures expected of the pair, by source, geography and period.

    No rows where the source has no such table, or the table not this pair.
    """
    columns = ["source", "geography", "from_date", "to_date", "low", "high", "measure"]
    rows = _read(source, engine, "expected_uptake", columns, pair)
    return rows.sort_values(["geography", "from_date", "source"], ignore_index=True)


def read_need_share(source: Source, engine: Engine, *, pair: Pair) -> pd.DataFrame:
    """Return each board's share of the need for the pair's drug, by basis.

    No rows where the source has no such table, or the table not this pair.
    """
    rows = _read(source, engine, "need_share", ["basis", "area", "share", "source"], pair)
    return rows.rename(columns={"area": "icb"}).sort_values(["basis", "icb"], ignore_index=True)


def _read(
    source: Source, engine: Engine, table: str, columns: list[str], pair: Pair
) -> pd.DataFrame:
    if not source.has(table):
        return pd.DataFrame(columns=columns)
    rows = source.read_small(engine, table)
    return rows.loc[rows["pair"] == pair.pair, columns]
