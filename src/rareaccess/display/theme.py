"""House style of every figure: colours, sizes and how a drawing becomes SVG with real text.

The colours are those of the Government Analysis Function, taken from `afcharts`; all that carry
data have a contrast of at least 3:1 with white. Drawings are laid out with DejaVu Sans, which
comes with matplotlib, so that they are the same on every machine, and are shown in Arial or
Helvetica where the reader has them: both are narrower, so nothing runs out of its place.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
from afcharts.af_colours import get_af_colours
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.text import Text

__all__ = [
    "COLOURS",
    "FAINT",
    "FONTS",
    "INK",
    "LINE",
    "MUTED",
    "WIDTH",
    "Picture",
    "build_figure",
    "build_panels",
    "contrast",
    "escape",
    "text_width",
    "wrap_words",
    "write_svg",
]

_NAMES = ("navy", "teal", "plum", "orange", "grey", "lilac")
COLOURS: Mapping[str, str] = dict(zip(_NAMES, get_af_colours("categorical"), strict=True))
INK = "#0b0c0c"  # text
MUTED = "#505a5f"  # second text: labels of marks, notes
FAINT = "#f3f4f5"  # behind every second row: no data
LINE = "#b1b4b6"  # grid lines and edges of boxes: no data
WIDTH = 7.2  # inches at 72 points: the width of the text column
FONTS = "Arial, Helvetica, 'DejaVu Sans', sans-serif"

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.labelsize": 10,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#dee0e2",
    "grid.linewidth": 0.8,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "text.color": INK,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "rareaccess",
}


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG text; a notebook shows it as one SVG image and nothing else.

    Where all that would be drawn is hidden there is no drawing, and `data` says so in Markdown.
    """

    svg: str
    data: str = ""

    def _ipython_display_(self) -> None:
        shown = {"text/markdown": self.data} if self.data else {"image/svg+xml": self.svg}
        display(shown, raw=True)


def build_figure(*, height: float = 3.6, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return an empty figure in the house style, with one set of axes.

    Examples
    --------
    >>> figure, axes = build_figure()
    >>> axes.spines["top"].get_visible()
    False
    """
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()


def build_panels(
    count: int, *, height: float, width: float = WIDTH, columns: int = 1
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure with panels, row by row, in so many columns.

    Places of the last row that no panel needs stay empty.

    Examples
    --------
    >>> figure, panels = build_panels(5, height=5, columns=3)
    >>> len(panels), len(figure.axes)
    (5, 5)
    """
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(width, height), layout="constrained")
        grid = figure.subplots(-(-count // columns), columns, squeeze=False).ravel()
        for spare in grid[count:]:
            spare.remove()
        return figure, list(grid[:count])


def write_svg(figure: Figure, *, title: str, description: str = "") -> Picture:
    """Return a figure as SVG with real text, a title and a description, and no date.

    The same figure gives the same bytes on every machine and day.

    Examples
    --------
    >>> figure, axes = build_figure()
    >>> "<title>Starts</title>" in write_svg(figure, title="Starts").svg
    True
    """
    out = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    for words in figure.findobj(Text):
        words.set_fontfamily("DejaVu Sans")  # whatever the machine's own settings say
    with mpl.rc_context(_RC):
        figure.savefig(out, format="svg", metadata=nothing)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :].replace("'DejaVu Sans'", FONTS)
    svg = re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)
    head, rest = svg.split(">", 1)
    words = f"<title>{escape(title)}</title>"
    words += f"<desc>{escape(description)}</desc>" if description else ""
    return Picture(f'{head} role="img">\n {words}{rest}')


def escape(words: str) -> str:
    """Return text that is safe inside SVG or HTML.

    Examples
    --------
    >>> escape('a < b & "c"')
    'a &lt; b &amp; &quot;c&quot;'
    """
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        words = words.replace(plain, safe)
    return words


@cache
def _font(bold: bool) -> FT2Font:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", name)))


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text in the units of its size, as laid out with DejaVu Sans.

    Examples
    --------
    >>> text_width("", 10), 20 < text_width("word", 10) < 30
    (0.0, True)
    """
    font = _font(bold)
    font.set_size(100, 72)
    font.set_text(words, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 * size / 100


def wrap_words(words: str, width: float, *, size: float, bold: bool = False) -> list[str]:
    """Break text into lines that fit a width; a word longer than the width has a line of its own.

    Words joined by a no-break space stay together.

    Examples
    --------
    >>> wrap_words("approved forms", 60, size=13)
    ['approved', 'forms']
    """
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def contrast(colour: str, ground: str = "#ffffff") -> float:
    """Contrast ratio of two colours, from 1 to 21.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".

    Examples
    --------
    >>> contrast("#000000"), contrast("#ffffff")
    (21.0, 1.0)
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 2)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
