"""Quarto, if it is installed: find it, ask its version, and run it on a copy of the sources.

It makes the pages only. Word and PDF are written by the package itself, which keeps the parts, the
banner and the alternative texts.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rareaccess.core.errors import UserError
from rareaccess.render.book import Book, list_files
from rareaccess.render.pandoc import pandoc_version
from rareaccess.render.scripts import drop_scripts

__all__ = ["OLDEST", "Quarto", "choose_renderer", "find_quarto", "list_warnings", "quarto_site"]

OLDEST = (1, 4)
"""The oldest Quarto whose books are these."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"\W*WARN(?:ING)?\b")
COPIED_LATER = re.compile(r"Unable to resolve link target: \S+\.ipynb\s*$")
"""A link to a notebook of the downloads, which are copied in after Quarto has run."""


@dataclass(frozen=True)
class Quarto:
    """A Quarto on this machine."""

    path: str
    version: tuple[int, ...]

    @property
    def name(self) -> str:
        """Its name and version, for people."""
        return "Quarto " + ".".join(map(str, self.version))


@cache
def find_quarto() -> Quarto | None:
    """Return the `quarto` on PATH with its version, whatever that is; None when there is none."""
    path = shutil.which("quarto")
    if not path:
        return None
    done = subprocess.run([path, "--version"], capture_output=True, encoding="utf-8", check=False)
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
            "Quarto cannot be used.",
            where="quarto on PATH",
            found=found.name if found else "no such program",
            expected=f"Quarto {oldest} or newer",
            mend="Install the conda environment in environment.yml, or use --with pandoc.",
        )
    why = "as requested" if wanted == "pandoc" else (
        f"{found.name} is too old" if found else "no Quarto on PATH")  # fmt: skip
    say(f"RENDERER: pandoc {pandoc_version()}, which comes with the package ({why}).")
    return None


def _stage(book: Book, stage: Path) -> None:
    """Copy what Quarto reads, so that it writes nothing among the sources."""
    for path in list_files(book):
        target = stage / path.relative_to(book.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    shutil.copytree(Path(__file__).parent / "assets", stage / "src/rareaccess/render/assets")


def list_warnings(said: str) -> Iterator[str]:
    r"""Yield each warning in what Quarto said once, with the lines that go on below it.

    Links to notebooks that are copied in afterwards are left out.

    Examples
    --------
    >>> said = "WARN: x.\nWARN: x.\nWARN: Unable to resolve link target: a/b.ipynb\nOutput: y"
    >>> list(list_warnings(said))
    ['WARN: x.']
    """
    found: list[str] = []
    inside = False
    for line in COLOUR.sub("", said).splitlines():
        if WARNING.match(line):
            found.append(line.strip())
            inside = True
        elif inside and line.startswith((" ", "\t")) and line.strip():
            found[-1] += " " + line.strip()
        else:
            inside = False
    yield from (text for text in dict.fromkeys(found) if not COPIED_LATER.search(text))


def quarto_site(
    quarto: Quarto, book: Book, work: Path, say: Callable[[str], object] = print
) -> Path:
    """Return the folder with the book's pages, rendered by Quarto, without scripts of a CDN.

    The sources are copied to a folder of `work`, unless that folder is there already.

    Parameters
    ----------
    quarto, book
        As `choose_renderer` and `load_book` give them.
    work
        A folder for what is made on the way.
    say
        Takes each distinct warning of Quarto.

    Raises
    ------
    UserError
        Quarto stopped; its last words are in the message.
    """
    stage = work / "quarto"
    if not stage.exists():
        stage.mkdir(parents=True)
        _stage(book, stage)
    done = subprocess.run(
        [quarto.path, "render", str(stage), "--to", "html"],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    if done.returncode or not (stage / "_book").is_dir():
        last = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise UserError(
            f"{quarto.name} could not render the book.",
            where="_quarto.yml",
            found=last,
            mend="Use `rareaccess render --with pandoc`, which needs no Quarto.",
        )
    for warning in list_warnings(done.stderr):
        say(f"{quarto.name} warns: {warning}")
    for page in (stage / "_book").rglob("*.html"):
        page.write_text(drop_scripts(page.read_text(encoding="utf-8")), encoding="utf-8")
    return stage / "_book"
