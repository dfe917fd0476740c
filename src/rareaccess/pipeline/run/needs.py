"""Cells that only some pairs need: a tag names what a cell needs, or replaces."""

import re
from collections.abc import Callable

import nbformat

from rareaccess.core.errors import UserError
from rareaccess.marts import MARTS
from rareaccess.params import Pair

__all__ = ["NEEDS", "drop_unneeded"]

NEEDS = re.compile(r"(needs|lacks)-([a-z_]+(?:-[a-z_]+)*)")
"""The tag of such a cell: `needs-severity`, `needs-drug-members` for a key of a section, and
`lacks-severity` for what is said instead; `needs-mart-need_share` for a mart that has rows;
`needs-cdf-or-lacks-severity` where one of several will do."""
MART = "mart-"
OR = re.compile("-or-(?=(?:needs|lacks)-)")


def drop_unneeded(
    notebook: nbformat.NotebookNode,
    pair: Pair,
    *,
    where: str = "notebook",
    has_rows: Callable[[str], bool] = lambda mart: True,
) -> nbformat.NotebookNode:
    """Return the template without the cells that need what the pair does not have.

    Parameters
    ----------
    notebook
        A template.
    pair
        The pair; a section that it leaves out, or an empty list, is not there.
    has_rows
        Whether a mart of the pair has rows, for what a source may lack.

    Raises
    ------
    UserError
        A tag names no key of a pair's settings, or no mart.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> cell = nbformat.v4.new_code_cell("1", metadata={"tags": ["needs-cdf"]})
    >>> book = nbformat.v4.new_notebook(cells=[cell])
    >>> len(drop_unneeded(book, load_pair("sle-belimumab")).cells)
    0
    """
    kept = nbformat.from_dict(notebook)

    def has(name: str, where: str) -> bool:
        if not name.startswith(MART):
            return _has(pair, name, where)
        mart = name.removeprefix(MART)
        if mart not in MARTS:
            raise UserError(
                "A tag names a mart that does not exist.",
                where=where,
                found=f"needs-{name}",
                expected="needs-mart- and the name of a mart, such as needs-mart-need_share",
            )
        return has_rows(mart)

    def meets(tag: str, where: str) -> bool:
        asked = [one.split("-", 1) for one in OR.split(tag)]
        met = [has(name, where) == (kind == "needs") for kind, name in asked]  # reads every name
        return any(met)

    kept.cells = [
        cell
        for number, cell in enumerate(notebook.cells, start=1)
        if all(
            meets(tag, f"{where}, cell {number}")
            for tag in cell.metadata.get("tags", [])
            if NEEDS.fullmatch(tag)
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
