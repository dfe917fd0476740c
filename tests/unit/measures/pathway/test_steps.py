"""Steps of the pathway by group: who is counted where, and what is left out by name."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.measures.pathway import (
    count_steps,
    describe_people,
    part_people,
    summarise_care,
    summarise_outcomes,
    summarise_waits,
    tabulate_emergencies,
)

PEOPLE = pd.DataFrame(
    {
        "study_id": [1, 2, 3, 4],
        "treated": [True, True, False, False],
        "sex": ["Female", "Male", "Female", "Not known"],
        "age_at_index": pd.array([29, 30, 70, None], "Int64"),
        "ethnicity": ["White", "Black", "Unknown", "White"],
        "imd_quintile": pd.array([1, 5, None, 1], "Int64"),
    }
)
TRAVEL = pd.DataFrame({"study_id": [1, 2, 3], "minutes": [30.0, 30.1, 60.1]})
GROUPS = describe_people(PEOPLE, TRAVEL)


def day(*texts: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(texts, dtype="str"))


PATHWAY = pd.DataFrame(
    {
        "study_id": [1, 2, 3, 4],
        "treated": [True, True, False, False],
        "first_visits": [2, 1, 0, 1],
        "applied_date": day("2020-01-01", "2020-02-10", "2020-03-01", None),
        "approved_date": day("2020-01-03", "2020-02-01", None, None),
        "start_date": day("2020-01-11", "2020-02-01", None, None),
    }
)


def test_groups_at_their_edges() -> None:
    assert GROUPS["age"].tolist() == ["under 30", "30 to 49", "70 and over", "Not known"]
    assert GROUPS["distance"].tolist() == [
        "up to 30 minutes", "30 to 60 minutes", "over 60 minutes", "Not known",
    ]  # fmt: skip
    assert GROUPS["deprivation"].tolist() == [
        "most deprived fifth", "least deprived fifth", "Not known", "most deprived fifth",
    ]  # fmt: skip
    assert GROUPS["ethnicity"].tolist() == ["White", "Black", "Not known", "White"]


def test_each_characteristic_parts_everybody_once() -> None:
    parts = pd.DataFrame(
        [(by, level, int(inside.sum())) for by, level, inside in part_people(GROUPS)],
        columns=["by", "level", "n"],
    )
    assert parts.groupby("by")["n"].sum().eq(len(PEOPLE)).all() and len(parts) > 10
    assert (parts["n"] > 0).all()


def test_each_step_is_a_part_of_the_one_before() -> None:
    found = count_steps(PATHWAY, GROUPS, by=["sex", "deprivation"]).set_index("level")
    assert found.loc["all", ["n", "applied", "approved", "started"]].tolist() == [4, 3, 2, 2]
    assert found.loc["Female", ["n", "applied", "approved", "started"]].tolist() == [2, 2, 1, 1]
    assert found.loc["most deprived fifth", "first_visits"] == 1.5
    assert (found["approved"] <= found["applied"]).all() and (found["n"] >= found["applied"]).all()


def test_a_form_after_the_start_is_left_out_by_name() -> None:
    waits, left_out = summarise_waits(PATHWAY, GROUPS, by=["sex"])
    assert left_out.tolist() == [2]
    assert waits.set_index("level")["n"].to_dict() == {"all": 1, "Female": 1}
    missing = PATHWAY.assign(applied_date=pd.NaT)
    waits, left_out = summarise_waits(missing, GROUPS, by=["sex"])
    assert waits["level"].tolist() == ["all"] and waits["n"].tolist() == [0]
    assert waits["median"].isna().all() and left_out.tolist() == [1, 2]


def test_the_mean_of_waits_is_above_the_median_where_a_few_are_long() -> None:
    n = 5
    pathway = pd.DataFrame(
        {
            "study_id": range(n),
            "applied_date": pd.Timestamp("2020-01-01"),
            "approved_date": pd.Timestamp("2020-01-02"),
            "start_date": pd.Timestamp("2020-01-01") + pd.to_timedelta([1, 2, 3, 4, 90], "D"),
        }
    )
    groups = pd.DataFrame({"study_id": range(n), "treated": True})
    (row,) = summarise_waits(pathway, groups, by=[])[0].to_dict("records")
    assert (row["median"], row["mean"], row["q1"], row["q3"], row["deciding"]) == (3, 20, 2, 4, 1)


CARE = pd.DataFrame(
    {
        "study_id": [1, 2, 3], "visits": [3, 1, 0], "remote": [1, 1, 0], "missed": [1, 0, 0],
        "cancelled_by_patient": [0, 2, 0], "cancelled_by_provider": [1, 0, 0],
        "elective": [1, 0, 0], "emergency": [0, 1, 0], "other_admissions": [0, 2, 0],
        "bed_days": [0, 6, 0],
    }
)  # fmt: skip


def test_shares_are_of_appointments_and_not_means_of_people() -> None:
    found = summarise_care(CARE, GROUPS, by=["sex"]).set_index("level")
    every = found.loc["all"]
    assert (every["n"], every["visits"], every["remote"]) == (3, 4 / 3, 50)
    assert every[["missed", "by_patient", "by_provider"]].tolist() == [12.5, 25, 12.5]
    assert (every["stays"], every["nights"]) == (4 / 3, 1.5)


def test_nothing_to_divide_by_gives_nothing() -> None:
    found = summarise_care(CARE[2:], GROUPS, by=[]).iloc[0]
    assert found["visits"] == 0
    assert found[["remote", "missed", "by_patient", "by_provider", "nights"]].isna().all()


def test_emergencies_by_stretch() -> None:
    pathway = PATHWAY.assign(
        waits_from=day("2019-01-11", "2020-02-01", "2019-01-01", None),
        waits_until=day("2020-01-11", "2020-02-01", "2021-01-01", None),
        emergencies=[3, 0, 0, 5],
        emergencies_applied=[1, 0, 0, 0],
    )
    found = tabulate_emergencies(pathway)
    assert found["n"].tolist() == [1, 1, 1]  # no time, or none that is known, is no stretch
    assert found["admissions"].tolist() == [3, 1, 0] and found["admitted"].tolist() == [1, 1, 0]
    assert found["years"].tolist() == pytest.approx([365 / 365.25, 10 / 365.25, 731 / 365.25])
    assert found["rate"].iloc[0] == pytest.approx(100 * 3 * 365.25 / 365)
    upper = found["upper"].iloc[2] * found["years"].iloc[2] / 100
    assert upper == pytest.approx(-np.log(0.025))  # exact, of no event


def test_outcomes_need_ten_people_at_the_month() -> None:
    times = pd.DataFrame({"study_id": range(24), "days": [200, 500] * 12, "event": True})
    groups = pd.DataFrame({"study_id": range(24), "sex": ["Female"] * 20 + ["Male"] * 4})
    found = summarise_outcomes(times, groups, month=12, by=["sex"]).set_index("level")
    assert found.loc["all", ["n", "events", "share"]].tolist() == pytest.approx([24, 24, 50])
    assert found.loc["Male", ["n", "events"]].tolist() == [4, 4]
    assert found.loc["Male", ["share", "lower", "upper"]].isna().all()
