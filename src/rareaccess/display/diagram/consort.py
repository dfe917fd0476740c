"""The consort flow as boxes: who was included, who was not and why, with its twin in words.

The drawing, the text twin and the description are made from the same boxes, so they cannot say
different things. Two columns, one for each source, run down and meet.
"""

from dataclasses import dataclass

from rareaccess.disclosure import Count, Frame, Hidden, fmt

__all__ = ["Consort", "Number", "Step", "describe_consort"]

Number = Count | Hidden


@dataclass(frozen=True)
class Step:
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
    released
        The summary that the numbers come from, with its label and notes.
    """

    left_title: str
    left: tuple[Step, ...]
    right_title: str
    right: tuple[Step, ...]
    joined: Step
    ends: tuple[Step, ...]
    unit: str = "people"
    records_unit: str = "applications"
    released: Frame | None = None


def describe_consort(flow: Consort) -> str:
    """Description of the diagram in sentences, for its `desc` and for readers who cannot see it.

    Examples
    --------
    >>> end, nine = Step("a", "Treated", Count(2)), Count(9)
    >>> forms = Step("f", "All forms", Count(3), excluded=(("other drug", Count(1)),))
    >>> flow = Consort("Forms", (forms,), "Hospital", (Step("h", "Coded", nine),),
    ...                Step("c", "Cohort", nine), (end,))
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


def _sentence(box: Step, flow: Consort) -> str:
    words = f"{box.label}, {_count(box, flow)}"
    words += "".join(f" ({name}, {fmt.n(count)})" for name, count in box.parts)
    if box.excluded:
        reasons = ", ".join(f"{reason}, {_number(count)}" for reason, count in box.excluded)
        words += f"; excluded: {reasons}"
    return words


def _count(box: Step, flow: Consort) -> str:
    people = fmt.counted(box.n, flow.unit)
    if box.records is None:
        return people
    return f"{people} ({fmt.counted(box.records, flow.records_unit)})"


def _number(count: Number | str) -> str:
    return count if isinstance(count, str) else fmt.n(count)
