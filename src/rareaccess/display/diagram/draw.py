"""Drawing of the consort flow as SVG: laid out here, with real text and no other program.

Each column of steps runs down with its boxes of excluded people on the outer side; the shorter
column is stretched to the longer one; both lead into one box, which divides at the foot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rareaccess.disclosure import fmt
from rareaccess.disclosure.payloads import vouch
from rareaccess.display.diagram.consort import Consort, Step, describe_consort
from rareaccess.display.diagram.shapes import PAD, Block, Line, at, draw_arrow, draw_sideways
from rareaccess.display.theme import COLOURS, FONTS, LINE, Picture, escape, wrap_words

__all__ = ["draw_consort"]

PAGE = 820  # width of the drawing; all lengths are in its unit
SIDE, MAIN, LANE = 182, 200, 20  # width of a box of the excluded, of a step, and space between
SIZE, GAP = 13.5, 28  # text; space between two steps
GLUE = "\N{NO-BREAK SPACE}"
HANG = 10  # indent of a reason's second line
EDGE = 12  # white margin around the drawing
LEFT, RIGHT = SIDE + LANE, PAGE - SIDE - LANE - MAIN


@dataclass
class Lane:
    """The steps of one source, with the box of excluded people after each step (or None)."""

    title: Block
    steps: list[Block]
    sides: list[Block | None] = field(default_factory=list)


def draw_consort(flow: Consort) -> Picture:
    """Draw the consort diagram: wrapped real text, a title and a description for all readers.

    Parameters
    ----------
    flow
        The boxes; nothing is computed here. The label of the summary that they come from is in
        the ids inside the drawing, and its title is that of the drawing.

    Examples
    --------
    >>> from rareaccess.disclosure import Count
    >>> two, nine = Count(2), Count(9)
    >>> forms = (Step("f", "All forms", nine), Step("g", "Forms for the drug", two))
    >>> flow = Consort("Forms", forms,
    ...                "Hospital", (Step("h", "Coded", nine),), Step("c", "Cohort", nine),
    ...                (Step("t", "Treated", two), Step("u", "Not known to be treated", two)))
    >>> "Not known to be" in draw_consort(flow).svg
    True
    """
    left = _column(flow.left_title, flow.left, flow, x=LEFT, side_x=0)
    right = _column(flow.right_title, flow.right, flow, x=RIGHT, side_x=PAGE - SIDE)
    foot = max(_place(left), _place(right))
    _place(left, foot), _place(right, foot)

    joined = _step(flow.joined, flow, x=LEFT, width=RIGHT + MAIN - LEFT)
    joined.y, joined.fill = foot + GAP + 6, "#e4eaf0"
    ends = _ends(flow, joined)
    parts = [block.draw() for block in (left.title, right.title, joined, *ends)]
    for column in (left, right):
        parts += _draw_column(column)
        parts.append(draw_arrow(column.steps[-1].centre, column.steps[-1].foot, joined.y))
    parts += [draw_arrow(end.centre, joined.foot, end.y) for end in ends]
    height = max([joined.foot, *[end.foot for end in ends]]) + 2
    name, title = "flow", ""
    if flow.released:
        name, title = flow.released.notes.label, flow.released.show("fig")
    svg = _page(parts, height, name, title, describe_consort(flow))
    return Picture(vouch("image/svg+xml", svg) if flow.released else svg)


def _step(box: Step, flow: Consort, *, x: float, width: float) -> Block:
    room = width - 2 * PAD
    lines = [Line(words) for words in wrap_words(box.label, room, size=SIZE)]
    lines.append(Line(fmt.counted(box.n, flow.unit), bold=True))
    if box.records is not None:
        lines.append(Line(fmt.counted(box.records, flow.records_unit), muted=True))
    for name, count in box.parts:
        lines += [
            Line(words) for words in wrap_words(f"{name}:{GLUE}{fmt.n(count)}", room, size=SIZE)
        ]
    return Block(lines, x, width)


def _side(box: Step, *, x: float) -> Block | None:
    if not box.excluded:
        return None
    room = SIDE - 2 * PAD
    lines = [Line("Excluded", bold=True)]
    for reason, count in box.excluded:
        number = count if isinstance(count, str) else fmt.n(count)
        words = f"{reason[:1].upper()}{reason[1:]}:{GLUE}{number}"
        first, *rest = wrap_words(words, room - HANG, size=SIZE)
        lines += [Line(first), *[Line(part, indent=HANG) for part in rest]]
    return Block(lines, x, SIDE, fill="#f3f2f1", edge=LINE, middle=False)


def _column(title: str, boxes: Sequence[Step], flow: Consort, *, x: float, side_x: float) -> Lane:
    head = Block(
        [Line(title, bold=True)],
        min(x, side_x),
        MAIN + SIDE + LANE,
        y=1,
        fill=COLOURS["navy"],
        ink="#ffffff",
    )
    return Lane(
        head,
        [_step(box, flow, x=x, width=MAIN) for box in boxes],
        [_side(box, x=side_x) for box in boxes],
    )


def _place(column: Lane, foot: float = 0.0) -> float:
    """Set where the blocks of a column are, stretched down to `foot`; return the lowest edge."""
    free = column.title.foot + 8  # where the next box of excluded people may begin
    y, gaps = column.title.foot + GAP * 0.6, []
    for step, side in zip(column.steps, column.sides, strict=True):
        step.y, gap = y, GAP
        if side:
            free = max(free, step.foot + gap / 2 - side.height / 2)
            gap = max(gap, 2 * (free + 16 - step.foot))
            side.y = min(max(free, step.foot + gap / 2 - side.height / 2), step.foot + gap / 2 - 12)
            free = side.foot + 8
        gaps.append(gap)
        y = step.foot + gap
    last = column.steps[-1].foot
    lowest = max([last, *[side.foot for side in column.sides if side]])
    slack = (foot - last) / max(len(column.steps) - 1, 1) if foot > last else 0.0
    for place, (step, side) in enumerate(zip(column.steps, column.sides, strict=True)):
        step.y += slack * place
        if side:
            side.y += slack * (place + 0.5 if place < len(column.steps) - 1 else place)
    return lowest


def _draw_column(column: Lane) -> list[str]:
    parts = []
    for place, (step, side) in enumerate(zip(column.steps, column.sides, strict=True)):
        parts.append(step.draw())
        below = column.steps[place + 1].y if place + 1 < len(column.steps) else step.foot + GAP
        if place + 1 < len(column.steps):
            parts.append(draw_arrow(step.centre, step.foot, below))
        if side:
            y = min(max((step.foot + below) / 2, side.y + 8), side.foot - 8)
            edge = side.x + side.width if side.x < step.x else side.x
            parts += [side.draw(), draw_sideways(step.centre, edge, y)]
    return parts


def _ends(flow: Consort, joined: Block) -> list[Block]:
    count = len(flow.ends)
    if not count:
        return []
    width = min((joined.width - (RIGHT - LEFT - MAIN) * (count - 1)) / count, 300)
    free = joined.width - width * count
    ends = []
    for place, box in enumerate(flow.ends):
        x = joined.x + place * width + free * (place / (count - 1) if count > 1 else 0.5)
        end = _step(box, flow, x=x, width=width)
        end.y = joined.foot + GAP
        ends.append(end)
    ends[0].fill, ends[0].ink = COLOURS["navy"], "#ffffff"
    tallest = max(end.height for end in ends)
    for end in ends:
        end.least = tallest
    return ends


def _page(parts: Iterable[str], height: float, name: str, title: str, words: str) -> str:
    wide, tall = at(PAGE + 2 * EDGE), at(height + 2 * EDGE)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" '
            f'viewBox="-{EDGE} -{EDGE} {wide} {tall}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(words)}</desc>',
            f'<rect x="-{EDGE}" y="-{EDGE}" width="{wide}" height="{tall}" fill="#ffffff"/>',
            f'<g font-family="{FONTS}" font-size="{SIZE}">',
            *parts,
            "</g>",
            "</svg>",
            "",
        ]
    )
