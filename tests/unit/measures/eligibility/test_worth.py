"""What better data are worth: the order of the widths, and the ends of the scale."""

import numpy as np
import pytest

from rareaccess.measures.eligibility.worth import find_error, weigh_data

NOW = {"alone": 0.11, "estimate": 0.20, "known": 0.18, "anchors": 3, "prevalence": 0.126,
       "people": (14_000.0, 14_000.0)}  # fmt: skip


def test_the_first_row_is_now_and_the_last_is_the_treated_alone() -> None:
    found = weigh_data(**NOW)
    z = 2 * 1.959964
    assert found["fold"].iloc[0] == pytest.approx(np.exp(z * 0.20))
    assert found["fold"].iloc[-1] == pytest.approx(np.exp(z * 0.11))
    assert found["narrower"].iloc[0] == 0
    assert found["narrower"].iloc[-1] == pytest.approx(100 * (1 - 0.11 / 0.20))
    assert found["narrower"].iloc[1] == pytest.approx(100 * (1 - 0.18 / 0.20))
    assert found["fold"].between(found["fold"].iloc[-1], found["fold"].iloc[0]).all()


def test_a_score_of_more_people_is_worth_more_and_needs_no_estimate() -> None:
    refused = weigh_data(**{**NOW, "estimate": np.nan, "known": np.nan})
    assert refused["fold"].isna().tolist() == [True, True, True, False, False, False]
    assert refused["narrower"].isna().all()
    few, many = refused["fold"].iloc[3:5]
    score = 2 * (1 - 0.126) / (0.05 * 14_000 * 0.126)
    assert np.log(few) == pytest.approx(2 * 1.959964 * np.sqrt(0.11**2 + score), rel=1e-6)
    assert many < few
    assert (weigh_data(**NOW)["fold"].iloc[3:5].to_numpy() < [few, many]).all()


def test_chance_does_not_make_an_interval_wider_than_now() -> None:
    found = weigh_data(**{**NOW, "known": 0.21})  # simulation: a hair wider than now
    assert found["narrower"].ge(0).all()
    none = weigh_data(**{**NOW, "estimate": 0.10})  # narrower than the treated alone
    assert none["fold"].nunique() == 1


def test_the_error_of_an_interval() -> None:
    assert find_error(np.exp(-0.196), np.exp(0.196)) == pytest.approx(0.1, rel=1e-4)
