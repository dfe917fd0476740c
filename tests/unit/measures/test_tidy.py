"""One shape of every measure: its columns, the groups it keeps apart, and notes."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import (
    STANDARD,
    add_notes,
    check_sums,
    make_row,
    measure_groups,
    read_counts,
    read_order,
)


def total(rows: pd.DataFrame) -> list[dict]:
    return [make_row(rows["n"].sum(), 0, 1, confidence=0.95, method="sum", n=len(rows), more=1)]


def test_groups_are_kept_apart_and_in_order_whatever_the_rows() -> None:
    data = pd.DataFrame({"a": ["y", "x", None, "y"], "b": [1, 2, 1, 2], "n": [1, 2, 3, 4]})
    found = measure_groups(data, ["a", "b"], total)
    assert list(found.columns) == ["a", "b", *STANDARD, "more"]
    assert found["value"].tolist() == [2, 1, 4, 3]  # a missing name is a group too, the last
    assert measure_groups(data, "a", total)["value"].tolist() == [2, 5, 3]
    assert measure_groups(data, (), total)["value"].tolist() == [10]


def test_a_group_that_nobody_is_in_is_not_made_up() -> None:
    data = pd.DataFrame({"a": pd.Categorical(["x"], categories=["x", "y"]), "n": [1]})
    assert measure_groups(data, "a", total)["a"].tolist() == ["x"]


def test_counts_are_whole_and_missing_ones_stay_missing() -> None:
    counts = read_counts(pd.DataFrame({"n": pd.array([0, None], "Int64")}), "n")
    assert counts[0] == 0 and np.isnan(counts[1])
    for wrong in (-1.0, 1.5, np.inf):
        with pytest.raises(UserError, match="not counts"):
            read_counts(pd.DataFrame({"n": [wrong]}), "n")


def test_order_is_of_numbers_or_of_ordered_names() -> None:
    names = pd.Categorical(["b", "a"], categories=["b", "a"], ordered=True)
    assert read_order(pd.DataFrame({"g": names}), "g", fewest=2).tolist() == [0, 1]
    for wrong in (["b", "a"], pd.Categorical(["b", "a"]), [True, False]):
        with pytest.raises(UserError, match="no order"):
            read_order(pd.DataFrame({"g": wrong}), "g", fewest=2)
    with pytest.raises(UserError, match="1 missing"):
        read_order(pd.DataFrame({"g": [1, None]}), "g", fewest=2)


def test_sums_may_differ_by_rounding_only() -> None:
    data = pd.DataFrame({"observed": [100, 100], "expected": [100.4, 100.4]})
    assert check_sums(data, "observed", "expected")[0].sum() == 200
    with pytest.raises(UserError, match=r"(?s)sum 202.*200, the sum of observed"):
        check_sums(data.assign(expected=101.0), "observed", "expected")
    assert len(check_sums(data.assign(expected=9.0), "observed", "expected", tolerance=np.inf)) == 2


def test_notes_are_joined() -> None:
    assert add_notes("", "") == "" and add_notes("a", "", "b") == "a; b"
