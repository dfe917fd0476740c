"""Dots with intervals: one row a pair, panels side by side, groups of people within a row."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.multiples import Names
from rareaccess.display.figures.parts import SMALL, add_head, add_legend, capitalised, finish_figure
from rareaccess.display.theme import (
    COLOURS,
    FAINT,
    INK,
    MUTED,
    WIDTH,
    Picture,
    build_panels,
    text_width,
    wrap_words,
)

__all__ = ["draw_dots"]

ABREAST = 4  # panels side by side; more of them stand in a second row
FEW_PANELS = 3  # up to so many panels have room for larger words
LABEL, LONG_LABEL = 108, 140  # points for the names of rows, at most: on two lines, on one
NAME = 9.0  # points: size of the names of rows
ROOMY, DENSE = 8, 16  # rows up to which they stand far apart, and those that still need no squeeze
DASH = "\N{EN DASH}"


def draw_dots(
    released: Frame,
    *,
    rows: Names,
    panels: Mapping[str, str],
    groups: Mapping[str, str],
    words: str,
    percent: Sequence[str] = (),
    alike: Sequence[str] = (),
) -> Picture:
    """Dots with intervals: one row a pair, panels side by side, groups of people within a row.

    More than four panels stand in two rows or more, each with the names of the pairs.

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
    pitch = 0.55 if len(rows) <= ROOMY else 0.32 if len(rows) <= DENSE else 0.23
    labels = [_row_lines(name, roomy=len(rows) <= ROOMY) for name in rows.values()]
    wide = max(text_width(words, NAME) for label in labels for words, _ in label) + 8
    columns = min(ABREAST, len(panels))
    deep, room = -(-len(panels) // columns), (WIDTH * 72 - wide) / columns - 12
    few = len(panels) > FEW_PANELS
    size = 8.5 if few else SMALL
    titles = [wrap_words(title, room, size=size) for title in panels.values()]
    lines = max(map(len, titles))
    figure, all_axes = build_panels(
        len(panels), height=0.75 + deep * (0.5 + 0.17 * lines + pitch * len(rows)), columns=columns
    )
    for place, (axes, measure) in enumerate(zip(all_axes, panels, strict=True)):
        _draw_rows(axes, released, measure, list(rows), list(groups), pitch)
        axes.set_title("\n".join(titles[place]), loc="left", fontsize=size, color=INK, pad=7)
        chosen = alike if measure in alike else [measure]
        _scale(axes, released, chosen, few=few, percent=measure in percent)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [""] * len(rows))
    for first in all_axes[::columns]:
        _name_rows(first, labels, wide)
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=6, linewidth=1.6, label=label)
        for (colour, marker), label in zip(_LOOKS, groups.values(), strict=False)
    ]
    drawn = released.frame[released.frame["measure"].isin(list(panels))]
    if drawn["group"].nunique() > 1:
        add_legend(figure, columns=len(groups), handles=handles, length=2, words=words)
    else:
        add_head(figure, words)
    return finish_figure(figure, released, ["value"], words)


_LOOKS = ((COLOURS["navy"], "o"), (COLOURS["orange"], "D"))


def _draw_rows(
    axes: Axes,
    released: Frame,
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
            axes.axhspan(row - 0.5, row + 0.5, color=FAINT, linewidth=0, zorder=0)
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
            axes.hlines(at, low, high, color=colour, linewidth=2.2, zorder=2)
            axes.scatter(value, at, color=colour, marker=marker, zorder=3, linewidth=0,
                         clip_on=False, s=40 if pitch > 0.3 else 15)  # fmt: skip


def _scale(
    axes: Axes, released: Frame, measures: Sequence[str], *, few: bool, percent: bool
) -> None:
    """Set the scale of a panel from zero to the largest value of some measures, with few ticks."""
    shown = released.frame.loc[released.frame["measure"].isin(list(measures)), ["value", "upper"]]
    high = float(shown.astype("Float64").fillna(0.0).to_numpy(float).max(initial=1.0))
    axes.set_xlim(0, min(high * 1.08, 101) if percent else high * 1.08)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=2 if few else 5, min_n_ticks=2, integer=True))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:g}%" if percent else fmt.whole(value))
    )
    axes.tick_params(axis="x", length=3, labelsize=8.5 if few else 9)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


def _name_rows(axes: Axes, labels: Sequence[Sequence[tuple[str, str]]], wide: float) -> None:
    """Write the names of the rows at the left edge, so many points from the axis."""
    for row, lines in enumerate(labels):
        for place, (words, colour) in enumerate(lines):
            axes.annotate(
                words, (0, row), xycoords=("axes fraction", "data"), fontsize=NAME, color=colour,
                xytext=(-wide, 11.5 * ((len(lines) - 1) / 2 - place)), va="center",
                textcoords="offset points",
            )  # fmt: skip


def _row_lines(name: tuple[str, str], *, roomy: bool) -> list[tuple[str, str]]:
    """Return the lines that name a row, each with its colour; where it is dense, one is cut."""
    first, second = capitalised(name[0]), name[1]
    if roomy:
        lines = [(words, INK) for words in wrap_words(first, LABEL, size=NAME)]
        return [*lines, *((words, MUTED) for words in wrap_words(second, LABEL, size=NAME))]
    whole, kept = f"{first}, {second}", first
    while text_width(whole, NAME) > LONG_LABEL and len(kept) > 3:
        kept = kept[:-1]
        whole = f"{kept.rstrip()}…, {second}"
    return [(whole, INK)]
