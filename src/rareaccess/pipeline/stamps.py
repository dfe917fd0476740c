"""Stamps: hashes of all that a mart is made from, to tell whether it must be made again."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy
import pandas as pd
import pyarrow as pa

from rareaccess import __version__
from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files, write_atomic
from rareaccess.core.paths import relative
from rareaccess.marts import MARTS
from rareaccess.params import ReportParams
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = [
    "PAIR_SECTIONS",
    "STAMP",
    "choose_settings",
    "digest",
    "hash_code",
    "hash_marts",
    "hash_tables",
    "read_stamp",
    "write_json",
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
)
SETTINGS = (
    "ethnicity_rule",
    "activity_unit",
    "imd_version",
    "charlson_weights",
    "charlson_lookback_years",
)
PIPELINE = (
    "core",
    "contracts",
    "params",
    "sources",
    "flow",
    "marts",
    "derive",
    "pipeline/check",
    "pipeline/prepare.py",
    "pipeline/stamps.py",
)  # all that a mart is made by


def digest(*parts: str) -> str:
    """Return one SHA-256 over texts.

    Examples
    --------
    >>> digest("a", "b") == digest("a", "b"), digest("a", "b") == digest("ab")
    (True, False)
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


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
            "The database of a source is missing.",
            where=relative(file),
            found="no such file",
            expected="a DuckDB file: `root` in the settings of the source",
        )
    about = file.stat()
    mark = str(about.st_mtime_ns) if about.st_size > SMALL else hash_files([file])
    name = file.relative_to(root) if file.is_relative_to(root) else file
    return f"{name} {about.st_size} {mark}"


def hash_code() -> str:
    """Return a hash of the modules that make the marts, and of the packages they stand on."""
    package = Path(__file__).parents[1]
    files = [file for name in PIPELINE for file in sorted(_modules(package / name))]
    versions = (__version__, numpy.__version__, pd.__version__, pa.__version__)
    return digest(hash_files(files), *versions)


def _modules(place: Path) -> list[Path]:
    return [place] if place.is_file() else list(place.rglob("*.py"))


def hash_marts(folder: Path) -> dict[str, str]:
    """Return the hash of each mart that is in the folder, and of its meta.json."""
    files = [folder / "meta.json", *(folder / f"{name}.parquet" for name in MARTS)]
    return {file.name: hash_files([file]) for file in files if file.is_file()}


def choose_settings(report: ReportParams) -> dict[str, Any]:
    """Return the settings of the report that the marts use."""
    return report.model_dump(mode="json", include=set(SETTINGS))


def read_stamp(folder: Path) -> dict[str, Any]:
    """Return the stamp of a folder, empty when there is none that can be read."""
    try:
        content = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(file: Path, content: object) -> bool:
    """Write JSON aside and rename it; return whether its bytes changed."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    return write_atomic(file, text + "\n")
