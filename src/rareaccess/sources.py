"""Where the tables of a source are, and how they are read under our names of the columns."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rareaccess.contracts import CONTRACTS, TYPES, TableContract
from rareaccess.engine import Engine, from_arrow
from rareaccess.errors import UserError
from rareaccess.params import SourceParams, load_source
from rareaccess.paths import relative

__all__ = ["Source", "open_source"]

CASTS = {"text": "string", "date": "date", "whole": "int", "number": "double"}
UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)


@dataclass(frozen=True)
class Source:
    """The tables of one source, as in params/sources/<name>.yml.

    Parameters
    ----------
    name
        Name of the settings file.
    params
        Its content.
    """

    name: str
    params: SourceParams

    @property
    def settings(self) -> str:
        """The settings file, as messages name it."""
        return f"params/sources/{self.name}.yml"

    def place(self, table: str) -> Path:
        """Return where a table should be: a Parquet file, or a folder of them."""
        named = self.params.tables.get(table)
        path = self.params.root_path() / (named.path if named and named.path else table)
        return (
            path
            if path.is_dir()
            else path.with_name(path.name.removesuffix(".parquet") + ".parquet")
        )

    def files(self, table: str) -> list[Path]:
        """Return the Parquet files of a table, sorted.

        Raises
        ------
        UserError
            The table is not there; the error names it and where it was looked for.
        """
        place = self.place(table)
        found = [place] if place.is_file() else sorted(place.glob("[!.]*.parquet"))
        if found:
            return found
        raise UserError(
            f"The table {table} is missing.",
            where=f"{relative(place)} (root and tables.{table}.path in {self.settings})",
            found="a folder without Parquet files" if place.is_dir() else "no such file or folder",
            expected=f"{table}.parquet, or a folder {table}/ of Parquet files: each row "
            f"{CONTRACTS[table].row}",
            mend="Put the table there, or name its place in the settings file; "
            "`rareaccess synth` makes the synthetic tables.",
        )

    def schema(self, table: str) -> dict[str, tuple[str, pa.DataType]]:
        """Return our name of each column of a table with its native name and type.

        Raises
        ------
        UserError
            A file is empty, cut short or not Parquet; a column is missing, double or of another
            type. The error names the table and the column.
        """
        contract, schema = CONTRACTS[table], {}
        for file in self.files(table):
            schema = self._columns(contract, file)
        return schema

    def read(self, engine: Engine, table: str, columns: tuple[str, ...] = ()) -> Any:
        """Return the engine's frame of a table, with our names and the contract's types."""
        contract, schema = CONTRACTS[table], self.schema(table)
        frame, col = engine.read(self.files(table)), engine.F.col
        chosen = []
        for name in columns or contract.used:
            native, kind = schema[name]
            wanted = CASTS[contract[name].type]
            column = (
                col(native) if _is_plain(kind, contract[name].type) else col(native).cast(wanted)
            )
            chosen.append(column.alias(name))
        return frame.select(*chosen)

    def read_small(self, table: str) -> pd.DataFrame:
        """Return every column of a small table as pandas, under our names.

        Raises
        ------
        UserError
            A file cannot be read to its end.
        """
        contract, schema = CONTRACTS[table], self.schema(table)
        natives, parts = [native for native, _ in schema.values()], []
        for file in self.files(table):
            with _naming_file(contract, file):
                parts.append(from_arrow(pq.read_table(file, columns=natives)))
        ours = {native: name for name, (native, _) in schema.items()}
        return pd.concat(parts, ignore_index=True).rename(columns=ours)

    def find_broken_file(self) -> None:
        """Read every table to its end, to name the file that cannot be read.

        Raises
        ------
        UserError
            A file is whole at its end, where its columns are listed, and broken further up.
        """
        for table, contract in CONTRACTS.items():
            for file in self.files(table):
                with _naming_file(contract, file), pq.ParquetFile(file) as parquet:
                    for _ in parquet.iter_batches():
                        pass

    def count_rows(self, table: str) -> int:
        """Return the number of rows, from the footers of the files."""
        return sum(pq.read_metadata(file).num_rows for file in self.files(table))

    def _columns(self, contract: TableContract, file: Path) -> dict[str, tuple[str, pa.DataType]]:
        schema = _read_schema(contract, file)
        named = self.params.tables.get(contract.name)
        ours = dict(named.columns) if named else {}
        absent = set(named.absent) - set(contract.used) if named else set()
        names = [ours.get(name, name) for name in schema.names]
        self._refuse_double(contract, file, names)
        columns = {}
        for native, name, kind in zip(schema.names, names, schema.types, strict=True):
            if name in contract.names:
                columns[name] = (native, kind)
        for column in contract.columns:
            if column.name not in columns:
                if column.name in absent:
                    continue
                raise self._column_fault(contract, file, column.name, "missing", "no such column")
            if not _fits(columns[column.name][1], column.type):
                raise self._column_fault(
                    contract, file, column.name, "of another type", str(columns[column.name][1])
                )
        return columns

    def _refuse_double(self, contract: TableContract, file: Path, names: list[str]) -> None:
        counts = Counter(name.casefold() for name in names)
        for name in contract.names:
            if counts[name.casefold()] > 1:
                raise self._column_fault(
                    contract,
                    file,
                    name,
                    "double",
                    f"{counts[name.casefold()]} columns of this name",
                )

    def _column_fault(
        self, contract: TableContract, file: Path, column: str, fault: str, found: str
    ) -> UserError:
        declared, tables = contract[column], f"tables.{contract.name}"
        mend = f"Mend the table, or map its own name under {tables}.columns in {self.settings}."
        if fault == "missing" and not declared.used:
            mend += f" No result rests on it: it may be listed under {tables}.absent instead."
        return UserError(
            f"The column {column} of the table {contract.name} is {fault}.",
            where=f"{relative(file)}, column {column}",
            found=found,
            expected=f"{TYPES[declared.type]}: {declared.meaning}",
            mend=mend,
        )


def open_source(name: str) -> Source:
    """Open the source of a settings file.

    Raises
    ------
    UserError
        The settings file is missing or wrong, or names a kind of table that cannot be read yet.

    Examples
    --------
    >>> open_source("sample").name
    'sample'
    """
    params = load_source(name)
    if params.kind != "parquet":
        raise UserError(
            "Tables of this kind cannot be read yet.",
            where=f"params/sources/{name}.yml, key kind",
            found=params.kind,
            expected="parquet",
            mend="Convert the tables to Parquet and write kind: parquet.",
        )
    return Source(name, params)


def _read_schema(contract: TableContract, file: Path) -> pa.Schema:
    try:
        if file.stat().st_size == 0:
            raise _file_fault(contract, file, "an empty file")
        return pq.read_schema(file)
    except UNREADABLE:
        raise _file_fault(contract, file, "a file that is cut short or is not Parquet") from None


@contextmanager
def _naming_file(contract: TableContract, file: Path) -> Iterator[None]:
    """Name the table and the file whose data cannot be read to its end."""
    try:
        yield
    except UNREADABLE:
        raise _file_fault(contract, file, "data that cannot be decoded") from None


def _file_fault(contract: TableContract, file: Path, found: str) -> UserError:
    return UserError(
        f"A file of the table {contract.name} cannot be read.",
        where=relative(file),
        found=found,
        expected=f"a whole Parquet file: each row {contract.row}",
        mend="Copy the file again from where it was made.",
    )


def _fits(kind: pa.DataType, type_: str) -> bool:
    """Return whether a Parquet type can stand for a type of the contract without loss."""
    if pa.types.is_null(kind):
        return True
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if type_ == "text":
        return pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if type_ == "date":
        return pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    if type_ == "whole":
        return pa.types.is_integer(kind)
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _is_plain(kind: pa.DataType, type_: str) -> bool:
    """Return whether the engine reads this type as it is, without a cast."""
    plain = {
        "text": pa.types.is_string,
        "date": pa.types.is_date32,
        "whole": pa.types.is_int32,
        "number": pa.types.is_float64,
    }
    return plain[type_](kind)
