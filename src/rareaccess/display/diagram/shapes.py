"""The shapes of the consort diagram: boxes of text and arrows, as SVG."""

from dataclasses import dataclass

from rareaccess.display.theme import COLOURS, INK, MUTED, escape

__all__ = ["LEAD", "PAD", "Block", "Line", "at", "draw_arrow", "draw_sideways"]

LEAD, PAD = 18, 9  # line height; space inside a box


@dataclass(frozen=True)
class Line:
    """One line of text within a box."""

    words: str
    bold: bool = False
    muted: bool = False
    indent: float = 0.0


@dataclass
class Block:
    """A box on the page: its lines of text, where it is and how it looks."""

    lines: list[Line]
    x: float
    width: float
    y: float = 0.0
    fill: str = "#ffffff"
    edge: str = COLOURS["navy"]
    ink: str = INK
    middle: bool = True
    least: float = 0.0

    @property
    def height(self) -> float:
        """Height that the lines need, or more when asked for."""
        return max(2 * PAD + LEAD * len(self.lines) - 2, self.least)

    @property
    def foot(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> float:
        """The middle from left to right."""
        return self.x + self.width / 2

    def draw(self) -> str:
        """Return the box as SVG."""
        out = [
            f'<rect x="{at(self.x + 0.75)}" y="{at(self.y)}" width="{at(self.width - 1.5)}" '
            f'height="{at(self.height)}" rx="3" fill="{self.fill}" stroke="{self.edge}" '
            'stroke-width="1.5"/>'
        ]
        x, anchor = (self.centre, "middle") if self.middle else (self.x + PAD, "start")
        for place, line in enumerate(self.lines):
            colour = MUTED if line.muted else self.ink
            weight = ' font-weight="bold"' if line.bold else ""
            y = self.y + (self.height - LEAD * len(self.lines)) / 2 + LEAD * (place + 0.76)
            out.append(
                f'<text x="{at(x + line.indent)}" y="{at(y)}" text-anchor="{anchor}" '
                f'fill="{colour}"{weight}>{escape(line.words)}</text>'
            )
        return "\n".join(out)


def draw_arrow(x: float, start: float, end: float) -> str:
    """Return an arrow that points down, from one box to the next."""
    tip = f"{at(x)},{at(end - 1)} {at(x - 4.5)},{at(end - 9)} {at(x + 4.5)},{at(end - 9)}"
    return (
        f'<path d="M{at(x)} {at(start + 1)}V{at(end - 8)}" stroke="{INK}" '
        f'stroke-width="1.2" fill="none"/><polygon points="{tip}" fill="{INK}"/>'
    )


def draw_sideways(x: float, end: float, y: float) -> str:
    """Return an arrow to the left or the right, from the middle of a column to a box."""
    turn = 1 if end > x else -1
    tip = (
        f"{at(end - turn)},{at(y)} {at(end - 9 * turn)},{at(y - 4.5)} "
        f"{at(end - 9 * turn)},{at(y + 4.5)}"
    )
    return (
        f'<path d="M{at(x)} {at(y)}H{at(end - 8 * turn)}" stroke="{INK}" '
        f'stroke-width="1.2" fill="none"/><polygon points="{tip}" fill="{INK}"/>'
    )


def at(number: float) -> str:
    """Return a coordinate as text with one decimal at most.

    Examples
    --------
    >>> at(12.04), at(3.25)
    ('12', '3.2')
    """
    return f"{number:.1f}".removesuffix(".0")
