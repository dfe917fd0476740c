"""First patients of centres: centiles over all of them, and days at the edges."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from rareaccess.disclosure import find_profile
from rareaccess.measures.pathway import (
    LOW_VOLUME,
    count_first_patients,
    find_funded_within,
    list_first_patients,
    summarise_first_patients,
)

APPROVED = date(2020, 1, 1)


def trusts(*days: int | None, centre: bool = True, starts: int = 9) -> pd.DataFrame:
    first = [None if n is None else pd.Timestamp(APPROVED) + pd.Timedelta(days=n) for n in days]
    return pd.DataFrame({"centre": centre, "starts": starts,
                         "first_start": pd.to_datetime(pd.Series(first))})  # fmt: skip


@pytest.mark.parametrize(
    ("day", "within"),
    [("2016-09-20", 1), ("2016-09-21", 1), ("2016-09-22", 1), ("2016-09-23", 0), ("2016-06-22", 1)],
)
def test_three_months_are_the_same_in_all_three(day: str, within: int) -> None:
    """Of an approval on 22 June the last day is 22 September, the ninety-second after it."""
    one = pd.DataFrame({"centre": [True], "starts": 9, "first_start": pd.to_datetime([day])})
    when = {"approved": date(2016, 6, 22)}
    assert summarise_first_patients(one, **when)["within"].item() == within
    assert count_first_patients(one, **when, end=date(2020, 1, 1))["begun"].iloc[0] == within
    assert (list_first_patients(one, **when)["months"].item() <= 3) == bool(within)


def test_the_time_allowed_is_that_of_the_settings() -> None:
    facts = [SimpleNamespace(key="funding_within_months", value=None),
             SimpleNamespace(key="funding_within_months", value=2),
             SimpleNamespace(key="other", value=9)]  # fmt: skip
    assert find_funded_within(facts) == 2
    when = {"approved": APPROVED, "months": 2}
    assert summarise_first_patients(trusts(60, 61), **when)["within"].item() == 1
    counted = count_first_patients(trusts(60, 61), **when, end=date(2021, 1, 1))
    assert counted.iloc[0].tolist() == ["2 months", 1]


def test_centres_without_a_patient_are_later_than_all_others() -> None:
    every = trusts(10, 20, 30, 40, None, None, None, None)
    row = summarise_first_patients(every, approved=APPROVED).iloc[0]
    assert (row["n"], row["begun"]) == (8, 4)
    assert row[["p10", "q1", "median"]].tolist() == [10, 20, 40]
    assert row[["q3", "p90"]].isna().all()


def test_trusts_that_are_no_centres_are_not_counted() -> None:
    both = pd.concat([trusts(50), trusts(1, 2, centre=False)], ignore_index=True)
    assert summarise_first_patients(both, approved=APPROVED)["n"].item() == 1
    assert len(list_first_patients(both, approved=APPROVED)) == 1
    counted = count_first_patients(both, approved=APPROVED, end=date(2020, 5, 1))
    assert counted["begun"].tolist() == [1, 1]


def test_no_centre_has_begun() -> None:
    row = summarise_first_patients(trusts(None, None), approved=APPROVED).iloc[0]
    assert (row["begun"], row["within"]) == (0, 0)
    assert row[["p10", "q1", "median", "q3", "p90"]].isna().all()
    assert list_first_patients(trusts(None), approved=APPROVED).empty


def test_the_list_rises_and_marks_low_volume() -> None:
    few, many = trusts(100, starts=4), trusts(300, 31, starts=5)
    listed = list_first_patients(pd.concat([few, many, trusts(None)]), approved=APPROVED)
    assert listed["months"].tolist() == [1, 4, 10]
    assert listed["share"].tolist() == [25, 50, 75]
    assert (listed["volume"] == LOW_VOLUME).tolist() == [False, True, False]


def test_months_run_from_day_to_day_and_end_with_the_period() -> None:
    first = pd.to_datetime(["2020-04-01", "2020-04-02", None])
    both = pd.DataFrame({"centre": True, "first_start": first})
    counted = count_first_patients(both, approved=APPROVED, end=date(2020, 12, 31))
    assert counted.to_numpy().tolist() == [
        ["3 months", 1], ["6 months", 2], ["the whole period", 2],
    ]  # fmt: skip


def test_under_control_a_centre_has_no_month_of_its_own_and_no_volume() -> None:
    """The month of a first patient is that of one person; half years end the axis."""
    every = trusts(40, 100, 200, 400, starts=2)
    listed = list_first_patients(every, approved=APPROVED, profile=find_profile("ndrs"))
    assert listed["months"].tolist() == [6, 6, 12, 18]
    assert set(listed["volume"]) == {"not shown"}
    free = list_first_patients(every, approved=APPROVED, profile=find_profile("national-hes"))
    pd.testing.assert_frame_equal(free, list_first_patients(every, approved=APPROVED))
