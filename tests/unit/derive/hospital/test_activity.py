"""Activity: what qualifies, which days the window holds, spells against episodes."""

import pandas as pd
import pytest

from rareaccess.derive.hospital.activity import build_activity, count_activity
from rareaccess.sources.engine import Engine, open_engine


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


def records(*rows: tuple) -> pd.DataFrame:
    columns = ["kind", "record", "day", "admitted", "procode", "visit", "counted", "qualifying"]
    frame = pd.DataFrame(rows, columns=columns).assign(study_id=1)
    dates = dict.fromkeys(["day", "admitted"], "datetime64[s]")
    return frame.astype({**dates, **dict.fromkeys(["procode", "record"], "str")})


def count(engine: Engine, frame: pd.DataFrame, on: str, unit: str = "spells") -> list[int]:
    index = pd.DataFrame({"study_id": [1], "index_date": pd.to_datetime([on])})
    found = count_activity(engine, engine.stage(frame), index, months=6, unit=unit)
    return found[["admissions", "visits"]].to_numpy().tolist()[0] if len(found) else [0, 0]


def visit(day: str, **other: bool) -> tuple:
    known = {"visit": True, "counted": True, "qualifying": True} | other
    return ("op", day, day, None, "RAA", known["visit"], known["counted"], known["qualifying"])


@pytest.mark.parametrize(
    ("on", "day", "counts"),
    [
        ("2018-03-10", "2017-09-10", True),  # the first day
        ("2018-03-10", "2017-09-09", False),
        ("2018-03-10", "2018-03-09", True),
        ("2018-03-10", "2018-03-10", False),  # the start itself
        ("2018-08-31", "2018-02-28", True),  # February has no 31st: its last day
        ("2018-08-31", "2018-02-27", False),
        ("2020-08-31", "2020-02-29", True),
        ("2020-08-31", "2020-02-28", False),
    ],
)
def test_the_window(engine: Engine, on: str, day: str, counts: bool) -> None:
    assert count(engine, records(visit(day)), on) == [0, int(counts)]


def test_only_visits_that_count_and_qualify(engine: Engine) -> None:
    frame = records(
        visit("2018-01-01"),
        visit("2018-01-02", visit=False),
        visit("2018-01-03", counted=False),
        visit("2018-01-04", qualifying=False),
    )
    assert count(engine, frame, "2018-03-10") == [0, 1]


STAYS = records(
    ("apc", "1", "2018-01-01", "2018-01-01", "RAA", False, True, True),
    ("apc", "2", "2018-01-03", "2018-01-01", "RAA", False, True, True),  # the same stay
    ("apc", "3", "2018-01-03", "2018-01-03", "RBB", False, True, True),  # another provider
    ("apc", "4", "2018-01-09", "2017-01-01", "RAA", False, True, True),  # admitted long before
    ("apc", "5", "2018-02-01", None, "RAA", False, True, True),  # no day of admission
    ("apc", "6", "2018-02-02", "2018-02-02", "RAA", False, True, False),  # does not qualify
)


def test_an_admission_is_a_spell_or_an_episode(engine: Engine) -> None:
    assert count(engine, STAYS, "2018-03-10", "spells") == [2, 0]
    assert count(engine, STAYS, "2018-03-10", "episodes") == [5, 0]


def test_the_order_of_rows_does_not_matter(engine: Engine) -> None:
    frame = pd.concat([STAYS, records(visit("2018-01-01"))])
    for unit in ("spells", "episodes"):
        assert count(engine, frame, "2018-03-10", unit) == count(
            engine, frame.iloc[::-1], "2018-03-10", unit
        )


def test_people_without_activity_are_counted_as_zero() -> None:
    index = pd.DataFrame({"study_id": [3, 5], "treated": [True, False]})
    counts = pd.DataFrame({"study_id": [5], "admissions": [2], "visits": [1]})
    earlier = pd.DataFrame({"study_id": [5], "admissions": [0], "visits": [1]})
    mart = build_activity(index, counts, earlier)
    assert mart.to_numpy().tolist() == [[3, True, 0, 0, 0, 0], [5, False, 2, 1, 3, 1]]
