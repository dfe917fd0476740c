"""What the last rendering was made from and what it made, kept in the book's folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rareaccess.core.cache import digest, hash_code, list_versions, read_stamp
from rareaccess.core.files import hash_files
from rareaccess.render.book import Book, list_files
from rareaccess.render.downloads import PAGE, Numbers
from rareaccess.render.pandoc import pandoc_version
from rareaccess.render.quarto import Quarto

__all__ = [
    "STATE",
    "are_whole",
    "file_sizes",
    "hash_inputs",
    "hash_with_numbers",
    "read_state",
]

STATE = ".rendered.json"


def read_state(target: Path) -> dict[str, Any]:
    """Return the hash of each format in the folder of the last book, and its files' sizes."""
    return read_stamp(target / STATE)


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the size of each file of a book by its path in the folder; the state's own not."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != STATE)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def are_whole(folder: Path, sizes: Mapping[str, int]) -> bool:
    """Return whether there are such files and each is there in its size.

    Examples
    --------
    >>> are_whole(Path("."), {}), are_whole(Path("."), {"gone.html": 1})
    (False, False)
    """
    paths = {folder / name: size for name, size in sizes.items()}
    return bool(paths) and all(p.is_file() and p.stat().st_size == n for p, n in paths.items())


def hash_inputs(book: Book, quarto: Quarto | None) -> str:
    """Return one SHA-256 of the book's files, the renderer, its source and its assets.

    The page of downloads is not among them: it is made from what is rendered.
    """
    files = [path for path in list_files(book) if path != book.root / PAGE]
    renderer = quarto.name if quarto else f"pandoc {pandoc_version()}"
    versions = list_versions("rareaccess", "typst")
    code = hash_code("rareaccess.render")
    return digest([path.name for path in files], hash_files(files), renderer, versions, code)


def hash_with_numbers(inputs: str, numbers: Sequence[Numbers], *files: Path) -> str:
    """Return one SHA-256 of a hash of inputs, of released numbers, and of further files."""
    hashed = hash_files([*files, *(path for one in numbers for path in (one.path, one.typed))])
    return digest(inputs, hashed, [dict(one.about) for one in numbers])
