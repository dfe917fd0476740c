"""Scores of severity before a landmark: whose count, which one, and what is taken from it."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.derive.hospital.scores import build_scores
from rareaccess.params import load_pair
from rareaccess.sources.engine import Engine

PAIR = load_pair("sle-belimumab")  # landmark 2020-06-22, look-back from 2015-12-22, threshold 10
LANDMARK = pd.DataFrame({"study_id": [1, 2, 3], "treated": [False, False, True]})


def score(**other: object) -> dict:
    return {"study_id": 1, "pair": PAIR.pair, "measured": "2020-01-01", "score": 12.0,
            "chosen": "random", "weight": 20.0, **other}  # fmt: skip


def build(engine: Engine, *rows: dict) -> list[list]:
    frame = pd.DataFrame(rows).astype({"measured": "datetime64[s]", "pair": "str", "chosen": "str"})
    mart = build_scores(engine, engine.stage(frame), LANDMARK, pair=PAIR)
    assert mart.columns.tolist() == ["study_id", "chosen", "in_need", "weight"]
    return mart.to_numpy().tolist()


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([score()], [[1, "random", True, 20.0]]),
        ([score(score=10.0), score(study_id=2, score=9.9)],
         [[1, "random", True, 20.0], [2, "random", False, 20.0]]),  # at the threshold, and below
        ([score(weight=None)], [[1, "random", True, 1.0]]),
        ([score(), score(measured="2020-02-01", score=2.0)], [[1, "random", False, 20.0]]),
        ([score(), score(chosen="clinician", measured="2020-02-01", score=2.0)],
         [[1, "clinician", False, 20.0], [1, "random", True, 20.0]]),  # one of each way
        ([score(measured="2015-12-22")], [[1, "random", True, 20.0]]),  # the first day
        ([score(measured="2015-12-21"), score(measured="2020-06-22")], []),  # before, and on it
        ([score(study_id=3), score(study_id=4)], []),  # treated; not at the landmark
        ([score(pair="another-pair"), score(score=106.0)], []),  # another pair; off the scale
    ],
)  # fmt: skip
def test_which_scores_count(engine: Engine, rows: list[dict], found: list[list]) -> None:
    assert build(engine, *rows) == found


@pytest.mark.parametrize("weight", [None, 0.0, -1.0])
def test_a_weight_that_cannot_be_used_stops(engine: Engine, weight: float | None) -> None:
    """One missing beside others would count twenty times less than they do."""
    with pytest.raises(UserError, match=r"scores\.weight"):
        build(engine, score(), score(study_id=2, weight=weight))
    assert len(build(engine, score(), score(study_id=2, chosen="clinician", weight=None))) == 2


def test_a_pair_without_a_threshold_or_a_landmark_has_none(engine: Engine) -> None:
    rows = engine.stage(pd.DataFrame([score()]).astype({"measured": "datetime64[s]"}))
    for section in ("severity", "eligibility"):
        bare = PAIR.model_copy(update={section: None})
        assert build_scores(engine, rows, LANDMARK, pair=bare).empty
