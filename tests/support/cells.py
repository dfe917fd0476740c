"""What a cell of a notebook template may hold, and how its tags and options are read."""

import ast
import re

import nbformat

from rareaccess.pipeline.run.details import DETAIL, FOLDED
from rareaccess.render.subset import SUBSET

KNOWN_TAGS = {*SUBSET.cell_tags, DETAIL, FOLDED}
KNOWN_OPTIONS = {"label", "fig-cap", "fig-alt", "tbl-cap", "echo", "output"}
BANNED = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While, ast.Try,
    ast.With, ast.Lambda, ast.Global, ast.Delete,
)  # fmt: skip


def tags(cell: nbformat.NotebookNode) -> list[str]:
    """Return the tags of a cell."""
    return list(cell.metadata.get("tags", []))


def options(cell: nbformat.NotebookNode) -> dict[str, str]:
    """Return the options of a cell: its lines `#| key: value`."""
    found = re.findall(r"^#\| ([a-z-]+): (.*)$", cell.source, flags=re.MULTILINE)
    return {key: value.strip() for key, value in found}
