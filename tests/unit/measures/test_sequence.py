"""Drugs of a group: who began with which, and what came next."""

import pandas as pd

from rareaccess.derive.applications.starts import build_lines
from rareaccess.measures.sequence import count_first_by_year, count_switches

DAY = pd.Timestamp


def applications(*rows: tuple) -> pd.DataFrame:
    columns = ["study_id", "member", "planned_start_date", "stopped_at"]
    frame = pd.DataFrame(rows, columns=columns)
    days = pd.to_datetime(frame["planned_start_date"])
    return frame.assign(planned_start_date=days, application_id=[f"A{n}" for n in frame.index])


def test_lines_are_the_sound_starts_of_each_drug() -> None:
    frame = applications(
        (1, "mepolizumab", "2021-05-01", "one_per_patient"),
        (1, "omalizumab", "2019-05-01", ""),
        (1, "omalizumab", "2020-05-01", "one_per_patient"),  # the same drug again
        (1, "dupilumab", "2022-05-01", "approved"),  # was not approved
        (2, "benralizumab", "2020-01-01", ""),
        (3, "omalizumab", "2020-01-01", ""),  # not among the treated
        (2, None, "2021-01-01", "one_per_patient"),  # no one drug
    )
    found = build_lines(frame, pd.Series([1, 2]))
    assert found[["study_id", "line", "member"]].to_numpy().tolist() == [
        [1, 1, "omalizumab"],
        [1, 2, "mepolizumab"],
        [2, 1, "benralizumab"],
    ]
    shuffled = build_lines(frame[::-1], pd.Series([1, 2]))
    pd.testing.assert_frame_equal(found, shuffled)


def test_a_pair_with_one_drug_has_no_lines() -> None:
    frame = applications((1, None, "2020-01-01", ""))
    lines = build_lines(frame, pd.Series([1]))
    assert lines.empty
    assert count_switches(lines, members=[]).empty
    assert count_first_by_year(lines, members=[]).empty


def test_switches_add_up_to_the_starts() -> None:
    frame = applications(
        (1, "a", "2020-01-01", ""),
        (1, "b", "2021-01-01", "one_per_patient"),
        (1, "c", "2022-01-01", "one_per_patient"),  # a third line is no second one
        (2, "a", "2020-06-01", ""),
        (3, "b", "2022-06-01", ""),
        (3, "a", "2022-07-01", "one_per_patient"),
    )
    lines = build_lines(frame, pd.Series([1, 2, 3]))
    table = count_switches(lines, members=["a", "b", "c"])
    assert table.to_numpy().tolist() == [
        ["a", 2, 0, 1, 0, 1],
        ["b", 1, 1, 0, 0, 0],
        ["c", 0, 0, 0, 0, 0],
    ]
    years = count_first_by_year(lines, members=["a", "b", "c"])
    assert years["total"].tolist() == [2, 0, 1]
    assert years["year"].tolist() == ["2020", "2021", "2022"]
