"""The line of the slope index: a line passes, and chance alone is seldom taken for a bend."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from public_data import DECILES
from rareaccess.measures.inequality import check_linearity
from rareaccess.measures.tidy import HIDDEN


def test_a_line_is_a_line() -> None:
    shares = DECILES["population"] / DECILES["population"].sum()
    line = DECILES.assign(value=70 + 5 * (shares.cumsum() - shares / 2))
    found = check_linearity(line, group="decile", se="se")
    assert found["value"].tolist() == pytest.approx([0, 0], abs=1e-9)
    assert found["p"].tolist() == pytest.approx([1, 1])


def test_the_published_deciles_agree_with_weighted_least_squares() -> None:
    found = check_linearity(DECILES, group="decile", se="se").set_index("measure")
    shares = DECILES["population"] / DECILES["population"].sum()
    ranks = shares.cumsum() - shares / 2
    bend = np.polyfit(ranks, DECILES["value"], 2, w=np.sqrt(shares))[0]
    assert found.loc["curvature", "value"] == pytest.approx(bend, rel=1e-8)
    line = np.polyfit(ranks, DECILES["value"], 1, w=1 / DECILES["se"])
    misfit = (((DECILES["value"] - np.polyval(line, ranks)) / DECILES["se"]) ** 2).sum()
    assert found.loc["departure", "value"] == pytest.approx(misfit, rel=1e-8)
    assert found.loc["departure", "p"] == pytest.approx(stats.chi2.sf(misfit, 10 - 2))


@pytest.mark.slow
def test_chance_alone_is_taken_for_a_bend_as_often_as_it_should() -> None:
    rng, rows = np.random.default_rng(3), []
    for one in range(400):
        noise = DECILES["se"] * rng.standard_normal(10)
        rows.append(DECILES.assign(sample=one, value=80 + noise))
    found = check_linearity(pd.concat(rows), by="sample", group="decile", se="se")
    share = (found["p"] < 0.05).groupby(found["measure"]).mean()
    assert share.between(0.02, 0.09).all()


def test_what_cannot_be_tested_says_why() -> None:
    missing = DECILES.assign(value=lambda x: x["value"].where(x["decile"] != 3))
    assert set(check_linearity(missing, group="decile", se="se")["note"]) == {HIDDEN}
    none = check_linearity(DECILES.assign(se=0.0), group="decile", se="se")
    assert none["p"].isna().all() and none["note"].str.contains("without an error").all()
