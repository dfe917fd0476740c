"""PySpark itself: a session that is given or exists, as in Databricks, or one of our own.

What holds for a classic session and for one of Spark Connect alike is used, and no setting of a
session is changed: a platform may refuse it.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rareaccess.core.arrow import from_arrow, to_arrow
from rareaccess.core.errors import UserError
from rareaccess.core.paths import build_root, relative
from rareaccess.sources.engine.base import Engine
from rareaccess.sources.engine.duck import DuckEngine
from rareaccess.sources.engine.quoting import quote_name, quote_text
from rareaccess.sources.engine.spark_arrow import collect_arrow, stage_arrow
from rareaccess.sources.engine.spark_faults import (
    name_cause,
    silence_loggers,
    telling_faults,
    telling_unseen,
)
from rareaccess.sources.engine.start_spark import (
    find_session,
    is_remote,
    start_session,
    stop_session,
)

__all__ = ["SparkEngine"]

TASKS = 8  # of the proof that all see one folder: enough that each of a few workers has one
ENCODINGS = {"utf-8": "ISO-8859-1", "latin-1": "ISO-8859-1", "utf-16": "UTF-16"}


class SparkEngine(Engine):
    """A session of Spark; one that was there before stays open when the engine closes.

    Parameters
    ----------
    session
        The session to use, classic or of Spark Connect; without it the one of this process, or a
        new one on this computer.
    shared
        The folder that the driver and the workers see, in which frames are kept where the session
        keeps none; by default `build_root()`.

    Raises
    ------
    UserError
        There is no session, and none can be started.

    Examples
    --------
    >>> with SparkEngine() as engine:  # doctest: +SKIP
    ...     len(engine.collect(engine.stage(pd.DataFrame({"n": [1, 2]}))))
    2
    """

    name = "spark"

    def __init__(self, *, session: Any | None = None, shared: Path | None = None) -> None:
        super().__init__()
        try:
            existing = find_session(session)
            self.session = existing if existing is not None else start_session(self.scratch)
        except BaseException:
            super().close()
            raise
        self.F, self.window = _import_functions(self.session)
        self._shared = shared
        self._folder: Path | None = None
        self._own, self._kept = existing is None, []
        self._persists, self._proved, self._files = True, existing is None, 0
        self._loggers = silence_loggers()

    def close(self) -> None:
        """Forget what was kept, end the session if it is ours, and delete the scratch folders."""
        try:
            if self._own:
                stop_session(self.session)
            else:
                for frame in self._kept:
                    frame.unpersist()
        finally:
            for logger in self._loggers:
                logger.disabled = False
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
            super().close()

    def read(
        self, files: Sequence[Path], *, differ: bool = False, parted: Path | None = None
    ) -> Any:
        """Return one frame over Parquet files with the same columns.

        Of files under folders such as FYEAR=0910 the columns are asked for first, and the files
        are then read with each column of a folder as text: Spark would make 910 of the year.

        Raises
        ------
        UserError
            Spark does not find the files, which this program does; or they cannot be read.
        """
        reader, names = self.session.read, _name(files)
        with telling_faults(files[0].name), telling_unseen(files[0]):
            if parted is None:
                frame = reader.parquet(*names)
                _ = frame.schema  # Spark Connect looks for the files when it is asked for columns
                return frame
            (base,) = _name([parted])
            schema = reader.option("basePath", base).parquet(*names).schema
            schema = _read_as_text(schema, _list_folders(files, parted))
            reader = self.session.read.option("basePath", base)
            return reader.schema(schema).parquet(*names)

    def read_here(self, read: Callable[[Engine], list[Any]]) -> list[Any]:
        """Return the frames of small files that this program sees, and the workers may not.

        DuckDB reads them here, and Spark is given the rows: a path inside the project is one of
        this machine, which a cluster would look for on its own file system.
        """
        frames = []
        with DuckEngine() as duck:
            for frame in read(duck):
                file = duck.scratch / f"here-{len(frames)}.parquet"
                duck.write(frame, file)
                frames.append(self._stage(pq.read_table(file)))
        return frames

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
        with telling_faults(files[0].name):
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
        with telling_faults(file.name):
            frame.write.parquet(str(file), mode="overwrite")

    def keep(self, frame: Any) -> Any:
        """Let Spark keep a frame, in memory or on disk, so that it is computed once.

        Where a session may not keep frames (serverless Databricks), it is written as Parquet to a
        folder in the build folder, which goes when the engine closes.

        Raises
        ------
        UserError
            The frame must be written, and the workers do not see the build folder.
        """
        if self._persists:
            try:
                kept = frame.persist()
            except Exception:  # whatever it says: a fault of the frame shows when it is written
                self._persists = False
            else:
                self._kept.append(kept)
                return kept
        self.prove_shared()
        self._files += 1
        file = self._make_folder() / f"kept-{self._files}.parquet"
        self.write(frame, file)
        with telling_faults(file.name):
            return self.session.read.schema(frame.schema).parquet(*_name([file]))

    def count_each(self, frame: Any, kinds: Mapping[str, Any]) -> Any:
        """Return `kind`, `value` and `n`, from one pass over the frame.

        Of each row there is one for each of its values first: to count each kind by itself would
        read the table once for each.
        """
        F = self.F
        each = [F.struct(F.lit(name).alias("kind"), what.alias("value"))
                for name, what in kinds.items()]  # fmt: skip
        long = frame.select(F.explode(F.array(*each)).alias("each"))
        long = long.select(F.col("each.kind"), F.col("each.value"))
        return long.groupBy("kind", "value").agg(F.count("*").alias("n"))

    def prove_shared(self) -> None:
        """Prove that the driver, the workers and this program see one build folder; ask once.

        A few rows are written there, read by Spark and read here. A session of our own is on this
        computer, and is not asked.

        Raises
        ------
        UserError
            What was written is not seen by all. It names RAREACCESS_BUILD.
        """
        if self._proved:
            return
        folder = self._make_folder() / "proof.parquet"
        rows = self.session.range(0, TASKS, 1, TASKS)
        try:
            rows.write.parquet(str(folder), mode="overwrite")
            here = sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))
            seen = self.session.read.schema(rows.schema).parquet(*_name([folder]))
            there = collect_arrow(seen)
            found = f"{here} of {TASKS} rows seen here, {there.num_rows} by Spark"
            self._proved = here == there.num_rows == TASKS
        except Exception as error:
            found = f"what Spark wrote could not be read: {name_cause(error)}"
        if not self._proved:
            raise UserError(
                "Spark and this program do not see the same build folder.",
                where=f"{relative(self._shared or build_root())} (RAREACCESS_BUILD)",
                found=found,
                expected="a folder that the driver and every worker can read and write",
                mend="Set the environment variable RAREACCESS_BUILD to such a folder: in "
                "Databricks one of a volume, under /Volumes/.",
            )

    def stage(self, frame: pd.DataFrame) -> Any:
        """Give a small pandas frame to the engine."""
        return self._stage(to_arrow(frame))

    def collect(self, frame: Any) -> pd.DataFrame:
        """Return a small frame as pandas, with nullable numbers; its row order has no meaning."""
        with telling_faults("the rows of a result"):
            return from_arrow(collect_arrow(frame))

    def _stage(self, table: pa.Table) -> Any:
        """Give an Arrow table to the session, its types said: of no rows none can be inferred."""
        from pyspark.sql.pandas.types import from_arrow_schema

        table = _simplify(table)
        schema = from_arrow_schema(table.schema, prefer_timestamp_ntz=True)
        return stage_arrow(self.session, table, schema)

    def _make_folder(self) -> Path:
        """Return this engine's folder in the build folder, which is made when first asked for."""
        if self._folder is None:
            root = self._shared or build_root()
            root.mkdir(parents=True, exist_ok=True)
            begins = f".kept.{os.getpid()}."
            self._folder = Path(tempfile.mkdtemp(prefix=begins, suffix=".part", dir=root))
        return self._folder


def _import_functions(session: Any) -> tuple[Any, Any]:
    """Return the functions and the window of a session's kind, whatever else this process has."""
    if is_remote(session):
        from pyspark.sql.connect import functions as remote
        from pyspark.sql.connect.window import Window as RemoteWindow

        return remote, RemoteWindow
    from pyspark.sql import Window, functions

    return functions, Window


def _list_folders(files: Sequence[Path], parted: Path) -> set[str]:
    """Return the columns that the names of folders hold, in lower case."""
    parts = {part for file in files for part in file.relative_to(parted).parts[:-1]}
    return {unquote(part.partition("=")[0]).casefold() for part in parts if "=" in part}


def _read_as_text(schema: Any, names: set[str]) -> Any:
    """Return a schema of Spark with some columns as text."""
    from pyspark.sql.types import StringType, StructField, StructType

    return StructType(
        [
            StructField(field.name, StringType()) if field.name.casefold() in names else field
            for field in schema.fields
        ]
    )


def _simplify(table: pa.Table) -> pa.Table:
    """Return an Arrow table in types that Spark takes: no dictionaries, no column of no type."""
    for place, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_null(kind) or pa.types.is_large_string(kind):
            kind = pa.string()
        if kind != field.type:
            table = table.set_column(place, field.name, table[place].cast(kind))
    return table


def _name(files: Sequence[Path]) -> list[str]:
    """Return the files' names with the signs by which Spark takes a name for a pattern escaped."""
    return [re.sub(r"([][{}*?,\\])", r"\\\1", str(file)) for file in files]


def _quote(name: str) -> str:
    """Return the name of a table with each part quoted: names of catalogues may hold hyphens."""
    return name if "`" in name else ".".join(quote_name(part, mark="`") for part in name.split("."))


def _refuse_database(name: str, database: Path | None) -> None:
    if database is not None:
        raise UserError(
            "This table is in a DuckDB file, which Spark cannot read.",
            where=f"{database.name}, table {name}",
            expected="--engine duckdb, or the table as Parquet",
        )
