"""Journeys: the treated beside the cohort, and how the parts add up."""

import pandas as pd
import pytest

from rareaccess.measures.travel import compare_journeys, summarise_journeys

TRAVEL = pd.DataFrame(
    {
        "treated": [True, True, False, False, False],
        "minutes": pd.array([60, 61, 20, None, 90], "Float64"),
        "treating_centre_minutes": pd.array([70, None, None, None, None], "Float64"),
        "imd_quintile": pd.array([1, 5, 1, None, 1], "Int64"),
        "criterion": ["old", "new", "new", "new", None],
    }
)
CRITERIA = {"old": "from 2016", "new": "from 2021"}


@pytest.fixture(scope="module")
def summary() -> pd.DataFrame:
    return summarise_journeys(TRAVEL, criteria=CRITERIA).set_index(["by", "level", "people"])


def test_an_hour_itself_is_not_more_than_an_hour(summary: pd.DataFrame) -> None:
    row = summary.loc[("Everybody", "all", "treated")]
    assert (row["n"], row["missing"], row["far"], row["median"]) == (2, 0, 1, 60.5)


def test_the_cohort_holds_the_treated(summary: pd.DataFrame) -> None:
    row = summary.loc[("Everybody", "all", "cohort")]
    assert (row["n"], row["missing"], row["far"]) == (4, 1, 2)
    fifth = summary.loc[("Deprivation of the area", "most deprived fifth")]
    assert fifth["n"].to_dict() == {"treated": 1, "cohort": 3}


def test_each_way_of_parting_adds_up_and_leaves_empty_levels_out(summary: pd.DataFrame) -> None:
    totals = summary.groupby(["by", "people"])[["n", "far"]].sum()
    for people in ("treated", "cohort"):
        parts = totals.xs(people, level="people")
        assert (parts == parts.loc["Everybody"]).all(axis=None)
    assert ("Deprivation of the area", "2", "cohort") not in summary.index
    no_journey = ("Deprivation of the area", "not known", "cohort")
    assert no_journey not in summary.index, "nobody there has a journey that is known"
    assert ("Criteria in force", "not known", "cohort") in summary.index


def test_nobody_treated_at_a_level_has_no_median(summary: pd.DataFrame) -> None:
    row = summary.loc[("Criteria in force", "not known", "treated")]
    assert row["n"] == 0 and pd.isna(row["median"])


def test_only_people_with_both_journeys_are_compared() -> None:
    assert {name: v.tolist() for name, v in compare_journeys(TRAVEL).items()} == {
        "nearest": [60], "treating": [70], "extra": [10],
    }  # fmt: skip
