"""Matches of the treated, and the contacts of both around the start."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.derive.hospital.course import (
    EDGES,
    MATCHES,
    QUARTERS,
    build_course,
    count_contacts,
    match_people,
)
from rareaccess.sources.engine import Engine

START = "2020-01-01"


def members(*people: dict) -> pd.DataFrame:
    """Return a cohort: the first is to be treated, of the others only what differs is given."""
    base = {"sex": "Female", "first_coded_date": "2015-06-01", "age_at_first_code": 40,
            "observed_until": "2024-01-01"}  # fmt: skip
    rows = [{**base, "study_id": at + 1, **one} for at, one in enumerate(({}, *people))]
    frame = pd.DataFrame(rows)
    for name in ("first_coded_date", "observed_until"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.assign(draw=np.arange(len(frame), dtype="uint64") * 977 + 5)


def matched(cohort: pd.DataFrame, **others: str) -> list[int]:
    starts = pd.DataFrame({"study_id": [1, *map(int, others)],
                           "start_date": pd.to_datetime([START, *others.values()])})  # fmt: skip
    found = match_people(cohort, starts)
    return found.loc[(found["matched_to"] == 1) & ~found["treated"], "study_id"].tolist()


@pytest.mark.parametrize(
    ("other", "fits"),
    [
        ({}, True),
        ({"sex": "Male"}, False),
        ({"first_coded_date": "2016-05-31"}, True),
        ({"first_coded_date": "2016-06-02"}, False),
        ({"first_coded_date": "2014-06-01"}, True),
        ({"age_at_first_code": 45}, True),
        ({"age_at_first_code": 46}, False),
        ({"observed_until": "2020-01-02"}, True),
        ({"observed_until": START}, False),  # gone on the day
        ({"age_at_first_code": None}, False),
        ({"first_coded_date": None}, False),
    ],
)
def test_who_is_a_match(other: dict, fits: bool) -> None:
    assert matched(members(other)) == ([2] if fits else [])


def test_who_starts_later_is_a_match_until_then_and_who_started_is_none() -> None:
    assert matched(members({}, {}), **{"2": "2019-12-31", "3": "2021-01-01"}) == [3]
    starts = pd.DataFrame({"study_id": [1, 3],
                           "start_date": pd.to_datetime([START, "2021-01-01"])})  # fmt: skip
    found = match_people(members({}, {}), starts).set_index(["matched_to", "study_id"])["until"]
    assert found[(1, 3)] == pd.Timestamp("2021-01-01")
    assert found[(1, 2)] == found[(1, 1)] == pd.Timestamp("2024-01-01")


def test_a_code_after_the_day_is_no_match_and_no_treated_person_coded_later_has_one() -> None:
    late = members({"first_coded_date": "2020-02-01"})
    assert matched(late.assign(first_coded_date=late["first_coded_date"].mask(
        late["study_id"] == 1, pd.Timestamp("2019-12-01")))) == []  # fmt: skip
    late["first_coded_date"] = pd.Timestamp("2020-02-01")
    assert matched(late) == []


def test_no_more_than_so_many_are_chosen_alike_in_any_order() -> None:
    cohort = members(*[{}] * 9)
    chosen = matched(cohort)
    assert len(chosen) == MATCHES == len(set(chosen))
    assert matched(cohort.sample(frac=1, random_state=1)) == chosen


def test_nobody_treated_gives_no_rows() -> None:
    starts = pd.DataFrame({"study_id": [], "start_date": pd.to_datetime([])})
    found = match_people(members({}), starts.astype({"study_id": "int64"}))
    assert found.empty and found["index_date"].dtype == "datetime64[s]"


def stay(admitted: str, method: str = "11", **other: object) -> dict:
    return {"kind": "apc", "record": "s", "admitted": admitted, "day": admitted, "method": method,
            "procode": "RAA", "visit": False, "counted": True, "study_id": 1, **other}  # fmt: skip


def visit(day: str, **other: object) -> dict:
    return {**stay(day), "kind": "op", "admitted": None, "method": None, "visit": True, **other}


def count(engine: Engine, *rows: dict, until: str = "2024-01-01") -> list[list[int]]:
    frame = pd.DataFrame(list(rows)).astype(
        {"day": "datetime64[s]", "admitted": "datetime64[s]", "method": "str"}
    )
    window = pd.DataFrame({
        "study_id": [1], "matched_to": [1], "index_date": pd.to_datetime([START]),
        "until": pd.to_datetime([until]),
    })  # fmt: skip
    found = count_contacts(engine, engine.stage(frame), window)
    return found[["day", "visits", "admissions", "emergencies"]].to_numpy().tolist()


def test_visits_and_spells_are_counted_by_their_day(engine) -> None:
    rows = [
        visit("2019-12-31"), visit(START), visit(START), visit("2020-01-02", visit=False),
        visit("2020-01-02", counted=False), stay(START, "21"), stay(START, "11"),
        stay(START, "11", procode="RBB"), stay("2020-01-03", "2B"),
    ]  # fmt: skip
    assert count(engine, *rows) == [[-1, 1, 0, 0], [0, 2, 1, 1], [2, 0, 1, 0]]


def test_nothing_is_counted_outside_the_quarters_or_the_time_observed(engine) -> None:
    first = pd.Timestamp(START) + pd.Timedelta(int(EDGES[0]), "D")
    rows = [visit(f"{first:%Y-%m-%d}"), visit(f"{first - pd.Timedelta(1, 'D'):%Y-%m-%d}"),
            visit("2020-01-09"), visit("2020-01-10")]  # fmt: skip
    assert [row[0] for row in count(engine, *rows, until="2020-01-10")] == [int(EDGES[0]), 8]


def test_each_quarter_has_the_days_observed_and_its_contacts() -> None:
    window = pd.DataFrame({
        "study_id": [1], "treated": [True], "matched_to": [1],
        "index_date": pd.to_datetime([START]), "until": pd.to_datetime(["2020-05-01"]),
    })  # fmt: skip
    contacts = pd.DataFrame({"day": [-731, -1, 0, 90, 91], "visits": [1, 2, 4, 8, 16]})
    contacts = contacts.assign(study_id=1, matched_to=1, admissions=0, emergencies=1)
    found = build_course(window, contacts).set_index("quarter")
    assert found.index.tolist() == [*range(QUARTERS.start, 2)]
    assert found["days"].tolist()[-3:] == [92, 91, 30]
    assert found.loc[[-8, -1, 0, 1], "visits"].tolist() == [1, 2, 12, 16]
    assert found["emergencies"].sum() == 5 and found["days"].sum() == 731 + 121
