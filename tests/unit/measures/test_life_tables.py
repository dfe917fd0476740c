"""Life tables: made of released counts alone, and never of a single person's time."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import Count, Hidden, Register, count_population, find_profile
from rareaccess.measures.life_tables import (
    LIFE_TABLE,
    count_group,
    count_intervals,
    walk_group,
    walk_intervals,
)
from rareaccess.measures.pathway import follow_groups, follow_starts, release_outcomes
from rareaccess.measures.survival import follow, follow_covers, follow_times, say, say_mean
from rareaccess.params import load_report
from rareaccess.study import Door

MONTH = 30.4375
CONTROLLED = ["subnational-hes", "ndrs", "opensafely"]


def open_door(profile: str) -> Door:
    report = load_report().model_copy(update={"disclosure": profile})
    return Door("hand", "made up", report, Register("09-x", Path("none")))


def make_times(seed: int = 1, people: int = 400) -> pd.DataFrame:
    """Return people of whom half have an event within five years, and others are lost."""
    random = np.random.default_rng(seed)
    days = random.exponential(1500, people).astype(int)
    event = (days < 1800) & (random.random(people) < 0.7)
    return pd.DataFrame({"study_id": range(people), "days": np.minimum(days, 1800),
                         "event": event.astype("int64")})  # fmt: skip


def move(times: pd.DataFrame) -> pd.DataFrame:
    """Return the same people, each with another day of the same interval."""
    step = 6 * MONTH
    first = np.ceil(times["days"] // step * step)
    inside = times["days"].to_numpy() < 1800
    return times.assign(days=np.where(inside, first, times["days"]).astype(int))


@pytest.mark.parametrize("profile", CONTROLLED)
def test_no_count_of_an_interval_is_hidden_and_none_is_lost(profile: str) -> None:
    rule, times = find_profile(profile), make_times()
    table = count_intervals(times, rule, {"events": 1})
    counts = table.iloc[:-1]
    assert len(table) > 2 and not any(
        rule.hides(int(one)) for name in ("at_risk", "events", "censored") for one in counts[name]
    )
    gone = (counts["events"] + counts["censored"]).to_numpy("int64")
    assert (table["at_risk"].to_numpy()[:-1] - gone == table["at_risk"].to_numpy()[1:]).all()
    assert (table["month"] % 6 == 0).all(), "intervals end at round months"
    assert table["at_risk"].iloc[-1] >= 10


@pytest.mark.parametrize("profile", CONTROLLED)
def test_another_world_with_the_same_counts_has_the_same_curve(profile: str) -> None:
    """Every person has another day: a curve of single times would show it."""
    one, two = make_times(), move(make_times())
    assert (one["days"] != two["days"]).any()
    door = open_door(profile)
    people = door.population("followed", one)
    tables = [follow(door, times, "x", population=people) for times in (one, two)]
    pd.testing.assert_frame_equal(tables[0].frame, tables[1].frame)
    assert tables[0].frame["survival"].is_monotonic_decreasing
    told = [follow_times(door, times, "x", months=24, population=people) for times in (one, two)]
    pd.testing.assert_frame_equal(told[0].frame, told[1].frame)
    assert told[0].frame["median"].iloc[0] % 6 == 0
    assert isinstance(told[0].cell(0, "mean"), Hidden)
    assert say_mean(told[0], about="alive") == (
        "The mean time is not given: it would rest on the days of single people."
    )
    assert "95% interval from" in say(told[0], what="people had died")
    assert tables[0].notes.caveat == LIFE_TABLE


def test_a_curve_is_called_what_it_is() -> None:
    times, called = make_times(), {}
    for profile in ("national-hes", "ndrs"):
        door = open_door(profile)
        people = door.population("followed", times)
        told = follow(door, times, "x", population=people, caveat="it shows no effect")
        called[profile] = told.notes.caveat
    assert called["national-hes"].startswith("Kaplan-Meier with 95%")
    assert called["ndrs"].startswith("Life table") and "Kaplan" not in called["ndrs"]
    assert all(text.endswith("; it shows no effect") for text in called.values())


def test_without_control_the_curve_is_kaplan_meiers() -> None:
    times, door = make_times(), open_door("national-hes")
    people = door.population("followed", times)
    free = follow(door, times, "x", months=6, population=people).frame
    controlled = follow(open_door("ndrs"), times, "x", population=people).frame
    both = free.merge(controlled, on="month", suffixes=("", "_table"))
    assert len(both) > 3
    assert both["survival_table"].to_numpy(float) == pytest.approx(
        both["survival"].to_numpy(float), abs=2
    ), "the life table is near it where nothing is rounded"
    for name in ("lower", "upper"):
        assert both[f"{name}_table"].to_numpy(float) == pytest.approx(
            both[name].to_numpy(float), abs=3
        )


def test_the_shares_are_those_worked_out_by_hand() -> None:
    """40 at risk, 10 events, 8 lost: 10 / (40 - 4) have it; then 5 of 20, one end of two."""
    rows = [
        {"at_risk": Count(40), "one": Count(10), "two": Count(0), "censored": Count(8)},
        {"at_risk": Count(22), "one": Count(5), "two": Count(6), "censored": Count(4)},
        {"at_risk": Count(10), "one": None, "two": None, "censored": None},
    ]
    first, second, third = walk_intervals(rows, ["one", "two"])
    assert (first["free"], first["one"]) == (100, 0)
    assert second["one"] == pytest.approx(1000 / 36) and second["two"] == 0
    assert third["one"] == pytest.approx(100 * (10 / 36 + 26 / 36 * 5 / 20))
    assert third["two"] == pytest.approx(100 * 26 / 36 * 6 / 20)
    assert third["free"] + third["one"] + third["two"] == pytest.approx(100)
    for name in ("free", "one", "two"):
        assert third[f"{name}_lower"] < third[name] < third[f"{name}_upper"]


def test_from_a_hidden_count_on_everything_is_hidden() -> None:
    rows = [
        {"at_risk": Count(40), "events": Hidden(), "censored": Count(0)},
        {"at_risk": Count(30), "events": None, "censored": None},
    ]
    first, second = walk_intervals(rows, ["events"])
    assert first["free"] == 100 and isinstance(second, Hidden)


def test_a_group_is_counted_to_the_month_and_not_given_where_few_are_followed() -> None:
    times = make_times()
    counted = count_group(times, {"events": 1}, month=12)
    early = times[times["days"] < 12 * MONTH]
    assert counted == {"n": 400, "events": int((early["event"] == 1).sum()),
                       "censored": int((early["event"] == 0).sum())}  # fmt: skip
    few = {"n": Count(20), "events": Count(10), "censored": Count(5)}
    assert walk_group(few, ["events"], {"share": "free"}) is None
    hidden = {**few, "events": Hidden()}
    assert isinstance(walk_group(hidden, ["events"], {"share": "free"}), Hidden)


@pytest.mark.parametrize("profile", CONTROLLED)
def test_shares_of_groups_rest_on_released_counts(profile: str) -> None:
    door, one = open_door(profile), make_times(people=900)
    one["event"] = one["event"] * (1 + one["study_id"] % 2)  # started or died
    two = one.assign(days=np.where(one["days"] < 12 * MONTH, 1, one["days"]))
    groups = pd.DataFrame({"study_id": one["study_id"],
                           "sex": np.where(one["study_id"] % 3, "Female", "Male")})  # fmt: skip
    beside = pd.DataFrame({"by": ["Everybody"], "level": ["all"], "first_visits": [1.26]})
    people = door.population("followed", one)
    found = [
        follow_groups(door, times, groups, "x", month=12, by=["sex"], beside=beside,
                      population=people).frame
        for times in (one, two)
    ]  # fmt: skip
    pd.testing.assert_frame_equal(*found)
    assert found[0]["incidence"].notna().all() and found[0]["first_visits"].iloc[0] == 1.3
    curve = follow_starts(door, one, "x", population=people)
    month = int(curve.frame["month"].iloc[-1])
    told, alone = (
        follow_groups(door, one, groups, "x", month=month, by=["sex"], beside=beside, curve=given,
                      population=people).value("incidence", level="all")
        for given in (curve, None)
    )  # fmt: skip
    assert told == curve.value("incidence", month=month) != alone, "one quantity, one value"
    curves = [follow_starts(door, times, "x", population=people).frame for times in (one, two)]
    assert list(curves[0]["month"][:1]) == [0] and "censored" in curves[0]
    single = [times.assign(event=(times["event"] == 1).astype(int)) for times in (one, two)]
    shares = [release_outcomes(door, times, groups, "x", month=12, by=["sex"],
                               population=people).frame for times in single]  # fmt: skip
    pd.testing.assert_frame_equal(*shares)
    assert shares[0]["share"].between(0, 100).all()


def test_each_assumption_has_a_life_table_of_its_own() -> None:
    times = pd.concat([make_times(seed).assign(cover_months=seed) for seed in (6, 12)])
    door = open_door("subnational-hes")
    people = count_population("forms", 800, unit="records", profile=door.profile)
    curves = follow_covers(door, times, "x", population=people)
    frame = curves.frame
    assert set(frame["cover_months"]) == {6, 12}
    assert (frame.groupby("cover_months")["survival"].first() == 100).all()
