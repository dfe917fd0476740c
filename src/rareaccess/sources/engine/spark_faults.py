"""What a session of Spark says when something is wrong, in our words and without a value."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rareaccess.core.errors import UserError
from rareaccess.core.paths import relative
from rareaccess.sources.engine.base import data_fault
from rareaccess.sources.engine.spark_arrow import find_loggers

if TYPE_CHECKING:
    import logging

__all__ = ["name_cause", "silence_loggers", "telling_faults", "telling_unseen"]

TALKING = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
NOT_FOUND = "PATH_NOT_FOUND"


def silence_loggers() -> "list[logging.Logger]":
    """Silence the loggers by which PySpark prints each fault, with values of records in it."""
    loggers = [logger for logger in find_loggers(TALKING) if not logger.disabled]
    for logger in loggers:
        logger.disabled = True
    return loggers


@contextmanager
def telling_faults(step: str) -> Iterator[None]:
    """Report an error in the data in our words; let an error in the program through.

    Raises
    ------
    EngineFault
        Spark, or Java in this process, stopped; the fault names the cause and quotes no value.
    """
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException:
        raise
    except (PySparkException, *_list_java_errors()) as error:
        fault = data_fault(error, step)
        fault.found = name_cause(error)
        raise fault from None


@contextmanager
def telling_unseen(file: Path) -> Iterator[None]:
    """Report in our words that Spark does not find a file, which this program has found.

    Raises
    ------
    UserError
        The file is not on the file system of the cluster.
    """
    from pyspark.errors import AnalysisException

    try:
        yield
    except AnalysisException as error:
        if name_cause(error) != NOT_FOUND:
            raise
        raise UserError(
            "Spark does not find a file that this program sees.",
            where=relative(file),
            found="no such file on the file system of the cluster",
            expected="files of records in a place that the driver and every worker can read, and "
            "its whole path under `root`",
            mend="Put the table into the catalogue, or its files into such a place: in Databricks "
            "a volume, under /Volumes/. Small tables that hold nobody's records may stay in a "
            "folder of the project: with a relative `root` they are read here.",
        ) from None


def _list_java_errors() -> tuple[type[Exception], ...]:
    """Return the errors of Java in this process, which a client of Spark Connect does not have."""
    try:
        from py4j.protocol import Py4JJavaError
    except ImportError:
        return ()
    return (Py4JJavaError,)


def name_cause(error: Any) -> str:
    """Return the name of what went wrong first, without its text.

    Examples
    --------
    >>> name_cause(ValueError("secret"))
    'ValueError'
    """
    java = getattr(error, "java_exception", None)
    while java is not None and java.getCause() is not None:
        java = java.getCause()
    if java is not None:
        return java.getClass().getSimpleName()
    ask = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    return (ask and ask()) or type(error).__name__
