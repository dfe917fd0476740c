"""Marks on the captions of an executed notebook: what synthetic numbers rest on, and the legend."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat

from rareaccess.disclosure.provenance import CLASS, LEGEND, mark_caption

__all__ = ["mark_notebook"]

LABEL = re.compile(r"^#\| label: (\S+)$", re.MULTILINE)
CAPTION = re.compile(r"^(#\| (?:fig|tbl)-cap: .*?)(\"?)$", re.MULTILINE)


def mark_notebook(notebook: nbformat.NotebookNode, results: Path) -> nbformat.NotebookNode:
    """Return the notebook with a mark after each caption of synthetic numbers, and a legend.

    With the legend stands what the settings of the pair say of its synthetic records.

    Titles in the results, and alternative texts, have no marks. Without marks there is no legend.

    Parameters
    ----------
    notebook
        Executed and clean. It is changed.
    results
        What it has written: of each table, what its numbers rest on.
    """
    found = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else {}
    tables: Mapping[str, Mapping[str, str]] = found.get("tables", {})
    for cell in notebook.cells:
        label = LABEL.search(cell.source) if cell.cell_type == "code" else None
        if label and (kind := tables.get(label[1], {}).get("provenance")):
            cell.source = CAPTION.sub(rf"\g<1>{mark_caption(kind)}\g<2>", cell.source)
    if CLASS in json.dumps(notebook.cells):
        note = f" In the synthetic records: {found['note']}." if found.get("note") else ""
        text = f"::: {{.source-note}}\n{LEGEND}{note}\n:::"
        notebook.cells.append(nbformat.v4.new_markdown_cell(text, id="provenance"))
    return notebook
