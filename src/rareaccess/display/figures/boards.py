"""Integrated care boards: a map of tiles, or of boundaries, and the funnel beside it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, NullLocator

from rareaccess.contracts import list_boards
from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import SMALL, add_head, finish_figure
from rareaccess.display.theme import COLOURS, INK, LINE, MUTED, Picture, build_panels

__all__ = ["draw_boards"]

SCALE = (0.5, 2.0)
COLOUR_MAP = LinearSegmentedColormap.from_list(
    "access", [COLOURS["orange"], "#f7f7f7", COLOURS["navy"]]
)
DARK = 0.32  # luminance below which words are white
Outlines = Mapping[str, Sequence[np.ndarray]]


def draw_boards(
    released: Frame, *, words: str, headline: str = "", outlines: Outlines | None = None
) -> Picture:
    """Map of the boards, and the funnel of their ratios.

    Each board has its ODS code and its ratio on it. Without outlines it is a tile near its
    neighbours, so that none is too small to be seen. A hidden board is grey with its mark.

    Parameters
    ----------
    released
        One row a board: `key`, `code`, `starts`, `expected`, `ratio`, `shrunk`, `lower`, `upper`
        (of the funnel), `flag`.
    words
        What the colours are.
    headline
        What the figure shows, in a sentence above it.
    outlines
        Boundaries of the boards by code: rings of points, one array of x and y each.
    """
    check_released(released)
    if released.frame.empty:
        figure, (axes,) = build_panels(1, height=1.3)
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No board is known", ha="center", va="center", color=INK)
        add_head(figure, headline or words, bold=bool(headline))
        return finish_figure(figure, released, [], words)
    figure, (left, right) = build_panels(2, height=5.0, columns=2)
    norm = LogNorm(*SCALE, clip=True)
    if outlines:
        _draw_outlines(left, released, outlines, norm)
    else:
        _draw_tiles(left, released, norm)
    _add_scale(figure, left, norm)
    _draw_funnel(right, released)
    add_head(figure, headline or words, bold=bool(headline))
    return finish_figure(figure, released, ["starts"], words)


def _look(released: Frame, row: int, norm: LogNorm) -> tuple[object, str, str]:
    """Return the fill of a board, its value as text, and the colour of words on it."""
    value = released.cell(row, "shrunk")
    shown = fmt.num(value, 2)
    number = released.frame["shrunk"].iloc[row]
    if pd.isna(number):
        lost = bool(released.hidden["starts"].iloc[row])
        return "#e4e6e7", fmt.HIDDEN_TEXT if lost else "\N{EN DASH}", INK
    fill = COLOUR_MAP(norm(float(number)))
    light = float(np.dot(fill[:3], (0.2126, 0.7152, 0.0722)))
    return fill, str(shown), "white" if light < DARK else INK


def _draw_tiles(axes: Axes, released: Frame, norm: LogNorm) -> None:
    places = {board.icb_code: (board.column, board.row) for board in list_boards()}
    frame = released.frame
    for row, key in enumerate(frame["key"]):
        x, y = places[str(key)]
        fill, shown, ink = _look(released, row, norm)
        axes.add_patch(Rectangle((x, y), 0.96, 0.96, facecolor=fill, edgecolor=LINE, linewidth=0.6))
        code = str(frame["code"].iloc[row])
        axes.annotate(code, (x + 0.48, y + 0.34), ha="center", va="center", fontsize=6.4, color=ink)
        axes.annotate(shown, (x + 0.48, y + 0.68), ha="center", va="center", fontsize=6.4,
                      color=ink)  # fmt: skip
    axes.set_xlim(-0.1, 9.1)
    axes.set_ylim(10.1, -0.1)
    axes.set_aspect("equal")
    axes.axis("off")


def _draw_outlines(axes: Axes, released: Frame, outlines: Outlines, norm: LogNorm) -> None:
    frame = released.frame
    for row, key in enumerate(frame["key"]):
        fill, shown, ink = _look(released, row, norm)
        rings = outlines.get(str(key), [])
        for ring in rings:
            axes.add_patch(PathPatch(Path(ring), facecolor=fill, edgecolor="white", linewidth=0.5))
        if rings:
            largest = max(rings, key=lambda ring: float(np.prod(np.ptp(ring, axis=0))))
            told = f"{frame['code'].iloc[row]}\n{shown}"
            axes.annotate(told, tuple(largest.mean(axis=0)), ha="center", va="center", fontsize=6,
                          color=ink)  # fmt: skip
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.axis("off")


def _add_scale(figure: Figure, axes: Axes, norm: LogNorm) -> None:
    bar = figure.colorbar(
        ScalarMappable(norm, COLOUR_MAP), ax=axes, orientation="horizontal", shrink=0.7, aspect=30,
        pad=0.01, extend="both",
    )  # fmt: skip
    ticks = [SCALE[0], 0.75, 1.0, 1.5, SCALE[1]]
    bar.ax.xaxis.set_major_locator(FixedLocator(ticks))
    bar.ax.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    bar.ax.xaxis.set_minor_locator(NullLocator())
    bar.ax.tick_params(labelsize=8.5)


def _draw_funnel(axes: Axes, released: Frame) -> None:
    frame = released.frame.sort_values("expected", kind="stable")
    known = frame.dropna(subset=["ratio", "expected"])
    x, y = (known[name].astype(float).to_numpy() for name in ("expected", "ratio"))
    inside = known.dropna(subset=["lower", "upper"])
    edge = inside["expected"].astype(float).to_numpy()
    for name in ("lower", "upper"):
        axes.plot(edge, inside[name].astype(float), color=MUTED, linewidth=1.1, zorder=1)
    axes.axhline(1, color=MUTED, linewidth=1.1, zorder=1)
    out = known["flag"].isin(["above", "below"]).to_numpy()
    axes.scatter(x[~out], y[~out], s=22, color=COLOURS["navy"], zorder=3)
    axes.scatter(x[out], y[out], s=34, color=COLOURS["orange"], marker="D", zorder=3)
    for at, value, code in zip(x[out], y[out], known["code"].to_numpy()[out], strict=True):
        axes.annotate(code, (at, value), xytext=(5, 4), textcoords="offset points", fontsize=8,
                      color=INK)  # fmt: skip
    top = max(2.0, float(y.max(initial=1.0)) * 1.1)
    axes.set_ylim(0, top)
    axes.set_xlim(left=0)
    axes.set_title("Starts over expected starts", loc="left", fontsize=SMALL, color=INK, pad=7)
    axes.set_xlabel("Expected starts", fontsize=9)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(axis="x", length=3)
