"""What contacts cost and what the drug costs at its list price, where a source knows."""

import pandas as pd

from rareaccess.params import Pair
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["build_prices", "build_unit_costs"]


def build_unit_costs(source: Source, engine: Engine) -> pd.DataFrame:
    """Return `activity`, `pounds`, `year`, `source`; no rows where the source has no such table."""
    columns = ["activity", "pounds", "year", "source"]
    if not source.has("unit_costs"):
        return pd.DataFrame(columns=columns)
    return source.read_small(engine, "unit_costs")[columns].sort_values("activity")


def build_prices(source: Source, engine: Engine, *, pair: Pair) -> pd.DataFrame:
    """Return the list prices of the pair's drugs: `drug`, `first_year`, `later_year` and more.

    No rows where the source has no such table, or the table not this pair.
    """
    columns = ["drug", "first_year", "later_year", "price_year", "source"]
    if not source.has("prices"):
        return pd.DataFrame(columns=columns)
    prices = source.read_small(engine, "prices")
    return prices.loc[prices["pair"] == pair.pair, columns].sort_values("drug", ignore_index=True)
