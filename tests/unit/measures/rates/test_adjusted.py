"""Adjusted rate ratios: a published regression, an independent fit, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from rareaccess.core.errors import UserError
from rareaccess.measures.rates import adjust_rates, limit_events
from rareaccess.measures.tidy import HIDDEN

AGES = ["35-44", "45-54", "55-64", "65-74", "75-84"]
# coronary deaths of British male doctors: Doll and Hill (1966), in Breslow and Day (1987)
YEARS = pd.DataFrame(
    [[18_790.0, 10_673, 5_710, 2_585, 1_462], [52_407, 43_248, 28_612, 12_663, 5_317]],
    ["no", "smoker"], AGES,
)  # fmt: skip
DEATHS = pd.DataFrame([[2, 12, 28, 28, 31], [32, 104, 206, 186, 102]], ["no", "smoker"], AGES)
SIZES = pd.DataFrame([[900.0, 100, 50], [100, 900, 50], [300, 300, 0]], list("ABC"), list("xyz"))
EVENTS = pd.DataFrame([[54, 40, 4], [3, 120, 5], [9, 66, 0]], list("ABC"), list("xyz"))


def adjust(sizes: pd.DataFrame, events: pd.DataFrame, **options: object) -> pd.DataFrame:
    found = adjust_rates(sizes, events.sum(axis=1), events.sum(), **options)
    return found.set_index("group")


def regress(sizes: pd.DataFrame, events: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Fit the cells by Newton's method: another road to the same model.

    Returns the effects, groups first with the first group at 0, and their covariance.
    """
    n, o = sizes.to_numpy(float), events.to_numpy(float)
    groups, strata = n.shape
    design = np.zeros((groups * strata, groups - 1 + strata))
    for g in range(groups):
        for s in range(strata):
            if g:
                design[g * strata + s, g - 1] = 1
            design[g * strata + s, groups - 1 + s] = 1
    used = n.ravel() > 0
    design, size, y = design[used], n.ravel()[used], o.ravel()[used]
    effects = np.concatenate([np.zeros(groups - 1), np.log(o.sum(axis=0) / n.sum(axis=0))])
    for _ in range(50):
        fitted = size * np.exp(design @ effects)
        information = design.T @ (design * fitted[:, None])
        effects = effects + np.linalg.solve(information, design.T @ (y - fitted))
    return effects, np.linalg.inv(information)


def test_the_doctors_who_smoked() -> None:
    """Stata's manual prints this regression: 1.425519 (1.154984 to 1.759421)."""
    smoker = adjust(YEARS, DEATHS, reference="no").loc["smoker"]
    assert_allclose(
        smoker[["value", "lower", "upper"]].astype(float), [1.425519, 1.154984, 1.759421], atol=5e-7
    )
    assert smoker["n"] == 630 and smoker["people"] == 142_247
    assert_allclose(smoker["expected"], 630 / 1.425519, rtol=1e-6)


def test_ratios_to_a_reference_are_those_of_an_independent_fit() -> None:
    effects, covariance = regress(SIZES, EVENTS)
    found = adjust(SIZES, EVENTS, reference="A")
    assert_allclose(found["value"], np.exp([0, *effects[:2]]), rtol=1e-9)
    errors = np.sqrt(np.diag(covariance)[:2])
    for group, effect, error in zip("BC", effects, errors, strict=False):
        row = found.loc[group]
        limits = np.exp([effect - 1.959963984540054 * error, effect + 1.959963984540054 * error])
        assert_allclose(row[["lower", "upper"]].astype(float), limits, rtol=1e-8)


def test_the_interval_of_a_ratio_to_all_is_the_delta_method() -> None:
    """Move each effect of the independent fit a little, and see how the ratio to all moves."""
    effects, covariance = regress(SIZES, EVENTS)
    n = SIZES.to_numpy()

    def tell(effects: np.ndarray) -> np.ndarray:
        mu, rates = np.exp([0, *effects[:2]]), np.exp(effects[2:])
        return np.log(mu) - np.log((n * mu[:, None] * rates).sum() / (n * rates).sum())

    slopes = np.array([(tell(effects + step) - tell(effects - step)) / 2e-6
                       for step in np.eye(len(effects)) * 1e-6])  # fmt: skip
    errors = np.sqrt(np.diag(slopes.T @ covariance @ slopes))
    found = adjust(SIZES, EVENTS)
    assert_allclose(np.log(found["value"].astype(float)), tell(effects), rtol=1e-8)
    spread = np.log(found["upper"] / found["lower"]).astype(float) / (2 * 1.959963984540054)
    assert_allclose(spread, errors, rtol=1e-6)


def test_expected_events_sum_to_those_observed() -> None:
    found = adjust(SIZES, EVENTS)
    assert_allclose(found["expected"].sum(), EVENTS.to_numpy().sum())
    assert_allclose(found["n"] / found["expected"], found["value"])


def test_a_group_without_events_moves_no_other() -> None:
    more = pd.concat([SIZES, pd.DataFrame([[500.0, 200, 90]], ["D"], SIZES.columns)])
    none = pd.concat([EVENTS, pd.DataFrame([[0, 0, 0]], ["D"], SIZES.columns)])
    found, without = adjust(more, none, reference="A"), adjust(SIZES, EVENTS, reference="A")
    columns = ["value", "lower", "upper", "p", "expected"]
    assert_allclose(found.loc[list("ABC"), columns].astype(float), without[columns].astype(float),
                    rtol=1e-8)  # fmt: skip
    assert found.loc["D", "value"] == found.loc["D", "lower"] == 0


def test_the_upper_limit_of_none_rests_on_the_events_of_both() -> None:
    """0 of 5 events with as many expected: the share is below 1 - 0.025^(1/5) = 0.522."""
    sizes = pd.DataFrame({"all": [100.0, 100]}, ["A", "B"])
    found = adjust(sizes, pd.DataFrame({"all": [5, 0]}, ["A", "B"]), reference="A").loc["B"]
    share = 1 - 0.025 ** (1 / 5)
    assert_allclose(found["upper"], share / (1 - share))
    assert found["upper"] > 1  # as exact count, 3.69 of 5, it would be below
    assert_allclose(found["p"], 2 / 2**5)
    to_all = adjust(sizes, pd.DataFrame({"all": [5, 0]}, ["A", "B"])).loc["B"]
    assert_allclose(to_all["upper"], share * 5 / 2.5)


def test_many_events_elsewhere_give_the_limit_of_a_count() -> None:
    sizes = pd.DataFrame({"all": [1e6, 10.0]}, ["A", "B"])
    found = adjust(sizes, pd.DataFrame({"all": [10**6, 0]}, ["A", "B"]), reference="A").loc["B"]
    assert_allclose(found["upper"], limit_events(0)[1] / 10, rtol=1e-3)
    assert_allclose(found["p"], 2 * np.exp(-10), rtol=1e-3)


def test_p_is_below_five_per_cent_where_the_interval_leaves_one_out() -> None:
    for events in range(0, 40):
        cells = pd.DataFrame({"all": [20, events]}, ["A", "B"])
        sizes = pd.DataFrame({"all": [100.0, 100]}, ["A", "B"])
        row = adjust(sizes, cells, reference="A").loc["B"]
        assert (row["p"] < 0.05) == (not row["lower"] <= 1 <= row["upper"]), events


def test_all_events_in_one_group() -> None:
    sizes = pd.DataFrame({"all": [100.0, 300]}, ["A", "B"])
    found = adjust(sizes, pd.DataFrame({"all": [8, 0]}, ["A", "B"]))
    assert found.loc["A", "value"] == pytest.approx(4) and "all events" in found.loc["A", "note"]
    assert found.loc["A", ["lower", "upper"]].isna().all()
    found = adjust(sizes, pd.DataFrame({"all": [0, 8]}, ["A", "B"]), reference="A")
    assert found["value"].isna().all() and "no events in the group" in found["note"].iloc[0]


def test_groups_without_a_stratum_in_common_have_no_ratio() -> None:
    sizes = pd.DataFrame({"x": [100.0, 100, 0], "y": [0, 0, 100.0]}, list("ABC"))
    events = pd.DataFrame({"x": [9, 6, 0], "y": [0, 0, 3]}, list("ABC"))
    found = adjust(sizes, events, reference="A")
    assert found.loc["B", "value"] == pytest.approx(6 / 9)
    assert np.isnan(found.loc["C", "value"]) and "no stratum in common" in found.loc["C", "note"]


def test_nothing_is_told_where_group_and_stratum_are_the_same() -> None:
    """All of B's events may be those of y alone: the effect of x would have no end."""
    sizes = pd.DataFrame({"x": [100.0, 0], "y": [100, 100.0]}, list("AB"))
    found = adjust_rates(sizes, pd.Series([10, 4], list("AB")), pd.Series([10, 4], list("xy")))
    assert found["value"].isna().all() and found["note"].str.contains("told apart").all()


def test_a_group_where_none_are_expected() -> None:
    sizes = pd.DataFrame({"x": [100.0, 100, 0], "y": [0, 0, 50.0]}, list("ABC"))
    events = pd.DataFrame({"x": [9, 6, 0], "y": [0, 0, 0]}, list("ABC"))
    found = adjust(sizes, events).loc["C"]
    assert np.isnan(found["value"]) and "no events are expected" in found["note"]


def test_a_hidden_count_hides_all() -> None:
    events = EVENTS.sum(axis=1).astype(float)
    events["B"] = np.nan
    found = adjust_rates(SIZES, events, EVENTS.sum())
    assert found["value"].isna().all() and (found["note"] == HIDDEN).all()


@pytest.mark.parametrize("events", [EVENTS * 0, EVENTS.assign(x=0, y=0, z=0)])
def test_no_events_give_nothing(events: pd.DataFrame) -> None:
    assert adjust(SIZES, events)["value"].isna().all()


def test_rounded_counts_keep_the_total_of_the_groups() -> None:
    groups = pd.Series([100, 130, 75], list("ABC"))  # rounded to 5: the strata have 301
    found = adjust_rates(SIZES, groups, EVENTS.sum())
    assert_allclose(found["expected"].sum(), 305)


def test_scale_and_order_do_not_matter() -> None:
    base = adjust(SIZES, EVENTS, reference="A")
    rows, columns = list("CBA"), list("zxy")
    turned = adjust(10 * SIZES.loc[rows, columns], EVENTS.loc[rows, columns], reference="A")
    turned = turned.loc[list("ABC")]
    columns = ["value", "lower", "upper", "p", "expected"]
    assert_allclose(turned[columns].astype(float), base[columns].astype(float), rtol=1e-9)
    assert_allclose(turned["people"], 10 * base["people"])


def test_one_stratum_gives_crude_ratios() -> None:
    sizes = pd.DataFrame({"all": [200.0, 100]}, list("AB"))
    found = adjust(sizes, pd.DataFrame({"all": [20, 30]}, list("AB")), reference="A").loc["B"]
    half = 1.959963984540054 * np.sqrt(1 / 20 + 1 / 30)
    assert_allclose(found["value"], 3)
    assert_allclose([found["lower"], found["upper"]], [3 * np.exp(-half), 3 * np.exp(half)])


@pytest.mark.parametrize(
    ("sizes", "events", "strata", "options", "where"),
    [
        (SIZES, EVENTS.sum(axis=1).rename({"A": "Z"}), EVENTS.sum(), {}, "column events"),
        (SIZES, EVENTS.sum(axis=1), EVENTS.sum().drop("x"), {}, "column strata_events"),
        (-SIZES, EVENTS.sum(axis=1), EVENTS.sum(), {}, "column sizes"),
        (SIZES.assign(x=np.nan), EVENTS.sum(axis=1), EVENTS.sum(), {}, "column sizes"),
        (SIZES.assign(z=0.0), EVENTS.sum(axis=1), EVENTS.sum(), {}, "column strata_events"),
        (SIZES, EVENTS.sum(axis=1), EVENTS.sum(), {"reference": "Z"}, "reference"),
    ],
)
def test_what_is_refused(sizes, events, strata, options, where) -> None:
    with pytest.raises(UserError) as caught:
        adjust_rates(sizes, events, strata, **options)
    assert caught.value.where == where
