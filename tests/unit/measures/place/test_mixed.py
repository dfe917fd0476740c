"""The linear mixed model of two kinds of place, against published fits and simulated variances."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.place import MEDIAN, fit_mixed, make_design

# Davies (1947) and Davies and Goldsmith (1972), as fitted by Bates (2010), chapters 1 and 2.
DYESTUFF = [
    1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560,
    1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445,
]  # fmt: skip
BATCHES = np.repeat(list("ABCDEF"), 5)
PENICILLIN = """
27 23 26 23 23 21|27 23 26 23 23 21|25 21 25 24 24 20|26 23 25 23 23 20|25 22 26 22 23 20
24 22 25 23 22 19|24 20 23 21 22 19|26 22 26 24 24 21|24 21 24 22 22 20|24 21 24 23 22 19
26 23 26 24 24 21|25 22 26 24 24 20|26 24 26 24 25 22|26 23 26 23 23 20|26 23 25 24 24 22
25 22 25 23 23 20|25 21 24 23 23 20|25 22 24 23 23 19|24 21 23 21 21 19|26 23 26 24 24 21
25 21 24 22 22 18|25 22 25 22 22 20|24 21 24 22 24 19|24 21 24 22 21 18
"""
DIAMETERS = np.array(PENICILLIN.replace("|", " ").split(), dtype="float64")
PLATES, SAMPLES = np.repeat(np.arange(24), 6), np.tile(np.arange(6), 24)


def deviations(found: pd.DataFrame, name: str = "variance") -> list[float]:
    return np.sqrt(found[name]).tolist()


@pytest.mark.parametrize(
    ("restricted", "between"), [(True, 1764.05), (False, 1388.33)], ids=["restricted", "plain"]
)
def test_one_kind_gives_the_published_variances(restricted: bool, between: float) -> None:
    found = fit_mixed(DYESTUFF, np.ones((30, 1)), BATCHES, restricted=restricted)
    assert found["part"].tolist() == ["first", "within"]
    assert found["places"].tolist() == [6, 30]
    assert found["variance"].tolist() == pytest.approx([between, 2451.25], rel=0.01)


def test_one_kind_has_the_published_profile_limits() -> None:
    found = fit_mixed(DYESTUFF, np.ones((30, 1)), BATCHES, restricted=False)
    assert deviations(found, "lower") == pytest.approx([12.19854, 38.22998], rel=0.02)
    assert deviations(found, "upper") == pytest.approx([84.06305, 67.65770], rel=0.01)


def test_two_crossed_kinds_give_the_published_deviations() -> None:
    found = fit_mixed(DIAMETERS, np.ones((144, 1)), PLATES, SAMPLES)
    assert deviations(found) == pytest.approx([0.84671, 1.93156, 0.54992], rel=0.002)
    shares = found["variance"] / found["variance"].sum()
    assert found["share"].tolist() == pytest.approx(shares.tolist(), abs=1e-9)


def test_two_crossed_kinds_have_the_published_profile_limits() -> None:
    found = fit_mixed(DIAMETERS, np.ones((144, 1)), PLATES, SAMPLES, restricted=False)
    assert deviations(found, "lower") == pytest.approx([0.63357, 1.09579, 0.48585], rel=0.002)
    assert deviations(found, "upper") == pytest.approx([1.18210, 3.55629, 0.62945], rel=0.002)


def draw(rng: np.random.Generator, n: int, trust: float, board: float) -> tuple[np.ndarray, ...]:
    boards = rng.integers(42, size=n)
    trusts = (boards * 2 + rng.integers(0, 3, n)) % 80
    values = board * rng.normal(size=42)[boards] + trust * rng.normal(size=80)[trusts]
    return values + rng.normal(size=n), trusts, boards


@pytest.mark.slow
def test_planted_variances_lie_in_the_limits_about_as_often_as_they_should() -> None:
    rng, held = np.random.default_rng(5), []
    for _ in range(40):
        values, trusts, boards = draw(rng, 300, 0.6, 0.4)
        found = fit_mixed(values, np.ones((300, 1)), trusts, boards)
        truth = np.array([0.36, 0.16, 1.0])
        held.append((found["lower"] <= truth) & (truth <= found["upper"]))
    assert np.mean(held, axis=0) == pytest.approx([0.95] * 3, abs=0.1)


def test_without_places_the_lower_limits_of_their_shares_are_nought() -> None:
    values, trusts, boards = draw(np.random.default_rng(2), 500, 0.0, 0.0)
    found = fit_mixed(values, np.ones((500, 1)), trusts, boards)
    assert found["share_lower"].iloc[:2].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert found["share"].iloc[2] > 0.9
    assert found["ratio_lower"].iloc[:2].tolist() == pytest.approx([1, 1], abs=1e-6)


def test_scale_and_fixed_columns_do_not_change_the_shares() -> None:
    values, trusts, boards = draw(np.random.default_rng(3), 300, 0.6, 0.4)
    sex = np.arange(300) % 2
    design = np.column_stack([np.ones(300), sex])
    plain = fit_mixed(values, design, trusts, boards)
    moved = fit_mixed(10 * values + 7 * sex - 3, design, trusts, boards)
    assert moved["share"].tolist() == pytest.approx(plain["share"].tolist(), abs=1e-6)
    assert moved["variance"].tolist() == pytest.approx((100 * plain["variance"]).tolist())


def test_the_median_ratio_is_that_of_two_places_drawn_at_random() -> None:
    effects = 0.5 * np.random.default_rng(1).normal(size=(200_000, 2))
    assert np.exp(MEDIAN * 0.5) == pytest.approx(
        np.median(np.exp(abs(effects[:, 0] - effects[:, 1]))), rel=0.01
    )


def test_the_commonest_level_has_no_column_and_a_missing_one_has_its_own() -> None:
    frame = pd.DataFrame({"sex": ["M", "F", "M", None]})
    assert make_design(frame, ["sex"]).tolist() == [[1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 1]]


@pytest.mark.parametrize(
    ("design", "places", "what"),
    [
        (np.ones((4, 1)), [1, 1, 2], "differ in length"),
        (np.ones((4, 2)), [1, 1, 2, 2], "too few people"),
        (np.column_stack([np.ones(4), [0, 1, 0, 0], [0, 0, 1, 0]]), [1, 1, 2, 2], "too few people"),
    ],
)
def test_what_cannot_be_fitted_is_refused(design: np.ndarray, places: list, what: str) -> None:
    with pytest.raises(UserError, match=what):
        fit_mixed([1.0, 2.0, 3.0, 4.0], design, places)
