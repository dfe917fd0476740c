"""The least ratio that so few could show: exact, and missing where none could be."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rareaccess.core.errors import UserError
from rareaccess.measures.equity import find_detectable


def find(*expected: float, **options: float) -> pd.DataFrame:
    return find_detectable(pd.DataFrame({"expected": expected}), **options)


def test_one_event_expected_by_hand() -> None:
    """P(X >= 4 | 1) = 0.019 and P(X >= 3 | 1) = 0.080: four are needed, and 5.52 give them."""
    row = find(1.0).iloc[0]
    assert stats.poisson.sf(3, row["upper"]) == pytest.approx(0.8)
    assert row["upper"] == pytest.approx(5.515, abs=1e-3) and np.isnan(row["lower"])


@pytest.mark.parametrize("expected", [0.01, 0.5, 3.69, 3.7, 10.0, 55.5, 400.0])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_the_test_has_its_level_and_the_power(expected: float, level: float) -> None:
    row, tail = find(expected, confidence=level).iloc[0], (1 - level) / 2
    least = next(c for c in range(2000) if stats.poisson.sf(c - 1, expected) <= tail)
    assert stats.poisson.sf(least - 1, row["upper"] * expected) == pytest.approx(0.8, abs=1e-6)
    low = [c for c in range(2000) if stats.poisson.cdf(c, expected) <= tail]
    if low:
        reached = stats.poisson.cdf(max(low), row["lower"] * expected)
        assert reached == pytest.approx(0.8, abs=1e-6)
    else:
        assert np.isnan(row["lower"]) and row["note"]


def test_more_people_show_smaller_ratios() -> None:
    found = find(2.0, 20, 200, 2000)
    assert (
        found["upper"].is_monotonic_decreasing and found["lower"].dropna().is_monotonic_increasing
    )


def test_next_to_nothing_expected_shows_nothing() -> None:
    row = find(1e-4).iloc[0]
    assert np.isnan(row["value"]) and "thousand times" in row["note"]


def test_no_groups_are_no_rows_with_columns() -> None:
    assert find_detectable(pd.DataFrame({"expected": []})).columns.tolist()[:3] == [
        "value", "lower", "upper",
    ]  # fmt: skip


@pytest.mark.parametrize("expected", [0.0, -1.0])
def test_nothing_expected_is_refused(expected: float) -> None:
    with pytest.raises(UserError) as caught:
        find(expected)
    assert caught.value.where == "column expected"


@pytest.mark.parametrize("power", [0.02, 0, 1, 80])
def test_a_power_that_no_test_has_is_refused(power: float) -> None:
    with pytest.raises(UserError, match=r"(?s)Where: +power.*below 1"):
        find(5.0, power=power)
