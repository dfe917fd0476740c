"""Cells that only some pairs need: a tag names the settings that a cell needs, or stands in for."""

import re

import nbformat

from rareaccess.core.errors import UserError
from rareaccess.params import Pair

__all__ = ["NEEDS", "drop_unneeded"]

NEEDS = re.compile(r"(needs|lacks)-([a-z_]+(?:-[a-z_]+)*)")
"""The tag of such a cell: `needs-severity`, `needs-drug-members` for a key of a section, and
`lacks-severity` for what is said instead."""


def drop_unneeded(
    notebook: nbformat.NotebookNode, pair: Pair, *, where: str = "notebook"
) -> nbformat.NotebookNode:
    """Return the template without the cells whose settings the pair does not have.

    Parameters
    ----------
    notebook
        A template.
    pair
        The pair; a section that it leaves out, or an empty list, is not there.

    Raises
    ------
    UserError
        A tag names no key of a pair's settings.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> cell = nbformat.v4.new_code_cell("1", metadata={"tags": ["needs-cdf"]})
    >>> book = nbformat.v4.new_notebook(cells=[cell])
    >>> len(drop_unneeded(book, load_pair("sle-belimumab")).cells)
    0
    """
    kept = nbformat.from_dict(notebook)
    kept.cells = [
        cell
        for number, cell in enumerate(notebook.cells, start=1)
        if all(
            _has(pair, found.group(2), f"{where}, cell {number}") == (found.group(1) == "needs")
            for tag in cell.metadata.get("tags", [])
            if (found := NEEDS.fullmatch(tag))
        )
    ]
    return kept


def _has(pair: Pair, name: str, where: str) -> bool:
    value: object = pair
    for part in name.split("-"):
        if not hasattr(value, part):
            raise UserError(
                "A tag names settings that do not exist.",
                where=where,
                found=f"needs-{name}",
                expected="needs- and a section of params/pairs/*.yml, such as needs-severity",
            )
        value = getattr(value, part)
        if value is None:
            return False
    return bool(value)
