"""Boards against England: expected starts by hand, a hidden board, and no variation at all."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from rareaccess.measures.equity import (
    AXES,
    COHORT,
    VARIATION,
    Strata,
    rate_boards,
    summarise_variation,
)
from rareaccess.measures.equity.boards import ALONE, ENDLESS, NO_STARTS, NO_VARIATION, expect_starts
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import estimate_scv, limit_funnel, shrink_ratios

CODES = list(AXES["icb"].levels)[:4]


def strata(sizes: list, starts: list) -> Strata:
    columns = ["x", "y"][: len(sizes[0])]
    codes = CODES[: len(sizes)]
    return Strata(COHORT, AXES["icb"], pd.DataFrame(sizes, codes, columns, dtype=float),
                  pd.DataFrame(starts, codes, columns, dtype=float), 0)  # fmt: skip


def shown(own: Strata, *hidden: int) -> pd.Series:
    counts = own.starts.sum(axis=1).astype("Int64")
    return counts.mask([at in hidden for at in range(len(counts))])


FOUR = strata([[100, 0], [100, 100], [200, 100], [100, 200]], [[10, 0], [20, 40], [9, 11], [11, 9]])


def test_expected_starts_by_hand() -> None:
    """50 of 500 in x start and 60 of 400 in y: at these rates 10, 25, 35 and 40."""
    frame, counts = expect_starts(FOUR, shown(FOUR))
    assert_allclose(frame["expected"], [10, 25, 35, 40])
    assert frame["observed"].tolist() == [10, 60, 20, 20] == counts.tolist()


def test_the_frame_is_that_of_the_measures_it_rests_on() -> None:
    found = rate_boards(FOUR, shown(FOUR))
    frame = pd.DataFrame(
        {"area": list("abcd"), "observed": [10.0, 60, 20, 20], "expected": [10.0, 25, 35, 40]}
    )
    shrunk, funnel = shrink_ratios(frame), limit_funnel(frame, kind="ratio", confidence=[0.998])
    assert_allclose(found["shrunk"], shrunk["value"])
    assert_allclose(found["shrunk_upper"], shrunk["upper"])
    assert_allclose(found["lower"], funnel["lower"])
    assert found["flag"].tolist() == funnel["flag"].tolist() and found["flag"][1] == "above"
    assert_allclose(found["ratio"], [1, 2.4, 20 / 35, 0.5])
    assert found["code"][0] == "QYG" and found["region"][0] == "North West"


def test_a_hidden_board_takes_no_part_in_the_rates_of_the_others() -> None:
    changed = Strata(COHORT, AXES["icb"], FOUR.sizes, FOUR.starts.copy(), 0)
    changed.starts.iloc[0] = [99, 0]
    for own in (FOUR, changed):
        frame, _ = expect_starts(own, shown(FOUR, 0))
        assert_allclose(frame["expected"][1:], np.array([25, 35, 40]))  # by chance as of all four
        found = rate_boards(own, shown(FOUR, 0))
        assert np.isnan(found["ratio"][0]) and pd.isna(found["starts"][0])
        assert found[["shrunk", "lower", "upper"]].isna().all().all()
    assert expect_starts(FOUR, shown(FOUR, 1))[0]["expected"].sum() != pytest.approx(110)


def test_rounded_counts_are_followed_by_the_expected() -> None:
    rounded = pd.Series([10, 60, 25, 20], CODES, dtype="Int64")
    assert expect_starts(FOUR, rounded)[0]["expected"].sum() == pytest.approx(115)


def test_a_board_where_none_are_expected_has_no_ratio_and_stops_nothing() -> None:
    own = strata([[100, 0], [100, 0], [100, 0], [0, 50]], [[10, 0], [20, 0], [9, 0], [0, 0]])
    found = rate_boards(own, shown(own))
    assert (
        found["expected"][3] == 0 and np.isnan(found["ratio"][3]) and np.isnan(found["shrunk"][3])
    )
    assert found["flag"][3] == "" and found["shrunk"][:3].notna().all()
    assert (summarise_variation(found)["boards"] == 3).all()


def test_the_summary_is_that_of_the_measures() -> None:
    found = summarise_variation(rate_boards(FOUR, shown(FOUR))).set_index("measure")
    scv = estimate_scv(
        pd.DataFrame({"observed": [10.0, 60, 20, 20], "expected": [10.0, 25, 35, 40]})
    ).iloc[0]
    assert found.index.tolist() == list(VARIATION)
    assert_allclose(found.loc["SCV", ["value", "p"]].astype(float), [scv["value"], scv["p"]])
    assert found.loc["above", "value"] == 1 and found.loc["fold", "value"] > 1
    assert found["starts"].tolist() == [110] * 4
    assert found.loc["fold", "lower"] <= found.loc["fold", "value"] <= found.loc["fold", "upper"]


@pytest.mark.parametrize(
    ("own", "hidden", "note"),
    [
        (FOUR, [2], HIDDEN),
        (strata([[9], [9]], [[0], [0]]), [], NO_STARTS),
        (FOUR, [0, 1, 2, 3], NO_STARTS),
        (strata([[9]], [[3]]), [], ALONE),
    ],
)
def test_nothing_is_told_and_why(own: Strata, hidden: list[int], note: str) -> None:
    found = summarise_variation(rate_boards(own, shown(own, *hidden)))
    assert found[["value", "lower", "upper", "p"]].isna().all().all()
    assert set(found["note"]) == {note}


def test_no_true_variation_has_no_fold_difference() -> None:
    even = strata([[100], [100], [100]], [[10], [10], [10]])
    found = summarise_variation(rate_boards(even, shown(even))).set_index("measure")
    assert found.loc["fold", "note"] == NO_VARIATION and np.isnan(found.loc["fold", "value"])
    assert found.loc["SCV", "p"] > 0.05


def test_a_fold_difference_without_an_end_is_not_given() -> None:
    alone = strata([[1000]] * 4, [[200], [0], [0], [0]])
    found = summarise_variation(rate_boards(alone, shown(alone))).set_index("measure")
    assert found.loc["fold", "note"] == ENDLESS and np.isnan(found.loc["fold", "value"])
    assert found.loc["SCV", "p"] < 0.05
