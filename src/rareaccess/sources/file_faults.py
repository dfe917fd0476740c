"""Files that would be passed over, or read as another thing, for their name or their delimiter."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rareaccess.core.errors import UserError
from rareaccess.core.paths import relative
from rareaccess.params.settings import DELIMITERS

__all__ = ["find_passed_over", "guess_delimiter", "misfit", "passed_over", "say_packed"]

NAMES = {sign: name for name, sign in DELIMITERS.items()}
PACKED = {b"PK\x03\x04": "a zip archive: unpack it there",
          b"\x1f\x8b": "a file packed by gzip, whose name has to end in .gz"}  # fmt: skip


def find_passed_over(place: Path, ends: tuple[str, ...]) -> Path | None:
    """Return a file of a place that holds records and would not be read, for its name alone.

    Parameters
    ----------
    place
        A file, a folder of files, or a name with * in it.
    ends
        How the names of files end that are read.
    """
    packed = (*(f"{end}.zip" for end in ends), ".zip")
    if place.is_dir():
        files = [file for file in place.rglob("[!.]*") if file.is_file()]
    else:
        files = list(place.parent.glob(f"{place.name}*"))
        names = {(place.name + end).casefold() for end in ("", *ends, *packed)}
        files = [f for f in files if "*" in place.name or f.name.casefold() in names]
    read = {file.stem.casefold() for file in files if file.name.endswith(ends)}
    for file in sorted(files):
        lower = file.name.casefold()
        if file.name.endswith(ends) or not file.is_file():
            continue
        if lower.endswith(tuple(end.casefold() for end in ends)):
            return file
        unpacked = {file.stem.casefold(), Path(file.stem).stem.casefold()} & read
        if lower.endswith(packed) and not unpacked:
            return file
    return None


def passed_over(table: str, file: Path, ends: Sequence[str]) -> UserError:
    """Return the fault of a file that would not be read."""
    zipped = file.name.casefold().endswith(".zip")
    return UserError(
        f"A file of table {table} would not be read.",
        where=relative(file),
        found="a zip archive" if zipped else f"a name that ends in {''.join(file.suffixes[-2:])}",
        expected=f"files that end in one of {', '.join(ends)}",
        mend="Unpack it there, or take it out of the folder."
        if zipped
        else "Rename the file, so that its end is written so, or take it out of the folder.",
    )


def guess_delimiter(line: str) -> str:
    """Return the name of the delimiter that stands most often in a line of names, if there is one.

    Examples
    --------
    >>> guess_delimiter("a;b;c"), guess_delimiter("a")
    (';', '')
    """
    counts = {name: line.count(sign) for name, sign in DELIMITERS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def misfit(table: str, delimiter: str, file: Path, fits: str) -> UserError:
    """Return the fault of a delimiter that does not part the names on the first line."""
    return UserError(
        f"The delimiter of table {table} does not fit its file.",
        where=relative(file),
        found=f"one name on the first line, with {fits} in it",
        expected=f"names with {NAMES.get(delimiter, delimiter)} between them, as the settings say",
        mend=f'Write delimiter: "{fits}" under tables.{table} in the settings file.',
    )


def say_packed(file: Path) -> str:
    """Return what a file is that is packed and whose name does not say so; otherwise nothing."""
    with suppress(OSError), file.open("rb") as raw:
        start = raw.read(4)
        for mark, what in PACKED.items():
            if start.startswith(mark) and file.suffix != ".gz":
                return what
    return ""
