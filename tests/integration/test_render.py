"""The small book of tests/render_book, typeset: by pandoc always, by Quarto where there is one."""

import html
import json
import re
import shutil
import zipfile

import pytest
import typst
import yaml

import fake_quarto
from places import ROOT, TESTS
from rareaccess.core.errors import UserError
from rareaccess.pipeline.run.clean import _TAGS_KEPT
from rareaccess.render.book import load_book
from rareaccess.render.check import check_site, find_faults
from rareaccess.render.formats.docx import write_docx
from rareaccess.render.formats.pdf import TYPST, write_pdf
from rareaccess.render.pandoc import ASSETS, pandoc, resolve_book, write_blocks
from rareaccess.render.quarto import OLDEST, find_quarto, quarto_site
from rareaccess.render.scripts import drop_scripts
from rareaccess.render.site import _contents, write_site
from rareaccess.render.subset import SUBSET
from reading import read_page
from structure import list_structure_faults

SMALL = TESTS / "render_book"
EXPECTED = yaml.safe_load((SMALL / "expected.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fallback(tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    write_site(load_book(SMALL), site, csv={"tbl-cell": SMALL / "expected.yml"})
    (site / "tables").mkdir()
    (site / "tables" / "tbl-cell.csv").write_text("x\n")
    return site


@pytest.fixture(scope="module")
def by_quarto(tmp_path_factory):
    quarto = find_quarto()
    if quarto is None or quarto.version < OLDEST:
        pytest.skip("no Quarto 1.4 or newer on PATH: only the pandoc fallback is compared")
    work = tmp_path_factory.mktemp("work")
    shutil.copytree(SMALL, work / "quarto")
    return quarto_site(quarto, load_book(SMALL), work)


def compare_with_expected(site, name):
    page, expected = read_page(site / name), EXPECTED[name]
    assert page.headings == expected["headings"]
    assert page.captions == expected["captions"]
    assert page.references == [tuple(pair) for pair in expected["references"]]
    assert [alt for alt in page.alt if alt] == expected.get("alt", [])
    for link in expected.get("links", []):
        assert tuple(link) in page.links
    for text in expected.get("present", []):
        assert text in page.text
    for text in expected.get("absent", []):
        assert text not in page.text


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_fallback_gives_what_quarto_documents(fallback, name):
    compare_with_expected(fallback, name)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_quarto_gives_the_same(by_quarto, fallback, name):
    compare_with_expected(by_quarto, name)
    ours, theirs = read_page(fallback / name), read_page(by_quarto / name)
    assert ours.references == theirs.references


def test_finished_site_has_no_fault(fallback):
    check_site(fallback)


def test_every_item_of_the_subset_is_in_the_small_book():
    files = [path for path in sorted(SMALL.rglob("*")) if path.suffix in (".qmd", ".ipynb")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    words = (*SUBSET.cell_options, *SUBSET.cell_tags, *SUBSET.shortcodes, *SUBSET.div_classes)
    settings = (SMALL / "_quarto.yml").read_text() + (SMALL / "_chapters.yml").read_text()
    assert [word for word in words if word not in text] == []
    assert "part:" in settings and "appendices:" in settings


def test_runner_keeps_the_tags_of_the_subset():
    assert SUBSET.cell_tags == _TAGS_KEPT


def test_sidebar_has_the_parts_and_marks_the_page(fallback):
    page = (fallback / "parts" / "cells.html").read_text(encoding="utf-8")
    assert page.count('aria-current="page"') == 1
    current = page.split('aria-current="page"')[1]
    assert "Cells" in current[: current.index("</a>")]
    mark = '<span class="ra-mark" title="Some codes have no source yet">unverified</span>'
    for part in ("The first part", f"<span>The second part {mark}</span>", "Appendices"):
        assert f"<summary>{part}</summary>" in page
    assert f'<p class="eyebrow">The second part {mark}</p>' in page


def test_lists_hold_items_and_the_banner_is_in_a_landmark(fallback):
    pages = [path.read_text(encoding="utf-8") for path in sorted(fallback.rglob("*.html"))]
    assert len(pages) >= 6 and all("ra-banner" in page for page in pages)
    assert [fault for page in pages for fault in list_structure_faults(page)] == []


@pytest.mark.parametrize("levels", [(2, 3, 2), (2, 3, 3, 2, 3), (3, 2), (2, 4, 3, 2), (2,), ()])
def test_contents_of_a_page_nest_whatever_the_levels(levels):
    headings = [{"level": level, "id": f"h{place}", "text": f"T{place}", "listed": True}
                for place, level in enumerate(levels)]  # fmt: skip
    text = _contents(headings, 4)
    assert list(list_structure_faults(text)) == []
    assert text.count("<li>") == text.count("</li>") == len(levels)
    assert text.count("<ul>") == text.count("</ul>")


def test_search_index_holds_each_section(fallback):
    script = (fallback / "search-index.js").read_text(encoding="utf-8")
    assert script.startswith("window.raSearch = ")
    assert '"parts/first.html#sec-deeper"' in script
    assert "hidden cell" not in script


def test_page_search_and_pager_say_in_which_part_a_chapter_stands(fallback):
    page = (fallback / "parts" / "cells.html").read_text(encoding="utf-8")
    assert "<title>2 Cells – The second part – A small book</title>" in page
    before, after = re.findall(r'<a class="(?:previous|next)".*?</a>', page)
    assert "The first part" in before and "second part" not in after  # which is in the same part
    script = (fallback / "search-index.js").read_text(encoding="utf-8")
    assert '"chapter": "2 Cells – The second part"' in script


def test_table_with_numbers_has_a_download(fallback):
    page = (fallback / "parts" / "cells.html").read_text(encoding="utf-8")
    assert 'href="../tables/tbl-cell.csv" download' in page
    assert "tables/fig-cell.csv" not in page


def test_table_keeps_the_cells_and_loses_its_own_style(fallback):
    page = (fallback / "parts" / "cells.html").read_text(encoding="utf-8")
    assert '<td class="gt_row gt_right">90</td>' in page
    assert "color: red" not in page


def test_site_is_byte_identical_when_made_again(fallback, tmp_path):
    write_site(load_book(SMALL), tmp_path, csv={"tbl-cell": SMALL / "expected.yml"})
    files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 10
    for file in files:
        assert (tmp_path / file).read_bytes() == (fallback / file).read_bytes(), file


def test_docx_has_headings_tables_and_alt_text(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_docx(load_book(SMALL), tmp_path / f"{name}.docx", tmp_path / name)
    content = (tmp_path / "a.docx").read_bytes()
    assert content == (tmp_path / "b.docx").read_bytes()
    arguments = ["-f", "docx", "-t", "markdown", str(tmp_path / "a.docx")]
    text = pandoc(arguments, "")
    headings = re.findall(r"^#+ .*$", text.replace("\u00a0", " "), flags=re.MULTILINE)
    part = headings.index("# The first part")
    assert headings[part + 1 : part + 3] == ["## 1  First chapter", "### 1.1 Text"]
    assert "# The second part" in headings and "# Appendices" in headings
    assert "**Unverified**: Some codes have no source yet." in text
    assert "Two bars" in text and "A black square" in text
    assert "Table 2.1:" in text.replace("\u00a0", " ")
    assert "A title outside" in text and "A detail for pages" not in text
    assert "Female" in text and "gt_row" not in text


def test_pdf_is_tagged_and_the_same_each_time(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_pdf(load_book(SMALL), tmp_path / f"{name}.pdf", tmp_path / name)
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and b"/StructTreeRoot" in content
    assert content == (tmp_path / "b.pdf").read_bytes()


def query_typst(main, selector):
    return json.loads(typst.query(str(main), selector, root=str(main.parent)))


def test_pdf_has_the_parts_above_their_chapters(tmp_path):
    write_pdf(load_book(SMALL), tmp_path / "book.pdf", tmp_path)
    headings = query_typst(tmp_path / "main.typ", "heading.where(depth: 1)")
    levels = [one["offset"] + 1 if one["level"] == "auto" else one["level"] for one in headings]
    # contents, preface, part, chapter, part, two chapters, appendices, one with and one without
    # a number
    assert levels == [1, 1, 1, 2, 1, 2, 2, 1, 2, 2]
    body = (tmp_path / "main.typ").read_text()
    mark = '#part("The second part")\n\n#marked("unverified", "Some codes have no source yet.")'
    assert mark in body and body.count("#marked(") == 1
    assert "A title outside" in body and "A detail for pages" not in body


def typeset(tmp_path, body):
    """Write a book of Typst with this text, to be queried."""
    (tmp_path / "book.typ").write_bytes((ASSETS / "book.typ").read_bytes())
    main = tmp_path / "main.typ"
    main.write_text(f'#import "book.typ": *\n#show: book.with(title: "Book")\n{body}\n')
    return main


def places_of(main, *labels):
    """Return the page of each label of a text of Typst, and how many mm down the page it is."""
    asked = ", ".join(f"<{label}>" for label in labels)
    main.write_text(
        f"{main.read_text()}#context [#metadata(({asked},).map(one => query(one).first().location()"
        ".position()).map(one => (one.page, one.y / 1mm))) <places>]\n"
    )
    return query_typst(main, "<places>")[0]["value"]


def a_table(rows, columns="(1fr,)", head="[Head]"):
    return (
        f"#figure(kind: table, caption: [A], placed(columns: {columns}, table.header("
        f"table.cell(colspan: {columns.count(',')}, inset: 0pt)[#continued[Table 1]], {head},), "
        "[#metadata(none) <first>]," + "[row], " * rows
        + "table.footer(repeat: false, [#metadata(none) <note> Note])))\n"
    )  # fmt: skip


@pytest.mark.parametrize(("rows", "breaks"), [(8, 0), (90, 2)])
def test_pdf_keeps_a_short_table_and_its_note_on_one_page(tmp_path, rows, breaks):
    main = typeset(tmp_path, "#v(200mm)\n" + a_table(rows))
    (first, _), (note, _) = places_of(main, "first", "note")
    assert note - first == breaks


@pytest.mark.parametrize("rows", [8, 60, 120])
def test_pdf_says_on_each_further_page_that_a_table_is_continued(tmp_path, rows):
    another = a_table(2).replace("<first>", "").replace("<note>", "")
    main = typeset(tmp_path, a_table(rows) + another)
    said = [one for one in query_typst(main, "emph") if "continued" in json.dumps(one)]
    (first, _), (note, _) = places_of(main, "first", "note")
    assert note - first == rows // 50
    assert len(said) == note - first
    assert all("Table 1" in json.dumps(one) for one in said)


@pytest.mark.parametrize(("columns", "beside"), [("(20%, 25%,)", True), ("(40%, 45%,)", False)])
def test_pdf_puts_the_notes_of_a_narrow_table_beside_it(tmp_path, columns, beside):
    main = typeset(tmp_path, a_table(9, columns, "[a], [b]"))
    (_, first), (_, note) = places_of(main, "first", "note")
    assert (note < first) == beside
    widths = query_typst(main, "table")[0]["columns"]
    assert sum(float(width.removesuffix("% + 0pt")) for width in widths) > 99.9


def test_pdf_runs_chapters_on_and_begins_parts_on_a_new_page(tmp_path):
    text = "#lorem(60)\n"
    main = typeset(tmp_path, (
        f"= Summary <summary>\n{text}#part(\"One\")\n#set heading(offset: 1)\n= First <one>\n{text}"
        f"= Second <two>\n{text}#set heading(offset: 0)\n#part(\"Two\")\n"
        f"#set heading(offset: 1)\n= Third <three>\n{text}#v(150mm)\n= Fourth <four>\n{text}"
    ))  # fmt: skip
    # contents on the second page; the fourth chapter would begin at the foot of the fifth
    labels = ("summary", "one", "two", "three", "four")
    assert [page for page, _ in places_of(main, *labels)] == [3, 4, 4, 5, 6]


GROUPED = (
    '<thead><tr class="gt_col_headings"><th class="gt_left" rowspan="2">Sex</th>'
    '<th class="gt_center" colspan="2">Seen</th></tr>'
    '<tr><th class="gt_right">People</th><th class="gt_right">%</th></tr></thead>'
    '<tbody class="gt_table_body"><tr class="gt_group_heading_row">'
    '<th class="gt_group_heading" colspan="3">Everyone</th></tr>'
    '<tr><th class="gt_left gt_stub">Female</th><td class="gt_right">90</td>'
    '<td class="gt_right">90.0%</td></tr>'
    '<tr><th class="gt_left gt_stub">Male</th><td class="gt_right">10</td>'
    '<td class="gt_right">10.0%</td></tr></tbody>'
    '<tfoot><tr><td colspan="3">A note that is far longer than the three columns above it, and '
    "that goes on until no page could hold it on one line.</td></tr></tfoot>"
)
"""A notebook's table as the book has them: spanned heads, a group of rows, a note below."""


@pytest.fixture(scope="module")
def grouped(tmp_path_factory):
    """The small book with `GROUPED` in its notebook."""
    root = tmp_path_factory.mktemp("grouped") / "book"
    shutil.copytree(SMALL, root)
    path = root / "parts" / "cells.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for output in (one for cell in notebook["cells"] for one in cell.get("outputs", [])):
        if "gt_table" in "".join(output.get("data", {}).get("text/html", [])):
            output["data"]["text/html"] = f'<table class="gt_table">{GROUPED}</table>'
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return load_book(root)


def typst_source(book, folder):
    resolved = resolve_book(book, "typst", folder)
    return write_blocks(resolved.chapters["parts/cells.ipynb"], resolved.api, TYPST, "")


def rows_of(text):
    """Return the cells of each row of the tables that have a cell "Female", in their order."""
    tables = [found for found in re.findall(r"<table.*?</table>", text, re.S) if "Female" in found]
    rows = [row for found in tables for row in re.findall(r"<tr.*?</tr>", found, re.S)]
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in rows]
    plain = [[html.unescape(re.sub(r"<[^>]+>", "", one)) for one in row] for row in cells]
    full = [[" ".join(one.split()) for one in row if one.strip()] for row in plain]
    return [row for row in full if row]


def test_rows_of_a_notebooks_table_are_the_same_in_each_format(grouped, tmp_path):
    expected = rows_of(f"<table>{GROUPED}</table>")
    assert [row[0] for row in expected[:5]] == ["Sex", "People", "Everyone", "Female", "Male"]
    write_site(grouped, tmp_path / "site", csv={})
    page = (tmp_path / "site" / "parts" / "cells.html").read_text(encoding="utf-8")
    assert rows_of(page) == expected
    (tmp_path / "work").mkdir()
    write_docx(grouped, tmp_path / "a.docx", tmp_path / "work")
    in_word = pandoc(["-f", "docx", "-t", "html", "--mathml", str(tmp_path / "a.docx")], "")
    assert rows_of(in_word) == expected
    ours = "#let table-rule = 1pt\n#let spanner(body) = body\n#let continued(name) = []\n\n"
    source = ours + typst_source(grouped, tmp_path / "work")
    assert rows_of(pandoc(["-f", "typst", "-t", "html", "--mathml"], source)) == expected


def test_note_below_a_table_does_not_widen_its_last_column(grouped, tmp_path):
    before = typst_source(grouped, tmp_path).split("Everyone")[0]
    widths = re.findall(r"([\d.]+)%", re.findall(r"columns: \((.*?)\)", before)[-1])
    assert len(widths) == 3 and float(widths[-1]) < 25 and sum(map(float, widths)) < 61


def test_heads_of_a_table_are_bold_and_have_a_rule_over_several_columns(grouped, tmp_path):
    source = typst_source(grouped, tmp_path)
    head = source[source.index("table.header(") : source.index("Everyone")]
    assert "#continued[Table\u00a02.1]" in head
    for words in ("Sex", "Seen", "People", "%"):
        assert f"#strong[{words}]" in head.replace("\\%", "%")
    spanners = re.findall(r"#spanner\[\s*#strong\[(.*?)\]", head)
    assert spanners == ["Seen"]


def test_name_with_places_to_break_does_not_ask_for_a_whole_line(tmp_path):
    parts = "\u200b".join(["a_table_", "its_column_", "the_rule"] * 5)
    book = small_book(
        tmp_path, f"| a | b |\n|:--|:--|\n| {parts} | {'word ' * 30} |\n\n: T {{#tbl-t}}"
    )
    resolved = resolve_book(book, "typst", tmp_path)
    source = write_blocks(resolved.chapters["parts/last.qmd"], resolved.api, TYPST, "")
    widths = re.findall(r"([\d.]+)%", re.findall(r"columns: \((.*?)\)", source)[-1])
    assert 45 < float(widths[0]) < 55


# --- faults: each stops the book, with the file and the word --------------------------------

FAULTS = {
    "unresolved reference": ("See @fig-gone.", "@fig-gone"),
    "reference of another kind": ("See @eq-one.", "@eq-one"),
    "unknown shortcode": ("{{< video x.mp4 >}}", "video"),
    "unknown variable": ("{{< var pair_one.gone >}}", "pair_one.gone"),
    "missing include": ("{{< include _gone.qmd >}}", "_gone.qmd"),
    "unknown div class": ("::: {.fancy}\ntext\n:::", ".fancy"),
    "unknown span class": ("[text]{.fancy}", ".fancy"),
    "unknown callout option": ('::: {.callout-note colour="red"}\ntext\n:::', "colour"),
    "duplicate label": ("## Again {#sec-deeper}", "sec-deeper"),
    "missing image": ('![A](gone.svg){#fig-gone fig-alt="alt"}', "gone.svg"),
    "missing alternative text": ("![A](../images/square.svg){#fig-no-alt}", "square.svg"),
    "remote image": ('![A](https://example.org/a.png){#fig-far fig-alt="a"}', "example.org"),
    "leftover token": ("Made with {{drug}}.", "{{drug}}"),
    "unknown citation": ("As known [@nobody-1900].", "@nobody-1900"),
    "raw HTML": ("<table><tr><td>1</td></tr></table>", "<table>"),
    "code cell": ("```{python}\n1 + 1\n```", "```{python}"),
    "link to no chapter": ("[text](gone.qmd)", "gone.qmd"),
    "skipped heading level": ("#### Too deep", "Too deep"),
    "second title": ("# Another title", "Another title"),
    "table without caption": ("::: {#tbl-bare}\n```\nx\n```\n:::", "tbl-bare"),
    "reference beside a citation": ("[@knuth-1984; @tbl-small]", "knuth-1984"),
}


def small_book(tmp_path, added, file="parts/last.qmd"):
    root = tmp_path / "book"
    shutil.copytree(SMALL, root)
    path = root / file
    path.write_text(path.read_text(encoding="utf-8") + f"\n\n{added}\n", encoding="utf-8")
    return load_book(root)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_stops_the_book(tmp_path, name):
    added, found = FAULTS[name]
    book = small_book(tmp_path, added)
    with pytest.raises(UserError) as stopped:
        write_site(book, tmp_path / "site", csv={})
    message = str(stopped.value)
    assert found in message
    assert "parts/last.qmd" in message


def test_reference_in_a_chapter_without_number_stops_the_book(tmp_path):
    book = small_book(tmp_path, "See @fig-square.", file="index.qmd")
    with pytest.raises(UserError, match="without a number"):
        resolve_book(book, "html", tmp_path)


def test_reference_into_a_chapter_without_number_stops_the_book(tmp_path):
    book = small_book(tmp_path, "| a |\n|---|\n| 1 |\n\n: Bare {#tbl-in-preface}", file="index.qmd")
    last = book.root / "parts" / "last.qmd"
    last.write_text(last.read_text() + "\nSee @tbl-in-preface.\n")
    with pytest.raises(UserError, match="without a number"):
        resolve_book(book, "html", tmp_path)


def test_all_faults_are_told_at_once(tmp_path):
    book = small_book(tmp_path, "See @fig-gone and @tbl-gone.\n\n::: {.fancy}\nx\n:::")
    with pytest.raises(UserError) as stopped:
        resolve_book(book, "html", tmp_path)
    assert all(word in str(stopped.value) for word in ("@fig-gone", "@tbl-gone", ".fancy"))


def test_missing_chapter_is_named(tmp_path):
    root = tmp_path / "book"
    shutil.copytree(SMALL, root)
    (root / "extra.qmd").unlink()
    with pytest.raises(UserError, match=r"extra\.qmd"):
        load_book(root)


SITE_FAULTS = {
    "a link leads nowhere": '<a href="gone.html">x</a>',
    "a link leads to a place that is not on the page": '<a href="#gone">x</a>',
    "an image or file is missing": '<img src="gone.svg" alt="x">',
    "an image has no alternative text": '<img src="a.svg" alt="">',
    "something is fetched from elsewhere": '<script src="https://example.org/x.js"></script>',
    "an id is used twice": '<p id="a">x</p><p id="a">y</p>',
    "a reference is not resolved": '<span class="quarto-unresolved-ref">?</span>',
    "markup is left in the text": "<p>See ?@fig-x.</p>",
}


@pytest.mark.parametrize("fault", SITE_FAULTS)
def test_fault_of_a_finished_site_is_found(tmp_path, fault):
    (tmp_path / "a.svg").write_text("<svg/>")
    (tmp_path / "index.html").write_text(f"<html><body>{SITE_FAULTS[fault]}</body></html>")
    assert [what for _, what, _ in find_faults(tmp_path)] == [fault]


def test_style_from_elsewhere_is_found(tmp_path):
    (tmp_path / "a.css").write_text("@import 'https://example.org/font.css';")
    assert [what for _, what, _ in find_faults(tmp_path)] == ["a style is fetched from elsewhere"]


# --- pages as Quarto writes them ---------------------------------------------------------------


@pytest.fixture
def recorded(tmp_path):
    """Pages of a small site of Quarto, and a file for each that they load."""
    shutil.copytree(fake_quarto.RECORDED, tmp_path / "site")
    fake_quarto.put_libraries(tmp_path / "site")
    return tmp_path / "site"


def test_pages_of_quarto_are_refused_for_their_scripts_from_elsewhere_only(recorded):
    faults = list(find_faults(recorded))
    assert {(page, what) for page, what, _ in faults} == {
        ("parts/cells.html", "something is fetched from elsewhere")
    }
    assert sorted(found.split("/")[-1] for _, _, found in faults) == [
        "jquery.min.js", "require.min.js"
    ]  # fmt: skip


def test_pages_of_quarto_without_those_scripts_have_no_fault(recorded):
    for page in recorded.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = drop_scripts(before)
        left = [line for line in before.splitlines() if line not in after.splitlines()]
        assert len(left) == (3 if page.name == "cells.html" else 0)
        assert all(re.search("require|jquery", line) for line in left)
        assert after.count("<script") == before.count("<script") - len(left)
        page.write_text(after, encoding="utf-8")
    check_site(recorded)


def test_title_of_the_book_on_quartos_first_page_is_no_heading_to_compare(recorded):
    assert read_page(recorded / "index.html").headings == ["Preface", "How to read"]
    assert read_page(recorded / "parts/cells.html").headings == ["2 Cells", "2.1 Shown"]


SCRIPTS_KEPT = [
    '<script src="https://example.org/other.js"></script>',
    '<script src="site_libs/jquery/jquery.min.js"></script>',
    "<script>define('plotly', [], function() {})</script>",
    '<script>let text = "<" + "script>define(\'jquery\', [])";</script>',
    "<p>define('jquery', [])</p>",
    "<pre>&lt;script src='https://example.org/jquery.js'&gt;</pre>",
]


@pytest.mark.parametrize("page", SCRIPTS_KEPT)
def test_other_scripts_stay(page):
    assert drop_scripts(page) == page


def test_id_of_an_element_that_is_no_link_still_counts(recorded):
    page = recorded / "parts" / "cells.html"
    page.write_text(drop_scripts(page.read_text()).replace('id="gt-cell"', 'id="tbl-cell"'))
    assert list(find_faults(recorded)) == [("parts/cells.html", "an id is used twice", "tbl-cell")]


# --- the workflows ----------------------------------------------------------------------------


def test_tests_that_workflows_name_exist():
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    named = [name for file in files for name in re.findall(r"tests/[\w/.]+", file.read_text())]
    assert named and [name for name in named if not (ROOT / name).exists()] == []


def test_a_mark_of_synthetic_numbers_is_a_word_in_brackets_in_documents(tmp_path):
    shutil.copytree(SMALL, tmp_path / "small")
    chapter = tmp_path / "small" / "parts" / "first.qmd"
    marks = "\n\nFigure [assumed]{.provenance}. Sentence. [^L^]{.provenance}\n"
    chapter.write_text(chapter.read_text() + marks)
    book = load_book(tmp_path / "small")
    write_docx(book, tmp_path / "a.docx", tmp_path / "work")
    with zipfile.ZipFile(tmp_path / "a.docx") as file:
        text = re.sub("<[^>]+>", "", file.read("word/document.xml").decode())
    assert "Figure [assumed]. Sentence. L" in text
    write_site(book, tmp_path / "site", csv={})
    page = (tmp_path / "site" / "parts" / "first.html").read_text()
    assert '<span class="provenance">assumed</span>' in page
    assert '<span class="provenance"><sup>L</sup></span>' in page
