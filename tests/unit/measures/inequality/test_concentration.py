"""Concentration index: the World Bank's example, its forms, both errors, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from public_data import INDIA
from rareaccess.core.errors import UserError
from rareaccess.measures.inequality import estimate_concentration
from rareaccess.measures.tidy import HIDDEN

SHARES = pd.DataFrame({"quintile": range(1, 6), "value": [0.2, 0.5, 0.4, 0.7, 0.9], "se": 0.02})


def test_deaths_under_five_in_india() -> None:
    found = estimate_concentration(INDIA, method="regression")
    assert found["value"].item() == pytest.approx(-0.1694, abs=5e-5)  # table 8.1
    assert found["n"].item() == 129_671


def test_it_is_the_slope_of_the_convenient_regression() -> None:
    p = (INDIA["population"] / INDIA["population"].sum()).to_numpy()
    rank = p.cumsum() - p / 2
    left = 2 * (p * (rank - 0.5) ** 2).sum() * INDIA["value"] / (p @ INDIA["value"])
    coefficients, covariance = np.polyfit(rank, left, 1, w=np.sqrt(p), cov=True)
    found = estimate_concentration(INDIA, method="regression").iloc[0]
    assert found["value"] == pytest.approx(coefficients[0], rel=1e-9)
    half = 1.959963984540054 * np.sqrt(covariance[0, 0])
    assert found["upper"] - found["value"] == pytest.approx(half, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["plain", "erreygers", "wagstaff"])
def test_the_delta_method_agrees_with_simulation(form) -> None:
    rng = np.random.default_rng(1)
    found = estimate_concentration(SHARES, population=None, se="se", form=form).iloc[0]
    drawn = [
        estimate_concentration(
            SHARES.assign(value=SHARES["value"] + 0.02 * rng.standard_normal(5)),
            population=None, se="se", form=form,
        )["value"].item()
        for _ in range(400)
    ]  # fmt: skip
    half = 1.959963984540054 * np.std(drawn)
    assert found["upper"] - found["value"] == pytest.approx(half, rel=0.12)


def test_the_forms_of_erreygers_and_wagstaff() -> None:
    plain, erreygers, wagstaff = (
        estimate_concentration(SHARES, population=None, se="se", form=form)["value"].item()
        for form in ("plain", "erreygers", "wagstaff")
    )
    mean = SHARES["value"].mean()
    assert erreygers == pytest.approx(4 * mean * plain)
    assert wagstaff == pytest.approx(plain / (1 - mean))
    turned = SHARES.assign(value=1 - SHARES["value"])  # of those without: the mirror image
    for form, value in (("erreygers", erreygers), ("wagstaff", wagstaff)):
        mirror = estimate_concentration(turned, population=None, se="se", form=form)
        assert mirror["value"].item() == pytest.approx(-value)
    percent = SHARES.assign(value=100 * SHARES["value"], se=2.0)
    scaled = estimate_concentration(
        percent, population=None, se="se", form="wagstaff", bounds=(0, 100)
    )
    assert scaled["value"].item() == pytest.approx(wagstaff)


def test_three_groups_by_hand() -> None:
    """Values 0.1, 0.2, 0.6 at ranks 1/6, 1/2, 5/6: μ = 0.3, and the mean of yR is 37/180.

    C = 2/0.3 × 37/180 − 1 = 10/27; Erreygers 4 × 0.3 × 10/27 = 4/9; Wagstaff (10/27)/0.7 = 100/189.
    """
    groups = pd.DataFrame({"quintile": [1, 2, 3], "value": [0.1, 0.2, 0.6], "se": 0.01})
    for form, value in {"plain": 10 / 27, "erreygers": 4 / 9, "wagstaff": 100 / 189}.items():
        found = estimate_concentration(groups, population=None, se="se", form=form)
        assert found["value"].item() == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("treated", range(1, 10))
def test_the_published_bounds_of_a_share_that_only_the_advantaged_have(treated) -> None:
    """Of ten people the most advantaged: C is at its bound 1 − μ, so that Wagstaff's index is 1.

    Wagstaff (2005), Health Economics 14:429. Erreygers' is 4μ(1 − μ), 1 where half have it:
    Erreygers (2009), Journal of Health Economics 28:504.
    """
    value = [0.0] * (10 - treated) + [1.0] * treated
    people = pd.DataFrame({"quintile": range(10), "value": value, "se": 0.0})
    share = treated / 10
    for form, bound in {"plain": 1 - share, "wagstaff": 1.0,
                        "erreygers": 4 * share * (1 - share)}.items():  # fmt: skip
        for way in (1, -1):
            data = people.assign(quintile=way * people["quintile"])
            found = estimate_concentration(data, population=None, se="se", form=form)
            assert found["value"].item() == pytest.approx(way * bound, rel=1e-12)


def test_what_cannot_be_given_says_why() -> None:
    hidden = SHARES.assign(value=[None, 1, 1, 1, 1])
    assert estimate_concentration(hidden, population=None, se="se")["note"].item() == HIDDEN
    for value, form in ((0.0, "plain"), (1.0, "wagstaff")):
        found = estimate_concentration(
            SHARES.assign(value=value), population=None, se="se", form=form
        )
        assert found["note"].item().startswith("not given: the mean")


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (SHARES.drop(columns="se"), {"se": None}, "method='regression'"),
        (SHARES.assign(value=2.0), {"form": "wagstaff"}, "outside their range"),
        (SHARES, {"form": "erreygers", "bounds": (1, 0)}, "two numbers in order"),
        (SHARES, {"form": "kakwani"}, "plain, erreygers, wagstaff"),
        (SHARES, {"method": "jackknife"}, "delta, regression"),
        (SHARES.assign(quintile=list("abcde")), {}, "no order"),
        (SHARES.head(2), {}, "too few groups"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        estimate_concentration(data, **{"population": None, "se": "se", **options})
    assert words in str(caught.value), str(caught.value)
