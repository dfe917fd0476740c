"""A Spark session: the one that exists, or a quiet one on this machine."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rareaccess.errors import UserError

__all__ = ["find_session", "is_usable", "start_session"]

MEND = "Install Java 17 and `pip install 'rareaccess[spark]'`, or use --engine duckdb."


def is_usable() -> bool:
    """Return whether a Spark session exists, or could be started: PySpark and Java are there.

    Examples
    --------
    >>> is_usable() in (True, False)
    True
    """
    if importlib.util.find_spec("pyspark") is None:
        return False
    return find_session() is not None or _java() is not None


def find_session() -> Any | None:
    """Return the session of this process, such as the one a Databricks notebook is given.

    Raises
    ------
    UserError
        PySpark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UserError(
            "PySpark is not installed.", where="--engine spark", expected="pyspark 4", mend=MEND
        ) from None
    return SparkSession.getActiveSession()


def start_session(scratch: Path) -> Any:
    """Start a session on this machine's cores, which keeps its files in a scratch folder.

    Raises
    ------
    UserError
        There is no Java, or Spark does not start; what it said is in the message.
    """
    from pyspark.sql import SparkSession

    if _java() is None:
        raise UserError("Java was not found.", where="--engine spark", expected="17", mend=MEND)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": str(max(4, 2 * (os.cpu_count() or 2))),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch / "spill"),
    }
    builder = SparkSession.builder.master("local[*]").appName("rareaccess").config(map=settings)
    log = scratch / "spark.log"
    with _errors_to(log):
        try:
            session = builder.getOrCreate()
        except Exception as error:
            said = log.read_text(errors="replace").strip().splitlines()
            raise UserError(
                "Spark did not start.",
                where="--engine spark",
                found=said[-1] if said else type(error).__name__,
                mend=MEND,
            ) from error
    session.sparkContext.setLogLevel("OFF")
    return session


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None)


@contextmanager
def _errors_to(file: Path) -> Iterator[None]:
    """Send the error stream of this process, and of the Java it starts, to a file."""
    sys.stderr.flush()
    kept = os.dup(2)
    with file.open("wb") as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
