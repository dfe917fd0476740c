"""The book as PDF: pandoc's writer for Typst, and the layout in assets/book.typ."""

import re
from pathlib import Path

from rareaccess.core.files import write_atomic
from rareaccess.render.book import Book
from rareaccess.render.document import part_of, resolve_whole, run_typst
from rareaccess.render.formats.base import Format
from rareaccess.render.pandoc import ASSETS, EPOCH, write_blocks

__all__ = ["FORMAT", "TYPST", "write_pdf"]

TYPST = ["-t", "typst-citations", "--wrap=none"]


def write_pdf(book: Book, target: Path, work: Path) -> None:
    """Write the book as a tagged PDF (PDF/UA-1), typeset by Typst without any installed font.

    Parameters
    ----------
    book
        As `load_book` gives it.
    target
        The file to write.
    work
        An empty folder for what is made on the way.
    """
    book, resolved = resolve_whole(book, "typst", work)
    body, part = [], ""
    for chapter in book.chapters:
        title = part_of(chapter)
        if title and title != part:
            body.append(f"#part({_typst_string(title)})\n")
            if mark := chapter.mark:
                told = _typst_string(f"{mark.meaning}.")
                body.append(f"#marked({_typst_string(mark.word)}, {told})\n")
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
    write_atomic(target, run_typst(main, format="pdf", pdf_standards=["ua-1"], timestamp=EPOCH))


def _typst_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


FORMAT = Format(
    "pdf",
    lambda work, folder: write_pdf(work.book, folder / f"{work.book.output_file}.pdf", work.folder),
    lambda book, numbers: {f"{book.output_file}.pdf": "The book as PDF"},
)
