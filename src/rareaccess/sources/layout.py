"""Where one table is and how it is written: its own settings, otherwise those of the source."""

from dataclasses import dataclass
from pathlib import Path

from rareaccess.core.paths import project_root
from rareaccess.params import SourceParams, Table
from rareaccess.params.settings import DELIMITERS

__all__ = ["Layout", "find_layout"]


@dataclass(frozen=True)
class Layout:
    """How one table is stored.

    Parameters
    ----------
    table
        Our name of it.
    kind
        parquet, csv, duckdb or spark.
    root, path
        Folder and path under it; database file and table; or catalogue with schema and table.
    columns
        The source's name of a column -> our name.
    delimiter, encoding
        Of CSV files.
    dates
        How text writes a date, such as dd/MM/yyyy.
    is_text
        Whether every column is text, from which dates and numbers are read.
    """

    table: str
    kind: str
    root: str
    path: str
    columns: dict[str, str]
    delimiter: str
    encoding: str
    dates: str
    is_text: bool

    @property
    def is_files(self) -> bool:
        """Whether the table is files of its own."""
        return self.kind in ("parquet", "csv")

    @property
    def is_inside(self) -> bool:
        """Whether the folder is said relative to the project, which is on this machine."""
        return not Path(self.root).is_absolute()

    @property
    def place(self) -> Path:
        """The file or folder of a table that is files."""
        return self._folder / self.path

    @property
    def database(self) -> Path | None:
        """The DuckDB file, of a table that is in one."""
        return self._folder if self.kind == "duckdb" else None

    @property
    def name(self) -> str:
        """The name of a table in its database or catalogue."""
        return f"{self.root}.{self.path}" if self.kind == "spark" else self.path

    @property
    def _folder(self) -> Path:
        return project_root() / self.root


def find_layout(params: SourceParams, table: str) -> Layout:
    """Return how a table of a source is stored.

    Examples
    --------
    >>> from rareaccess.params import load_source
    >>> find_layout(load_source("sample"), "apc").path
    'apc'
    """
    own = params.tables.get(table) or Table()
    kind = own.kind or params.kind
    return Layout(
        table=table,
        kind=kind,
        root=own.root or params.root,
        path=own.path or table,
        columns=dict(own.columns),
        delimiter=DELIMITERS[own.delimiter or params.delimiter],
        encoding=own.encoding or params.encoding,
        dates=own.dates or params.dates,
        is_text=kind == "csv" or params.all_text,
    )
