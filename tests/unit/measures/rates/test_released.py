"""Rates: the interval of the book, its limits, and that hidden counts give no rate."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import protect
from rareaccess.measures.rates import WILSON, rate_proportion, rate_proportions


def test_the_interval_that_the_methods_name() -> None:
    rate = rate_proportion(65, 100)
    assert (round(rate.lower, 6), round(rate.upper, 6)) == (0.552544, 0.736358)
    assert (rate.value, rate.n, rate.of, rate.level, rate.method) == (0.65, 65, 100, 0.95, WILSON)


@pytest.mark.parametrize(
    ("n", "of", "lower", "upper"),
    [
        (0, 10, 0.0, 0.277533),  # z² / (n + z²)
        (10, 10, 0.722467, 1.0),
        (1, 2, 0.094531, 0.905469),
    ],
)
def test_the_ends(n: int, of: int, lower: float, upper: float) -> None:
    rate = rate_proportion(n, of)
    assert (rate.lower, rate.upper) == pytest.approx((lower, upper), abs=1e-6)


def test_nobody_has_no_rate_and_wrong_counts_are_refused() -> None:
    assert rate_proportion(0, 0) is None
    for n, of, level in ((3, 2, 0.95), (-1, 2, 0.95), (1, 2, 95)):
        with pytest.raises(UserError, match="cannot be computed"):
            rate_proportion(n, of, level=level)


def test_rates_come_from_released_counts_only() -> None:
    data = pd.DataFrame({"n": [63, 3, None, 0], "of": [101, 101, 101, 0]}, dtype="Int64")
    released = protect(data, counts=["n", "of"], profile="subnational-hes")
    rates = rate_proportions(released)  # 63 of 101 is shown, and computed, as 65 of 100
    assert rates.frame["value"].iloc[0] == pytest.approx(65)
    assert rates.frame["lower"].iloc[0] == pytest.approx(55.2544, abs=1e-4)
    assert rates.hidden["value"].tolist() == [False, True, False, False]
    assert rates.frame["upper"].isna().tolist() == [False, True, True, True]
    assert rates.frame["method"].unique().tolist() == ["95% Wilson score interval"]
    with pytest.raises(TypeError, match="released"):
        rate_proportions(data)
