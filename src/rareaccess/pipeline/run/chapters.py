"""What the runner tells the renderer: the chapters of each pair, and the numbers of the prose."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rareaccess import __version__
from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.disclosure.provenance import LEGEND, mark_caption
from rareaccess.params import Pair
from rareaccess.pipeline.run.citations import list_cited, list_sources
from rareaccess.pipeline.run.job import Job

__all__ = ["BANNERS", "build_chapters", "build_title", "build_variables", "write_book_files"]

LISTS = ("chapters", "appendices")
NOTICE = "# Written by `rareaccess run`; every change here is lost.\n"

BANNERS = {
    "synthetic": "Synthetic data: every record behind this report was made by a computer program. "
    "No number in it describes a real person.",
    "draft": "Draft: not checked for disclosure. Not to be shared.",
    "none": "",
}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


UNVERIFIED = "Some codes, dates or criteria of this pair have no source yet"


def build_title(pair: Pair) -> str:
    """Return the title of a pair's part; a mark follows if its settings are not all verified.

    The mark is a span of Quarto's, which `rareaccess.render.book` reads as well.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> pair = load_pair("sle-belimumab")
    >>> build_title(pair)
    'systemic lupus erythematosus and belimumab'
    >>> build_title(pair.model_copy(update={"status": "unverified"}))
    'systemic lupus erythematosus and belimumab [unverified]{.ra-mark title="Some codes, dates \
or criteria of this pair have no source yet"}'
    """
    title = f"{pair.names.condition} and {pair.names.drug}"
    mark = f' [unverified]{{.ra-mark title="{UNVERIFIED}"}}'
    return title + mark if pair.status == "unverified" else title


def build_chapters(
    jobs: Sequence[Job],
    titles: Mapping[str, str],
    after: Sequence[Mapping[str, Any]],
    root: Path,
    release: Mapping[str, str],
) -> dict[str, Any]:
    """Return the end of the book's list of chapters: a part for each pair, then the fixed parts.

    Quarto appends these lists to those of `_quarto.yml`, so that a new pair needs no edit there.

    Parameters
    ----------
    jobs
        In the order of the book.
    titles
        The title of each pair's part.
    after
        The parts that follow, as in report/after-pairs.yml.
    release
        Banner, source and version, for the top and the foot of every page.
    """
    parts: list[dict[str, Any]] = []
    for slug, title in titles.items():
        own = [job for job in jobs if not job.after and job.name.startswith(f"{slug}/")]
        chapters = [job.executed.relative_to(root).as_posix() for job in own]
        parts.append({"part": _sentence(title), "chapters": chapters})
    book: dict[str, Any] = {
        "chapters": [*parts, *(dict(part) for part in after)],
        "appendices": ["report/executed/downloads.qmd"],
        "page-footer": {"left": release["footer"]},
    }
    built: dict[str, Any] = {"book": book}
    if release["banner"]:
        text = f'<aside class="ra-banner" aria-label="Notice">{release["banner"]}</aside>'
        built["format"] = {"html": {"include-before-body": [{"text": text}]}}
    return built


def build_variables(
    results: Mapping[str, Mapping[str, Any]], release: Mapping[str, str]
) -> dict[str, Any]:
    """Return the numbers for the prose: by pair (with _ for -) and id, as text.

    Beside each stands, under its id with `_mark`, the mark of what it rests on, which is empty
    where the records are of real people; `release.marks` says what the marks mean.

    Raises
    ------
    UserError
        Two notebooks of one pair write the same id with different text.

    Examples
    --------
    >>> found = {"sle-x/01-a": {"numbers": {"treated": {"text": "924"}}}}
    >>> build_variables(found, {"source": "synthetic"})["sle_x"]
    {'treated': '924', 'treated_mark': ''}
    """
    variables: dict[str, Any] = {"release": dict(release)}
    marked = False
    for name, result in results.items():
        group = name.split("/")[0].replace("-", "_") if "/" in name else "book"
        shelf = variables.setdefault(group, {})
        for key, number in result.get("numbers", {}).items():
            if shelf.get(key, number["text"]) != number["text"]:
                raise UserError(
                    "Two notebooks write the same number with different values.",
                    where=f"results of {name}, number {key}",
                    found=f"{shelf[key]} and {number['text']}",
                    expected="one notebook for each number",
                )
            shelf[key] = number["text"]
            shelf[f"{key}_mark"] = mark_caption(number.get("provenance", "")).strip()
            marked = marked or "provenance" in number
    variables["release"]["marks"] = LEGEND if marked else ""
    return variables


def write_book_files(
    root: Path,
    jobs: Sequence[Job],
    titles: Mapping[str, str],
    *,
    banner: str,
    source: str,
    source_label: str,
) -> None:
    """Write report/_chapters.yml and _variables.yml; unchanged content leaves the files alone.

    Quarto cites chapter by chapter. With every key that the book cites under `nocite` in each, two
    works of one author and year are told apart ("2025a") as they are in the book as a whole.
    """
    release = {
        "version": __version__,
        "source": source_label,
        "source_name": source,
        "banner": BANNERS[banner],
        "footer": f"rareaccess {__version__} · Source: {source_label}",
    }
    after = yaml.safe_load((root / "report" / "after-pairs.yml").read_text(encoding="utf-8")) or []
    chapters = build_chapters(jobs, titles, after, root, release)
    fixed = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8")) or {}
    books = [settings.get("book", {}) for settings in (fixed, chapters)]
    entries = [entry for book in books for key in LISTS for entry in book.get(key, [])]
    cited = list_cited(root, list_sources(entries), root / fixed.get("bibliography", ""))
    if cited:
        chapters["nocite"] = ", ".join(f"@{key}" for key in cited)
    results = {
        job.name: json.loads(job.results.read_text(encoding="utf-8"))
        for job in jobs
        if not job.after
    }
    variables = build_variables(results, release)
    for path, content in (("report/_chapters.yml", chapters), ("_variables.yml", variables)):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
        write_atomic(root / path, NOTICE + text)
