"""Figures of shares by group: the treated beside others, described and not tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import SMALL, add_legend, finish_figure, label_axis
from rareaccess.display.theme import COLOURS, Picture, build_figure, build_panels

__all__ = ["Series", "draw_bands", "draw_groups"]

_ORDER = (COLOURS["navy"], COLOURS["teal"], COLOURS["plum"])


@dataclass(frozen=True)
class Series:
    """A column of percentages of the frame, with its name in the legend."""

    column: str
    label: str


def draw_groups(released: Frame, *, series: Sequence[Series], words: str) -> Picture:
    """Horizontal bars of percentages by group, each with its value; groups from top to bottom.

    Parameters
    ----------
    released
        One row a group (`level`), percentages as columns.
    series
        The columns to draw, side by side.
    words
        What the bars show.
    """
    check_released(released)
    rows = len(released.frame) * len(series)
    figure, axes = build_figure(height=1.35 + 0.235 * rows)
    _draw_bars(axes, released, series, series, x="share", y="level", gap=0.08, width=0.78)
    for one, bars in zip(series, axes.containers, strict=True):
        axes.bar_label(bars, map(fmt.pct, released.values(one.column)), padding=3, fontsize=9)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    axes.set(xlabel=None, ylabel=None, xticks=[])
    axes.set_xlim(0, max(1.0, _highest(released, series)) * 1.12)
    axes.tick_params(axis="y", labelsize=10)
    axes.set_title(words, loc="left", fontsize=10, pad=8)
    if len(series) > 1:
        _legend(figure, series)
    return finish_figure(figure, released, [one.column for one in series], words)


def draw_bands(
    released: Frame,
    *,
    panels: Sequence[tuple[str, Sequence[Series]]],
) -> Picture:
    """Vertical bars of percentages by ordered band, one panel above the other on the same scale.

    Parameters
    ----------
    released
        One row a band (`level`), percentages as columns.
    panels
        Title of each panel and its columns.
    """
    check_released(released)
    figure, all_axes = build_panels(len(panels), height=0.9 + 2.15 * len(panels))
    drawn = {one.label: one for _, series in panels for one in series}
    top = max(_highest(released, series) for _, series in panels)
    for axes, (words, series) in zip(all_axes, panels, strict=True):
        every = list(drawn.values())
        _draw_bars(axes, released, series, every, x="level", y="share", gap=0.05, width=0.8)
        axes.set(xlabel=None, ylabel=None)
        label_axis(axes, words, percent=True)
        axes.set_ylim(0, max(top * 1.06, 1.0))
        _band_ticks(axes, released.frame["level"].astype(str).tolist())
    if len(drawn) > 1:
        _legend(figure, list(drawn.values()))
    words = "; ".join(words for words, _ in panels)
    return finish_figure(figure, released, [one.column for one in drawn.values()], words)


def _draw_bars(
    axes: Axes, released: Frame, series: Sequence[Series], every: Sequence[Series], **how: Any
) -> None:
    """Draw some series side by side; each has the colour of its place among all of the figure."""
    colours = dict(zip([one.label for one in every], _ORDER, strict=False))
    parts = [
        pd.DataFrame(
            {
                "level": released.frame["level"].astype(str),
                "share": released.frame[one.column].astype("Float64").fillna(0.0),
                "series": one.label,
            }
        )
        for one in series
    ]
    sns.barplot(
        pd.concat(parts, ignore_index=True), hue="series", palette=colours, errorbar=None,
        hue_order=[one.label for one in series], saturation=1, legend=False, ax=axes, **how,
    )  # fmt: skip


def _band_ticks(axes: Axes, levels: list[str]) -> None:
    """Name every band, or every second one when there are many; words on two lines."""
    step = 1 if len(levels) < 15 else 2
    shown = [place for place, level in enumerate(levels) if place % step == 0 or " " in level]
    axes.set_xticks(shown, [levels[place].replace(" ", "\n") for place in shown])
    axes.tick_params(axis="x", labelsize=SMALL, length=3)


def _highest(released: Frame, series: Sequence[Series]) -> float:
    values = released.frame[[one.column for one in series]].astype("Float64")
    return float(values.fillna(0.0).to_numpy(dtype=float).max(initial=0.0))


def _legend(figure: Figure, series: Sequence[Series]) -> None:
    boxes = [
        Patch(color=colour, label=one.label) for one, colour in zip(series, _ORDER, strict=False)
    ]
    add_legend(figure, columns=len(series), handles=boxes)
