"""What the formats with the whole book in one file have in common: chapters, figures, Typst."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rareaccess.core.files import write_atomic
from rareaccess.render.book import Book, Chapter
from rareaccess.render.downloads import PAGE
from rareaccess.render.pandoc import Resolved, resolve_book

__all__ = ["part_of", "resolve_whole", "run_typst"]


def resolve_whole(book: Book, mode: str, folder: Path) -> tuple[Book, Resolved]:
    """Return the book without the chapter of downloads, which is for the site, and its text.

    Parameters
    ----------
    book
        As `load_book` gives it.
    mode
        As for `resolve_book`.
    folder
        An empty folder, into which the figures of notebooks and the images of chapters are written.
    """
    book = replace(book, chapters=tuple(c for c in book.chapters if c.file != PAGE))
    resolved = resolve_book(book, mode, folder)
    for path in list_images(resolved):
        if not (folder / path).is_file() and (book.root / path).is_file():
            write_atomic(folder / path, (book.root / path).read_bytes())
    return book, resolved


def list_images(resolved: Resolved) -> Iterator[Path]:
    """Yield the path of each image of the book, from the project's folder."""
    for image in resolved.index["images"] or []:
        parts: list[str] = []
        for step in (Path(image["file"]).parent / image["src"]).parts:
            parts = parts[:-1] if step == ".." else [*parts, step]
        yield Path(*parts)


def part_of(chapter: Chapter) -> str:
    """Return the title of the part that a chapter is in.

    Examples
    --------
    >>> part_of(Chapter("report/data.qmd", "The study")), part_of(Chapter("a.qmd", appendix=True))
    ('The study', 'Appendices')
    """
    return "Appendices" if chapter.appendix else chapter.part


def run_typst(main: Path, **options: Any) -> bytes:
    """Return what Typst makes of a file, with the fonts it brings and those of matplotlib."""
    import matplotlib
    import typst

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    built: bytes = typst.compile(
        str(main), root=str(main.parent), font_paths=[str(fonts)], ignore_system_fonts=True,
        **options,
    )  # fmt: skip
    return built
