"""Figures of many pairs: small multiples over time, and dots with intervals in rows."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rareaccess import fmt
from rareaccess.disclosure import Released, check_released
from rareaccess.figures.parts import SMALL, add_legend, add_note
from rareaccess.theme import (
    COLOURS,
    INK,
    LINE,
    MUTED,
    WIDTH,
    Picture,
    build_panels,
    text_width,
    wrap_words,
    write_svg,
)

__all__ = ["draw_dots", "draw_since"]

Names = Mapping[str, tuple[str, str]]
COLUMNS, MANY_COLUMNS = 3, 5  # panels side by side
CONTEXT = 12  # so many pairs, at most, in the fewer columns and with the others' curves behind
TICKS = (6, 12, 24, 36, 60, 120)  # months between two ticks
LABEL = 1.5  # inches for the names of rows, at most
ROOMY, DENSE = 8, 16  # rows up to which they stand far apart, and those that still need no squeeze
DASH = "\N{EN DASH}"


def draw_since(
    released: Released,
    *,
    rows: Names,
    ends: Mapping[str, str],
    marks: Mapping[str, Sequence[tuple[float, str]]],
    words: str,
) -> Picture:
    """Small multiples of curves over the months since a day, all on the same scales.

    The curves of the other panels stand pale behind each one, as long as they are few.

    Parameters
    ----------
    released
        One row a panel and month: `pair`, `month`, `value` in per cent.
    rows
        Key of each panel and its name in two parts; a panel without a row says that there is none.
    ends
        What stands below the name: how many the curve ends with.
    marks
        Dated events of a panel as months and words; a thin line each, of which the words of the
        withdrawal alone are written, since the others may stand close together.
    words
        What the curves show.
    """
    check_released(released)
    frame = released.frame.astype({"value": "Float64", "month": "float64"})
    curves = {pair: frame[frame["pair"] == pair].dropna(subset=["value"]) for pair in rows}
    columns = min(COLUMNS if len(rows) <= CONTEXT else MANY_COLUMNS, len(rows))
    deep, tall = -(-len(rows) // columns), {1: 2.4, MANY_COLUMNS: 1.5}.get(columns, 1.9)
    figure, panels = build_panels(len(rows), height=0.8 + tall * deep, columns=columns)
    top = max([12.0, *frame["month"]])
    fits = [one for one in TICKS if top / one <= max(15 / columns, 2)]
    step = (fits or TICKS[-1:])[0]
    for place, (axes, (pair, name)) in enumerate(zip(panels, rows.items(), strict=True)):
        others = curves.values() if len(rows) <= CONTEXT else ()
        for other in others:
            axes.plot(*_line(other), color=LINE, linewidth=0.9, zorder=1)
        axes.plot(*_line(curves[pair]), color=COLOURS["navy"], linewidth=2.2, zorder=3)
        _draw_events(axes, marks.get(pair, ()), top)
        if curves[pair].empty:
            axes.annotate("not known", (0.5, 0.5), xycoords="axes fraction", ha="center",
                          fontsize=SMALL, color=MUTED)  # fmt: skip
        _name_panel(axes, name, ends.get(pair, DASH), WIDTH / columns)
        axes.set_xlim(0, top * 1.02)
        axes.set_ylim(0, 104)
        axes.set_xticks(range(0, int(top) + 1, step))
        axes.set_yticks([0, 50, 100], ["0%", "50%", "100%"] if place % columns == 0 else [""] * 3)
        axes.tick_params(axis="x", length=3)
    _head(figure, words)
    add_note(figure, released, ["n"])
    return write_svg(figure, title=released.notes.title, description=words)


def _line(curve: pd.DataFrame) -> tuple[list[float], list[float]]:
    return curve["month"].tolist(), curve["value"].astype(float).tolist()


def _draw_events(axes: Axes, events: Sequence[tuple[float, str]], top: float) -> None:
    for month, event in events:
        axes.axvline(month, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=2)
        if event == "withdrawn":
            left = month > top / 2
            axes.annotate(
                event, (month, 0), xytext=(-4 if left else 4, 4), textcoords="offset points",
                ha="right" if left else "left", fontsize=9, color=MUTED, zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )  # fmt: skip


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _head(figure: Figure, words: str) -> None:
    figure.suptitle(words, x=0.005, ha="left", fontsize=10, color=INK)


def _name_panel(axes: Axes, name: tuple[str, str], end: str, width: float) -> None:
    """Write the name above a panel: its first part bold, then the rest and the end, muted."""
    room = width * 72 - 26
    first = wrap_words(_sentence(name[0]), room, size=SMALL, bold=True)
    rest = wrap_words(f"{name[1]}: {end}", room, size=9)
    axes.annotate(
        "\n".join(rest), (0, 1), xycoords="axes fraction", xytext=(0, 5),
        textcoords="offset points", fontsize=9, color=MUTED, va="bottom", linespacing=1.25,
    )  # fmt: skip
    axes.set_title(
        "\n".join(first), loc="left", fontsize=SMALL, fontweight="bold", color=INK,
        pad=5 + 11.6 * len(rest) + 2, linespacing=1.2,
    )  # fmt: skip


def draw_dots(
    released: Released,
    *,
    rows: Names,
    panels: Mapping[str, str],
    groups: Mapping[str, str],
    words: str,
    percent: Sequence[str] = (),
    alike: Sequence[str] = (),
) -> Picture:
    """Dots with intervals: one row a pair, panels side by side, groups of people within a row.

    Parameters
    ----------
    released
        One row a pair, `measure` and `group`: `value`, `lower` and `upper`.
    rows
        Key of each pair and its name in two parts, from top to bottom.
    panels
        Measures and the titles of their panels; each has a scale of its own, from zero.
    groups
        Groups and their names in the legend.
    words
        What the dots and the lines through them are.
    percent
        The measures that are percentages.
    alike
        Measures that have one scale.
    """
    check_released(released)
    pitch = 0.46 if len(rows) <= ROOMY else 0.32 if len(rows) <= DENSE else 0.23
    titles = [wrap_words(title, _room(len(panels)), size=SMALL) for title in panels.values()]
    lines = max(map(len, titles))
    figure, all_axes = build_panels(
        len(panels), height=1.25 + 0.17 * lines + pitch * len(rows), columns=len(panels)
    )
    for place, (axes, measure) in enumerate(zip(all_axes, panels, strict=True)):
        _draw_rows(axes, released, measure, list(rows), list(groups), pitch)
        axes.set_title("\n".join(titles[place]), loc="left", fontsize=SMALL, color=INK, pad=7)
        chosen = alike if measure in alike else [measure]
        _scale(axes, released, chosen, few=len(panels) > COLUMNS, percent=measure in percent)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [""] * len(rows))
    _name_rows(all_axes[0], list(rows.values()), roomy=len(rows) <= ROOMY)
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=6, linewidth=1.6, label=label)
        for (colour, marker), label in zip(_LOOKS, groups.values(), strict=False)
    ]
    drawn = released.frame[released.frame["measure"].isin(list(panels))]
    if drawn["group"].nunique() > 1:
        add_legend(figure, columns=len(groups), handles=handles, length=2, words=words)
    else:
        _head(figure, words)
    add_note(figure, released, ["value"])
    return write_svg(figure, title=released.notes.title, description=words)


_LOOKS = ((COLOURS["navy"], "o"), (COLOURS["orange"], "D"))


def _room(panels: int) -> float:
    """Return the points that the title of a panel has."""
    return (WIDTH - LABEL) / panels * 72 - 10


def _draw_rows(
    axes: Axes,
    released: Released,
    measure: str,
    pairs: Sequence[str],
    groups: Sequence[str],
    pitch: float,
) -> None:
    frame, hidden = released.frame, released.hidden["value"]
    chosen = frame["measure"] == measure
    present = [group for group in groups if (frame.loc[chosen, "group"] == group).any()]
    for row, pair in enumerate(pairs):
        if row % 2 == 0:
            axes.axhspan(row - 0.5, row + 0.5, color="#f3f4f5", linewidth=0, zorder=0)
        for place, group in enumerate(present):
            at = row + (place - (len(present) - 1) / 2) * 0.34
            own = frame[chosen & (frame["pair"] == pair) & (frame["group"] == group)]
            colour, marker = _LOOKS[groups.index(group)]
            if own.empty or own["value"].isna().all():
                lost = bool(hidden[own.index].any())
                axes.annotate(
                    fmt.HIDDEN_TEXT if lost else DASH, (0, at), xytext=(3, 0), va="center",
                    textcoords="offset points", fontsize=8, color=MUTED,
                )  # fmt: skip
                continue
            low, value, high = (float(own[name].iloc[0]) for name in ("lower", "value", "upper"))
            axes.hlines(at, low, high, color=colour, linewidth=1.6, zorder=2)
            axes.scatter(value, at, color=colour, marker=marker, zorder=3, linewidth=0,
                         clip_on=False, s=26 if pitch > 0.3 else 15)  # fmt: skip


def _scale(
    axes: Axes, released: Released, measures: Sequence[str], *, few: bool, percent: bool
) -> None:
    """Set the scale of a panel from zero to the largest value of some measures, with few ticks."""
    shown = released.frame.loc[released.frame["measure"].isin(list(measures)), ["value", "upper"]]
    high = float(shown.astype("Float64").fillna(0.0).to_numpy(float).max(initial=1.0))
    axes.set_xlim(0, min(high * 1.08, 101) if percent else high * 1.08)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=2 if few else 5, min_n_ticks=2, integer=True))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:g}%" if percent else fmt.num(value, 0))
    )
    axes.tick_params(axis="x", length=3, labelsize=8.5 if few else 9)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


def _name_rows(axes: Axes, names: Sequence[tuple[str, str]], *, roomy: bool) -> None:
    """Name the rows at the left edge: on two lines where there is room, else on one."""
    parts = [_row_lines(name, roomy=roomy) for name in names]
    size = 9.0 if roomy else 8.5
    wide = max(text_width(words, size) for lines in parts for words, _ in lines) + 8
    for row, lines in enumerate(parts):
        for place, (words, colour) in enumerate(lines):
            axes.annotate(
                words, (0, row), xycoords=("axes fraction", "data"), fontsize=size, color=colour,
                xytext=(-wide, 11.5 * ((len(lines) - 1) / 2 - place)), va="center",
                textcoords="offset points",
            )  # fmt: skip


def _row_lines(name: tuple[str, str], *, roomy: bool) -> list[tuple[str, str]]:
    """Return the lines that name a row, each with its colour."""
    first, second = _sentence(name[0]), name[1]
    if not roomy:
        return [(f"{first}, {second}", INK)]
    lines = [(words, INK) for words in wrap_words(first, LABEL * 72, size=9)]
    return [*lines, *((words, MUTED) for words in wrap_words(second, LABEL * 72, size=9))]
