"""What an interval is under other assumptions."""

import numpy as np
import pandas as pd
import pytest

from anchored import ROLES, draw_anchored
from rareaccess.measures.eligibility import (
    build_cells,
    draw_unknowns,
    estimate_trait,
    fit_all,
    shift_anchors,
    summarise_contrasts,
    vary_direct,
)

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


def test_larger_direct_effects_widen(made) -> None:
    found = vary_direct(*made, prevalence=RANGE, reference="c", omegas=(0.0, 0.05, 0.15))
    widths = [width(part.set_index("group").loc["a"]) for part in found]
    assert widths[0] < widths[1] < widths[2]
    assert found[1].set_index("group").loc["a", "value"] == tell(made)["value"]


def test_a_shift_of_all_anchors_is_the_union_of_its_ends(made) -> None:
    found = shift_anchors(*made, prevalence=RANGE, reference="c", limit=0.1)
    row = found.set_index("group").loc["a"]
    ends = [tell(made, gamma=gamma) for gamma in (-0.1, 0.1)]
    assert row["lower"] == pytest.approx(ends[0]["lower"])
    assert row["upper"] == pytest.approx(ends[1]["upper"])
    inner = [tell(made, gamma=gamma) for gamma in (-0.05, 0.0, 0.07)]
    assert all(row["lower"] < one["lower"] and one["upper"] < row["upper"] for one in inner)


def test_anchors_recorded_more_often_hide_treatment(made) -> None:
    """10 % more events that are no need: the ratio is 20 to 30 % higher than it seems."""
    slope = np.log(tell(made, gamma=0.1)["value"] / tell(made)["value"]) / 0.1
    assert 1.5 < slope < 3.2
