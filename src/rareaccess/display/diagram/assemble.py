"""From the ledger's released summary to the boxes of the diagram: numbers are only read."""

from collections.abc import Sequence

from rareaccess import flow
from rareaccess.disclosure import Frame, Hidden, fmt
from rareaccess.display.diagram.consort import Consort, Number, Step

__all__ = ["build_consort"]


def build_consort(
    released: Frame,
    *,
    boxes: Sequence[flow.Box],
    left: str = "Blueteq",
    titles: tuple[str, str] = ("Blueteq: applications for treatment", "HES: hospital records"),
) -> Consort:
    """Consort flow from the released summary of a ledger, for any pair.

    The last box that is shared out among others joins the two columns; those that share it are
    the ends. The left column leads from its source to the people who are confirmed in the right.

    Parameters
    ----------
    released
        `Ledger.summary()` after disclosure control of `people` and `records`.
    boxes
        The ledger's boxes.
    left
        Name in the ledger of the source of the left column, whose records are shown.
    titles
        What stands above the two columns.
    """
    by_key = {box.key: box for box in boxes}
    whole = [box.part_of for box in boxes if box.part_of][-1]
    ends = [box for box in boxes if box.part_of == whole]
    tails = [by_key[key] for key in by_key[whole].parents]
    right_chain = _chain(next(box for box in tails if box.kind != "part"), by_key)
    parted = next(box for box in tails if box.kind == "part")
    left_chain = _chain(by_key[parted.part_of], by_key)

    def make(box: flow.Box, after: flow.Box | None = None, parts: bool = True) -> Step:
        people, records = _numbers(released, box.key)
        forms = records if box.source == left and box.unit != "records" else None
        return Step(
            box.key,
            box.label,
            people,
            forms if forms != people else None,
            _reasons(released, after) if after else (),
            _parts(released, box, boxes) if parts else (),
        )

    def column(chain: list[flow.Box]) -> tuple[Step, ...]:
        after = [*chain[1:], None]
        return tuple(make(box, then) for box, then in zip(chain, after, strict=True))

    joined = make(by_key[whole], parts=False)
    return Consort(
        titles[0],
        column(left_chain),
        titles[1],
        column(right_chain),
        joined,
        tuple(make(box, parts=False) for box in ends),
        released=released,
    )


def _chain(box: flow.Box, by_key: dict[str, flow.Box]) -> list[flow.Box]:
    """Steps that lead to a box, from the first; a union of sources is the first of its chain."""
    chain = [box]
    while len(chain[0].parents) == 1:
        chain.insert(0, by_key[chain[0].parents[0]])
    return chain


def _numbers(released: Frame, key: str) -> tuple[Number, Number]:
    people, records = (released.value(name, box=key, role="out") for name in ("people", "records"))
    return people, records


def _reasons(released: Frame, box: flow.Box) -> tuple[tuple[str, Number | str], ...]:
    """Reasons with the people who left the flow there; with records when no person did."""
    found = []
    for reason in box.reasons:
        people = released.value("people", box=box.key, role="excluded", reason=reason)
        records = released.value("records", box=box.key, role="excluded", reason=reason)
        only = not isinstance(people, Hidden) and people == 0 and records != 0
        found.append((reason, fmt.counted(records, box.unit) if only else people))
    return tuple(found)


def _parts(
    released: Frame, box: flow.Box, boxes: Sequence[flow.Box]
) -> tuple[tuple[str, Number], ...]:
    """Groups within a box: those that share it out, or the sources that came together in it."""
    inner = [one for one in boxes if one.part_of == box.key]
    if not inner and box.kind == "union":
        inner = [one for one in boxes if one.key in box.parents]
    return tuple((one.label, _numbers(released, one.key)[0]) for one in inner)
