"""Executed notebooks without anything of the machine or the moment: same input, same bytes."""

import re
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["LANGUAGE", "clean_notebook", "write_notebook"]

LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

# The plain text beside these is a dump of what was drawn. Beside Markdown it only names the
# class; it stays, because nbval takes a kind of output that is new for a difference.
RICHER = ("image/svg+xml", "image/png", "text/html", "text/latex")
_TAGS_KEPT = (
    "parameters", "remove-cell", "hide-code", "hide-output", "hide-cell", "hide-warnings",
)  # fmt: skip
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


def _clean_output(output: Any, hidden: dict[str, str]) -> Any:
    kept = {"output_type": output.output_type}
    if output.output_type == "stream":
        return {**kept, "name": output.name, "text": _without(output.text, hidden)}
    data = {kind: _without(value, hidden) for kind, value in sorted(output.data.items())}
    if any(kind in data for kind in RICHER):
        data.pop("text/plain", None)
    kept |= {"data": data, "metadata": {}}
    if output.output_type == "execute_result":
        kept["execution_count"] = None
    return kept


def _without(value: Any, hidden: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    for path, shown in hidden.items():
        value = value.replace(path, shown)
    return _ADDRESS.sub("", value)


def _join_streams(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: where a kernel cuts it is a matter of chance."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def clean_notebook(notebook: nbformat.NotebookNode, root: Path) -> nbformat.NotebookNode:
    """Return the executed notebook with fixed ids and metadata and without times or paths.

    The cell that papermill injects has no tags: it gets `remove-cell`, so that no reader sees it.

    Parameters
    ----------
    notebook
        As executed.
    root
        The project's folder: taken out of every output, with the home folder of who ran it.

    Examples
    --------
    >>> book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Hello")])
    >>> clean_notebook(book, Path("/srv/project")).cells[0].id
    'cell-01'
    """
    hidden = {f"{root}/": "", str(root): ".", f"{Path.home()}/": "~/"}
    cells, count = [], 0
    for number, cell in enumerate(notebook.cells, start=1):
        tags = list(cell.metadata.get("tags", []))
        if "injected-parameters" in tags:
            tags = ["remove-cell"]
        elif "parameters" in tags:
            tags = ["parameters", "remove-cell"]
        clean = {
            "cell_type": cell.cell_type,
            "id": f"cell-{number:02d}",
            "metadata": {"tags": [t for t in _TAGS_KEPT if t in tags]} if tags else {},
            "source": cell.source,
        }
        if cell.cell_type == "code":
            outputs = [_clean_output(output, hidden) for output in cell.outputs]
            # In a fresh kernel, from top to bottom: cells are numbered in their order, and nbval
            # takes a cell with outputs and without a number for one that was never run.
            count += 1
            for output in outputs:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
            clean |= {"execution_count": count, "outputs": _join_streams(outputs)}
        cells.append(clean)
    return nbformat.from_dict(
        {
            "cells": cells,
            "metadata": {"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def write_notebook(notebook: nbformat.NotebookNode) -> str:
    r"""Return the notebook as the text of an `.ipynb` file, keys sorted.

    Examples
    --------
    >>> write_notebook(clean_notebook(nbformat.v4.new_notebook(), Path("/x")))[:12]
    '{\n "cells": '
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4) + "\n"
