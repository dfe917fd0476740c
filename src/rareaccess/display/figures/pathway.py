"""Figures of the pathway: first patients of centres, starts with death competing, expectations."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import (
    SMALL,
    add_head,
    add_legend,
    finish_figure,
    label_axis,
)
from rareaccess.display.theme import COLOURS, INK, LINE, MUTED, Picture, build_figure

__all__ = ["draw_expected", "draw_first_patients", "draw_gaps", "draw_incidence"]

CENTILES = (25, 50, 75)
FAR = 3  # times the other figures, beyond which one is an arrow
APART = 25  # days between the bars of one day
MOST_NAMES = 10  # places, from which they are not named below the axis
MOST = 9  # numbers at risk that fit below the axis
STEPS = (0.25, 0.5, 1, 2, 4)  # marks of a ratio
_AXIS: dict[str, Any] = {"loc": "left", "fontsize": SMALL, "color": INK}


def draw_first_patients(
    released: Frame, *, within: float, low: str, words: str, headline: str = ""
) -> Picture:
    """Staircase of the share of all centres with a first patient, a point for each centre.

    Parameters
    ----------
    released
        One row a centre: `months`, `share` of all centres in per cent, `volume` in words.
    within
        Months that are marked with a line.
    low
        The value of `volume` whose points are hollow.
    words
        What the vertical axis gives.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=2.7)
    frame = released.frame
    months, share = (frame[name].astype(float).tolist() for name in ("months", "share"))
    top = max([*months, 12.0])
    axes.step([0, *months, top * 1.03], [0, *share, *(share[-1:] or [0])], where="post",
              color=COLOURS["navy"], linewidth=1.8)  # fmt: skip
    hollow = (frame["volume"] == low).to_numpy(bool)
    for some, face in ((~hollow, COLOURS["navy"]), (hollow, "white")):
        axes.scatter(np.array(months)[some], np.array(share)[some], s=26, facecolor=face,
                     edgecolor=COLOURS["navy"], linewidth=1.2, zorder=3)  # fmt: skip
    axes.axvline(within, color=COLOURS["orange"], linewidth=1.6, linestyle=(0, (4, 2)))
    for centile in CENTILES:
        axes.axhline(centile, color=LINE, linewidth=0.9, zorder=0.5)
    handles = [
        Line2D([], [], marker="o", linestyle="", color=COLOURS["navy"], label="a centre"),
        Line2D([], [], color=COLOURS["orange"], linestyle=(0, (4, 2)),
               label=f"{within:g} months after the approval"),
    ]  # fmt: skip
    if hollow.any():
        few = Line2D([], [], marker="o", linestyle="", markerfacecolor="white",
                     markeredgecolor=COLOURS["navy"], label=f"a centre with {low}")  # fmt: skip
        handles.insert(1, few)
    add_legend(figure, columns=3, handles=handles, length=1.6, headline=headline)
    label_axis(axes, words, percent=True)
    axes.set_ylim(0, 104)
    axes.set_yticks([0, *CENTILES, 100])
    axes.set_xlim(0, top * 1.03)
    axes.set_xlabel("Months from the approval of the drug to the first planned start", **_AXIS)
    return finish_figure(figure, released, [], words)


def draw_incidence(released: Frame, *, words: str, by: str = "", headline: str = "") -> Picture:
    """Staircase of the share who have started, with its interval and the numbers at risk.

    Parameters
    ----------
    released
        One row a month: `month`, `at_risk`, `incidence`, `lower`, `upper` in per cent.
    words
        What the line shows.
    by
        A column whose values have a line each, named at its end, without an interval.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=3.1)
    if headline:
        add_head(figure, headline, bold=True)
    shown = released.frame.dropna(subset=["incidence"])
    if shown.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "Too few people are known to be followed", ha="center", color=INK)
        return finish_figure(figure, released, [], words)
    lines = [(value, shown[shown[by] == value]) for value in shown[by].unique()] if by else []
    looks = zip(lines or [("", shown)], (COLOURS[c] for c in ("navy", "orange", "teal", "plum")),
                strict=False)  # fmt: skip
    for (value, part), colour in looks:
        at, share = (part[name].to_numpy(float) for name in ("month", "incidence"))
        axes.plot(at, share, color=colour, linewidth=2.2, drawstyle="steps-post")
        if by:
            axes.annotate(
                str(value), (at[-1], share[-1]), xytext=(5, 0), va="center", color=colour,
                textcoords="offset points", fontsize=SMALL, fontweight="bold",
            )  # fmt: skip
        else:
            low, high = (part[name].to_numpy(float) for name in ("lower", "upper"))
            axes.fill_between(at, low, high, color=colour, alpha=0.18, linewidth=0, step="post")
    months = np.unique(shown["month"].to_numpy(float))
    label_axis(axes, words, percent=True)
    ticks = months[:: max(1, -(-len(months) // MOST))]
    labels = [fmt.whole(month) for month in ticks]
    if not by:
        risk = [fmt.n(released.value("at_risk", month=month)) for month in ticks]
        labels = [f"{month}\n{count}" for month, count in zip(labels, risk, strict=True)]
    axes.set_xticks(ticks, labels)
    more = "" if by else ", and people who were still waiting"
    axes.set_xlabel(f"Months since the first code, or the approval if later{more}", **_AXIS)
    axes.set_xlim(-0.5, max(months.max(), 1) * (1.22 if by else 1) + 0.5)
    return finish_figure(figure, released, ["at_risk", "incidence"], words)


def draw_expected(released: Frame, figures: Frame, *, words: str, headline: str = "") -> Picture:
    """Running total of starts, and what was expected by the end of each period as a bar.

    Parameters
    ----------
    released
        One row a month: `month` (its first day), `cumulative`; or a period, with `from` too.
    figures
        One row an expected figure: `to` (last day), `low`, `high`, `source`.
    words
        What the line counts.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released, figures)
    figure, axes = build_figure(height=3.1)
    months = pd.to_datetime(released.frame["month"])
    total = released.frame["cumulative"].astype("Float64").to_numpy("float64", na_value=np.nan)
    if "from" in released.kinds:  # of periods: from nought to the end of each
        ends = [pd.Timestamp(released.frame["from"].iloc[0]), *months]
        axes.plot(ends, [0, *total], color=COLOURS["navy"], linewidth=2.2)
    else:
        axes.step(months, total, where="post", color=COLOURS["navy"], linewidth=2.2)
    highs = sorted(figures.frame["high"].astype(float), reverse=True)
    top = max([*np.nan_to_num(total), *highs[1:], *([] if len(highs) > 1 else highs), 1])
    top = max(top, highs[0]) if highs and highs[0] <= FAR * top else top
    taken: dict[pd.Timestamp, int] = {}
    for row in figures.frame.itertuples():
        day = pd.Timestamp(row.to)
        place = taken[day] = taken.get(day, -1) + 1
        at = day + pd.Timedelta(days=APART * place)
        _draw_figure(axes, at, row, top=1.15 * top, first=place == 0)
    label_axis(axes, words)
    axes.set_ylim(0, 1.2 * top)
    handles = [Line2D([], [], color=COLOURS["navy"], linewidth=2.2, label="started, running total"),
               Line2D([], [], color=COLOURS["orange"], linewidth=5, alpha=0.75,
                      label="expected by then, each source by itself")]  # fmt: skip
    add_legend(figure, columns=2, handles=handles, length=1.6, headline=headline)
    return finish_figure(figure, released, ["cumulative"], words)


def _draw_figure(axes: Axes, at: pd.Timestamp, row: Any, *, top: float, first: bool) -> None:
    """Draw one expected figure as a bar, or as an arrow where it lies beyond the axis."""
    low, high = 0.0 if pd.isna(row.low) else float(row.low), float(row.high)
    colour, gap = COLOURS["orange"], 0.012 * top
    side, shift = ("right", -6) if first else ("left", 6)
    if high > top:
        axes.annotate("", (at, top), xytext=(at, low), arrowprops={
            "arrowstyle": "-|>", "color": colour, "linewidth": 3, "alpha": 0.75})  # fmt: skip
    else:
        axes.plot([at, at], [low - gap, high + gap], color=colour, linewidth=7, alpha=0.75,
                  solid_capstyle="butt")  # fmt: skip
    axes.annotate(_span(row), (at, min(high, top)), xytext=(shift, 0), ha=side, va="center",
                  textcoords="offset points", fontsize=9, color=INK)  # fmt: skip


def _span(row: Any) -> str:
    high = fmt.whole(row.high)
    if pd.isna(row.low):
        return f"up to {high}"
    return high if row.low == row.high else f"{fmt.whole(row.low)} to {high}"


def draw_gaps(
    released: Frame, *, words: str, shades: Mapping[str, str], headline: str = ""
) -> Picture:
    """Ratios with their intervals on a log scale, from the lowest to the highest, shaded by gap.

    The further a ratio is from one, the darker it is; one whose interval holds one is hollow.

    Parameters
    ----------
    released
        One row a place: `place`, `ratio`, `lower`, `upper`.
    words
        What the ratio is. Fewer than ten places are named below the axis.
    shades
        What a dark and a hollow point mean, for the legend: `below`, `above`, `hollow`.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=3.2)
    shown = released.frame.dropna(subset=["ratio"]).sort_values("ratio", ignore_index=True)
    values = {name: shown[name].astype(float).to_numpy() for name in ("ratio", "lower", "upper")}
    floor = STEPS[0] * 0.6
    for place in range(len(shown)):
        ratio, low, high = (max(values[n][place], floor) for n in ("ratio", "lower", "upper"))
        colour = COLOURS["orange"] if ratio < 1 else COLOURS["navy"]
        depth = 0.35 + 0.65 * min(abs(np.log2(ratio)), 1)
        clear = low <= 1 <= high
        axes.vlines(place, low, high, color=colour, alpha=depth, linewidth=2)
        axes.scatter(place, ratio, s=34, zorder=3, facecolor="white" if clear else colour,
                     edgecolor=colour, alpha=1 if clear else depth, linewidth=1.4)  # fmt: skip
    axes.axhline(1, color=MUTED, linewidth=1)
    axes.set_yscale("log", base=2)
    axes.set_title(words, loc="left", fontsize=10, color=INK, pad=8)
    axes.set_ylim(floor, max(4.2, *values["upper"], 1) if len(shown) else 4.2)
    axes.yaxis.set_major_locator(FixedLocator(STEPS))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlim(-0.7, max(len(shown), 1) - 0.3)
    if len(shown) < MOST_NAMES:
        labels = [_break(str(place)) for place in shown["place"]]
        axes.set_xticks(range(len(shown)), labels)
    else:
        axes.set_xticks([])
        axes.set_xlabel("From the lowest ratio to the highest", **_AXIS)
    handles = [
        Line2D([], [], marker="o", linestyle="", color=COLOURS["orange"], label=shades["below"]),
        Line2D([], [], marker="o", linestyle="", color=COLOURS["navy"], label=shades["above"]),
        Line2D([], [], marker="o", linestyle="", markerfacecolor="white", markeredgecolor=MUTED,
               label=shades["hollow"]),
    ]  # fmt: skip
    add_legend(figure, columns=3, handles=handles, headline=headline)
    return finish_figure(figure, released, ["ratio"], words)


def _break(name: str) -> str:
    """Return a name on up to three lines."""
    words: Sequence[str] = name.split()
    half = (len(words) + 1) // 2
    return "\n".join([" ".join(words[:half]), " ".join(words[half:])]).strip()
