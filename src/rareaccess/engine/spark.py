"""PySpark itself: the session that exists, as in Databricks, or one of this machine's own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.engine.arrow import from_arrow, to_arrow
from rareaccess.engine.base import Engine, data_fault
from rareaccess.engine.start_spark import find_session, start_session
from rareaccess.errors import UserError

__all__ = ["SparkEngine"]

ENCODINGS = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1", "utf-16": "UTF-16"}


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

    def close(self) -> None:
        """Forget what was kept, end the session if it is ours, and delete the scratch folder."""
        for frame in self._kept:
            frame.unpersist()
        if self._own:
            self.session.stop()
        super().close()

    def read(self, files: Sequence[Path]) -> Any:
        """Return one frame over Parquet files with the same columns."""
        with _telling_faults(files[0].name):
            return self.session.read.parquet(*[str(file) for file in files])

    def read_text(
        self, files: Sequence[Path], columns: Sequence[str], *, delimiter: str, encoding: str
    ) -> Any:
        """Return one frame over delimited text files, every column as text."""
        from pyspark.sql.types import StringType, StructField, StructType

        schema = StructType([StructField(name, StringType()) for name in columns])
        options = {"header": True, "sep": delimiter, "encoding": ENCODINGS[encoding]}
        options |= {"quote": '"', "escape": '"', "mode": "FAILFAST", "enforceSchema": True}
        with _telling_faults(files[0].name):
            return self.session.read.csv([str(file) for file in files], schema=schema, **options)

    def read_table(self, name: str, *, database: Path | None = None) -> Any:
        """Return the frame of a table of the catalogue."""
        _refuse_database(name, database)
        return self.session.table(name)

    def describe_table(self, name: str, *, database: Path | None = None) -> dict[str, str]:
        """Return the columns of a table of the catalogue with Spark's name of their types."""
        _refuse_database(name, database)
        if not self.session.catalog.tableExists(name):
            return {}
        return dict(self.session.table(name).dtypes)

    def stamp_table(self, name: str, *, database: Path | None = None) -> str | None:
        """Return when a Delta table was changed last; other tables do not tell."""
        from pyspark.errors import PySparkException

        try:
            row = self.session.sql(f"DESCRIBE DETAIL {name}").collect()[0].asDict()
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
        """Let Spark keep a frame, in memory or on disk, so that it is computed once."""
        self._kept.append(frame.persist())
        return self._kept[-1]

    def stage(self, frame: pd.DataFrame) -> Any:
        """Give a small pandas frame to the engine."""
        return self.session.createDataFrame(to_arrow(frame))

    def collect(self, frame: Any) -> pd.DataFrame:
        """Return a small frame as pandas, with nullable numbers; its row order has no meaning."""
        with _telling_faults("the rows of a result"):
            return from_arrow(frame.toArrow())


def _refuse_database(name: str, database: Path | None) -> None:
    if database is not None:
        raise UserError(
            "This table is in a DuckDB file, which Spark cannot read.",
            where=f"{database.name}, table {name}",
            expected="--engine duckdb, or the table as Parquet",
        )


@contextmanager
def _telling_faults(step: str) -> Iterator[None]:
    """Tell a fault of the data in our words; let a fault of the program through."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException:
        raise
    except (PySparkException, Py4JJavaError) as error:
        raise data_fault(error, step) from error
