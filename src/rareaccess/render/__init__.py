"""Typeset the book, with Quarto if it is installed, otherwise with pandoc; only what changed."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from rareaccess.core.errors import UserError
from rareaccess.core.files import replace_folder, write_atomic
from rareaccess.core.paths import build_root, project_root
from rareaccess.render.book import Book, load_book
from rareaccess.render.check import check_site
from rareaccess.render.downloads import (
    PAGE,
    Group,
    Numbers,
    find_numbers,
    write_downloads_page,
)
from rareaccess.render.formats import FORMATS, SITE
from rareaccess.render.formats.base import Work
from rareaccess.render.pandoc import pandoc_version
from rareaccess.render.quarto import Quarto, choose_renderer
from rareaccess.render.state import (
    STATE,
    are_whole,
    file_sizes,
    hash_inputs,
    hash_with_numbers,
    read_state,
)
from rareaccess.render.vouched import check_vouched

__all__ = ["FORMATS", "RenderSummary", "choose_renderer", "render_book"]


@dataclass(frozen=True)
class RenderSummary:
    """What was typeset, who made the pages, and the page to open."""

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
        Names of `FORMATS`; all of them when none is given.
    source
        The source that the notebooks must have been executed on, when it matters.
    force
        Render also what did not change.
    say
        Takes one line for people.

    Raises
    ------
    UserError
        A format is not known, or the book has a fault; the last good book stays.
    """
    root, build = project_root(), build_root()
    if unknown := [name for name in formats if name not in FORMATS]:
        raise UserError(
            "The book has no such format.", where="--to",
            found=", ".join(unknown), expected=", ".join(FORMATS),
        )  # fmt: skip
    wanted = [name for name in FORMATS if name in (formats or FORMATS)]
    quarto = choose_renderer(renderer, say)
    target, state = root / "_book", read_state(root / "_book")
    if not (root / PAGE).is_file():
        write_downloads_page(root, [], {}, [])
    book = load_book(root)
    found = _check_source(root, source)
    numbers = find_numbers(book, build, found)
    files = {name: one.list_files(book, numbers) for name, one in FORMATS.items()}
    wanted = [name for name in wanted if files[name] or name == SITE]
    owners = {file: name for name, own in files.items() for file in own}
    sizes = state.get("files", {})
    whole = [name for name in FORMATS if are_whole(target, _sizes_of(name, sizes, owners))]
    hashes = _hash_formats(book, quarto, numbers)
    current = [name for name in whole if name != SITE and state.get(name) == hashes[name]]
    listed = [name for name in FORMATS if name != SITE and name in (*wanted, *current)]
    _write_downloads(book, numbers, {name: files[name] for name in listed})
    hashes[SITE] = hash_with_numbers(hashes[SITE], numbers, root / PAGE)
    due = [n for n in wanted if force or state.get(n) != hashes[n] or n not in whole]
    kept = tuple(name for name in wanted if name not in due)
    label = _label(due, quarto)
    if not due:
        return RenderSummary((), kept, label, target / "index.html")
    check_vouched(book, build, found)
    prefix = f".book-{os.getpid()}."
    with tempfile.TemporaryDirectory(prefix=prefix, suffix=".part", dir=root) as folder:
        new = Path(folder) / "book"
        if SITE not in due and target.is_dir():
            shutil.copytree(target, new)
        new.mkdir(exist_ok=True)
        for name in due:
            own = Path(folder) / name
            own.mkdir()
            FORMATS[name].write(Work(book, numbers, own, quarto, say), new)
        if SITE in due:
            for file in (file for name in set(listed) - set(due) for file in files[name]):
                (new / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(target / file, new / file)
            check_site(new)
            state = {name: state[name] for name in listed if name in state}
        state |= {name: hashes[name] for name in due}
        made = file_sizes(new)
        changed = {f: n for name in due for f, n in _sizes_of(name, made, owners).items()}
        state["files"] = made if SITE in due else sizes | changed
        write_atomic(new / STATE, json.dumps(state, indent=1, sort_keys=True) + "\n")
        replace_folder(new, target)
    return RenderSummary(tuple(due), kept, label, target / "index.html")


def _hash_formats(book: Book, quarto: Quarto | None, numbers: Sequence[Numbers]) -> dict[str, str]:
    """Return what each format is made from; of the site without the downloads page."""
    plain = hash_inputs(book, None)
    with_numbers = hash_with_numbers(plain, numbers)
    hashes = {name: with_numbers if f.from_numbers else plain for name, f in FORMATS.items()}
    return hashes | {SITE: hash_inputs(book, quarto) if quarto else plain}


def _write_downloads(
    book: Book, numbers: Sequence[Numbers], files: Mapping[str, Mapping[str, str]]
) -> None:
    """Write the downloads page; formats with one heading are listed together."""
    sections: dict[str, Group] = {}
    for name, own in files.items():
        one = FORMATS[name]
        before = sections[one.heading].files if one.heading in sections else {}
        sections[one.heading] = Group(one.heading, one.about, {**before, **own})
    parts = {one.file: one.part for one in book.chapters if one.file in book.notebooks()}
    write_downloads_page(book.root, numbers, parts, list(sections.values()))


def _label(due: Sequence[str], quarto: Quarto | None) -> str:
    """Return who typesets what is due."""
    ours = f"pandoc {pandoc_version()}"
    if quarto is None or SITE not in due:
        return ours
    return f"{quarto.name}" if len(due) == 1 else f"{quarto.name} (the pages) and {ours}"


def _check_source(root: Path, wanted: str | None) -> str:
    """Return the source of the executed notebooks, which must be the one that is wanted."""
    path = root / "_variables.yml"
    variables = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found = (variables or {}).get("release", {}).get("source_name", "")
    if wanted and found and wanted != found:
        raise UserError(
            "The notebooks were run on another source.",
            where="_variables.yml, release.source_name",
            found=found,
            expected=wanted,
            mend=f"Run `rareaccess run --source {wanted}` first.",
        )
    return str(found)


def _sizes_of(name: str, sizes: Mapping[str, int], owners: Mapping[str, str]) -> dict[str, int]:
    """Return the sizes of the files of one format; what no format lists is the site's."""
    return {file: size for file, size in sizes.items() if owners.get(file, SITE) == name}
