"""What can be downloaded: the book for Word and as PDF, the numbers, the notebooks."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rareaccess.files import write_atomic

__all__ = ["PAGE", "Numbers", "copy_downloads", "find_numbers", "write_downloads_page"]

PAGE = "report/executed/downloads.qmd"
NAMES = {"docx": "The book for Word", "pdf": "The book as PDF"}


@dataclass(frozen=True)
class Numbers:
    """The released numbers of one table or figure: its label, file and title."""

    label: str
    path: Path
    title: str


def find_numbers(build: Path, source: str, notebooks: list[str]) -> list[Numbers]:
    """Return the CSV files that the book's notebooks wrote, in the order of the book."""
    found = []
    for notebook in notebooks if source else []:
        path = build / "results" / source / Path(_notebook_name(notebook)).with_suffix(".json")
        if not path.is_file():
            continue
        tables = json.loads(path.read_text(encoding="utf-8")).get("tables", {})
        for label, about in tables.items():
            file = path.parent / about.get("file", f"tables/{label}.csv")
            if file.is_file():
                found.append(Numbers(label, file, about.get("title", label)))
    return found


def write_downloads_page(
    root: Path, numbers: list[Numbers], notebooks: list[str], documents: Mapping[str, str]
) -> None:
    """Write the chapter that lists the downloads, from what there is.

    Parameters
    ----------
    numbers
        As `find_numbers` gives them.
    notebooks
        The executed notebooks of the book.
    documents
        File name of each other format of the book.
    """
    lines = ["# Downloads {.unnumbered}", ""]
    lines += ["Everything here is made of the same released numbers as the pages of the book.", ""]
    up = "../../"
    if documents:
        lines += ["## The book in one file", ""]
        lines += [f"- [{NAMES[kind]}]({up}{name}){{.download}}" for kind, name in documents.items()]
        lines += [""]
    if numbers:
        lines += ["## Numbers of each figure and table", ""]
        lines += [
            "Each file is CSV (UTF-8). `[c]` stands for a hidden count and `[x]` for a value that "
            "does not exist.",
            "",
        ]
        lines += [f"- [{n.title}]({up}tables/{n.label}.csv){{.download}}" for n in numbers]
        lines += [""]
    if notebooks:
        lines += ["## Notebooks as executed", ""]
        lines += ["They hold the code of every result, with its output.", ""]
        lines += [
            f"- [{_notebook_name(file)}]({up}downloads/{_notebook_name(file)}){{.download}}"
            for file in notebooks
        ]
        lines += [""]
    write_atomic(root / PAGE, "\n".join(lines))


def _notebook_name(file: str) -> str:
    return file.removeprefix("report/executed/")


def copy_downloads(root: Path, site: Path, numbers: list[Numbers], notebooks: list[str]) -> None:
    """Copy the numbers and the executed notebooks to where the pages expect them."""
    for one in numbers:
        (site / "tables").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.path, site / "tables" / f"{one.label}.csv")
    for file in notebooks:
        target = site / "downloads" / _notebook_name(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / file, target)
