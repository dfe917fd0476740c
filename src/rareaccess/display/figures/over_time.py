"""Figures over calendar time, with the dated rules as thin lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from rareaccess.disclosure import Count, Frame, check_released, fmt
from rareaccess.display.figures.parts import (
    SMALL,
    add_legend,
    finish_figure,
    heights,
    label_axis,
    mark_positions,
)
from rareaccess.display.theme import COLOURS, INK, MUTED, Picture, build_figure
from rareaccess.params import Commissioning, Criterion, Route, find_end_of_starts

__all__ = ["Mark", "build_marks", "draw_cumulative", "draw_starts"]

ROW = 13  # points between two rows of labels of marks
FEW = 4  # marks that have their dates beside them; those of more are in the note


@dataclass(frozen=True)
class Mark:
    """A dated event that the figure marks with a thin line; `ends` shades what follows it."""

    label: str
    day: date
    ends: bool = False


def build_marks(
    criteria: Sequence[Criterion],
    routes: Sequence[Route] = (),
    commissioning: Sequence[Commissioning] = (),
) -> list[Mark]:
    """Return the dated rules, the routes after the first and the changes of funding, by date.

    What has no source that supports its day has a star. Changes of one day share a mark.
    From the mark that ends all starts on, none is expected.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> pair = load_pair("sle-belimumab")
    >>> [mark.label for mark in build_marks(pair.criteria, pair.drug.routes)]
    ['TA397', 'SC available*', 'TA752*']
    """
    events = [(rule.id, rule) for rule in criteria]
    events += [(f"{route.route} available", route) for route in routes[1:]]
    events += [(change.label, change) for change in commissioning]
    days: dict[date, list[str]] = {}
    for name, one in events:
        words = name if one.status == "verified" else f"{name}*"
        days.setdefault(one.start, []).append(words)
    end = find_end_of_starts(commissioning)
    return [
        Mark(" + ".join(days[day]), day, ends=end is not None and day == end.start)
        for day in sorted(days)
    ]


def draw_starts(
    released: Frame,
    *,
    stacks: Mapping[str, str],
    marks: Sequence[Mark] = (),
    words: str,
    mean: str = "",
    headline: str = "",
) -> Picture:
    """Bars of counts by month, stacked; a line may give the mean of each quarter beside them.

    Parameters
    ----------
    released
        One row a month (`month`, the first day of the month), counts as columns.
    stacks
        Columns of counts and their text in the legend.
    marks
        Dated events.
    words
        What the bars count.
    mean
        A column of statistics, equal in the months of a quarter: drawn as a line of steps.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=4.1)
    foot = [0.0] * len(released.frame)
    for (column, label), colour in zip(stacks.items(), _DUO, strict=False):
        tall = heights(released, column)
        axes.bar(range(len(tall)), tall, bottom=foot, width=0.76, color=colour, label=label)
        foot = [below + value for below, value in zip(foot, tall, strict=True)]
    if mean:
        line = [*heights(released, mean)]
        places = [place - 0.5 for place in range(len(line) + 1)]
        axes.step(places, [*line, *line[-1:]], where="post", color="white", linewidth=3.4)
        axes.step(places, [*line, *line[-1:]], where="post", color=INK, linewidth=1.6,
                  label="mean month of each quarter")  # fmt: skip
    add_legend(figure, columns=len(stacks) + bool(mean), headline=headline)
    _year_axis(axes, released.frame["month"])
    rows, more = _draw_marks(axes, released.frame["month"], marks)
    label_axis(axes, words, pad=8 + ROW * rows)
    return finish_figure(figure, released, list(stacks), words, more=more)


def draw_cumulative(
    released: Frame,
    *,
    column: str,
    marks: Sequence[Mark] = (),
    words: str,
) -> Picture:
    """Line of a running total by month, with its last value written at its end.

    It ends where starts end, unless somebody starts after that. Of periods, each of which has its
    first month (`from`) beside its last one, the line joins their ends, and no value is written: it
    was added up from rounded counts.
    """
    check_released(released)
    figure, axes = build_figure(height=3.7)
    frame, periods = released.frame, "from" in released.kinds
    first = frame["from" if periods else "month"].iloc[0]
    months = pd.Series(pd.date_range(first, frame["month"].iloc[-1], freq="MS"))
    at = [int((months < day).sum()) for day in pd.to_datetime(frame["month"])]
    cells = zip(at, released.values(column), strict=True)
    known = [(place, cell) for place, cell in cells if isinstance(cell, Count)]
    if ends := [pd.Timestamp(mark.day) for mark in marks if mark.ends]:
        last = int((months <= ends[0]).sum()) - 1
        if known and known[-1][1] == dict(known).get(last):
            known = [one for one in known if one[0] <= last]
    places, values = [place for place, _ in known], [float(cell.value) for _, cell in known]
    begin = [[-1], [0.0]] if periods and known else [[], []]
    axes.plot(begin[0] + places, begin[1] + values, color=COLOURS["navy"], linewidth=2)
    if known and not periods:
        axes.annotate(
            fmt.n(known[-1][1]),
            (places[-1], values[-1]),
            xytext=(-4, 4),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontweight="bold",
        )
    if known:
        axes.set_ylim(top=max(max(values) * 1.1, 1))
    _year_axis(axes, months)
    rows, more = _draw_marks(axes, months, marks)
    label_axis(axes, words, pad=8 + ROW * rows)
    return finish_figure(figure, released, [column], words, more=more)


_DUO = (COLOURS["navy"], COLOURS["orange"], COLOURS["teal"], COLOURS["plum"])


def _year_axis(axes: Axes, months: pd.Series) -> None:
    """Ticks at each January, with the year as text; fewer when there are many years."""
    days = pd.to_datetime(months)
    places = [(place, day.year) for place, day in enumerate(days) if day.month == 1]
    step = max(1, -(-len(places) // 12))
    axes.set_xticks(
        [place - 0.5 for place, _ in places[::step]],
        [str(year) for _, year in places[::step]],
        ha="left",
    )
    axes.tick_params(axis="x", length=5)
    axes.set_xlim(-0.8, len(days) - 0.2)


def _draw_marks(axes: Axes, months: pd.Series, marks: Sequence[Mark]) -> tuple[int, list[str]]:
    """Thin lines with labels above the axes; return the rows of labels and what the note says.

    What lies before the first month or after the last has no line. Of more than a few the labels
    are short, and the dates are in the note.
    """
    first, last = pd.Timestamp(months.iloc[0]), pd.Timestamp(months.iloc[-1])
    end = last + pd.offsets.MonthEnd()
    marks = [mark for mark in marks if first <= pd.Timestamp(mark.day) <= end]
    dated = [f"{mark.label}, {fmt.date_short(mark.day)}" for mark in marks]
    labels = dated if len(marks) <= FEW else [mark.label for mark in marks]
    more = [] if len(marks) <= FEW else [f"Lines: {'; '.join(dated)}"]
    if any("*" in label for label in labels):
        more.append("* No source was seen that supports the day")
    places = [
        (mark.day.year - first.year) * 12
        + mark.day.month
        - first.month
        + (mark.day.day - 1) / 31
        - 0.5
        for mark in marks
    ]
    low, high = axes.get_xlim()
    rows = mark_positions(places, labels, low=low, high=high)
    for place in (place for place, mark in zip(places, marks, strict=True) if mark.ends):
        axes.axvspan(place, high, color=MUTED, alpha=0.12, linewidth=0, zorder=0.4)
    for place, label, (row, side) in zip(places, labels, rows, strict=True):
        axes.axvline(place, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0.5)
        where: dict[str, Any] = {"xy": (place, 1), "xycoords": ("data", "axes fraction"),
                                 "textcoords": "offset points"}  # fmt: skip
        if row:  # up to its label
            line = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", xytext=(0, 4 + ROW * row), arrowprops=line, **where)
        axes.annotate(
            label, xytext=(0, 4 + ROW * row), fontsize=SMALL, color=MUTED, ha=side,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5}, **where,
        )  # fmt: skip
    return 1 + max((row for row, _ in rows), default=-1), more
