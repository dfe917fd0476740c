"""The people of the cohort: which source stands before which."""

import pandas as pd

from rareaccess.derive.people import (
    age_people,
    date_people,
    describe_everyone,
    describe_treated,
    observe_until,
)
from rareaccess.params import load_pair

PAIR = load_pair("sle-belimumab")
AREAS = pd.DataFrame(
    {"lsoa": ["A", "B"], "imd_quintile": [1, 5], "imd_decile": [2, 10], "imd_version": "2019"}
)
PEOPLE = pd.DataFrame(
    {
        "study_id": [3, 1, 2],
        "draw": pd.Series([7, 8, 9], dtype="uint64"),
        "sex": ["Male", None, None],
        "ethnicity": ["White", None, "Black"],
        "ethnicity_most_frequent": ["Mixed", None, "Black"],
        "lsoa": ["B", "A", None],
        "entry_date": pd.Timestamp("2010-01-01"),
        "first_coded_date": pd.Timestamp("2012-01-01"),
        "date_of_death": pd.NaT,
        "death_undated": False,
        "last_day": pd.Timestamp("2016-01-01"),
    }
)
KEPT = pd.DataFrame(
    {
        "study_id": [3],
        "application_id": ["x"],
        "sex": ["female"],
        "date_of_birth": pd.to_datetime(["1980-06-15"]),
        "planned_start_date": pd.to_datetime(["2020-06-14"]),
        "approval_date": pd.to_datetime(["2020-01-01"]),
        "applying_trust": ["RAA"],
        "found_by": ["specialty"],
    }
)
RESIDENCE = pd.DataFrame({"study_id": [3], "lsoa": ["A"]})


def everyone(rule: str = "most_recent") -> pd.DataFrame:
    treated = describe_treated(KEPT, PEOPLE, RESIDENCE, criteria=PAIR.criteria)
    applications = pd.DataFrame({"study_id": [1, 2, 2], "sex": ["M", " ", "f"]})
    found = describe_everyone(PEOPLE, treated, applications, AREAS, ethnicity_rule=rule)
    return found.set_index("study_id")


def test_the_treated_are_as_on_the_form_and_at_the_start() -> None:
    row = everyone().loc[3]
    assert (row["sex"], row["found_by"], row["treated"]) == ("Female", "specialty", True)
    assert row["imd_quintile"] == 1  # lived in A at the start, in B most recently
    assert row["age_at_treatment"] == 39


def test_others_are_as_in_hes_and_else_as_on_any_form() -> None:
    people = everyone()
    assert people.index.tolist() == [1, 2, 3]
    assert people["sex"].tolist()[:2] == ["Male", "Female"]
    assert people["found_by"].tolist()[:2] == ["code", "code"]
    assert people.loc[1, "imd_decile"] == 2 and pd.isna(people.loc[2, "imd_decile"])
    assert people["imd_version"].eq("2019").all()


def test_ethnicity_by_each_rule() -> None:
    assert everyone()["ethnicity"].tolist() == ["Unknown", "Black", "White"]
    assert everyone("most_frequent")["ethnicity"].tolist() == ["Unknown", "Black", "Mixed"]
    assert everyone()["ethnicity_most_frequent"].tolist() == ["Unknown", "Black", "Mixed"]


def test_index_dates_of_treated_and_untreated() -> None:
    treated = describe_treated(KEPT, PEOPLE, RESIDENCE, criteria=PAIR.criteria)
    members = everyone().reset_index()
    late = members["first_coded_date"].mask(members["study_id"] == 2, pd.Timestamp("2021-01-01"))
    members["first_coded_date"] = late.mask(members["study_id"] == 3)  # found by specialty
    dated = date_people(members, treated)
    # 3: the planned start, with a code or without; 1: the only start there is; 2, whose first
    # code came after it, has a record of another kind before it, and that is not enough
    assert dated["study_id"].tolist() == [1, 3]
    assert dated["index_date"].eq(pd.Timestamp("2020-06-14")).all()
    assert dated["treated"].tolist() == [False, True]
    assert date_people(members, treated, since="entry_date")["study_id"].tolist() == [1, 2, 3]


def test_no_index_date_after_the_last_record_of_the_dead_without_a_day() -> None:
    """The only start is of 2020: it is nobody's date who is not known to have lived so long."""
    treated = describe_treated(KEPT, PEOPLE, RESIDENCE, criteria=PAIR.criteria)
    for last, expected in (("2020-06-13", [2, 3]), ("2020-06-14", [1, 2, 3]), (None, [1, 2, 3])):
        members = everyone().reset_index()
        members["death_undated"] = (members["study_id"] == 1) & (last is not None)
        members["last_day"] = pd.Timestamp(last or "2016-01-01")
        assert date_people(members, treated)["study_id"].tolist() == expected


def test_observation_ends_with_death_the_records_or_the_last_record() -> None:
    end = pd.Timestamp("2025-08-20")
    rows = [
        ("Y", "2020-05-01", "2021-01-01", "2020-05-01"),  # a record after death does not prolong it
        ("Y", "2025-09-01", "2025-08-01", "2025-08-20"),  # died after the records end
        ("Y", None, "2019-01-01", "2025-08-20"),
        ("N", None, "2019-01-01", "2019-01-01"),
        (None, None, None, None),
        ("dead", None, "2019-01-01", "2019-01-01"),  # traced as dead, without a day
        ("dead", None, None, None),
    ]
    frame = pd.DataFrame(rows, columns=["traced", "date_of_death", "last_day", "until"])
    undated = frame["traced"] == "dead"
    frame = frame.assign(death_undated=undated, traced=frame["traced"].mask(undated, "Y"))
    dates = dict.fromkeys(["date_of_death", "last_day", "until"], "datetime64[s]")
    frame = frame.astype(dates)
    found = observe_until(frame, end=end)
    pd.testing.assert_series_equal(found, frame["until"], check_names=False)


def test_ages_on_the_index_date() -> None:
    """Of the treated at the start; of others from the first code, in whole years of 365.25 days."""
    members = pd.DataFrame(
        {
            "study_id": [1, 2, 3, 4, 5, 6],
            "age_at_treatment": pd.array([33, None, None, None, None, None], "Int64"),
            "age_at_first_code": pd.array([30, 40, 40, None, 50, 60], "Int64"),
            "first_coded_date": pd.to_datetime(
                ["2017-01-01", "2018-03-01", "2018-03-01", "2018-03-01", "2018-03-01", None]
            ),
        },
        index=[9, 8, 7, 6, 5, 4],
    )
    index = pd.DataFrame(
        {
            "study_id": [3, 2, 1, 4, 6],
            "index_date": pd.to_datetime(
                ["2019-03-01", "2019-03-02", "2020-01-01", "2019-03-02", "2019-03-02"]
            ),
        }
    )
    found = age_people(members, index)
    assert found.index.tolist() == [9, 8, 7, 6, 5, 4]
    assert found.tolist()[:3] == [33, 41, 40]  # 366 days are one year, 365 are none
    assert found.isna().tolist() == [False, False, False, True, True, True]
