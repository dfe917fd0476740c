"""The released tables of one part of the book as an accessible workbook, a sheet a table.

The layout is that of the Analysis Function's guidance on spreadsheets, by the package gptables: a
cover, contents with links, notes, then the tables, each from A1 with its title, period and source.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from gptables import Cover, GPTable, produce_workbook

from rareaccess.disclosure.columns import INTERNAL, name_column
from rareaccess.disclosure.fmt import HIDDEN_TEXT, MISSING_TEXT
from rareaccess.disclosure.results import print_cells, read_table
from rareaccess.render.book import Book
from rareaccess.render.downloads import WHOLE, Numbers, group_numbers
from rareaccess.render.formats.base import Format, Work

__all__ = ["FORMAT", "Workbook", "list_workbooks", "write_workbook"]

EMPTY = "[z]"
SHORTHAND = {
    HIDDEN_TEXT: "hidden by disclosure control",
    MISSING_TEXT: "not available",
    EMPTY: "does not apply",
}
MADE = datetime(1980, 1, 1)  # the same bytes for the same numbers
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
DASH = "\N{EN DASH}"  # in a printed table: not known, or does not apply
EDGES = {("lower", "key"), ("upper", "key")}  # of a bin, which has a text as well
NUMBER = re.compile(r"[-\N{MINUS SIGN}]?[\d,]+(\.\d+)?%?")


@dataclass(frozen=True)
class Workbook:
    """A workbook: its place in the site, its title, its tables, and what is said of the book.

    `shared` has, by label, the numbers in the book of figures that show what the table holds.
    """

    place: str
    title: str
    numbers: Sequence[Numbers]
    banner: str = ""
    shared: Mapping[str, Sequence[str]] = field(default_factory=dict)


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
    books = []
    for group, own in group_numbers(numbers).items():
        title = "Chapters of the whole book" if group == WHOLE else parts[own[0].notebook] or group
        alike: dict[str, list[Numbers]] = {}
        for one in sorted(own, key=lambda one: not one.label.startswith("tbl-")):
            alike.setdefault(repr(read_table(one.typed)["columns"]), []).append(one)
        shared = {first.label: [one.number for one in rest] for first, *rest in alike.values()}
        tables = [one for one in own if one.label in shared]
        place = f"downloads/tables-{group}.xlsx"
        books.append(Workbook(place, title, tables, book.plain_banner, shared))
    return books


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
    sheets = {
        one.number: _make_sheet(one, notes, workbook.shared.get(one.label, ()))
        for one in workbook.numbers
    }
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
            "Each sheet holds one table and has its number in the book.",
            "A figure has a sheet where no table has the same numbers.",
            *[f"{sign} {words}." for sign, words in SHORTHAND.items()],
        ],
    )


def _make_sheet(one: Numbers, notes: dict[str, str], shared: Sequence[str]) -> GPTable:
    """Return the sheet of a table; its caveat becomes one of the notes of the workbook."""
    about, caveat = one.about, one.about.get("caveat", "")
    reference = f" $${notes.setdefault(caveat, f'n{len(notes) + 1}')}$$" if caveat else ""
    columns = list(_list_columns(read_table(one.typed)))
    table = pd.DataFrame({one.heading: one.cells for one in columns}, dtype="object")
    return GPTable(
        table=table,
        table_name=re.sub(r"\W", "_", one.number),
        title=_plain(f"{one.number}: {one.title}") + reference,
        subtitles=[
            *([f"n = {_plain(about['n'])}."] if about.get("n") else []),
            *([f"The same numbers are behind {' and '.join(shared)}."] if shared else []),
        ],
        instructions="This worksheet contains one table.",
        legend=[f"{sign} {words}." for sign, words in _find_shorthand(table)],
        source=f"Source: {_plain(about.get('source') or 'this project')}.",
        scope=f"{_plain(about['period'])}." if about.get("period") else None,
        index_columns={1: 0},
        additional_formatting=[
            {"column": {"columns": [one.heading], "format": {"num_format": one.form}}}
            for one in columns
            if one.form
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: its heading, its cells, and how Excel is to show and take them.

    Text is `@`, which stays text when somebody edits a cell: 5-9 would become a date.
    """

    heading: str
    cells: list[str | float]
    form: str


def _list_columns(table: Mapping[str, Any]) -> Iterator[_Column]:
    """Yield the columns of a table as it is printed, or those of a figure that are for people."""
    printed = table.get("printed") or [
        {
            "heading": name_column(column["name"]),
            "texts": print_cells(column),
            "number": column["kind"] not in ("text", "date"),
        }
        for column in table["columns"]
        if column["name"] not in INTERNAL and (column["name"], column["kind"]) not in EDGES
    ]
    for column in printed:
        texts = [MISSING_TEXT if text == DASH else text for text in column["texts"]]
        given = [text for text in texts if text not in SHORTHAND]
        number = column["number"] and all(NUMBER.fullmatch(text) for text in given)
        heading = str(column["heading"])
        if number and any(text.endswith("%") for text in given) and "%" not in heading:
            heading += " (%)"
        cells = [_read_cell(text, number=number) for text in texts]
        points = [len(text.rstrip("%").partition(".")[2]) for text in texts if number]
        decimals = max(points, default=0)
        form = "@" if not number else f"0.{'0' * decimals}" if decimals else ""
        yield _Column(heading, cells, form)


def _read_cell(text: str, *, number: bool) -> str | float:
    if number and text not in SHORTHAND:
        bare = text.rstrip("%").replace(",", "").replace("\N{MINUS SIGN}", "-")
        return float(bare) if "." in bare else int(bare)
    return _plain(text) or EMPTY


def _plain(text: str) -> str:
    """Return text in which gptables finds neither a link nor a note."""
    return text.replace("](", "] (").replace("$$", "$ $")


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
