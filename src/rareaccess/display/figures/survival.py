"""A survival curve at the start of intervals, with its interval and the numbers at risk."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import SMALL, add_head, finish_figure, label_axis
from rareaccess.display.theme import COLOURS, INK, Picture, build_figure

__all__ = ["draw_survival"]

POINTS = 1.7  # about so many points high is one per cent
MOST = 9  # numbers at risk that fit below the axis
LOOKS = tuple(zip(("navy", "orange", "teal", "plum"), ("-", "--", "-.", ":"), strict=True))


def draw_survival(
    released: Frame,
    *,
    words: str,
    by: str = "",
    names: Mapping[object, str] | None = None,
    headline: str = "",
) -> Picture:
    """Staircase of the share without the event, its interval, and the numbers at risk.

    Points stand at the start of intervals: the days of single people are not drawn.

    Parameters
    ----------
    released
        One row an interval: `month`, `at_risk`, `survival` in per cent, and `lower` and `upper`
        where there is an interval.
    words
        What the line shows.
    by, names
        A column whose values have a line each, with its name at the line's end; without it there
        is one line, and the numbers at risk stand below the axis.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=4.0)
    if headline:
        add_head(figure, headline, bold=True)
    shown = released.frame.dropna(subset=["survival"])
    if shown.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "Too few people are known to be followed", ha="center", color=INK)
        return finish_figure(figure, released, [], words)
    months = shown["month"].to_numpy(float)
    ends: list[tuple[str, float, float, str]] = []
    lines = [(value, shown[shown[by] == value]) for value in shown[by].unique()] if by else []
    for (value, part), (colour, style) in zip(lines or [("", shown)], LOOKS, strict=False):
        at, share = part["month"].to_numpy(float), part["survival"].to_numpy(float)
        axes.plot(at, share, color=COLOURS[colour], linestyle=style, linewidth=2.2,
                  drawstyle="steps-post")  # fmt: skip
        if "lower" in part:
            low, high = (part[name].to_numpy(float) for name in ("lower", "upper"))
            axes.fill_between(at, low, high, color=COLOURS[colour], alpha=0.18, linewidth=0,
                              step="post")  # fmt: skip
        if by:
            words_of = (names or {}).get(value, str(value))
            ends.append((words_of, months.max(), share[-1], COLOURS[colour]))
    _name_ends(axes, ends)
    label_axis(axes, words, percent=True)
    axes.set_ylim(0, 103)
    _name_months(axes, released, np.unique(months), at_risk=not by)
    axes.set_xlim(-0.5, max(months.max(), 1) * (1.22 if by else 1) + 0.5)
    return finish_figure(figure, released, ["at_risk", "survival"], words)


def _name_ends(axes: Axes, ends: Sequence[tuple[str, float, float, str]]) -> None:
    """Write the name of each line beside its end, far enough above that of the line below it."""
    least = 0.0
    for words, month, share, colour in sorted(ends, key=lambda end: end[2]):
        height = share * POINTS
        axes.annotate(words, (month, share), xytext=(5, max(height, least) - height), va="center",
                      textcoords="offset points", color=colour, fontsize=10,
                      fontweight="bold")  # fmt: skip
        least = max(height, least) + 14


def _name_months(axes: Axes, released: Frame, months: np.ndarray, *, at_risk: bool) -> None:
    """Name the months below the axis, with the people at risk then."""
    ticks = months[:: max(1, -(-len(months) // MOST))]
    labels = [fmt.whole(month) for month in ticks]
    if at_risk:
        risk = [fmt.n(released.value("at_risk", month=month)) for month in ticks]
        labels = [f"{month}\n{count}" for month, count in zip(labels, risk, strict=True)]
    axes.set_xticks(ticks, labels)
    axes.set_xlabel("Months since the first day" + ", and people at risk then" * at_risk,
                    loc="left", fontsize=SMALL, color=INK)  # fmt: skip
