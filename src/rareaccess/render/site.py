"""The site: a page for each chapter, with the book's contents, its own contents, and search."""

import html
import json
import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.render.book import Book, Chapter
from rareaccess.render.pandoc import ASSETS, Resolved, resolve_book, write_blocks

__all__ = ["page_link", "search_entries", "write_site"]

WRITER = ["-t", "html5", "--mathml", "--wrap=none", "--email-obfuscation=none"]
HEADING = re.compile(r'<h([2-4])([^>]*) id="([^"]+)"([^>]*)>(.*?)</h\1>', re.S)
OPEN_PARTS = 24
"""Up to so many chapters, every part of the sidebar stands open."""


def page_link(here: str, there: str) -> str:
    """Return the relative link from one page to another.

    Examples
    --------
    >>> page_link("report/data.html", "index.html"), page_link("index.html", "report/data.html")
    ('../index.html', 'report/data.html')
    """
    up = len(PurePosixPath(here).parent.parts)
    return "../" * up + there


class _Text(HTMLParser):
    """The words of a page, section by section."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[tuple[str, str, list[str]]] = []
        self.in_heading = 0
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if re.fullmatch(r"h[1-3]", tag):
            self.sections.append((values.get("id") or "", tag, [""]))
            self.in_heading = 1
        elif tag in ("math", "style", "script"):
            self.skip += 1
        elif self.sections and tag in ("p", "td", "th", "li", "figcaption", "dt", "dd", "div"):
            self.sections[-1][2].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if re.fullmatch(r"h[1-3]", tag):
            self.in_heading = 0
        elif tag in ("math", "style", "script"):
            self.skip -= 1

    def handle_data(self, data: str) -> None:
        if self.skip or not self.sections:
            return
        words = self.sections[-1][2]
        if self.in_heading:
            words[0] += data
        else:
            words.append(data)


def search_entries(content: str, page: str, chapter: str) -> list[dict[str, str]]:
    """Return one entry of the search index for each section of a page.

    Examples
    --------
    >>> search_entries('<h1 id="a">Data</h1><p>Some  text</p>', "data.html", "Data")
    [{'url': 'data.html#a', 'chapter': 'Data', 'title': 'Data', 'text': 'Some text'}]
    """
    parser = _Text()
    parser.feed(content)
    return [
        {
            "url": f"{page}#{anchor}" if anchor else page,
            "chapter": chapter,
            "title": " ".join(words[0].split()),
            "text": " ".join("".join(words[1:]).split()),
        }
        for anchor, _, words in parser.sections
    ]


def _contents(headings: list[Mapping[str, Any]], deepest: int) -> str:
    """Return the list of a chapter's sections, nested by level."""
    out: list[str] = []
    levels: list[int] = []  # of the lists that are open, each in an item of the one before
    for heading in headings:
        level = heading["level"]
        if not (1 < level <= deepest and heading["listed"]):
            continue
        while levels and levels[-1] > level:
            out.append("</li></ul>")
            levels.pop()
        if levels and levels[-1] == level:
            out.append("</li>")
        else:
            out.append("<ul>")
            levels.append(level)
        out.append(f'<li><a href="#{heading["id"]}">{html.escape(heading["text"])}</a>')
    return "\n".join(out + ["</li></ul>"] * len(levels))


def _groups(book: Book, index: list[Mapping[str, Any]], here: int) -> list[dict[str, Any]]:
    """Return the sidebar: chapters in their parts, the present one marked."""
    groups: list[dict[str, Any]] = []
    every = len(book.chapters) <= OPEN_PARTS
    page = book.chapters[here].page
    for number, (chapter, entry) in enumerate(zip(book.chapters, index, strict=True)):
        title = "Appendices" if chapter.appendix else chapter.part
        if not groups or groups[-1]["title"] != title:
            groups.append({"title": title, "pages": [], "open": every, "mark": chapter.mark})
        groups[-1]["open"] |= number == here
        groups[-1]["pages"].append(
            {
                "href": page_link(page, chapter.page),
                "number": entry["label"],
                "title": entry["title"],
                "here": number == here,
            }
        )
    return groups


def _neighbour(book: Book, index: list[Mapping[str, Any]], here: int, to: int) -> Any:
    if not 0 <= to < len(book.chapters):
        return None
    label, title = index[to]["label"], index[to]["title"]
    label = f"Appendix {label}:" if label and book.chapters[to].appendix else label
    href = page_link(book.chapters[here].page, book.chapters[to].page)
    other = book.chapters[to].part
    part = other if other != book.chapters[here].part else ""
    return {"href": href, "name": f"{label} {title}".strip(), "part": part}


def _finish(content: str, chapter: Chapter, references: str) -> str:
    """Return the chapter's HTML with links to the bibliography and to each heading."""
    if references and references != chapter.page:
        content = content.replace(
            'href="#ref-', f'href="{page_link(chapter.page, references)}#ref-'
        )

    def linked(match: re.Match[str]) -> str:
        level, before, anchor, after, text = match.groups()
        words = html.escape(re.sub(r"<[^>]+>", "", text), quote=True)
        link = f'<a class="heading-link" href="#{anchor}" aria-label="Link to {words}">#</a>'
        return f'<h{level}{before} id="{anchor}"{after}>{text}{link}</h{level}>'

    return HEADING.sub(linked, content)


def write_site(book: Book, site: Path, *, csv: Mapping[str, Path]) -> Resolved:
    """Write the whole site into an empty folder.

    Parameters
    ----------
    book
        As `load_book` gives it.
    site
        The folder to fill.
    csv
        Label of each table or figure with its file of numbers.

    Raises
    ------
    UserError
        A chapter uses something outside the subset, or an image is missing.
    """
    resolved = resolve_book(book, "html", site, csv=csv)
    index = resolved.index["chapters"]
    _copy_images(book, resolved, site)
    references = _page_with(resolved, book, "refs")
    pages = {chapter.page for chapter in book.chapters}
    downloads = next((p for p in sorted(pages) if p.endswith("downloads.html")), "")
    template = Environment(
        loader=FileSystemLoader(ASSETS), autoescape=False, keep_trailing_newline=True
    ).get_template("page.html")
    entries: list[dict[str, str]] = []
    for here, (chapter, entry) in enumerate(zip(book.chapters, index, strict=True)):
        blocks = resolved.chapters[chapter.file]
        content = write_blocks(blocks, resolved.api, WRITER, chapter.file)
        title = " – ".join(filter(None, [_full_title(entry, chapter), chapter.part]))
        entries += search_entries(content, chapter.page, title)
        page = template.render(
            book=book,
            base=page_link(chapter.page, ""),
            title=html.escape(title),
            description=html.escape(book.subtitle, quote=True) if here == 0 else "",
            groups=_groups(book, index, here),
            toc=_contents(entry["headings"], book.toc_depth),
            part=html.escape(chapter.part),
            mark=chapter.mark,
            content=_finish(content, chapter, references),
            before=_neighbour(book, index, here, here - 1),
            after=_neighbour(book, index, here, here + 1),
            downloads=page_link(chapter.page, downloads) if downloads else "",
        )
        write_atomic(site / chapter.page, page)
    script = json.dumps(entries, ensure_ascii=False, indent=0)
    write_atomic(site / "search-index.js", f"window.raSearch = {script};\n")
    for name in ("content.css", "site.css", "site.js"):
        write_atomic(site / "assets" / name, (ASSETS / name).read_bytes())
    return resolved


def _full_title(entry: Mapping[str, Any], chapter: Chapter) -> str:
    if not entry["label"]:
        return str(entry["title"])
    if chapter.appendix:
        return f"Appendix {entry['label']} — {entry['title']}"
    return f"{entry['label']} {entry['title']}"


def _page_with(resolved: Resolved, book: Book, anchor: str) -> str:
    for chapter in book.chapters:
        if f'["{anchor}",' in json.dumps(resolved.chapters[chapter.file]):
            return chapter.page
    return ""


def _copy_images(book: Book, resolved: Resolved, site: Path) -> None:
    for image in resolved.index["images"] or []:
        path = Path(image["file"]).parent / image["src"]
        target = site / path
        if target.is_file():
            continue
        if not (book.root / path).is_file():
            raise UserError("An image is missing.", where=image["file"], found=image["src"])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(book.root / path, target)
