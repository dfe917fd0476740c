"""All answers stand together, and a refusal says why and leaves the bounds."""

import numpy as np
import pandas as pd
import pytest

from anchored import ROLES, draw_anchored
from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility import (
    ANSWERS,
    EXAMPLE_ROLES,
    Roles,
    answer_equity,
    draw_example,
)
from rareaccess.measures.eligibility.answers import LANDMARK, WHOLE
from rareaccess.measures.tidy import STANDARD

RANGE = (0.08, 0.20)
TWO = Roles({"flares": "count", "organs": "count"})
MODEL = ("TRAIT", "need ratio", "CLASS", "TRAIT or CLASS", "sensitivity")


def answer(frame: pd.DataFrame, roles: Roles = TWO, **options: object) -> pd.DataFrame:
    asked = {"prevalence": RANGE, "reference": "c", "tipping": False, **options}
    return answer_equity(frame, roles, **asked)


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    frame = draw_anchored()
    everybody = pd.concat([frame, frame.iloc[:3000].assign(treated=0)])
    return answer(frame, ROLES, everybody=everybody, tipping=True)


@pytest.mark.slow
def test_every_answer_is_there_in_order_and_labelled(found) -> None:
    assert list(dict.fromkeys(found["answer"])) == list(ANSWERS)
    assert found.columns.tolist() == ["answer", "group", "reference", *STANDARD]
    assert (found["method"] != "").all()
    assert set(found.loc[found["answer"] == "treated alone", "method"]) == {LANDMARK, WHOLE}
    assert found.groupby(["answer", "method"], sort=False).size().eq(2).all()


@pytest.mark.slow
def test_each_interval_holds_what_it_must(found) -> None:
    rows = found[found["group"] == "a"].set_index(["answer", "method"])
    trait, classes = rows.loc["TRAIT"].iloc[0], rows.loc["CLASS"].iloc[0]
    both = rows.loc["TRAIT or CLASS"].iloc[0]
    assert both["lower"] == min(trait["lower"], classes["lower"])
    assert both["upper"] == max(trait["upper"], classes["upper"])
    naive = rows.loc[("treated alone", LANDMARK)]
    need = rows.loc["need ratio"].iloc[0]
    assert naive["value"] / need["value"] == pytest.approx(trait["value"], rel=0.05)
    assert need["lower"] > 1
    assert len(rows.loc["bounds"]) == 4


@pytest.mark.slow
def test_only_those_compared(found) -> None:
    some = answer(draw_anchored(), compared=["a"])
    assert set(some["group"]) == {"a"}


@pytest.mark.parametrize(
    ("change", "roles", "words"),
    [
        (lambda f: f.assign(treated=f["treated"].where(f["treated"].cumsum() <= 29, 0)), TWO,
         "fewer than 30 people were treated"),
        (lambda f: f, Roles({"flares": "count"}), "1 anchors are declared"),
        (lambda f: f.assign(organs=f["organs"].where(f["group"] != "a", 0)), TWO,
         "organs, group a"),
        (lambda f: f.assign(organs=np.random.default_rng(1).poisson(0.2, len(f))), TWO,
         "do not have organs clearly more often"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_the_bounds_stand(change, roles, words) -> None:
    found = answer(change(draw_anchored()), roles)
    assert list(dict.fromkeys(found["answer"])) == ["treated alone", "bounds", "TRAIT"]
    refused = found[found["answer"] == "TRAIT"]
    assert refused["note"].str.contains(words).all()
    assert refused["note"].str.endswith("The bounds stand.").all()
    assert refused[["value", "lower", "upper"]].isna().all(axis=None)
    assert found.loc[found["answer"] == "bounds", "upper"].notna().all()


def test_a_group_with_few_treated_is_refused_and_the_others_stand() -> None:
    frame = draw_anchored()
    own = (frame["group"] == "a") & (frame["treated"] == 1)
    found = answer(frame.assign(treated=frame["treated"].mask(own & (own.cumsum() > 4), 0)))
    model = found[found["answer"].isin(MODEL)]
    a, b = (model[model["group"] == group] for group in "ab")
    assert a[["value", "lower", "upper"]].isna().all(axis=None)
    assert a["note"].str.contains("fewer than 5 people were treated").all()
    assert b["lower"].notna().all()
    assert found.loc[(found["answer"] == "bounds") & (found["group"] == "a"), "lower"].notna().all()


def test_an_interval_no_narrower_than_the_bounds_is_withheld() -> None:
    """Anchors that disagree wildly over one group leave nothing but their disagreement."""
    found = answer(draw_anchored(one=1.6), tipping=True)
    model = found[found["answer"].isin(MODEL)]
    a, b = (model[model["group"] == group] for group in "ab")
    assert a["note"].str.startswith("The estimate is withheld").all()
    assert a["upper"].isna().all()
    assert b["upper"].notna().all()
    assert set(found.loc[found["answer"] == "tipping", "group"]) == {"b"}


def test_the_range_is_asked_for_and_checked() -> None:
    with pytest.raises(TypeError):
        answer_equity(draw_anchored(people=2000), TWO, reference="c")
    with pytest.raises(UserError, match="range of prevalence"):
        answer(draw_anchored(), prevalence=(0.01, 0.2))
    with pytest.raises(UserError, match="not there"):
        answer(draw_anchored(), reference="z")


def test_where_every_group_is_withheld_nothing_tips() -> None:
    frame = draw_anchored()
    kept = frame["group"].isin(["a", "c"])
    few = (frame["group"] == "a") & (frame["treated"] == 1)
    found = answer(
        frame.assign(treated=frame["treated"].mask(few & (few.cumsum() > 4), 0))[kept], tipping=True
    )
    assert "tipping" not in set(found["answer"])
    assert found.loc[found["answer"] == "TRAIT", "value"].isna().all()


def test_the_example_holds_equal_treatment_that_need_hides() -> None:
    found = answer_equity(
        draw_example(), EXAMPLE_ROLES, prevalence=RANGE, reference="b", tipping=False
    ).set_index("answer")
    assert found.loc["treated alone", "lower"] > 1
    assert found.loc["TRAIT", "lower"] < 1 < found.loc["TRAIT", "upper"]
