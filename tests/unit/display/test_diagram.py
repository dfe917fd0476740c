"""The consort diagram: from the ledger to boxes, words and a drawing that holds together."""

import itertools
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from rareaccess.disclosure import Count, Hidden, Notes, protect
from rareaccess.display.diagram import Consort, Step, build_consort, describe_consort
from rareaccess.display.diagram import draw_consort as draw
from rareaccess.display.diagram.draw import PAD, SIDE, SIZE
from rareaccess.display.theme import text_width
from rareaccess.flow import Box, Ledger

FORMS, BOTH, HES = ("Blueteq", "applications"), ("Both", "applications"), ("HES", "records")
BOXES = (
    Box("forms", "All forms", "source", *FORMS),
    Box("drug", "Forms for the drug", "step", *FORMS, ("forms",), ("other drug",)),
    Box("single", "One for each patient", "step", *FORMS, ("drug",), ("further form",)),
    Box("confirmed", "Confirmed", "step", *BOTH, ("single",), ("not confirmed",)),
    Box("by_code", "Found by code", "part", *BOTH, ("confirmed",), part_of="confirmed"),
    Box("rescued", "Found otherwise", "part", *BOTH, ("confirmed",), part_of="confirmed"),
    Box("apc", "Admitted care", "source", *HES),
    Box("op", "Outpatients", "source", *HES),
    Box("coded", "People with a code", "union", *HES, ("apc", "op")),
    Box("alive", "Alive", "step", *HES, ("coded",), ("died",)),
    Box("cohort", "The cohort", "union", *HES, ("alive", "rescued")),
    Box("treated", "Treated", "union", *BOTH, ("by_code", "rescued"), part_of="cohort"),
    Box("others", "Not known", "part", *HES, ("cohort",), part_of="cohort"),
)


def rows(ids: list[int], reasons: dict[int, str] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"study_id": ids})
    return frame.assign(reason=[(reasons or {}).get(one) for one in ids])


def ledger() -> Ledger:
    """Person 1 by code (two forms), 2 otherwise, 3 other drug, 4 not confirmed, 5 died, 6 alive."""
    second = pd.DataFrame({"study_id": [1, 1, 2, 4], "reason": ["further form", None, None, None]})
    return (
        Ledger(BOXES)
        .book("forms", rows([1, 1, 2, 3, 4]))
        .book("drug", rows([1, 1, 2, 3, 4], {3: "other drug"}))
        .book("single", second)
        .book("confirmed", rows([1, 2, 4], {4: "not confirmed"}))
        .book("by_code", rows([1]))
        .book("rescued", rows([2]))
        .book("apc", rows([1, 5, 6]))
        .book("op", rows([1]))
        .book("coded", rows([1, 1, 5, 6]))
        .book("alive", rows([1, 1, 5, 6], {5: "died"}))
        .book("cohort", rows([1, 1, 6, 2]))
        .book("treated", rows([1, 2]))
        .book("others", rows([6]))
        .verify()
    )


def released(profile: str = "internal"):
    return protect(
        ledger().summary(), counts=["people", "records"], profile=profile,
        notes=Notes(label="flow-x", title="A & B"),
    )  # fmt: skip


@pytest.fixture
def flow() -> Consort:
    return build_consort(released(), boxes=BOXES)


def test_columns_follow_the_ledger(flow: Consort) -> None:
    assert [box.id for box in flow.left] == ["forms", "drug", "single", "confirmed"]
    assert [box.id for box in flow.right] == ["coded", "alive"]
    assert flow.joined.id == "cohort" and [box.id for box in flow.ends] == ["treated", "others"]


def test_numbers_are_those_of_the_ledger(flow: Consort) -> None:
    assert [(box.n, box.records) for box in flow.left] == [(4, 5), (3, 4), (3, None), (2, None)]
    assert [box.n for box in (*flow.right, flow.joined, *flow.ends)] == [3, 2, 3, 2, 1]
    assert flow.left[0].excluded == (("other drug", 1),)
    assert flow.left[2].excluded == (("not confirmed", 1),)
    assert flow.left[3].parts == (("Found by code", 1), ("Found otherwise", 1))
    assert flow.right[0].parts == (("Admitted care", 3), ("Outpatients", 1))


def test_a_step_at_which_nobody_leaves_says_how_many_records_do(flow: Consort) -> None:
    assert flow.left[1].excluded == (("further form", "1 application"),)


def test_people_in_less_excluded_are_people_out(flow: Consort) -> None:
    for column in (flow.left, flow.right):
        for box, after in itertools.pairwise(column):
            gone = sum(n.value for _, n in box.excluded if not isinstance(n, str))
            assert box.n.value - gone == after.n, box.id


def test_the_description_says_what_the_drawing_says(flow: Consort) -> None:
    words = describe_consort(flow)
    for box in (*flow.left, *flow.right, flow.joined, *flow.ends):
        people = "1 person" if box.n == 1 else f"{box.n.value} people"
        assert f"{box.label}, {people}" in words
        assert all(f"{reason}, " in words for reason, _ in box.excluded)


def test_hidden_numbers_stay_hidden_everywhere() -> None:
    flow = build_consort(released("ndrs"), boxes=BOXES)
    assert isinstance(flow.joined.n, Hidden)
    svg = draw(flow).svg
    for words in (describe_consort(flow), svg):
        assert "[c]" in words
        assert not re.search(r"\b[1-4] (people|applications|records)", words)


def step(key: str, label: str, n: int, records: int | None = None, *more: tuple) -> Step:
    """Return a step whose numbers have been released."""
    lists = [tuple((words, n if isinstance(n, str) else Count(n)) for words, n in one)
             for one in more]  # fmt: skip
    return Step(key, label, Count(n), None if records is None else Count(records), *lists)


LONG = "Diagnosis of a condition with an extraordinarily long name in any position of the record"
SHAPES = {
    "one box each": Consort("A", (step("a", "All", 3),), "B", (step("b", "Coded", 9),),
                            step("c", "Cohort", 9), ()),
    "three ends": Consort("A", (step("a", "All", 3, 5, (("x", 1),)), step("b", "Some", 2)), "B",
                          (step("c", "Coded", 9),), step("d", "Cohort", 9),
                          tuple(step(f"e{n}", f"End {n}", n) for n in range(3))),
    "long words": Consort("A", (step("a", LONG, 3, 5, ((LONG, 1), (LONG, 2))), step("b", LONG, 2)),
                          "B", (step("c", LONG, 9, None, ((LONG, 1),), ((LONG, 2),)),),
                          step("d", LONG, 9), (step("e", LONG, 1), step("f", LONG, 2))),
    "right longer": Consort(
        "A", (step("a", "All", 3),), "B",
        tuple(step(f"r{n}", "Step", 9 - n, None, (("gone", 1),) if n < 5 else ())
              for n in range(6)),
        step("d", "Cohort", 9), (step("e", "End", 1),)),
    "many reasons": Consort("A", tuple(step(f"l{n}", "Step", 99, 100,
                                           tuple((f"reason number {k}", k) for k in range(5)))
                                       for n in range(4)),
                            "B", (step("c", "Coded", 9),), step("d", "Cohort", 9),
                            (step("e", "End", 1),)),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_no_two_boxes_overlap_and_all_words_are_inside_theirs(shape: Consort) -> None:
    root = ET.fromstring(draw(shape).svg)
    space = "{http://www.w3.org/2000/svg}"
    left, top, width, height = (float(part) for part in root.get("viewBox", "").split())
    boxes = [
        tuple(float(rect.get(side)) for side in ("x", "y", "width", "height"))
        for rect in root.iter(f"{space}rect")
    ][1:]
    assert boxes
    for x, y, wide, tall in boxes:
        assert left <= x and x + wide <= left + width and top <= y and y + tall <= top + height
    for (x1, y1, w1, h1), (x2, y2, w2, h2) in itertools.combinations(boxes, 2):
        apart = x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1
        assert apart, f"{(x1, y1)} and {(x2, y2)}"
    for text in root.iter(f"{space}text"):
        x, y = float(text.get("x")), float(text.get("y"))
        long = text_width(text.text, 13.5, bold=text.get("font-weight") == "bold")
        start = x - long / 2 if text.get("text-anchor") == "middle" else x
        assert any(
            bx <= start and start + long <= bx + bw and by < y < by + bh for bx, by, bw, bh in boxes
        ), text.text


@pytest.mark.slow
def test_the_drawing_is_accessible_and_always_the_same(flow: Consort) -> None:
    svg = draw(flow).svg
    assert svg == draw(flow).svg
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img" and root.get("aria-labelledby") == "flow-x-title flow-x-desc"
    assert root.findtext(f"{space}title") == "A & B"
    assert root.findtext(f"{space}desc") == describe_consort(flow)
    words = [element.text for element in root.iter(f"{space}text")]
    assert "4 people" in words and "5 applications" in words


def test_no_line_of_a_box_of_the_excluded_is_wider_than_the_box() -> None:
    left = (step("f", "Forms", 9, None, (("continuation form", "1,192 applications"),)),)
    right, end = (step("h", "Coded", 9),), (step("t", "Treated", 9),)
    flow = Consort("Forms", left, "Hospital", right, step("c", "Cohort", 9), end)
    lines = re.findall(r"<text[^>]*>([^<]*)</text>", draw(flow).svg)
    lines = [line for line in lines if "ontinuation" in line or "form:" in line or "appl" in line]
    assert (
        " ".join(lines).replace("\N{NO-BREAK SPACE}", " ")
        == "Continuation form: 1,192 applications"
    )
    assert max(text_width(line, size=SIZE) for line in lines) <= SIDE - 2 * PAD
