"""What can be downloaded: the book for Word and as PDF, the numbers, workbooks, the notebooks."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rareaccess.core.files import write_atomic

__all__ = [
    "PAGE",
    "Group",
    "Numbers",
    "copy_downloads",
    "find_numbers",
    "write_downloads_page",
]

PAGE = "report/executed/downloads.qmd"
UP = "../../"
SAID = ("n", "period", "source", "caveat")
KINDS = {"fig": "Figure", "tbl": "Table"}
INTRODUCTION = "Everything here is made of the same released numbers as the pages of the book."
NUMBERS = (
    "Numbers are CSV (UTF-8); `[c]` stands for a hidden count and `[x]` for a value that does not "
    "exist. A notebook holds the code of every result of its chapter, with the output."
)
TITLE = re.compile(r"^# ([^{\n]+)", re.MULTILINE)
LABEL = re.compile(r"^#\| label: (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Numbers:
    """The released numbers of one table or figure: label, file, title, and whose they are.

    `about` has what is said of them: n, period, source and caveat, each a text, as far as there is
    one.
    """

    label: str
    path: Path
    title: str
    notebook: str
    about: Mapping[str, str] = field(default_factory=dict)

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


def find_numbers(root: Path, build: Path, source: str, notebooks: Sequence[str]) -> list[Numbers]:
    """Return the CSV files that the book's notebooks wrote, in the order of the book."""
    found = []
    for notebook in notebooks if source else []:
        path = build / "results" / source / Path(_short(notebook)).with_suffix(".json")
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
                found.append(Numbers(label, file, about.get("title", label), notebook, said))
    return found


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
    for notebook, part in notebooks.items():
        title = TITLE.search(_text(root / notebook))
        own = [one for one in numbers if one.notebook == notebook]
        short = _short(notebook)
        name = title[1].strip() if title else Path(notebook).stem
        lines += [f"### {' – '.join(filter(None, [part, name]))}", ""]
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
    pairs = [(one.path, f"tables/{one.label}.csv") for one in numbers]
    pairs += [(root / notebook, f"downloads/{_short(notebook)}") for notebook in notebooks]
    for path, name in pairs:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, site / name)
