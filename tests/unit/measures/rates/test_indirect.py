"""Indirectly standardised ratios: published limits, the standard, hidden counts, refusals."""

import pandas as pd
import pytest

from public_data import LIP_CANCER
from rareaccess.core.errors import UserError
from rareaccess.measures.rates import estimate_isr, expect_events

AREAS = pd.DataFrame(
    {
        "area": ["A", "A", "B", "B"],
        "age_band": ["young", "old"] * 2,
        "events": pd.array([1, 8, 3, 8], "Int64"),
        "population": [100, 100, 300, 100],
    }
)


def test_districts_of_scotland_have_the_published_ratios() -> None:
    found = estimate_isr(LIP_CANCER, by="area", multiplier=100)
    # 9 over 1.4 and 39 over 8.7; table 1 prints 652.2 and 450.3, of expected counts not rounded
    assert found["value"].iloc[:2].tolist() == pytest.approx([642.86, 448.28], abs=0.01)
    assert found["value"].iloc[-1] == 0 and found["lower"].iloc[-1] == 0
    assert found["upper"].iloc[-1] == pytest.approx(368.888 / 1.8, rel=1e-5)  # 3.68888 of none
    assert found["method"].iloc[[0, 1]].tolist() == ["exact Poisson", "Byar"]
    assert estimate_isr(LIP_CANCER, by="area", profile="ndrs")["note"].iloc[0] != ""


def test_the_house_of_cancer_registration_gives_no_ratio_of_nine_events_and_notes_few() -> None:
    data = pd.DataFrame({"area": list("ABCD"), "observed": [2, 9, 10, 20], "expected": 10.0})
    found = estimate_isr(data, by="area", profile="ndrs")
    assert found["value"].isna().tolist() == [True, True, False, False]
    assert found["note"].str[:10].tolist() == ["not given:", "not given:", "fewer than", ""]
    assert estimate_isr(data, by="area")["value"].tolist() == [0.2, 0.9, 1.0, 2.0]


def test_expected_events_of_all_groups_together_sum_to_the_observed() -> None:
    found = expect_events(AREAS, by="area")
    assert found["expected"].sum() == pytest.approx(found["observed"].sum())
    assert found["population"].tolist() == [200, 400]


def test_a_standard_of_its_own() -> None:
    standard = pd.DataFrame(
        {"age_band": ["old", "young"], "events": [10, 1], "population": [100, 100]}
    )
    found = expect_events(AREAS, standard, by="area")
    assert found["expected"].tolist() == pytest.approx([11.0, 13.0])
    ratio = estimate_isr(found, by="area", multiplier=5)  # 5: the crude rate of the standard
    assert ratio["value"].tolist() == pytest.approx([45 / 11, 55 / 13])


def test_a_hidden_count_hides_the_ratio_of_its_area_only() -> None:
    data = AREAS.assign(events=pd.array([None, 8, 3, 8], "Int64"))
    standard = AREAS.groupby("age_band", as_index=False)[["events", "population"]].sum()
    found = estimate_isr(expect_events(data, standard, by="area"), by="area")
    assert found["value"].isna().tolist() == [True, False] and "hidden" in found["note"].iloc[0]
    with pytest.raises(UserError, match="count of the standard is hidden"):
        expect_events(data, by="area")


def test_what_is_refused_is_named() -> None:
    standard = pd.DataFrame({"age_band": ["old"], "events": [10], "population": [100]})
    with pytest.raises(UserError, match=r"(?s)not in the standard.*age_band"):
        expect_events(AREAS, standard, by="area")
    with pytest.raises(UserError, match="comes twice"):
        expect_events(AREAS, pd.concat([standard, standard]), by="area")
    with pytest.raises(UserError, match=r"(?s)zero or negative.*expected"):
        estimate_isr(pd.DataFrame({"observed": [1], "expected": [0.0]}))
