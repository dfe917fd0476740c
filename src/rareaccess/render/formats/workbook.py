"""The released tables of one part of the book as an accessible workbook, a sheet a table.

The layout is that of the Analysis Function's guidance on spreadsheets, by the package gptables: a
cover, contents with links, notes, then the tables, each from A1 with its title, period and source.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from gptables import Cover, GPTable, produce_workbook

from rareaccess.disclosure.fmt import HIDDEN_TEXT, MISSING_TEXT
from rareaccess.disclosure.results import print_cells, read_table
from rareaccess.render.book import Book
from rareaccess.render.downloads import Numbers
from rareaccess.render.formats.base import Format, Work

__all__ = ["FORMAT", "Workbook", "list_workbooks", "write_workbook"]

FOLDER, WHOLE = "executed", "whole-book"
EMPTY = "[z]"
SHORTHAND = {
    HIDDEN_TEXT: "hidden by disclosure control",
    MISSING_TEXT: "not available",
    EMPTY: "does not apply",
}
MADE = datetime(1980, 1, 1)  # the same bytes for the same numbers
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
SHORT = {"apc", "ci", "hes", "iqr", "iv", "imd", "op", "q1", "q3", "sact", "sc", "sd"}


@dataclass(frozen=True)
class Workbook:
    """A workbook: its place in the site, its title, its tables, and what is said of the book."""

    place: str
    title: str
    numbers: Sequence[Numbers]
    banner: str = ""


def list_workbooks(book: Book, numbers: Sequence[Numbers]) -> list[Workbook]:
    """Return a workbook for each pair, and one for the notebooks of the whole book.

    Of tables and figures that rest on the same numbers one is taken, a table before a figure.

    Parameters
    ----------
    book
        Whose parts give the titles.
    numbers
        All of the book, in its order.
    """
    parts = {chapter.file: chapter.part for chapter in book.chapters}
    groups: dict[str, list[Numbers]] = {}
    for one in numbers:
        groups.setdefault(Path(one.notebook).parent.name, []).append(one)
    return [
        Workbook(
            f"downloads/tables-{WHOLE if folder == FOLDER else folder}.xlsx",
            "Chapters of the whole book" if folder == FOLDER else parts[own[0].notebook] or folder,
            _choose_tables(own),
            book.plain_banner,
        )
        for folder, own in groups.items()
    ]


def _choose_tables(numbers: Sequence[Numbers]) -> list[Numbers]:
    chosen: dict[str, str] = {}
    for one in sorted(numbers, key=lambda one: not one.label.startswith("tbl-")):
        chosen.setdefault(repr(read_table(one.typed)["columns"]), one.label)
    return [one for one in numbers if one.label in chosen.values()]


def write_workbook(path: Path, workbook: Workbook) -> None:
    """Write a workbook; its folder is there.

    Parameters
    ----------
    path
        Where to, an .xlsx file.
    workbook
        What it holds.

    Notes
    -----
    Text of the data is only text: no formula, no link, no reference to a note. The same numbers
    give the same bytes.
    """
    notes: dict[str, str] = {}
    sheets = {_name_sheet(one): _make_sheet(one, notes) for one in workbook.numbers}
    texts = pd.DataFrame({"reference": list(notes.values()), "Note": [_plain(n) for n in notes]})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No note text provided")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        book = produce_workbook(
            str(path),
            sheets,
            cover=_make_cover(workbook),
            notes_table=texts if notes else None,
            workbook_options=PLAIN,
        )
    book.set_properties({"title": _plain(workbook.title), "created": MADE})
    book.close()


def _make_cover(workbook: Workbook) -> Cover:
    """Return the cover; a sentence a line, as a row of a sheet does not grow with its text."""
    return Cover(
        title=_plain(workbook.title),
        intro=[
            *re.split(r"(?<=\.) ", _plain(workbook.banner) or "The released numbers of the book."),
            "Here are the numbers behind its tables and figures.",
        ],
        about=[
            "Each sheet holds one table and has its name, as the CSV files of the book do.",
            "A figure has a sheet where no table has the same numbers.",
            *[f"{sign} {words}." for sign, words in SHORTHAND.items()],
        ],
    )


def _make_sheet(one: Numbers, notes: dict[str, str]) -> GPTable:
    """Return the sheet of a table; its caveat becomes one of the notes of the workbook."""
    about, caveat = one.about, one.about.get("caveat", "")
    reference = f" $${notes.setdefault(caveat, f'n{len(notes) + 1}')}$$" if caveat else ""
    printed = {
        _head(column["name"]): (column["kind"] not in ("text", "date"), print_cells(column))
        for column in read_table(one.typed)["columns"]
    }
    cells = {name: [_read_cell(text, number=kind) for text in texts]
             for name, (kind, texts) in printed.items()}  # fmt: skip
    table = pd.DataFrame(cells, dtype="object")
    decimals = {
        name: max((len(text.partition(".")[2]) for text in texts), default=0)
        for name, (kind, texts) in printed.items()
        if kind
    }
    return GPTable(
        table=table,
        table_name=re.sub(r"\W", "_", _name_sheet(one)),
        title=_plain(one.title) + reference,
        subtitles=[f"n = {_plain(about['n'])}."] if about.get("n") else [],
        instructions="This worksheet contains one table.",
        legend=[f"{sign} {words}." for sign, words in _find_shorthand(table)],
        source=f"Source: {_plain(about.get('source') or 'this project')}.",
        scope=f"{_plain(about['period'])}." if about.get("period") else None,
        index_columns={1: 0},
        additional_formatting=[
            {"column": {"columns": [name], "format": {"num_format": f"0.{'0' * int(places)}"}}}
            for name, places in decimals.items()
            if places > 0
        ],
    )


def _name_sheet(one: Numbers) -> str:
    """Return the label without the pair, which is the folder's: Excel allows 31 characters."""
    return one.label.removesuffix(f"-{Path(one.notebook).parent.name}")


def _read_cell(text: str, *, number: bool) -> str | float:
    if number and text not in SHORTHAND:
        return float(text) if "." in text else int(text)
    return _plain(text) or EMPTY


def _plain(text: str) -> str:
    """Return text in which gptables finds neither a link nor a note."""
    return text.replace("](", "] (").replace("$$", "$ $")


def _head(name: str) -> str:
    """Return the heading of a column.

    Examples
    --------
    >>> _head("treated_pct"), _head("imd_quintile"), _head("n_pct")
    ('Treated (%)', 'IMD quintile', 'n (%)')
    """
    words = name.removesuffix("_pct").split("_")
    words = [word.upper() if word in SHORT else word for word in words]
    text = " ".join(words) + (" (%)" if name.endswith("_pct") else "")
    return text if words[0] == "n" else text[:1].upper() + text[1:]


def _find_shorthand(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Return the shorthand that a table uses, with its meaning."""
    for sign, words in SHORTHAND.items():
        if (table == sign).any(axis=None):
            yield sign, words


def _write(work: Work, folder: Path) -> None:
    for one in list_workbooks(work.book, work.numbers):
        path = folder / one.place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(path, one)


FORMAT = Format(
    "workbook",
    _write,
    lambda book, numbers: {one.place: one.title for one in list_workbooks(book, numbers)},
    heading="The tables as workbooks",
    about="A workbook (XLSX) has a cover, contents, notes, and then a sheet for each table, laid "
    "out so that a screen reader can follow it.",
    from_numbers=True,
)
