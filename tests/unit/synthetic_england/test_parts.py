"""The parts of the generator: draws, dates, whole numbers with a summary, who starts treatment."""

import doctest
import importlib
import pkgutil

import numpy as np
import pandas as pd
import pytest

import synthetic_england
from synthetic_england.declarations.load import load_england, load_pair, load_world
from synthetic_england.hospital.contacts import plan_days
from synthetic_england.hospital.follow_up import plan_follow_up
from synthetic_england.hospital.spell_sources import gather_spells
from synthetic_england.people.activity import simulate_activity
from synthetic_england.people.block import build_block
from synthetic_england.people.risk import linear_predictor
from synthetic_england.people.starts import count_starts
from synthetic_england.setting.counts import build_counts
from synthetic_england.setting.dates import NEVER, age_at, day
from synthetic_england.setting.draws import Draws
from synthetic_england.setting.shared import BLOCK, build_setting

PAIR = load_pair("sle-belimumab")


@pytest.fixture(scope="module")
def setting():
    return build_setting("published", None)


@pytest.fixture(scope="module")
def blocks(setting):
    return [build_block(setting, number) for number in (0, 1)]


MODULES = [
    module.name
    for module in pkgutil.walk_packages(synthetic_england.__path__, "synthetic_england.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_are_right(name) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0


def test_draws_are_uniform_and_differ_by_name_and_seed() -> None:
    ids = np.arange(100_000, dtype=np.uint64)
    one, two, three = (
        Draws(1).uniform("a", ids),
        Draws(1).uniform("b", ids),
        Draws(2).uniform("a", ids),
    )
    for values in (one, two, three):
        assert abs(values.mean() - 0.5) < 0.005 and 0 < values.min() < values.max() < 1
    assert max(abs(np.corrcoef([one, two, three])[np.triu_indices(3, 1)])) < 0.02


def test_contacts_have_the_published_summary() -> None:
    marks = PAIR["activity"]["quantiles"]
    counts = build_counts(n=922, mean=10.9, sd=7.6, **marks)
    assert np.quantile(counts, [0, 0.25, 0.5, 0.75, 1]).tolist() == [1, 6, 9, 13.75, 90]
    assert round(counts.mean(), 1) == 10.9 and round(counts.std(ddof=1), 1) == 7.6


def test_an_impossible_summary_is_refused() -> None:
    with pytest.raises(ValueError, match="mean"):
        build_counts(n=9, minimum=1, q1=[2, 2], median=[3, 3], q3=[4, 4], maximum=5, mean=9, sd=1)


def test_starts_follow_the_declared_periods() -> None:
    months, counts = count_starts(PAIR["treatment"], 0, Draws(1))
    by_month = pd.Series(counts, index=months.astype("datetime64[M]").astype(str))
    assert by_month.sum() == 924 and by_month[:"2019-03"].sum() == 113
    assert by_month["2022-01":].mean() > 2 * by_month["2020-01":"2021-12"].mean()


@pytest.mark.slow
@pytest.mark.long
def test_declared_effects_are_those_of_the_hazard(setting, blocks) -> None:
    people = blocks[0].people.iloc[-500:]
    on = day("2022-01-01")
    own = setting.narrow_to(0)
    null = linear_predictor(people, load_world("null")["effects"], on, own)
    assert (null == 0).all()
    gradient = load_world("gradient")["effects"]
    flat = gradient | {"age": {"middle": 40, "width": np.inf}}
    home = np.where(people["moved"] <= on, people["home_b"], people["home_a"])
    found = linear_predictor(people, flat, on, own)
    assert np.allclose(found, np.array(gradient["imd_quintile"])[own.geo.quintile[home] - 1])


@pytest.mark.slow
@pytest.mark.long
def test_only_the_eligible_start_and_never_before_they_are(setting, blocks) -> None:
    people = blocks[0].people
    treated = people[people["start"] < NEVER]
    assert treated.groupby("pair").size().tolist() == [924, 569, 120, 288, 1024, 300]
    assert (treated["eligible_since"] <= treated["start"]).all()
    assert (treated["death"] > treated["start"]).all()
    age = age_at(treated["born"].to_numpy(), treated["start"].to_numpy())
    least = [pair["disease"]["adult"] for pair in setting.pairs]
    assert (age >= np.array(least)[treated["pair"]]).all()


@pytest.mark.slow
@pytest.mark.long
def test_criteria_of_the_time_are_met(setting, blocks) -> None:
    people = blocks[0].people[blocks[0].people["pair"] == 0]
    early = people[people["start"] < day("2021-01-01")]
    assert (early["dsdna"] & early["low_complement"]).all()
    later = people[(people["start"] < NEVER) & (people["start"] > day("2022-06-01"))]
    assert (later["dsdna"] | later["low_complement"]).all()
    assert not (later["dsdna"] & later["low_complement"]).all()


@pytest.mark.slow
def test_blocks_have_people_of_their_own_and_the_same_numbers(blocks) -> None:
    one, two = blocks
    assert not set(one.people["hesid"]) & set(two.people["hesid"])
    assert not set(one.applications["application_id"]) & set(two.applications["application_id"])
    assert (two.people["uid"] >= BLOCK).all() and (one.people["uid"] < BLOCK).all()
    for block in blocks:
        planned = block.plans[0]["planned"]
        assert (planned > 0).sum() == 922 and np.quantile(planned[planned > 0], 0.75) == 13.75


@pytest.mark.slow
def test_activity_is_steady_within_people_and_higher_where_declared(setting, blocks) -> None:
    score = blocks[0].scores[0]
    people = blocks[0].people.loc[score.index]
    assert np.corrcoef(score[0], score[1])[0, 1] > np.corrcoef(score[0], score[9])[0, 1] > 0.4
    groups = list(load_england()["ethnic_groups"])
    means = score.mean(axis=1).groupby(people["group"].to_numpy()).mean()
    assert means[groups.index("Black")] > means[groups.index("White")]


@pytest.mark.slow
def test_latent_activity_decides_who_is_eligible(setting, blocks) -> None:
    people = blocks[0].people
    sick = people[people["kind"] == "coded_alive"].head(3000)
    again, later = simulate_activity(sick, setting.narrow_to(0))
    eligible = later["eligible_since"] < NEVER
    assert (again[eligible.to_numpy()].max(axis=1) >= PAIR["disease"]["eligible_from"]).all()
    assert (later["eligible_since"].to_numpy() == sick["eligible_since"].to_numpy()).all()


@pytest.mark.slow
def test_a_declared_share_of_the_treated_go_past_the_nearest_centre(setting, blocks) -> None:
    plan, minutes = blocks[0].plans[0], setting.services[0].minutes
    past = plan[plan["at_centre"] & (plan["other_centre"] >= 0)]
    assert abs(len(past) / plan["at_centre"].sum() - PAIR["travel"]["not_nearest"]["share"]) < 0.01
    assert (past["trust"] == past["other_centre"]).all()
    home, trust = past["home"].to_numpy(), past["trust"].to_numpy()
    nearer = (minutes[home] < minutes[home, trust][:, None]).sum(axis=1)
    assert 0.7 < np.isin(nearer, [1, 2]).mean() < 1
    near = plan[plan["at_centre"] & (plan["other_centre"] < 0)]
    assert (minutes[near["home"], near["trust"]] == setting.services[0].nearest[near["home"]]).all()


@pytest.mark.slow
def test_follow_up_rises_with_activity_and_is_the_same_among_fewer_people(setting, blocks) -> None:
    people, score = blocks[0].people, blocks[0].scores[0]
    found = plan_follow_up(people, score, setting.narrow_to(0))
    p, appt = found["p"].to_numpy(), found["appt"].to_numpy()
    assert (appt <= people["last"].to_numpy()[p]).all()
    assert (appt >= people["first"].to_numpy()[p]).all()
    assert ((appt + 3) % 7 < 5).all()
    busy = np.bincount(p[appt >= day("2021-01-01")], minlength=len(people))[score.index]
    late = score[[5, 6, 7, 8, 9]].mean(axis=1).to_numpy()
    assert busy[late > 8].mean() > 1.5 * busy[late < 3].mean()
    fewer = plan_follow_up(people, score.iloc[::7], setting.narrow_to(0))
    mine = found[found["p"].isin(score.index[::7])]
    assert fewer.reset_index(drop=True).equals(mine.reset_index(drop=True))


@pytest.mark.slow
def test_whoever_is_born_in_the_window_has_a_stay_at_birth(setting, blocks) -> None:
    people, found = blocks[1].people, 0
    begin = day(setting.england["windows"]["apc"]["from"])
    for position, plan in enumerate(blocks[1].plans):
        own = setting.narrow_to(position)
        where = np.flatnonzero((people["pair"] == position) & (people["kind"] != "stranger"))
        group = people.iloc[where].reset_index(drop=True)
        local = plan.assign(p=np.searchsorted(where, plan["p"]))
        spells = gather_spells(group, local, plan_days(local, own), own)
        at_birth = spells["p"][spells["adm"].to_numpy() == group["born"].to_numpy()[spells["p"]]]
        newborn = (
            (group["n_apc"] > 0) & (group["born"] >= begin) & (group["first"] == group["born"])
        )
        assert set(group.index[newborn]) <= set(at_birth), own.pair["pair"]
        found += int(newborn.sum())
    assert found > 100
