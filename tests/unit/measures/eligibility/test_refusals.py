"""Each refusal at its boundary."""

import pandas as pd
import pytest

from anchored import ROLES, draw_anchored
from rareaccess.measures.eligibility import build_cells, fit_all
from rareaccess.measures.eligibility.cells import Cells
from rareaccess.measures.eligibility.diagnostics import measure_strength
from rareaccess.measures.eligibility.refusals import (
    refuse_cells,
    refuse_group,
    refuse_strength,
    refuse_width,
)
from rareaccess.measures.eligibility.roles import Roles

NAIVE = pd.Series({"value": 1.0, "lower": 0.8, "upper": 1.25, "method": ""})


def build(*, treated: int | None = None, roles: Roles = ROLES) -> Cells:
    frame = draw_anchored()
    if treated is not None:
        frame["treated"] = frame["treated"].where(frame["treated"].cumsum() <= treated, 0)
    return build_cells(frame, roles)


def test_thirty_treated_are_enough() -> None:
    bare = Roles({"flares": "count", "organs": "count"})
    assert refuse_cells(build(treated=30, roles=bare)) == ""
    assert refuse_cells(build(treated=29, roles=bare)).startswith(
        "Need is not estimated: fewer than 30 people were treated after the landmark"
    )


def test_two_anchors_are_enough() -> None:
    assert refuse_cells(build(roles=Roles({"flares": "count", "organs": "count"}))) == ""
    assert "1 anchors are declared" in refuse_cells(build(roles=Roles({"flares": "count"})))


def test_a_control_that_nobody_of_a_group_has_is_named() -> None:
    frame = draw_anchored()
    none = frame.assign(injuries=frame["injuries"].where(frame["group"] != "b", 0))
    assert "injuries, group b" in refuse_cells(build_cells(none, ROLES))


def test_five_treated_in_each_group_are_enough() -> None:
    cells = build()
    counts = dict(zip(cells.groups, cells.total(0), strict=True))
    assert min(counts.values()) > 5
    assert refuse_group(cells, 0, 2) == ""
    frame = draw_anchored()
    for kept, refused in ((5, False), (4, True)):
        own = (frame["group"] == "c") & (frame["treated"] == 1)
        few = frame.assign(treated=frame["treated"].mask(own & (own.cumsum() > kept), 0))
        assert bool(refuse_group(build_cells(few, ROLES), 0, 2)) is refused
        assert refuse_group(build_cells(few, ROLES), 0, 1) == ""


@pytest.mark.parametrize(("least", "refused"), [(-0.01, False), (0.01, True)])
def test_the_weakest_anchor_decides(monkeypatch, least, refused) -> None:
    estimates = fit_all(build())
    strength = measure_strength(estimates).set_index("anchor")["z"]
    monkeypatch.setattr("rareaccess.measures.eligibility.refusals.LEAST_Z", strength.min() + least)
    told = refuse_strength(estimates)
    assert bool(told) is refused
    assert (str(strength.idxmin()) in told) is refused


@pytest.mark.parametrize(
    ("lower", "upper", "refused"),
    [(0.4, 2.5, True), (0.401, 2.5, False), (0.04, 0.25, True), (0.9, 1.1, False)],
)
def test_an_interval_as_wide_as_the_bounds_at_two_is_withheld(lower, upper, refused) -> None:
    """0.8 to 1.25 becomes 0.4 to 2.5; it is the width that counts."""
    told = refuse_width(pd.Series({"lower": lower, "upper": upper}), NAIVE)
    assert bool(told) is refused
    assert refused == told.endswith("a factor of 2. The anchors add nothing to that. The bounds "
                                    "stand.")  # fmt: skip


def test_a_feature_that_nobody_has_is_named_once() -> None:
    frame = draw_anchored().assign(organs=0)
    told = refuse_cells(build_cells(frame, Roles({"flares": "count", "organs": "count"})))
    assert "organs, anybody" in told and "group a" not in told
