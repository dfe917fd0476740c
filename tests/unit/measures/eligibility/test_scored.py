"""Need from severity scores of a random sample: by hand, against full knowledge, and refused."""

import numpy as np
import pandas as pd
import pytest

from anchored import ROLES, draw_anchored
from rareaccess.measures.eligibility import Roles, answer_equity, answer_scores, estimate_scored
from rareaccess.measures.eligibility.answers import LANDMARK
from rareaccess.measures.eligibility.scored import APART, SCORED, WITH_ANCHORS

PICK = np.array([1.0, -1.0])


def draw(seed: int = 1, *, need: tuple[float, float] = (0.2, 0.1), share: float = 0.1):
    """Return people of two groups; a tenth of those in need is treated, some others are scored."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, 20_000)
    eligible = rng.random(20_000) < np.array(need)[group]
    treated = eligible & (rng.random(20_000) < 0.1)
    scored = ~treated & (rng.random(20_000) < share)
    return pd.DataFrame({
        "group": np.array(["a", "b"])[group], "age": rng.integers(18, 90, 20_000),
        "sex": "female", "treated": treated.astype(int), "weight": 1.0,
        "in_need": np.where(scored, eligible.astype(float), np.nan),
    })  # fmt: skip


def test_a_sample_by_hand() -> None:
    """In a 10 treated of 10 + 90 * 2/9, in b 10 of 10 + 90 * 4/9; only nine of ninety scored."""
    people = pd.DataFrame({
        "group": ["a"] * 100 + ["b"] * 100, "age": 30, "sex": "f",
        "treated": ([1] * 10 + [0] * 90) * 2, "weight": 5.0,
        "in_need": [np.nan] * 10 + [1] * 2 + [0] * 7 + [np.nan] * 81
                   + [np.nan] * 10 + [1] * 4 + [0] * 5 + [np.nan] * 81,
    })  # fmt: skip
    found = estimate_scored(people)
    assert np.exp(found.ratios) == pytest.approx([1.0, (10 / 50) / (10 / 30)])
    assert found.fewest.tolist() == [2, 4]
    shares = [(90, 2 / 9, 10 / 30), (90, 4 / 9, 10 / 50)]  # untreated, in need, of whom treated
    by_hand = sum(  # of the log of a share: N² (1 − f) p (1 − p) / (n − 1), over those in need²
        (n * rate / 10) ** 2 * 0.9 * p * (1 - p) / (9 - 1) for n, p, rate in shares
    )
    assert PICK @ found.sampling @ PICK == pytest.approx(by_hand)


def test_weights_within_a_group_count_and_their_sum_does_not() -> None:
    people = draw()
    first = people.assign(weight=np.where(people["group"] == "a", 7.0, 1.0))
    assert estimate_scored(first).ratios == pytest.approx(estimate_scored(people).ratios)
    more = people.assign(weight=np.where(people["in_need"].eq(1) & (people["group"] == "a"), 2, 1))
    assert estimate_scored(more).ratios[1] > estimate_scored(people).ratios[1] + 0.3


def test_everybody_scored_adds_nothing_and_a_larger_sample_less() -> None:
    widths = [
        float(PICK @ estimate_scored(draw(share=share)).sampling @ PICK)
        for share in (0.05, 0.2, 1.1)
    ]
    assert widths[0] > widths[1] > widths[2] == pytest.approx(0)


def test_the_interval_covers_equal_access_at_unequal_need() -> None:
    """Thirty samples of the same people: the spread is that of the errors."""
    found = [estimate_scored(draw(seed)) for seed in range(30)]
    errors = [float(np.sqrt(PICK @ (one.chance + one.sampling) @ PICK)) for one in found]
    away = np.array([one.ratios[1] for one in found]) / errors
    assert abs(away.mean()) < 0.6 and 0.6 < away.std() < 1.4


def answer(people: pd.DataFrame, roles: Roles = ROLES) -> pd.DataFrame:
    asked = {"reference": "c", "compared": ["a"]}
    answers = answer_equity(people, roles, prevalence=(0.08, 0.2), tipping=False, **asked)
    found = answer_scores(people, answers, alone=LANDMARK, **asked).set_index("method")
    return pd.concat([answers.set_index("method").loc[["TRAIT"]], found])


def add_scores(people: pd.DataFrame, *, wrong: float = 1.0) -> pd.DataFrame:
    """Score a fifth at random; needed are the most active, for whom organs and flares stand in."""
    rng = np.random.default_rng(5)
    chance = 0.12 * np.exp(0.4 * people["group"].map({"a": 1, "b": 0.5, "c": 0})) * (
        np.where(people["group"] == "a", wrong, 1.0)
    )  # fmt: skip
    scored = (people["treated"] == 0) & (rng.random(len(people)) < 0.2)
    need = (rng.random(len(people)) < chance).astype(float)
    return people.assign(in_need=np.where(scored, need, np.nan), weight=1.0)


def test_scores_and_anchors_together_are_narrower_than_each() -> None:
    found = answer(add_scores(draw_anchored()))
    width = np.log(found["upper"] / found["lower"])
    assert width[WITH_ANCHORS] < min(width[SCORED], width["TRAIT"])
    lowest, highest = sorted(found.loc[["TRAIT", SCORED], "value"])
    assert lowest <= found.loc[WITH_ANCHORS, "value"] <= highest


def test_scores_that_speak_against_the_anchors_stand_alone() -> None:
    """Anchors say that group a needs it more often, scores that it needs it less."""
    found = answer(add_scores(draw_anchored(), wrong=0.35))
    assert pd.isna(found.loc[WITH_ANCHORS, "value"]) and found.loc[WITH_ANCHORS, "note"] == APART
    assert found.loc[SCORED, "value"] > 0


@pytest.mark.slow
def test_without_anchors_or_with_few_scores() -> None:
    people = add_scores(draw_anchored())
    found = answer(people, Roles())
    assert pd.notna(found.loc[SCORED, "value"]) and pd.isna(found.loc[WITH_ANCHORS, "value"])
    first = people["in_need"].eq(1) & people["group"].eq("a")
    few = people.assign(in_need=people["in_need"].mask(first & (first.cumsum() > 9), 0.0))
    found = answer(few)
    assert found["value"][[SCORED, WITH_ANCHORS]].isna().all()
    assert "fewer than 10 people" in found.loc[SCORED, "note"]
    none = people.assign(in_need=people["in_need"].mask(people["group"] == "a"))
    assert "fewer than 10 people" in answer(none).loc[SCORED, "note"]


def test_a_group_that_falls_out_takes_its_ages_with_it() -> None:
    """Nobody of c is scored, and hers is the only treated person of 80: the others have none."""
    people = draw()
    people = people.assign(age=np.minimum(people["age"], 70))
    old = pd.DataFrame({"group": ["a"] * 4 + ["b"] * 4, "treated": 0, "in_need": 1.0})
    third = pd.DataFrame({"group": ["c"] * 20, "treated": [1] + [0] * 19, "in_need": np.nan})
    added = pd.concat([old, third]).assign(age=80, sex="female", weight=1.0)
    found = estimate_scored(pd.concat([people, added], ignore_index=True))
    without = estimate_scored(pd.concat([people, added.iloc[:8]], ignore_index=True))
    assert found.fewest[2] == 0
    assert np.isnan(found.ratios[2])
    assert found.ratios[:2] == pytest.approx(without.ratios)


def test_scores_at_ages_without_treated_people_are_no_basis() -> None:
    young = pd.DataFrame({
        "group": ["a"] * 100 + ["b"] * 100, "age": 30, "treated": ([1] * 20 + [0] * 80) * 2,
        "in_need": [np.nan] * 20 + [0.0] * 10 + [np.nan] * 70
                   + [np.nan] * 20 + [1.0] * 12 + [0.0] * 28 + [np.nan] * 40,
    })  # fmt: skip
    old = pd.DataFrame(
        {"group": ["a"] * 30, "age": 80, "treated": 0, "in_need": [1.0] * 15 + [0.0] * 15}
    )
    people = pd.concat([young, old], ignore_index=True).assign(sex="f", weight=1.0)
    found = estimate_scored(people)
    assert found.fewest[0] == 0
    assert np.isnan(found.ratios[0])


@pytest.mark.slow
def test_the_sampling_error_knows_who_was_certain_to_be_drawn() -> None:
    """Drawn again and again from one population, with unequal chances, as often as it says."""
    rng = np.random.default_rng(11)
    people = draw(share=2.0).assign(age=30)
    need = people["in_need"].fillna(1).to_numpy() > 0
    certain = rng.random(len(people)) < np.where(need, 0.1, 0.6)
    chance = np.where(certain, 1.0, 0.05)
    ratios, errors = [], []
    for _ in range(120):
        drawn = people.assign(weight=1 / chance)
        drawn.loc[rng.random(len(people)) >= chance, "in_need"] = np.nan
        found = estimate_scored(drawn)
        ratios.append(PICK @ found.ratios)
        errors.append(PICK @ found.sampling @ PICK)
    assert np.sqrt(np.mean(errors)) == pytest.approx(np.std(ratios), rel=0.2)
