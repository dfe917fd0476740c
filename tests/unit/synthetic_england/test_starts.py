"""Every declared start happens, in every world and seed; what cannot yet is carried, and told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from synthetic_england.declarations.load import load_pair, load_world
from synthetic_england.people import activity
from synthetic_england.people.block import start_people
from synthetic_england.people.condition import build_condition
from synthetic_england.people.risk import find_able, is_at_risk
from synthetic_england.people.starts import count_starts, select_treated
from synthetic_england.setting.dates import NEVER, day, month_of
from synthetic_england.setting.draws import Draws
from synthetic_england.setting.shared import build_setting
from synthetic_england.truth.manifest import list_carried

pytestmark = pytest.mark.slow
FIRST = 200_000  # the identifier of the first person of the first pair
EARLY = [10, 32, 52]  # seeds that declare a start in the month of the approval
JUNE = int(month_of(day("2016-06-01")))


@pytest.fixture(scope="module")
def usual():
    """The setting of the null world with the declared seed, as its first pair sees it."""
    return build_setting("null", None).narrow_to(0)


@pytest.fixture(scope="module")
def small(usual):
    """A pair of a tenth of the people, with eligibility."""
    sizes = {k: n // 10 for k, n in usual.pair["condition"]["sizes"].items()}
    own = replace(
        usual, pair=usual.pair | {"condition": usual.pair["condition"] | {"sizes": sizes}}
    )
    return own, activity.simulate_activity(build_condition(FIRST, own), own)[1]


def put_uptake(setting, rows):
    """Return the setting with another declaration of the starts."""
    treatment = setting.pair["treatment"] | {"uptake": rows, "noise": 0}
    return replace(setting, pair=setting.pair | {"treatment": treatment})


def test_the_seeds_that_failed_are_those_that_declare_a_start_before_anybody_is_eligible() -> None:
    treatment = load_pair("sle-belimumab")["treatment"]
    early = [s for s in range(1, 201) if count_starts(treatment, FIRST, Draws(s))[1][0] > 0]
    assert early == EARLY


@pytest.mark.few(2)
@pytest.mark.parametrize("world", ["null", "published"])
@pytest.mark.parametrize("seed", EARLY)
def test_a_start_before_anybody_is_eligible_is_carried_to_the_next_month(world, seed) -> None:
    own = build_setting(world, seed).narrow_to(0)
    people, _, carried = start_people(build_condition(FIRST, own), own)
    months, counts = count_starts(own.pair["treatment"], FIRST, own.draw)
    assert (months[0], counts[0]) == (JUNE, 1)
    assert carried.to_numpy().tolist() == [[JUNE, 1]]
    started = month_of(people.loc[people["start"] < NEVER, "start"].to_numpy())
    found = pd.Series(started).value_counts()
    wanted = pd.Series(counts, index=months)
    assert found.sum() == wanted.sum() == 924
    wanted[JUNE + 1] += wanted.pop(JUNE)
    assert (found.reindex(wanted.index, fill_value=0) == wanted).all()
    told = list_carried([[carried, *[carried.iloc[:0]] * 5]], own)
    assert told == {"carried": {"sle-belimumab": [{"month": "2016-06", "n": 1}]}}


def test_nothing_is_told_where_nothing_was_carried(usual) -> None:
    people, _, carried = start_people(build_condition(FIRST, usual), usual)
    assert carried.empty and (people["start"] < NEVER).sum() == 924
    assert list_carried([[carried] * 6], usual) == {}


def test_more_than_are_at_risk_start_month_after_month_until_all_have(small) -> None:
    own, people = small
    rows = [{"from": "2016-07", "to": "2016-07", "total": 200, "first": 1, "last": 1},
            {"from": "2016-08", "to": "2024-12", "total": 0, "first": 1, "last": 1}]  # fmt: skip
    own = put_uptake(own, rows)
    found, carried = select_treated(people, own)
    left = dict(carried.to_numpy().tolist())
    able = find_able(people, own.pair["treatment"])
    assert carried["n"].is_monotonic_decreasing and carried["month"].iloc[0] == JUNE + 1
    at_first = int(is_at_risk(able, day("2016-07-01")).sum())
    assert left[JUNE + 1] == 200 - at_first > 0
    assert (found["start"] < NEVER).sum() == 200
    assert (found.loc[found["start"] < NEVER, "eligible_since"] < NEVER).all()


def test_more_starts_than_people_who_ever_can_are_refused(small) -> None:
    own, people = small
    ever = len(find_able(people, own.pair["treatment"]))
    own = put_uptake(
        own, [{"from": "2025-08", "to": "2025-08", "total": ever + 1, "first": 1, "last": 1}]
    )
    with pytest.raises(ValueError, match=r"find nobody at risk up to the last month"):
        select_treated(people, own)


def test_kinds_are_carried_as_the_kinds_that_they_are(small) -> None:
    """In a world that matches the report an uncoded start waits for an uncoded person."""
    own, people = small
    able = find_able(people, own.pair["treatment"])
    months = pd.date_range("2017-01-01", "2024-12-01", freq="MS").strftime("%Y-%m-%d")
    ever = np.logical_or.reduce([is_at_risk(able, day(month)) for month in months])
    uncoded = able[ever & (able["kind"] == "uncoded").to_numpy()]
    n = len(uncoded)
    treatment = own.pair["treatment"] | {"treated": {"coded": 60, "uncoded": n}}
    own = replace(own, world=load_world("published"), pair=own.pair | {"treatment": treatment})
    rows = [
        {"from": "2017-01", "to": "2017-01", "total": 60 + n, "first": 1, "last": 1},
        {"from": "2017-02", "to": "2024-12", "total": 0, "first": 1, "last": 1},
    ]
    found, carried = select_treated(people, put_uptake(own, rows))
    treated = found[found["start"] < NEVER]
    assert n > 1 and len(treated) == 60 + n
    assert set(treated.loc[treated["kind"] == "uncoded", "uid"]) == set(uncoded["uid"])
    now = is_at_risk(uncoded, day("2017-01-01")).sum()
    assert carried["n"].iloc[0] == n - now > 0


def test_a_pool_that_is_too_small_is_drawn_again_larger(usual) -> None:
    sizes = usual.pair["condition"]["sizes"]
    for world in ("null", "published"):
        own = replace(usual, world=load_world(world))
        own = replace(own, pair=own.pair | {"condition": own.pair["condition"] | {"pool": 0.6}})
        assert build_condition(FIRST, own)["kind"].value_counts().to_dict() == sizes


def test_a_kind_that_no_pool_holds_is_refused(usual) -> None:
    sizes = {"coded_alive": 100, "coded_died": 10, "coded_unknown": 500, "uncoded": 10}
    own = replace(
        usual, pair=usual.pair | {"condition": usual.pair["condition"] | {"sizes": sizes}}
    )
    with pytest.raises(ValueError, match="coded_unknown"):
        build_condition(FIRST, own)


def test_people_uncoded_because_of_their_group_stay_in_their_world(usual) -> None:
    own = replace(usual, world=load_world("coding"))
    people = build_condition(FIRST, own)
    chance = own.world["coding"]["uncoded"]
    living = people[people["kind"].isin(["coded_alive", "uncoded", "uncoded_by_group"])]
    living = living[living["traced"]]
    groups = np.array(list(own.england["ethnic_groups"]))[living["group"]]
    share = (living["kind"] == "uncoded_by_group").groupby(groups).mean()
    for group, wanted in (dict.fromkeys(share.index, 0.0) | chance).items():
        assert abs(share[group] - wanted) < (0.02 if wanted else 1e-12), group
    kept = people["kind"].value_counts()
    assert {kind: kept[kind] for kind in own.pair["condition"]["sizes"]} == own.pair["condition"][
        "sizes"
    ]
