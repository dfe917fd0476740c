"""Where a conclusion tips."""

import numpy as np
import pandas as pd
import pytest

from anchored import ROLES, draw_anchored
from rareaccess.measures.eligibility import (
    build_cells,
    draw_unknowns,
    estimate_trait,
    find_tipping_gamma,
    find_tipping_prevalence,
    fit_all,
    summarise_contrasts,
)
from rareaccess.measures.eligibility.tipping import GAMMA_RANGE, find_tip

RANGE = (0.08, 0.20)


@pytest.fixture(scope="module")
def made() -> tuple:
    estimates = fit_all(build_cells(draw_anchored(people=60_000, ratio=0.5), ROLES))
    return estimates, draw_unknowns(estimates, prevalence=RANGE)


def tell(made: tuple, **options: object) -> pd.Series:
    estimates, draws = made
    found = estimate_trait(estimates, draws, prevalence=RANGE, reference="c", **options)
    tidy = summarise_contrasts(found.treatment, estimates, reference="c", method="")
    return tidy.set_index("group").loc["a"]


def width(row: pd.Series) -> float:
    return float(np.log(row["upper"] / row["lower"]))


@pytest.mark.parametrize(
    ("change", "end", "expected"),
    [(0.31, 1.0, 0.31), (-0.62, -1.0, -0.62), (2.0, 1.0, None)],
)
def test_a_tip_is_found_by_halving(change, end, expected) -> None:
    def conclude(value: float) -> int:
        return int(abs(value) >= abs(change))

    tip = find_tip(conclude, 0.0, end)
    assert (tip is None) == (expected is None)
    if tip is not None:
        assert tip == (pytest.approx(expected, abs=0.001), 1)


def test_at_the_tipping_shift_the_interval_touches_one(made) -> None:
    asked = {"prevalence": RANGE, "reference": "c", "group": "a"}
    found = find_tipping_gamma(*made, **asked)
    assert tell(made)["upper"] < 1
    assert 0 < found["value"] < GAMMA_RANGE
    assert tell(made, gamma=found["value"])["upper"] == pytest.approx(1, abs=0.01)
    assert found["note"] == "the interval is below one, and from there on it holds one"


@pytest.mark.slow
def test_a_conclusion_that_no_prevalence_changes_says_from_where_to_where(made) -> None:
    asked = {"prevalence": RANGE, "reference": "c"}
    estimates, draws = made
    found = find_tipping_prevalence(estimates, draws, group="a", **asked)
    assert np.isnan(found["value"]) or 0 < found["value"] < 0.6
    strong = fit_all(build_cells(draw_anchored(people=60_000, ratio=0.15), ROLES))
    none = find_tipping_prevalence(
        strong, draw_unknowns(strong, prevalence=RANGE), group="a", **asked
    )
    assert np.isnan(none["value"])
    assert none["note"].startswith("the interval is below one, from 0.0")
    assert none["note"].endswith("to 0.6")


@pytest.mark.slow
def test_the_tipping_prevalence_changes_the_conclusion() -> None:
    """Equal treatment, and need that differs: with hardly anybody eligible it would not be."""
    frame = draw_anchored(people=60_000, shift=(0.6, 0.3, 0.0), ratio=0.75)
    estimates = fit_all(build_cells(frame, ROLES))
    asked = {"reference": "c", "group": "a"}
    found = find_tipping_prevalence(
        estimates, draw_unknowns(estimates, prevalence=RANGE), prevalence=RANGE, **asked
    )
    value = found["value"]
    assert 0.01 < value < 0.6
    words = []
    for known in (value * 0.97, value * 1.03):
        draws = draw_unknowns(estimates, prevalence=(known, known))
        trait = estimate_trait(estimates, draws, prevalence=(known, known), reference="c")
        low, high = np.quantile(trait.treatment[:, 0], [0.025, 0.975])
        words.append(int(low > 0) - int(high < 0))
    assert words[0] != words[1]
