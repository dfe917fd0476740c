"""PySpark's DataFrame API on DuckDB, by SQLFrame: the engine of a laptop."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from rareaccess.core.arrow import from_arrow, to_arrow
from rareaccess.core.errors import UserError
from rareaccess.sources.engine.base import Engine, EngineFault, data_fault
from rareaccess.sources.engine.quoting import quote_name, quote_text

__all__ = ["DuckEngine"]

MEMORY = "1GB"
OWN = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
)  # a fault of this program, never of a table: raised as it is
KNOWN = re.compile(
    r"VARCHAR|BOOLEAN|DATE|TIMESTAMP( WITH TIME ZONE)?|(TINY|SMALL|BIG|HUGE)?INT(EGER)?"
    r"|FLOAT|DOUBLE|DECIMAL\(.*\)"
)  # the types of DuckDB that SQLFrame knows
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # a name that needs no quotes
JOINS = {"inner": "", "left": "LEFT", "left_semi": "SEMI"}
EVERY_ROW = 2**62
READ_AS = {
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "BIGINT"),
    **dict.fromkeys(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "TIMESTAMP"),
}  # other types are read as text: a column that is empty in every row has one of its own
BROKEN = duckdb.Error  # some faults of a file are of no narrower class


class DuckEngine(Engine):
    """A session of the DataFrame API on DuckDB.

    Parameters
    ----------
    memory
        Most that DuckDB keeps in memory before it spills to the scratch folder.

    Examples
    --------
    >>> with DuckEngine() as engine:
    ...     ages = engine.stage(pd.DataFrame({"person": ["a", "b"], "age": [30, 40]}))
    ...     engine.collect(ages.where(engine.F.col("age") > 35))["person"].tolist()
    ['b']
    """

    name = "duckdb"

    def __init__(self, *, memory: str = MEMORY) -> None:
        from sqlframe.base.session import _BaseSession
        from sqlframe.duckdb import DuckDBSession, Window, functions

        super().__init__()
        self.connection = duckdb.connect()
        self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute("SET TimeZone = 'UTC'")  # not this machine's
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute(f"SET memory_limit = '{memory}'")
        self.connection.execute(f"SET temp_directory = {quote_text(self.scratch / 'spill')}")
        _BaseSession._instance = None  # SQLFrame would hand out the session of an earlier engine
        self.session = DuckDBSession(conn=self.connection)
        self.F, self.window = functions, Window
        self._staged = self._views = 0
        self._databases: dict[Path, str] = {}

    def close(self) -> None:
        """Close the connection and delete the scratch folder."""
        self.connection.close()
        super().close()

    def read(
        self, files: Sequence[Path], *, differ: bool = False, parted: Path | None = None
    ) -> Any:
        """Return one frame over Parquet files with the same columns.

        The files become a view of DuckDB, which SQLFrame handles twice as fast as a read of its
        own: that one casts every column to the type it already has.
        """
        relation = f"read_parquet({quote_text(files)}, union_by_name = {differ}, "
        relation += f"hive_partitioning = {parted is not None}, hive_types_autocast = false)"
        with _telling_faults(files[0].name):
            return self._view(self.connection.sql(f"SELECT * FROM {relation}"))

    def read_text(
        self, files: Sequence[Path], columns: Sequence[str], *, delimiter: str, encoding: str
    ) -> Any:
        """Return one frame over delimited text files, every column as text."""
        types = ", ".join(f"{quote_text(column)}: 'VARCHAR'" for column in columns)
        relation = f"read_csv({quote_text(files)}, header = true, auto_detect = false, "
        relation += f"columns = {{{types}}}, delim = {quote_text(delimiter)}, quote = '\"', "
        relation += f"escape = '\"', encoding = {quote_text(encoding)}, allow_quoted_nulls = true, "
        relation += "null_padding = false)"
        with _telling_faults(files[0].name):
            return self._view(self.connection.sql(f"SELECT * FROM {relation}"))

    def list_tables(self, name: str, *, database: Path | None = None) -> list[str]:
        """Return the names of the tables in a database file that a name with * matches."""
        if "*" not in name:
            return [name]
        self._full(name, database)
        *schema, pattern = name.split(".")
        listed = "SELECT table_name FROM information_schema.tables WHERE table_catalog = $database "
        listed += "AND table_schema = $schema AND table_name ILIKE $like ESCAPE '~'"
        like = re.sub("([~_%])", r"~\1", pattern).replace("*", "%")
        values = {"database": self._databases[database], "like": like}
        values["schema"] = ".".join(schema) or "main"
        rows = self.connection.execute(listed, values).fetchall()
        return sorted(".".join((*schema, found)) for (found,) in rows)

    def read_table(self, name: str, *, database: Path | None = None) -> Any:
        """Return the frame of a table of a database file."""
        with _telling_faults(name):
            return self._view(self.connection.sql(f"SELECT * FROM {self._full(name, database)}"))

    def describe_table(self, name: str, *, database: Path | None = None) -> dict[str, str]:
        """Return the columns of a table of a database file with DuckDB's name of their types."""
        try:
            full = self._full(name, database)
            rows = self.connection.execute(f"DESCRIBE {full}").fetchall()
        except duckdb.CatalogException:
            return {}
        return {column: kind.lower() for column, kind, *_ in rows}

    def stamp_table(self, name: str, *, database: Path | None = None) -> str | None:
        """Return the size and time of the database file."""
        if database is None or not database.is_file():
            return None
        about = database.stat()
        return f"{about.st_size} {about.st_mtime_ns}"

    def write(self, frame: Any, file: Path) -> None:
        """Write a frame as one Parquet file."""
        if file.is_dir():
            shutil.rmtree(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        with _telling_faults(file.name):
            rows = self._text(frame)  # SQLFrame's own writing quotes no path
            self.connection.execute(f"COPY ({rows}) TO {quote_text(file)} (FORMAT parquet)")

    def join(self, left: Any, right: Any, on: Sequence[str], how: str = "inner") -> Any:
        """Join two frames as every engine does, in plain SQL: to DuckDB the result is a view.

        Nothing is computed. SQLFrame copies all that led to a frame with each further step, which
        takes it longer than DuckDB takes for a small table; of a view it knows the columns alone.
        """
        others = self._list_others(left, right, on, how)
        names = [f"one.{quote_name(name)}" for name in left.columns]
        names += [f"other.{quote_name(name)}" for name in others]
        keys = [quote_name(name) for name in on]
        same = " AND ".join(f"one.{key} = other.{key}" for key in keys)
        text = f"SELECT {', '.join(names)} FROM ({self._text(left)}) AS one {JOINS[how]} JOIN "
        text += f"({self._text(right)}) AS other ON {same}"
        return self._name_view(text, [*left.columns, *others])

    def view(self, frame: Any) -> Any:
        """Return the same frame as a view of DuckDB; see `join`."""
        return self._name_view(self._text(frame), frame.columns)

    def stack(self, frames: Sequence[Any]) -> Any:
        """Return the rows of frames one under the other, as a view like that of a join.

        A condition is asked of the whole and not of each part, which the limit sees to: DuckDB
        makes a hash table of each list of codes, one a column, and would make them for each part.
        """
        texts = " UNION ALL ".join(f"({self._text(frame)})" for frame in frames)
        return self._view(self.connection.sql(f"SELECT * FROM ({texts}) LIMIT {EVERY_ROW}"))

    def keep(self, frame: Any) -> Any:
        """Write a frame to the scratch folder, so that it is computed once and read many times."""
        file = self._next("kept")
        self.write(frame, file)
        return self.read([file])

    def stage(self, frame: pd.DataFrame) -> Any:
        """Give a small pandas frame to the engine."""
        file = self._next("staged")
        pq.write_table(to_arrow(frame), file)
        return self.read([file])

    def collect(self, frame: Any) -> pd.DataFrame:
        """Return a small frame as pandas, with nullable numbers; its row order has no meaning."""
        file = self._next("collected")
        self.write(frame, file)
        return from_arrow(pq.read_table(file))

    def _text(self, frame: Any) -> str:
        """Return the SQL of a frame."""
        written = {"pretty": False, "optimize": False, "as_list": True}
        (text,) = frame.sql(dialect=self.session.execution_dialect, **written)
        return text

    def _next(self, word: str) -> Path:
        self._staged += 1
        return self.scratch / f"{word}-{self._staged}.parquet"

    def _name_view(self, text: str, columns: Sequence[str]) -> Any:
        """Return the frame of a query with these columns.

        SQLFrame takes the names of a view's columns for lower case; others are named once more.
        """
        view = self._view(self.connection.sql(text))
        if all(name == name.lower() for name in columns):
            return view
        return view.select(*[self.F.col(name).alias(name) for name in columns])

    def _view(self, relation: Any) -> Any:
        """Return the frame of a relation, its columns in types that SQLFrame knows."""
        self._views += 1
        name = f"view_{self._views}"
        relation.create_view(name)
        # DESCRIBE would call a column without values INTEGER
        listed = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $name "
        listed += "AND database_name = current_database() ORDER BY column_index"
        types = dict(self.connection.execute(listed, {"name": name}).fetchall())
        if all(KNOWN.fullmatch(kind) for kind in types.values()):
            if all(PLAIN.fullmatch(column) for column in types):
                self.session.catalog.add_table(name, types)  # or it would ask for them once more
            return self.session.table(name)
        chosen = []
        for column, kind in types.items():
            quoted = quote_name(column)
            known = KNOWN.fullmatch(kind)
            read = quoted if known else f"CAST({quoted} AS {READ_AS.get(kind, 'VARCHAR')})"
            chosen.append(f"{read} AS {quoted}")
        return self._view(self.connection.sql(f"SELECT {', '.join(chosen)} FROM {name}"))

    def _full(self, name: str, database: Path | None) -> str:
        """Return the quoted name of a table, with its database attached for reading only."""
        if database is None:
            raise UserError(
                "This table is in a Spark catalogue, which DuckDB cannot read.",
                where=name,
                expected="--engine spark, inside the environment that holds the catalogue",
            )
        if database not in self._databases:
            alias = f"database_{len(self._databases)}"
            try:
                self.connection.execute(f"ATTACH {quote_text(database)} AS {alias} (READ_ONLY)")
            except duckdb.Error as error:
                raise EngineFault(
                    "The database cannot be opened.",
                    where=database.name,
                    found=type(error).__name__,
                    expected=f"a file of DuckDB {duckdb.__version__} or older, which no other "
                    "program has open for writing",
                    mend="Close the program that has it open, or copy the file again.",
                ) from None
            self._databases[database] = alias
        return ".".join(quote_name(part) for part in (self._databases[database], *name.split(".")))


@contextmanager
def _telling_faults(step: str) -> Iterator[None]:
    """Report an error in the data in our words; let an error in the program through."""
    try:
        yield
    except OWN:
        raise
    except BROKEN as error:
        raise data_fault(error, step) from None
