"""The measures find the truth against the truly eligible, and not against other denominators.

Live with a few seeds, whose starts are added up so that chance says little; and in the committed
results of 200 seeds of each world.
"""

import numpy as np
import pandas as pd
import pytest

from benchmarks.contrasts import CONTRASTS, NULLS, estimate_contrasts, estimate_rates, find_truth
from benchmarks.denominators import DIMENSIONS, count_cohort, count_eligible, count_population
from benchmarks.validity import (
    DENOMINATORS,
    LEAST,
    PLANTED,
    WORLDS,
    judge,
    limit_count,
    read_validity,
    run_seed,
    summarise,
    write_validity,
)
from benchmarks.validity_page import build_section
from rareaccess.core.paths import project_root
from synthetic_england.truth.people_only import TrueWorld, draw_world

SEEDS = {"null": (1, 2, 3), "gradient": (1, 2), "ethnic": (1, 2), "distance": (1, 2)}
BLACK, ASIAN = "Black against White", "Asian against White"
SII = "slope index of inequality, in mean rates"


def add_up(counted: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Add up the counts of several seeds."""
    return {
        name: pd.concat([one[name] for one in counted])
        .groupby("level", as_index=False, sort=False)
        .sum()
        for name in DIMENSIONS
    }


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """Every contrast of every world with its seeds added up, against each denominator."""
    parts = []
    for world, seeds in SEEDS.items():
        drawn = [draw_world(world, seed) for seed in seeds]
        truth = find_truth(add_up([count_eligible(one) for one in drawn]))
        for name, count in DENOMINATORS.items():
            estimates = estimate_contrasts(add_up([count(one) for one in drawn]))
            parts.append(estimates.assign(world=world, denominator=name))
            parts[-1]["truth"] = estimates["contrast"].map(truth)
    return pd.concat(parts).set_index(["world", "denominator", "contrast"]).sort_index()


def holds(rows: pd.DataFrame, values: pd.Series) -> pd.Series:
    return (rows["lower"] <= values) & (values <= rows["upper"])


@pytest.mark.slow
def test_against_the_eligible_nothing_is_found_where_nothing_is(found) -> None:
    rows = found.loc["null", "eligible"]
    nulls = pd.Series(NULLS)[rows.index]
    assert set(rows.index) == set(CONTRASTS)
    assert holds(rows, nulls).all()
    assert (rows["truth"] - nulls).abs().max() < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("world", PLANTED)
def test_against_the_eligible_a_planted_effect_is_found_at_its_size(found, world) -> None:
    rows = found.loc[world, "eligible"].loc[list(PLANTED[world])]
    assert holds(rows, rows["truth"]).all()
    assert not holds(rows, pd.Series(NULLS).loc[rows.index]).any()


@pytest.mark.slow
def test_the_truth_is_the_marginal_ratio_and_not_the_coefficient(found) -> None:
    truth = found.xs("eligible", level="denominator")["truth"]
    fifths = truth["gradient", "most against least deprived fifth"]
    assert np.log(fifths) == pytest.approx(-0.7, abs=0.03)
    assert np.log(truth["ethnic", BLACK]) == pytest.approx(-0.7, abs=0.05)
    passes_through = np.log(truth["gradient", BLACK])
    assert -0.12 < passes_through < -0.04


@pytest.mark.slow
def test_other_denominators_find_an_inequity_that_is_not_there(found) -> None:
    for denominator, least in (("population", 2.0), ("cohort", 1.2)):
        rows = found.loc["null", denominator]
        assert (rows.loc[[BLACK, ASIAN], "lower"] > 1).all(), denominator
        assert rows.loc[BLACK, "value"] > least
        assert not holds(rows, rows["truth"])[[BLACK, ASIAN]].any()


@pytest.mark.slow
def test_against_the_cohort_a_true_inequity_is_hidden(found) -> None:
    """Half the rate among the eligible, and as many or more starts a person with the code."""
    truth = found.loc["ethnic", "eligible"].loc[BLACK, "truth"]
    cohort = found.loc["ethnic", "cohort"].loc[BLACK]
    assert truth < 0.55 and cohort["lower"] > truth + 0.05


def toy() -> TrueWorld:
    """A world of twelve people at risk, so that every number is seen."""
    risk = pd.DataFrame(
        [("White", 5, "Female", "30-39", "0-29", 4.0, 3, 2.0),
         ("White", 1, "Male", "40-49", "60-89", 2.0, 1, 2.0),
         ("Black", 1, "Female", "30-39", "90+", 2.0, 2, 2.0)],
        columns=["ethnicity", "imd_quintile", "sex", "age_band", "minutes_band", "person_years",
                 "starts", "expected"],
    )  # fmt: skip
    people = pd.DataFrame(
        {
            "ethnicity": ["White", "White", "Black", "Black"],
            "imd_quintile": [5, 1, 1, 1],
            "minutes_to_centre": [29.9, 60.0, 90.0, 10.0],
            "coded": [True, True, False, False],
            "treated": [True, False, True, False],
        }
    )
    population = pd.DataFrame(
        [("ethnicity", "White", 0.9), ("ethnicity", "Black", 0.1), ("imd_quintile", 1, 0.2),
         ("imd_quintile", 5, 0.2), ("minutes_band", "0-29", 0.5), ("minutes_band", "60-89", 0.4),
         ("minutes_band", "90+", 0.1)],
        columns=["dimension", "level", "share"],
    )  # fmt: skip
    return TrueWorld(people, risk, population, pd.DataFrame())


def test_three_denominators_by_hand() -> None:
    counts = [count(toy())["ethnicity"] for count in (count_eligible, count_population)]
    for frame, white, black in zip(counts, (6.0, 0.9), (2.0, 0.1), strict=True):
        frame = frame.set_index("level")
        assert frame["events"].to_dict() == {"White": 4, "Black": 2}
        assert frame["population"].to_dict() == {"White": white, "Black": black}
    cohort = count_cohort(toy())
    assert cohort["ethnicity"].set_index("level").loc["Black"].tolist() == [1, 1]
    assert cohort["ethnicity"].set_index("level").loc["White"].tolist() == [1, 2]
    bands = cohort["minutes_band"].set_index("level")["population"].to_dict()
    assert bands == {"0-29": 1, "60-89": 1, "90+": 1}


def test_one_group_by_itself_by_hand() -> None:
    found = estimate_rates(toy().risk_time).set_index("contrast")
    assert found.loc["rate of White people", ["value", "truth"]].tolist() == [4 / 6, 4 / 6]
    black = found.loc["Black people against all, same age and sex"]
    assert black["value"] == pytest.approx(2 / (2 * 5 / 6))  # 5 starts in 6 years of such women
    assert black["truth"] == pytest.approx(2 / (2 * 4 / 6))  # and 4 expected


def made_up(**changed) -> pd.DataFrame:
    """Intervals of four seeds: one misses the truth, two are without 1."""
    base = pd.DataFrame(
        {
            "world": "null", "seed": [1, 2, 3, 4], "denominator": "eligible", "contrast": BLACK,
            "value": [0.5, 1.0, 1.0, 2.0], "lower": [0.3, 0.8, 0.8, 1.5],
            "upper": [0.9, 1.2, 1.2, 2.5], "truth": 0.85,
        }
    )  # fmt: skip
    return base.assign(**changed)


def test_rejections_and_coverage_are_counted() -> None:
    row = summarise(made_up()).iloc[0]
    assert (row["seeds"], row["rejects"], row["covers"]) == (4, 2, 3)
    assert row["value"] == pytest.approx(1.0) and row["truth"] == pytest.approx(0.85)
    slope = summarise(made_up(contrast=SII, truth=0.0)).iloc[0]
    assert (slope["rejects"], slope["value"]) == (4, pytest.approx(1.125))
    alone = summarise(made_up(contrast="rate of White people")).iloc[0]
    assert pd.isna(alone["rejects"]) and alone["covers"] == 3


def test_a_level_or_a_coverage_that_is_wrong_is_not_met() -> None:
    low, high = limit_count(200)
    rows = [("null", "eligible", BLACK, n, 190) for n in (low - 1, low, high, high + 1)]
    rows += [("ethnic", "eligible", BLACK, 200, n) for n in (185, 186)]
    rows += [("gradient", "eligible", BLACK, 0, 0), ("null", "cohort", BLACK, 200, 0),
             ("null", "eligible", "rate of White people", np.nan, 0)]  # fmt: skip
    names = ["world", "denominator", "contrast", "rejects", "covers"]
    met = judge(pd.DataFrame(rows, columns=names).assign(seeds=200))["met"]
    assert met.tolist() == ["no", "yes", "yes", "no", "no", "yes", "", "", ""]


@pytest.mark.slow
def test_what_is_written_is_read_again_with_the_world_named_null(tmp_path) -> None:
    assert read_validity(tmp_path) is None
    summary = summarise(run_seed("null", 1))
    write_validity(tmp_path, summary)
    again = read_validity(tmp_path)
    assert again["world"].unique().tolist() == ["null"]
    pd.testing.assert_frame_equal(again.drop(columns="met"), summary, check_dtype=False, atol=1e-4)


# --- the committed results -------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return read_validity(project_root() / "benchmarks" / "results")


def test_the_committed_results_are_of_200_seeds_of_every_world(committed) -> None:
    assert (committed["seeds"] == 200).all()
    keys = {*committed[["world", "denominator", "contrast"]].itertuples(index=False, name=None)}
    assert keys >= {(w, d, c) for w in WORLDS for d in DENOMINATORS for c in CONTRASTS}
    judged = judge(committed.drop(columns="met"))["met"]
    assert judged.tolist() == committed["met"].fillna("").tolist()


def test_the_measures_are_valid_against_the_eligible(committed) -> None:
    rows = committed[committed["denominator"] == "eligible"].set_index(["world", "contrast"])
    low, high = limit_count(200)
    assert rows.loc["null"].loc[list(CONTRASTS), "rejects"].between(low, high).all()
    planted = rows.loc[[(world, name) for world, names in PLANTED.items() for name in names]]
    assert (planted["covers"] >= LEAST * planted["seeds"]).all()
    assert (planted["rejects"] > 0.5 * planted["seeds"]).all()  # and the effects are seen


def test_the_bias_of_the_other_denominators_is_shown(committed) -> None:
    covers = committed.set_index(["world", "denominator", "contrast"])["covers"] / 200
    assert covers["null", "cohort", BLACK] < 0.10
    assert covers["null", "population", BLACK] == 0
    for world in WORLDS:
        for contrast in (BLACK, ASIAN):
            assert covers[world, "population", contrast] < 0.1
            assert covers[world, "cohort", contrast] < 0.5
            assert covers[world, "eligible", contrast] > 0.9


def test_a_group_by_itself_has_intervals_that_are_too_wide(committed) -> None:
    """The starts of a month are fixed: White people, two thirds of all, vary much less."""
    rows = committed[committed["world"] == "null"].set_index("contrast")["covers"]
    assert rows["rate of White people"] == 200
    assert rows["White people against all, same age and sex"] == 200


def test_the_section_names_what_is_not_met(committed) -> None:
    said = build_section(committed)
    n = int(committed["met"].notna().sum())
    assert f"{n} of {n} goals are met." in said
    wrong = committed.assign(met=committed["met"].where(committed.index != 0, "no"))
    assert f"{n - 1} of {n} goals are met. Not met: {BLACK} in null." in build_section(wrong)
