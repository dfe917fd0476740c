"""The SCV of two periods: persistent areas, a planted change, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from public_data import LIP_CANCER
from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import compare_scv, estimate_scv
from rareaccess.measures.variation.change import draw_pairs


def two(later: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([LIP_CANCER.assign(period=1), later.assign(period=2)], ignore_index=True)


FLAT = LIP_CANCER.assign(observed=LIP_CANCER["expected"].round().astype(int))


@pytest.mark.parametrize("interval", ["poisson-gamma", "areas"])
def test_the_same_period_twice_has_not_changed(interval) -> None:
    found = compare_scv(two(LIP_CANCER), interval=interval, repetitions=1000).set_index("measure")
    alone = estimate_scv(LIP_CANCER)["value"].item()
    assert found.loc[["earlier", "later"], "value"].tolist() == pytest.approx([alone, alone])
    change = found.loc["change"]
    assert change["value"] == 0 and change["lower"] <= 0 <= change["upper"]


def test_a_planted_change_is_seen() -> None:
    found = compare_scv(two(FLAT), standard="external", repetitions=1000).set_index("measure")
    change = found.loc["change"]
    assert change["upper"] < 0 and found.loc["later", "value"] == 0
    assert change["value"] == pytest.approx(
        estimate_scv(FLAT, standard="external")["raw"].item()
        - estimate_scv(LIP_CANCER)["raw"].item()
    )


def test_areas_that_persist_have_a_shorter_interval_than_areas_that_do_not() -> None:
    rng, sizes = np.random.default_rng(3), np.linspace(20, 90, 40)
    once, again = rng.gamma(5, 0.2, 40), rng.gamma(5, 0.2, 40)

    def width(second: np.ndarray) -> float:
        rows = [
            pd.DataFrame({"area": range(40), "period": period, "expected": sizes,
                          "observed": rng.poisson(sizes * ratios)})
            for period, ratios in ((1, once), (2, second))
        ]  # fmt: skip
        found = compare_scv(pd.concat(rows), standard="external", repetitions=2000)
        change = found.set_index("measure").loc["change"]
        return change["upper"] - change["lower"]

    assert width(once) < 0.8 * width(again)


def test_named_periods_are_in_their_own_order() -> None:
    """The later period is the one that the categorical has last, whatever the alphabet."""
    later = FLAT.assign(period="a")
    data = pd.concat([LIP_CANCER.assign(period="z"), later], ignore_index=True)
    named = data.assign(period=pd.Categorical(data["period"], ["z", "y", "a"], ordered=True))
    options = {"standard": "external", "repetitions": 200}
    numbered = compare_scv(two(FLAT), **options)
    assert compare_scv(named, **options).equals(numbered)
    turned = compare_scv(data, **options).set_index("measure")  # text is in the alphabet's
    assert turned.loc["change", "value"] == -numbered["value"].iloc[-1]


def test_hidden_counts_hide_the_change() -> None:
    data = two(LIP_CANCER)
    data["observed"] = data["observed"].astype("Int64").mask(data.index == 0)
    found = compare_scv(data, repetitions=200).set_index("measure")
    assert found["note"].tolist() == [HIDDEN, "", HIDDEN]


def test_what_is_refused_is_named() -> None:
    with pytest.raises(UserError, match=r"(?s)Two periods.*area, period"):
        compare_scv(LIP_CANCER.assign(period=1))
    with pytest.raises(UserError, match="56, 55 rows"):
        compare_scv(two(LIP_CANCER.head(55)))
    with pytest.raises(UserError, match="A period is missing"):
        compare_scv(two(FLAT).assign(period=lambda x: x["period"].where(x["period"] == 1)))
    with pytest.raises(UserError, match="The periods have no order"):
        compare_scv(two(FLAT).assign(period=lambda x: x["period"].astype(object).replace(2, "b")))
    for column in ("area", "period"):
        with pytest.raises(UserError, match=f"column {column}"):
            compare_scv(two(FLAT).drop(columns=column))
    with pytest.raises(UserError, match="more than one row"):
        compare_scv(pd.concat([two(FLAT)] * 2))
    with pytest.raises(UserError, match="poisson-gamma, areas"):
        compare_scv(two(FLAT), interval="inversion")


def test_pairs_of_areas_have_the_variances_and_the_correlation_that_were_found() -> None:
    sizes = np.full((2, 3), 1e5)  # so many events that a ratio is nearly the true one
    for correlation in (0.0, 0.7, 1.0):
        rng = np.random.default_rng(1)
        first, last = draw_pairs(sizes, np.array([0.04, 0.09]), correlation, 20_000, rng)
        first, last = first.ravel() / 1e5, last.ravel() / 1e5
        assert (first.var(), last.var()) == pytest.approx((0.04, 0.09), rel=0.03)
        assert np.corrcoef(first, last)[0, 1] == pytest.approx(correlation, abs=0.02)
    even = draw_pairs(sizes, np.array([0.0, -0.1]), 0.0, 100, rng)
    assert np.array(even).var() == pytest.approx(1e5, rel=0.2)  # chance alone
