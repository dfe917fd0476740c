"""Figure of ratios against their goals."""

import pandas as pd

from rareaccess.disclosure import Frame, check_released
from rareaccess.display.figures.parts import SMALL, finish_figure
from rareaccess.display.theme import COLOURS, INK, MUTED, Picture, build_figure

__all__ = ["draw_goals"]


def draw_goals(released: Frame, *, words: str) -> Picture:
    """Points on a logarithmic axis: how far each ratio is from its goal, the goal as a line.

    Parameters
    ----------
    released
        One row a ratio: `what`, `value` and `goal` as text, `margin` (1 at the goal, more is
        better); rows without a margin are not drawn.
    words
        What the axis shows.
    """
    check_released(released)
    frame = released.frame[released.frame["margin"].notna()].reset_index(drop=True)
    figure, axes = build_figure(height=1.5 + 0.46 * len(frame))
    places = list(range(len(frame)))
    met = frame["margin"] >= 1
    colours = [COLOURS["navy"] if one else COLOURS["orange"] for one in met]
    axes.hlines(places, 1, frame["margin"], color=colours, linewidth=2)
    axes.scatter(frame["margin"], places, color=colours, s=36, zorder=3)
    axes.axvline(1, color=INK, linewidth=1)
    for place, row in zip(places, frame.itertuples(), strict=True):
        axes.annotate(
            f"{row.value} ({row.goal})",
            (max(row.margin, 1), place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=MUTED,
        )
        axes.annotate(
            row.what,
            (0, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, 13),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    axes.set_yticks([])
    axes.set_xscale("log")
    axes.set_xlim(*_limits(frame["margin"]))
    axes.set_ylim(len(frame) - 0.5, -0.9)
    axes.set_xticks([1], ["goal"])
    axes.minorticks_off()
    axes.grid(visible=False)
    axes.set_title(words, loc="left", fontsize=10, pad=8)
    return finish_figure(figure, released, ["margin"], words)


def _limits(margin: pd.Series) -> tuple[float, float]:
    """Return the ends of the axis, with room for the words beside the points."""
    low, high = min(margin.min(), 1), max(margin.max(), 1)
    return low / 1.3, high * max(high / low, 3) ** 0.9
