"""Who is eligible is imputed so that any measure carries what is not known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from anchored import ROLES, draw_anchored
from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility import (
    Roles,
    build_cells,
    check_calibration,
    draw_unknowns,
    estimate_naive,
    estimate_trait,
    fit_all,
    impute_measure,
    index_need,
)
from rareaccess.measures.eligibility.chances import find_chances, project_levels
from rareaccess.measures.eligibility.imputation import combine_rubin, draw_eligible

RANGE = (0.08, 0.20)


@pytest.fixture(scope="module")
def made() -> tuple:
    frame = draw_anchored(people=40_000, ratio=0.6)
    estimates = fit_all(build_cells(frame, ROLES))
    draws = draw_unknowns(estimates, prevalence=RANGE)
    trait = estimate_trait(estimates, draws, prevalence=RANGE, reference="c")
    return frame, estimates, draws, trait, index_need(frame, estimates.cells)


def measure(people: pd.DataFrame) -> pd.DataFrame:
    return estimate_naive(fit_all(build_cells(people, Roles())), reference="c", method="")


def test_rubin_by_hand() -> None:
    """Values 0, 2, 4 and variance 3 within: between 4, total 3 + 16/3, freedom 2(25/16)²."""
    middle, low, high = combine_rubin(np.array([0.0, 2, 4]), np.full(3, 3.0))
    half = stats.t.ppf(0.975, 2 * (25 / 16) ** 2) * np.sqrt(25 / 3)
    assert (middle, high - low) == (pytest.approx(2), pytest.approx(2 * half))


def test_without_variance_between_the_limits_are_normal() -> None:
    _, low, high = combine_rubin(np.ones(50), np.full(50, 0.04))
    assert (low, high) == (pytest.approx(1 - 1.959964 * 0.2), pytest.approx(1 + 1.959964 * 0.2))


def test_the_index_is_normal_in_each_group_and_free_of_age(made) -> None:
    frame, _, _, _, index = made
    for group in range(3):
        own = index.values[index.group == group]
        assert (own.mean(), own.std()) == (pytest.approx(0, abs=1e-9), pytest.approx(1, abs=0.01))
    assert abs(np.corrcoef(index.values, frame["age"])[0, 1]) < 0.01
    assert index.values[index.treated].mean() > 0.5


def test_chances_average_to_the_share_of_each_group(made) -> None:
    from scipy.special import ndtr

    from rareaccess.measures.eligibility.trait import find_threshold

    index, levels = made[4], np.array([0.3, 0.1, -0.4])
    chance, started = find_chances(index, levels, 0.12)
    counts = np.bincount(index.group)
    cut = find_threshold(levels[None], counts / counts.sum(), np.array([0.12]))[0]
    means = np.bincount(index.group, chance) / counts
    assert means == pytest.approx(ndtr(levels - cut), rel=0.01)
    assert chance.mean() == pytest.approx(0.12, rel=0.01)
    assert started == pytest.approx(np.bincount(index.group, index.treated) / counts / means,
                                    rel=0.01)  # fmt: skip


def test_people_who_are_alike_have_one_chance(made) -> None:
    frame, index = made[0], made[4]
    chance, _ = find_chances(index, np.zeros(3), 0.12)
    alike = frame[["group", "age", "sex", "flares", "organs", "biopsy"]]
    spread = pd.Series(chance).groupby([alike[name] for name in alike]).agg(np.ptp)
    assert spread.max() < 1e-12


def test_levels_keep_coherent_differences() -> None:
    levels = np.array([0.5, 0.1, -0.2])
    pairs = (levels[:, None] - levels[None])[None]
    found = project_levels(pairs)[0]
    assert np.diff(found) == pytest.approx(np.diff(levels))


def test_the_treated_are_always_eligible_and_about_as_many_as_the_prevalence_says(made) -> None:
    _, _, draws, trait, index = made
    drawn = list(draw_eligible(index, trait, draws.prevalence, imputations=50))
    assert all(one[index.treated].all() for one in drawn)
    shares = np.array([one.mean() for one in drawn])
    assert shares == pytest.approx(draws.prevalence[:50], abs=0.01)


def test_the_ratio_among_the_imputed_is_that_of_trait(made) -> None:
    frame, estimates, draws, trait, _ = made
    found = impute_measure(frame, estimates, trait, measure, prevalence=draws.prevalence,
                           by=["group"]).set_index("group")  # fmt: skip
    low, middle, high = np.quantile(trait.treatment[:, 0], [0.025, 0.5, 0.975])
    assert np.log(found.loc["a", "value"]) == pytest.approx(middle, abs=0.06)
    width = np.log(found.loc["a", "upper"] / found.loc["a", "lower"])
    assert width == pytest.approx(high - low, rel=0.25)
    assert found.loc["a", "lower"] < 0.6 < found.loc["a", "upper"]
    assert found.loc["a", "method"] == "50 imputations, Rubin's rules"


def test_the_variance_within_is_that_of_those_not_certain(made) -> None:
    """A measure that does not depend on who is imputed has its own error times √(1 − T/E)."""
    frame, estimates, draws, trait, index = made
    fixed = pd.DataFrame({"row": ["x"], "value": [2.0], "lower": [1.0], "upper": [3.0],
                          "confidence": 0.95})  # fmt: skip
    found = impute_measure(frame, estimates, trait, lambda people: fixed, scale="linear",
                           prevalence=draws.prevalence, by=["row"]).iloc[0]  # fmt: skip
    sizes = [one.sum() for one in draw_eligible(index, trait, draws.prevalence)]
    share = np.mean([1 - index.treated.sum() / size for size in sizes])
    assert found["upper"] - found["value"] == pytest.approx(np.sqrt(share))
    assert found["n"] == pytest.approx(np.mean(sizes))


def test_what_cannot_be_imputed_is_refused(made) -> None:
    frame, estimates, draws, trait, _ = made
    asked = {"prevalence": draws.prevalence, "by": ["group"]}
    with pytest.raises(UserError, match="number of imputations"):
        impute_measure(frame, estimates, trait, measure, imputations=20, **asked)
    with pytest.raises(UserError, match="no value or no limit"):
        impute_measure(frame, estimates, trait, lambda people: measure(people).assign(lower=0.0),
                       **asked)  # fmt: skip
    with pytest.raises(UserError, match="not those from whom"):
        impute_measure(frame.iloc[1:], estimates, trait, measure, **asked)
    rows = iter([2, *[1] * 60])
    with pytest.raises(UserError, match="same rows"):
        impute_measure(frame, estimates, trait, lambda people: measure(people).head(next(rows)),
                       **asked)  # fmt: skip
    with pytest.raises(UserError, match="option"):
        impute_measure(frame, estimates, trait, measure, scale="root", **asked)


def test_each_row_is_pooled_on_its_own_scale_and_one_without_a_value_is_blank(made) -> None:
    frame, estimates, draws, trait, _ = made
    turn = iter(range(60))

    def three(people: pd.DataFrame) -> pd.DataFrame:
        k = next(turn)
        value = [4.0 ** (k % 2), 4.0 ** (k % 2), np.nan if k == 7 else 1.0]
        return pd.DataFrame({"row": ["log", "linear", "gap"], "value": value, "lower": value,
                             "upper": value, "confidence": 0.95})  # fmt: skip

    found = impute_measure(
        frame, estimates, trait, three, prevalence=draws.prevalence, by=["row"], partial=True,
        scale={"log": "log", "linear": "linear", "gap": "linear"},
    ).set_index("row")  # fmt: skip
    assert found["value"].tolist()[:2] == pytest.approx([2.0, 2.5])  # of 1 and 4, by turns
    assert np.isnan(found.loc["gap", ["value", "lower", "upper"]].astype(float)).all()
    assert found.loc["gap", "note"].endswith("in 1 of 50 imputations")


def test_calibration_holds_totals_and_sees_a_shape(made) -> None:
    frame, _, draws, trait, index = made
    found = check_calibration(index, trait, draws.prevalence)
    assert found["decile"].tolist() == list(range(1, 11))
    assert found["n"].sum() == frame["treated"].sum()
    assert found["expected"].sum() == pytest.approx(frame["treated"].sum(), rel=0.01)
    assert found["expected"].iloc[-1] > 5 * found["expected"].iloc[0]
    assert found["value"].between(0.6, 1.5).all()
    rng = np.random.default_rng(1)
    noise = frame.assign(treated=rng.permutation(frame["treated"].to_numpy()))
    flat = index_need(frame, made[1].cells)
    blind = check_calibration(
        type(flat)(flat.values, flat.alike, flat.group, noise["treated"].to_numpy() > 0),
        trait, draws.prevalence,
    )  # fmt: skip
    assert np.ptp(blind["expected"]) < np.ptp(found["expected"]) / 5  # no slope, nothing expected
