"""The book in one file: for Word through pandoc, as PDF through pandoc and Typst."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rareaccess.files import write_atomic
from rareaccess.render.book import Book, Chapter
from rareaccess.render.downloads import PAGE
from rareaccess.render.pandoc import (
    ASSETS,
    EPOCH,
    Resolved,
    pandoc_bytes,
    resolve_book,
    write_blocks,
)
from rareaccess.render.word import reference_document

__all__ = ["write_docx", "write_pdf"]

PNG_DPI = 200
PAGE_BREAK = {
    "t": "RawBlock",
    "c": ["openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'],
}
TYPST = ["-t", "typst-citations", "--wrap=none"]


def _one_file(book: Book) -> Book:
    """Return the book without the chapter of downloads, which is for the site."""
    return replace(book, chapters=tuple(c for c in book.chapters if c.file != PAGE))


def _font_folder() -> str:
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")


def _typst(main: Path, **options: Any) -> bytes:
    import typst

    return typst.compile(
        str(main), root=str(main.parent), font_paths=[_font_folder()], ignore_system_fonts=True,
        **options,
    )  # fmt: skip


def _images(resolved: Resolved) -> Iterator[Path]:
    for image in resolved.index["images"] or []:
        parts: list[str] = []
        for step in (Path(image["file"]).parent / image["src"]).parts:
            parts = parts[:-1] if step == ".." else [*parts, step]
        yield Path(*parts)


def _bring_images(book: Book, resolved: Resolved, folder: Path) -> None:
    """Copy the images of the chapters to where the notebooks' figures were written."""
    for path in _images(resolved):
        if not (folder / path).is_file() and (book.root / path).is_file():
            write_atomic(folder / path, (book.root / path).read_bytes())


def _png_images(resolved: Resolved, folder: Path) -> None:
    """Draw each SVG as PNG beside it, because Word shows no SVG without one."""
    for path in _images(resolved):
        if path.suffix == ".svg":
            main = folder / "figure.typ"
            page = "#set page(width: auto, height: auto, margin: 0pt)\n"
            main.write_text(f'{page}#image("{path.as_posix()}")\n', encoding="utf-8")
            drawn = _typst(main, format="png", ppi=float(PNG_DPI))
            write_atomic((folder / path).with_suffix(".png"), drawn)


def write_docx(book: Book, target: Path, work: Path) -> None:
    """Write the book for Word: real headings, tables and captions, alternative text on figures.

    Parameters
    ----------
    book
        As `load_book` gives it.
    target
        The file to write.
    work
        An empty folder for what is made on the way.
    """
    book = _one_file(book)
    resolved = resolve_book(book, "docx", work)
    _bring_images(book, resolved, work)
    _png_images(resolved, work)
    (work / "reference.docx").write_bytes(reference_document())
    blocks: list[Any] = []
    part = ""
    for chapter in book.chapters:
        own = resolved.chapters[chapter.file]
        title = _part_of(chapter)
        if title and title != part:
            blocks.append({"t": "Header", "c": [1, ["", [], []], [{"t": "Str", "c": title}]]})
        elif title:
            blocks.append(PAGE_BREAK)
        blocks += _one_lower(own) if title else own
        part = title
    meta = {"title": book.title, "subtitle": book.subtitle, "author": [book.author],
            "lang": book.lang}  # fmt: skip
    if book.banner:
        blocks.insert(0, _notice(book.plain_banner))
    tree = {"pandoc-api-version": resolved.api, "blocks": blocks, "meta": {
        key: _meta_text(value) for key, value in meta.items() if value}}  # fmt: skip
    content = pandoc_bytes(
        ["-f", "json", "-t", "docx", "-o", "-", "--toc", "--toc-depth=2", f"--dpi={PNG_DPI}",
         f"--resource-path={work}", f"--reference-doc={work / 'reference.docx'}"],
        json.dumps(tree), where="the book for Word",
    )  # fmt: skip
    write_atomic(target, content)


def _part_of(chapter: Chapter) -> str:
    return "Appendices" if chapter.appendix else chapter.part


def _one_lower(tree: Any) -> Any:
    """Return blocks of pandoc with each heading one level lower, as below that of a part."""
    if isinstance(tree, list):
        return [_one_lower(node) for node in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("t") == "Header":
        level, attributes, text = tree["c"]
        return tree | {"c": [level + 1, attributes, text]}
    return {key: _one_lower(value) for key, value in tree.items()}


def _notice(text: str) -> dict[str, Any]:
    words = {"t": "Para", "c": [{"t": "Strong", "c": [{"t": "Str", "c": text}]}]}
    return {"t": "Div", "c": [["", [], [["custom-style", "Callout"]]], [words]]}


def _meta_text(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"t": "MetaList", "c": [_meta_text(item) for item in value]}
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": value}]}


def write_pdf(book: Book, target: Path, work: Path) -> None:
    """Write the book as a tagged PDF (PDF/UA-1), typeset by Typst without any installed font.

    Parameters
    ----------
    book, target, work
        As for `write_docx`.
    """
    book = _one_file(book)
    resolved = resolve_book(book, "typst", work)
    _bring_images(book, resolved, work)
    body, part = [], ""
    for chapter in book.chapters:
        title = _part_of(chapter)
        if title and title != part:
            body.append(f"#part({_typst_string(title)})\n")
        if bool(title) != bool(part):
            body.append(f"#set heading(offset: {int(bool(title))})\n")
        part = title
        blocks = resolved.chapters[chapter.file]
        text = write_blocks(blocks, resolved.api, TYPST, chapter.file)
        text = text.replace("align(center)[#table(", "align(left)[#placed(")
        text = text.replace("#heading(level: ", "#heading(depth: ")  # counted from the offset
        text = re.sub(r"table\.hline\(\),\s*table\.footer\(", "table.footer(", text)  # drawn there
        body.append(text.replace("table.footer(", "table.footer(repeat: false, "))
    language, _, region = book.lang.partition("-")
    settings = {
        "title": book.title, "subtitle": book.subtitle, "author": book.author,
        "banner": book.plain_banner, "foot": book.footer, "lang": language,
        **({"region": region} if region else {}),
    }  # fmt: skip
    options = ", ".join(f"{key}: {_typst_string(value)}" for key, value in settings.items())
    head = f'#import "book.typ": *\n#show: book.with({options})\n\n'
    (work / "book.typ").write_bytes((ASSETS / "book.typ").read_bytes())
    main = work / "main.typ"
    main.write_text(head + "\n".join(body), encoding="utf-8")
    write_atomic(target, _typst(main, format="pdf", pdf_standards=["ua-1"], timestamp=EPOCH))


def _typst_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
