"""The printed book without the sections of detail that further pairs have online."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rareaccess.render.book import Book
from rareaccess.render.downloads import FOLDER
from rareaccess.render.pandoc import Resolved

__all__ = ["DETAIL", "abridge", "shorten"]

DETAIL = "detail"
"""The class of a heading whose section is printed for the first pair only."""
LEAD = "Online and in the workbook, this chapter also has: "


def abridge(resolved: Resolved, book: Book) -> Resolved:
    """Return the chapters for print: those of other pairs than the first without their details.

    The site has every section of every pair. In print a section whose heading has the class
    `detail` is left out of the chapters of all pairs but the first, and the chapter ends with what else
    it has online. References to what is left out become plain text.

    Parameters
    ----------
    resolved
        The blocks of each chapter, with all numbers given.
    book
        Whose chapters are known by their file, `executed/<pair>/<notebook>`.
    """
    chapters: dict[str, list[Any]] = {}
    gone: set[str] = set()
    pairs = {file: _name_pair(file) for file in book.notebooks()}
    first = next((pair for pair in pairs.values() if pair), "")
    for chapter in book.chapters:
        blocks = resolved.chapters[chapter.file]
        if pairs.get(chapter.file, first) not in ("", first):
            blocks, lost, titles = shorten(blocks)
            gone |= lost
            if titles:
                blocks = [*blocks, _tell(titles)]
        chapters[chapter.file] = blocks
    if gone:
        chapters = {name: [_unlink(one, gone) for one in blocks]
                    for name, blocks in chapters.items()}  # fmt: skip
    return replace(resolved, chapters=chapters)


def _name_pair(file: str) -> str:
    """Return the pair of an executed notebook, nothing for one of the whole book."""
    folder = Path(file).parent.name
    return "" if folder == FOLDER else folder


def shorten(blocks: list[Any]) -> tuple[list[Any], set[str], list[list[Any]]]:
    """Return blocks without sections of detail, the ids that went with them, and their titles.

    A section ends at the next heading of its level or above.

    Examples
    --------
    >>> def head(level, id, *classes):
    ...     return {"t": "Header", "c": [level, [id, list(classes), []], [{"t": "Str", "c": id}]]}
    >>> blocks = [head(1, "top"), head(2, "a", "detail"), {"t": "Para", "c": []}, head(2, "b")]
    >>> kept, gone, titles = shorten(blocks)
    >>> [block["c"][1][0] for block in kept], sorted(gone), titles[0][0]["c"]
    (['top', 'b'], ['a'], 'a')
    """
    kept: list[Any] = []
    gone: set[str] = set()
    titles: list[list[Any]] = []
    level = 0
    for block in blocks:
        if block["t"] == "Header":
            own, (_, classes, _), words = block["c"]
            if level and own <= level:
                level = 0
            if not level and DETAIL in classes:
                level = own
                titles.append(words)
        if level:
            gone |= set(_list_ids(block))
        else:
            kept.append(block)
    return kept, gone, titles


def _tell(titles: list[list[Any]]) -> dict[str, Any]:
    words: list[Any] = [{"t": "Str", "c": LEAD}]
    for place, title in enumerate(titles):
        words += [{"t": "Str", "c": "; "}] if place else []
        words += [one for one in title if not _is_number(one)]
    return {"t": "Para", "c": [*words, {"t": "Str", "c": "."}]}


def _is_number(inline: Any) -> bool:
    """Return whether an inline is the number before a heading."""
    return inline["t"] == "Span" and "header-section-number" in inline["c"][0][1]


def _list_ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        content = node.get("c")
        if isinstance(content, list):
            for part in content:
                if _is_attributes(part):
                    yield part[0]
                yield from _list_ids(part)
    elif isinstance(node, list):
        for part in node:
            yield from _list_ids(part)


def _is_attributes(part: Any) -> bool:
    return (isinstance(part, list) and len(part) == 3 and isinstance(part[0], str)
            and bool(part[0]) and isinstance(part[1], list) and isinstance(part[2], list))  # fmt: skip


def _unlink(node: Any, gone: set[str]) -> Any:
    """Return blocks or inlines in which links to what is gone are their words."""
    if isinstance(node, list):
        return [_unlink(part, gone) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "Link" and node["c"][2][0].lstrip("#") in gone:
        return {"t": "Span", "c": [["", [], []], _unlink(node["c"][1], gone)]}
    return {key: _unlink(value, gone) for key, value in node.items()}
