"""Quarto, where a machine has it: found, asked its version, and run on a copy of the sources."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rareaccess.core.errors import UserError
from rareaccess.render.book import Book
from rareaccess.render.pandoc import pandoc_version

__all__ = ["OLDEST", "Quarto", "choose_renderer", "find_quarto", "quarto_book"]

OLDEST = (1, 4)
"""The oldest Quarto whose books are these."""

TYPST_BOOKS = (1, 9)
"""The first Quarto that makes a PDF of a book with Typst."""

TO = {"html": "html", "docx": "docx", "pdf": "typst"}


@dataclass(frozen=True)
class Quarto:
    """A Quarto on this machine."""

    path: str
    version: tuple[int, ...]

    @property
    def name(self) -> str:
        """Its name and version, for people."""
        return "Quarto " + ".".join(map(str, self.version))

    def can(self, kind: str) -> bool:
        """Tell whether it makes this format of a book."""
        return self.version >= (TYPST_BOOKS if kind == "pdf" else OLDEST)


@cache
def find_quarto() -> Quarto | None:
    """Return the `quarto` on PATH with its version, whatever that is; None when there is none."""
    path = shutil.which("quarto")
    if not path:
        return None
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"\s*(\d+)\.(\d+)(?:\.(\d+))?", done.stdout)
    if done.returncode or not found:
        return None
    return Quarto(path, tuple(int(part) for part in found.groups(default="0")))


def choose_renderer(wanted: str, say: Callable[[str], object] = print) -> Quarto | None:
    """Return the Quarto to use, or None for pandoc; say which, because the look differs.

    Raises
    ------
    UserError
        Quarto is asked for and is not there, or is too old.
    """
    oldest = ".".join(map(str, OLDEST))
    found = None if wanted == "pandoc" else find_quarto()
    if found and found.version >= OLDEST:
        say(f"RENDERER: {found.name}.")
        return found
    if wanted == "quarto":
        raise UserError(
            "Quarto was asked for and cannot be used.",
            where="quarto on PATH",
            found=found.name if found else "no such program",
            expected=f"Quarto {oldest} or newer",
            mend="Install the conda environment of environment.yml, or use --with pandoc.",
        )
    why = "as asked" if wanted == "pandoc" else (
        f"{found.name} is too old" if found else "no Quarto on PATH")  # fmt: skip
    say(f"RENDERER: pandoc {pandoc_version()}, which comes with the package ({why}).")
    return None


def _stage(book: Book, stage: Path) -> None:
    """Copy what Quarto reads, so that it writes nothing among the sources."""
    for name in ("_quarto.yml", "_variables.yml", "index.qmd"):
        if (book.root / name).is_file():
            shutil.copyfile(book.root / name, stage / name)
    shutil.copytree(book.root / "report", stage / "report", ignore=shutil.ignore_patterns(".*"))
    assets = Path("src/rareaccess/render/assets")
    shutil.copytree(Path(__file__).parent / "assets", stage / assets)


def quarto_book(quarto: Quarto, book: Book, kind: str, work: Path) -> Path:
    """Return the folder with the book in one format, rendered by Quarto.

    The sources are copied to a folder of `work`, unless that folder is there already.

    Raises
    ------
    UserError
        Quarto stopped; its last words are in the message.
    """
    stage = work / f"quarto-{kind}"
    if not stage.exists():
        stage.mkdir(parents=True)
        _stage(book, stage)
    done = subprocess.run(
        [quarto.path, "render", str(stage), "--to", TO[kind]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or not (stage / "_book").is_dir():
        last = "\n            ".join(done.stderr.strip().splitlines()[-12:])
        raise UserError(
            f"{quarto.name} could not render the book ({kind}).",
            where="_quarto.yml",
            found=last,
            mend="`rareaccess render --with pandoc` renders the same sources without Quarto.",
        )
    return stage / "_book"
