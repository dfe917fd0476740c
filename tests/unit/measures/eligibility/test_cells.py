"""Cells hold all that the regressions need, in whatever order people come."""

import numpy as np
import pandas as pd
import pytest

from anchored import ROLES, draw_anchored
from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.cells import (
    build_cells,
    check_usable,
    list_unusable,
    share_groups,
    share_treated,
)
from rareaccess.measures.eligibility.roles import Roles

FEW = pd.DataFrame({
    "group": list("aaabbb"), "age": [25, 25, 26, 25, 25, 80], "sex": "f",
    "treated": [0, 0, 1, 0, 1, 0], "x": [1, 2, 3, 0, 1, 5], "y": [0, 1, 1, 0, 1, 0],
})  # fmt: skip


def test_sums_and_products_by_hand() -> None:
    cells = build_cells(FEW, Roles({"x": "count", "y": "binary"}))
    assert cells.n.tolist() == [2, 1, 1, 1, 1]  # a 25 twice, a 26, b 25 and treated, b 80
    assert cells.sums.tolist() == [[0, 3, 1], [1, 3, 1], [0, 0, 0], [1, 1, 1], [0, 5, 0]]
    assert cells.products[0].tolist() == [[0, 0, 0], [0, 5, 2], [0, 2, 1]]
    assert cells.age.tolist() == [0, 1, 0, 0, 11]


def test_the_order_of_people_changes_nothing() -> None:
    frame = draw_anchored(people=2000)
    one, other = build_cells(frame, ROLES), build_cells(frame.sample(frac=1, random_state=3), ROLES)
    for name in ("group", "age", "sex", "treated", "n", "sums", "products"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_groups_may_be_an_ordered_categorical_with_levels_that_nobody_has() -> None:
    levels = pd.CategoricalDtype(["b", "none", "a"], ordered=True)
    cells = build_cells(FEW.assign(group=FEW["group"].astype(levels)), Roles())
    assert cells.groups == ("b", "a")
    assert cells.total(0).tolist() == [1, 1]


def test_shares_are_those_at_the_ages_and_sexes_of_the_treated() -> None:
    """Half of the treated are 25, of whom half are in a; half 26, of whom all are; nobody is 80."""
    cells = build_cells(FEW, Roles())
    assert share_groups(cells).tolist() == [0.75, 0.25]
    assert share_treated(cells) == pytest.approx(0.5 * 1 / 4 + 0.5 * 1)


def test_features_that_cannot_be_compared_are_named() -> None:
    wrong = FEW.assign(x=[0, 0, 0, 1, 1, 1], y=[1, 1, 1, 0, 0, 1])
    cells = build_cells(wrong, Roles({"x": "count", "y": "binary"}))
    assert list_unusable(cells) == [("x", "group a"), ("y", "group a")]
    with pytest.raises(UserError, match="never occurs, or always") as error:
        check_usable(cells)
    assert "x: group a; y: group a" in error.value.found
