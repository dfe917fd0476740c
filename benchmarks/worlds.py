"""A synthetic England with ever more other people around the same people of interest.

That is how national tables are larger than a sample of them: the condition stays as rare as it is.
Each further copy has the same records under other identifiers, without the codes of the condition
and without applications. So the marts of three copies are those of one, to the byte.
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from rareaccess.core.files import replace_folder
from rareaccess.sources.engine.quoting import quote_text

__all__ = ["copy_worlds"]

IDENTIFIERS = ("PSEUDO_HESID", "EPIKEY", "ATTENDKEY", "nhs_number")
COPIED = ("apc", "op", "linkage", "pds_trace")
SAME = ("blueteq_applications", "blueteq_answers", "centres", "travel_times", "imd2019", "sact_v2",
        "sact_v3")  # fmt: skip
OTHER = "Z039"  # instead of a code of the condition: observed, nothing found


def copy_worlds(base: Path, folder: Path, counts: Sequence[int], codes: Sequence[str]) -> None:
    """Write worlds of so many times the records of another; the folder appears whole.

    Parameters
    ----------
    base
        The world to copy, as the generator writes it.
    folder
        Where to, one folder a count; a folder that is there is left alone.
    counts
        How many times the records of `base`. A smaller world links to files of the largest.
    codes
        How the codes of the conditions begin; only the first copy keeps such codes.
    """
    if folder.is_dir():
        return
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for table in COPIED:
            for file in _files(base, table):
                _copy_file(connection, file, aside / table, counts, codes)
    for table in SAME:
        for file in _files(base, table):
            for count in counts:
                _link(file, aside / str(count) / file.relative_to(base))
    replace_folder(aside, folder)


def _files(base: Path, table: str) -> list[Path]:
    one = base / f"{table}.parquet"
    return [one] if one.is_file() else sorted((base / table).glob("*.parquet"))


def _copy_file(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    target: Path,
    counts: Sequence[int],
    codes: Sequence[str],
) -> None:
    """Copy one file as often as the largest world needs; every copy but the first is renamed."""
    for number in range(max(counts)):
        places = [
            target.parent / str(count) / target.name / f"{file.stem}-{number:02d}.parquet"
            for count in counts
            if number < count
        ]
        first, *others = places
        if number == 0:
            _link(file, first)
        else:
            first.parent.mkdir(parents=True, exist_ok=True)
            rows = _select_others(connection, file, number, codes)
            connection.execute(
                f"COPY ({rows}) TO {quote_text(first)} (FORMAT parquet, COMPRESSION zstd)"
            )
        for place in others:
            _link(first, place)


def _select_others(
    connection: duckdb.DuckDBPyConnection, file: Path, number: int, codes: Sequence[str]
) -> str:
    """Return the query of a file with another beginning of identifiers and without the codes."""
    columns = connection.read_parquet(str(file)).columns
    mark = f"{chr(ord('K') + number // 10)}{number % 10}"  # no identifier begins with K to Q
    hidden = f"'^({'|'.join(codes)})'"
    changed = [f"'{mark}' || substr({name}, 3) AS {name}" for name in columns
               if name in IDENTIFIERS]  # fmt: skip
    changed += [f"if(regexp_matches({name}, {hidden}), '{OTHER}', {name}) AS {name}"
                for name in columns if re.fullmatch(r"DIAG_4_\d\d", name)]  # fmt: skip
    return f"SELECT * REPLACE ({', '.join(changed)}) FROM read_parquet({quote_text(file)})"


def _link(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except OSError:  # another disk
        shutil.copy(file, target)
