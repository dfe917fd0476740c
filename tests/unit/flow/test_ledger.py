"""The ledger: it adds up, it says where people went, and any missing id stops the build."""

from dataclasses import replace

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.flow import Box, Ledger, declare_boxes
from rareaccess.params import load_pair

BOXES = (
    Box("forms", "Forms", "source", "Blueteq", "applications"),
    Box("drug", "The drug", "step", "Blueteq", "applications", ("forms",), ("other", "unread")),
    Box("one", "One each", "step", "Blueteq", "applications", ("drug",), ("further",)),
    Box("inpatients", "Inpatients", "source", "HES", "records"),
    Box("outpatients", "Outpatients", "source", "HES", "records"),
    Box("coded", "Coded", "union", "HES", "records", ("inpatients", "outpatients")),
    Box("cohort", "Cohort", "union", "HES", "records", ("coded", "one")),
    Box("treated", "Treated", "union", "Both", "applications", ("one",), part_of="cohort"),
    Box("rest", "The rest", "part", "HES", "records", ("cohort",), part_of="cohort"),
)


def rows(ids: list[int], reasons: list[str | None] | None = None, n: int = 1) -> pd.DataFrame:
    reason = pd.Series(reasons or [None] * len(ids), dtype="str")
    return pd.DataFrame({"study_id": ids, "reason": reason, "n_records": n})


@pytest.fixture
def ledger() -> Ledger:
    """Person 1 has two forms of the drug; 2 another drug; 3 two that fail; 4 and 5 codes only."""
    return (
        Ledger(BOXES)
        .book("forms", rows([1, 1, 2, 3, 3]))
        .book("drug", rows([1, 1, 2, 3, 3], [None, None, "other", "unread", "other"]))
        .book("one", rows([1, 1], [None, "further"]))
        .book("inpatients", rows([4, 5], n=3))
        .book("outpatients", rows([5], n=2))
        .book("coded", rows([4, 5, 5], n=3).assign(n_records=[3, 3, 2]))
        .book("cohort", rows([1, 4, 5]).assign(n_records=[9, 3, 5]))
        .book("treated", rows([1]))
        .book("rest", rows([4, 5]).assign(n_records=[3, 5]))
        .verify()
    )


def test_counts_of_people_and_records(ledger: Ledger) -> None:
    summary = ledger.summary().set_index(["box", "role", "reason"])[["people", "records"]]
    found = {key: tuple(row) for key, row in zip(summary.index, summary.to_numpy(), strict=True)}
    of_drug = {(role, reason if reason == reason else None): counts  # nan is not itself
               for (box, role, reason), counts in found.items() if box == "drug"}  # fmt: skip
    assert of_drug == {
        ("in", None): (3, 5),
        ("excluded", "other"): (1, 2),
        ("excluded", "unread"): (1, 1),  # person 3 came as far as the last question
        ("out", None): (1, 2),
    }
    assert ledger.count("one", "excluded") == 0  # a further form takes nobody out
    assert ledger.count("one", "excluded", unit="records") == 1
    assert ledger.count("cohort") == 3


def test_people_in_are_people_out_and_people_lost(ledger: Ledger) -> None:
    summary = ledger.summary()
    for _, box in summary.groupby("box"):
        by_role = box.groupby("role")[["people", "records"]].sum()
        rest = by_role.drop(index="in").sum()
        assert by_role.loc["in"].tolist() == rest.tolist()


def test_who_was_lost_where(ledger: Ledger) -> None:
    assert ledger.lost().to_numpy().tolist() == [["drug", "other", 2], ["drug", "unread", 3]]


def test_to_a_frame_and_back(ledger: Ledger) -> None:
    frame = ledger.to_frame()
    again = Ledger.from_frame(frame, BOXES)
    pd.testing.assert_frame_equal(again.to_frame(), frame)
    labels = frame.astype({"box": "category", "role": "category", "reason": "category"})
    pd.testing.assert_frame_equal(Ledger.from_frame(labels, BOXES).summary(), ledger.summary())


@pytest.mark.slow
def test_any_row_taken_out_stops_the_build_and_names_a_box(ledger: Ledger) -> None:
    frame = ledger.to_frame()
    for place, row in frame.iterrows():
        with pytest.raises(UserError, match="does not add up at the box") as caught:
            Ledger.from_frame(frame.drop(index=place), BOXES)
        near = {row["box"], *(box.key for box in BOXES if row["box"] in box.parents)}
        assert any(key in caught.value.where for key in near | {"treated", "rest"})


@pytest.mark.slow
def test_any_person_taken_out_of_a_box_stops_the_build(ledger: Ledger) -> None:
    frame = ledger.to_frame()
    for box, person in frame[["box", "study_id"]].drop_duplicates().itertuples(index=False):
        left = frame[~((frame["box"] == box) & (frame["study_id"] == person))]
        with pytest.raises(UserError, match="does not add up") as caught:
            Ledger.from_frame(left, BOXES)
        assert "1 person" in caught.value.found or "no rows" in caught.value.found


@pytest.mark.parametrize("key", [box.key for box in BOXES])
def test_a_person_put_in_stops_the_build(ledger: Ledger, key: str) -> None:
    extra = ledger.parts[key].iloc[[0]].assign(study_id=99)
    for role in ("in", "out"):
        broken = {**ledger.parts, key: pd.concat([ledger.parts[key], extra.assign(role=role)])}
        with pytest.raises(UserError, match="does not add up"):
            replace(ledger, parts=broken).verify()


@pytest.mark.parametrize("key", [box.key for box in BOXES if box.key != "cohort"])
def test_one_record_more_stops_the_build(ledger: Ledger, key: str) -> None:
    part = ledger.parts[key]
    more = part.assign(n_records=part["n_records"] + (part["role"] == "out").astype(int))
    with pytest.raises(UserError, match=f"at the box {key}") as caught:
        replace(ledger, parts={**ledger.parts, key: more}).verify()
    assert "more or fewer records" in caught.value.found


def test_one_person_in_two_parts_stops_the_build(ledger: Ledger) -> None:
    both = ledger.book("rest", rows([1, 4, 5]).assign(n_records=[9, 3, 5]))
    with pytest.raises(UserError, match="at the box rest") as caught:
        both.verify()
    assert caught.value.found == "1 person also in another part of cohort"


def test_an_undeclared_reason_stops_the_build(ledger: Ledger) -> None:
    part = ledger.parts["drug"]
    renamed = part.assign(reason=part["reason"].replace("other", "a whim"))
    with pytest.raises(UserError) as caught:
        replace(ledger, parts={**ledger.parts, "drug": renamed}).verify()
    assert caught.value.expected == "other; unread"


def test_messages_hold_no_study_id(ledger: Ledger) -> None:
    frame = ledger.to_frame().assign(study_id=lambda data: data["study_id"] + 7_654_321)
    with pytest.raises(UserError) as caught:
        Ledger.from_frame(frame.iloc[1:], BOXES)
    assert "76543" not in str(caught.value)


def test_the_boxes_of_a_pair_are_filled_and_joined() -> None:
    boxes = declare_boxes(load_pair("sle-belimumab"))
    keys = [box.key for box in boxes]
    assert len(set(keys)) == len(keys)
    for box in boxes:
        assert "{" not in box.label and "None" not in box.label
        assert set(box.parents) <= set(keys[: keys.index(box.key)])  # parents come first
        assert (box.kind == "source") == (not box.parents)
    assert "belimumab" in boxes[1].label
