"""Rendering as a step: what is skipped, what stays when it fails, which renderer is taken."""

import json
import os
import re
import shutil
import stat
import sys

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

import fake_quarto
from places import TESTS
from rareaccess.cli import cli
from rareaccess.core.errors import UserError
from rareaccess.disclosure.results import build_csv
from rareaccess.render import render_book
from rareaccess.render.book import load_book
from rareaccess.render.downloads import PAGE, find_numbers, write_downloads_page
from rareaccess.render.formats import FORMATS
from rareaccess.render.formats.base import Format
from rareaccess.render.quarto import choose_renderer, find_quarto

SMALL = TESTS / "render_book"
CHAPTER = "parts/last.qmd"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The small book as a project, with a page of downloads and one table of numbers."""
    root = tmp_path / "project"
    shutil.copytree(SMALL, root)
    (root / "params").mkdir()
    chapters = yaml.safe_load((root / "_chapters.yml").read_text())
    chapters["book"]["appendices"] = [PAGE]
    (root / "_chapters.yml").write_text(yaml.safe_dump(chapters))
    variables = yaml.safe_load((root / "_variables.yml").read_text())
    variables["release"] = {"source_name": "sample"}
    (root / "_variables.yml").write_text(yaml.safe_dump(variables))
    results = root / "build" / "results" / "sample" / "parts"
    (results / "tables").mkdir(parents=True)
    write_numbers(root, 90)
    about = {"tbl-cell": {"file": "tables/tbl-cell.csv", "title": "People by sex"}}
    (results / "cells.json").write_text(json.dumps({"numbers": {}, "tables": about}))
    monkeypatch.setenv("RAREACCESS_HOME", str(root))
    monkeypatch.setenv("RAREACCESS_BUILD", str(root / "build"))
    return root


def write_numbers(root, n):
    """Write the one table of numbers, as a run does: typed, and as CSV."""
    rest = {"decimals": None, "hidden": []}
    columns = [
        {"name": "sex", "kind": "text", "unit": "text", "values": ["Female"], **rest},
        {"name": "n", "kind": "count", "unit": "people", "values": [n], **rest},
    ]
    file = root / "build/results/sample/parts/tables/tbl-cell.json"
    heading = {"name": "n", "heading": "Women and men", "number": True, "texts": [str(n)]}
    file.write_text(json.dumps({"columns": columns, "printed": [heading]}))
    file.with_suffix(".csv").write_text(build_csv({"columns": columns}))


def render(*formats, **options):
    return render_book("pandoc", formats, say=lambda _: None, **options)


def change(root, text="More text."):
    path = root / CHAPTER
    path.write_text(path.read_text() + f"\n{text}\n")


def content(root):
    files = (path for path in (root / "_book").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_all_formats_are_made_and_a_second_time_nothing(project):
    assert render().made == tuple(FORMATS)
    before = content(project)
    again = render()
    assert again.made == () and "nothing changed" in str(again)
    assert content(project) == before
    assert {"_book/index.html", "_book/small.docx", "_book/small.pdf"} <= set(before)


def test_forced_book_is_byte_identical(project):
    render()
    before = content(project)
    assert render(force=True).made == tuple(FORMATS)
    assert content(project) == before


def test_downloads_are_listed_copied_and_numbered(project):
    render()
    page = (project / "_book" / PAGE).with_suffix(".html").read_text(encoding="utf-8")
    text = page.replace("\u00a0", " ")
    assert "Table 2.1: People by sex" in text and "Notebook parts/cells.ipynb" in text
    assert (project / "_book/tables/tbl-cell.csv").read_text() == "sex,n\nFemale,90\n"
    assert (project / "_book/downloads/parts/cells.ipynb").is_file()
    assert "The book for Word" in text and "The book as PDF" in text
    assert re.search(r"<h3[^>]*>The second part<.*<h4[^>]*>Cells<", text, re.DOTALL)
    assert 'href="../../downloads/tables-parts.xlsx"' in page
    assert openpyxl.load_workbook(project / "_book/downloads/tables-parts.xlsx")["Table 2.1"]


def test_numbers_of_a_chapter_are_in_the_order_of_its_cells(project):
    results = project / "build" / "results" / "sample" / "parts"
    names = ("tbl-cell", "tbl-elsewhere", "fig-cell")
    for name in names:
        (results / "tables" / f"{name}.csv").write_text("n\n1\n")
        (results / "tables" / f"{name}.json").write_text('{"columns": []}')
    (results / "cells.json").write_text(json.dumps({"tables": {name: {} for name in names}}))
    write_downloads_page(project, [], {}, [])
    found = find_numbers(load_book(project), project / "build", "sample")
    assert [one.label for one in found] == ["fig-cell", "tbl-cell", "tbl-elsewhere"]
    assert [one.number for one in found] == ["Figure 2.1", "Table 2.1", "tbl-elsewhere"]


def test_the_columns_of_the_csv_files_are_told_in_words(project):
    render("html")
    told = pd.read_csv(project / "_book/tables/columns-parts.csv")
    assert told.to_dict("records") == [
        {"file": "tbl-cell", "number": "Table 2.1", "title": "People by sex", "column": name,
         "words": words, "unit": unit}
        for name, words, unit in (("sex", "Sex", "text"), ("n", "Women and men", "people"))
    ]  # fmt: skip
    page = (project / "_book" / PAGE).with_suffix(".html").read_text(encoding="utf-8")
    assert 'href="../../tables/columns-parts.csv"' in page and "Excel" in page


CHANGES = {
    "a chapter": lambda root: change(root),
    "a notebook": lambda root: (root / "parts/cells.ipynb").write_text(
        (root / "parts/cells.ipynb").read_text().replace("**12**", "**13**")
    ),
    "a variable": lambda root: (root / "_variables.yml").write_text(
        (root / "_variables.yml").read_text().replace("1,234", "1,235")
    ),
    "the settings of the book": lambda root: (root / "_quarto.yml").write_text(
        (root / "_quarto.yml").read_text().replace("A small book", "Another book")
    ),
    "the bibliography": lambda root: (root / "references.bib").write_text(
        (root / "references.bib").read_text().replace("Envisioning", "Showing")
    ),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("what", CHANGES)
def test_change_is_rendered(project, what):
    render("html")
    CHANGES[what](project)
    assert render("html").made == ("html",)


DAMAGES = {
    "a page is gone": lambda book: (book / "parts/first.html").unlink(),
    "a page is empty": lambda book: (book / "parts/first.html").write_text(""),
    "a style is gone": lambda book: next(book.rglob("site.css")).unlink(),
    "a download is gone": lambda book: (book / "downloads/parts/cells.ipynb").unlink(),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damaged_site_is_made_again(project, what):
    render("html")
    before = content(project)
    DAMAGES[what](project / "_book")
    assert render("html").made == ("html",)
    assert content(project) == before
    assert render("html").made == ()


def test_damaged_site_is_not_taken_for_whole_after_a_document(project):
    render("html", "docx")
    before = content(project)
    (project / "_book/parts/first.html").unlink()
    (project / "_book/small.docx").write_bytes(b"")
    assert render("docx").made == ("docx",)
    assert render("html", "docx").made == ("html",)
    assert content(project) == before


def test_changed_numbers_are_copied_again(project):
    render("html", "docx")
    write_numbers(project, 91)
    assert render("html", "docx").made == ("html",)
    assert "91" in (project / "_book/tables/tbl-cell.csv").read_text()


def test_failing_book_leaves_the_last_good_one(project):
    render("html")
    before = content(project)
    change(project, "See @fig-gone.")
    with pytest.raises(UserError, match="fig-gone"):
        render("html")
    assert content(project) == before
    assert [path.name for path in project.iterdir() if path.name.startswith(".book-")] == []


def test_fault_of_the_finished_site_leaves_the_last_good_one(project):
    render("html")
    before = content(project)
    change(project, "[a file](gone.pdf)")
    with pytest.raises(UserError, match=r"gone\.pdf"):
        render("html")
    assert content(project) == before


def test_document_of_old_text_is_not_offered_with_a_new_site(project):
    render("html", "docx")
    change(project)
    render("html")
    assert not (project / "_book/small.docx").exists()
    assert "small.docx" not in (project / "_book" / PAGE).with_suffix(".html").read_text()


def test_document_of_the_same_text_is_kept_with_the_site(project):
    render("docx")
    assert render("html").made == ("html",)
    assert (project / "_book/small.docx").is_file()
    assert render("docx").made == ()


def test_book_of_another_source_stops(project):
    with pytest.raises(UserError, match="another source") as stopped:
        render("html", source="synthetic")
    assert "rareaccess run --source synthetic" in str(stopped.value)


# --- the registry of formats --------------------------------------------------------------------


def write_text(work, folder):
    titles = "\n".join(work.book.sources())
    (folder / f"{work.book.output_file}.txt").write_text(titles, encoding="utf-8")


@pytest.fixture
def text_format(monkeypatch):
    """A format that is declared as CONTRIBUTING says: the book as plain text."""
    one = Format("text", write_text, lambda book, numbers: {f"{book.output_file}.txt": "As text"})
    monkeypatch.setitem(FORMATS, "text", one)


def test_names_of_formats_are_those_of_their_modules():
    assert {name: one.name for name, one in FORMATS.items()} == {name: name for name in FORMATS}


def test_another_format_is_made_listed_and_kept(project, text_format):
    assert render("html", "text").made == ("html", "text")
    assert (project / "_book/small.txt").read_text().startswith("index.qmd")
    page = (project / "_book" / PAGE).with_suffix(".html").read_text(encoding="utf-8")
    assert 'href="../../small.txt" class="download">As text</a>' in page
    assert render("html", "text").made == ()
    (project / "_book/small.txt").write_text("")
    assert render("html", "text").made == ("text",)
    change(project)
    assert render("text").made == ("text",)


def test_another_format_is_known_to_the_command_line(project, text_format):
    command = CliRunner()
    assert "[html|docx|pdf|workbook|text]" in command.invoke(cli, ["render", "--help"]).output
    result = command.invoke(cli, ["render", "--with", "pandoc", "--to", "text"])
    assert result.exit_code == 0, result.output
    names = {path.name for path in (project / "_book").glob("*.*")}
    assert names == {".rendered.json", "small.txt"}


def test_unknown_format_is_told_with_those_that_there_are(project):
    result = CliRunner().invoke(cli, ["render", "--to", "odt"])
    assert result.exit_code == 2 and "html, docx, pdf, workbook" in result.output
    with pytest.raises(UserError, match="odt"):
        render("odt")


def test_workbooks_are_made_again_for_new_numbers(project):
    render("docx", "workbook")
    change(project)
    assert render("docx").made == ("docx",)
    write_numbers(project, 91)
    assert render("docx", "workbook").made == ("workbook",)
    sheet = openpyxl.load_workbook(project / "_book/downloads/tables-parts.xlsx")["Table 2.1"]
    assert 91 in [cell.value for row in sheet for cell in row]


# --- which renderer ---------------------------------------------------------------------------


@pytest.fixture
def quarto(tmp_path, monkeypatch):
    """A program called quarto on PATH: one that only tells its version, or the stand-in."""

    def put(version=""):
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "quarto"
        stand_in = f'exec {sys.executable} {fake_quarto.__file__} "$@"'
        program.write_text(f"#!/bin/sh\n{f'echo {version}' if version else stand_in}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        find_quarto.cache_clear()

    yield put
    find_quarto.cache_clear()


@pytest.fixture
def no_quarto(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    find_quarto.cache_clear()
    yield
    find_quarto.cache_clear()


def test_quarto_is_taken_where_there_is_one_and_said(quarto):
    quarto("1.9.36")
    said = []
    chosen = choose_renderer("auto", said.append)
    assert chosen.version == (1, 9, 36) and said == ["RENDERER: Quarto 1.9.36."]


def test_pandoc_is_taken_when_asked_for(quarto):
    quarto("1.9.36")
    said = []
    assert choose_renderer("pandoc", said.append) is None
    assert "pandoc 3" in said[0] and "as requested" in said[0]


def test_old_quarto_is_not_taken(quarto):
    quarto("1.3.450")
    said = []
    assert choose_renderer("auto", said.append) is None and "too old" in said[0]
    with pytest.raises(UserError, match=r"1\.3\.450"):
        choose_renderer("quarto", said.append)


def test_no_quarto_is_said(no_quarto):
    said = []
    assert choose_renderer("auto", said.append) is None and "no Quarto on PATH" in said[0]
    with pytest.raises(UserError, match="no such program"):
        choose_renderer("quarto", said.append)


def test_book_with_quarto_ends_well(project, quarto):
    quarto()
    result = CliRunner().invoke(cli, ["render", "--with", "quarto"])
    assert result.exit_code == 0, result.output
    assert "html, docx, pdf, workbook by Quarto 1.10.2 (the pages) and pandoc 3" in result.output
    pages = {page: page.read_text() for page in (project / "_book").rglob("*.html")}
    assert (project / "_book/parts/cells.html") in pages
    assert "quarto-1.10.2" in pages[project / "_book/parts/cells.html"]
    assert not any("cdnjs" in text or "define('jquery'" in text for text in pages.values())
    assert (project / "_book/tables/tbl-cell.csv").is_file()


def test_warnings_of_quarto_are_told_once(project, quarto):
    quarto()
    result = CliRunner().invoke(cli, ["render", "--with", "quarto", "--to", "html"])
    told = [line for line in result.output.splitlines() if "warns" in line]
    assert len(told) == 1 and "The image is large: images/square.svg" in told[0]


def test_documents_are_the_same_bytes_with_quarto(project, quarto):
    render("docx", "pdf")
    before = content(project)
    quarto()
    assert render_book("quarto", ("docx", "pdf"), say=print, force=True).made == ("docx", "pdf")
    after = content(project)
    for name in ("_book/small.docx", "_book/small.pdf"):
        assert after[name] == before[name]


def test_quarto_that_stops_is_told_and_the_last_good_book_stays(project, quarto):
    render("html")
    before = content(project)
    quarto()
    (project / "_variables.yml").unlink()
    path = project / "_quarto.yml"
    path.write_text(path.read_text().replace("metadata-files", "metadata-filez"))
    with pytest.raises(UserError, match=r"Quarto 1\.10\.2 could not render") as stopped:
        render_book("quarto", ("html",), say=print)
    assert "KeyError: 'metadata-files'" in str(stopped.value)
    assert content(project) == before
