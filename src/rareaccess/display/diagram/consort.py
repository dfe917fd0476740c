"""The consort flow as boxes: who was included, who was not and why, with its twin in words.

The drawing, the text twin and the description are made from the same boxes, so they cannot say
different things. Two columns, one for each source, run down and meet.
"""

from dataclasses import dataclass

import pandas as pd

from rareaccess.disclosure import Hidden, Released, fmt

__all__ = ["Box", "Consort", "Number", "build_twin", "describe_consort"]

Number = int | Hidden


@dataclass(frozen=True)
class Box:
    """One step: a set of people, and those taken out on the way to the next step.

    Parameters
    ----------
    id
        Short name, used by `Consort`.
    label
        What the people have in common, in a few words.
    n
        Number of people.
    records
        Number of records (applications) where that differs from people and matters.
    excluded
        Reason and number of people for each reason, on the way to the next step; a text where
        only records were left out.
    parts
        Groups within the box, shown under its number.
    """

    id: str
    label: str
    n: Number
    records: Number | None = None
    excluded: tuple[tuple[str, "Number | str"], ...] = ()
    parts: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True)
class Consort:
    """The whole flow: two columns that meet in `joined`, which divides into `ends`.

    Parameters
    ----------
    left, right
        Steps of each source, from first to last.
    left_title, right_title
        Name of each source.
    joined
        The box in which the two meet.
    ends
        The groups into which it divides.
    unit, records_unit
        Nouns for people and for records.
    """

    left_title: str
    left: tuple[Box, ...]
    right_title: str
    right: tuple[Box, ...]
    joined: Box
    ends: tuple[Box, ...]
    unit: str = "people"
    records_unit: str = "applications"


def describe_consort(flow: Consort) -> str:
    """Description of the diagram in sentences, for its `desc` and for readers who cannot see it.

    Examples
    --------
    >>> end = Box("a", "Treated", 2)
    >>> flow = Consort("Forms", (Box("f", "All forms", 3, excluded=(("other drug", 1),)),),
    ...                "Hospital", (Box("h", "Coded", 9),), Box("c", "Cohort", 9), (end,))
    >>> describe_consort(flow)
    'Forms: All forms, 3 people; excluded: other drug, 1. Hospital: Coded, 9 people. \
Both meet in: Cohort, 9 people. This divides into: Treated, 2 people.'
    """
    words = []
    for title, boxes in ((flow.left_title, flow.left), (flow.right_title, flow.right)):
        words.append(f"{title}: " + "; then ".join(_sentence(box, flow) for box in boxes) + ".")
    words.append(f"Both meet in: {_sentence(flow.joined, flow)}.")
    words.append("This divides into: " + "; and ".join(_sentence(b, flow) for b in flow.ends) + ".")
    return " ".join(words)


def _sentence(box: Box, flow: Consort) -> str:
    words = f"{box.label}, {_count(box, flow)}"
    words += "".join(f" ({name}, {fmt.n(count)})" for name, count in box.parts)
    if box.excluded:
        reasons = ", ".join(f"{reason}, {_number(count)}" for reason, count in box.excluded)
        words += f"; excluded: {reasons}"
    return words


def _count(box: Box, flow: Consort) -> str:
    people = fmt.counted(box.n, flow.unit)
    if box.records is None:
        return people
    return f"{people} ({fmt.counted(box.records, flow.records_unit)})"


def build_twin(flow: Consort, like: Released) -> Released:
    """Text twin of the diagram: one row a step, with those who were left out after it, and why.

    Parameters
    ----------
    flow
        The boxes.
    like
        The released summary that they come from, whose notes and profile the twin keeps.
    """
    rows = []
    columns = (
        (flow.left_title, flow.left),
        (flow.right_title, flow.right),
        ("Together", (flow.joined, *flow.ends)),
    )
    for title, boxes in columns:
        for box in boxes:
            lost = "; ".join(f"{reason}: {_number(count)}" for reason, count in box.excluded)
            inner = "; ".join(f"{name}: {fmt.n(count)}" for name, count in box.parts)
            records = like.value("records", box=box.id, role="out")
            rows.append(
                {
                    "part": title,
                    "step": f"{box.label} ({inner})" if inner else box.label,
                    "people": fmt.n(box.n),
                    "records": fmt.counted(
                        records, str(like.value("unit", box=box.id, role="out"))
                    ),
                    "excluded": lost or "nobody",
                }
            )
    return like.words(pd.DataFrame(rows))


def _number(count: Number | str) -> str:
    return count if isinstance(count, str) else fmt.n(count)
