"""What the last rendering was made from and what it made, kept in the book's folder."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rareaccess import __version__
from rareaccess.files import hash_files
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
    path = target / STATE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


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
    own = sorted(
        path
        for path in Path(__file__).parent.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    files = [path for path in list_files(book) if path != book.root / PAGE]
    names = [path.name for path in (*files, *own)]
    renderer = quarto.name if quarto else f"pandoc {pandoc_version()}, typst {version('typst')}"
    text = json.dumps([names, hash_files([*files, *own]), renderer, __version__])
    return hashlib.sha256(text.encode()).hexdigest()


def hash_with_numbers(inputs: str, numbers: Sequence[Numbers], *files: Path) -> str:
    """Return one SHA-256 of a hash of inputs, of released numbers, and of further files."""
    hashed = hash_files([*files, *(one.path for one in numbers)])
    said = json.dumps([dict(one.about) for one in numbers])
    return hashlib.sha256((inputs + hashed + said).encode()).hexdigest()
