"""Figures of distributions: bins of a quantity, and scores with those below the threshold."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from rareaccess.disclosure import Frame, Hidden, Statistic, check_released, fmt
from rareaccess.display.figures.parts import (
    SMALL,
    add_head,
    add_legend,
    finish_figure,
    heights,
    label_axis,
)
from rareaccess.display.theme import COLOURS, MUTED, Picture, build_figure

__all__ = ["draw_bins", "draw_scores"]


def draw_bins(
    released: Frame,
    *,
    column: str,
    words: str,
    axis: str,
    line: tuple[str, Statistic | Hidden | None] | None = None,
    headline: str = "",
) -> Picture:
    """Bars of counts by bins of a quantity; the last bin is open at the top.

    Parameters
    ----------
    released
        One row a bin: `level` (its text), `lower` (its left edge) and the column to draw.
    column
        The column of counts.
    words, axis
        What the bars count, and the quantity with its unit.
    line
        Name and value of one released statistic to mark, such as the median.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=3.7)
    frame, bins = released.frame, len(released.frame)
    places = [place + 0.5 for place in range(bins)]
    axes.bar(places, heights(released, column), width=0.92, color=COLOURS["navy"])
    step = max(1, -(-bins // 16))
    edges = [fmt.whole(value) for value in frame["lower"]]
    shown = list(range(0, bins - 1, step))
    text = [*(edges[place] for place in shown), f"{edges[-1]}+"]
    axes.set_xticks([*shown, bins - 0.5], text)
    axes.set_xlim(-0.2, bins + 0.2)
    axes.tick_params(axis="x", length=4)
    axes.set_xlabel(axis)
    label_axis(axes, words, pad=8 + (13 if line else 0))
    if line and isinstance(line[1], Statistic):
        width = float(frame["lower"].iloc[1] - frame["lower"].iloc[0]) if bins > 1 else 1.0
        place = (line[1].value - float(frame["lower"].iloc[0])) / width
        axes.axvline(place, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)))
        axes.annotate(
            f"{line[0]} {fmt.stat(line[1])}",
            (place, 1),
            xycoords=("data", "axes fraction"),
            fontsize=SMALL,
            xytext=(0, 4),
            textcoords="offset points",
            color=MUTED,
        )
    if headline:
        add_head(figure, headline, bold=True)
    return finish_figure(figure, released, [column], f"{words} by {axis}")


def draw_scores(
    released: Frame,
    *,
    column: str,
    threshold: str,
    words: str,
    axis: str,
    headline: str = "",
) -> Picture:
    """Bars of counts by score: those below the threshold, those at or above, those not usable.

    Parameters
    ----------
    released
        One row a bar in order: `level` (its text), `kind` (`below`, `above` or `unusable`) and
        the column of counts. Unusable scores (missing, unreadable) stand apart at the right.
    column
        The column of counts.
    threshold
        Text of the threshold, for the legend.
    words, axis
        What the bars count, and the score.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=3.9)
    kinds = released.frame["kind"].tolist()
    usable = sum(kind != "unusable" for kind in kinds)
    step = max(2.6, 0.24 * (usable + 1))  # room for the words below the bars at the right
    apart = [
        place if kind != "unusable" else usable + (place - usable + 0.7) * step
        for place, kind in enumerate(kinds)
    ]
    widths = [0.86 if kind != "unusable" else 0.55 * step for kind in kinds]
    tall = heights(released, column)
    axes.bar(apart, tall, width=widths, color=[_KINDS[kind] for kind in kinds])
    for place, value, kind, cell in zip(apart, tall, kinds, released.values(column), strict=True):
        if kind == "unusable":
            axes.annotate(
                fmt.n(cell),
                (place, value),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
    _score_ticks(axes, released.frame["level"], kinds, apart, usable)
    axes.set_xlabel(axis, x=(usable / (apart[-1] + 2)) / 2 if apart else 0.5)
    label_axis(axes, words)
    names = {
        "below": f"below {threshold}",
        "above": f"{threshold} or more",
        "unusable": "no usable score",
    }
    boxes = [Patch(color=_KINDS[kind], label=names[kind]) for kind in names if kind in kinds]
    add_legend(figure, columns=3, handles=boxes, headline=headline)
    return finish_figure(figure, released, [column], f"{words} by {axis}")


_KINDS = {"below": COLOURS["orange"], "above": COLOURS["navy"], "unusable": "#757575"}


def _score_ticks(
    axes: Axes, levels: pd.Series, kinds: list[str], places: list[float], usable: int
) -> None:
    step = next(step for step in (1, 2, 5, 10, 20) if step * 16 >= usable)
    first = levels.iloc[0] if usable else "0"
    skip = -int(first) % step if str(first).lstrip("-").isdigit() else 0  # 2, 4, 6 and not 3, 5, 7
    shown = [
        place for place, kind in enumerate(kinds)
        if kind == "unusable" or (place - skip) % step == 0
    ]  # fmt: skip
    text = ["\n".join(str(levels.iloc[place]).rsplit(" ", 1)) for place in shown]
    axes.set_xticks([places[place] for place in shown], text)
    axes.tick_params(axis="x", length=3)
    right = places[-1] - places[-2] if len(places) > usable + 1 else 2.0
    axes.set_xlim(-0.8, (places[-1] if places else 0) + right * 0.5)
