"""Who people are and who was lost, on people made by hand."""

import pandas as pd
import pytest

from rareaccess.flow import Box, Ledger
from rareaccess.measures.attrition import count_lost
from rareaccess.measures.characteristics import (
    COLUMNS,
    NAMED,
    count_by_era_and_route,
    count_characteristics,
)
from rareaccess.measures.choices import compare_choices
from rareaccess.params import load_pair

ROUTES = load_pair("sle-belimumab").drug.routes
PERIODS = pd.DataFrame({"level": ["A", "B"], "from": pd.to_datetime(["2016-06-22", "2021-12-15"])})


def people(*rows: tuple[int, str, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["study_id", "sex", "ethnicity", "imd_quintile"])
    return frame.astype({"imd_quintile": "Int64"})


FOUR = people((1, "Female", "White", 1), (2, "Female", "Black", 5), (3, "Male", "Unknown", None),
              (4, "Not known", "White", 1))  # fmt: skip


def test_everybody_is_in_one_row_of_each_characteristic() -> None:
    found = count_characteristics({"all": FOUR, "women": FOUR[FOUR["sex"] == "Female"]})
    totals = found.groupby("what", sort=False)[["all", "women"]].sum()
    assert totals.to_numpy().tolist() == [[4, 2]] * 3
    by_row = found.set_index(["what", "level"])["all"]
    assert [int(by_row[row]) for row in NAMED.values()] == [2, 1, 2]
    assert by_row["Fifth of deprivation", "Not known"] == 1


def test_eras_part_the_starts_by_the_day_and_routes_by_the_form() -> None:
    uptake = pd.DataFrame({
        "study_id": [1, 2, 3, 4], "route": ["IV", "SC", "IV", "SC"],
        "start_date": pd.to_datetime(["2016-06-22", "2021-12-14", "2021-12-15", "2022-01-01"]),
    })  # fmt: skip
    treated = FOUR.assign(age_at_treatment=[20, 30, 40, 60])
    found = count_by_era_and_route(treated, uptake, periods=PERIODS, routes=ROUTES)
    assert found["level"].tolist() == ["A", "B", *(route.label for route in ROUTES)]
    assert found[["people", "female", "age"]].to_numpy().tolist() == [
        [2, 2, 25], [2, 0, 50], [2, 1, 30], [2, 1, 45],
    ]  # fmt: skip
    one = count_by_era_and_route(treated, uptake, periods=PERIODS, routes=ROUTES[:1])
    assert one["part"].unique().tolist() == ["In force at the start"], "no choice of routes"


def test_a_person_without_a_start_in_any_period_is_not_dropped_silently() -> None:
    uptake = pd.DataFrame({"study_id": [1], "route": ["oral"],
                           "start_date": pd.to_datetime(["2015-01-01"])})  # fmt: skip
    with pytest.raises(ValueError, match="1 people"):
        count_by_era_and_route(FOUR.head(1).assign(age_at_treatment=20), uptake, periods=PERIODS,
                               routes=ROUTES)  # fmt: skip


def test_lost_people_by_step_and_reason() -> None:
    boxes = (
        Box("all", "All", "source", "Blueteq", "applications"),
        Box("linked", "Linked", "step", "Both", "applications", ("all",),
            ("late", "no link", "wrong")),
        Box("treated", "Treated", "union", "Both", "applications", ("linked",)),
    )  # fmt: skip
    rows = pd.DataFrame({"study_id": [1, 2, 3, 4], "reason": [None, "late", "no link", "no link"]})
    flow = Ledger(boxes).book("all", rows[["study_id"]]).book("linked", rows)
    flow = flow.book("treated", rows[rows["reason"].isna()][["study_id"]]).verify()
    gone = FOUR.iloc[1:].assign(box="linked", reason=["late", "no link", "no link"])
    found = count_lost(gone, FOUR.head(1), flow=flow).set_index("level")
    assert list(found.index) == ["All", "left out: late", "left out: no link", "Linked", "Treated"]
    assert found["people"].tolist() == [4, 1, 2, 1, 1]
    assert found.loc["left out: no link", list(COLUMNS)].tolist() == [0, 0, 1, 1, 1]
    assert found.loc["Treated", list(COLUMNS)].tolist() == [1, 0, 1, 1, 1], "all in the cohort"
    assert found.loc["Linked", list(COLUMNS)].isna().all(), "a step would tell of those left out"
    assert found.loc["All", list(COLUMNS)].isna().all(), "not all are in the cohort"


def test_two_rules_count_the_same_people() -> None:
    cohort = pd.DataFrame({
        "treated": [True, True, False], "found_by": ["code", "specialty", "code"],
        "ethnicity_most_recent": ["White", "Unknown", "Black"],
        "ethnicity_most_frequent": ["White", "White", "Black"],
    })  # fmt: skip
    uptake = pd.DataFrame({
        "start_date": pd.to_datetime(["2021-12-15", "2021-12-20"]),
        "approval_date": pd.to_datetime(["2021-12-14", "2021-12-15"]),
    })  # fmt: skip
    scores = pd.DataFrame({"treated": [True, True, False], "score_1987": [0, 1, 0],
                           "score_2011": [0, 0, 0]})  # fmt: skip
    found = compare_choices(cohort, uptake, scores, periods=PERIODS).set_index("what")
    numbers = found[["chosen", "other"]].to_numpy().tolist()
    assert numbers == [[2, 1], [1, 2], [1, 0], [2, 1], [1, 2]]
    assert "Treated people counted under B" in found.index
