"""PySpark itself: the existing session, as in Databricks, or one of this computer's own."""

import contextlib
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.core.arrow import from_arrow, to_arrow
from rareaccess.core.errors import UserError
from rareaccess.sources.engine.base import Engine, data_fault
from rareaccess.sources.engine.quoting import quote_name, quote_text
from rareaccess.sources.engine.start_spark import find_session, start_session, stop_session

__all__ = ["SparkEngine"]

TALKING = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")

INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled"
ENCODINGS = {"utf-8": "ISO-8859-1", "latin-1": "ISO-8859-1", "utf-16": "UTF-16"}


class SparkEngine(Engine):
    """A session of Spark; one that was there before stays open when the engine closes."""

    name = "spark"

    def __init__(self) -> None:
        super().__init__()
        existing = find_session()
        try:
            self.session = existing or start_session(self.scratch)
        except BaseException:
            super().close()
            raise
        from pyspark.sql import Window, functions

        self.F, self.window = functions, Window
        self._own, self._kept = existing is None, []
        self._loggers = _silence_loggers()

    def close(self) -> None:
        """Forget what was kept, end the session if it is ours, and delete the scratch folder."""
        try:
            if self._own:
                stop_session(self.session)
            else:
                for frame in self._kept:
                    frame.unpersist()
        finally:
            for logger in self._loggers:
                logger.disabled = False
            super().close()

    def read(
        self, files: Sequence[Path], *, differ: bool = False, parted: Path | None = None
    ) -> Any:
        """Return one frame over Parquet files with the same columns."""
        if parted is None:
            with _telling_faults(files[0].name):
                return self.session.read.parquet(*_name(files))
        (base,), conf = _name([parted]), self.session.conf
        before = conf.get(INFERENCE)
        conf.set(INFERENCE, "false")  # or the year 0910 would be 910
        try:
            with _telling_faults(files[0].name):
                return self.session.read.option("basePath", base).parquet(*_name(files))
        finally:
            conf.set(INFERENCE, before)

    def read_text(
        self, files: Sequence[Path], columns: Sequence[str], *, delimiter: str, encoding: str
    ) -> Any:
        """Return one frame over delimited text files, every column as text.

        What DuckDB refuses is refused: a line with more or fewer fields, a stray quotation mark.
        Spark would put a sign of its own for bytes that are not UTF-8; read as Latin-1, in which
        every byte is a character, they are found when the text is made from them. As lines may
        be broken inside quotation marks, a file is read by one task.
        """
        from pyspark.sql.types import StringType, StructField, StructType

        schema = StructType([StructField(name, StringType()) for name in columns])
        options = {"header": True, "sep": delimiter, "encoding": ENCODINGS[encoding]}
        options |= {"quote": '"', "escape": '"', "unescapedQuoteHandling": "RAISE_ERROR"}
        options |= {"mode": "FAILFAST", "columnPruning": False, "multiLine": True}
        with _telling_faults(files[0].name):
            frame = self.session.read.options(**options).schema(schema).csv(_name(files))
        if encoding != "utf-8":
            return frame
        F, byte = self.F, ENCODINGS[encoding]
        quoted = [quote_name(name, mark="`") for name in columns]
        texts = [F.decode(F.encode(F.col(name), byte), "UTF-8") for name in quoted]
        return frame.select(*[t.alias(name) for t, name in zip(texts, columns, strict=True)])

    def list_tables(self, name: str, *, database: Path | None = None) -> list[str]:
        """Return the names of the tables in the catalogue that a name with * matches."""
        from pyspark.errors import AnalysisException

        _refuse_database(name, database)
        if "*" not in name:
            return [name]
        schema, _, pattern = name.rpartition(".")
        inside = f"IN {_quote(schema)} " if schema else ""
        like = quote_text(pattern.replace("'", ""))
        try:
            rows = self.session.sql(f"SHOW TABLES {inside}LIKE {like}").collect()
        except AnalysisException:  # no such catalogue, no such schema
            return []
        found = [row["tableName"] for row in rows if not row["isTemporary"]]
        return sorted(f"{schema}.{table}" if schema else table for table in found)

    def read_table(self, name: str, *, database: Path | None = None) -> Any:
        """Return the frame of a table of the catalogue."""
        _refuse_database(name, database)
        return self.session.table(_quote(name))

    def describe_table(self, name: str, *, database: Path | None = None) -> dict[str, str]:
        """Return the columns of a table of the catalogue with Spark's name of their types."""
        from pyspark.errors import AnalysisException

        _refuse_database(name, database)
        with contextlib.suppress(AnalysisException):  # no such catalogue, no such schema
            if self.session.catalog.tableExists(_quote(name)):
                return dict(self.session.table(_quote(name)).dtypes)
        return {}

    def stamp_table(self, name: str, *, database: Path | None = None) -> str | None:
        """Return when a Delta table last changed; other tables do not say."""
        from pyspark.errors import PySparkException

        _refuse_database(name, database)
        try:
            row = self.session.sql(f"DESCRIBE DETAIL {_quote(name)}").collect()[0].asDict()
        except PySparkException:
            return None
        return f"{row['lastModified']} {row['numFiles']} {row['sizeInBytes']}"

    def write(self, frame: Any, file: Path) -> None:
        """Write a frame as a folder of Parquet files."""
        if file.is_file():
            file.unlink()
        file.parent.mkdir(parents=True, exist_ok=True)
        with _telling_faults(file.name):
            frame.write.parquet(str(file), mode="overwrite")

    def keep(self, frame: Any) -> Any:
        """Let Spark keep a frame, in memory or on disk, so that it is computed once.

        Where a session may not keep frames (serverless Databricks), it is computed at each use.
        """
        from pyspark.errors import PySparkException

        with contextlib.suppress(PySparkException):
            self._kept.append(frame.persist())
        return frame

    def stage(self, frame: pd.DataFrame) -> Any:
        """Give a small pandas frame to the engine."""
        return self.session.createDataFrame(to_arrow(frame))

    def collect(self, frame: Any) -> pd.DataFrame:
        """Return a small frame as pandas, with nullable numbers; its row order has no meaning."""
        with _telling_faults("the rows of a result"):
            return from_arrow(frame.toArrow())


def _name(files: Sequence[Path]) -> list[str]:
    """Return the files' names with the signs by which Spark takes a name for a pattern escaped."""
    return [re.sub(r"([][{}*?,\\])", r"\\\1", str(file)) for file in files]


def _quote(name: str) -> str:
    """Return the name of a table with each part quoted: names of catalogues may hold hyphens."""
    return name if "`" in name else ".".join(quote_name(part, mark="`") for part in name.split("."))


def _silence_loggers() -> list[logging.Logger]:
    """Silence the loggers by which PySpark prints each fault, with values of records in it."""
    from pyspark.logger import PySparkLogger

    loggers = [PySparkLogger.getLogger(name) for name in TALKING]
    loggers = [logger for logger in loggers if not logger.disabled]
    for logger in loggers:
        logger.disabled = True
    return loggers


def _refuse_database(name: str, database: Path | None) -> None:
    if database is not None:
        raise UserError(
            "This table is in a DuckDB file, which Spark cannot read.",
            where=f"{database.name}, table {name}",
            expected="--engine duckdb, or the table as Parquet",
        )


@contextmanager
def _telling_faults(step: str) -> Iterator[None]:
    """Report an error in the data in our words; let an error in the program through."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException:
        raise
    except (PySparkException, Py4JJavaError) as error:
        fault = data_fault(error, step)
        fault.found = _name_cause(error)
        raise fault from None


def _name_cause(error: Any) -> str:
    """Return the name of what went wrong first, without its text."""
    java = getattr(error, "java_exception", None)
    while java is not None and java.getCause() is not None:
        java = java.getCause()
    if java is not None:
        return java.getClass().getSimpleName()
    return error.getCondition() or type(error).__name__
