"""Gini, Theil and mean log deviation: published values, errors by simulation, refusals."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.inequality import estimate_spread
from rareaccess.measures.tidy import HIDDEN

# Example of the R package ineq; Gini without correction 0.4620911 (DescTools: 0.5134345 with it).
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
GROUPS = pd.DataFrame(
    {"value": [10.0, 12.0, 15.0, 11.0], "population": [900, 500, 400, 1200], "se": 0.4}
)


def value_of(values: list, index: str, population: list | None = None) -> float:
    data = pd.DataFrame({"value": values})
    if population:
        data["population"] = population
    name = "population" if population else None
    return estimate_spread(data, index=index, population=name)["value"].item()


def test_published_values() -> None:
    assert value_of(INCOMES, "gini") == pytest.approx(0.4620911, abs=5e-8)
    # Stoermann (2009), in the help of the R package REAT
    assert value_of([10, 10, 10, 20, 50], "mld") == pytest.approx(0.2326302, abs=5e-8)
    # a fifth of the people with four fifths of the whole, and the other way round
    assert value_of([0.25, 4.0], "theil", [80, 20]) == pytest.approx(0.6 * np.log(4))
    assert value_of([0.25, 4.0], "gini", [80, 20]) == pytest.approx(0.6)


@pytest.mark.parametrize("index", ["gini", "theil", "mld"])
def test_equal_groups_have_none_and_one_owner_the_most(index) -> None:
    assert value_of([3, 3, 3], index) == pytest.approx(0, abs=1e-12)
    most = {"gini": 0.8, "theil": np.log(5), "mld": np.nan}[index]
    assert value_of([0, 0, 0, 0, 9], index) == pytest.approx(most, nan_ok=True)


@pytest.mark.parametrize("index", ["gini", "theil", "mld"])
def test_the_delta_method_takes_the_slope_by_each_value(index) -> None:
    slopes = []
    for place in range(4):
        sides = []
        for step in (1e-5, -1e-5):
            values = GROUPS["value"].to_list()
            values[place] += step
            sides.append(value_of(values, index, GROUPS["population"].to_list()))
        slopes.append((sides[0] - sides[1]) / 2e-5)
    found = estimate_spread(GROUPS, index=index, se="se").iloc[0]
    half = 1.959963984540054 * 0.4 * np.sqrt((np.array(slopes) ** 2).sum())
    assert found["upper"] - found["value"] == pytest.approx(half, rel=1e-5)
    assert found["value"] - found["lower"] == pytest.approx(half, rel=1e-5)


def test_notes() -> None:
    none = estimate_spread(GROUPS, index="gini")
    assert none["lower"].isna().all() and "no precision" in none["note"].item()
    wide = estimate_spread(GROUPS.assign(se=9.0), index="theil", se="se")
    assert "chance alone" in wide["note"].item()
    zero = estimate_spread(GROUPS.assign(value=[0, 1, 2, 3]), index="mld", se="se")
    assert "logarithm" in zero["note"].item()
    assert "mean is zero" in estimate_spread(GROUPS.assign(value=0), index="gini")["note"].item()
    hidden = GROUPS.assign(value=[None, 1, 2, 3])
    assert estimate_spread(hidden, index="gini")["note"].item() == HIDDEN


def test_what_is_refused_is_named() -> None:
    with pytest.raises(UserError, match="gini, theil, mld"):
        estimate_spread(GROUPS, index="atkinson")
    with pytest.raises(UserError, match=r"(?s)outside their range.*column value"):
        estimate_spread(GROUPS.assign(value=-1.0), index="gini")
    with pytest.raises(UserError, match=r"(?s)zero or negative.*column population"):
        estimate_spread(GROUPS.assign(population=0), index="gini")
