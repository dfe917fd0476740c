"""What the last rendering was made from and what it made, kept in the book's folder."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rareaccess.core.cache import digest, hash_code, list_versions, read_stamp
from rareaccess.core.files import hash_files
from rareaccess.render.book import Book
from rareaccess.render.downloads import PAGE, Numbers
from rareaccess.render.pandoc import pandoc_version
from rareaccess.render.quarto import Quarto

__all__ = [
    "STATE",
    "are_whole",
    "book_files",
    "file_sizes",
    "hash_inputs",
    "hash_site",
    "read_state",
]

STATE = ".rendered.json"
NAMED = re.compile(r"\{\{<\s*include\s+(\S+?)\s*>\}\}|!\[[^\]]*\]\(([^)\s]+)")
"""An include, or an image, in the text of a chapter."""


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


def book_files(book: Book) -> list[Path]:
    """Return every file that the book is made from, in a fixed order; the downloads page not.

    Includes and images are found in the text of the chapters.
    """
    fixed = ["_quarto.yml", "_variables.yml", *book.metadata_files, book.bibliography, book.csl]
    found = [book.root / name for name in fixed if name and (book.root / name).is_file()]
    due = [book.root / file for file in book.sources() if file != PAGE]
    while due:
        path = due.pop(0)
        if path in found or not path.is_file():
            continue
        found.append(path)
        if path.suffix in (".qmd", ".ipynb"):
            names = NAMED.findall(path.read_text(encoding="utf-8"))
            due += [(path.parent / (one or two)).resolve() for one, two in names]
    return found


def hash_inputs(book: Book, quarto: Quarto | None) -> str:
    """Return one SHA-256 of the book's files, the renderer, its source and its assets."""
    files = book_files(book)
    renderer = quarto.name if quarto else f"pandoc {pandoc_version()}"
    versions = list_versions("rareaccess", "typst")
    code = hash_code("rareaccess.render")
    return digest([path.name for path in files], hash_files(files), renderer, versions, code)


def hash_site(root: Path, inputs: str, numbers: list[Numbers]) -> str:
    """Return one SHA-256 of what the site is made from: the inputs and the downloads."""
    files = [root / PAGE, *(one.path for one in numbers)]
    return digest(inputs, hash_files(files), [dict(one.about) for one in numbers])
