"""The engine that reads national tables: PySpark's DataFrame API, on DuckDB here, on Spark there.

Extraction is written with `engine.F` (the functions) and the frames that `read` returns; nothing
in it knows which engine runs it. Results come back through Arrow, small ones as pandas frames.
"""

from rareaccess.sources.engine.base import Engine, EngineFault
from rareaccess.sources.engine.duck import DuckEngine

__all__ = ["DuckEngine", "Engine", "EngineFault", "open_engine"]


def open_engine(name: str = "duckdb") -> Engine:
    """Open an engine by its name: DuckDB, unless Spark is asked for or is where the tables are.

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
