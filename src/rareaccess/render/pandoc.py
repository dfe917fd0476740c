"""Pandoc, by its own path: chapters to one syntax tree, the filter over it, and out again."""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.render.book import Book
from rareaccess.render.sources import chapter_markdown
from rareaccess.render.subset import SUBSET

__all__ = [
    "ASSETS", "EPOCH", "Resolved", "pandoc", "pandoc_bytes", "pandoc_version", "resolve_book",
    "write_blocks",
]  # fmt: skip

ASSETS = Path(__file__).parent / "assets"
EPOCH = 315532800
"""1 January 1980, the oldest moment that a zip archive can hold: the same bytes on any day."""

READER = "markdown-raw_tex-latex_macros+tex_math_dollars"


@dataclass(frozen=True)
class Resolved:
    """The whole book after the filter: a list of blocks for each chapter, and the index."""

    chapters: dict[str, list[Any]]
    index: Mapping[str, Any]
    api: list[int]


@cache
def _path() -> str:
    import pypandoc

    here = Path(pypandoc.__file__).parent / "files"
    for name in ("pandoc", "pandoc.exe"):
        if (here / name).is_file():
            return str(here / name)
    raise UserError(
        "The pandoc that comes with the package is missing.",
        where="Python package pypandoc_binary",
        mend="Install the pinned requirements again.",
    )


@cache
def pandoc_version() -> str:
    """Return the version of the pandoc that typesets.

    Examples
    --------
    >>> int(pandoc_version().split(".")[0]) >= 3
    True
    """
    return pandoc(["--version"], "").splitlines()[0].split()[-1]


def pandoc(arguments: Iterable[str], text: str, *, where: str = "") -> str:
    """Return what pandoc makes of the text, as text; see `pandoc_bytes`."""
    return pandoc_bytes(arguments, text, where=where).decode()


def pandoc_bytes(arguments: Iterable[str], text: str, *, where: str = "") -> bytes:
    """Return what pandoc makes of the text; a warning is an error, because readers would see it.

    Raises
    ------
    UserError
        Pandoc stopped or warned, for example of a citation that is not in the bibliography.
    """
    done = subprocess.run(
        [_path(), *arguments],
        input=text.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)},
    )
    said = done.stderr.decode(errors="replace").strip()
    if missing := re.search(r"Citeproc: citation (\S+) not found", said):
        raise UserError(
            "A citation is not in the bibliography.",
            where=where,
            found=f"@{missing.group(1)}",
            mend="Add it to report/references.bib, or correct its key.",
        )
    if done.returncode or said:
        raise UserError("Pandoc could not typeset the text.", where=where, found=said[:600])
    return done.stdout


def _chapter_div(book: Book, number: int, figures: Path) -> tuple[dict[str, Any], list[int]]:
    chapter = book.chapters[number]
    text = chapter_markdown(book.root, chapter.file, book.variables, figures)
    tree = json.loads(pandoc(["-f", READER, "-t", "json"], text, where=chapter.file))
    values = {
        "file": chapter.file,
        "page": chapter.page,
        "appendix": "true" if chapter.appendix else "false",
    }
    attributes = ["", ["ra-chapter"], [[key, value] for key, value in values.items()]]
    return {"t": "Div", "c": [attributes, tree["blocks"]]}, tree["pandoc-api-version"]


def _meta(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {"t": "MetaMap", "c": {key: _meta(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"t": "MetaList", "c": [_meta(item) for item in value]}
    return {"t": "MetaString", "c": str(value)}


def resolve_book(book: Book, mode: str, figures: Path, *, csv: Iterable[str] = ()) -> Resolved:
    """Return the book with numbers, references, captions and citations resolved.

    Parameters
    ----------
    book
        As `load_book` gives it.
    mode
        html, docx or typst.
    figures
        Where the figures of notebooks are written.
    csv
        Labels of the tables and figures whose numbers can be downloaded.

    Raises
    ------
    UserError
        Everything that the filter or pandoc found wrong, file by file.
    """
    built = [_chapter_div(book, number, figures) for number in range(len(book.chapters))]
    meta: dict[str, Any] = {
        "ra-mode": mode,
        "ra-depth": book.number_depth,
        "ra-csv": list(csv),
        "ra-subset": asdict(SUBSET),
    }
    arguments = ["-f", "json", "-t", "json", f"--lua-filter={ASSETS / 'book.lua'}"]
    if book.bibliography:
        meta |= {"bibliography": str(book.root / book.bibliography), "link-citations": "true"}
        meta |= {"csl": str(book.root / book.csl)} if book.csl else {}
        arguments.append("--citeproc")
    tree: dict[str, Any] = {
        "pandoc-api-version": built[0][1],
        "meta": {key: _meta(value) for key, value in meta.items()} | {"lang": _meta(book.lang)},
        "blocks": [div for div, _ in built],
    }
    try:
        done = json.loads(pandoc(arguments, json.dumps(tree), where=f"the book ({mode})"))
    except UserError as error:
        error.where = _file_citing(error.found, book, tree["blocks"]) or error.where
        raise
    index = json.loads(done["meta"]["ra-index"]["c"])
    _stop_at(index["problems"])
    chapters = {
        chapter.file: block["c"][1]
        for chapter, block in zip(book.chapters, done["blocks"], strict=True)
    }
    return Resolved(chapters, index, done["pandoc-api-version"])


def _file_citing(found: str, book: Book, divs: list[Any]) -> str:
    """Return the first chapter that cites a key which is not in the bibliography."""
    wanted = json.dumps(found.removeprefix("@"))
    cited = f'"citationId": {wanted}'
    files = [c.file for c, div in zip(book.chapters, divs, strict=True) if cited in json.dumps(div)]
    return files[0] if found.startswith("@") and files else ""


def _stop_at(problems: list[dict[str, str]]) -> None:
    if not problems:
        return
    lines = [f"{p['file']}: {p['what']} Found: {p['found']}" for p in problems]
    first = problems[0]
    raise UserError(
        first["what"] if len(problems) == 1 else f"The book has {len(problems)} errors.",
        where=first["file"],
        found=first["found"] if len(problems) == 1 else "\n".join(lines),
        mend="Use only what CONTRIBUTING lists for chapters: both renderers understand it.",
    )


def write_blocks(blocks: list[Any], api: list[int], arguments: Iterable[str], where: str) -> str:
    """Return the blocks in the format that the arguments ask for."""
    tree = {"pandoc-api-version": api, "meta": {}, "blocks": blocks}
    return pandoc(["-f", "json", *arguments], json.dumps(tree), where=where)
