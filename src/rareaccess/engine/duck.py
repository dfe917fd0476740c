"""The engine that reads national tables: PySpark's DataFrame API, run here on DuckDB by SQLFrame.

Extraction is written with `engine.F` (the functions) and the frames that `read` returns; nothing
in it knows which engine runs it. Results come back through Arrow, small ones as pandas frames.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import and_, or_
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rareaccess.errors import UserError

__all__ = ["Engine", "EngineFault", "from_arrow", "to_arrow"]

MEMORY = "2GB"
OWN = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
)  # a fault of this program, never of a table: raised as it is
BROKEN = duckdb.Error  # some faults of a file are of no narrower class
TO_PANDAS = {
    pa.int8(): pd.Int64Dtype(),
    pa.int16(): pd.Int64Dtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float32(): pd.Float64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


class EngineFault(UserError):
    """The engine could not read its input to the end, or write what it made."""


class Engine:
    """A session of the DataFrame API on DuckDB: its functions `F`, its `window`, a scratch folder.

    Parameters
    ----------
    memory
        Most that DuckDB keeps in memory before it spills to the scratch folder.

    Examples
    --------
    >>> with Engine() as engine:
    ...     ages = engine.stage(pd.DataFrame({"person": ["a", "b"], "age": [30, 40]}))
    ...     engine.collect(ages.where(engine.F.col("age") > 35))["person"].tolist()
    ['b']
    """

    def __init__(self, *, memory: str = MEMORY) -> None:
        from sqlframe.base.session import _BaseSession
        from sqlframe.duckdb import DuckDBSession, Window, functions

        self.scratch = Path(tempfile.mkdtemp(prefix="rareaccess-"))
        self.connection = duckdb.connect()
        self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute(f"SET memory_limit = '{memory}'")
        self.connection.execute(f"SET temp_directory = '{self.scratch / 'spill'}'")
        _BaseSession._instance = None  # SQLFrame would hand out the session of an earlier engine
        self.session = DuckDBSession(conn=self.connection)
        self.F: Any = functions
        self.window: Any = Window
        self._staged = self._views = 0

    def __enter__(self) -> "Engine":
        """Return the engine; leaving the block closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection and delete the scratch folder."""
        self.close()

    def close(self) -> None:
        """Close the connection and delete the scratch folder."""
        self.connection.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def read(self, files: Sequence[Path]) -> Any:
        """Return one frame over Parquet files with the same columns.

        The files become a view of DuckDB, which SQLFrame handles twice as fast as a read of its
        own: that one casts every column to the type it already has.
        """
        self._views += 1
        name, listed = f"view_{self._views}", [str(file) for file in files]
        with _telling_faults(files[0].name):
            self.connection.read_parquet(listed).create_view(name)
        return self.session.table(name)

    def write(self, frame: Any, file: Path) -> None:
        """Write a frame as Parquet."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with _telling_faults(file.name):
            frame.write.parquet(str(file), mode="overwrite")

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

    def join(self, left: Any, right: Any, on: Sequence[str], how: str = "inner") -> Any:
        """Join two frames on columns of the same name; the one way in which frames are joined here.

        The keys of the right frame are renamed first. SQLFrame 4.10 reads the second mention of a
        key after a plain join from the right frame, which is null where a left join found nothing.

        Parameters
        ----------
        on
            Names of the keys, the same in both frames; no other column may be in both.
        how
            inner, left or left_semi.
        """
        F, both = self.F, set(left.columns) & set(right.columns) - set(on)
        if both and how != "left_semi":
            raise ValueError(f"columns in both frames: {', '.join(sorted(both))}")
        others = [] if how == "left_semi" else [name for name in right.columns if name not in on]
        keys = [F.col(name).alias(f"right_{name}") for name in on]
        renamed = right.select(*keys, *[F.col(name) for name in others])
        same = reduce(and_, (F.col(name) == F.col(f"right_{name}") for name in on))
        joined = left.join(renamed, on=same, how=how)
        return joined.select(*[F.col(name) for name in (*left.columns, *others)])

    def any_of(self, columns: Iterable[str], values: Sequence[str]) -> Any:
        """Return the condition that one of the columns holds one of the values, exactly."""
        if not values:
            return self.F.lit(False)
        return reduce(or_, (self.F.col(column).isin(*values) for column in columns))

    def _next(self, word: str) -> Path:
        self._staged += 1
        return self.scratch / f"{word}-{self._staged}.parquet"


@contextmanager
def _telling_faults(step: str) -> Iterator[None]:
    """Tell a fault of the data in our words; let a fault of the program through."""
    try:
        yield
    except OWN:
        raise
    except BROKEN as error:
        raise _engine_fault(error, step) from error


def _engine_fault(error: Exception, step: str) -> EngineFault:
    """Return an error without the engine's text, which may quote a value of a record."""
    return EngineFault(
        "The tables could not be read to their end.",
        where=step,
        found=type(error).__name__,
        expected="Parquet files that are whole, and enough disk space for the build folder",
        mend="Run `rareaccess check`; then copy the tables again or free disk space.",
    )


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as pandas: nullable numbers, dates as datetime64, text as str.

    Examples
    --------
    >>> from_arrow(pa.table({"n": pa.array([1, None])}))["n"].tolist()
    [1, <NA>]
    """
    frame = table.to_pandas(types_mapper=TO_PANDAS.get, date_as_object=False)
    dates = [name for name in frame if pd.api.types.is_datetime64_dtype(frame[name])]
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a pandas frame as Arrow without its index; whole days become date32.

    Examples
    --------
    >>> to_arrow(pd.DataFrame({"day": pd.to_datetime(["2020-01-31"])})).schema.field("day").type
    DataType(date32[day])
    """
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    fields = [
        pa.field(field.name, pa.date32())
        if pa.types.is_timestamp(field.type)
        else pa.field(field.name, pa.string())
        if pa.types.is_large_string(field.type)
        else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))
