"""The book for Word: pandoc's writer, with the house styles and each figure as PNG."""

import json
from pathlib import Path
from typing import Any

from rareaccess.core.files import write_atomic
from rareaccess.render.book import Book, Mark
from rareaccess.render.document import list_images, part_of, resolve_whole, run_typst
from rareaccess.render.formats.base import Format
from rareaccess.render.pandoc import Resolved, pandoc_bytes
from rareaccess.render.word import reference_document

__all__ = ["FORMAT", "write_docx"]

PNG_DPI = 200
PAGE_BREAK = {
    "t": "RawBlock",
    "c": ["openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'],
}


def _png_images(resolved: Resolved, folder: Path) -> None:
    """Draw each SVG as PNG beside it, because Word shows no SVG without one."""
    for path in list_images(resolved):
        if path.suffix == ".svg":
            main = folder / "figure.typ"
            page = "#set page(width: auto, height: auto, margin: 0pt)\n"
            main.write_text(f'{page}#image("{path.as_posix()}")\n', encoding="utf-8")
            drawn = run_typst(main, format="png", ppi=float(PNG_DPI))
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
    book, resolved = resolve_whole(book, "docx", work)
    _png_images(resolved, work)
    (work / "reference.docx").write_bytes(reference_document())
    blocks: list[Any] = []
    part = ""
    for chapter in book.chapters:
        own = resolved.chapters[chapter.file]
        title = part_of(chapter)
        if title and title != part:
            blocks.append({"t": "Header", "c": [1, ["", [], []], [{"t": "Str", "c": title}]]})
            blocks += [_marked(chapter.mark)] if chapter.mark else []
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


def _marked(mark: Mark) -> dict[str, Any]:
    word = {"t": "Strong", "c": [{"t": "Str", "c": mark.word.capitalize()}]}
    return {"t": "Para", "c": [word, {"t": "Str", "c": f": {mark.meaning}."}]}


def _notice(text: str) -> dict[str, Any]:
    words = {"t": "Para", "c": [{"t": "Strong", "c": [{"t": "Str", "c": text}]}]}
    return {"t": "Div", "c": [["", [], [["custom-style", "Callout"]]], [words]]}


def _meta_text(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"t": "MetaList", "c": [_meta_text(item) for item in value]}
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": value}]}


FORMAT = Format(
    "docx",
    lambda work, folder: write_docx(
        work.book, folder / f"{work.book.output_file}.docx", work.folder
    ),
    lambda book, numbers: {f"{book.output_file}.docx": "The book for Word"},
)
