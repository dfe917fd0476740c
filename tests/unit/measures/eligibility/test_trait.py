"""TRAIT: its answer by hand, whichever group is the reference, in whatever order people come."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

from anchored import ROLES, draw_anchored
from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility import (
    Roles,
    build_cells,
    draw_unknowns,
    estimate_trait,
    fit_all,
    summarise_contrasts,
)
from rareaccess.measures.eligibility.cells import share_groups
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import NOBODY, find_threshold

RANGE = (0.08, 0.20)


def estimate(frame: pd.DataFrame, *, reference: object, **options: object) -> tuple:
    estimates = fit_all(build_cells(frame, options.pop("roles", ROLES)))
    draws = draw_unknowns(estimates, prevalence=RANGE)
    found = estimate_trait(estimates, draws, prevalence=RANGE, reference=reference, **options)
    return estimates, found


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return draw_anchored(shift=(0.4, 0.2, 0.1, 0.0, -0.1))


@pytest.fixture(scope="module")
def estimates(frame) -> Estimates:
    return fit_all(build_cells(frame, ROLES))


def test_the_answer_by_hand() -> None:
    """Two groups, no error: δ = κ L/B, c from the shares, ρ = Φ(δ − c)/Φ(−c)."""
    people = draw_anchored(people=4000, shift=(0.3, 0.0))
    found = fit_all(build_cells(people, Roles({"flares": "count", "organs": "count"})))
    pi, slope, delta = 0.1, 0.5, 0.4
    more = np.log(ndtr(slope - ndtri(1 - pi)) / pi)
    exact = replace(
        found, naive=np.array([0.0, -0.2]), shifts=np.full((2, 2), [delta * slope / 0.9, 0.0]),
        slopes=np.full(2, more), covariance=found.covariance * 1e-12,
    )  # fmt: skip
    draws = draw_unknowns(exact, prevalence=(pi, pi))
    draws = replace(draws, drift=np.full(len(draws.drift), 0.9))
    trait = estimate_trait(exact, draws, prevalence=(pi, pi), reference="b", omega=0.0)
    share = share_groups(found.cells)
    cut = find_threshold(np.array([[delta, 0.0]]), share, np.array([pi]))[0]
    assert share @ ndtr(np.array([delta, 0.0]) - cut) == pytest.approx(pi)
    rho = ndtr(delta - cut) / ndtr(-cut)
    assert np.median(trait.need[:, 0]) == pytest.approx(np.log(rho), abs=1e-4)
    assert np.median(trait.treatment[:, 0]) == pytest.approx(0.2 - np.log(rho), abs=1e-4)


def test_the_threshold_is_found_for_any_levels() -> None:
    """Groups so far apart that one group holds all the eligible, or all but one are eligible."""
    levels = np.array([[0.0, 0.0, 0.0], [9.0, 0.0, -9.0], [40.0, 0.0, -40.0], [-0.3, 0.1, 2.0]])
    shares, prevalence = np.array([0.05, 0.15, 0.8]), np.array([0.1, 0.1, 0.02, 0.3])
    cut = find_threshold(levels, shares, prevalence)
    assert ndtr(levels - cut[:, None]) @ shares == pytest.approx(prevalence, rel=1e-8)
    assert cut[0] == pytest.approx(ndtri(0.9))


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"omega": 0.15}, {"control": True}])
def test_swapping_the_reference_turns_the_sign_and_changes_nothing_else(estimates, options) -> None:
    draws = draw_unknowns(estimates, prevalence=RANGE)
    asked = {"prevalence": RANGE, **options}
    found = [estimate_trait(estimates, draws, reference=group, **asked) for group in "abcde"]
    for first in range(5):
        for second in range(5):
            one, other = found[first], found[second]
            assert one.treatment[:, second] == pytest.approx(-other.treatment[:, first], abs=1e-9)
            assert one.need[:, second] == pytest.approx(-other.need[:, first], abs=1e-9)


def test_a_shift_of_the_anchors_swaps_with_its_sign(estimates) -> None:
    draws = draw_unknowns(estimates, prevalence=RANGE)
    asked = {"prevalence": RANGE}
    one = estimate_trait(estimates, draws, reference="e", compared=["a"], gamma=0.1, **asked)
    other = estimate_trait(estimates, draws, reference="a", compared=["e"], gamma=-0.1, **asked)
    assert one.treatment[:, 0] == pytest.approx(-other.treatment[:, 4], abs=1e-9)


def test_the_order_of_people_changes_nothing(frame) -> None:
    one = estimate(frame, reference="e")[1].treatment
    other = estimate(frame.sample(frac=1, random_state=5), reference="e")[1].treatment
    assert one == pytest.approx(other, abs=1e-9)


def test_four_times_the_people_halve_what_chance_adds(frame) -> None:
    many = pd.concat([frame] * 4, ignore_index=True)
    one, other = fit_all(build_cells(frame, ROLES)), fit_all(build_cells(many, ROLES))
    assert other.vector == pytest.approx(one.vector, abs=1e-7)
    assert other.covariance == pytest.approx(one.covariance / 4, rel=1e-5, abs=1e-12)


def test_need_is_found_and_the_ratio_among_the_eligible(frame) -> None:
    """Shifts of 0.4 and 0 at a threshold of 1.3: Φ(−0.9)/Φ(−1.3)."""
    found, trait = estimate(draw_anchored(people=60_000, ratio=0.6), reference="c")
    truth = ndtr(-0.9) / ndtr(-1.3)
    tidy = summarise_contrasts(trait.need, found, reference="c", method="need").set_index("group")
    assert tidy.loc["a", "lower"] < truth < tidy.loc["a", "upper"]
    tidy = summarise_contrasts(trait.treatment, found, reference="c", method="").set_index("group")
    assert tidy.loc["a", "lower"] < 0.6 < tidy.loc["a", "upper"]
    assert found.naive[0] - found.naive[2] > np.log(0.6) + 0.3  # by itself it hides it


def test_weights_and_middle_hold_for_each_pair(estimates) -> None:
    draws = draw_unknowns(estimates, prevalence=RANGE)
    found = estimate_trait(estimates, draws, prevalence=RANGE, reference="a")
    assert found.pairs == pytest.approx(-found.pairs.swapaxes(1, 2))
    assert len(found.pools) == 10
    assert all(pool.weights.sum() == pytest.approx(1) for pool in found.pools.values())


def test_only_what_is_compared_is_given(estimates) -> None:
    draws = draw_unknowns(estimates, prevalence=RANGE)
    asked = {"prevalence": RANGE, "reference": "e"}
    some = estimate_trait(estimates, draws, compared=["a"], **asked)
    every = estimate_trait(estimates, draws, **asked)
    assert some.treatment[:, 0] == pytest.approx(every.treatment[:, 0])
    assert np.isnan(some.treatment[:, 1]).all()
    tidy = summarise_contrasts(some.treatment, estimates, reference="e", method="TRAIT")
    assert tidy["value"].isna().tolist() == [False, True, True, True]
    assert tidy["note"].iloc[1].startswith("not given")


def test_a_group_with_nobody_treated_is_blank(frame) -> None:
    none = frame.assign(treated=frame["treated"] * (frame["group"] != "b"))
    found, trait = estimate(none, reference="e")
    tidy = summarise_contrasts(trait.treatment, found, reference="e", method="TRAIT")
    assert tidy.set_index("group")["note"].to_dict() == {"a": "", "b": NOBODY, "c": "", "d": ""}


def test_the_same_seed_gives_the_same_numbers(estimates) -> None:
    one, other = (draw_unknowns(estimates, prevalence=RANGE) for _ in range(2))
    assert np.array_equal(one.shifts, other.shifts)
    apart = draw_unknowns(estimates, prevalence=RANGE, seed=3)
    assert not np.array_equal(one.shifts, apart.shifts)


def test_draws_are_as_declared(estimates) -> None:
    draws = draw_unknowns(estimates, prevalence=RANGE)
    assert draws.shifts.mean(axis=0) == pytest.approx(estimates.shifts, abs=0.01)
    own = np.cov(draws.slopes, rowvar=False)
    assert own == pytest.approx(
        estimates.covariance[estimates.layout.slopes, estimates.layout.slopes], rel=0.1, abs=1e-4
    )
    contrast = draws.direct[:, :, 0] - draws.direct[:, :, 4]
    assert contrast.std() == pytest.approx(1, abs=0.03)
    assert (draws.drift.min(), draws.drift.max()) == pytest.approx((0.8, 1.0), abs=0.001)
    assert np.median(draws.prevalence) == pytest.approx(np.sqrt(0.08 * 0.2), rel=0.03)


def test_what_is_taken_from_a_shift_is_on_the_scale_of_its_anchor(estimates) -> None:
    """A log rate of 0.2 is 0.2 of a count and 0.11 of a probit; so with direct effects."""
    draws = draw_unknowns(estimates, prevalence=RANGE)
    gamma = np.array([0.2, 0, 0, 0, 0])
    taken = draws.shifts - draws.adjust(estimates, omega=0.0, control=False, gamma=gamma)
    assert taken[0] == pytest.approx(np.outer([0.2, 0.2, 0.11], [1, 0, 0, 0, 0]))
    taken = draws.shifts - draws.adjust(estimates, omega=0.1, control=True, gamma=0 * gamma)
    own = 0.1 * draws.direct + draws.control[:, None, :]
    assert taken == pytest.approx(own * np.array([1, 1, 0.55])[:, None])


def test_what_cannot_be_asked_is_refused(estimates, frame) -> None:
    draws = draw_unknowns(estimates, prevalence=RANGE)
    with pytest.raises(UserError, match="not there"):
        estimate_trait(estimates, draws, prevalence=RANGE, reference="z")
    with pytest.raises(UserError, match="too few draws"):
        draw_unknowns(estimates, prevalence=RANGE, draws=800)
    with pytest.raises(UserError, match="range of prevalence"):
        draw_unknowns(estimates, prevalence=(0.001, 0.2))
    one = fit_all(build_cells(frame, Roles({"flares": "count"})))
    with pytest.raises(UserError, match="too few anchors"):
        draw_unknowns(one, prevalence=RANGE)
    with pytest.raises(TypeError):
        draw_unknowns(estimates)  # a range of prevalence has no default
    bare = fit_all(build_cells(frame, Roles({"flares": "count", "organs": "count"})))
    with pytest.raises(UserError, match="no negative control"):
        estimate_trait(bare, draw_unknowns(bare, prevalence=RANGE), prevalence=RANGE,
                       reference="a", control=True)  # fmt: skip
