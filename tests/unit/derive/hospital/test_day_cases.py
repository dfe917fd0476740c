"""Stays of one day around a start: which days, which stays, whose."""

import pandas as pd
import pytest

from rareaccess.derive.hospital.day_cases import find_day_cases
from rareaccess.sources.engine import Engine, open_engine

STARTS = pd.DataFrame({"study_id": [1, 2], "start_date": pd.to_datetime(["2020-03-01"] * 2)})


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


def stay(admitted: str, **other: object) -> dict[str, object]:
    plain = {"study_id": 1, "kind": "apc", "specialty": "410", "counted": True}
    return {**plain, "admitted": admitted, "discharged": admitted, **other}


def find(engine: Engine, *rows: dict[str, object]) -> dict[int, str]:
    dates = dict.fromkeys(["admitted", "discharged"], "datetime64[s]")
    frame = pd.DataFrame(rows).astype({**dates, "specialty": "str"})
    found = find_day_cases(engine, engine.stage(frame), STARTS, specialties=["410", "361"])
    days = found["day_case_date"].dt.strftime("%Y-%m-%d")
    return dict(zip(found["study_id"], days, strict=True))


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        ("2020-02-15", False),  # fifteen days before
        ("2020-02-16", True),
        ("2020-04-26", True),  # fifty-six days after
        ("2020-04-27", False),
    ],
)
def test_the_window(engine: Engine, day: str, inside: bool) -> None:
    assert find(engine, stay(day)) == ({1: day} if inside else {})


@pytest.mark.parametrize(
    "other",
    [
        {"discharged": "2020-03-02"},
        {"discharged": None},
        {"specialty": "100"},
        {"specialty": None},
        {"counted": False},
        {"kind": "op"},
        {"study_id": 3},
    ],
)
def test_stays_that_are_none(engine: Engine, other: dict[str, object]) -> None:
    assert find(engine, stay("2020-03-01", **other)) == {}


def test_the_first_of_several(engine: Engine) -> None:
    rows = [stay("2020-03-05"), stay("2020-03-01"), stay("2020-03-09", study_id=2)]
    assert find(engine, *rows) == {1: "2020-03-01", 2: "2020-03-09"}
