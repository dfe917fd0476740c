"""Run nbval on executed notebooks, and alter one in a way that a reader would care about."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def run_nbval(project: Path, *notebooks: Path) -> subprocess.CompletedProcess:
    """Execute the notebooks again, on the marts of the project, and compare every output."""
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--nbval",
        "-c",
        os.devnull,
        "--noconftest",
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *map(str, notebooks)],
        cwd=notebooks[0].parent,
        env={**os.environ, "RAREACCESS_HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def _edit_output(kind: str, pattern: str, replace: Callable) -> Callable[[dict], bool]:
    """Return an edit of the first match of a pattern in an output of that type."""

    def edit(book: dict) -> bool:
        for cell in book["cells"]:
            for output in cell.get("outputs", []):
                text = "".join(output.get("data", {}).get(kind, ""))
                changed = re.sub(pattern, replace, text, count=1)
                if changed != text:
                    output["data"][kind] = changed
                    return True
        return False

    return edit


def _edit_parameter(book: dict) -> bool:
    for cell in book["cells"]:
        if cell["cell_type"] == "code" and 'pair = "' in "".join(cell["source"]):
            cell["source"] = 'pair = "another-pair"\nsource = "sample"'
    return True


def _edit_kernel(book: dict) -> bool:
    book["metadata"]["kernelspec"]["name"] = "another-kernel"
    return True


def _next_digit(match: re.Match) -> str:
    return match[1] + str((int(match[2]) + 1) % 10) + match[3]


CELL = r"(<td[^>]*>[^<]*)(\d)([^<]*</td>)"
MUTATIONS = {
    "a number in a sentence": _edit_output("text/markdown", r"(\D)(\d)(\D)", _next_digit),
    "a datum of a figure": _edit_output("image/svg+xml", r"(L \d+\.)(\d)(\d)", _next_digit),
    "a cell of a table": _edit_output("text/html", CELL, _next_digit),
    "a parameter": _edit_parameter,
    "the name of the kernel": _edit_kernel,
}


def mutate(source: Path, target: Path, name: str) -> None:
    """Write a copy of an executed notebook with one thing altered."""
    book = json.loads(source.read_text())
    assert MUTATIONS[name](book), f"nothing to alter for {name}"
    target.write_text(json.dumps(book))
