"""What a frame of people and the roles of its features must be."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.roles import (
    Roles,
    check_prevalence,
    check_roles,
    require_anchors,
)

ROLES = Roles({"flares": "count", "biopsy": "binary"}, use=("visits",), control="injuries")
PEOPLE = pd.DataFrame({
    "group": ["a", "a", "b"], "age": [30, 40, 50], "sex": ["f", "m", "f"], "treated": [0, 1, 0],
    "flares": [0, 2, 1], "biopsy": [0, 1, 0], "visits": [3, 0, 1], "injuries": [0, 0, 1],
})  # fmt: skip


def test_a_frame_as_declared_passes() -> None:
    check_roles(PEOPLE, ROLES)
    check_roles(PEOPLE.assign(treated=PEOPLE["treated"] == 1), ROLES)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"group": ["a", None, "b"]}, "column group"),
        ({"group": "a"}, "column group"),
        ({"sex": [None, "m", "f"]}, "column sex"),
        ({"age": [17, 40, 50]}, "column age"),
        ({"age": [30, 40, None]}, "column age"),
        ({"treated": 0}, "column treated"),
        ({"treated": 1}, "column treated"),
        ({"treated": [0, 0.5, 1]}, "column treated"),
        ({"flares": [0, 1.5, 1]}, "column flares"),
        ({"flares": [0, -1, 1]}, "column flares"),
        ({"flares": [0, None, 1]}, "column flares"),
        ({"biopsy": [0, 2, 1]}, "column biopsy"),
        ({"biopsy": [0, None, 1]}, "column biopsy"),
        ({"injuries": ["no", "no", "yes"]}, "column injuries"),
    ],
)
def test_a_frame_of_another_kind_is_refused(change, where) -> None:
    with pytest.raises(UserError) as error:
        check_roles(PEOPLE.assign(**change), ROLES)
    assert error.value.where == where


@pytest.mark.parametrize("column", ["group", "treated", "flares", "visits", "injuries"])
def test_a_column_that_is_not_there_is_named(column) -> None:
    with pytest.raises(UserError, match="not there") as error:
        check_roles(PEOPLE.drop(columns=column), ROLES)
    assert error.value.expected == column


def test_a_feature_has_one_role_and_a_known_kind() -> None:
    with pytest.raises(UserError, match="two roles"):
        Roles({"flares": "count"}, use=("flares",))
    with pytest.raises(UserError, match="two roles"):
        Roles({"age": "count"})
    with pytest.raises(UserError, match="not known"):
        Roles({"flares": "rate"})


def test_fewer_than_two_anchors_are_refused() -> None:
    require_anchors(ROLES)
    with pytest.raises(UserError, match="too few anchors"):
        require_anchors(Roles({"flares": "count"}))


@pytest.mark.parametrize("wrong", [(0.2, 0.08), (0.1, 0.1), (0.01, 0.2), (0.05, 1.0)])
def test_a_range_of_prevalence_is_above_the_treated_and_in_order(wrong) -> None:
    check_prevalence((0.08, 0.2), treated=0.0128)
    with pytest.raises(UserError, match="range of prevalence"):
        check_prevalence(wrong, treated=0.0128)
