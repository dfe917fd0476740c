"""Patterns of care: planted groups are found again, a cloud without groups is told as one."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.measures.course import (
    FEATURES,
    STABLE,
    agree,
    choose_partition,
    cluster_people,
    describe_features,
    find_patterns,
    measure_stability,
    name_stability,
)

COLUMNS = ["elective", "day_cases", "regular", "emergency", "visits", "remote", "missed",
           "cancelled_by_patient"]  # fmt: skip


def make_care(means: list[list[float]], each: int = 120) -> pd.DataFrame:
    """Return a mart of people drawn around means: other planned, day cases, emergency, visits."""
    rng, rows = np.random.default_rng(3), []
    for planned, days, urgent, visits in means:
        for _ in range(each):
            days_own = rng.poisson(days)
            rows.append((rng.poisson(planned) + days_own, days_own, 0, rng.poisson(urgent),
                         rng.poisson(visits), 0, 0, 0))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def test_what_people_are_parted_by() -> None:
    care = pd.DataFrame([[5, 2, 1, 3, 9, 4, 1, 2]], columns=COLUMNS)
    found = describe_features(care)
    assert list(found) == list(FEATURES)
    assert found.iloc[0].tolist() == [3, 2, 3, 5, 4, 3]


def test_agreement_is_one_of_the_same_and_about_nought_of_chance() -> None:
    rng = np.random.default_rng(1)
    one, two = rng.integers(3, size=(2, 3000))
    assert agree(one, one) == pytest.approx(1)
    assert agree(one, two) == pytest.approx(0, abs=0.02)
    assert agree(np.zeros(5, int), np.zeros(5, int)) == 1
    # Hubert and Arabie (1985) by hand: pairs together in both 2, rows 6, columns 5, of 15
    first, second = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert agree(first, second) == pytest.approx((2 - 6 * 3 / 15) / ((6 + 3) / 2 - 6 * 3 / 15))


def test_planted_groups_are_found_again() -> None:
    made = find_patterns(make_care([[0, 0, 0, 1], [0, 12, 0, 3], [2, 0, 6, 20]]), resamples=10)
    three = next(one for one in made if one.size == 3)
    assert agree(three.groups, np.repeat([0, 1, 2], 120)) > 0.9
    assert three.stability > 0.9 > three.shuffled + 0.2
    assert choose_partition(made).stability >= three.stability
    assert name_stability(three.stability) == "yes"


def test_a_cloud_without_groups_is_not_stable() -> None:
    points = np.random.default_rng(4).normal(size=(600, 6))
    _, found = measure_stability(points, 4, resamples=12)
    assert found.mean() < STABLE - 0.15
    assert name_stability(float(found.mean())) != "yes"


def test_the_same_seed_gives_the_same_groups_and_the_least_use_comes_first() -> None:
    care = make_care([[0, 0, 0, 20], [0, 0, 0, 1]])
    first, second = (find_patterns(care, resamples=3)[0] for _ in range(2))
    assert (first.groups == second.groups).all() and first.stability == second.stability
    visits = care["visits"].groupby(first.groups).mean()
    assert visits.is_monotonic_increasing


def test_too_few_people_or_nothing_that_varies_give_none() -> None:
    assert find_patterns(make_care([[0, 0, 0, 1]], each=50)) == []
    assert find_patterns(make_care([[0, 0, 0, 0]], each=150)) == []


def test_more_groups_than_different_people_leave_one() -> None:
    points = np.repeat([[0.0], [1.0]], 20, axis=0)
    assert len(cluster_people(points, 3, np.random.default_rng(1))) == 1
    assert len(cluster_people(points, 2, np.random.default_rng(1))) == 2


def test_the_order_of_people_changes_nothing() -> None:
    """Numbers of a study are given by chance, and must not decide what a page says."""
    care = make_care([[0, 3, 0, 1], [0, 6, 1, 3]])
    mixed = np.random.default_rng(8).permutation(len(care))
    one, other = find_patterns(care, resamples=4), find_patterns(care.iloc[mixed], resamples=4)
    for first, second in zip(one, other, strict=True):
        assert (first.groups[mixed] == second.groups).all()
        assert (first.stability, first.shuffled) == (second.stability, second.shuffled)
