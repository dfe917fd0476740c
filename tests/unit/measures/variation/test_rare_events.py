"""Charts of rare events: a published series, limits by hand, signals, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rareaccess.core.errors import UserError
from rareaccess.measures.variation import chart_g, chart_t, list_gaps

# Montgomery, Introduction to statistical quality control, chapter 7: hours between failures of a
# valve; the mean of hours^0.2777 is 5.386.
VALVE = pd.DataFrame(
    {
        "date": range(20),
        "gap": [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199,
                1214, 2831, 96],
    }
)  # fmt: skip


def test_the_valve_is_steady() -> None:
    found = chart_t(VALVE)
    assert found["centre"].iloc[0] ** 0.2777 == pytest.approx(5.386, abs=0.003)
    y = VALVE["gap"] ** (1 / 3.6)
    half = 3 * y.diff().abs().mean() / 1.128
    assert found["upper"].iloc[0] == pytest.approx((y.mean() + half) ** 3.6)
    assert found["lower"].iloc[0] == 0 and set(found["signal"]) == {"within"}
    assert found["note"].unique().tolist() == [""] and set(found["n"]) == {20}


def test_a_long_gap_is_a_signal() -> None:
    long = pd.concat([VALVE, pd.DataFrame({"date": [20], "gap": [60_000]})])
    for method in ("nelson", "exponential"):
        found = chart_t(long, method=method)
        assert found["signal"].iloc[-1] == "longer"
    short = VALVE.assign(gap=[0.01, *[500.0] * 19])
    assert chart_t(short, method="exponential")["signal"].iloc[0] == "shorter"


def test_the_exponential_limits_are_its_quantiles() -> None:
    found = chart_t(VALVE, method="exponential", confidence=0.95).iloc[0]
    expon = stats.expon(scale=VALVE["gap"].mean())
    assert [found["lower"], found["centre"], found["upper"]] == pytest.approx(
        expon.ppf([0.025, 0.5, 0.975])
    )


def test_the_g_chart_of_benneyan_and_its_quantiles() -> None:
    found = chart_g(VALVE).iloc[0]
    mean = VALVE["gap"].mean()
    assert found["centre"] == mean
    assert found["upper"] == pytest.approx(mean + 3 * np.sqrt(mean * (mean + 1)))
    exact = chart_g(VALVE, method="geometric", confidence=0.9).iloc[0]
    p = 1 / (mean + 1)
    assert (1 - p) ** (exact["upper"] + 1) <= 0.05 < (1 - p) ** exact["upper"]
    assert exact["lower"] < exact["centre"] < exact["upper"]


def test_few_gaps_are_noted_and_order_is_by_date() -> None:
    few = VALVE.head(4).iloc[::-1]
    found = chart_g(few)
    assert found["date"].tolist() == [0, 1, 2, 3] and "fewer than 10" in found["note"].iloc[0]


def test_gaps_are_days_between_dates_of_each_group() -> None:
    dates = pd.to_datetime(["2021-03-01", "2021-01-01", "2021-01-11", "2021-02-20"])
    data = pd.DataFrame({"date": dates, "trust": ["A", "A", "A", "B"]})
    assert list_gaps(data)["gap"].tolist() == [10, 40, 9]
    found = list_gaps(data, by="trust")
    assert found[["trust", "gap"]].values.tolist() == [["A", 10.0], ["A", 49.0]]


def test_a_g_chart_by_hand() -> None:
    """A mean of 1: 1 ∓ 3√(1 × 2), not below 0; and p = 1/2, where P(gap <= k) is 1 − 2^−(k + 1).

    That is at least 0.99865 from k + 1 = 10 on (2^−10 = 0.00098, 2^−9 = 0.00195), and at least a
    half from k = 0 on.
    """
    gaps = pd.DataFrame({"date": range(4), "gap": [0, 2, 1, 1]})
    sigma, geometric = (
        chart_g(gaps, method=method)[["lower", "centre", "upper"]].iloc[0].tolist()
        for method in ("sigma", "geometric")
    )
    assert sigma == pytest.approx([0, 1, 5.242641], abs=1e-6)
    assert geometric == [0, 0, 9]
    long = chart_g(pd.DataFrame({"date": range(9), "gap": [*[0] * 8, 9]})).iloc[-1]
    assert long["upper"] == pytest.approx(1 + 3 * 2**0.5) and long["signal"] == "longer"


@pytest.mark.parametrize("method", ["sigma", "geometric"])
def test_events_one_after_the_other_are_within_limits(method) -> None:
    found = chart_g(VALVE.assign(gap=0), method=method)
    assert (found[["value", "lower", "centre", "upper"]] == 0).all(axis=None)
    assert set(found["signal"]) == {"within"}


def test_columns_that_lack_are_named() -> None:
    for chart in (chart_g, chart_t):
        for column in ("gap", "date"):
            with pytest.raises(UserError, match=f"column {column}"):
                chart(VALVE.drop(columns=column))
    for options in ({"date": "day"}, {"by": "day"}):
        with pytest.raises(UserError, match="column day"):
            list_gaps(VALVE, **options)


def test_what_is_refused_is_named() -> None:
    for chart in (chart_g, chart_t):
        with pytest.raises(UserError, match="1 gaps"):
            chart(VALVE.head(1))
        with pytest.raises(UserError, match="none missing"):
            chart(VALVE.assign(gap=VALVE["gap"].where(VALVE["date"] != 2)))
        with pytest.raises(UserError, match=r"column gap"):
            chart(VALVE.assign(gap=-1))
        with pytest.raises(UserError, match="one of"):
            chart(VALVE, method="x")
    with pytest.raises(UserError, match="need dates"):
        list_gaps(VALVE)
