"""Incidence with death competing: by hand, against lifelines, and laws that must hold."""

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from rareaccess.measures.pathway import (
    choose_horizon,
    compare_incidence,
    estimate_incidence,
    tabulate_incidence,
    time_starts,
)


def draw(n: int, *, whole: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(20)
    days = rng.exponential(400, n)
    return pd.DataFrame(
        {"days": np.ceil(days / 30) * 30 if whole else days,
         "event": rng.choice([0, 1, 2], n, p=[0.3, 0.4, 0.3])}
    )  # fmt: skip


def test_by_hand_with_ties_and_censoring() -> None:
    """Ten people; S falls 1, 0.8, 0.7; then 0.7 · 5/6 = 0.58333 after one censored at 2."""
    times = pd.DataFrame({"days": [1, 1, 2, 2, 3, 4, 5, 5, 5, 5],
                          "event": [1, 2, 2, 0, 1, 1, 0, 0, 0, 2]})  # fmt: skip
    found = estimate_incidence(times, at=[0, 1, 2, 3, 4, 5])
    third = 0.7 / 6  # S(3-) · 1/6
    fourth = 0.7 * (5 / 6) / 5
    assert found["incidence"].tolist() == pytest.approx(
        [0, 0.1, 0.1, 0.1 + third, 0.1 + third + fourth, 0.1 + third + fourth]
    )
    assert found["at_risk"].tolist() == [10, 10, 8, 6, 5, 4]
    assert found["events"].tolist() == [0, 1, 1, 2, 3, 3]
    assert found["others"].tolist() == [0, 1, 2, 2, 2, 3]


def test_value_and_limits_are_those_of_lifelines() -> None:
    times, at = draw(300), [50, 200, 500, 1200]
    fit = AalenJohansenFitter().fit(times["days"], times["event"], event_of_interest=1)
    place = np.searchsorted(fit.cumulative_density_.index, at, side="right") - 1
    found = estimate_incidence(times, at=at)
    assert found["incidence"].tolist() == pytest.approx(fit.cumulative_density_.iloc[place, 0])
    limits = fit.confidence_interval_.iloc[place].to_numpy()
    assert found[["lower", "upper"]].to_numpy() == pytest.approx(limits)


@pytest.mark.parametrize("whole", [True, False])
def test_all_ways_to_end_and_none_add_up_to_one(whole: bool) -> None:
    times, at = draw(200, whole=whole), [30, 90, 600]
    one = estimate_incidence(times, at=at)["incidence"].to_numpy()
    swapped = times.assign(event=times["event"].map({0: 0, 1: 2, 2: 1}))
    other = estimate_incidence(swapped, at=at)["incidence"].to_numpy()
    fit = KaplanMeierFitter().fit(times["days"], times["event"] > 0)
    assert one + other + fit.predict(at).to_numpy() == pytest.approx(np.ones(3))


def test_without_another_end_it_is_one_minus_kaplan_meier() -> None:
    times = draw(200).assign(event=lambda frame: frame["event"].where(frame["event"] < 2, 0))
    fit = KaplanMeierFitter().fit(times["days"], times["event"] == 1)
    found = estimate_incidence(times, at=[100, 700])["incidence"].to_numpy()
    assert found == pytest.approx(1 - fit.predict([100, 700]).to_numpy())


def test_to_censor_the_dead_gives_too_much() -> None:
    times = draw(300)
    naive = estimate_incidence(times.assign(event=times["event"] % 2), at=[900])["incidence"]
    assert naive.iloc[0] > 1.1 * estimate_incidence(times, at=[900])["incidence"].iloc[0]


def test_the_limits_hold_the_value_and_narrow_with_people() -> None:
    few, many = (estimate_incidence(draw(n), at=[300]).iloc[0] for n in (100, 4000))
    for one in (few, many):
        assert 0 <= one["lower"] <= one["incidence"] <= one["upper"] <= 1
    assert many["upper"] - many["lower"] < (few["upper"] - few["lower"]) / 4


def test_nobody_and_negative_times_are_refused() -> None:
    for days in ([], [-1]):
        with pytest.raises(ValueError, match="none below 0"):
            estimate_incidence(pd.DataFrame({"days": days, "event": 0}), at=[1])


def test_the_table_stops_where_fewer_than_ten_wait() -> None:
    times = pd.DataFrame({"days": [100] * 11 + [1000] * 9, "event": [1] * 11 + [0] * 9})
    table = tabulate_incidence(times)
    assert table["month"].tolist() == [0, 3] and table["at_risk"].tolist() == [20, 20]
    assert tabulate_incidence(times.iloc[:0]).empty


PATHWAY = pd.DataFrame(
    {
        "study_id": [1, 2, 3, 4, 5],
        "treated": [True, False, False, False, True],
        "died": [True, True, False, False, False],
        "waits_from": pd.to_datetime(["2020-01-01"] * 3 + [None, "2020-05-02"]),
        "waits_until": pd.to_datetime(["2020-01-11", "2020-01-21", "2020-01-31", None,
                                       "2020-05-01"]),
    }
)  # fmt: skip


def test_who_died_after_the_start_has_started() -> None:
    times, uncoded, before = time_starts(PATHWAY)
    assert times.to_numpy().tolist() == [[1, 10, 1], [2, 20, 2], [3, 30, 0]]
    assert uncoded.tolist() == [4] and before.tolist() == [5]


def test_groups_are_compared_at_one_month_or_not_at_all() -> None:
    times = pd.DataFrame({"study_id": range(50), "days": [10] * 15 + [400] * 35,
                          "event": [1] * 15 + [0] * 35})  # fmt: skip
    groups = pd.DataFrame({"study_id": range(50), "sex": ["Female"] * 45 + ["Male"] * 5})
    found = compare_incidence(times, groups, month=12, by=["sex"]).set_index("level")
    assert found.loc["all", ["n", "started", "incidence"]].tolist() == [50, 15, 30.0]
    assert found.loc["Female", "incidence"] == pytest.approx(100 / 3)
    assert found.loc["Male", ["n", "started"]].tolist() == [5, 0]
    assert found.loc["Male", ["incidence", "lower", "upper"]].isna().all()


@pytest.mark.parametrize(("days", "month"), [(1900, 60), (800, 24), (5, 12)])
def test_the_horizon_is_one_that_is_reached(days: int, month: int) -> None:
    assert choose_horizon(pd.DataFrame({"days": [days] * 10, "event": 0})) == month
