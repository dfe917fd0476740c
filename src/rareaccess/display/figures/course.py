"""Figure of hospital contacts by quarter around the start of treatment."""

from rareaccess.disclosure import Frame, check_released
from rareaccess.display.figures.parts import add_legend, finish_figure, label_axis
from rareaccess.display.theme import COLOURS, INK, MUTED, Picture, build_figure

__all__ = ["draw_course"]

LOOKS = (("navy", "-", "o"), ("orange", "--", "s"))


def draw_course(released: Frame, *, words: str, headline: str = "") -> Picture:
    """Draw the mean contacts a person of two groups by quarter, with their intervals.

    Parameters
    ----------
    released
        One row a quarter and group: `quarter` (from the start, -1 the one before it), `group` in
        words, `rate`, `lower`, `upper`.
    words
        What the vertical axis gives.
    headline
        What the figure shows, in a sentence above it.
    """
    check_released(released)
    figure, axes = build_figure(height=3.4)
    shown = released.frame.dropna(subset=["rate"])
    if shown.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "Too few people have a match", ha="center", color=INK)
        return finish_figure(figure, released, [], words)
    for group, (colour, style, marker) in zip(shown["group"].unique(), LOOKS, strict=False):
        part = shown[shown["group"] == group]
        at, rate, low, high = (part[name].to_numpy(float)
                               for name in ("quarter", "rate", "lower", "upper"))  # fmt: skip
        axes.fill_between(at + 0.5, low, high, color=COLOURS[colour], alpha=0.18, linewidth=0)
        axes.plot(at + 0.5, rate, color=COLOURS[colour], linestyle=style, marker=marker,
                  markersize=4, linewidth=2, label=str(group))  # fmt: skip
    first, last = int(shown["quarter"].min()), int(shown["quarter"].max()) + 1
    axes.axvline(0, color=MUTED, linewidth=1)
    axes.set_ylim(bottom=0)
    axes.set_xlim(first, last)
    years = range(first // 4 * 4, last + 1, 4)
    axes.set_xticks(list(years), ["start" if not at else f"{at // 4:+d} years".replace("-", "−")
                                  .replace("1 years", "1 year") for at in years])  # fmt: skip
    label_axis(axes, words)
    add_legend(figure, columns=2, length=2.4, headline=headline)
    return finish_figure(figure, released, ["rate"], words)
