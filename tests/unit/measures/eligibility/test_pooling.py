"""Anchors are pooled by their precision, and by how much they disagree."""

import numpy as np
import pytest

from rareaccess.measures.eligibility.pooling import find_heterogeneity, weigh_pair


def test_heterogeneity_is_that_of_dersimonian_and_laird() -> None:
    """Weights 4, 1, 1 and values 0, 3, 3: mean 1, Q = 4 + 4 + 4, τ² = (12 − 2)/(6 − 18/6)."""
    q, tau2 = find_heterogeneity(np.array([0.0, 3, 3]), np.diag([0.25, 1, 1]))
    assert (q, tau2) == (pytest.approx(12), pytest.approx(10 / 3))


def test_anchors_that_agree_have_no_heterogeneity() -> None:
    assert find_heterogeneity(np.array([0.4, 0.4]), np.eye(2))[1] == 0


def test_weights_by_hand_with_direct_effects() -> None:
    """Variances 1 + 0 and 1 + 2, and no disagreement: 3 to 1."""
    pool = weigh_pair(np.array([0.5, 0.5]), np.eye(2), np.array([0.0, 2.0]))
    assert pool.weights.tolist() == pytest.approx([0.75, 0.25])
    assert pool.tau == 0


def test_disagreement_evens_the_weights() -> None:
    near = weigh_pair(np.array([0.5, 0.5]), np.diag([0.01, 1]), np.zeros(2)).weights
    apart = weigh_pair(np.array([5.0, 0.0]), np.diag([0.01, 1]), np.zeros(2)).weights
    assert near[0] > 0.98
    assert 0.5 < apart[0] < 0.6


def test_an_anchor_given_twice_counts_once() -> None:
    twice = np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])
    pool = weigh_pair(np.array([0.2, 0.2, 0.2]), twice, np.zeros(3))
    assert pool.weights.tolist() == pytest.approx([0.25, 0.25, 0.5])
