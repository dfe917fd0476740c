"""What a screen reader needs of a page's structure, found without a browser."""

from collections.abc import Iterator
from html.parser import HTMLParser

LISTS, IN_A_LIST = {"ul", "ol"}, {"li", "script", "template"}
LANDMARKS = {"header", "nav", "main", "aside", "footer"}
EMPTY = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}


class _Elements(HTMLParser):
    """Every element of a page with those that it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), self.open.copy()))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), self.open.copy()))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass


def list_structure_faults(page: str) -> Iterator[str]:
    """Yield what stands directly in a list and may not, and a banner that is in no landmark.

    Examples
    --------
    >>> list(list_structure_faults("<ul><li>a</li><ul><li>b</li></ul></ul>"))
    ['a list holds <ul>']
    >>> list(list_structure_faults('<div class="ra-banner">Draft</div>'))
    ['a banner is in no landmark']
    >>> list(list_structure_faults('<aside class="ra-banner">Draft</aside>'))
    []
    """
    parser = _Elements()
    parser.feed(page)
    for tag, attributes, within in parser.found:
        if within and within[-1] in LISTS and tag not in IN_A_LIST:
            yield f"a list holds <{tag}>"
        banner = "ra-banner" in (attributes.get("class") or "").split()
        if banner and not LANDMARKS & {*within, tag}:
            yield "a banner is in no landmark"
