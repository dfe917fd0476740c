"""The files of a table, and the error for those that cannot be read."""

import csv
import gzip
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from rareaccess.contracts import CONTRACTS
from rareaccess.core.errors import UserError
from rareaccess.core.paths import relative
from rareaccess.sources.file_faults import (
    find_passed_over,
    guess_delimiter,
    misfit,
    passed_over,
    say_packed,
)
from rareaccess.sources.layout import Layout

__all__ = ["find_broken", "list_files", "name_parts", "read_header", "read_parquet_schema"]

ENDS = {"parquet": (".parquet",), "csv": (".csv", ".csv.gz", ".txt", ".txt.gz", ".CSV", ".TXT")}
WORDS = {"parquet": "Parquet", "csv": "CSV"}
WINDOWS = re.compile("[\x80-\x9f]")  # no letters in Latin-1, quotation marks in Windows-1252
SAVE = "no Latin-1, so that the file has to be saved as UTF-8"
BACKSLASH = '\\"'
ESCAPED = "a backslash before a quotation mark, which has to be written twice instead"
UNREADABLE = (pa.ArrowException, OSError, EOFError, UnicodeDecodeError, csv.Error)
csv.field_size_limit(1 << 20)


def list_files(layout: Layout, *, settings: str) -> list[Path]:
    """Return the files of a table, sorted: one file, those of a folder, or those of a pattern.

    A folder without such files may hold folders of them, as a delivery that was unpacked does.

    Raises
    ------
    UserError
        There is none; the error names the table and where it was looked for.
    """
    place, ends = layout.place, ENDS[layout.kind]
    whole = place.name.endswith(ends)
    found = _find(place, ends)
    if passed := find_passed_over(place, ends):
        raise passed_over(layout.table, passed, ends)
    if found:
        return found
    word, name = WORDS[layout.kind], layout.table
    wanted = relative(place) if whole else f"{name}{ends[0]}, or a folder {name}/ of {word} files"
    raise UserError(
        f"Table {name} is missing.",
        where=f"{relative(place)} (root and tables.{name}.path in {settings})",
        found=f"a folder without {word} files" if place.is_dir() else "no such file or folder",
        expected=f"{wanted}: each row {CONTRACTS[name].row}",
        mend=f"Put the table there, give its path in the settings file, or list {name} under "
        "`without`. `rareaccess synth` makes the synthetic tables.",
    )


def _find(place: Path, ends: tuple[str, ...]) -> list[Path]:
    """Return the files of a place whose names end as they should, sorted."""
    if "*" in place.name:
        return sorted(file for file in place.parent.glob(place.name) if file.name.endswith(ends))
    if place.is_dir():
        for pattern in ("[!.]*", "[!.]*/[!.]*", "[!.]*/[!.]*/[!.]*"):
            found = sorted(file for file in place.glob(pattern) if file.name.endswith(ends))
            if found:
                return found
    single = [place, *(place.with_name(place.name + end) for end in ends)]
    return [file for file in single if file.is_file() and file.name.endswith(ends)][:1]


def name_parts(layout: Layout, file: Path) -> list[str]:
    """Return the columns that the names of a file's folders hold, as in FYEAR=1617.

    Spark and DuckDB write so what they part by a column, which is then in no file.
    """
    if not file.is_relative_to(layout.place):
        return []
    folders = file.relative_to(layout.place).parts[:-1]
    return [name for name, equals, _ in (folder.partition("=") for folder in folders) if equals]


def read_parquet_schema(layout: Layout, file: Path) -> pa.Schema:
    """Return the columns of a Parquet file, which its end lists.

    Raises
    ------
    UserError
        The file is empty, cut short or not Parquet.
    """
    try:
        if file.stat().st_size == 0:
            raise _fault(layout, file, "an empty file")
        return pq.read_schema(file)
    except UNREADABLE:
        raise _fault(layout, file, "a file that is cut short or is not Parquet") from None


def read_header(layout: Layout, file: Path) -> list[str]:
    """Return the names on the first line of a CSV file, without a byte order mark.

    Raises
    ------
    UserError
        The file is empty, compressed data that are cut short, or in another encoding.
    """
    try:
        with _open_text(layout, file) as text:
            names = next(csv.reader(text, delimiter=layout.delimiter), None)
    except UNREADABLE as error:
        raise _fault(layout, file, _say(layout, error, file)) from None
    if not names:
        raise _fault(layout, file, "an empty file")
    if len(names) == 1 and (fits := guess_delimiter(names[0])):
        raise misfit(layout.table, layout.delimiter, file, fits)
    return [name.strip() for name in names]


def find_broken(layout: Layout, files: list[Path]) -> None:
    """Read files to their end, to name the one that cannot be read, and of text the line.

    Raises
    ------
    UserError
        A file is whole where its columns are listed, and broken further on.
    """
    for file in files:
        if layout.kind == "parquet":
            _read_parquet(layout, file)
        else:
            _read_lines(layout, file)


def _read_parquet(layout: Layout, file: Path) -> None:
    try:
        with pq.ParquetFile(file) as parquet:
            for _ in parquet.iter_batches():
                pass
    except UNREADABLE:
        raise _fault(layout, file, "data that cannot be decoded") from None


def _read_lines(layout: Layout, file: Path) -> None:
    width, line = len(read_header(layout, file)), 1
    read: deque[str] = deque(maxlen=3)  # the last lines, where a fault is looked for
    try:
        with _open_text(layout, file) as text:
            reader = csv.reader(_follow(text, read), delimiter=layout.delimiter, strict=True)
            for fields in reader:
                if fields and len(fields) != width:
                    found = f"{len(fields)} fields on line {reader.line_num}, and {width} names"
                    raise _fault(layout, file, f"{found} on line 1{_say_escaped(read)}")
                if layout.encoding == "latin-1" and WINDOWS.search("".join(fields)):
                    raise _fault(layout, file, f"Windows-1252 on line {reader.line_num}: {SAVE}")
                line = reader.line_num
    except UNREADABLE as error:
        found = f"{_say(layout, error, file)} after line {line}{_say_escaped(read)}"
        raise _fault(layout, file, found) from None


def _follow(lines: Iterable[str], read: deque[str]) -> Iterator[str]:
    """Yield lines, and keep those that were read last."""
    for line in lines:
        read.append(line)
        yield line


def _say_escaped(lines: Iterable[str]) -> str:
    """Return that quotation marks have a backslash before them, where they do."""
    return f": {ESCAPED}" if any(BACKSLASH in line for line in lines) else ""


@contextmanager
def _open_text(layout: Layout, file: Path) -> Iterator[IO[str]]:
    """Open a CSV file, compressed or not; a byte order mark is no part of the first name."""
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding=encoding, newline="") as text:
            yield text
    else:
        with file.open(encoding=encoding, newline="") as text:
            yield text


def _say(layout: Layout, error: Exception, file: Path) -> str:
    """Return what is wrong without the error's text, which may quote a record."""
    if packed := say_packed(file):
        return packed
    if isinstance(error, UnicodeDecodeError):
        return f"bytes that are not {layout.encoding}"
    if isinstance(error, csv.Error):
        return "quotation marks or bytes that are not CSV"
    return "compressed data that are cut short or damaged"


def _fault(layout: Layout, file: Path, found: str) -> UserError:
    word, mend = WORDS[layout.kind], "Copy the file again from its source."
    if layout.kind == "csv":
        mend += f" Or correct the delimiter and encoding of {layout.table} in the settings file."
    return UserError(
        f"A file of table {layout.table} cannot be read.",
        where=relative(file),
        found=found,
        expected=f"a whole {word} file: each row {CONTRACTS[layout.table].row}",
        mend=mend,
    )
