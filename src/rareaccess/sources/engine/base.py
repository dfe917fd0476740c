"""What every engine does alike: its scratch folder, its joins, its errors in our words."""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.files import SCRATCH, remove_scratch

__all__ = ["Engine", "EngineFault", "data_fault"]


class EngineFault(UserError):
    """The engine could not read its input to the end, or write what it made."""


class Engine(ABC):
    """A session of the DataFrame API: its functions `F`, its `window`, and a scratch folder.

    Frames are lazy: nothing is read before `write`, `keep` or `collect`.
    """

    name: str
    F: Any
    window: Any

    def __init__(self) -> None:
        remove_scratch()
        self.known: dict[Any, Any] = {}  # what was found out of tables, so that it is asked once
        self.scratch = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-"))

    def __enter__(self) -> Self:
        """Return the engine; leaving the block closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the session and delete the scratch folder."""
        self.close()

    def close(self) -> None:
        """Close the session and delete the scratch folder."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    @abstractmethod
    def read(
        self, files: Sequence[Path], *, differ: bool = False, parted: Path | None = None
    ) -> Any:
        """Return one frame over Parquet files with the same columns.

        Parameters
        ----------
        differ
            Whether the type of a column differs from file to file. Spark refuses such files.
        parted
            The folder under which names of folders, such as FYEAR=1617, are columns of text.
        """

    @abstractmethod
    def read_text(
        self, files: Sequence[Path], columns: Sequence[str], *, delimiter: str, encoding: str
    ) -> Any:
        """Return one frame over delimited text files, every column as text.

        Parameters
        ----------
        columns
            The names on the first line, which is the same in every file.
        """

    @abstractmethod
    def list_tables(self, name: str, *, database: Path | None = None) -> list[str]:
        """Return the names of the tables that a name with * matches, sorted; another is itself.

        The star stands for any letters in the last part of the name, as in `hes.hes_apc_*`, where
        each year is a table of its own.
        """

    @abstractmethod
    def read_table(self, name: str, *, database: Path | None = None) -> Any:
        """Return the frame of a table of the catalogue, or of a database file."""

    @abstractmethod
    def describe_table(self, name: str, *, database: Path | None = None) -> dict[str, str]:
        """Return the columns of such a table with the engine's name of their types."""

    @abstractmethod
    def stamp_table(self, name: str, *, database: Path | None = None) -> str | None:
        """Return a text that changes when the table changes, nothing where none is kept."""

    @abstractmethod
    def write(self, frame: Any, file: Path) -> None:
        """Write a frame as Parquet: a file, or a folder of files with that name."""

    @abstractmethod
    def keep(self, frame: Any) -> Any:
        """Compute a frame once, so that it can be read many times."""

    @abstractmethod
    def stage(self, frame: pd.DataFrame) -> Any:
        """Give a small pandas frame to the engine."""

    @abstractmethod
    def collect(self, frame: Any) -> pd.DataFrame:
        """Return a small frame as pandas, with nullable numbers; its row order has no meaning."""

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
        F, others = self.F, self._list_others(left, right, on, how)
        keys = [F.col(name).alias(f"right_{name}") for name in on]
        renamed = right.select(*keys, *[F.col(name) for name in others])
        same = reduce(and_, (F.col(name) == F.col(f"right_{name}") for name in on))
        joined = left.join(renamed, on=same, how=how)
        return joined.select(*[F.col(name) for name in (*left.columns, *others)])

    def _list_others(self, left: Any, right: Any, on: Sequence[str], how: str) -> list[str]:
        """Return the columns that the right frame of a join adds."""
        if how == "left_semi":
            return []
        both = set(left.columns) & set(right.columns) - set(on)
        if both:
            raise ValueError(f"columns in both frames: {', '.join(sorted(both))}")
        return [name for name in right.columns if name not in on]

    def read_here(self, read: Callable[["Engine"], list[Any]]) -> list[Any]:
        """Return the frames of small files on this machine, which may not be the engine's own.

        Parameters
        ----------
        read
            Returns the frames in the engine that reads them.
        """
        return read(self)

    def prove_shared(self) -> None:
        """Prove that all who work for the engine see one build folder: here, there is one only."""
        return None

    def view(self, frame: Any) -> Any:
        """Return the same frame, the steps that led to it given to the engine; none is computed.

        For a frame that several steps begin with.
        """
        return frame

    def tally(self, frame: Any, conditions: Mapping[str, Any]) -> dict[str, int]:
        """Count the rows of a frame at which each condition holds, all in one pass over it.

        Examples
        --------
        >>> from rareaccess.sources.engine import open_engine
        >>> with open_engine() as engine:
        ...     frame, n = engine.stage(pd.DataFrame({"n": [1, 2, None]})), engine.F.col("n")
        ...     engine.tally(frame, {"large": n > 1, "known": n.isNotNull()})
        {'large': 1, 'known': 2}
        """
        F = self.F
        counts = [F.count(F.when(holds, 1)).alias(name) for name, holds in conditions.items()]
        row = self.collect(frame.agg(*counts)).iloc[0]
        return {name: int(row[name]) for name in conditions}

    def count_each(self, frame: Any, kinds: Mapping[str, Any]) -> Any:
        """Return `kind`, `value` and `n`: how many rows of a frame have each value of each kind.

        Parameters
        ----------
        kinds
            Name of a kind -> expression of a text.
        """
        F = self.F
        counts = [(name, frame.groupBy(what.alias("value")).agg(F.count("*").alias("n")))
                  for name, what in kinds.items()]  # fmt: skip
        return self.stack([
            count.select(F.lit(name).alias("kind"), F.col("value"), F.col("n"))
            for name, count in counts
        ])  # fmt: skip

    def count_rows(self, frame: Any) -> int:
        """Return the number of rows of a frame."""
        return self.tally(frame, {"n": self.F.lit(True)})["n"]

    def stack(self, frames: Sequence[Any]) -> Any:
        """Return the rows of frames of the same columns and types one under the other."""
        return reduce(lambda one, other: one.union(other), frames)

    def any_of(self, columns: Iterable[str], values: Sequence[str]) -> Any:
        """Return the condition that one of the columns holds one of the values, exactly."""
        if not values:
            return self.F.lit(False)
        return reduce(or_, (self.F.col(column).isin(*values) for column in columns))

    def starts_with(self, column: str, prefixes: Iterable[str]) -> Any:
        """Return the condition that a code starts with a prefix, as `has_prefix` asks it."""
        found = (self.F.col(column).startswith(prefix) for prefix in prefixes)
        return reduce(or_, found, self.F.lit(False))


def data_fault(error: Exception, step: str) -> EngineFault:
    """Return an error without the engine's text, which may quote a value of a record.

    It is raised `from None`, so that no traceback quotes it either.
    """
    return EngineFault(
        "The tables could not be read to the end.",
        where=step,
        found=type(error).__name__,
        expected="complete files, and enough disk space for the build folder",
        mend="Run `rareaccess check`, then copy the tables again or free disk space.",
    )
