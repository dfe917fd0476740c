"""Which engine runs: DuckDB, unless Spark is asked for or is where the tables are."""

from rareaccess.sources.engine.base import Engine
from rareaccess.sources.engine.duck import DuckEngine

__all__ = ["ENGINES", "open_engine"]

ENGINES = ("duckdb", "spark")


def open_engine(name: str = "duckdb") -> Engine:
    """Open an engine by its name.

    Raises
    ------
    UserError
        Spark is asked for and cannot be had.

    Examples
    --------
    >>> with open_engine("duckdb") as engine:
    ...     engine.name
    'duckdb'
    """
    if name == "duckdb":
        return DuckEngine()
    from rareaccess.sources.engine.spark import SparkEngine

    return SparkEngine()
