"""Cells that hold details: of a pair other than the reference one they are folded."""

import nbformat

__all__ = ["DETAIL", "fold_details"]

DETAIL = "detail"
"""The tag of a cell whose table, figure or text is a detail."""
OPEN = '::: {.ra-detail}\n\n::: {.callout-note collapse="true" title="Details"}'
CLOSE = ":::\n\n:::"


def fold_details(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the template with each run of neighbouring details inside a folded box.

    The box is markdown that both renderers understand: on a page a reader may unfold it, and the
    documents for print leave it out. The numbers in it are released, so that workbooks and CSV
    files have them all the same.

    Parameters
    ----------
    notebook
        A template. A detail holds no heading, and nothing outside it refers to it.

    Examples
    --------
    >>> cell = nbformat.v4.new_markdown_cell("More", metadata={"tags": ["detail"]})
    >>> book = fold_details(nbformat.v4.new_notebook(cells=[cell, cell]))
    >>> [one.source.splitlines()[0] for one in book.cells]
    ['::: {.ra-detail}', 'More', 'More', ':::']
    """
    folded, cells, boxes = nbformat.from_dict(notebook), [], 0
    for cell in notebook.cells:
        inside = DETAIL in cell.metadata.get("tags", [])
        if inside != bool(boxes % 2):
            boxes += 1
            cells.append(_box(OPEN if inside else CLOSE, boxes))
        cells.append(cell)
    if boxes % 2:
        cells.append(_box(CLOSE, boxes + 1))
    folded.cells = cells
    return folded


def _box(source: str, number: int) -> nbformat.NotebookNode:
    """Return a cell of markdown whose id is the same on each run."""
    cell = nbformat.v4.new_markdown_cell(source)
    cell.id = f"box-{number}"
    return cell
