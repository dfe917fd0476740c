"""The finished site, checked: every link, anchor and image, no resource from elsewhere."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from rareaccess.core.errors import UserError

__all__ = ["check_site", "find_faults"]

LOADED = {
    ("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"),
    ("video", "src"), ("audio", "src"), ("object", "data"), ("embed", "src"), ("use", "href"),
}  # fmt: skip
"""Attributes by which a browser fetches something of its own accord."""

FOREIGN = re.compile(r"(?:https?:)?//", re.I)
LEFTOVER = re.compile(r"\?@[\w-]+|(?<![\w.@])@(?:fig|tbl|sec|eq)-[\w-]+|\{\{[^}]*\}\}|:::+ *\{")
CSS_URL = re.compile(r"url\(\s*['\"]?((?:https?:)?//[^)'\"]+)|@import\s+['\"]?(https?:[^'\";]+)")


class _Page(HTMLParser):
    """Ids, links, what is loaded, and the visible text of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[str, bool]] = []
        self.no_alt: list[str] = []
        self.unresolved = False
        self.text: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values and tag != "link":  # the styles of light and dark share theirs
            self.ids.append(values["id"])
        self.unresolved |= "quarto-unresolved-ref" in values.get("class", "")
        for name in ("href", "src", "data"):
            if name in values and (tag == "a" or (tag, name) in LOADED):
                self.links.append((values[name], tag != "a"))
        if tag == "img" and not values.get("alt", "").strip():
            self.no_alt.append(values.get("src", ""))
        if tag in ("script", "style", "code", "pre", "annotation"):
            self.hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "code", "pre", "annotation"):
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)


def _target(page: str, link: str) -> tuple[str, str]:
    parts = urlsplit(link)
    path = unquote(parts.path)
    joined = PurePosixPath(page).parent / path if path else PurePosixPath(page)
    steps: list[str] = []
    for step in joined.parts:
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps), unquote(parts.fragment)


def find_faults(site: Path) -> Iterator[tuple[str, str, str]]:
    """Yield page, fault and what was found, for every fault of a finished site.

    Examples
    --------
    >>> import tempfile
    >>> site = Path(tempfile.mkdtemp())
    >>> _ = (site / "index.html").write_text('<a href="gone.html">x</a>')
    >>> list(find_faults(site))
    [('index.html', 'a link leads nowhere', 'gone.html')]
    """
    pages: dict[str, _Page] = {}
    for path in sorted(site.rglob("*.html")):
        parser = _Page()
        parser.feed(path.read_text(encoding="utf-8"))
        pages[path.relative_to(site).as_posix()] = parser
    for name, page in pages.items():
        yield from ((name, "an id is used twice", i) for i in sorted(
            {i for i in page.ids if page.ids.count(i) > 1}))  # fmt: skip
        yield from ((name, "an image has no alternative text", src) for src in page.no_alt)
        for link, loaded in page.links:
            yield from (
                (name, fault, link) for fault in _link_faults(site, pages, name, link, loaded)
            )
        if page.unresolved:
            yield name, "a reference is not resolved", "quarto-unresolved-ref"
        for left in LEFTOVER.findall(" ".join(page.text)):
            yield name, "markup is left in the text", left
    for style in sorted(site.rglob("*.css")):
        for found in CSS_URL.findall(style.read_text(encoding="utf-8")):
            yield (
                style.relative_to(site).as_posix(),
                "a style is fetched from elsewhere",
                "".join(found),
            )


def _link_faults(
    site: Path, pages: dict[str, _Page], name: str, link: str, loaded: bool
) -> Iterator[str]:
    if FOREIGN.match(link):
        if loaded:
            yield "something is fetched from elsewhere"
        return
    if re.match(r"[a-z][a-z+.-]*:", link, re.I):
        return
    target, fragment = _target(name, link)
    if target and not (site / target).exists():
        yield "an image or file is missing" if loaded else "a link leads nowhere"
    elif fragment and target in pages and fragment not in pages[target].ids:
        yield "a link leads to a place that is not on the page"


def check_site(site: Path) -> None:
    """Stop when the finished site has a fault, and name up to twenty of them.

    Raises
    ------
    UserError
        Any fault of `find_faults`.
    """
    faults = list(find_faults(site))
    if faults:
        page, what, found = faults[0]
        lines = [f"{where}: {fault}: {text}" for where, fault, text in faults[:20]]
        raise UserError(
            f"The finished book has {len(faults)} error{'s' * (len(faults) > 1)}: {what}.",
            where=page,
            found=found if len(faults) == 1 else "\n".join(lines),
            mend="Correct the source of the page. The last good book is unchanged.",
        )
