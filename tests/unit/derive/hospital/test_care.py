"""All hospital use in the year before the index date: methods of admission, ends of visits."""

import pandas as pd
import pytest

from rareaccess.contracts.hes import ADMIMETH
from rareaccess.derive.hospital.care import ELECTIVE, EMERGENCY, build_care, count_care
from rareaccess.sources.engine import Engine

COLUMNS = {
    "kind": "str",
    "record": "str",
    "day": "datetime64[s]",
    "admitted": "datetime64[s]",
    "discharged": "datetime64[s]",
    "procode": "str",
    "method": "str",
    "patient_class": "str",
    "attended": "str",
    "contact": "str",
    "visit": "bool",
    "counted": "bool",
}
INDEX = "2018-03-10"


def stay(admitted: str | None, method: str | None = "21", **other: object) -> dict:
    day = admitted or "2018-01-01"
    return {
        "kind": "apc", "record": day, "day": day, "admitted": admitted, "discharged": day,
        "procode": "RAA", "method": method, "patient_class": "1", "visit": False, "counted": True,
        **other,
    }  # fmt: skip


def appointment(attended: str | None, contact: str | None = "2", **other: object) -> dict:
    day = str(other.pop("day", "2018-01-01"))
    visit = attended in ("5", "6") and contact != "5"
    return {
        "kind": "op", "record": f"{day} {attended} {contact}", "day": day, "procode": "RAA",
        "attended": attended, "contact": contact, "visit": visit, "counted": True, **other,
    }  # fmt: skip


def count(engine: Engine, *rows: dict) -> dict[str, int]:
    """Return the counts that are not zero."""
    frame = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS)).astype(COLUMNS)
    index = pd.DataFrame({"study_id": [1], "index_date": pd.to_datetime([INDEX])})
    found = count_care(engine, engine.stage(frame.assign(study_id=1)), index)
    counts = found.drop(columns="study_id").to_dict("records")
    return {name: n for name, n in counts[0].items() if n} if counts else {}


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("11", "elective"), ("12", "elective"), ("13", "elective"), ("21", "emergency"),
        ("28", "emergency"), ("2A", "emergency"), ("2D", "emergency"),
        ("2B", "other_admissions"), ("31", "other_admissions"), ("81", "other_admissions"),
        ("99", "other_admissions"), ("XX", "other_admissions"), (None, "other_admissions"),
    ],
)  # fmt: skip
def test_the_method_of_an_admission(engine: Engine, method: str | None, name: str) -> None:
    assert count(engine, stay("2018-01-01", method)) == {name: 1}


def test_the_methods_are_those_of_the_contract() -> None:
    assert {*ELECTIVE, *EMERGENCY} <= {*ADMIMETH} and len({*ADMIMETH}) == len(ADMIMETH)


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2017-03-10", 1), ("2017-03-09", 0), ("2018-03-09", 1), ("2018-03-10", 0)],
)
def test_the_window_is_the_year_before(engine: Engine, day: str, counts: int) -> None:
    found = count(engine, stay(day), appointment("5", day=day))
    assert found == ({"emergency": 1, "visits": 1} if counts else {})


def test_a_spell_is_counted_once_by_its_first_known_method(engine: Engine) -> None:
    rows = [
        stay("2018-01-01", None, record="1"),
        stay("2018-01-01", "21", record="2", day="2018-01-03", discharged=None),
        stay("2018-01-01", "81", record="3", day="2018-01-04", discharged="2018-01-09"),
        stay("2018-01-01", "11", record="4", procode="RBB"),  # another provider
        stay(None, "21", record="5"),  # no day of admission: no spell
    ]
    for order in (rows, rows[::-1]):
        assert count(engine, *order) == {"emergency": 1, "elective": 1, "bed_days": 8}


@pytest.mark.parametrize(
    ("left", "nights"),
    [
        ("2018-03-05", 4),
        ("2018-03-10", 9),
        ("2018-06-01", 9),  # still there on the index date
        (None, 0),
        ("2018-02-01", 0),  # before the admission
    ],
)
def test_nights_before_the_index_date(engine: Engine, left: str | None, nights: int) -> None:
    found = count(engine, stay("2018-03-01", discharged=left))
    assert found.get("bed_days", 0) == nights and found["emergency"] == 1


def test_day_cases_and_regular_attenders_are_elective(engine: Engine) -> None:
    rows = [
        stay("2018-01-01", "11", patient_class="2"),
        stay("2018-01-02", "13", patient_class="3"),
        stay("2018-01-03", "13", patient_class="4"),
        stay("2018-01-04", "21", patient_class="2"),  # an emergency is no day case
    ]
    assert count(engine, *rows) == {"elective": 3, "emergency": 1, "day_cases": 1, "regular": 2}


@pytest.mark.slow
@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("attended", "contact", "names"),
    [
        ("5", "1", ["visits"]),
        ("6", None, ["visits"]),
        ("5", "3", ["visits", "remote"]),
        ("6", "4", ["visits", "remote"]),
        ("3", "4", ["missed"]),  # a call that was not answered is no remote visit
        ("7", "2", ["missed"]),
        ("2", "2", ["cancelled_by_patient"]),
        ("4", "1", ["cancelled_by_provider"]),
        ("9", "1", ["outcome_not_known"]),
        (None, "1", ["outcome_not_known"]),
        ("0", "1", []),
        ("5", "5", []),
        ("3", "5", []),
    ],
)
def test_how_an_appointment_ended(
    engine: Engine, attended: str | None, contact: str | None, names: list[str]
) -> None:
    assert count(engine, appointment(attended, contact)) == dict.fromkeys(names, 1)


def test_records_that_do_not_count_are_left_out(engine: Engine) -> None:
    rows = [stay("2018-01-01", counted=False), appointment("5", counted=False)]
    assert count(engine, *rows, appointment("5", day="2018-01-02")) == {"visits": 1}


def test_people_without_any_care_are_counted_as_zero() -> None:
    index = pd.DataFrame({"study_id": [3, 5], "treated": [True, False]})
    counts = pd.DataFrame({"study_id": [5], "emergency": [2], "missed": [1]})
    mart = build_care(index, counts).set_index("study_id")
    assert mart.loc[3].drop("treated").sum() == 0
    assert mart.loc[5, ["treated", "emergency", "missed", "visits"]].tolist() == [False, 2, 1, 0]
