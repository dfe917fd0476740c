"""Scores and medicines of a world: whose they are, how people were chosen, and what drives them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from rareaccess.contracts import CONTRACTS
from rareaccess.params import load_pair, load_source
from synthetic_england.declarations.load import load_world, world_names
from synthetic_england.people.block import build_block
from synthetic_england.setting.dates import day
from synthetic_england.setting.shared import build_setting
from synthetic_england.tables.clinical import build_prescriptions, build_scores

PAIR = "sle-belimumab"
TABLES = {"scores": build_scores, "prescriptions": build_prescriptions}


def test_only_one_world_has_them_and_only_its_source_lists_them() -> None:
    own = {name for name in world_names() if set(TABLES) & set(load_world(name))}
    assert own == {"scored"} and set(TABLES) < set(load_source("example-scores").tables)
    assert not set(TABLES) & set(load_source("synthetic").tables)
    bare = SimpleNamespace(world={}, pairs=[{"pair": PAIR}])
    assert [build(None, bare) for build in TABLES.values()] == [None, None]


def test_what_is_declared_serves_the_settings() -> None:
    """The day is the landmark, and the medicines are those that the pair asks for."""
    declared, need = load_world("scored"), load_pair(PAIR).eligibility
    assert day(declared["scores"][PAIR]["until"]) == day(need.landmark)
    written = [one["code"] for one in declared["prescriptions"][PAIR].values()]
    assert all(any(code.startswith(asked) for code in written) for asked in need.bnf)


@pytest.fixture(scope="module")
def made() -> tuple:
    setting = build_setting("scored", None)
    block = build_block(setting, 0)
    people = block.people.loc[block.scores[0].index].set_index("hesid")
    tables = {name: build(block, setting).to_pandas() for name, build in TABLES.items()}
    return people, block.scores[0].mean(axis=1).set_axis(people.index), tables


@pytest.mark.long
def test_scores_are_of_a_random_share_and_of_whom_clinicians_chose(made) -> None:
    people, active, tables = made
    scores = tables["scores"]
    assert list(scores.columns) == list(CONTRACTS["scores"].names)
    until = day(load_world("scored")["scores"][PAIR]["until"])
    theirs = people.loc[scores["PSEUDO_HESID"]]
    assert (theirs["coded"] < until).all() and (theirs["start"] >= until).all()
    assert not scores.duplicated(["PSEUDO_HESID", "pair", "measured"]).any()
    able = people[
        (people["coded"] < until) & (people["last"] >= until) & (people["start"] >= until)
    ]
    drawn = scores[scores["chosen"] == "random"]
    assert len(drawn) == pytest.approx(0.2 * len(able), rel=0.03)
    means = active.loc[scores["PSEUDO_HESID"]].groupby(scores["chosen"].to_numpy()).mean()
    assert means["random"] == pytest.approx(active.loc[able.index].mean(), rel=0.02)
    assert means["clinician"] > means["random"] + 1


@pytest.mark.long
def test_medicines_follow_activity(made) -> None:
    people, active, tables = made
    given = tables["prescriptions"]
    assert list(given.columns) == list(CONTRACTS["prescriptions"].names)
    assert set(given["PSEUDO_HESID"]) <= set(people.index)
    counts = given.groupby("PSEUDO_HESID").size().reindex(people.index).fillna(0)
    assert np.corrcoef(counts, active)[0, 1] > 0.2
    days = pd.to_datetime(given["dispensed"])
    assert days.min() >= pd.Timestamp("2014-01-01") and days.max() < pd.Timestamp("2021-04-01")
