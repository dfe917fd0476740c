"""Core20 against the rest: by hand, published intervals, quintiles and deciles, refusals."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.inequality import estimate_core20
from rareaccess.measures.tidy import HIDDEN


def quintiles(events: list, population: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quintile": range(1, len(events) + 1),
            "events": pd.array(events, "Int64"),
            "population": population,
        }
    )


# Rothman, Greenland and Lash (2008), Modern epidemiology, chapter 14: breast cancer in women with
# and without fluoroscopies, 41 in 28,010 and 15 in 19,017 person-years; ratio 1.86, 1.03 to 3.36.
FLUOROSCOPY = quintiles([41, 5, 5, 5, 0], [28010, 19017 / 4, 19017 / 4, 19017 / 4, 19017 / 4])


def test_the_published_ratio_of_rates() -> None:
    found = estimate_core20(FLUOROSCOPY, method="log", multiplier=10_000).set_index("measure")
    ratio = found.loc["ratio"]
    assert [ratio["value"], ratio["lower"], ratio["upper"]] == pytest.approx(
        [1.86, 1.03, 3.36], abs=0.01
    )
    assert found.loc["core20", "value"] == pytest.approx(14.6, abs=0.05)
    assert found.loc["rest", "value"] == pytest.approx(7.9, abs=0.05)
    exact = estimate_core20(FLUOROSCOPY).set_index("measure").loc["ratio"]
    assert exact["lower"] < ratio["lower"] and exact["upper"] > ratio["upper"]


def test_the_difference_is_square_and_add() -> None:
    found = estimate_core20(FLUOROSCOPY, multiplier=1).set_index("measure")
    one, two, gap = (found.loc[name] for name in ("core20", "rest", "difference"))
    assert gap["value"] == pytest.approx(one["value"] - two["value"])
    down = np.hypot(one["value"] - one["lower"], two["upper"] - two["value"])
    assert gap["lower"] == pytest.approx(gap["value"] - down)


def test_deciles_and_named_groups_are_the_same_fifth() -> None:
    fives = estimate_core20(quintiles([10, 6, 6, 6, 6], [100] * 5))
    tens = estimate_core20(quintiles([5, 5, 3, 3, 3, 3, 3, 3, 3, 3], [50] * 10))
    named = estimate_core20(quintiles([24, 10], [400, 100]), core=[2])
    for other in (tens, named):
        assert other["value"].tolist() == pytest.approx(fives["value"].tolist())


def test_no_events_and_hidden_ones() -> None:
    none = estimate_core20(quintiles([0, 1, 1, 1, 1], [10] * 5)).set_index("measure")
    ratio = none.loc["ratio"]
    assert ratio["value"] == 0 and ratio["lower"] == 0 and ratio["upper"] > 1
    log = estimate_core20(quintiles([0, 1, 1, 1, 1], [10] * 5), method="log")
    assert log.set_index("measure").loc["ratio", "note"].startswith("not given")
    rest = estimate_core20(quintiles([4, 0, 0, 0, 0], [10] * 5)).set_index("measure").loc["ratio"]
    assert np.isnan(rest["value"]) and np.isnan(rest["upper"]) and rest["lower"] > 0
    assert np.isnan(estimate_core20(quintiles([0] * 5, [10] * 5))["value"].iloc[2])
    hidden = estimate_core20(quintiles([None, 1, 1, 1, 1], [10] * 5))
    assert hidden["value"].isna().all() and set(hidden["note"]) == {HIDDEN}


def test_the_house_of_cancer_registration_gives_no_rate_of_two_events() -> None:
    few = quintiles([2, 10, 10, 10, 10], [1000] * 5)
    found = estimate_core20(few, profile="ndrs").set_index("measure")
    assert found["value"].notna().tolist() == [False, True, False, False]
    assert found.loc[["core20", "ratio", "difference"], "note"].eq(
        "not given: fewer than 3 events"
    ).all() and found.loc["rest", "note"] == ""  # fmt: skip
    some = estimate_core20(quintiles([12, 10, 10, 10, 10], [1000] * 5), profile="ndrs")
    assert some["value"].notna().all() and some.loc[[0, 2, 3], "note"].str.contains("20").all()
    assert estimate_core20(few)["value"].notna().all()  # the other house gives them


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (quintiles([1] * 6, [9] * 6), {}, "6 groups"),
        (quintiles([1] * 4, [9] * 4), {}, "too few groups"),
        (quintiles([1] * 5, [9] * 5), {"core": [7]}, "none of those"),
        (quintiles([1] * 5, [9] * 5), {"core": [1, 2, 3, 4, 5]}, "or all"),
        (quintiles([1] * 5, [9] * 5), {"method": "wald"}, "one of exact, log"),
        (quintiles([1] * 5, [9] * 5), {"multiplier": 0}, "above zero"),
        (quintiles([1] * 5, [9] * 5), {"profile": "ons"}, "one of phe, ndrs"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_core20(data, **options)
    assert words in str(caught.value), str(caught.value)
