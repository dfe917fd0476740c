"""What a reader sees on a page of the book, whichever renderer made it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "img", "br", "hr", "input", "col", "wbr", "source", "path", "circle"}


def tidy(text: str) -> str:
    """Return text with every kind and number of spaces as one."""
    return " ".join(text.replace("\u00a0", " ").split())


@dataclass
class Page:
    """The parts of one page that the renderers must agree on."""

    headings: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    alt: list[str] = field(default_factory=list)
    text: str = ""


class Reader(HTMLParser):
    """Collects the parts of `<main>`, outside its navigation."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.stack: list[tuple[str, dict[str, str], list[str]]] = []
        self.words: list[str] = []
        self.titles: list[tuple[str, bool]] = []

    def inside(self, *tags: str) -> bool:
        return any(tag in tags for tag, _, _ in self.stack)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "img" and self.inside("main"):
            self.page.alt.append(values.get("alt", ""))
        if tag not in VOID:
            self.stack.append((tag, values, []))

    def handle_endtag(self, tag):
        if tag in VOID or not self.inside(tag):
            return
        while self.stack:
            name, values, words = self.stack.pop()
            if name == tag:
                self.close(tag, values, tidy("".join(words)))
                return

    def close(self, tag, values, text):
        if not self.inside("main") or self.inside("nav") or tag == "nav":
            return
        if re.fullmatch("h[1-6]", tag):
            self.page.headings.append(text)
            if tag == "h1":
                block = any(one.get("id") == "title-block-header" for _, one, _ in self.stack)
                self.titles.append((text, block))
        elif tag == "figcaption":
            self.page.captions.append(text)
        elif tag == "a":
            classes = values.get("class", "").split()
            link = (text, values.get("href", "").removeprefix("./"))
            found = {"xref", "quarto-xref"} & set(classes)
            (self.page.references if found else self.page.links).append(link)

    def handle_data(self, data):
        if not self.inside("main") or self.inside("nav", "script", "style", "annotation"):
            return
        own = [values.get("class", "") for _, values, _ in self.stack]
        if "heading-link" in own:
            return
        for _, _, words in self.stack:
            words.append(data)
        self.words.append(data)


def read_page(path: Path) -> Page:
    """Return the parts of a page on which the renderers must agree.

    Quarto puts the title of the book above the first page, which has a heading of its own: skipped.
    """
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    if len(reader.titles) > 1 and reader.titles[0][1]:
        reader.page.headings.remove(reader.titles[0][0])
    reader.page.text = tidy("".join(reader.words))
    return reader.page
