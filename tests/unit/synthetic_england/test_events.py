"""Events beside the rest of a stay: driven by activity as declared, and by nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rareaccess.contracts.charlson import CONDITIONS
from rareaccess.contracts.icd10 import has_prefix, is_code
from rareaccess.core.errors import UserError
from rareaccess.params import load_pair as load_settings
from synthetic_england.declarations.load import (
    list_events,
    load_casemix,
    load_england,
    load_pair,
    load_world,
)
from synthetic_england.hospital.diagnoses import code_episodes
from synthetic_england.hospital.events import draw_events, write_events
from synthetic_england.setting.dates import NEVER, day
from synthetic_england.setting.shared import build_setting
from synthetic_england.truth.event_counts import count_events

PAIRS = load_england()["pairs"]
EVENTS = [(pair, name) for pair in PAIRS for name in list_events(load_pair(pair))]
YEARS = 10  # of disease activity of the first pair
LARGE = 40_000


@pytest.fixture(scope="module")
def setting():
    return build_setting("null", None).narrow_to(0)


def make_people(setting, n: int, quintile: int = 3) -> pd.DataFrame:
    home = int(np.flatnonzero(setting.geo.quintile == quintile)[0])
    return pd.DataFrame(
        {
            "uid": np.arange(n, dtype=np.uint64), "coded": day("2015-01-01"), "role": "",
            "kind": "coded_alive", "born": day("1980-01-01"),
            "home_a": home, "home_b": home, "moved": NEVER,
        }
    )  # fmt: skip


def make_stays(n: int, adm: str = "2020-06-01") -> pd.DataFrame:
    return pd.DataFrame({"p": np.arange(n), "rid": np.arange(n, dtype=np.uint64), "adm": day(adm)})


def be_active(n: int, points: float) -> pd.DataFrame:
    return pd.DataFrame(np.full((n, YEARS), points, dtype=np.float32))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_has_three_anchors_and_a_control_that_activity_does_not_drive(pair) -> None:
    declared = load_pair(pair)
    assert len(declared["anchors"]) >= 3
    assert all(anchor["loading"] > 0 for anchor in declared["anchors"].values())
    assert all("loading" not in control for control in declared["control"].values())
    assert len(declared["control"]) == 1


@pytest.mark.parametrize(("pair", "name"), EVENTS)
def test_codes_exist_and_change_neither_the_cohort_nor_the_comorbidity(pair, name) -> None:
    lists = load_settings(pair).condition.icd10
    own = [code for used in lists.used for code in getattr(lists, used)]
    comorbid = [prefix for prefixes in CONDITIONS.values() for prefix in prefixes]
    for code in list_events(load_pair(pair))[name]["codes"]:
        assert is_code(code), code
        assert not has_prefix(code, [*own, *comorbid]), code


@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_else_writes_the_codes_to_people_with_the_condition(pair) -> None:
    casemix, condition = load_casemix(), load_pair(pair)["condition"]
    others = {code for row in casemix["admissions"] for code in row["codes"]} | {*casemix["notes"]}
    others |= {*condition["codes"], *condition["other_codes"], *condition.get("chronic", {})}
    listed = [code for event in list_events(load_pair(pair)).values() for code in event["codes"]]
    assert others.isdisjoint(listed) and len(listed) == len(set(listed))


@pytest.mark.slow
@pytest.mark.parametrize("points", [0.0, 4.0, 10.0])
def test_events_happen_as_often_as_declared_at_each_activity(setting, points) -> None:
    people, stays = make_people(setting, LARGE), make_stays(LARGE)
    found = draw_events(stays, people, be_active(LARGE, points), setting)
    for name, event in list_events(setting.pair).items():
        wanted = event["rate"] * np.exp(event.get("loading", 0) * (points - 4.0))
        assert found[name].mean() == pytest.approx(wanted, abs=4 * np.sqrt(wanted / LARGE)), name


@pytest.mark.slow
def test_strength_is_of_the_loading_and_leaves_controls_alone(setting) -> None:
    people, stays = make_people(setting, LARGE), make_stays(LARGE)
    usual, weak, none = (
        draw_events(stays, people, be_active(LARGE, 10.0), setting, strength=strength)
        for strength in (1.0, 0.5, 0.0)
    )
    declared = setting.pair["anchors"]["kidney"]
    assert none["kidney"].mean() == pytest.approx(declared["rate"], abs=0.01)
    assert none["kidney"].mean() < weak["kidney"].mean() - 0.03 < usual["kidney"].mean() - 0.06
    assert (usual["injury"] == none["injury"]).all()


def test_only_stays_from_the_first_code_on_of_people_with_an_activity_have_events(setting) -> None:
    people, score = make_people(setting, LARGE), be_active(LARGE, 30.0)
    early = draw_events(make_stays(LARGE, "2014-12-31"), people, score, setting)
    assert not any(happens.any() for happens in early.values())
    on_the_day = draw_events(make_stays(LARGE, "2015-01-01"), people, score, setting)
    assert on_the_day["kidney"].mean() == pytest.approx(0.9, abs=0.01)  # never more than that
    some = draw_events(make_stays(LARGE), people, score.iloc[::2], setting)
    assert not some["kidney"][1::2].any() and some["kidney"][::2].mean() > 0.85


def test_the_year_of_the_stay_counts_and_before_the_first_that_one(setting) -> None:
    people = make_people(setting, LARGE)
    score = be_active(LARGE, 0.0)
    score[0], score[4] = 20.0, 10.0  # 2016 and 2020
    shares = [
        draw_events(make_stays(LARGE, on), people, score, setting)["kidney"].mean()
        for on in ("2015-03-01", "2016-03-01", "2019-03-01", "2020-03-01")
    ]
    assert shares[0] == shares[1] > 0.85 and shares[3] > 4 * shares[2]


def test_where_recording_differs_every_event_is_recorded_more_often(setting) -> None:
    wrong = replace(setting, world=load_world("anchors-wrong"))
    stays, score = make_stays(LARGE), be_active(LARGE, 4.0)
    for quintile, more in zip(range(1, 6), wrong.world["recording"]["imd_quintile"], strict=True):
        found = draw_events(stays, make_people(setting, LARGE, quintile), score, wrong)
        for name, event in list_events(setting.pair).items():
            wanted = event["rate"] * np.exp(more)
            assert found[name].mean() == pytest.approx(wanted, abs=0.006), (quintile, name)


def make_episodes(n: int) -> pd.DataFrame:
    """Return stays of two episodes each, and how they are numbered."""
    order = np.tile([1, 2], n)
    rid = np.repeat(np.arange(n, dtype=np.uint64), 2)
    return pd.DataFrame(
        {"p": np.repeat(np.arange(n), 2), "adm": day("2020-06-01"), "order": order,
         "sid": rid * np.uint64(8) + (order - 1).astype(np.uint64)}
    )  # fmt: skip


def test_codes_come_after_the_others_of_the_first_episode_and_move_none(setting) -> None:
    n = 2000
    episodes, people, score = make_episodes(n), make_people(setting, n), be_active(n, 30.0)
    table = np.full((2 * n, 20), -1, dtype=np.int16)
    table[:, :3] = [5, 6, 7]
    table[:100] = np.arange(20)  # no room
    done = write_events(table, episodes, people, score, setting)
    assert (done[:, :3] == table[:, :3]).all() and (done[:100] == table[:100]).all()
    assert (done[episodes["order"] == 2] == table[episodes["order"] == 2]).all()
    first = done[100:][episodes["order"].iloc[100:] == 1]
    book = setting.book
    kidney = (first == book.find(["N085"])[0]).any(axis=1)
    assert kidney.mean() == pytest.approx(0.9, abs=0.03)
    written = set(np.unique(first[:, 3:])) - {-1}
    codes = {c for event in list_events(setting.pair).values() for c in event["codes"]}
    assert written == set(book.find(sorted(codes)).tolist())
    later = np.sort(first[:, 3:], axis=1)[:, ::-1] >= 0
    assert ((first[:, 3:] >= 0) == later).all()  # no gaps
    assert (write_events(table[::-1], episodes[::-1], people, score, setting)[::-1] == done).all()


def test_an_illness_that_is_an_event_comes_from_the_event_alone(setting) -> None:
    """Quiet disease has few of them, though anybody may have N085 by the case mix."""
    n = 4000
    episodes = make_episodes(n).assign(coded=True, reason=-1, origin="usual")
    quiet = replace(
        setting,
        pair=setting.pair
        | {"anchors": {"kidney": {"codes": {"N085": 1.0}, "rate": 0.0, "loading": 0.1}}},
    )
    people = make_people(setting, n).assign(born=day("1930-01-01"))
    often = {**setting.casemix["chronic"]["N085"], "most": 0.9, "recorded": 1.0}
    casemix = setting.casemix | {"chronic": setting.casemix["chronic"] | {"N085": often}}
    for pair, any_of in ((quiet.pair, False), (quiet.pair | {"anchors": {}}, True)):
        own = replace(quiet, casemix=casemix, pair=pair)
        codes = code_episodes(episodes, people, be_active(n, 4.0), [], own)
        assert (codes == setting.book.find(["N085"])[0]).any() == any_of


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(UserError, match="not in order"):
        count_events("null", begin="2016-01-01", end="2016-01-01")
