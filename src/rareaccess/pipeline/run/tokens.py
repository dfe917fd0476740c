"""Tokens of the templates: `{{drug}}` becomes "belimumab" before a notebook is executed."""

import re
from collections.abc import Mapping

import nbformat

from rareaccess.core.errors import UserError

__all__ = ["TOKEN", "fill_text", "fill_tokens"]

TOKEN = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
"""A token; a Quarto shortcode (`{{< var x >}}`) is not one."""


def fill_text(text: str, tokens: Mapping[str, str], *, where: str = "") -> str:
    """Return `text` with every token replaced by its value.

    Raises
    ------
    UserError
        A token has no value, or its value holds a token itself.

    Examples
    --------
    >>> fill_text("Uptake of {{drug}}", {"drug": "belimumab"})
    'Uptake of belimumab'
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in tokens:
            raise UserError(
                "A token has no value.",
                where=where,
                found=match.group(0),
                expected="one of " + ", ".join(f"{{{{{known}}}}}" for known in sorted(tokens)),
                mend="Correct the token's spelling in the template.",
            )
        return tokens[name]

    filled = TOKEN.sub(value, text)
    if left := TOKEN.search(filled):
        raise UserError(
            "A token is left after filling: the value of a token holds a token.",
            where=where,
            found=left.group(0),
            mend="Take the braces out of the names in the pair's params file.",
        )
    return filled


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
                    "A token stands in code, where it is not filled.",
                    where=place,
                    found=left.group(0),
                    expected="tokens in markdown cells and `#|` lines only",
                    mend="Read the value from `study.params` instead.",
                )
    return filled
