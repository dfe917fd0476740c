"""From the marts to the plain frame: who is in it, what is 0, and who is left out by name."""

import pandas as pd

from need_study import SETTINGS
from rareaccess.measures.eligibility.people import (
    GROUPINGS,
    OTHERS,
    build_everybody,
    build_people,
    read_roles,
)
from rareaccess.measures.eligibility.roles import check_roles

DEPRIVATION, ETHNICITY = GROUPINGS
LANDMARK = pd.DataFrame({
    "study_id": range(1, 8), "treated": [True, False, False, False, True, False, False],
    "age": pd.array([40, 18, 17, None, 60, 70, 80], "Int64"),
})  # fmt: skip
PEOPLE = pd.DataFrame({
    "study_id": range(1, 9), "sex": ["Female", "Male", "Male", "Male", "Not known", *["Male"] * 3],
    "ethnicity": ["White", "Black", "White", "White", "White", "Chinese", "Unknown", "White"],
    "imd_quintile": pd.array([1, 5, 5, 5, 5, None, 3, 1], "Int64"),
    "treated": [True, False, False, False, True, False, False, True],
    "age_at_index": pd.array([41, 20, 19, None, 61, 70, 80, 30], "Int64"),
})  # fmt: skip
FEATURES = pd.DataFrame({
    "study_id": [1, 1, 2, 3], "feature": ["flares", "visits", "visits", "flares"],
    "value": [2, 3, 1, 9],
})  # fmt: skip


def build(grouping, features: pd.DataFrame = FEATURES):
    return build_people(LANDMARK, features, PEOPLE, grouping=grouping, eligibility=SETTINGS)


def test_adults_of_whom_all_is_known_are_in_the_frame() -> None:
    frame, left = build(DEPRIVATION)
    assert frame.iloc[:, :6].to_numpy().tolist() == [
        ["1 (most deprived)", 40, "Female", 1, 2, 0],
        ["5 (least deprived)", 18, "Male", 0, 0, 0],
        ["3", 80, "Male", 0, 0, 0],
    ]
    assert frame["visits"].tolist() == [3, 1, 0]
    assert left.to_dict() == {
        "of unknown age": 1, "younger than 18": 1, "of unknown sex": 1,
        "of unknown deprivation": 1,
    }  # fmt: skip
    check_roles(frame, read_roles(SETTINGS))


def test_small_ethnic_groups_are_together_and_the_unknown_out() -> None:
    frame, left = build(ETHNICITY)
    assert frame["group"].tolist() == ["White", "Black", OTHERS]
    assert left["of unknown ethnic group"] == 1


def test_without_any_feature_all_are_nought() -> None:
    frame, _ = build(DEPRIVATION, FEATURES.iloc[:0])
    assert frame[["flares", "visits", "injuries"]].to_numpy().sum() == 0


def test_everybody_is_counted_at_the_index_date_whatever_the_landmark() -> None:
    found = build_everybody(PEOPLE, grouping=DEPRIVATION)
    assert found["treated"].tolist() == [1, 0, 0, 0, 1]
    assert found["age"].tolist() == [41, 20, 19, 80, 30]
