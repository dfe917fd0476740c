"""Executed notebooks as markdown: what a reader sees of each cell, never executing any."""

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import yaml

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.render.subset import SUBSET
from rareaccess.render.tables import clean_table

__all__ = ["cell_options", "notebook_markdown"]

IMAGES = {"image/svg+xml": "svg", "image/png": "png"}


def _stop(what: str, where: str, found: str = "", expected: str = "") -> UserError:
    return UserError(what, where=where, found=found, expected=expected)


def cell_options(source: str, *, where: str) -> tuple[dict[str, Any], str]:
    r"""Return the `#|` options of a code cell, and its code without them.

    Raises
    ------
    UserError
        An option is not in the subset, or the options are not YAML.

    Examples
    --------
    >>> cell_options("#| label: tbl-x\n#| tbl-cap: Age\ntable", where="cell 1")
    ({'label': 'tbl-x', 'tbl-cap': 'Age'}, 'table')
    """
    lines = source.split("\n")
    head = [line for line in lines if line.startswith("#|")]
    code = "\n".join(line for line in lines if not line.startswith("#|")).strip("\n")
    try:
        options = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in head)) or {}
    except yaml.YAMLError as error:
        raise _stop("The options of a cell are not valid YAML.", where, str(error)) from error
    for name in options:
        if name not in SUBSET.cell_options:
            raise _stop("A cell option is not in the shared subset.", where, name,
                        ", ".join(SUBSET.cell_options))  # fmt: skip
    return options, code


def notebook_markdown(root: Path, file: str, figures: Path) -> str:
    """Return the notebook as markdown; its figures are written beside the page, as Quarto does.

    A figure of cell `fig-x` in `02-a.ipynb` becomes `02-a_files/figure-html/fig-x-output-1.svg`.

    Raises
    ------
    UserError
        A cell was not executed, failed, or uses something outside the subset.
    """
    notebook = nbformat.read(root / file, as_version=4)
    parts = []
    for number, cell in enumerate(notebook.cells, start=1):
        where = f"{file}, cell {number}"
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code":
            parts.append(_code_cell(cell, where, figures / file, number))
        else:
            raise _stop("A notebook contains a raw cell.", where)
    return "\n\n".join(part for part in parts if part) + "\n"


def _code_cell(cell: Any, where: str, page: Path, number: int) -> str:
    options, code = cell_options(cell.source, where=where)
    tags = cell.metadata.get("tags", [])
    if unknown := sorted(set(tags) - set(SUBSET.cell_tags)):
        raise _stop("A cell tag is not in the shared subset.", where, ", ".join(unknown),
                    ", ".join(SUBSET.cell_tags))  # fmt: skip
    if {"remove-cell", "hide-cell"} & set(tags):
        return ""
    # the book shows no code unless a cell asks for it, and no warnings; an option beats a tag
    parts = [_fenced(code, "python")] if options.get("echo", False) else []
    shown = options.get("output", "hide-output" not in tags) is not False
    seen = [output for output in cell.outputs if shown and output.get("name") != "stderr"]
    name = str(options.get("label", f"cell-{number}"))
    outputs = [
        _output(output, where, options, page, f"{name}-output-{n}")
        for n, output in enumerate(seen, start=1)
    ]
    parts += _labelled(options, outputs, where) if "label" in options else outputs
    return "\n\n".join(parts)


def _labelled(options: dict[str, Any], outputs: list[str], where: str) -> list[str]:
    """Return the outputs as one figure or table, its caption last, as Quarto's own div syntax."""
    label = str(options["label"])
    kind = label.split("-")[0]
    if kind not in ("fig", "tbl"):
        return outputs
    caption = options.get(f"{kind}-cap")
    if not caption or "\n" in str(caption).strip():
        found = str(caption or "none")
        expected = f"#| {kind}-cap: …"
        raise _stop("A labelled cell must have a caption on one line.", where, found, expected)
    if len(outputs) != 1:
        raise _stop("A labelled cell must show exactly one output.", where, str(len(outputs)), "1")
    return [f"::: {{#{label}}}\n\n{outputs[0]}\n\n{str(caption).strip()}\n\n:::"]


def _output(output: Any, where: str, options: dict[str, Any], page: Path, name: str) -> str:
    if output.output_type == "error":
        raise _stop("A cell of an executed notebook failed.", where, output.ename)
    if output.output_type == "stream":
        return _fenced(output.text.rstrip("\n"), "")
    data = output.data
    kind = next((kind for kind in SUBSET.outputs if kind in data), "")
    if not kind:
        raise _stop("An output cannot be typeset.", where, ", ".join(data),
                    ", ".join(SUBSET.outputs))  # fmt: skip
    content = "".join(data[kind])
    if kind in IMAGES:
        return _image(content, kind, where, options, page, name)
    if kind == "text/html":
        return _fenced(clean_table(content), "{=html}")
    return content.strip("\n") if kind == "text/markdown" else _fenced(content, "")


def _image(
    content: str, kind: str, where: str, options: dict[str, Any], page: Path, name: str
) -> str:
    alt = str(options.get("fig-alt") or "").strip()
    if not alt:
        raise _stop("A figure has no alternative text.", where, "", "#| fig-alt: …")
    folder = f"{page.stem}_files/figure-html"
    file = f"{name}.{IMAGES[kind]}"
    binary = content.encode() if kind == "image/svg+xml" else base64.b64decode(content)
    write_atomic(page.parent / folder / file, binary)
    quoted = re.sub(r"\s+", " ", alt).replace("\\", "\\\\").replace('"', '\\"')
    return f'![]({folder}/{file}){{fig-alt="{quoted}"}}'


def _fenced(content: str, info: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {info}\n{content}\n{fence}".replace(f"{fence} \n", f"{fence}\n", 1)
