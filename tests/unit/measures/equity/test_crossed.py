"""Two characteristics at once: who is in which group, ratios by hand, and what so few can show."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from rareaccess.measures.equity import (
    COHORT,
    Strata,
    cross_axes,
    find_detectable,
    rate_crossed,
    summarise_crossed,
)
from rareaccess.measures.variation import estimate_scv, shrink_ratios

PEOPLE = pd.DataFrame({
    "sex": ["Female", "Male", "Not known", "Male"],
    "ethnicity": ["White", "Black", "White", "Unknown"],
    "imd_quintile": pd.array([1, 5, 1, 2], "Int64"),
})  # fmt: skip


def test_a_part_that_is_not_known_is_in_no_group() -> None:
    crossed, axis = cross_axes(PEOPLE, ["ethnicity", "imd_quintile"])
    assert crossed["crossed"].tolist()[:3] == ["White, 1", "Black, 5", "White, 1"]
    assert crossed["crossed"].isna().tolist() == [False, False, False, True]
    assert len(axis.levels) == 6 * 5 and set(crossed["crossed"].dropna()) <= set(axis.levels)
    assert axis.levels["White, 1"] == "White, 1 (most deprived)" and axis.reference is None
    assert axis.strata == ("sex", "age")


def test_sex_is_not_adjusted_for_where_it_divides() -> None:
    crossed, axis = cross_axes(PEOPLE, ["sex", "ethnicity", "imd_quintile"])
    assert axis.strata == ("age",) and len(axis.levels) == 60
    assert crossed["crossed"].tolist()[:2] == ["Female, White, 1", "Male, Black, 5"]
    assert crossed["crossed"].isna().tolist() == [False, False, True, True]


def test_nobody_can_be_crossed() -> None:
    crossed, _ = cross_axes(PEOPLE[:0], ["ethnicity", "imd_quintile"])
    assert crossed["crossed"].empty


_, AXIS = cross_axes(PEOPLE, ["ethnicity", "imd_quintile"])
KEYS = ["White, 1", "White, 5", "Black, 1", "Black, 5"]


def strata(sizes: list, starts: list) -> Strata:
    columns = ["x", "y"][: len(sizes[0])]
    return Strata(COHORT, AXIS, pd.DataFrame(sizes, KEYS, columns, dtype=float),
                  pd.DataFrame(starts, KEYS, columns, dtype=float), 0)  # fmt: skip


OWN = strata([[100, 0], [100, 100], [200, 100], [100, 200]], [[10, 0], [20, 40], [9, 11], [11, 9]])
STARTS = OWN.starts.sum(axis=1).astype("Int64")


def test_ratios_by_hand() -> None:
    """As in the test of boards: 10, 25, 35 and 40 are expected."""
    found = rate_crossed(OWN, STARTS)
    assert_allclose(found["expected"], [10, 25, 35, 40])
    assert_allclose(found["ratio"], [1, 2.4, 20 / 35, 0.5])
    frame = pd.DataFrame(
        {"area": KEYS, "observed": STARTS.astype(float).array, "expected": found["expected"]}
    )
    assert_allclose(found["shrunk"], shrink_ratios(frame).set_index("area")["value"][KEYS])
    assert_allclose(found["greater"], find_detectable(frame)["upper"])
    summary = summarise_crossed(found)
    assert summary["groups"] == 4 and summary["scv"] == pytest.approx(
        estimate_scv(frame).iloc[0]["value"]
    )


def test_a_hidden_group_hides_what_all_come_to() -> None:
    found = rate_crossed(OWN, STARTS.mask(STARTS == 10))
    assert found["shrunk"].isna().all() and found["ratio"].isna().tolist() == [True] + [False] * 3
    summary = summarise_crossed(found)
    assert np.isnan(summary["scv"]) and np.isnan(summary["p"]) and summary["note"]
    assert summary["greater"] > 1  # what so few could show is known beforehand


def test_groups_where_none_are_expected_are_left_out() -> None:
    own = strata([[100, 0], [100, 0], [100, 0], [0, 50]], [[10, 0], [20, 0], [9, 0], [0, 0]])
    found = rate_crossed(own, own.starts.sum(axis=1).astype("Int64"))
    assert found["key"].tolist() == KEYS[:3] and found["shrunk"].notna().all()


def test_the_typical_group_may_be_too_small_to_show_fewer() -> None:
    """Of 1, 2 and 400 expected the typical group has 2, which cannot show a smaller ratio."""
    groups = find_detectable(pd.DataFrame({"expected": [1.0, 2.0, 400.0]}))
    frame = pd.DataFrame({"starts": pd.array([1, 2, 400], "Int64"), "expected": [1.0, 2.0, 400.0],
                          "smaller": groups["lower"], "greater": groups["upper"]})  # fmt: skip
    found = summarise_crossed(frame)
    assert np.isnan(found["smaller"]) and found["greater"] == pytest.approx(3.953, abs=1e-3)


def test_no_starts_and_no_groups() -> None:
    own = strata([[9]] * 4, [[0]] * 4)
    found = rate_crossed(own, own.starts.sum(axis=1).astype("Int64"))
    assert found.empty
    summary = summarise_crossed(found)
    assert summary["groups"] == 0 and np.isnan(summary["p"]) and np.isnan(summary["greater"])
