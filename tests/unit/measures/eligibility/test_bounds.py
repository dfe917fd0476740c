"""The treated alone, bounds and unions, by hand."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility import (
    Roles,
    bound_need,
    build_cells,
    estimate_naive,
    fit_all,
    unite,
)
from rareaccess.measures.eligibility.bounds import LIMITS
from rareaccess.measures.eligibility.trait import NOBODY

PEOPLE = pd.DataFrame({
    "group": ["a"] * 100 + ["b"] * 100 + ["c"] * 50, "age": 30, "sex": "f",
    "treated": [1] * 10 + [0] * 90 + [1] * 20 + [0] * 80 + [0] * 50,
})  # fmt: skip


@pytest.fixture(scope="module")
def naive() -> pd.DataFrame:
    return estimate_naive(fit_all(build_cells(PEOPLE, Roles())), reference="b", method="all")


def test_the_treated_alone(naive) -> None:
    """10 of 100 against 20 of 100; variance 1/10 − 1/100 + 1/20 − 1/100."""
    row = naive.iloc[0]
    error = np.sqrt(1 / 10 - 1 / 100 + 1 / 20 - 1 / 100)
    assert row["value"] == pytest.approx(0.5)
    assert np.log(row["upper"] / row["lower"]) == pytest.approx(2 * 1.959964 * error, rel=1e-6)
    assert row["n"] == 10
    assert naive["note"].tolist() == ["", NOBODY]


def test_bounds_widen_by_the_limit_either_way(naive) -> None:
    for limit in LIMITS:
        found = bound_need(naive, limit=limit).iloc[0]
        assert found["lower"] == pytest.approx(naive.iloc[0]["lower"] / limit)
        assert found["upper"] == pytest.approx(naive.iloc[0]["upper"] * limit)
        assert np.isnan(found["value"])
    with pytest.raises(UserError, match="below one"):
        bound_need(naive, limit=0.9)


def test_a_union_holds_both_and_has_no_value(naive) -> None:
    other = naive.assign(lower=0.1, upper=0.6)
    found = unite([naive, other], method="both").iloc[0]
    assert (found["lower"], found["upper"]) == (0.1, naive.iloc[0]["upper"])
    assert np.isnan(found["value"])
    assert np.isnan(unite([naive, other.assign(lower=np.nan)], method="").iloc[0]["lower"])
