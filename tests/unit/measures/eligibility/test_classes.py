"""CLASS finds two classes if there are two, and swaps with its sign."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from anchored import ROLES, draw_anchored
from rareaccess.measures.eligibility import (
    Roles,
    build_cells,
    draw_unknowns,
    estimate_class,
    fit_all,
)
from rareaccess.measures.eligibility.cells import share_groups
from rareaccess.measures.eligibility.classes import LEAST_SHARE, make_class_view

RANGE = (0.08, 0.20)


def test_two_classes_by_hand() -> None:
    """Means m0 and m1 of the classes give the shift and the slope; the shares come back."""
    people = draw_anchored(people=4000, shift=(0.3, 0.0))
    found = fit_all(build_cells(people, Roles({"flares": "count", "biopsy": "binary"})))
    share, own = share_groups(found.cells), np.array([0.16, 0.08])
    pi = float(share @ own)
    count, flag = (own + (1 - own) * 0.3), 0.2 * own + 0.02 * (1 - own)
    mean, level = share @ count, ndtri(share @ flag)
    shifts = np.array([np.log(count), ndtri(flag)])
    away = shifts - (shifts @ share)[:, None]
    level = level - (share @ ndtr(level + away[1]) - share @ flag) / np.exp(-(level**2) / 2) * 2.5
    slopes = np.array([np.log(1 / mean), ndtri(0.2 / (share @ flag) * ndtr(level)) - level])
    exact = replace(found, intercepts=np.array([np.nan, level]))
    view = make_class_view(exact)
    levels = view(shifts[None], slopes[None], np.array([pi]), np.array([0.9]))[0]
    assert np.exp(levels[0]) == pytest.approx(own)
    assert np.exp(levels[1]) == pytest.approx(own, rel=0.02)


def test_shares_stay_above_zero_and_below_one() -> None:
    estimates = fit_all(build_cells(draw_anchored(people=4000), ROLES))
    view = make_class_view(estimates)
    wild = np.array([[[3.0, -3.0, 0.0]] * 3])
    levels = np.exp(view(wild, np.full((1, 3), -1.0), np.array([0.1]), np.ones(1)))
    assert levels.min() == pytest.approx(0.1 * LEAST_SHARE)
    assert levels.max() == pytest.approx(1)


def test_swapping_the_reference_turns_the_sign_and_changes_nothing_else() -> None:
    estimates = fit_all(build_cells(draw_anchored(shift=(0.3, 0.2, 0.1, 0)), ROLES))
    draws = draw_unknowns(estimates, prevalence=RANGE)
    asked = {"prevalence": RANGE}
    found = [estimate_class(estimates, draws, reference=group, **asked) for group in "abcd"]
    for first in range(4):
        for second in range(4):
            one, other = found[first].treatment[:, second], found[second].treatment[:, first]
            assert one == pytest.approx(-other, abs=1e-9)


def test_only_what_is_compared_is_given() -> None:
    estimates = fit_all(build_cells(draw_anchored(), ROLES))
    draws = draw_unknowns(estimates, prevalence=RANGE)
    found = estimate_class(estimates, draws, prevalence=RANGE, reference="c", compared=["a"])
    assert np.isnan(found.need).all(axis=0).tolist() == [False, True, False]


def test_it_corrects_more_than_trait_where_activity_is_bell_shaped() -> None:
    from rareaccess.measures.eligibility import estimate_trait

    estimates = fit_all(build_cells(draw_anchored(), ROLES))
    draws = draw_unknowns(estimates, prevalence=RANGE)
    asked = {"prevalence": RANGE, "reference": "c"}
    classes = np.median(estimate_class(estimates, draws, **asked).need[:, 0])
    trait = np.median(estimate_trait(estimates, draws, **asked).need[:, 0])
    assert classes > 1.5 * trait > 0
