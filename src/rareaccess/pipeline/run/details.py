"""Cells that hold details, which are folded: some in every pair, others but in the reference."""

import nbformat

__all__ = ["DETAIL", "FOLDED", "fold_details"]

DETAIL = "detail"
"""The tag of a cell whose table, figure or text is folded, but in the reference pair."""
FOLDED = "folded"
"""The tag of a cell that is folded in every pair."""
OPEN = '::: {.ra-detail}\n\n::: {.callout-note collapse="true" title="Details"}'
CLOSE = ":::\n\n:::"


def fold_details(
    notebook: nbformat.NotebookNode, *, reference: bool = False
) -> nbformat.NotebookNode:
    """Return the template with each run of neighbouring details inside a folded box.

    The box is markdown that both renderers understand: on a page a reader may unfold it, and the
    documents for print leave it out. The numbers in it are released, so that workbooks and CSV
    files have them all the same.

    Parameters
    ----------
    notebook
        A template. A detail holds no heading, and nothing outside it refers to it.
    reference
        Whether it is of the reference pair, which shows all but what is always folded.

    Examples
    --------
    >>> cell = nbformat.v4.new_markdown_cell("More", metadata={"tags": ["detail"]})
    >>> book = fold_details(nbformat.v4.new_notebook(cells=[cell, cell]))
    >>> [one.source.splitlines()[0] for one in book.cells]
    ['::: {.ra-detail}', 'More', 'More', ':::']
    """
    folded, cells, boxes = nbformat.from_dict(notebook), [], 0
    names = {FOLDED} if reference else {FOLDED, DETAIL}
    for cell in notebook.cells:
        inside = bool(names & set(cell.metadata.get("tags", [])))
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
