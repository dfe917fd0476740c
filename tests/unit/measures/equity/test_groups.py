"""Rates and ratios of groups, worked out by hand, and with a count hidden."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from rareaccess.measures.equity import (
    AXES,
    COHORT,
    POPULATION,
    STATISTICS,
    Strata,
    count_groups,
    rate_groups,
)
from rareaccess.measures.rates import limit_events

AXIS = AXES["ethnicity"]


def strata(sizes: dict, starts: dict, denominator=POPULATION) -> Strata:
    names = ["x", "y"][: len(next(iter(sizes.values())))]
    return Strata(
        denominator, AXIS, pd.DataFrame.from_dict(sizes, "index", columns=names).astype(float),
        pd.DataFrame.from_dict(starts, "index", columns=names).astype(float), 0,
    )  # fmt: skip


PLAIN = strata({"White": [8000], "Black": [2000]}, {"White": [40], "Black": [20]})
PLAIN_STARTS = pd.Series([40, 20], ["White", "Black"], dtype="Int64")
MIXED = strata({"White": [900, 100], "Black": [100, 900], "Other": [200, 200]},
               {"White": [9, 10], "Black": [2, 45], "Other": [2, 20]})  # fmt: skip
MIXED_STARTS = pd.Series([19, 47, 22], ["White", "Black", "Other"], dtype="Int64")


def test_one_stratum_gives_crude_yearly_rates_and_ratios() -> None:
    found = rate_groups(PLAIN, PLAIN_STARTS, years=4).set_index("key")
    assert_allclose(found["rate"].astype(float), [40 / 8000 / 4 * 1e6, 20 / 2000 / 4 * 1e6])
    low, high, _ = limit_events(20)
    assert_allclose(found.loc["Black", ["rate_lower", "rate_upper"]].astype(float),
                    np.array([float(low), float(high)]) / 2000 / 4 * 1e6)  # fmt: skip
    assert found.loc["Black", "ratio"] == pytest.approx(2)
    assert found.loc["White", "ratio"] == 1 and np.isnan(found.loc["White", "p"])
    assert found["expected"].tolist() == pytest.approx([48, 12])  # of 60, 8 to 2
    assert found["people"].tolist() == [8000, 2000]


def test_a_rate_of_the_cohort_is_no_yearly_one() -> None:
    own = Strata(COHORT, AXIS, PLAIN.sizes, PLAIN.starts, 0)
    found = rate_groups(own, PLAIN_STARTS, years=4).set_index("key")
    assert_allclose(found["rate"].astype(float), [5, 10])
    assert set(found["denominator"]) == {"HES cohort"}


def test_strata_of_one_ratio_each_have_it_together() -> None:
    """In both strata Black people start twice as often: that is the ratio, and crude is 4.7."""
    own = strata({"White": [900, 100], "Black": [100, 900]}, {"White": [9, 10], "Black": [2, 180]})
    found = rate_groups(own, pd.Series([19, 182], ["White", "Black"]), years=1).set_index("key")
    assert found.loc["Black", "ratio"] == pytest.approx(2)
    rates = found["rate"].astype(float)
    assert rates["Black"] / rates["White"] == pytest.approx(2)


def test_the_rates_come_to_the_expected_number_of_starts() -> None:
    found = rate_groups(MIXED, MIXED_STARTS, years=2)
    overall = MIXED_STARTS.sum() / MIXED.sizes.to_numpy().sum() / 2 * 1e6
    assert_allclose(found["rate"] / overall, found["starts"].astype(float) / found["expected"])
    assert found["expected"].sum() == pytest.approx(88)


def test_a_hidden_group_has_nothing_and_moves_nothing() -> None:
    """The others are those of a world without the group: whatever it holds, they stay."""
    hidden = MIXED_STARTS.mask(MIXED_STARTS.index == "Other")
    found = rate_groups(MIXED, hidden, years=1).set_index("key")
    assert found.loc["Other", [*STATISTICS, "expected", "starts"]].isna().all()
    changed = MIXED.starts.copy()
    changed.loc["Other"] = [7, 0]
    other = rate_groups(Strata(POPULATION, AXIS, MIXED.sizes, changed, 0), hidden, years=1)
    alone = rate_groups(
        Strata(POPULATION, AXIS, MIXED.sizes[:2], MIXED.starts[:2], 0), hidden[:2], years=1
    )
    for one in (other, alone):
        theirs = one.set_index("key").loc[["White", "Black"], [*STATISTICS, "expected"]]
        assert_allclose(theirs.astype(float), found.loc[theirs.index, theirs.columns].astype(float),
                        rtol=1e-9)  # fmt: skip


def test_a_hidden_reference_leaves_rates_and_no_ratios() -> None:
    hidden = MIXED_STARTS.mask(MIXED_STARTS.index == "White")
    found = rate_groups(MIXED, hidden, years=1).set_index("key")
    assert found.loc[["Black", "Other"], "rate"].notna().all()
    assert found[["ratio", "ratio_lower", "ratio_upper", "p"]].isna().all().all()


def test_a_group_without_starts_has_a_rate_of_nought_with_an_upper_limit() -> None:
    own = strata({"White": [1000], "Black": [500]}, {"White": [30], "Black": [0]})
    found = rate_groups(own, pd.Series([30, 0], ["White", "Black"]), years=1).set_index("key")
    black = found.loc["Black"]
    assert black["rate"] == black["rate_lower"] == 0
    assert black["rate_upper"] == pytest.approx(float(limit_events(0)[1]) / 500 * 1e6)
    assert black["p"] < 0.05 and black["ratio_upper"] < 1


def test_no_starts_at_all() -> None:
    own = strata({"White": [10], "Black": [5]}, {"White": [0], "Black": [0]})
    found = rate_groups(own, pd.Series([0, 0], ["White", "Black"]), years=1)
    assert found[list(STATISTICS)].isna().all().all() and found["starts"].tolist() == [0, 0]


def test_all_hidden() -> None:
    found = rate_groups(MIXED, MIXED_STARTS.mask(MIXED_STARTS > 0), years=1)
    assert found[[*STATISTICS, "starts"]].isna().all().all() and len(found) == 3


def test_scale_order_and_an_unaffected_group() -> None:
    base = rate_groups(MIXED, MIXED_STARTS, years=1).set_index("key")
    scaled = rate_groups(
        Strata(POPULATION, AXIS, 10 * MIXED.sizes, MIXED.starts, 0), MIXED_STARTS, years=1
    ).set_index("key")
    assert_allclose(scaled["ratio"].astype(float), base["ratio"].astype(float))
    assert_allclose(10 * scaled["rate"].astype(float), base["rate"].astype(float))
    turned = rate_groups(
        Strata(POPULATION, AXIS, MIXED.sizes[::-1], MIXED.starts[::-1], 0), MIXED_STARTS, years=1
    ).set_index("key")
    assert_allclose(turned.loc[base.index, list(STATISTICS)].astype(float),
                    base[list(STATISTICS)].astype(float), rtol=1e-9)  # fmt: skip


def test_counts_of_both_denominators_side_by_side() -> None:
    cohort = strata({"White": [100], "Other": [40]}, {"White": [39], "Other": [1]}, COHORT)
    found = count_groups([PLAIN, cohort], AXIS).set_index("key")
    assert found.index.tolist() == ["White", "Black", "Other"]
    assert found["starts_population"].tolist()[:2] == [40, 20]
    assert found["starts_cohort"].isna().tolist() == [False, True, False]
    assert found.loc["Other", ["starts_cohort", "people_cohort"]].tolist() == [1, 40]
