"""The engine that reads national tables: PySpark's DataFrame API, on DuckDB here, on Spark there.

Extraction is written with `engine.F` (the functions) and the frames that `read` returns; nothing
in it knows which engine runs it. Results come back through Arrow, small ones as pandas frames.
"""

from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.sources.engine.base import Engine, EngineFault
from rareaccess.sources.engine.duck import DuckEngine

__all__ = ["DuckEngine", "Engine", "EngineFault", "choose_engine", "open_engine"]


def choose_engine(asked: str | None, session: Any | None, own: str) -> str:
    """Return the engine asked for; without one, Spark where its session is given, else a source's.

    Examples
    --------
    >>> choose_engine(None, object(), "duckdb"), choose_engine(None, None, "duckdb")
    ('spark', 'duckdb')
    """
    return asked or ("spark" if session is not None else own)


def open_engine(
    name: str = "duckdb", *, session: Any | None = None, shared: Path | None = None
) -> Engine:
    """Open an engine by its name: DuckDB, unless Spark is asked for or is where the tables are.

    Parameters
    ----------
    session
        The session of Spark to use; without it the one of this process, or a new one.
    shared
        The folder that all workers of Spark see; by default `build_root()`.

    Raises
    ------
    UserError
        Spark is asked for and cannot be had, or a session is given to DuckDB.

    Examples
    --------
    >>> with open_engine("duckdb") as engine:
    ...     engine.name
    'duckdb'
    """
    if name == "duckdb" and session is not None:
        raise UserError(
            "A session of Spark is given, and DuckDB is asked for.",
            where="engine and session",
            found="engine duckdb",
            expected="one of the two",
            mend="Leave out the session, or the engine.",
        )
    if name == "duckdb":
        return DuckEngine()
    from rareaccess.sources.engine.spark import SparkEngine

    return SparkEngine(session=session, shared=shared)
