"""Typeset the book: with Quarto where a machine has it, else with pandoc; only what changed."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from rareaccess.errors import UserError
from rareaccess.files import replace_folder, write_atomic
from rareaccess.paths import build_root, project_root
from rareaccess.render.book import Book, load_book
from rareaccess.render.check import check_site
from rareaccess.render.document import write_docx, write_pdf
from rareaccess.render.downloads import (
    PAGE,
    Numbers,
    copy_downloads,
    find_numbers,
    write_downloads_page,
)
from rareaccess.render.pandoc import pandoc_version
from rareaccess.render.quarto import Quarto, choose_renderer, quarto_site
from rareaccess.render.site import write_site
from rareaccess.render.state import (
    STATE,
    are_whole,
    file_sizes,
    hash_inputs,
    hash_site,
    read_state,
)
from rareaccess.render.workbook import Workbook, list_workbooks, write_workbook

__all__ = ["FORMATS", "RenderSummary", "choose_renderer", "render_book"]

DOCUMENTS = ("docx", "pdf")
FORMATS = ("html", *DOCUMENTS)


@dataclass(frozen=True)
class RenderSummary:
    """What was typeset, by which renderer, and the page to open."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    renderer: str
    index: Path

    def __str__(self) -> str:
        """Return the rendering in one line."""
        if not self.made:
            return f"nothing changed: {', '.join(self.kept)} up to date"
        left = f"; {', '.join(self.kept)} unchanged" if self.kept else ""
        return f"{', '.join(self.made)} by {self.renderer}{left}"


def render_book(
    renderer: str = "auto",
    formats: Sequence[str] = (),
    *,
    source: str | None = None,
    force: bool = False,
    say: Callable[[str], object] = print,
) -> RenderSummary:
    """Render what changed into _book, which is replaced only when everything is complete.

    Parameters
    ----------
    renderer
        auto, quarto or pandoc.
    formats
        html, docx, pdf; all of them when none is given.
    source
        The source that the notebooks must have been executed on, when it matters.
    force
        Render also what did not change.
    say
        Takes one line for people.

    Raises
    ------
    UserError
        The book has a fault; the last good book stays.
    """
    root, build = project_root(), build_root()
    formats = [kind for kind in FORMATS if kind in (formats or FORMATS)]
    quarto = choose_renderer(renderer, say)
    target, state = root / "_book", read_state(root / "_book")
    if not (root / PAGE).is_file():
        write_downloads_page(root, [], {}, {}, {})
    book = load_book(root)
    name = book.output_file
    inputs, sizes = hash_inputs(book, quarto), state.get("files", {})
    whole = [k for k in FORMATS if are_whole(target, _sizes_of(k, sizes, name))]
    current = [k for k in DOCUMENTS if state.get(k) == inputs and k in whole]
    listed = {k: f"{name}.{k}" for k in DOCUMENTS if k in formats or k in current}
    notebooks = [file for file in book.sources() if file.endswith(".ipynb")]
    numbers = find_numbers(root, build, _check_source(root, source), notebooks)
    parts = {one.file: one.part for one in book.chapters if one.file in notebooks}
    workbooks = list_workbooks(book, numbers)
    places = {one.place: one.title for one in workbooks}
    write_downloads_page(root, numbers, parts, listed, places)
    wanted = {"html": hash_site(root, inputs, numbers)} | dict.fromkeys(DOCUMENTS, inputs)
    due = [k for k in formats if force or state.get(k) != wanted[k] or k not in whole]
    kept = tuple(k for k in formats if k not in due)
    label = quarto.name if quarto else f"pandoc {pandoc_version()}"
    if not due:
        return RenderSummary((), kept, label, target / "index.html")
    prefix = f".book-{os.getpid()}."
    with tempfile.TemporaryDirectory(prefix=prefix, suffix=".part", dir=root) as folder:
        work = Path(folder)
        new = work / "book"
        if "html" in due:
            _make_site(book, new, numbers, notebooks, workbooks, quarto, work, say)
            for kind in set(listed) - set(due):
                shutil.copyfile(target / listed[kind], new / listed[kind])
        else:
            shutil.copytree(target, new) if target.is_dir() else new.mkdir()
        for kind in (k for k in due if k != "html"):
            _make_document(book, kind, new / f"{name}.{kind}", work)
        if "html" in due:
            check_site(new)
        state = {k: v for k, v in state.items() if k in kept or k in listed or "html" not in due}
        state |= {k: wanted[k] for k in due}
        made = file_sizes(new)
        changed = {f: n for k in due for f, n in _sizes_of(k, made, name).items()}
        state["files"] = made if "html" in due else sizes | changed
        write_atomic(new / STATE, json.dumps(state, indent=1, sort_keys=True) + "\n")
        replace_folder(new, target)
    return RenderSummary(tuple(due), kept, label, target / "index.html")


def _make_site(
    book: Book, new: Path, numbers: list[Numbers], notebooks: list[str],
    workbooks: list[Workbook], quarto: Quarto | None, work: Path,
    say: Callable[[str], object],
) -> None:  # fmt: skip
    if quarto:
        shutil.copytree(quarto_site(quarto, book, work, say), new)
    else:
        new.mkdir()
        write_site(book, new, csv={one.label: one.path for one in numbers})
    copy_downloads(book.root, new, numbers, notebooks)
    for one in workbooks:
        write_workbook(new / one.place, one)


def _make_document(book: Book, kind: str, path: Path, work: Path) -> None:
    folder = work / kind
    folder.mkdir()
    (write_docx if kind == "docx" else write_pdf)(book, path, folder)


def _check_source(root: Path, wanted: str | None) -> str:
    """Return the source of the executed notebooks, which must be the one that is wanted."""
    path = root / "_variables.yml"
    variables = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found = (variables or {}).get("release", {}).get("source_name", "")
    if wanted and found and wanted != found:
        raise UserError(
            "The notebooks were executed on another source.",
            where="_variables.yml, release.source_name",
            found=found,
            expected=wanted,
            mend=f"Run `rareaccess run --source {wanted}` first.",
        )
    return found


def _sizes_of(kind: str, sizes: Mapping[str, int], name: str) -> dict[str, int]:
    """Return the sizes of the files of one format: a document's own, or all others of the site."""
    documents = {f"{name}.{k}": k for k in DOCUMENTS}
    return {file: size for file, size in sizes.items() if documents.get(file, "html") == kind}
