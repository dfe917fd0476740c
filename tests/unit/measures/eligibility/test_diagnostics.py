"""What each test sees, and what it cannot."""

import numpy as np
import pytest
from scipy.stats import chi2

from anchored import ROLES, draw_anchored
from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility import (
    Roles,
    build_cells,
    check_control,
    check_invariance,
    check_proportionality,
    fit_all,
    measure_strength,
)
from rareaccess.measures.eligibility.diagnostics import FEW, NEVER

RANGE = (0.08, 0.20)
ASKED = {"prevalence": RANGE, "reference": "c"}


def fit(**options: object) -> object:
    return fit_all(build_cells(draw_anchored(people=40_000, **options), ROLES))


def test_strength_is_the_slope_over_its_error() -> None:
    estimates = fit()
    found = measure_strength(estimates)
    errors = np.sqrt(np.diag(estimates.covariance)[estimates.layout.slopes])
    assert found["anchor"].tolist() == ["flares", "organs", "biopsy"]
    assert found["z"].to_numpy() == pytest.approx(estimates.slopes / errors)
    assert (found["lower"] < found["value"]).all()


def test_one_wrong_anchor_is_seen_and_all_wrong_alike_are_not() -> None:
    found = check_proportionality(fit(), **ASKED).set_index("group")
    assert found["p"].tolist() == pytest.approx(chi2.sf(found["value"], 3 - 1))
    right = found["p"]
    one = check_proportionality(fit(one=0.4), **ASKED).set_index("group")["p"]
    alike = check_proportionality(fit(recording=0.2), **ASKED).set_index("group")["p"]
    assert right["a"] > 0.05
    assert one["a"] < 0.001
    assert one["b"] > 0.01
    assert alike["a"] > 0.05


def test_the_control_sees_what_all_anchors_have_in_common() -> None:
    right = check_control(fit(), reference="c").set_index("group")
    wrong = check_control(fit(recording=0.2), reference="c").set_index("group")
    assert right.loc["a", "lower"] < 1 < right.loc["a", "upper"]
    assert wrong.loc["a", "lower"] < np.exp(0.2) < wrong.loc["a", "upper"]
    assert wrong.loc["a", "p"] < 0.001 < right.loc["a", "p"]
    with pytest.raises(UserError, match="no negative control"):
        check_control(fit_all(build_cells(draw_anchored(), Roles({"flares": "count"}))),
                      reference="c")  # fmt: skip


def test_invariance_sees_selection_on_anchors_in_one_group() -> None:
    """In group a, of the treated only those with many events are left."""
    frame = draw_anchored(people=40_000)
    plain = check_invariance(fit_all(build_cells(frame, ROLES)), **ASKED).set_index("group")
    few = (frame["group"] == "a") & (frame["flares"] + frame["organs"] < 1)
    chosen = frame.assign(treated=frame["treated"].mask(few, 0))
    selected = check_invariance(fit_all(build_cells(chosen, ROLES)), **ASKED).set_index("group")
    assert plain.loc["a", "p"] > 0.05
    assert selected.loc["a", "p"] < 0.005
    assert selected.loc["b", "p"] > 0.01
    assert plain["p"].tolist() == pytest.approx(chi2.sf(plain["value"], 3))


def test_invariance_expects_the_treated_to_stand_out_less_where_need_is_greater() -> None:
    """A large difference in need is no violation: the prediction follows it."""
    estimates = fit(shift=(0.9, 0.4, 0.0))
    assert check_invariance(estimates, compared=["a"], **ASKED)["p"].iloc[0] > 0.05


def test_a_test_that_cannot_be_made_says_why() -> None:
    frame = draw_anchored(people=20_000)
    cut = frame["group"] == "a"
    kept = frame["treated"].where(~cut | (frame["treated"].where(cut).cumsum() <= 4), 0)
    found = check_invariance(fit_all(build_cells(frame.assign(treated=kept), ROLES)), **ASKED)
    assert found["note"].tolist() == [FEW, ""]
    never = frame.assign(biopsy=frame["biopsy"].mask(cut & (frame["treated"] == 1), 0))
    found = check_invariance(fit_all(build_cells(never, ROLES)), **ASKED)
    assert found["note"].tolist() == [NEVER, ""]
    assert np.isnan(found["p"].iloc[0])
