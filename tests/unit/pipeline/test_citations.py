"""The keys that the book cites, for Quarto's citations chapter by chapter."""

import json

import pytest
import yaml

from rareaccess.pipeline.run.chapters import write_book_files
from rareaccess.pipeline.run.citations import list_cited

BIB = "".join(f"@book{{{key},\n  title = {{T}}\n}}\n" for key in (
    "a-2024", "b-2025", "c:2025", "d_2025", "e-2025", "f-2025", "g-2025"))  # fmt: skip


@pytest.fixture
def root(tmp_path):
    """A book of two chapters, an included file and a notebook, which cite all entries but two."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "references.bib").write_text(BIB)
    (tmp_path / "report" / "after-pairs.yml").write_text(
        yaml.safe_dump([{"part": "After", "chapters": ["report/last.ipynb"]}])
    )
    settings = {
        "bibliography": "report/references.bib",
        "book": {"chapters": ["index.qmd"], "appendices": ["report/refs.qmd"]},
    }
    (tmp_path / "_quarto.yml").write_text(yaml.safe_dump(settings))
    (tmp_path / "index.qmd").write_text(
        "# One\n\nAs [see @b-2025, p. 3; -@c:2025], not x@a-2024.org.\n\n"
        "{{< include report/_part.qmd >}} and @tbl-x.\n"
    )
    (tmp_path / "report" / "_part.qmd").write_text("It says @d_2025.\n")
    (tmp_path / "report" / "refs.qmd").write_text("# References\n")
    cells = [
        {"cell_type": "markdown", "source": ["As @{e-2025}", " shows."]},
        {"cell_type": "code", "source": ["@g-2025"], "outputs": [
            {"output_type": "stream", "text": "@g-2025"},
            {"output_type": "display_data", "data": {"text/markdown": ["Set by @f-2025."]}},
        ]},
    ]  # fmt: skip
    (tmp_path / "report" / "last.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def test_keys_are_found_in_chapters_included_files_and_notebooks(root):
    bib = root / "report" / "references.bib"
    sources = ["index.qmd", "report/last.ipynb", "gone.qmd"]
    assert list_cited(root, sources, bib) == ["b-2025", "c:2025", "d_2025", "e-2025", "f-2025"]


def test_without_a_bibliography_nothing_is_cited(root):
    assert list_cited(root, ["index.qmd"], root / "none.bib") == []


def test_runner_writes_just_the_cited_keys_for_quarto(root):
    write_book_files(root, [], {}, banner="none", source="sample", source_label="Sample")
    written = yaml.safe_load((root / "report" / "_chapters.yml").read_text())
    assert written["nocite"] == "@b-2025, @c:2025, @d_2025, @e-2025, @f-2025"


def test_book_that_cites_nothing_has_no_list_of_keys(root):
    (root / "index.qmd").write_text("# One\n")
    (root / "report" / "last.ipynb").write_text('{"cells": []}')
    write_book_files(root, [], {}, banner="none", source="sample", source_label="Sample")
    assert "nocite" not in (root / "report" / "_chapters.yml").read_text()
