"""The days of the pathway: which application they are of, and when the time to wait begins."""

import pandas as pd

from rareaccess.derive.pathway import date_applications, date_waits

DAYS = ["submitted_date", "approval_date"]


def applications(*rows: tuple) -> pd.DataFrame:
    columns = ["study_id", "approval_status", *DAYS, "applying_trust", "stopped_at"]
    frame = pd.DataFrame(rows, columns=columns).astype({"study_id": "Int64", "stopped_at": "str"})
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in DAYS})


KEPT = pd.DataFrame(
    {
        "study_id": [1],
        "submitted_date": pd.to_datetime(["2020-05-01"]),
        "approval_date": pd.to_datetime(["2020-05-03"]),
        "start_date": pd.to_datetime(["2020-06-01"]),
    }
)


def test_of_the_treated_the_days_are_of_the_application_that_counts() -> None:
    forms = applications(
        (1, "rejected", "2020-01-01", None, "RA", "approved"),
        (1, "approved", "2020-05-01", "2020-05-03", "RB", ""),
        (1, "approved", "2021-05-01", "2021-05-03", "RB", "one_per_patient"),
    )
    (row,) = date_applications(forms, KEPT).to_dict("records")
    assert [str(row[name])[:10] for name in ("applied_date", "approved_date", "start_date")] == [
        "2020-05-01", "2020-05-03", "2020-06-01",
    ]  # fmt: skip
    assert (row["applications"], row["refused"], row["trusts"]) == (3, 1, 2)


def test_of_others_the_first_application_and_the_first_approval() -> None:
    forms = applications(
        (2, "rejected", "2020-03-01", "2020-03-02", "RA", "approved"),  # a day of refusal
        (2, "approved", "2020-04-01", "2020-04-09", "RA", "dated"),
        (None, "approved", "2020-04-01", "2020-04-09", "RA", "linked"),
    )
    (row,) = date_applications(forms, KEPT).to_dict("records")
    assert str(row["applied_date"])[:10] == "2020-03-01"
    assert str(row["approved_date"])[:10] == "2020-04-09" and pd.isna(row["start_date"])
    assert row["trusts"] == 1


def test_forms_of_another_drug_or_kind_are_no_applications_to_start() -> None:
    forms = applications(
        (2, "approved", "2020-03-01", "2020-03-02", "RA", "drug"),
        (3, "approved", "2020-03-01", "2020-03-02", "RA", "initiation"),
    )
    assert date_applications(forms, KEPT).empty


def test_the_time_ends_with_the_start_even_when_followed_on() -> None:
    days = {
        "first_coded_date": ["2016-06-22", "2016-06-21", "2024-01-01"],
        "start_date": [None, "2020-01-01", "2020-01-01"],
        "observed_until": ["2021-01-01", "2025-01-01", "2025-01-01"],
    }
    mart = pd.DataFrame(days).apply(pd.to_datetime).assign(study_id=[1, 2, 3])
    found = date_waits(mart, approved=pd.Timestamp("2016-06-22"))
    assert found["begin"].dt.strftime("%Y-%m-%d").tolist() == [
        "2016-06-22", "2016-06-22", "2024-01-01",
    ]  # fmt: skip
    assert found["until"].dt.strftime("%Y-%m-%d").tolist() == [
        "2021-01-01", "2020-01-01", "2020-01-01",
    ]  # fmt: skip
