"""Crude rates and proportions: known answers, hidden counts, the houses, and what is refused."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.rates import estimate_proportion, estimate_rate
from rareaccess.measures.tidy import HIDDEN, STANDARD


def frame(events: list, population: list, **more: list) -> pd.DataFrame:
    return pd.DataFrame(
        {"events": pd.array(events, "Int64"), "population": population, **more},
    )


def test_a_rate_of_each_area_in_the_order_of_the_areas() -> None:
    # Breslow and Day's exact limits of 10 and 1 events, and Byar's of 10
    data = frame([10, 0, 1], [1000, 500, 500], area=["B", "A", "A"])
    found = estimate_rate(data, by="area", multiplier=1000)
    assert list(found.columns) == ["area", *STANDARD, "population"]
    assert found["area"].tolist() == ["A", "B"]
    assert found["value"].tolist() == [1.0, 10.0] and found["n"].tolist() == [1, 10]
    assert found["lower"].tolist() == pytest.approx([0.0253, 4.7869], abs=1e-3)
    assert found["method"].tolist() == ["exact Poisson", "Byar"]
    assert found["confidence"].tolist() == [0.95, 0.95] and found["note"].tolist() == ["", ""]


def test_the_published_rates_of_breast_cancer_after_fluoroscopy() -> None:
    """Rothman, Greenland and Lash (2008), Modern epidemiology, chapter 14, by person-years.

    41 in 28,010 and 15 in 19,017 are printed as 14.6 and 7.9 in 10,000.
    """
    data = frame([41, 15], [28_010, 19_017], seen=["with", "without"])
    found = estimate_rate(data, by="seen", multiplier=10_000)
    assert found["value"].round(1).tolist() == [14.6, 7.9]


def test_a_hidden_count_gives_no_rate_and_is_never_nought() -> None:
    data = frame([5, None], [100, 100], area=["A", "B"])
    for estimate in (estimate_rate, estimate_proportion):
        found = estimate(data, by="area")
        assert found["value"].isna().tolist() == [False, True]
        assert found["note"].tolist() == ["", HIDDEN]
        assert estimate(data)["note"].tolist() == [HIDDEN]  # nor does a sum over it


def test_the_house_of_cancer_registration_gives_no_rate_of_two_events_and_notes_few() -> None:
    data = frame([2, 3, 19, 20], [100] * 4, area=list("ABCD"))
    found = estimate_rate(data, by=["area"], profile="ndrs")
    assert found["value"].isna().tolist() == [True, False, False, False]
    assert found["note"].str[:10].tolist() == ["not given:", "fewer than", "fewer than", ""]


def test_a_proportion_by_both_methods() -> None:
    data = frame([8, 12], [10, 30])  # Newcombe and Altman: 20 of 40 is 0.352 to 0.648
    assert estimate_proportion(data)[["lower", "upper"]].iloc[0].tolist() == pytest.approx(
        [0.3520, 0.6480], abs=1e-4
    )
    exact = estimate_proportion(data, method="exact", multiplier=100)
    assert exact["lower"].item() == pytest.approx(33.80, abs=0.01)  # Clopper and Pearson
    assert exact["method"].item() == "exact binomial"


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (frame([1], [0]), {}, ["population", "zero"]),
        (frame([1], [-5]), {}, ["population", "zero or negative"]),
        (frame([-1], [10]), {}, ["events", "not counts"]),
        (frame([1], [None]), {}, ["population", "not of numbers"]),
        (frame([1], [float("nan")]), {}, ["population", "missing"]),
        (pd.DataFrame({"events": [0.5], "population": [9]}), {}, ["events", "0.5"]),
        (pd.DataFrame({"events": [1]}), {}, ["population", "not there"]),
        (frame([1], [10]), {"by": "area"}, ["column area", "not there"]),
        (frame([], []), {}, ["no rows"]),
        (frame([1], [10], method=["x"]), {"by": "method"}, ["column method", "another name"]),
        (frame([1], [float("inf")]), {}, ["population", "outside"]),
        (frame([1], [10]), {"multiplier": -1000}, ["multiplier", "above zero", "-1000"]),
        (frame([1], [10]), {"multiplier": 0}, ["multiplier", "above zero"]),
        (pd.DataFrame({"events": [True], "population": [9]}), {}, ["events", "bool"]),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_rate(data, **options)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_more_people_with_the_property_than_people_are_refused() -> None:
    with pytest.raises(UserError, match=r"(?s)more people.*column events"):
        estimate_proportion(frame([11], [10]))
    with pytest.raises(UserError, match=r"one of wilson, exact"):
        estimate_proportion(frame([1], [10]), method="wald")
