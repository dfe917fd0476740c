"""The truth without records: time at risk and expected starts, by hand and by what must hold."""

import numpy as np
import pandas as pd
import pytest

from synthetic_england.declarations.load import load_england
from synthetic_england.people.block import build_block
from synthetic_england.setting.dates import NEVER, day
from synthetic_england.setting.shared import build_setting
from synthetic_england.tables.society import build_population_ethnicity
from synthetic_england.truth.people_only import draw_world
from synthetic_england.truth.population import share_population
from synthetic_england.truth.risk_time import add_up_risk

pytestmark = pytest.mark.slow
GROUPS = ["ethnicity", "imd_quintile", "sex", "age_band", "minutes_band"]


@pytest.fixture(scope="module")
def setting():
    return build_setting("gradient", None).narrow_to(0)


@pytest.fixture(scope="module")
def drawn():
    return draw_world("gradient")


@pytest.fixture(scope="module")
def block():
    return build_block(build_setting("ethnic", 4), 0)


def person(setting, quintile, **changed):
    """Return a person who can start from the approval on, in an area of a fifth."""
    home = int(np.flatnonzero(setting.geo.quintile == quintile)[0])
    return {
        "uid": 1, "kind": "coded_alive", "traced": True, "sex": 2, "group": 0,
        "born": day("1980-05-15"), "death": NEVER, "coded": day("2010-01-01"),
        "eligible_since": day("2016-07-01"), "start": NEVER,
        "home_a": home, "home_b": home, "moved": NEVER,
    } | changed  # fmt: skip


def test_time_at_risk_and_expected_starts_by_hand(setting) -> None:
    """Months from July 2016 to August 2025: 110, if one does not start, die or come late."""
    people = pd.DataFrame([
        person(setting, 1),
        person(setting, 5, uid=2, start=day("2016-08-09")),  # July and August
        person(setting, 5, uid=3, eligible_since=day("2025-07-02")),  # August 2025
        person(setting, 3, uid=4, death=day("2017-01-20")),  # up to September: 120 days before
        person(setting, 3, uid=5, coded=day("2025-06-01")),  # not known for 210 days
        person(setting, 3, uid=6, traced=False),
        person(setting, 3, uid=7, kind="coded_died"),
    ])  # fmt: skip
    months, found = add_up_risk(people, setting)
    assert months.to_dict() == {0: 110, 1: 2, 2: 1, 3: 3, 4: 0}
    found = found.groupby("imd_quintile")[["person_years", "starts", "expected"]].sum()
    assert (found["person_years"] * 12).round(9).to_dict() == {1: 110, 3: 3, 5: 3}
    assert found["starts"].to_dict() == {1: 0, 3: 0, 5: 1}
    rates = np.exp([-0.35, 0.0, 0.35])  # of the three at risk in August 2016, of one age
    assert found["expected"].to_numpy() == pytest.approx(rates / rates.sum())


def test_people_are_placed_where_they_live_and_by_their_age_in_each_month(setting) -> None:
    homes = [int(np.flatnonzero(setting.geo.quintile == q)[0]) for q in (2, 4)]
    moves = person(setting, 2, home_b=homes[1], moved=day("2020-05-15"), born=day("1990-05-15"))
    found = add_up_risk(pd.DataFrame([moves]), setting)[1]
    found = found.groupby(["imd_quintile", "age_band"])["person_years"].sum() * 12
    assert found.round(9).to_dict() == {(2, "18-29"): 47, (4, "30-39"): 63}


def test_starts_of_a_person_who_is_not_at_risk_are_refused(setting) -> None:
    people = pd.DataFrame([person(setting, 1, start=day("2016-06-25"))])
    with pytest.raises(AssertionError, match="not at risk"):
        add_up_risk(people, setting)


def test_the_rates_of_a_quota_are_not_known() -> None:
    with pytest.raises(ValueError, match="quota"):
        draw_world("published", pair="sickle-cell-crizanlizumab")
    with pytest.raises(ValueError, match="not one of the declared"):
        draw_world("null", pair="no-such")


def test_expected_starts_are_the_starts_and_the_person_years_the_months(drawn) -> None:
    people, risk = drawn.people, drawn.risk_time
    assert risk["starts"].sum() == people["treated"].sum() == 924
    assert risk["expected"].sum() == pytest.approx(924)
    assert risk["person_years"].sum() == pytest.approx(people["months_at_risk"].sum() / 12)
    assert not risk.duplicated(GROUPS).any()
    days = (people["at_risk_to"] - people["at_risk_from"]).dt.days.sum()
    assert days / 365.25 == pytest.approx(risk["person_years"].sum(), rel=0.02)
    assert (people.loc[people["treated"], "at_risk_from"] <= people.loc[
        people["treated"], "start_date"]).all()  # fmt: skip
    assert (people.loc[people["treated"], "months_at_risk"] > 0).all()


def test_in_the_null_world_the_expected_rate_is_one_rate_in_every_group() -> None:
    risk = draw_world("null", 3).risk_time
    for by in GROUPS:
        sums = risk.groupby(by)[["expected", "person_years"]].sum()
        rate = sums["expected"] / sums["person_years"]
        large = sums["person_years"] > 1000
        assert rate[large].max() / rate[large].min() < 1.1, by  # calendar time differs a little


def test_in_the_gradient_world_the_expected_ratio_is_near_the_declared_one(drawn) -> None:
    sums = drawn.risk_time.groupby("imd_quintile")[["expected", "person_years"]].sum()
    rate = sums["expected"] / sums["person_years"]
    assert np.log(rate[5] / rate[1]) == pytest.approx(0.7, abs=0.03)


def test_ethnic_groups_differ_a_little_where_only_deprivation_counts(drawn) -> None:
    """What the coefficients do not declare: Black people live in more deprived areas."""
    sums = drawn.risk_time.groupby("ethnicity")[["expected", "person_years"]].sum()
    rate = sums["expected"] / sums["person_years"]
    assert -0.12 < np.log(rate["Black"] / rate["White"]) < -0.04


@pytest.mark.few(1)
@pytest.mark.parametrize("pair", ["sle-belimumab", "hlh-anakinra"])
def test_the_people_are_those_of_a_block(block, pair) -> None:
    """Also of a pair that comes after others, whose people have later identifiers."""
    position = load_england()["pairs"].index(pair)
    mine = (block.people["pair"] == position) & ~block.people["kind"].isin(
        ["background", "stranger"]
    )
    mine = block.people[mine].sort_values("hesid")
    found = draw_world("ethnic", 4, pair).people.sort_values("PSEUDO_HESID")
    assert found["PSEUDO_HESID"].tolist() == mine["hesid"].tolist()
    assert found["treated"].tolist() == (mine["start"] < NEVER).tolist()


def test_the_general_population_is_that_of_the_delivered_tables(setting) -> None:
    shares = share_population(setting)
    assert shares.groupby("dimension")["share"].sum().to_numpy() == pytest.approx(np.ones(3))
    level = shares.set_index(["dimension", "level"])["share"]
    table = build_population_ethnicity().to_pandas()
    whole = table["people"].sum()
    for name, group in setting.england["ethnic_groups"].items():
        mine = table["ETHNOS"].isin(list(group["codes"]))
        share = table.loc[mine, "people"].sum() / whole
        assert level["ethnicity", name] == pytest.approx(share, abs=1e-4), name
    fifths = table.groupby("imd_quintile")["people"].sum() / whole
    assert level["imd_quintile"].to_numpy() == pytest.approx(fifths.to_numpy(), abs=1e-3)
