"""What can be downloaded: the book for Word and as PDF, the numbers, workbooks, the notebooks."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from rareaccess.core.files import write_atomic
from rareaccess.disclosure.columns import name_column
from rareaccess.disclosure.results import read_table
from rareaccess.render.book import Book

__all__ = [
    "PAGE",
    "WHOLE",
    "Group",
    "Numbers",
    "copy_downloads",
    "count_floats",
    "find_numbers",
    "find_results",
    "group_numbers",
    "write_downloads_page",
]

PAGE = "report/executed/downloads.qmd"
UP = "../../"
SAID = ("n", "period", "source", "caveat")
FOLDER, WHOLE = "executed", "whole-book"
KINDS = {"fig": "Figure", "tbl": "Table"}
INTRODUCTION = "Everything here is made of the same released numbers as the pages of the book."
NUMBERS = (
    "Numbers are CSV (UTF-8) for programs; `[c]` stands for a hidden count and `[x]` for a value "
    "that does not exist. The names of their columns are those of the code; a file of columns "
    "gives the words and the unit of each. To open the numbers in Excel, use the workbooks: Excel "
    "turns an age band such as 5-9 in a CSV file into a date. A notebook holds the code of every "
    "result of its chapter, with the output."
)
TITLE = re.compile(r"^# ([^{\n]+)", re.MULTILINE)
HEADING = re.compile(r"^# .*$", re.MULTILINE)
LABEL = re.compile(r"^#\| label: (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Numbers:
    """The released numbers of one table or figure: label, file, title, and whose they are.

    `about` has what is said of them: n, period, source and caveat, each a text, as far as there is
    one. `number` is that in the book, such as Table 4.2.
    """

    label: str
    path: Path
    title: str
    notebook: str
    about: Mapping[str, str] = field(default_factory=dict)
    number: str = ""

    @property
    def typed(self) -> Path:
        """The file of the same numbers with their types, beside the CSV."""
        return self.path.with_suffix(".json")


@dataclass(frozen=True)
class Group:
    """Part of the downloads page: a heading, what is said below it, titles of files by place."""

    heading: str
    about: str
    files: Mapping[str, str]


def find_results(build: Path, source: str, notebook: str) -> Path:
    """Return the file of results that an executed notebook of the book has written."""
    return build / "results" / source / Path(_short(notebook)).with_suffix(".json")


def find_numbers(book: Book, build: Path, source: str) -> list[Numbers]:
    """Return the CSV files that the book's notebooks wrote, in the order of the book."""
    found, root, counted = [], book.root, count_floats(book)
    for notebook in book.notebooks() if source else []:
        path = find_results(build, source, notebook)
        if not path.is_file():
            continue
        tables = json.loads(path.read_text(encoding="utf-8")).get("tables", {})
        labels = LABEL.findall(_text(root / notebook))
        for label in sorted(
            tables, key=lambda one: labels.index(one) if one in labels else len(labels)
        ):
            about = tables[label]
            file = path.parent / about.get("file", f"tables/{label}.csv")
            if file.is_file():
                said = {key: about[key] for key in SAID if about.get(key)}
                title, number = about.get("title", label), counted.get(label, label)
                found.append(Numbers(label, file, title, notebook, said, number))
    return found


def count_floats(book: Book) -> dict[str, str]:
    """Return the number of each figure and table of the notebooks, as the renderers count them."""
    counted, chapter = {}, 0
    for one in book.chapters:
        path = book.root / one.file
        text = _text(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
        heading = HEADING.search(text)
        numbered = not one.appendix and not (heading and ".unnumbered" in heading[0])
        chapter += numbered
        for kind, word in KINDS.items() if path.suffix == ".ipynb" else ():
            labels = [label for label in LABEL.findall(text) if label.startswith(f"{kind}-")]
            for place, label in enumerate(labels, start=1):
                counted[label] = f"{word} {chapter}.{place}" if numbered else f"{word} {place}"
    return counted


def write_columns(folder: Path, numbers: Sequence[Numbers]) -> None:
    """Write, for each pair and for the whole book, what the columns of its CSV files are."""
    for place, own in group_numbers(numbers).items():
        rows = [
            (one.label, one.number, one.title, column["name"], words, column.get("unit", ""))
            for one in own
            for table in [read_table(one.typed)]
            for printed in [{each["name"]: each["heading"] for each in table.get("printed", [])}]
            for column in table["columns"]
            for words in [printed.get(column["name"]) or name_column(column["name"])]
        ]
        frame = pd.DataFrame(rows, columns=["file", "number", "title", "column", "words", "unit"])
        path = folder / name_columns(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False, lineterminator="\n")


def group_numbers(numbers: Sequence[Numbers]) -> dict[str, list[Numbers]]:
    """Return the numbers of each pair by its name, and those of the whole book."""
    groups: dict[str, list[Numbers]] = {}
    for one in numbers:
        folder = Path(one.notebook).parent.name
        groups.setdefault(WHOLE if folder == FOLDER else folder, []).append(one)
    return groups


def name_columns(group: str) -> str:
    """Return the place of the file that describes the columns of a group's CSV files."""
    return f"tables/columns-{group}.csv"


def write_downloads_page(
    root: Path,
    numbers: Sequence[Numbers],
    notebooks: Mapping[str, str],
    sections: Sequence[Group],
) -> None:
    """Write the chapter that lists the downloads, from what there is.

    The renderer puts the number of each figure and table into the links.

    Parameters
    ----------
    numbers
        As `find_numbers` gives them.
    notebooks
        The executed notebooks of the book, in its order, each with the part in which it stands.
    sections
        The files of the other formats of the book.
    """
    lines = ["# Downloads {.unnumbered}", "", INTRODUCTION, ""]
    for one in sections:
        lines += [f"## {one.heading}", "", *([one.about, ""] if one.about else [])]
        links = [f"- [{title}]({UP}{place}){{.download}}" for place, title in one.files.items()]
        lines += [*links, ""]
    if notebooks:
        lines += ["## Numbers and notebooks by chapter", "", NUMBERS, ""]
        for group, own in group_numbers(numbers).items():
            part = notebooks.get(own[0].notebook) if group != WHOLE else "The whole book"
            lines.append(f"- [Columns: {part or group}]({UP}{name_columns(group)}){{.download}}")
        lines.append("")
    before = ""
    for notebook, part in notebooks.items():
        title = TITLE.search(_text(root / notebook))
        own = [one for one in numbers if one.notebook == notebook]
        short = _short(notebook)
        name = title[1].strip() if title else Path(notebook).stem
        lines += [f"### {part}", ""] if part and part != before else []
        before = part
        lines += [f"{'####' if part else '###'} {name}", ""]
        lines += [f"- [{_link(one)}]({UP}tables/{one.label}.csv){{.download}}" for one in own]
        lines += [f"- [Notebook {short}]({UP}downloads/{short}){{.download}}", ""]
    write_atomic(root / PAGE, "\n".join(lines))


def _link(one: Numbers) -> str:
    return f"{KINDS[one.label.split('-')[0]]}: {one.title}"


def _text(notebook: Path) -> str:
    """Return the text of all cells of a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def _short(notebook: str) -> str:
    return notebook.removeprefix("report/executed/")


def copy_downloads(
    root: Path, site: Path, numbers: Sequence[Numbers], notebooks: Sequence[str]
) -> None:
    """Copy the numbers and the executed notebooks to where the pages expect them."""
    write_columns(site, numbers)
    pairs = [(one.path, f"tables/{one.label}.csv") for one in numbers]
    pairs += [(root / notebook, f"downloads/{_short(notebook)}") for notebook in notebooks]
    for path, name in pairs:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, site / name)
