"""First patients of centres: centiles over all of them, and days at the edges."""

from datetime import date

import pandas as pd
import pytest

from rareaccess.disclosure import find_profile
from rareaccess.measures.pathway import (
    LOW_VOLUME,
    WITHIN,
    count_first_patients,
    list_first_patients,
    summarise_first_patients,
)

APPROVED = date(2020, 1, 1)


def trusts(*days: int | None, centre: bool = True, starts: int = 9) -> pd.DataFrame:
    first = [None if n is None else pd.Timestamp(APPROVED) + pd.Timedelta(days=n) for n in days]
    return pd.DataFrame({"centre": centre, "starts": starts,
                         "first_start": pd.to_datetime(pd.Series(first))})  # fmt: skip


@pytest.mark.parametrize(("day", "within"), [(WITHIN, 1), (WITHIN + 1, 0), (0, 1)])
def test_the_ninetieth_day_is_within_ninety_days(day: int, within: int) -> None:
    assert summarise_first_patients(trusts(day), approved=APPROVED)["within"].item() == within


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
    assert listed["months"].tolist() == [2, 4, 10]
    assert listed["share"].tolist() == [25, 50, 75]
    assert (listed["volume"] == LOW_VOLUME).tolist() == [False, True, False]


def test_months_run_from_day_to_day_and_end_with_the_period() -> None:
    first = pd.to_datetime(["2020-03-31", "2020-04-01", None])
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
