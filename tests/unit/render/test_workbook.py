"""Workbooks: a sheet a table, and text of the data that stays text."""

import json

import openpyxl
import pytest

from rareaccess.render.book import Book, Chapter
from rareaccess.render.downloads import Numbers
from rareaccess.render.formats.workbook import Workbook, list_workbooks, write_workbook

ABOUT = {"n": "93 people", "period": "2020", "source": "HES", "caveat": "Not all are known"}
NOTEBOOK = "report/executed/sle/03-patients.ipynb"


def column(name, *values, kind="count", hidden=(), decimals=None):
    """Return a column as it is stored."""
    return {"name": name, "kind": kind, "decimals": decimals, "values": list(values),
            "hidden": list(hidden)}  # fmt: skip


SEX = (
    column("sex", "Female", "Male", kind="text"),
    column("n", 90, None, hidden=[1]),
    column("n_pct", 96.774, None, kind="percent", hidden=[1], decimals=1),
)


def numbers(folder, label="tbl-sex-sle", columns=SEX, **more):
    """Return the numbers of a table, written into a folder."""
    path = folder / f"{label}.csv"
    path.with_suffix(".json").write_text(json.dumps({"columns": columns}), encoding="utf-8")
    options = {"title": "People by sex", "notebook": NOTEBOOK, "about": ABOUT, "number": label[:7]}
    return Numbers(label, path, **{**options, **more})


def written(folder, *tables, banner="Synthetic data: made up. Nobody is in it."):
    """Write a workbook and open it."""
    path = folder / "t.xlsx"
    write_workbook(path, Workbook("t.xlsx", "SLE & belimumab", tables, banner))
    return openpyxl.load_workbook(path)


def cells(sheet):
    """Return the values of a sheet, row by row, without what is empty."""
    rows = ([cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows())
    return [row for row in rows if row]


def test_a_sheet_says_what_it_holds(tmp_path):
    book = written(tmp_path, numbers(tmp_path))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "tbl-sex"]
    assert cells(book["tbl-sex"]) == [
        ["tbl-sex: People by sex [note 1]"],
        ["n = 93 people."],
        ["This worksheet contains one table."],
        ["[c] hidden by disclosure control."],
        ["Source: HES."],
        ["2020."],
        ["Sex", "Number", "Number (%)"],
        ["Female", 90, 96.8],
        ["Male", "[c]", "[c]"],
    ]
    assert cells(book["Notes"])[-1] == [1, "Not all are known"]
    assert [text.strip() for text in cells(book["Contents"])[-1]] == [
        "tbl-sex",
        "tbl-sex: People by sex",
    ]
    assert book["Contents"]["A4"].hyperlink.location == "'tbl-sex'!A1"
    cover = [row[0] for row in cells(book["Cover"])]
    assert cover[0] == "SLE & belimumab"
    assert {
        "Synthetic data: made up.",
        "Nobody is in it.",
        "[c] hidden by disclosure control.",
    } <= {*cover}


def test_the_same_caveat_is_one_note_and_no_caveat_is_none(tmp_path):
    other = {**ABOUT, "caveat": "Another"}
    book = written(
        tmp_path,
        numbers(tmp_path),
        numbers(tmp_path, "tbl-age-sle", about=other),
        numbers(tmp_path, "tbl-imd-sle"),
        numbers(tmp_path, "tbl-are-sle", about={}, title="Areas"),
    )
    assert cells(book["Notes"])[3:] == [[1, "Not all are known"], [2, "Another"]]
    assert book["tbl-imd"]["A1"].value == "tbl-imd: People by sex [note 1]"
    assert book["tbl-are"]["A1"].value == "tbl-are: Areas"


def test_without_a_caveat_there_are_no_notes_and_no_warning(tmp_path, recwarn):
    book = written(tmp_path, numbers(tmp_path, about={}))
    assert "Notes" not in book.sheetnames and not recwarn.list


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("2016", "2016"),
        ("https://example.org", "https://example.org"),
        ("[here](https://example.org)", "[here] (https://example.org)"),
        ("$$n9$$", "$ $n9$ $"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("007", "007"),
        ("1e5", "1e5"),
        ("10–19", "10–19"),  # age bands, which Excel makes the 9th of May of in a CSV file
        ("5-9", "5-9"),
        ("10-11", "10-11"),
        ("", "[z]"),
        (None, "[x]"),
        (-3.5, -3.5),
        (0, 0),
    ],
)
def test_text_stays_text_and_numbers_are_numbers(tmp_path, text, shown):
    kind = "statistic" if isinstance(shown, float | int) else "text"
    columns = [column("name", text, kind=kind), column("n", 1)]
    sheet = written(tmp_path, numbers(tmp_path, columns=columns))["tbl-sex"]
    cell = next(row[0] for row in sheet.iter_rows() if row[1].value == 1)
    assert cell.value == shown and cell.hyperlink is None
    assert cell.data_type == ("s" if isinstance(shown, str) else "n") and not cell.is_date
    assert cell.number_format == ("@" if kind == "text" else "0.0" if shown else "General")


def test_decimals_are_as_printed(tmp_path):
    columns = [
        column("a", 1.5, 3.25, kind="percent", decimals=2), column("b", 2, 4),
        column("c", 7.0, 7.5, kind="statistic"),
    ]  # fmt: skip
    sheet = written(tmp_path, numbers(tmp_path, columns=columns))["tbl-sex"]
    last = list(sheet.iter_rows())[-1]
    assert [cell.number_format for cell in last] == ["0.00", "General", "0.0"]


def test_a_workbook_for_each_pair_without_the_same_numbers_twice(tmp_path):
    same = [column("sex", "Female", kind="text"), column("n", 90)]
    tables = [
        numbers(tmp_path, "fig-sex-sle", same),
        numbers(tmp_path, "tbl-sex-sle", same),
        numbers(tmp_path, "fig-age-sle", [column("age", 1, kind="key"), column("n", 2)]),
        numbers(tmp_path, "tbl-all", notebook="report/executed/90-all.ipynb"),
    ]
    book = Book(tmp_path, "T", (Chapter(NOTEBOOK, "SLE and belimumab"),), banner="<p>Made up.</p>")
    pair, whole = list_workbooks(book, tables)
    assert (pair.place, pair.title) == ("downloads/tables-sle.xlsx", "SLE and belimumab")
    assert [one.label for one in pair.numbers] == ["tbl-sex-sle", "fig-age-sle"]
    assert pair.banner == "Made up."
    assert (whole.place, whole.title) == (
        "downloads/tables-whole-book.xlsx",
        "Chapters of the whole book",
    )


def printed(heading, *texts, number=True, name="n"):
    """Return a column as it is printed."""
    return {"name": name, "heading": heading, "number": number, "texts": list(texts)}


def test_a_sheet_has_the_columns_of_the_table_in_its_words(tmp_path):
    """What only the code needs is not in it, a dash is no value, and numbers are numbers."""
    shown = [
        printed("Age", "5-9", "10-14", number=False, name="level"),
        printed("Treated: Number", "1,568", "[c]"),
        printed("Treated", "97.1%", "–"),
        printed("Change", "−3.5", "12.25"),
        printed("Median (quartiles)", "3.0 (1.0–4.0)", "–"),
    ]
    one = numbers(tmp_path)
    one.typed.write_text(json.dumps({"columns": SEX, "printed": shown}), encoding="utf-8")
    rows = cells(written(tmp_path, one)["tbl-sex"])
    assert rows[-3:] == [
        ["Age", "Treated: Number", "Treated (%)", "Change", "Median (quartiles)"],
        ["5-9", 1568, 97.1, -3.5, "3.0 (1.0–4.0)"],
        ["10-14", "[c]", "[x]", 12.25, "[x]"],
    ]


def test_a_figure_has_no_column_that_is_only_for_programs(tmp_path):
    columns = [
        column("pair", "sle", kind="text"), column("lower", 0, kind="key"),
        column("level", "0 to 9", kind="text"), column("lower", 1.5, kind="statistic"),
        column("people_apc", 3),
    ]  # fmt: skip
    rows = cells(written(tmp_path, numbers(tmp_path, "fig-a-sle", columns))["fig-a-s"])
    assert rows[-2:] == [
        ["Group", "Lower limit", "People, admitted patient care"], ["0 to 9", 1.5, 3],
    ]  # fmt: skip


def test_a_sheet_says_which_other_figures_have_its_numbers(tmp_path):
    tables = [numbers(tmp_path, label, number=f"No {label[:5]}") for label in
              ("fig-a-sle", "tbl-a-sle", "fig-b-sle")]  # fmt: skip
    book = Book(tmp_path, "T", (Chapter(NOTEBOOK, "SLE and belimumab"),))
    (pair,) = list_workbooks(book, tables)
    write_workbook(tmp_path / "t.xlsx", pair)
    opened = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert opened.sheetnames[3:] == ["No tbl-a"]
    words = [row[0] for row in cells(opened["No tbl-a"])]
    assert "The same numbers are behind No fig-a and No fig-b." in words
