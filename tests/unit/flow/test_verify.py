"""Each way in which the rows of a box can be wrong stops the build and says what was found."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.flow import Box
from rareaccess.flow.verify import verify_flow

FORMS = Box("forms", "Forms", "source", "Blueteq", "applications")
DRUG = Box("drug", "The drug", "step", "Blueteq", "applications", ("forms",), ("other",))
ALL = Box("all", "All of them", "union", "Blueteq", "applications", ("forms",), ("other",))
PEOPLE = Box("people", "People in HES", "union", "HES", "records", ("forms",))
OTHERS = Box("others", "Found otherwise", "source", "HES", "records", part_of="forms")


def part(*rows: tuple[str, str | None, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["role", "reason", "study_id", "n_records"])
    return frame.astype({"reason": "str"})


CAME = part(("in", None, 71, 1), ("in", None, 72, 1), ("out", None, 71, 1), ("out", None, 72, 1))
KEPT = part(("in", None, 71, 1), ("in", None, 72, 1), ("out", None, 71, 1))
LOST = ("excluded", "other", 72, 1)


def parts(**boxes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"forms": CAME, **boxes}


def add(frame: pd.DataFrame, *rows: tuple[str, str | None, int, int]) -> pd.DataFrame:
    return pd.concat([frame, part(*rows)], ignore_index=True)


def test_what_adds_up_passes() -> None:
    verify_flow([FORMS, DRUG], parts(drug=add(KEPT, LOST)))


@pytest.mark.parametrize(
    ("box", "rows", "found", "expected"),
    [
        (DRUG, None, "no rows", "the people of this box"),
        (DRUG, add(KEPT, ("gone", "other", 72, 1)), "an unknown role", "in, excluded"),
        (DRUG, add(KEPT, ("excluded", "other", 72, 0)), "a person without records", "one record"),
        (DRUG, add(KEPT, LOST, LOST), "a person twice in one role", "one row a person"),
        (DRUG, add(KEPT, ("excluded", "wrong", 72, 1)), "a reason that is not declared", "other"),
        (FORMS, add(KEPT, LOST), "a reason that is not declared", "no reason"),
        (ALL, add(KEPT, LOST), "1 person excluded", "nobody excluded at this box"),
        (OTHERS, part(("in", None, 73, 1), ("out", None, 73, 1)), "1 person not in forms",
         "only people of forms"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_rows_that_cannot_be(box: Box, rows: pd.DataFrame | None, found: str, expected: str):
    given = parts() if rows is None else parts(**{box.key: rows})
    with pytest.raises(UserError) as caught:
        verify_flow([FORMS] if box is FORMS else [FORMS, box], given)
    assert caught.value.found == found
    assert expected in caught.value.expected
    assert f"box {box.key}" in caught.value.where
    assert "72" not in str(caught.value) and "73" not in str(caught.value)  # never whom


def test_between_boxes_of_different_units_only_people_are_compared() -> None:
    """A person's one application is no claim on how many hospital records there are."""
    many = CAME.assign(n_records=9)
    verify_flow([FORMS, PEOPLE], parts(people=many))
    with pytest.raises(UserError, match="at the box people"):
        verify_flow([FORMS, PEOPLE], parts(people=many[many["study_id"] == 71]))
