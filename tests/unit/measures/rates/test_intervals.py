"""Limits: published tables of each, the ends, and where one house differs from another."""

import numpy as np
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.rates.intervals import (
    limit_binomial,
    limit_byar,
    limit_events,
    limit_poisson,
    limit_wilson,
)

# Newcombe (1998), Statistics in Medicine 17:857, table I: methods 3 (score) and 5 (exact).
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]
# Breslow and Day (1987), appendix: exact 95% limits of a Poisson count.
GARWOOD = [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.6)]


@pytest.mark.parametrize(("n", "of", "wilson", "exact"), NEWCOMBE)
def test_proportions_of_newcombe(n, of, wilson, exact) -> None:
    assert [float(x) for x in limit_wilson(n, of)] == pytest.approx(wilson, abs=6e-5)
    assert [float(x) for x in limit_binomial(n, of)] == pytest.approx(exact, abs=6e-5)


def test_the_ends_of_a_proportion_are_exact() -> None:
    for limit in (limit_wilson, limit_binomial):
        lower, upper = limit([0, 10], [10, 10])
        assert lower[0] == 0 and upper[1] == 1
        assert 1 - lower[1] == pytest.approx(upper[0], abs=1e-12)


@pytest.mark.parametrize(("n", "lower", "upper"), GARWOOD)
def test_counts_of_garwood(n, lower, upper) -> None:
    found = [float(x) for x in limit_poisson(n)]
    assert found == pytest.approx((lower, upper), rel=1e-3)


def test_byar_is_near_the_exact_from_ten_events_and_not_given_where_it_fails() -> None:
    counts = np.arange(10, 200)
    for byar, exact in zip(limit_byar(counts), limit_poisson(counts), strict=True):
        assert byar == pytest.approx(exact, rel=2e-3)
    lower, upper = limit_byar([0, 1], confidence=0.999)
    assert lower[0] == 0 and np.isnan(lower[1]) and (upper > 0).all()


def test_the_house_of_public_health_england_is_exact_below_ten() -> None:
    counts = np.array([0, 9, 10, 65])
    lower, upper, method = limit_events(counts)
    assert method.tolist() == ["exact Poisson", "exact Poisson", "Byar", "Byar"]
    assert upper[:2] == pytest.approx(limit_poisson(counts)[1][:2], abs=0)
    assert lower[2:] == pytest.approx(limit_byar(counts)[0][2:], abs=0)
    assert set(limit_events(counts, profile="ndrs")[2]) == {"exact Poisson"}


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_level_is_between_nought_and_one(confidence) -> None:
    with pytest.raises(UserError, match=r"not between 0 and 1"):
        limit_wilson(1, 2, confidence=confidence)
    with pytest.raises(UserError, match=r"one of phe, ndrs"):
        limit_events(1, profile="ons")
