"""First visits to the specialty, and emergency admissions in a stretch of time."""

from datetime import date

import pandas as pd
import pytest

from rareaccess.derive.hospital.waiting import count_emergencies, count_first_visits
from rareaccess.sources.engine import Engine

APPROVED = date(2020, 1, 1)


def visit(day: str, contact: str | None = "2", **other: object) -> dict:
    return {"kind": "op", "day": day, "contact": contact, "specialty": "410", "visit": True,
            "counted": True, "study_id": 1, **other}  # fmt: skip


def first(engine: Engine, *rows: dict) -> list:
    frame = pd.DataFrame(list(rows)).astype(
        {"day": "datetime64[s]", "contact": "str", "specialty": "str"}
    )
    found = count_first_visits(engine, engine.stage(frame), specialties=["410"], since=APPROVED)
    days = found["first_visit_date"].astype("datetime64[s]").dt.strftime("%Y-%m-%d")
    return list(zip(found["study_id"], days, found["first_visits"], strict=True))


def test_the_first_visit_is_of_any_time_and_referrals_count_since_the_approval(engine) -> None:
    rows = [
        visit("2019-12-31", "1"),  # the day before the approval
        visit("2020-01-01", "1"),
        visit("2020-02-01", "3"),  # a first attendance by telephone
        visit("2020-03-01", "2"),  # a follow-up
        visit("2020-04-01", None),
    ]
    assert first(engine, *rows) == [(1, "2019-12-31", 2)]


def test_only_attended_visits_of_the_specialty_count(engine) -> None:
    rows = [
        visit("2020-01-02", "1", specialty="100"),
        visit("2020-01-03", "1", specialty=None),
        visit("2020-01-04", "1", visit=False),
        visit("2020-01-05", "1", counted=False),
        visit("2020-01-06", "4", study_id=2),
    ]
    assert first(engine, *rows) == [(2, "2020-01-06", 0)]


def stay(admitted: str | None, method: str | None = "21", **other: object) -> dict:
    return {"kind": "apc", "admitted": admitted, "method": method, "procode": "RAA",
            "counted": True, "study_id": 1, **other}  # fmt: skip


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("rows", "n"),
    [
        ([stay("2020-01-01")], 1),  # the first day
        ([stay("2019-12-31")], 0),
        ([stay("2020-01-31")], 1),
        ([stay("2020-02-01")], 0),  # the start itself
        ([stay("2020-01-05"), stay("2020-01-05")], 1),  # episodes of one spell
        ([stay("2020-01-05"), stay("2020-01-05", procode="RBB")], 2),
        ([stay("2020-01-05", "11"), stay("2020-01-05", "2A")], 1),
        ([stay("2020-01-05", "2B")], 0),  # a transfer
        ([stay("2020-01-05", None), stay(None)], 0),
        ([stay("2020-01-05", counted=False), stay("2020-01-05", study_id=2)], 0),
    ],
)
def test_emergencies_of_a_stretch(engine: Engine, rows: list[dict], n: int) -> None:
    frame = pd.DataFrame(rows).astype({"admitted": "datetime64[s]", "method": "str"})
    spans = pd.DataFrame({"study_id": [1], "begin": pd.to_datetime(["2020-01-01"]),
                          "until": pd.to_datetime(["2020-02-01"])})  # fmt: skip
    found = count_emergencies(engine, engine.stage(frame), spans)
    assert found["emergencies"].tolist() == ([n] if n else [])
