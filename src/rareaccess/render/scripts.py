"""Scripts that Quarto fetches from a CDN for widgets, of which this book has none: taken out.

Quarto adds require.js and jQuery to each page whose notebook has an output in HTML, as a table is.
"""

import re
from html.parser import HTMLParser

__all__ = ["drop_scripts"]

FETCHED = re.compile(r"(?:https?:)?//\S+/(?:require|jquery)(?:\.min)?\.js(?:\?\S*)?", re.I)
DEFINED = re.compile(r"\s*define\(\s*'jquery'.*\)\s*;?\s*", re.S)


class _Scripts(HTMLParser):
    """Where each script of a page begins and ends, its source and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[tuple[int, int]] = []
        self.begin, self.source, self.text = -1, "", ""
        self.starts = [0]
        for line in page.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def place(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.begin, self.source, self.text = self.place(), dict(attrs).get("src") or "", ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.begin >= 0:
            unwanted = FETCHED if self.source else DEFINED
            if unwanted.fullmatch(self.source or self.text):
                self.found.append((self.begin, self.page.index(">", self.place()) + 1))
            self.begin = -1


def drop_scripts(page: str) -> str:
    """Return the page without require.js, jQuery and the line that makes one known to the other.

    Anything else that is fetched stays, so that the check of the finished site finds it.

    Examples
    --------
    >>> drop_scripts('<script src="https://x.org/require.min.js"></script><script>go()</script>')
    '<script>go()</script>'
    """
    scripts = _Scripts(page)
    scripts.feed(page)
    for begin, end in reversed(scripts.found):
        page = page[:begin] + page[end:].removeprefix("\n")
    return page
