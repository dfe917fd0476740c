"""Decisions: every decided application is once in each way of parting them."""

import pandas as pd
import pytest

from rareaccess.measures.decisions import (
    PERSONAL,
    count_decisions,
    count_reasons,
    list_approved_too,
    part_personal,
)

ROUTES = {"IV": "intravenous", "SC": "subcutaneous"}
ROWS = [
    # study_id, decision, reason, sex, age, ethnicity, quintile, at_centre, route, criterion
    (1, "approved", None, "Female", 29, "White", 1, True, "IV", "A"),
    (1, "rejected", "criteria not met", "Female", 28, "White", 1, True, "IV", "A"),
    (2, "rejected", None, "Male", 30, "Black", 5, False, "SC", "B"),
    (3, "withdrawn", "patient declined", "Not known", 50, "Unknown", None, False, None, None),
    (4, "withdrawn", "another reason", "Female", None, "Chinese", 2, True, "oral", "B"),
    (5, "pending", None, "Female", 40, "White", 1, True, "IV", "B"),
    (6, "not known", None, "Female", 40, "White", 1, True, "IV", "B"),
]
COLUMNS = "study_id decision reason sex age ethnicity imd_quintile at_centre route criterion"
DECISIONS = pd.DataFrame(ROWS, columns=COLUMNS.split()).astype(
    {"age": "Int64", "imd_quintile": "Int64", "reason": "str", "route": "str", "criterion": "str"}
)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    frame = count_decisions(DECISIONS, routes=ROUTES, criteria=["A", "B", "C"])
    return frame.set_index(["by", "level"])


def test_what_is_pending_or_not_known_is_not_decided(counts: pd.DataFrame) -> None:
    row = counts.loc[("Everybody", "all")]
    assert row.tolist() == [1, 2, 2, 5]


def test_each_way_of_parting_adds_up_to_all(counts: pd.DataFrame) -> None:
    totals = counts.groupby("by").sum()
    assert len(totals) == 8
    assert (totals == totals.loc["Everybody"]).all(axis=None)
    assert (counts[["approved", "rejected", "withdrawn"]].sum(axis=1) == counts["decided"]).all()


@pytest.mark.parametrize(
    ("by", "level", "expected"),
    [
        ("Sex", "not known", [0, 0, 1]),
        ("Age", "under 30", [1, 1, 0]),
        ("Age", "30 to 49", [0, 1, 0]),
        ("Age", "50 and over", [0, 0, 1]),
        ("Age", "not known", [0, 0, 1]),
        ("Ethnic group", "other known groups", [0, 1, 1]),
        ("Ethnic group", "not known", [0, 0, 1]),
        ("Deprivation of the area", "most deprived fifth", [1, 1, 0]),
        ("Deprivation of the area", "other fifths", [0, 1, 1]),
        ("Deprivation of the area", "not known", [0, 0, 1]),
        ("Applied", "another trust", [0, 1, 1]),
        ("Route", "not known", [0, 0, 2]),  # a route that the pair does not have is not known
        ("Criteria in force", "B", [0, 1, 1]),
    ],
)
def test_levels(counts: pd.DataFrame, by: str, level: str, expected: list[int]) -> None:
    assert counts.loc[(by, level), ["approved", "rejected", "withdrawn"]].tolist() == expected


def test_a_level_without_an_application_is_left_out(counts: pd.DataFrame) -> None:
    assert ("Criteria in force", "C") not in counts.index


def test_characteristics_that_would_show_single_people_are_left_out_whole() -> None:
    every = count_decisions(DECISIONS, routes=ROUTES, criteria=["A", "B", "C"])
    left, lost = part_personal(every, minimum=5)
    assert lost == list(PERSONAL)
    assert left["by"].unique().tolist() == ["Everybody", "Applied", "Route", "Criteria in force"]
    shown, none = part_personal(every, minimum=1)
    assert (len(shown), none) == (len(every), [])


@pytest.mark.parametrize(
    ("rejected", "unknown", "lost"),
    [([6, 6], 0, []), ([12, 0], 0, []), ([9, 0], 0, ["Sex"]), ([8, 4], 0, ["Sex"]),
     ([6, 6], 2, [])],
)  # fmt: skip
def test_one_stays_if_none_of_its_levels_is_small(
    rejected: list[int], unknown: int, lost: list[str]
) -> None:
    counts = pd.DataFrame({"by": "Sex", "level": ["female", "male", "not known"], "approved": 20,
                           "rejected": [*rejected, unknown], "withdrawn": 0})  # fmt: skip
    assert part_personal(counts, minimum=5)[1] == lost


def test_reasons() -> None:
    counts = count_reasons(DECISIONS).set_index("level")
    assert counts.to_dict("index") == {
        "criteria not met": {"rejected": 1, "withdrawn": 0},
        "patient declined": {"rejected": 0, "withdrawn": 1},
        "another reason": {"rejected": 0, "withdrawn": 1},
        "no reason given": {"rejected": 1, "withdrawn": 0},
    }
    silent = count_reasons(DECISIONS.assign(reason=pd.Series(None, DECISIONS.index, dtype="str")))
    assert silent.to_numpy().tolist() == [["no reason given", 2, 2]]


def test_who_was_approved_as_well() -> None:
    refused, too = list_approved_too(DECISIONS, "rejected")
    assert (refused.tolist(), too.tolist()) == ([1, 2], [1])
    assert [len(ids) for ids in list_approved_too(DECISIONS, "withdrawn")] == [2, 0]
