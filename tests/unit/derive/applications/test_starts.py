"""Uptake: every month of the window is there once, and the counts add up."""

import pandas as pd

from rareaccess.derive.applications.starts import build_uptake
from rareaccess.measures.starts import count_starts
from rareaccess.params import Window


def window(start: str, end: str) -> Window:
    return Window.model_validate({"from": start, "to": end})


def test_months_without_a_start_are_there() -> None:
    days = pd.Series(pd.to_datetime(["2019-12-31", "2020-03-01", "2020-03-31"]))
    months = count_starts(days, window("2019-12-01", "2020-04-15"))
    assert months["month"].dt.strftime("%Y-%m").tolist() == [
        "2019-12", "2020-01", "2020-02", "2020-03", "2020-04",
    ]  # fmt: skip
    assert months["starts"].tolist() == [1, 0, 0, 2, 0]
    assert months["cumulative"].tolist() == [1, 1, 1, 3, 3]
    assert months["complete"].tolist() == [True, True, True, True, False]


def test_the_mart_keeps_each_date_by_its_name() -> None:
    day = pd.Timestamp("2020-01-01")
    treated = pd.DataFrame(
        {
            "study_id": [1],
            "planned_start_date": [day + pd.Timedelta(days=9)],
            "approval_date": [day + pd.Timedelta(days=5)],
            "submitted_date": [day],
            "route": ["IV"],
            "applying_trust": ["RAA"],
            "member": [None],
        }
    )
    day_cases = pd.DataFrame({"study_id": [1, 9], "day_case_date": pd.Timestamp("2020-02-03")})
    row = build_uptake(treated, day_cases).iloc[0]
    assert row["day_case_date"] == pd.Timestamp("2020-02-03")
    assert (row["start_date"] - row["approval_date"]).days == 4
    assert (row["approval_date"] - row["submitted_date"]).days == 5
    assert row["trust"] == "RAA"
