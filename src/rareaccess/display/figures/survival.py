"""A survival curve at the start of intervals, with its interval and the numbers at risk."""

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.display.figures.parts import SMALL, finish_figure, label_axis
from rareaccess.display.theme import COLOURS, INK, Picture, build_figure

__all__ = ["draw_survival"]

MOST = 9  # numbers at risk that fit below the axis


def draw_survival(released: Frame, *, words: str) -> Picture:
    """Staircase of the share without the event, its interval, and the numbers at risk.

    Points stand at the start of intervals: the days of single people are not drawn.

    Parameters
    ----------
    released
        One row an interval: `month`, `at_risk`, and `survival`, `lower`, `upper` in per cent.
    words
        What the line shows.
    """
    check_released(released)
    frame = released.frame.astype({"survival": "Float64", "lower": "Float64", "upper": "Float64"})
    shown = frame.dropna(subset=["survival"])
    months = shown["month"].to_numpy(float)
    figure, axes = build_figure(height=4.2)
    if shown.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No record tells of it for anybody", ha="center", color=INK)
        return finish_figure(figure, released, [], words)
    low, high = (shown[name].to_numpy(float) for name in ("lower", "upper"))
    axes.fill_between(
        months, low, high, color=COLOURS["navy"], alpha=0.18, linewidth=0, step="post"
    )
    axes.plot(
        months,
        shown["survival"].to_numpy(float),
        color=COLOURS["navy"],
        linewidth=2,
        drawstyle="steps-post",
    )
    label_axis(axes, words, percent=True)
    axes.set_ylim(0, 103)
    step = max(1, -(-len(shown) // MOST))
    ticks = shown.iloc[::step]
    risk = [fmt.n(released.value("at_risk", month=month)) for month in ticks["month"]]
    labels = [f"{month}\n{count}" for month, count in zip(ticks["month"], risk, strict=True)]
    axes.set_xticks(ticks["month"].to_numpy(float), labels)
    axes.set_xlim(-0.5, max(months.max(), 1) + 0.5)
    axes.set_xlabel("Months since the first day of treatment, and people at risk then",
                    loc="left", fontsize=SMALL, color=INK)  # fmt: skip
    return finish_figure(figure, released, ["at_risk", "survival"], words)
