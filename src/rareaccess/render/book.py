"""The book as its settings describe it: parts, chapters and appendices in reading order."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rareaccess.core.errors import UserError

__all__ = ["Book", "Chapter", "Mark", "list_files", "load_book"]

NAMED = re.compile(r"\{\{<\s*include\s+(\S+?)\s*>\}\}|!\[[^\]]*\]\(([^)\s]+)")
"""An include, or an image, in the text of a chapter."""

MARKED = re.compile(r'(.*) \[([^\]]+)\]\{\.ra-mark title="([^"]*)"\}')
"""The title of a part with a mark, as Quarto reads it: its words, and what they mean."""


@dataclass(frozen=True)
class Mark:
    """A mark beside the title of a part: a word, and what it means."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Chapter:
    """One source file of the book: its place, and the page that it becomes."""

    file: str
    part: str = ""
    appendix: bool = False
    mark: Mark | None = None

    @property
    def page(self) -> str:
        """The page's path in the site, as Quarto gives it.

        Examples
        --------
        >>> Chapter("report/executed/a/02-uptake.ipynb").page
        'report/executed/a/02-uptake.html'
        """
        return str(Path(self.file).with_suffix(".html").as_posix())


@dataclass(frozen=True)
class Book:
    """The settings of the book that both renderers read."""

    root: Path
    title: str
    chapters: tuple[Chapter, ...]
    subtitle: str = ""
    author: str = ""
    output_file: str = "book"
    lang: str = "en-GB"
    metadata_files: tuple[str, ...] = ()
    bibliography: str = ""
    csl: str = ""
    number_depth: int = 6
    toc_depth: int = 3
    banner: str = ""
    footer: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plain_banner(self) -> str:
        """The banner without its markup."""
        return re.sub(r"<[^>]+>", "", self.banner).strip()

    def sources(self) -> list[str]:
        """Return the files of the chapters, in reading order."""
        return [chapter.file for chapter in self.chapters]

    def notebooks(self) -> list[str]:
        """Return the executed notebooks among them."""
        return [file for file in self.sources() if file.endswith(".ipynb")]


def _read_yaml(path: Path, where: str, *, mend: str = "") -> dict[str, Any]:
    if not path.is_file():
        raise UserError("A file of the book is missing.", where=where, mend=mend)
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise UserError(
            "A settings file is not valid YAML.", where=where, found=str(error)
        ) from error


def _merge(base: Any, extra: Any) -> Any:
    """Merge as Quarto does: mappings key by key, lists one after the other, else the later."""
    if isinstance(base, dict) and isinstance(extra, dict):
        return base | {k: _merge(base[k], v) if k in base else v for k, v in extra.items()}
    if isinstance(base, list) and isinstance(extra, list):
        return base + extra
    return extra


def _chapters(entries: list[Any], where: str, part: str = "") -> list[Chapter]:
    found = []
    marked = MARKED.fullmatch(part)
    mark = Mark(*marked.groups()[1:]) if marked else None
    for entry in entries:
        if isinstance(entry, str):
            found.append(Chapter(entry, marked[1] if marked else part, mark=mark))
        elif isinstance(entry, dict) and "part" in entry and not entry["part"].endswith(".qmd"):
            found += _chapters(entry.get("chapters", []), where, entry["part"])
        else:
            raise UserError(
                "An entry in the book's list of chapters is not valid.",
                where=where,
                found=str(entry),
                expected="a file, or a part with a title and chapters",
            )
    return found


def load_book(root: Path) -> Book:
    """Return the book described by _quarto.yml, its metadata files and _variables.yml.

    Raises
    ------
    UserError
        A settings file or a chapter is missing, a chapter is listed twice, or there is no
        index.qmd at the head.
    """
    where = "_quarto.yml, book.chapters"
    config = _read_yaml(root / "_quarto.yml", "_quarto.yml")
    for name in config.get("metadata-files", []):
        mend = "Run `rareaccess run` first: it writes this file."
        config = _merge(config, _read_yaml(root / name, name, mend=mend))
    book = config.get("book", {})
    chapters = _chapters(book.get("chapters", []), where)
    chapters += [Chapter(file, "", True) for file in book.get("appendices", [])]
    files = [chapter.file for chapter in chapters]
    if not files or files[0] != "index.qmd":
        raise UserError("The book must begin with index.qmd.", where=where, found=str(files[:1]))
    for file in files:
        if not (root / file).is_file():
            raise UserError(
                "A chapter of the book is missing.",
                where=file,
                expected="a file with this name",
                mend="Run `rareaccess run`, which writes the executed notebooks.",
            )
    if twice := sorted({file for file in files if files.count(file) > 1}):
        raise UserError("A chapter is listed twice.", where=where, found=", ".join(twice))
    variables = root / "_variables.yml"
    html = config.get("format", {}).get("html", {}) or {}
    footer = book.get("page-footer", {})
    return Book(
        root=root,
        title=book.get("title", "Untitled"),
        subtitle=book.get("subtitle", ""),
        author=book.get("author", ""),
        output_file=book.get("output-file", "book"),
        chapters=tuple(chapters),
        lang=config.get("lang", "en-GB"),
        metadata_files=tuple(config.get("metadata-files", [])),
        bibliography=config.get("bibliography", ""),
        csl=config.get("csl", ""),
        number_depth=config.get("number-depth", 6),
        toc_depth=html.get("toc-depth", 3),
        banner="\n".join(item["text"] for item in html.get("include-before-body", [])),
        footer=footer.get("left", "") if isinstance(footer, dict) else str(footer),
        variables=_read_yaml(variables, "_variables.yml") if variables.is_file() else {},
    )


def list_files(book: Book) -> list[Path]:
    """Return every file that the book is made from, in a fixed order.

    Includes and images are found in the text of the chapters.
    """
    fixed = ["_quarto.yml", "_variables.yml", *book.metadata_files, book.bibliography, book.csl]
    found = [book.root / name for name in fixed if name and (book.root / name).is_file()]
    due = [book.root / file for file in book.sources()]
    while due:
        path = due.pop(0)
        if path in found or not path.is_file():
            continue
        found.append(path)
        if path.suffix in (".qmd", ".ipynb"):
            names = NAMED.findall(path.read_text(encoding="utf-8"))
            due += [Path(os.path.normpath(path.parent / (one or two))) for one, two in names]
    return found
