"""The gradient of deprivation in one number each: which way it points, and when it is not given."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rareaccess.measures.equity import (
    AXES,
    COHORT,
    GRADIENT,
    Strata,
    rate_groups,
    summarise_gradient,
)
from rareaccess.measures.equity.gradient import FEW, NO_STARTS
from rareaccess.measures.tidy import HIDDEN

FIFTHS = AXES["imd_quintile"]


def summarise(starts: list, people: int = 1000, hidden: tuple = (), axis=FIFTHS) -> pd.DataFrame:
    keys = list(axis.levels)[: len(starts)]
    sizes = pd.DataFrame({"all": [float(people)] * len(keys)}, keys)
    own = Strata(COHORT, axis, sizes, pd.DataFrame({"all": np.array(starts, float)}, keys), 0)
    shown = pd.Series(starts, keys, dtype="Int64").mask([key in hidden for key in keys])
    return summarise_gradient(rate_groups(own, shown, years=1), COHORT).set_index("measure")


def test_where_the_least_deprived_start_more() -> None:
    """40, 50, 60, 70, 80 of 1,000 each: on a line from 35 to 85 per thousand."""
    found = summarise([40, 50, 60, 70, 80])
    assert found.loc["extremes", "value"] == pytest.approx(0.5)
    assert found.loc["SII", "value"] == pytest.approx(50)
    assert found.loc["RII", "value"] == pytest.approx(85 / 35)
    assert found.loc["core20", "value"] == pytest.approx(40 / 65)
    assert found.loc["concentration", "value"] == pytest.approx(2 / 60 * 4)
    assert found.loc["departure", "p"] > 0.9
    assert found["starts"].tolist() == [300] * len(GRADIENT)
    for name in ("extremes", "SII", "RII", "core20", "concentration"):
        assert found.loc[name, "lower"] < found.loc[name, "value"] < found.loc[name, "upper"], name


def test_turned_round_everything_points_the_other_way() -> None:
    up, down = summarise([40, 50, 60, 70, 80]), summarise([80, 70, 60, 50, 40])
    assert down.loc["extremes", "value"] == pytest.approx(2)
    assert down.loc["SII", "value"] == pytest.approx(-up.loc["SII", "value"])
    assert down.loc["RII", "value"] == pytest.approx(1 / up.loc["RII", "value"])
    assert down.loc["concentration", "value"] == pytest.approx(-up.loc["concentration", "value"])
    assert down.loc["core20", "value"] > 1 > up.loc["core20", "value"]


@pytest.mark.parametrize(
    "starts",
    [[40, 50, 60, 70, 80], [60, 60, 61, 60, 60], [55, 60, 70, 70, 70], [80, 70, 60, 50, 40]],
)
def test_a_test_agrees_with_its_interval(starts: list) -> None:
    found = summarise(starts)
    for name in ("RII", "core20"):
        inside = found.loc[name, "lower"] <= 1 <= found.loc[name, "upper"]
        assert (found.loc[name, "p"] < 0.05) == (not inside), name


def test_core20_is_tested_by_the_binomial_tail() -> None:
    """40 of 300, a fifth expected: twice the lower tail of 40 of 300 with chance 0.2."""
    tail = stats.binom.cdf(40, 300, 0.2)
    assert summarise([40, 50, 60, 70, 80]).loc["core20", "p"] == pytest.approx(2 * tail)
    tenths = summarise([20, 20, 25, 25, 30, 30, 35, 35, 40, 40], axis=AXES["imd_decile"])
    assert tenths.loc["core20", "p"] == pytest.approx(2 * tail)


def test_a_curve_departs_from_a_line() -> None:
    assert summarise([400, 200, 100, 200, 400]).loc["departure", "p"] < 0.001


def test_tenths() -> None:
    found = summarise([40, 40, 50, 50, 60, 60, 70, 70, 80, 80], axis=AXES["imd_decile"])
    assert found.loc["core20", "value"] == pytest.approx(40 / 65)


@pytest.mark.parametrize(
    ("starts", "hidden", "note"),
    [
        ([40, 50, 60, 70, 80], (3,), HIDDEN),
        ([40, 50, 60, 70], (), FEW),
        ([0, 0, 0, 0, 0], (), NO_STARTS),
        ([4, 5, 6, 7, 8], (1, 2, 3, 4, 5), NO_STARTS),
    ],
)
def test_it_is_not_given_and_says_why(starts: list, hidden: tuple, note: str) -> None:
    found = summarise(starts, hidden=hidden)
    assert found[["value", "lower", "upper", "p"]].isna().all().all()
    assert set(found["note"]) == {note} and list(found.index) == list(GRADIENT)


def test_a_fifth_without_starts_leaves_what_needs_no_logarithm() -> None:
    found = summarise([0, 50, 60, 70, 80])
    assert found.loc["extremes", "value"] == 0 and found.loc["extremes", "p"] < 0.001
    assert np.isnan(found.loc["SII", "value"]) and "logarithm" in found.loc["SII", "note"]
    assert found.loc["core20", "value"] == 0 and found.loc["core20", "upper"] < 1
