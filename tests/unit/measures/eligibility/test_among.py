"""Measures of equity among the imputed eligible are near a truth that those of the cohort miss."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from anchored import ROLES, draw_anchored
from rareaccess.measures.characteristics import FIFTHS
from rareaccess.measures.eligibility import among
from rareaccess.measures.equity.axes import AXES
from rareaccess.measures.equity.denominators import COHORT, Strata
from rareaccess.measures.equity.gradient import summarise_gradient
from rareaccess.measures.equity.groups import rate_groups
from rareaccess.measures.inequality import estimate_sii

SHIFTS = (0.6, 0.45, 0.3, 0.15, 0.0)
MOST, LEAST = FIFTHS[1], FIFTHS[5]
ASKED = {"prevalence": (0.08, 0.20), "reference": LEAST, "compared": [MOST], "imputations": 50}


def draw_world(ratio: float) -> pd.DataFrame:
    """Draw people of five fifths whose need differs, in regions with other shares of them."""
    frame = draw_anchored(people=40_000, shift=SHIFTS, ratio=ratio)
    frame["group"] = frame["group"].map(dict(zip("abcde", FIFTHS.values(), strict=True)))
    fifth = frame["group"].str[0].astype(int).to_numpy()
    moved = fifth + np.random.default_rng(3).uniform(-2, 2, len(frame))
    frame["nhs_region"] = np.array(["A", "B", "C", "D"])[np.clip(moved / 1.5, 0, 3).astype(int)]
    return frame.assign(icb=None)


def find_truth(ratio: float) -> dict[str, float]:
    """Return the measures of 0.15 starts a person in need, of the first fifth `ratio` times that.

    Whoever has an activity above 1.3 is in need.
    """
    need = norm.sf(1.3 - np.array(SHIFTS))
    rates = 0.15 * np.array([ratio, 1, 1, 1, 1])
    frame = pd.DataFrame({"quintile": range(1, 6), "population": need, "value": rates, "se": 0.001})
    index = estimate_sii(frame, se="se", repetitions=1_000).set_index(["measure", "method"])
    return {
        MOST: ratio, "core20": ratio, "RII": float(index.loc[("RII", "delta method"), "value"]),
        "SII": 1_000 * float(index.loc[("SII", "delta method"), "value"]),
    }  # fmt: skip


@pytest.fixture(scope="module", params=[1.0, 0.6])
def found(request) -> tuple:
    frame = draw_world(request.param)
    tables = among.impute_equity(frame, ROLES, areas="nhs_region", **ASKED)
    return request.param, frame, {key: rows.set_index("measure") for key, rows in tables.items()}


@pytest.mark.slow
def test_the_measures_of_the_imputed_hold_the_truth_and_those_of_the_cohort_do_not(found) -> None:
    ratio, _, tables = found
    for measure, truth in find_truth(ratio).items():
        cohort, eligible = tables["cohort"].loc[measure], tables["eligible"].loc[measure]
        assert eligible["lower"] < truth < eligible["upper"]
        assert not cohort["lower"] < truth < cohort["upper"]
        if measure != "SII":
            error = abs(np.log(eligible["value"] / truth))
            assert error < 0.25 and error < abs(np.log(cohort["value"] / truth))
    assert (tables["eligible"]["method"] == "50 imputations, Rubin's rules").all()


@pytest.mark.slow
def test_regions_whose_need_differs_by_deprivation_no_longer_vary(found) -> None:
    ratio, _, tables = found
    if ratio == 1:
        assert tables["cohort"].loc["SCV", "lower"] > 0
        assert tables["eligible"].loc["SCV", "value"] < tables["cohort"].loc["SCV", "value"] / 5
    assert tables["eligible"].loc["SCV", "lower"] >= 0


@pytest.mark.slow
def test_the_measures_of_the_cohort_are_those_of_the_chapters_on_equity(found) -> None:
    _, frame, tables = found
    people = among._prepare(frame, "nhs_region")
    crossed = among._cross(people, people["group_code"], list(FIFTHS))
    strata = Strata(COHORT, AXES["imd_quintile"], crossed.sizes, crossed.starts, 0)
    rates = rate_groups(strata, strata.starts.sum(axis=1), years=1.0)
    told = summarise_gradient(rates, COHORT).set_index("measure")["value"].astype(float)
    own = tables["cohort"]["value"]
    assert [own["RII"], own["SII"], own["core20"], own[MOST]] == pytest.approx(
        told[["RII", "SII", "core20", "extremes"]].tolist()
    )


@pytest.mark.slow
def test_the_same_is_found_again() -> None:
    frame = draw_world(1.0).head(8_000)
    first, second = (among.impute_equity(frame, ROLES, **ASKED)["eligible"] for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.slow
def test_other_groups_have_ratios_and_no_gradient() -> None:
    frame = draw_anchored(people=20_000)
    asked = ASKED | {"reference": "c", "compared": ["a", "b"]}
    tables = among.impute_equity(frame, ROLES, **asked)
    assert tables["eligible"]["measure"].tolist() == ["a", "b"]
    assert tables["cohort"]["lower"].iloc[0] > 1 > tables["eligible"]["lower"].iloc[0]
    assert list(among.impute_equity(frame, ROLES, impute=False, **asked)) == ["cohort"]


def test_a_fifth_without_treated_people_leaves_the_ratio_alone() -> None:
    frame = draw_world(1.0)
    third = frame["group"] == FIFTHS[3]
    frame["treated"] = frame["treated"].where(~third, 0)
    assert not among.has_gradient(frame) and among.has_gradient(draw_world(1.0))
    cohort = among.impute_equity(frame, ROLES, impute=False, **ASKED)["cohort"]
    assert cohort["measure"].tolist() == [MOST]


def test_the_smallest_areas_that_bear_it_are_chosen() -> None:
    people = pd.DataFrame({"icb": ["a", "b", "c", "d"] * 4, "nhs_region": ["n", "n", "s", "s"] * 4,
                           "treated": 1})  # fmt: skip
    assert among.choose_areas(people) == "nhs_region"
    assert among.choose_areas(pd.concat([people, people])) == "icb"
    assert among.choose_areas(people.head(8)) == ""
    assert among.choose_areas(people.assign(icb=None, nhs_region=None)) == ""
    assert among.choose_areas(pd.concat([people, people]).assign(icb="a", nhs_region="n")) == ""


def test_people_whose_area_is_unknown_are_in_no_area() -> None:
    frame = draw_world(1.0).head(8_000)
    unknown = frame.assign(nhs_region=frame["nhs_region"].where(frame["nhs_region"] != "D"))
    kept = frame[frame["nhs_region"] != "D"]
    spread = [
        among.impute_equity(rows, ROLES, areas="nhs_region", impute=False, **ASKED)["cohort"]
        .set_index("measure")["value"]["SCV"] for rows in (unknown, kept)
    ]  # fmt: skip
    assert spread[0] == pytest.approx(spread[1], rel=0.02)


def test_a_spread_below_nought_is_shown_as_nought_only_after_it_was_pooled() -> None:
    rows = pd.DataFrame({"measure": ["SII", "SCV"], "value": [-3.0, -1.0], "lower": [-4.0, -3.0],
                         "upper": [-2.0, 1.0], "note": ""})  # fmt: skip
    cut = among._cut_negative(rows)
    assert cut[["value", "lower", "upper"]].to_numpy().tolist() == [[-3, -4, -2], [0, 0, 1]]
    assert cut["note"].tolist() == ["", "below 0, which is shown as 0"]
    raw = among._measure_spread(Strata(
        COHORT, AXES["imd_quintile"], pd.DataFrame({0: [100.0, 100.0]}),
        pd.DataFrame({0: [10.0, 10.0]}), 0,
    ))  # fmt: skip
    assert raw["value"] == pytest.approx(-10.0)  # no difference, less 1/E
    assert raw["lower"] < -10 < raw["upper"]
