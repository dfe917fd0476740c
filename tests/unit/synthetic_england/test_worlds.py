"""Each world about need differs from `null` in what its file says, and in nothing else."""

import numpy as np
import pandas as pd
import pytest

from synthetic_england.declarations.load import load_england, load_pair, load_world
from synthetic_england.hospital.follow_up import plan_follow_up
from synthetic_england.people.activity import simulate_activity
from synthetic_england.people.condition import build_condition
from synthetic_england.people.starts import count_starts
from synthetic_england.people.traits import by_fifth
from synthetic_england.setting.draws import Draws
from synthetic_england.setting.shared import build_setting
from synthetic_england.truth.event_counts import count_events
from synthetic_england.truth.people_only import draw_world

pytestmark = pytest.mark.slow
FIRST = 200_000  # the identifier of the first person of the first pair
NEED = ("need", "need-gradient", "access-features", "small", "two-class")
WINDOW = {"begin": "2013-12-22", "end": "2015-12-22"}


@pytest.fixture(scope="module")
def drawn():
    kept = {}

    def draw(world):
        if world not in kept:
            kept[world] = draw_world(world)
        return kept[world]

    return draw


def share_eligible(people: pd.DataFrame) -> pd.Series:
    """Return the share eligible at some time of those alive at the approval, by fifth."""
    living = people[people["alive_at_approval"]]
    return living["eligible_since"].notna().groupby(living["imd_quintile"]).mean()


def find_rates(world) -> pd.Series:
    """Return the rate of starting among the eligible by fifth, in person-time, as declared."""
    sums = world.risk_time.groupby("imd_quintile")[["expected", "person_years"]].sum()
    return sums["expected"] / sums["person_years"]


@pytest.mark.few(2)
@pytest.mark.parametrize("world", NEED)
def test_more_are_eligible_in_deprived_areas_where_need_differs(drawn, world) -> None:
    share = share_eligible(drawn(world).people)
    assert 0.5 < np.log(share[1] / share[5]) < 1.0
    assert (np.diff(share) < 0).all()
    usual = share_eligible(drawn("null").people)
    assert abs(np.log(usual[1] / usual[5])) < 0.15
    if world != "two-class":
        # nothing is declared for the least deprived; the treated count where they live at the start
        assert share[5] == pytest.approx(usual[5], rel=0.02)


@pytest.mark.few(2)
@pytest.mark.parametrize("world", ["need", "coding-outcome", "access-features", "small",
                                   "anchors-wrong", "two-class"])  # fmt: skip
def test_the_eligible_start_alike_where_treatment_does_not_differ(drawn, world) -> None:
    rate = find_rates(drawn(world))
    assert abs(np.log(rate[1] / rate[5])) < 0.06


def test_the_eligible_start_less_in_deprived_areas_where_need_and_treatment_differ(drawn) -> None:
    """The truth is a ratio of about 0.6; against everybody with the condition there is none."""
    rate = find_rates(drawn("need-gradient"))
    assert np.log(rate[1] / rate[5]) == pytest.approx(np.log(0.6), abs=0.05)
    people = drawn("need-gradient").people
    cohort = people[people["coded"] | people["treated"]]
    naive = cohort.groupby("imd_quintile")["treated"].mean()
    assert np.log(naive[1] / naive[5]) > -0.2
    need = drawn("need").people
    cohort = need[need["coded"] | need["treated"]]
    naive = cohort.groupby("imd_quintile")["treated"].mean()
    assert np.log(naive[1] / naive[5]) > 0.3  # and here one that is not there


@pytest.mark.parametrize("world", NEED)
def test_activity_is_the_only_thing_that_makes_the_need(drawn, world) -> None:
    """The same people, ages and homes; those who become ill are others."""
    columns = ["PSEUDO_HESID", "birth_date", "ethnicity", "first_coded"]
    assert drawn(world).people[columns].equals(drawn("null").people[columns])


def test_few_start_in_the_small_world_and_as_many_as_elsewhere_of_other_pairs(drawn) -> None:
    assert 190 <= drawn("small").people["treated"].sum() <= 210
    assert drawn("need").people["treated"].sum() == 924
    treatment = load_pair("sle-belimumab")["treatment"]
    months, counts = count_starts(treatment, 5, Draws(1), share=0.5)
    whole_months, whole = count_starts(treatment, 5, Draws(1))
    assert (months == whole_months).all()
    totals = [round(period["total"] / 2) for period in treatment["uptake"]]
    assert counts.sum() == sum(totals) and whole.sum() == 924


def test_fewer_are_coded_in_deprived_areas_unless_they_are_treated(drawn) -> None:
    people = drawn("coding-outcome").people
    living = people[people["alive_at_approval"] & (people["kind"] != "uncoded")]
    others = living[~living["treated"]]
    lost = (others["kind"] == "uncoded_by_group").groupby(others["imd_quintile"]).mean()
    wanted = load_world("coding-outcome")["coding"]["uncoded_by_fifth"]["imd_quintile"]
    assert lost.to_numpy() == pytest.approx(wanted, abs=0.02)
    assert lost[5] == 0
    treated = living[living["treated"]]
    lost = (treated["kind"] == "uncoded_by_group").groupby(treated["imd_quintile"]).mean()
    assert lost.to_numpy() == pytest.approx(wanted, abs=0.09)  # who enters the cohort in any case
    cohort = people[people["coded"] | people["treated"]]
    naive = cohort.groupby("imd_quintile")["treated"].mean()
    usual = drawn("null").people
    usual = usual[usual["coded"] | usual["treated"]].groupby("imd_quintile")["treated"].mean()
    assert np.log(naive[1] / naive[5]) > np.log(usual[1] / usual[5]) + 0.2


def test_visits_depend_on_deprivation_where_access_does(setting_of) -> None:
    own, people, score = setting_of("access-features")
    usual, _, _ = setting_of("need")
    more = [
        len(plan_follow_up(people.iloc[mine].reset_index(drop=True),
                           score.iloc[mine].reset_index(drop=True), one))
        for one in (own, usual)
        for mine in (np.flatnonzero(by_fifth(people, {"imd_quintile": [1, 2, 3, 4, 5]}, own) == 1),)
    ]  # fmt: skip
    assert 0.55 < more[0] / more[1] < 0.75  # declared: exp(-0.43), and none above the most


def test_activity_has_two_classes_with_little_between(setting_of) -> None:
    own, people, score = setting_of("two-class")
    middle = score.mean(axis=1).to_numpy() - own.pair["disease"]["age_slope"] * (
        2020 - (people["born"].to_numpy() / 365.25 + 1970) - 45
    )
    between = ((middle > 6.5) & (middle < 9)).mean()
    active = (middle > 7.75).mean()
    assert between < 0.02 < 0.1 < active < 0.25
    usual = setting_of("need")[2].mean(axis=1).to_numpy()
    assert ((usual > 6.5) & (usual < 9)).mean() > 0.1


@pytest.fixture(scope="module")
def setting_of():
    kept = {}

    def draw(world):
        if world not in kept:
            own = build_setting(world, None).narrow_to(0)
            score, people = simulate_activity(build_condition(FIRST, own), own)
            kept[world] = own, people, pd.DataFrame(score)
        return kept[world]

    return draw


def count_by_fifth(world, drawn) -> pd.DataFrame:
    """Return the mean number of stays and of events of those coded, by fifth."""
    people = drawn(world).people.merge(count_events(world, **WINDOW), on="PSEUDO_HESID")
    coded = people[people["coded"] & (people["first_coded"] < WINDOW["begin"])]
    return coded.groupby("imd_quintile")[["stays", "kidney", "cytopenia", "injury"]].mean()


@pytest.mark.long
def test_events_follow_the_need_in_one_world_and_recording_in_the_other(drawn) -> None:
    """Also the control is wrong where all anchors are, and only there; stays are never."""
    usual = np.log(count_by_fifth("null", drawn))
    need = np.log(count_by_fifth("need", drawn)) - usual
    assert (need.loc[1, ["kidney", "cytopenia"]] > 0.12).all()
    assert need[["stays", "injury"]].abs().max(axis=None) < 0.005  # other homes at other starts
    wrong = np.log(count_by_fifth("anchors-wrong", drawn)) - usual
    assert wrong.loc[1, ["kidney", "cytopenia", "injury"]].to_numpy() == pytest.approx(
        [0.18] * 3, abs=0.06
    )
    assert wrong["stays"].abs().max() < 0.005 and wrong.loc[5].abs().max() < 0.005


def test_two_classes_are_declared_for_every_pair_or_otherwise() -> None:
    classes = load_world("two-class")["classes"]
    assert set(classes["share"]) <= set(load_england()["pairs"])
    assert 0 < classes["otherwise"] < 1
