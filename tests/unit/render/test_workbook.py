"""Workbooks: a sheet a table, and text of the data that stays text."""

import openpyxl
import pytest

from rareaccess.render.book import Book, Chapter
from rareaccess.render.downloads import Numbers
from rareaccess.render.formats.workbook import Workbook, list_workbooks, write_workbook

ABOUT = {"n": "93 people", "period": "2020", "source": "HES", "caveat": "Not all are known"}
NOTEBOOK = "report/executed/sle/03-patients.ipynb"


def numbers(
    folder, label="tbl-sex-sle", text="sex,n,n_pct\nFemale,90,96.8\nMale,[c],[c]\n", **more
):
    """Return the numbers of a table, written into a folder."""
    path = folder / f"{label}.csv"
    path.write_text(text, encoding="utf-8")
    options = {"title": "People by sex", "notebook": NOTEBOOK, "about": ABOUT}
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
        ["People by sex [note 1]"],
        ["n = 93 people."],
        ["This worksheet contains one table."],
        ["[c] hidden by disclosure control."],
        ["Source: HES."],
        ["2020."],
        ["Sex", "n", "n (%)"],
        ["Female", 90, 96.8],
        ["Male", "[c]", "[c]"],
    ]
    assert cells(book["Notes"])[-1] == [1, "Not all are known"]
    assert [text.strip() for text in cells(book["Contents"])[-1]] == ["tbl-sex", "People by sex"]
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
        numbers(tmp_path, "tbl-area-sle", about={}, title="Areas"),
    )
    assert cells(book["Notes"])[3:] == [[1, "Not all are known"], [2, "Another"]]
    assert book["tbl-imd"]["A1"].value == "People by sex [note 1]"
    assert book["tbl-area"]["A1"].value == "Areas"


def test_without_a_caveat_there_are_no_notes_and_no_warning(tmp_path, recwarn):
    book = written(tmp_path, numbers(tmp_path, about={}))
    assert "Notes" not in book.sheetnames and not recwarn.list


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("'=1+1", "=1+1"),
        ("'@SUM(A1)", "@SUM(A1)"),
        ("https://example.org", "https://example.org"),
        ("[here](https://example.org)", "[here] (https://example.org)"),
        ("$$n9$$", "$ $n9$ $"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("007", "007"),
        ("1e5", "1e5"),
        ("", "[z]"),
        ("-3.50", -3.5),
        ("0", 0),
    ],
)
def test_text_stays_text_and_numbers_are_numbers(tmp_path, text, shown):
    sheet = written(tmp_path, numbers(tmp_path, text=f'name,n\n"{text}",1\n'))["tbl-sex"]
    cell = next(row[0] for row in sheet.iter_rows() if row[1].value == 1)
    assert cell.value == shown and cell.hyperlink is None
    assert cell.data_type == ("s" if isinstance(shown, str) else "n")


def test_decimals_are_as_printed(tmp_path):
    sheet = written(tmp_path, numbers(tmp_path, text="a,b\n1.50,2\n3.25,4\n"))["tbl-sex"]
    last = list(sheet.iter_rows())[-1]
    assert [cell.number_format for cell in last] == ["0.00", "General"]


def test_a_workbook_for_each_pair_without_the_same_numbers_twice(tmp_path):
    same = "sex,n\nFemale,90\n"
    tables = [
        numbers(tmp_path, "fig-sex-sle", same),
        numbers(tmp_path, "tbl-sex-sle", same),
        numbers(tmp_path, "fig-age-sle", "age,n\n1,2\n"),
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
