"""Tokens of the templates: `{{drug}}` becomes "belimumab" before a notebook is executed."""

from collections.abc import Mapping

import nbformat

from rareaccess.core.errors import UserError
from rareaccess.core.tokens import TOKEN, fill_text

__all__ = ["fill_tokens"]


def _fill_options(source: str, tokens: Mapping[str, str], where: str) -> str:
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#|"):
            lines[number] = fill_text(line, tokens, where=where)
    return "\n".join(lines)


def fill_tokens(
    notebook: nbformat.NotebookNode, tokens: Mapping[str, str], *, where: str = "notebook"
) -> nbformat.NotebookNode:
    """Return the notebook with tokens filled in its markdown and in its `#|` lines.

    Code is never touched: a token that stands in code outside a `#|` line is an error, because
    a kernel would meet it as it is.

    Parameters
    ----------
    notebook
        A template, nbformat 4.
    tokens
        Name of each token and its text, as `Pair.tokens()` gives them.
    where
        The template's name, for messages.

    Raises
    ------
    UserError
        An unknown token, or a token in code.

    Examples
    --------
    >>> book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# {{drug}}")])
    >>> fill_tokens(book, {"drug": "belimumab"}).cells[0].source
    '# belimumab'
    """
    filled = nbformat.from_dict(notebook)
    for number, cell in enumerate(filled.cells, start=1):
        place = f"{where}, cell {number}"
        if cell.cell_type == "markdown":
            cell.source = fill_text(cell.source, tokens, where=place)
        elif cell.cell_type == "code":
            cell.source = _fill_options(cell.source, tokens, place)
            if left := TOKEN.search(cell.source):
                raise UserError(
                    "A token is in code, where it is not filled.",
                    where=place,
                    found=left.group(0),
                    expected="tokens in markdown cells and `#|` lines only",
                    mend="Read the value from `study.params` instead.",
                )
    return filled
