"""What the marts are made from, hashed: tables, settings, code; and the marts themselves."""

import time
from pathlib import Path
from typing import Any

from rareaccess.core.cache import digest, hash_code, list_versions
from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files
from rareaccess.core.paths import relative
from rareaccess.marts import MARTS
from rareaccess.params import ReportParams
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = [
    "PAIR_SECTIONS",
    "SETTINGS",
    "STAMP",
    "choose_settings",
    "hash_marts",
    "hash_program",
    "hash_tables",
]

STAMP = "prepared.json"
SMALL = 4 * 1024 * 1024  # bytes: the content of smaller files is hashed, of larger ones the time
PAIR_SECTIONS = (
    "pair",
    "condition",
    "drug",
    "criteria",
    "windows",
    "severity",
    "cdf",
    "continuation",
    "centres",
    "activity",
    "charlson",
    "eligibility",
)
SETTINGS = (
    "ethnicity_rule",
    "activity_unit",
    "imd_version",
    "charlson_weights",
    "charlson_lookback_years",
)
LIBRARIES = ("duckdb", "numpy", "pandas", "pyarrow", "rareaccess", "sqlframe")


def hash_tables(source: Source, engine: Engine | None = None) -> str:
    """Return a hash of every table of a source: small files by content, large ones by time.

    The settings of the source are in it as well: places, names of columns, label.

    Parameters
    ----------
    engine
        Needed for tables of a catalogue. One that does not tell when it changed counts as changed.
    """
    root, parts = source.params.root_path(), [source.params.model_dump_json()]
    for table in source.tables:
        layout = source.layout(table)
        if layout.kind == "spark":
            assert engine is not None, "a table in a catalogue is asked by an engine"
            for name in engine.list_tables(layout.name):
                stamp = engine.stamp_table(name) or f"unknown at {time.time_ns()}"
                parts.append(f"{table} {name} {stamp}")
            continue
        files = source.files(table) if layout.is_files else _list_database(layout.database)
        for file in files:
            parts.append(f"{table} {layout.path} {_mark(file, root)}")
    return digest(*parts)


def _list_database(database: Path) -> list[Path]:
    """Return the file of a database, and that of the changes which are not yet in it."""
    changes = database.with_name(database.name + ".wal")
    return [database, changes] if changes.is_file() else [database]


def _mark(file: Path, root: Path) -> str:
    """Return name, size, and content or time of a file."""
    if not file.is_file():
        raise UserError(
            "The database of the source is missing.",
            where=relative(file),
            found="no such file",
            expected="a DuckDB file: `root` in the settings of the source",
        )
    about = file.stat()
    mark = str(about.st_mtime_ns) if about.st_size > SMALL else hash_files([file])
    name = file.relative_to(root) if file.is_relative_to(root) else file
    return f"{name} {about.st_size} {mark}"


def hash_program() -> str:
    """Return a hash of the code that makes the marts, and of the libraries that it uses."""
    return digest(hash_code("rareaccess.pipeline.prepare"), list_versions(*LIBRARIES))


def hash_marts(folder: Path) -> dict[str, str]:
    """Return the hash of each mart that is in the folder, and of its meta.json."""
    files = [folder / "meta.json", *(folder / f"{name}.parquet" for name in MARTS)]
    return {file.name: hash_files([file]) for file in files if file.is_file()}


def choose_settings(report: ReportParams) -> dict[str, Any]:
    """Return the settings of the report that the marts use."""
    return report.model_dump(mode="json", include=set(SETTINGS))
