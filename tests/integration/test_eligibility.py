"""The estimator of need finds the truth in worlds that are as it assumes, and fails in others.

Live with a few seeds; and in the committed results of 200 seeds of each world.
"""

import numpy as np
import pandas as pd
import pytest

from benchmarks.eligibility.goals import GOALS, judge
from benchmarks.eligibility.page import build_page
from benchmarks.eligibility.runs import (
    STRENGTHS,
    WORLDS,
    list_contrasts,
    read_results,
    run_world,
    summarise,
    write_results,
)
from benchmarks.eligibility.simulate import declare_roles, draw_people, read_worlds
from benchmarks.eligibility.truth import find_truth
from rareaccess.core.paths import project_root

SEEDS = range(1, 7)
LIVE = ("null", "need", "need-gradient", "anchors-wrong", "two-class")
FIFTHS, BLACK = "1 against 5", "Black against White"
RESULTS = project_root() / "benchmarks" / "results"


@pytest.fixture(scope="module")
def live() -> pd.DataFrame:
    found = pd.concat([run_world(world, SEEDS) for world in LIVE], ignore_index=True)
    return summarise(found).set_index(["world", "contrast", "answer"]).sort_index()


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    found = read_results(RESULTS)
    assert found is not None
    return found


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.few(1)
@pytest.mark.parametrize(("world", "contrast"), [("need", FIFTHS), ("need-gradient", FIFTHS),
                                                 ("null", BLACK)])  # fmt: skip
def test_the_truth_is_held_where_the_treated_alone_are_wrong(live, world, contrast) -> None:
    rows = live.loc[world, contrast]
    assert rows.loc["naive, from the landmark on", "covers"] <= 1
    assert rows.loc["TRAIT", "covers"] >= 5
    assert abs(rows.loc["TRAIT", "bias"]) < 0.2
    assert rows.loc["eligible known", "covers"] >= 5


@pytest.mark.slow
@pytest.mark.long
def test_an_effect_that_need_hides_is_found(live) -> None:
    rows = live.loc["need-gradient", FIFTHS]
    assert rows.loc["TRAIT", "below"] >= 4
    assert rows.loc["naive, from the landmark on", "below"] == 0


@pytest.mark.slow
def test_nothing_is_found_where_nothing_is_and_the_price_is_fair(live) -> None:
    rows = live.loc["null", FIFTHS]
    assert rows.loc["TRAIT", ["below", "above"]].sum() <= 1
    assert rows.loc["TRAIT", "width"] < 0.70
    assert live.loc["need", FIFTHS].loc["TRAIT", "width"] < 0.95


@pytest.mark.slow
def test_anchors_that_are_wrong_alike_mislead_and_no_test_of_them_sees_it(live) -> None:
    rows = live.loc["anchors-wrong", FIFTHS]
    assert rows.loc["TRAIT", "covers"] <= 3
    assert rows.loc["TRAIT", "disagree"] <= 2
    assert rows.loc["TRAIT, negative control", "covers"] >= 5
    assert rows.loc["TRAIT, gamma to 0.2", "covers"] == 6


@pytest.mark.slow
def test_two_classes_need_the_union(live) -> None:
    rows = live.loc["two-class", FIFTHS]
    assert rows.loc["TRAIT or CLASS", "covers"] == 6
    assert rows.loc["TRAIT", "covers"] <= 4


def test_the_committed_results_are_of_every_world_at_every_strength(committed) -> None:
    wanted = {(world, contrast, strength) for world in WORLDS for strength in STRENGTHS
              for contrast in ([FIFTHS, BLACK][: len(list_contrasts(world))])}  # fmt: skip
    found = committed[["world", "contrast", "strength"]].itertuples(index=False)
    assert {tuple(row) for row in found} == wanted
    assert (committed.loc[committed["strength"] == 1, "seeds"] == 200).all()


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal.world}-{goal.answer}-{goal.of}")
def test_the_committed_results_meet_each_goal(committed, goal) -> None:
    judged = judge(committed)
    row = judged[(judged["world"] == goal.world) & (judged["contrast"] == goal.contrast)
                 & (judged["answer"] == goal.answer) & (judged["of"] == goal.of)]  # fmt: skip
    assert row["met"].tolist() == ["yes"], row["measured"].tolist()


def test_the_page_is_made_from_the_results(committed) -> None:
    page = project_root() / "docs" / "eligibility.md"
    assert page.read_text(encoding="utf-8") == build_page(committed)


def test_results_are_read_as_they_were_written(committed, tmp_path) -> None:
    write_results(tmp_path, committed)
    pd.testing.assert_frame_equal(read_results(tmp_path), committed)
    assert read_results(tmp_path / "none") is None


def test_a_summary_by_hand() -> None:
    """Truth 1: the first interval holds it, the second is below it, the third is not given."""
    rows = pd.DataFrame({
        "world": "w", "strength": 1.0, "contrast": "c", "answer": "a", "truth": 1.0,
        "value": [np.e, np.exp(-1), np.nan], "lower": [0.5, 0.1, np.nan],
        "upper": [4.0, 0.8, np.nan], "refused": [False, True, True], "disagree": False,
        "vary": [True, False, False],
    })  # fmt: skip
    row = summarise(rows).iloc[0]
    counted = row[["seeds", "given", "refused", "covers", "below", "above", "disagree", "vary"]]
    assert counted.tolist() == [3, 2, 2, 1, 1, 0, 0, 1]
    assert (row["bias"], row["width"]) == (pytest.approx(0), pytest.approx(np.log(8)))


def test_people_are_as_declared() -> None:
    drawn, declared = draw_people("null", 3), read_worlds()
    cohort = drawn.cohort
    assert (len(cohort), cohort["treated"].sum()) == (declared["people"], declared["treated"])
    assert drawn.eligible["eligible"].mean() == pytest.approx(0.12, abs=0.005)
    assert drawn.eligible.loc[cohort["treated"] == 1, "eligible"].all()
    assert cohort["age"].between(18, 92).all()
    shares = cohort["quintile"].value_counts(normalize=True).sort_index()
    assert shares.tolist() == pytest.approx(declared["quintiles"], abs=0.01)
    features = declared["features"]["anchors"]
    assert cohort["flare_admissions"].mean() == pytest.approx(
        features["flare_admissions"]["mean"], rel=0.15
    )
    assert set(declare_roles().anchors) == set(features)
    assert len(draw_people("small-60", 1).cohort) == declared["people"]
    assert draw_people("small-60", 1).cohort["treated"].sum() == 60


def test_a_seed_gives_the_same_people_and_another_gives_others() -> None:
    one, same, other = (draw_people("need", seed).cohort for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one["age"].equals(other["age"])


def test_the_truth_of_each_world() -> None:
    """Marginal, so that what ethnic groups add to deprivation is a part of it."""

    def truth(world: str, grouping: str = "quintile", reference: object = 5) -> dict:
        return find_truth(draw_people(world, 1), grouping, reference=reference)

    for world in ("null", "need", "coding-outcome", "anchors-wrong", "two-class"):
        assert truth(world)[1] == pytest.approx(1, abs=0.01)
    for world in ("gradient", "need-gradient"):
        assert truth(world)[1] == pytest.approx(0.6, abs=0.01)
    assert truth("ethnic", "ethnicity", "White")["Black"] == pytest.approx(0.55, abs=0.01)
    assert 0.90 < truth("ethnic")[1] < 0.96


def test_only_where_coding_follows_treatment_do_the_two_frames_differ() -> None:
    plain, coding = draw_people("null", 1), draw_people("coding-outcome", 1)
    assert len(plain.everybody) == len(plain.cohort)
    added = len(coding.everybody) - len(coding.cohort)
    treated = coding.everybody["treated"].sum() - coding.cohort["treated"].sum()
    assert added > treated > 150


def test_strength_changes_the_anchors_alone() -> None:
    one, double = (draw_people("need", 1, strength=strength).cohort for strength in (1.0, 2.0))
    assert one["treated"].equals(double["treated"])
    assert double["flare_admissions"].var() > 1.5 * one["flare_admissions"].var()
