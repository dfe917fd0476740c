"""Numbers in what is shown: each was heard before, from a released value or a declared source.

`fmt` makes every text of a released value, and tells each here; a released frame tells the texts
of its levels and notes. A table, figure or sentence with a number that nobody told comes from no
released value. This is the second line: it sees a number that code of the package typed or took
from raw records, not one that another released value has by chance. The first is the hash.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

from rareaccess.disclosure.numerals import find_numerals, find_typed

__all__ = ["find_unheard", "hear", "list_shown"]

_HEARD: set[str] = set()  # one kernel runs one notebook
SPOKEN = ("title", "alt", "aria-label", "summary")
OF_CODE = re.compile(
    r"\b\d[\d.]*(?: to \d[\d.]*)? (?:minute|day|night|week|month|year|mile)s?\b|"  # durations
    r"\b\d[\d.]* (?:or|and) (?:more|less|fewer|over|under)\b|"  # the ends of a scale
    r"\b(?:p|none|values?) below \d[\d.]*|\bno more than \d[\d.]*"  # limits of a method
)
"""Numbers that the package's own words hold: durations, ends of scales, limits of methods."""
TICK = re.compile(r"[xy]tick_")


def hear(texts: Iterable[object]) -> None:
    """Take the numbers of texts that may be shown; what is no text has none.

    Examples
    --------
    >>> hear(["924 of 1,947", None])
    >>> find_unheard("text/markdown", "924 or 60917 of 1,947, in 2024")
    ['60917']
    """
    for text in texts:
        if isinstance(text, str):
            _HEARD.update(find_numerals(text))


def find_unheard(kind: str, content: str) -> list[str]:
    """Return the numbers of an output that nobody told, as they are written.

    Parameters
    ----------
    kind, content
        Media type of the output, and what is displayed.

    Examples
    --------
    >>> find_unheard("text/markdown", "70931 people within 13 months of 3 or more")
    ['70931']
    >>> find_unheard("text/html", '<td class="n1">70931</td><style>p { margin: 7px }</style>')
    ['70931']
    """
    found: list[str] = []
    for text, tick in list_shown(kind, content):
        for one in find_typed(OF_CODE.sub(" ", text)):
            if one not in _HEARD and not (tick and _is_round(one)):
                found.append(one)
    return list(dict.fromkeys(found))


def list_shown(kind: str, content: str) -> Iterator[tuple[str, bool]]:
    """Yield each text of an output that people read, and whether it is the tick of an axis.

    Examples
    --------
    >>> list(list_shown("image/svg+xml", '<svg><g id="xtick_1"><text>20</text></g>'
    ...                 '<path d="M 1 2"/><desc>In all 9</desc></svg>'))
    [('20', True), ('In all 9', False)]
    """
    if kind == "image/svg+xml":
        yield from _list_svg(ElementTree.fromstring(content), tick=False)
    elif kind == "text/html":
        page = _Words()
        page.feed(content)
        yield from ((text, False) for text in page.texts)
    else:
        yield content, False


def _list_svg(node: ElementTree.Element, *, tick: bool) -> Iterator[tuple[str, bool]]:
    tick = tick or bool(TICK.match(node.get("id", "")))
    if node.tag.rsplit("}")[-1] in ("text", "title", "desc"):
        yield "".join(node.itertext()), tick
        return
    if node.tag.rsplit("}")[-1] not in ("style", "metadata"):
        for one in node:
            yield from _list_svg(one, tick=tick)


def _is_round(number: str) -> bool:
    """Tell whether a tick is one that a scale sets: two digits, three that end with 5, years.

    Years are those of an axis of months, in steps of twelve.
    """
    digits = re.sub(r"[^\d]", "", number).strip("0")
    years = number.isdecimal() and int(number) % 12 == 0
    return len(digits) <= 2 or (len(digits) == 3 and digits.endswith("5")) or years


class _Words(HTMLParser):
    """The words of a table, with those that only some readers hear."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        self.silent += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)
