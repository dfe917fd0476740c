"""Ratios with their intervals on a log scale: one row a group, panels side by side."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import SMALL, add_head, capitalised, finish_figure
from rareaccess.display.theme import (
    COLOURS,
    FAINT,
    INK,
    MUTED,
    Picture,
    build_panels,
    text_width,
)

__all__ = ["draw_ratios"]

TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
WIDEST = (1 / 60, 60.0)  # where an interval is cut, with an arrow
NAME = 9.0
MANY = 3  # panels, of which long titles would meet


def draw_ratios(
    released: Frame,
    *,
    panels: Mapping[str, str] | None = None,
    words: str,
    headline: str = "",
    group: str = "",
    level: str = "level",
    panel: str = "denominator",
    value: str = "ratio",
) -> Picture:
    """Ratios with their intervals on a log scale, the line of no difference at 1.

    A group with which the others are compared is a ring on the line. A hidden ratio is its mark,
    one that is not given a dash, and one without any event an arrow from its upper limit. Bounds,
    which have no ratio of their own, are a line without a dot.

    Parameters
    ----------
    released
        One row a group and panel: a ratio such as `ratio`, with `ratio_lower` and `ratio_upper`.
    panels
        Values of the column `panel` and the titles of their panels; without them each value is a
        title. All have one scale.
    words
        What the dots and the lines through them are.
    headline
        What the figure shows, in a sentence above it.
    group
        A column whose values part the rows, with a gap between.
    level, panel, value
        The columns of the groups, of the panels and of the ratio.
    """
    check_released(released)
    named = {level: "level", panel: "panel", value: "ratio", f"{value}_lower": "ratio_lower",
             f"{value}_upper": "ratio_upper"}  # fmt: skip
    kept = released.frame[[*named, *([group] if group else [])]]
    frame = kept.rename(columns=named).assign(hidden=released.hidden[value].to_numpy())
    panels = panels or {name: str(name) for name in frame["panel"].drop_duplicates()}
    rows = frame[["level", *([group] if group else [])]].drop_duplicates(ignore_index=True)
    gaps = rows[group].ne(rows[group].shift()).cumsum() - 1 if group else pd.Series(0, rows.index)
    places = {level: at + 0.45 * gap for at, (level, gap) in
              enumerate(zip(rows["level"], gaps, strict=True))}  # fmt: skip
    low, high = _find_scale(frame)
    height = 1.15 + 0.26 * (len(rows) + 0.45 * float(gaps.max() if len(gaps) else 0))
    if frame.empty or not panels:
        return _draw_none(released, words, headline)
    figure, all_axes = build_panels(len(panels), height=height, columns=len(panels))
    wide = max(text_width(capitalised(str(level)), NAME) for level in places) + 8
    for axes, (name, title) in zip(all_axes, panels.items(), strict=True):
        _draw(axes, frame[frame["panel"] == name], places, low, high)
        title = title.replace(" (", "\n(") if len(panels) > MANY else title
        axes.set_title(title, loc="left", fontsize=SMALL, color=INK, pad=7)
        axes.set_ylim(max(places.values()) + 0.6, -0.6)
        axes.set_yticks(list(places.values()), [""] * len(places))
    for level, at in places.items():
        all_axes[0].annotate(
            capitalised(str(level)), (0, at), xycoords=("axes fraction", "data"), fontsize=NAME,
            color=INK, xytext=(-wide, 0), textcoords="offset points", va="center",
        )  # fmt: skip
    add_head(figure, headline or words, bold=bool(headline))
    more = [words] if headline else []
    return finish_figure(figure, released, [value], words, more=more)


def _draw_none(released: Frame, words: str, headline: str) -> Picture:
    """Return the picture that says that there is nothing to draw; its note says why."""
    figure, (axes,) = build_panels(1, height=1.3)
    axes.set_axis_off()
    axes.text(0.5, 0.5, "No ratio can be given", ha="center", va="center", color=INK)
    add_head(figure, headline or words, bold=bool(headline))
    return finish_figure(figure, released, [], words)


def _find_scale(frame: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the scale: those of the intervals, and 0.5 to 2 at least."""
    ends = (
        frame[["ratio_lower", "ratio_upper", "ratio"]]
        .astype("Float64")
        .to_numpy("float64", na_value=np.nan)
    )
    ends = ends[ends > 0]
    low = max(float(np.nanmin(ends, initial=0.5)), WIDEST[0])
    high = min(float(np.nanmax(ends, initial=2.0)), WIDEST[1])
    return low / 1.15, high * 1.15


def _draw(
    axes: Axes, own: pd.DataFrame, places: Mapping[str, float], low: float, high: float
) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(axis="x", length=3, labelsize=9)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.axvline(1, color=MUTED, linewidth=1.2, zorder=1)
    for row, at in enumerate(places.values()):
        if row % 2 == 0:
            axes.axhspan(at - 0.5, at + 0.5, color=FAINT, linewidth=0, zorder=0)
    for level in places.keys() - set(own["level"]):  # the denominator is not divided so
        axes.annotate("\N{EN DASH}", (1, places[level]), fontsize=8.5, color=MUTED, ha="center",
                      va="center")  # fmt: skip
    for cells in own.to_dict("records"):
        at = places[cells["level"]]
        if pd.isna(cells["ratio"]) and pd.isna(cells["ratio_upper"]):
            mark = fmt.HIDDEN_TEXT if cells["hidden"] else "\N{EN DASH}"
            axes.annotate(mark, (1, at), fontsize=8.5, color=MUTED, ha="center", va="center")
            continue
        ratio, lower, upper = (cells[key] for key in ("ratio", "ratio_lower", "ratio_upper"))
        if pd.notna(ratio) and pd.isna(lower):
            axes.scatter(ratio, at, s=34, facecolor="white", edgecolor=COLOURS["navy"], zorder=3)
            continue
        start, end = max(float(lower), low), min(float(upper), high)
        axes.hlines(at, start, end, color=COLOURS["navy"], linewidth=2.2, zorder=2)
        ends = ((float(lower) < low, low, "<"), (float(upper) > high, high, ">"))
        for cut, where, marker in ends:
            if cut:
                axes.scatter(where, at, marker=marker, s=26, color=COLOURS["navy"], zorder=3,
                             clip_on=False)  # fmt: skip
        if pd.notna(ratio) and float(ratio) >= low:
            axes.scatter(float(ratio), at, s=34, color=COLOURS["navy"], zorder=3)
