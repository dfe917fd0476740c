"""What the last rendering was made from: a hash for each format, kept in the book's folder."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from rareaccess import __version__
from rareaccess.files import hash_files
from rareaccess.render.downloads import PAGE, Numbers
from rareaccess.render.pandoc import pandoc_version
from rareaccess.render.quarto import Quarto

__all__ = ["STATE", "hash_inputs", "hash_site", "read_state"]

STATE = ".rendered.json"


def read_state(target: Path) -> dict[str, str]:
    """Return the hash of each format in the folder of the last book."""
    path = target / STATE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def hash_inputs(root: Path, quarto: Quarto | None) -> str:
    """Return one SHA-256 of the sources, the executed notebooks, the renderer and its assets."""
    fixed = [root / name for name in ("_quarto.yml", "_variables.yml", "index.qmd")]
    files = [path for path in fixed if path.is_file()]
    for folder in (root / "report", Path(__file__).parent):
        files += [path for path in sorted(folder.rglob("*")) if path.is_file()
                  and path != root / PAGE and _is_source(path.relative_to(folder))]  # fmt: skip
    names = [path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
             for path in files]  # fmt: skip
    renderer = quarto.name if quarto else f"pandoc {pandoc_version()}, typst {version('typst')}"
    text = json.dumps([names, hash_files(files), renderer, __version__])
    return hashlib.sha256(text.encode()).hexdigest()


def _is_source(path: Path) -> bool:
    return not any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def hash_site(root: Path, inputs: str, numbers: list[Numbers]) -> str:
    """Return one SHA-256 of what the site is made from: the inputs and the downloads."""
    files = [root / PAGE, *(one.path for one in numbers)]
    return hashlib.sha256((inputs + hash_files(files)).encode()).hexdigest()
