"""Contacts around the start: planted courses, times that end, and too few sets."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import protect
from rareaccess.measures.course import LEAST_SETS, PERIODS, compare_contacts, tell_course

QUARTER = 365.25 / 4


def make_course(sets: int = 60, matches: int = 3, *, seed: int = 1) -> pd.DataFrame:
    """Return a mart in which the treated have 2, 6 and 3 contacts a quarter, and matches always 1.

    The treated have 2 a quarter until the year before the start, 6 in it, and 3 from it on.
    """
    rng, rows = np.random.default_rng(seed), []
    for one in range(sets):
        for member in range(matches + 1):
            for quarter in range(-8, 8):
                mean = 1.0 if member else 2.0 if quarter < -4 else 6.0 if quarter < 0 else 3.0
                rows.append((1000 * one + member, member == 0, 1000 * one, quarter, 91,
                             rng.poisson(mean * 91 / QUARTER), 0, 0))  # fmt: skip
    return pd.DataFrame(rows, columns=["study_id", "treated", "matched_to", "quarter", "days",
                                       "visits", "admissions", "emergencies"])  # fmt: skip


def compare(course: pd.DataFrame, **asked: object) -> pd.DataFrame:
    kinds = {"All contacts": ("visits", "admissions", "emergencies")}
    return compare_contacts(course, periods=PERIODS, kinds=kinds, **asked).set_index("period")


def test_a_planted_course_is_found_again() -> None:
    found = compare(make_course())
    truth = {"Second year before": 2, "Year before": 6, "First year from the start": 3,
             "Second year from the start": 3}  # fmt: skip
    for period, own in truth.items():
        row = found.loc[period]
        assert row["people"] == 60
        assert row["own_lower"] <= own <= row["own_upper"]
        assert row["other_lower"] <= 1 <= row["other_upper"]
        assert row["gap_lower"] <= own - 1 <= row["gap_upper"]
        assert row["gap"] == pytest.approx(row["own"] - row["other"])


@pytest.mark.slow
def test_limits_hold_the_truth_about_as_often_as_they_should() -> None:
    held = [
        (row["gap_lower"] <= 5 <= row["gap_upper"])
        for seed in range(60)
        for _, row in compare(make_course(30, 2, seed=seed)).loc[["Year before"]].iterrows()
    ]
    assert 0.87 <= np.mean(held) <= 1.0


def test_the_matches_of_a_person_weigh_as_one() -> None:
    course = make_course(40, 1)
    course["visits"] = np.where(course["treated"], 4, np.where(course["matched_to"] < 20_000, 2, 0))
    copies = course[~course["treated"] & (course["matched_to"] < 20_000)]
    more = pd.concat([course, *(copies.assign(study_id=copies["study_id"] + k) for k in (5, 6))])
    for one in (course, more):
        assert compare(one).loc["Year before", "other"] == pytest.approx(1 * QUARTER / 91)


def test_who_is_observed_for_half_a_quarter_counts_for_half_of_it() -> None:
    course = make_course(40, 1).assign(visits=2)
    ended = course["matched_to"] < 20_000
    short = course.assign(days=np.where(ended, 45, 91), visits=np.where(ended, 1, 2))
    found = compare(short, per=91).loc["Year before"]
    assert found["own"] == pytest.approx((20 * 1 + 20 * 2) / (20 * 45 / 91 + 20))


def test_a_year_has_four_times_the_contacts_of_a_quarter() -> None:
    course = make_course(30, 1)
    by_year, by_quarter = compare(course, per=4 * QUARTER), compare(course)
    assert by_year["own"].tolist() == pytest.approx((4 * by_quarter["own"]).tolist())


def test_few_sets_give_nothing() -> None:
    found = compare(make_course(LEAST_SETS - 1))
    assert found["people"].tolist() == [LEAST_SETS - 1] * 4
    assert found.drop(columns=["people", "kind"]).isna().all(axis=None)
    assert compare(make_course().iloc[:0])["people"].tolist() == [0] * 4


def test_the_sentence_names_both_groups_and_no_effect() -> None:
    frame = compare(make_course()).reset_index()
    statistics = [name for name in frame if name.startswith(("own", "other", "gap"))]
    told = tell_course(protect(frame, profile="internal", on="people", statistics=statistics))
    assert told.startswith("In the year before the start the treated had")
    assert "effect" not in told
    few = frame.assign(people=3)
    assert tell_course(protect(few, profile="ndrs", on="people", statistics=statistics)).startswith(
        "Too few of the treated"
    )
