"""Parquet with fixed settings, so that the same rows are the same bytes."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Appender"]

# Columns whose values hardly ever repeat.
PLAIN = {"EPIKEY", "ATTENDKEY", "DIAG_4_CONCAT", "application_id", "nhs_number"}
WITH_RANGE = {"EPISTART", "APPTDATE", "ADMIDATE"}  # the columns by which rows are looked up


def _writer(path: Path, schema: pa.Schema, level: int) -> pq.ParquetWriter:
    names = schema.names
    return pq.ParquetWriter(
        path,
        schema,
        version="2.6",
        compression="zstd",
        compression_level=level,
        use_dictionary=[name for name in names if name not in PLAIN],
        write_statistics=[name for name in names if name in WITH_RANGE],
        store_schema=False,
        data_page_version="1.0",
    )


class Appender:
    """The files of a world: one a table, a row group for each piece, so that memory stays flat.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with Appender(folder, level=3) as out:
    ...     out.add("x", pa.table({"a": [1]}))
    ...     out.add("x", pa.table({"a": [2]}))
    >>> pq.read_table(folder / "x.parquet")["a"].to_pylist()
    [1, 2]
    """

    def __init__(self, folder: Path, *, level: int) -> None:
        self.folder, self.level = folder, level
        self.open: dict[str, pq.ParquetWriter] = {}

    def add(self, name: str, table: pa.Table) -> None:
        """Append rows to the file of a table."""
        if name not in self.open:
            self.open[name] = _writer(self._path(name), table.schema, self.level)
        self.open[name].write_table(table)

    def write(self, name: str, table: pa.Table) -> None:
        """Write the file of a table that comes in one piece."""
        with _writer(self._path(name), table.schema, self.level) as writer:
            writer.write_table(table, row_group_size=1 << 19)

    def _path(self, name: str) -> Path:
        path = self.folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def __enter__(self) -> "Appender":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self.open.values():
            writer.close()
