"""Figures of shares by group: the treated beside others, described and not tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import (
    SMALL,
    add_head,
    add_legend,
    finish_figure,
    label_axis,
)
from rareaccess.display.theme import COLOURS, WIDTH, Picture, build_panels, text_width, wrap_words

__all__ = ["Series", "draw_bands", "draw_groups"]

_ORDER = (COLOURS["navy"], COLOURS["teal"], COLOURS["plum"])
UNKNOWN = "Not known"
LABEL = 10.0  # points: the name of a line


@dataclass(frozen=True)
class Series:
    """A column of percentages of the frame, with its name in the legend."""

    column: str
    label: str


def draw_groups(
    released: Frame,
    *,
    series: Sequence[Series],
    words: str,
    panel: str = "",
    headline: str = "",
) -> Picture:
    """Horizontal bars of percentages by group, each with its value; groups from top to bottom.

    Parameters
    ----------
    released
        One row a group (`level`), percentages as columns.
    series
        The columns to draw, side by side.
    words
        What the bars show.
    panel
        A column whose values part the rows: panels side by side, on one scale.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    names = released.frame[panel].drop_duplicates().tolist() if panel else [words]
    rows = [released.frame[panel].eq(name).to_numpy() if panel else slice(None) for name in names]
    tall = max(len(released.frame[part]) * len(series) for part in rows)
    figure, all_axes = build_panels(len(names), height=1.35 + 0.235 * tall, columns=len(names))
    for axes, part, name in zip(all_axes, rows, names, strict=True):
        _draw_bars(axes, released.frame[part], series, x="share", y="level", gap=0.08,
                   width=0.78)  # fmt: skip
        for one, bars in zip(series, axes.containers, strict=True):
            shown = pd.Series(released.values(one.column), dtype=object)[part]
            axes.bar_label(bars, map(fmt.pct, shown), padding=3, fontsize=9)
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.spines["left"].set_visible(True)
        axes.set(xlabel=None, ylabel=None, xticks=[])
        axes.set_xlim(0, max(1.0, _highest(released, series)) * (1.12 + 0.13 * (len(names) - 1)))
        axes.tick_params(axis="y", labelsize=10)
        axes.set_title(f"{name}: {words}" if panel else words, loc="left", fontsize=10, pad=8)
        if panel:
            axes.set_yticks(*_wrap_ticks(axes))
    if len(series) > 1:
        _legend(figure, series, headline)
    elif headline:
        add_head(figure, headline, bold=True)
    return finish_figure(figure, released, [one.column for one in series], headline or words)


def draw_bands(
    released: Frame,
    *,
    panels: Sequence[tuple[str, Sequence[Series]]],
    headline: str = "",
) -> Picture:
    """Lines of percentages by ordered band, each named where it stands highest above the others.

    A share of 0 is drawn only beside others. A hidden share is a gap with the mark of hidden
    counts, and the share of those not known is a point apart, or absent where it is nobody.

    Parameters
    ----------
    released
        One row a band (`level`), percentages as columns.
    panels
        Title of each panel and its columns; the panels have one scale.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, all_axes = build_panels(len(panels), height=1.1 + 2.5 * len(panels))
    top = max(_highest(released, series) for _, series in panels)
    for axes, (words, series) in zip(all_axes, panels, strict=True):
        levels = released.frame["level"].astype(str).tolist()
        bands = len(levels) - (levels[-1] == UNKNOWN)
        shares = [released.frame[one.column].to_numpy(float, na_value=np.nan) for one in series]
        if not any(own[bands:].any() for own in shares):  # nobody is not known
            levels, shares = levels[:bands], [own[:bands] for own in shares]
        _mark_gaps(axes, [released.hidden[one.column][:bands] for one in series])
        for own, colour, dash in zip(shares, _ORDER, _DASHES, strict=False):
            look: dict[str, Any] = {"color": colour, "marker": "o", "markersize": 3}
            axes.plot(_lift(own[:bands]), linestyle=dash, linewidth=2.2, **look)
            axes.plot(range(bands, len(own)), own[bands:], linestyle="", **look)
        places = _find_places([np.nan_to_num(own) for own in shares], series, top)
        for place, one, colour in zip(places, series, _ORDER, strict=False):
            axes.annotate(
                one.label, place, xytext=(0, 5), textcoords="offset points", ha="center",
                va="bottom", color=colour, fontsize=LABEL, fontweight="bold",
                path_effects=[withStroke(linewidth=3, foreground="white")],
            )  # fmt: skip
        label_axis(axes, words, percent=True)
        axes.set_ylim(0, max(top * 1.15, 1.0))
        _band_ticks(axes, levels)
    if headline:
        add_head(figure, headline, bold=True)
    drawn = dict.fromkeys(one.column for _, series in panels for one in series)
    return finish_figure(figure, released, list(drawn), "; ".join(words for words, _ in panels))


def _lift(shares: np.ndarray) -> np.ndarray:
    """Return shares without those of 0 that have no other beside them: no line along the axis."""
    some = np.nan_to_num(shares) > 0
    beside = np.append(some[1:], False) | np.append(False, some[:-1])
    return np.where(some | beside, shares, np.nan)


def _mark_gaps(axes: Axes, gaps: Sequence[pd.Series]) -> None:
    """Write the mark of hidden counts on the axis where a line has a gap, in its colour."""
    for place in range(len(gaps[0])):
        colours = [one for gap, one in zip(gaps, _ORDER, strict=False) if gap.iloc[place]]
        for row, colour in enumerate(colours):
            axes.annotate(
                fmt.HIDDEN_TEXT, (place, 0), xytext=(0, 4 + 11 * row), textcoords="offset points",
                ha="center", color=colour, fontsize=SMALL,
            )  # fmt: skip


_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))


def _find_places(
    shares: Sequence[np.ndarray], series: Sequence[Series], top: float
) -> list[tuple[float, float]]:
    """Find the place at which each line is named: on its open side, and clear of other names."""
    bands, found = len(shares[0]), []
    taken: list[tuple[float, float, float, float]] = []
    for own, one in zip(shares, series, strict=True):
        others = [other for other in shares if other is not own]
        margin = own - np.max(others, axis=0) if others else own
        half = text_width(one.label, LABEL, bold=True) / (WIDTH * 72 - 50) * bands / 2
        slope = np.sign(np.gradient(own)) if bands > 1 else np.zeros(1)
        middle = np.clip(np.arange(bands) - slope * half, half - 0.5, bands - 0.5 - half)
        boxes = [(middle[at] - half, middle[at] + half, own[at], own[at] + 0.12 * top)
                 for at in np.argsort(-margin)]  # fmt: skip
        clear = [box for box in boxes if not any(_meet(box, other) for other in taken)]
        box = (clear or boxes)[0]
        taken.append(box)
        found.append(((box[0] + box[1]) / 2, box[2]))
    return found


def _meet(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]


def _draw_bars(axes: Axes, frame: pd.DataFrame, series: Sequence[Series], **how: Any) -> None:
    """Draw some series side by side, each in the colour of its place."""
    colours = dict(zip([one.label for one in series], _ORDER, strict=False))
    parts = [
        pd.DataFrame(
            {
                "level": frame["level"].astype(str),
                "share": frame[one.column].astype("Float64").fillna(0.0),
                "series": one.label,
            }
        )
        for one in series
    ]
    sns.barplot(
        pd.concat(parts, ignore_index=True), hue="series", palette=colours, errorbar=None,
        hue_order=[one.label for one in series], saturation=1, legend=False, ax=axes, **how,
    )  # fmt: skip


def _wrap_ticks(axes: Axes) -> tuple[list[float], list[str]]:
    """Return the ticks of the groups with their names on two lines, where they are long."""
    names = [label.get_text() for label in axes.get_yticklabels()]
    return list(axes.get_yticks()), ["\n".join(wrap_words(name, 90, size=10)) for name in names]


def _band_ticks(axes: Axes, levels: list[str]) -> None:
    """Name every band, or every second one when there are many; words on two lines."""
    step = 1 if len(levels) < 15 else 2
    shown = [place for place, level in enumerate(levels) if place % step == 0 or " " in level]
    axes.set_xticks(shown, [levels[place].replace(" ", "\n") for place in shown])
    axes.tick_params(axis="x", labelsize=SMALL, length=3)


def _highest(released: Frame, series: Sequence[Series]) -> float:
    values = released.frame[[one.column for one in series]].astype("Float64")
    return float(values.fillna(0.0).to_numpy(dtype=float).max(initial=0.0))


def _legend(figure: Figure, series: Sequence[Series], headline: str) -> None:
    boxes = [
        Patch(color=colour, label=one.label) for one, colour in zip(series, _ORDER, strict=False)
    ]
    add_legend(figure, columns=len(series), handles=boxes, headline=headline)
