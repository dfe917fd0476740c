"""Parts that figures share: the note below, axes of counts, labels on bars and dated marks."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rareaccess.disclosure import Frame, Released, fmt
from rareaccess.disclosure.payloads import vouch
from rareaccess.display.theme import INK, MUTED, WIDTH, Picture, text_width, wrap_words, write_svg

__all__ = [
    "add_head",
    "add_legend",
    "capitalised",
    "finish_figure",
    "heights",
    "is_empty",
    "label_axis",
    "mark_positions",
    "note_text",
]

NOT_SHOWN = (
    "*Not shown: too few people are counted in what this figure would draw, so that disclosure "
    "control hides all of it.*"
)
SMALL = 9.5
HEAD = 11.5  # points: a headline


def note_text(released: Frame, drawn: Sequence[str] = (), more: Sequence[str] = ()) -> str:
    """The note below a figure: n, period, source, what it cannot show, and hidden counts.

    Examples
    --------
    >>> from rareaccess.disclosure import Notes, protect
    >>> data = pd.DataFrame({"n": [3]})
    >>> note_text(protect(data, counts=["n"], profile="ndrs",
    ...                   notes=Notes(n="3 people", source="HES")), ["n"])
    'n = 3 people. Source: HES. Counts hidden by disclosure control are not drawn.'
    """
    notes = released.notes
    parts = [
        f"n = {notes.n}" if notes.n else "",
        notes.period,
        f"Source: {notes.source}" if notes.source else "",
        notes.caveat,
        *more,
    ]
    if released.hidden[list(drawn)].to_numpy().any():
        parts.append("Counts hidden by disclosure control are not drawn")
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def finish_figure(
    figure: Figure,
    released: Frame,
    drawn: Sequence[str],
    description: str,
    *,
    more: Sequence[str] = (),
) -> Picture:
    """Put the note below the axes, register the figure under its label, and return it as SVG.

    `more` are sentences of the note that explain the drawing. Where a profile hides all that the
    figure would draw, a sentence says so in its place.
    """
    if is_empty(released, drawn):
        released.show("fig")
        return Picture("", vouch("text/markdown", NOT_SHOWN))
    width = figure.get_figwidth() * 72 - 12
    lines = wrap_words(note_text(released, drawn, more), width, size=SMALL)
    if lines:
        figure.supxlabel(
            "\n".join(lines), x=0.005, ha="left", fontsize=SMALL, color=MUTED, linespacing=1.35
        )
    picture = write_svg(figure, title=released.show("fig"), description=description)
    vouch("image/svg+xml", picture.svg)
    return picture


def is_empty(released: Frame, drawn: Sequence[str]) -> bool:
    """Whether a profile that controls leaves nothing to draw but what is hidden, or nought.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> months = protect(pd.DataFrame({"n": [0, 3]}), counts=["n"], profile="subnational-hes")
    >>> more = protect(pd.DataFrame({"n": [0, 3, 9]}), counts=["n"], profile="subnational-hes")
    >>> is_empty(months, ["n"]), is_empty(more, ["n"])
    (True, False)
    """
    if not (isinstance(released, Released) and released.profile.controls and drawn):
        return False
    known = released.frame[list(drawn)].astype("Float64").fillna(0).ne(0).to_numpy(bool)
    return bool(released.hidden[list(drawn)].to_numpy(bool).any() and not known.any())


def capitalised(words: str) -> str:
    """Return words as a sentence begins: the first letter large, the others as they are.

    Examples
    --------
    >>> capitalised("severe asthma in IV")
    'Severe asthma in IV'
    """
    return words[:1].upper() + words[1:]


def add_head(figure: Figure, words: str, *, bold: bool = False) -> None:
    """Put what a figure shows above everything; a headline, which is bold, on as many lines."""
    size, weight = (HEAD, "bold") if bold else (10, "normal")
    figure.suptitle(_wrap(words, size), x=0.005, ha="left", fontsize=size, color=INK, weight=weight)


def _wrap(words: str, size: float) -> str:
    return "\n".join(wrap_words(words, WIDTH * 72 - 12, size=size, bold=size == HEAD))


def add_legend(
    figure: Figure,
    *,
    columns: int,
    handles: Sequence[Artist] | None = None,
    length: float = 1,
    words: str | None = None,
    headline: str = "",
) -> None:
    """Put the legend in a line above everything, without a frame; words or a headline above it."""
    drawn = handles or [one for axes in figure.axes for one in axes.get_legend_handles_labels()[0]]
    figure.legend(
        handles=drawn,
        loc="outside upper left",
        ncols=columns,
        handlelength=length,
        handleheight=1,
        borderaxespad=0.2,
        frameon=False,
        fontsize=10,
        title=_wrap(headline, HEAD) if headline else words,
        title_fontproperties={"size": HEAD, "weight": "bold"} if headline else {"size": 10},
        alignment="left",
    )


def label_axis(axes: Axes, words: str, *, percent: bool = False, pad: float = 8) -> None:
    """Name the vertical axis in a line above it, start it at zero, thousands with commas."""
    axes.set_title(words, loc="left", fontsize=10, color=INK, pad=pad)
    axes.set_ylim(bottom=0)
    least = 3 if percent else 2  # of one person there are no halves to mark
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=not percent, min_n_ticks=least))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:g}%" if percent else fmt.whole(value))
    )


def heights(released: Frame, column: str) -> list[float]:
    """Values to draw; a hidden or missing value has no height."""
    return [0.0 if pd.isna(value) else float(value) for value in released.frame[column]]


def mark_positions(
    places: Sequence[float],
    labels: Sequence[str],
    *,
    low: float,
    high: float,
    width: float = WIDTH * 72 - 40,
) -> list[tuple[int, str]]:
    """Row and side of the label of each mark on a horizontal axis, so that no two overlap.

    Rows count upwards from 0, and of labels that would overlap the earlier is higher, so that a
    line up to it crosses none. A label stands right of its mark, or left where it would run out.

    Examples
    --------
    >>> mark_positions([1, 2, 90], ["first", "second", "third"], low=0, high=100, width=200)
    [(1, 'left'), (0, 'left'), (0, 'right')]
    """
    scale, taken, rows = width / (high - low), [], []
    for place, label in reversed(list(zip(places, labels, strict=True))):
        at, wide = (place - low) * scale, text_width(label, SMALL) + 6
        side = "left" if at + wide <= width else "right"
        start, end = (at - 3, at + wide) if side == "left" else (at - wide, at + 3)
        row = 0
        while any((r == row and start < e and s < end) or (r > row and start < line < end)
                  for r, s, e, line in taken):  # fmt: skip
            row += 1
        taken.append((row, start, end, at))
        rows.append((row, side))
    return rows[::-1]
