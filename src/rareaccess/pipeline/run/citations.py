"""Which entries of the bibliography the book cites: in chapters, included files and notebooks."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["list_cited", "list_sources"]

ENTRY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
CITATION = re.compile(r"(?<![\w.])@\{?(\w(?:\w|[:.#$%&+?<>~/-](?=\w))*)")
INCLUDE = re.compile(r"\{\{<\s*include\s+(\S+?)\s*>\}\}")


def list_sources(entries: Iterable[Any]) -> Iterator[str]:
    """Yield the files of a list of chapters, those within its parts too.

    Examples
    --------
    >>> list(list_sources(["index.qmd", {"part": "One", "chapters": ["a.qmd"]}]))
    ['index.qmd', 'a.qmd']
    """
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            yield from list_sources(entry.get("chapters", []))


def list_cited(root: Path, sources: Iterable[str], bibliography: Path) -> list[str]:
    """Return the keys of the bibliography that the sources cite, in its order.

    Parameters
    ----------
    root
        The project's folder.
    sources
        Files of the chapters, as paths in it; one that is not there is left out.
    bibliography
        The file of entries; where it is not there, nothing can be cited.
    """
    if not bibliography.is_file():
        return []
    named: set[str] = set()
    seen: set[Path] = set()
    due = [root / source for source in sources]
    while due:
        path = due.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        text = _read_prose(path)
        named |= set(CITATION.findall(text))
        due += [path.parent / name for name in INCLUDE.findall(text)]
    keys = ENTRY.findall(bibliography.read_text(encoding="utf-8"))
    return [key for key in keys if key in named]


def _read_prose(path: Path) -> str:
    """Return the text of a chapter; of a notebook its cells of text and its outputs in markdown."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    parts = []
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(cell["source"])
        parts += [out["data"].get("text/markdown", "") for out in cell.get("outputs", [])
                  if "data" in out]  # fmt: skip
    return "\n\n".join("".join(part) for part in parts)
