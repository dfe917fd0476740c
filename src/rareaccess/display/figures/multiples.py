"""Small multiples: a curve for each pair over the months since its approval."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from rareaccess.disclosure import Frame, check_released
from rareaccess.display.figures.parts import SMALL, add_head, capitalised, finish_figure
from rareaccess.display.theme import (
    COLOURS,
    INK,
    LINE,
    MUTED,
    WIDTH,
    Picture,
    build_panels,
    wrap_words,
)

__all__ = ["Names", "draw_since"]

Names = Mapping[str, tuple[str, str]]
COLUMNS, MANY_COLUMNS = 3, 5  # panels side by side
CONTEXT = 12  # so many pairs, at most, in the fewer columns and with the others' curves behind
TICKS = (6, 12, 24, 36, 60, 120)  # months between two ticks
DASH = "\N{EN DASH}"


def draw_since(
    released: Frame,
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
        Dated events of a panel as months and words, which may be empty; a thin line each.
    words
        What the curves show.
    """
    check_released(released)
    frame = released.frame.astype({"value": "Float64", "month": "float64"})
    curves = {pair: frame[frame["pair"] == pair].dropna(subset=["value"]) for pair in rows}
    columns = min(COLUMNS if len(rows) <= CONTEXT else MANY_COLUMNS, len(rows))
    deep, tall = -(-len(rows) // columns), {1: 3.2, MANY_COLUMNS: 1.7}.get(columns, 2.5)
    figure, panels = build_panels(len(rows), height=0.8 + tall * deep, columns=columns)
    top = max([12.0, *frame["month"]])
    fits = [one for one in TICKS if top / one <= max(15 / columns, 2)]
    step = (fits or TICKS[-1:])[0]
    for place, (axes, (pair, name)) in enumerate(zip(panels, rows.items(), strict=True)):
        others = curves.values() if len(rows) <= CONTEXT else ()
        for other in others:
            axes.plot(*_line(other), color=LINE, linewidth=0.9, zorder=1)
        axes.plot(*_line(curves[pair]), color=COLOURS["navy"], linewidth=2.6, zorder=3)
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
    add_head(figure, words)
    return finish_figure(figure, released, ["n" if "n" in released.kinds else "value"], words)


def _line(curve: pd.DataFrame) -> tuple[list[float], list[float]]:
    return curve["month"].tolist(), curve["value"].astype(float).tolist()


def _draw_events(axes: Axes, events: Sequence[tuple[float, str]], top: float) -> None:
    for month, event in events:
        axes.axvline(month, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=2)
        if event:
            left = month > top / 2
            axes.annotate(
                event, (month, 0), xytext=(-4 if left else 4, 4), textcoords="offset points",
                ha="right" if left else "left", fontsize=9, color=MUTED, zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )  # fmt: skip


def _name_panel(axes: Axes, name: tuple[str, str], end: str, width: float) -> None:
    """Write the name above a panel: its first part bold, then the rest and the end, muted."""
    room = width * 72 - 26
    first = wrap_words(capitalised(name[0]), room, size=SMALL, bold=True)
    rest = wrap_words(f"{name[1]}: {end}", room, size=9)
    axes.annotate(
        "\n".join(rest), (0, 1), xycoords="axes fraction", xytext=(0, 5),
        textcoords="offset points", fontsize=9, color=MUTED, va="bottom", linespacing=1.25,
    )  # fmt: skip
    axes.set_title(
        "\n".join(first), loc="left", fontsize=SMALL, fontweight="bold", color=INK,
        pad=5 + 11.6 * len(rest) + 2, linespacing=1.2,
    )  # fmt: skip
