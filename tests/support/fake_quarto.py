"""A stand-in for the program `quarto`: it writes the recorded pages of tests/quarto_site.

Each chapter that is a notebook becomes the recorded page of a notebook, with the scripts from a
CDN that Quarto adds to it; each other chapter becomes the recorded first page.
"""

import re
import sys
from pathlib import Path

import yaml

VERSION = "1.10.2"
RECORDED = Path(__file__).parents[1] / "quarto_site"
FIGURE = "cells_files/figure-html/fig-cell-output-1.svg"
WARNINGS = """\
[ 1/12] index.qmd
WARN: Unable to resolve link target: downloads/parts/cells.ipynb
WARN: Unable to resolve link target: downloads/parts/cells.ipynb
\x1b[33mWARNING (main.lua:17834) The image is large:\x1b[39m
  images/square.svg
WARNING (main.lua:17834) The image is large:
  images/square.svg

Output created: _book/index.html
"""


def put_libraries(site: Path) -> None:
    """Put a file for each script, style and figure that the pages load from the site."""
    for page in list(site.rglob("*.html")):
        for name in re.findall(
            r'"((?:\.{1,2}/)*(?:site_libs|cells_files)/[^"]+)"', page.read_text()
        ):
            path = (page.parent / name).resolve()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("<svg/>" if path.suffix == ".svg" else "/* of Quarto */\n")


def list_chapters(entries: list) -> list[str]:
    """Return the files of the chapters, those of parts too."""
    nested = [[e] if isinstance(e, str) else list_chapters(e["chapters"]) for e in entries]
    return [file for files in nested for file in files]


def render(stage: Path) -> None:
    """Write the site of a book whose sources are in a folder."""
    files = []
    settings = yaml.safe_load((stage / "_quarto.yml").read_text())
    for name in ("_quarto.yml", *settings["metadata-files"]):
        book = yaml.safe_load((stage / name).read_text())["book"]
        files += list_chapters(book.get("chapters", [])) + book.get("appendices", [])
    for file in files:
        if not (stage / file).is_file():
            sys.exit(f"ERROR: Book chapter '{file}' not found")
        kind, offset = ("parts/cells", "../") if file.endswith(".ipynb") else ("index", "./")
        up = "../" * file.count("/") or "./"
        text = (RECORDED / f"{kind}.html").read_text(encoding="utf-8")
        page = stage / "_book" / Path(file).with_suffix(".html")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text.replace(f'"{offset}', f'"{up}'), encoding="utf-8")
    put_libraries(stage / "_book")
    print(WARNINGS, file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(VERSION)
    elif sys.argv[1] == "render" and sys.argv[3:] == ["--to", "html"]:
        render(Path(sys.argv[2]))
    else:
        sys.exit(f"ERROR: only `render … --to html` is known, not {sys.argv[1:]}")
