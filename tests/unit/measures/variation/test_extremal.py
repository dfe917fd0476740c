"""Extremal quotient: lip cancer, quantiles, what chance gives, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from public_data import LIP_CANCER
from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import estimate_extremal_quotient, shrink_ratios
from rareaccess.measures.variation.shrinkage import NOTHING


def test_lip_cancer_raw_shrunk_and_true() -> None:
    found = estimate_extremal_quotient(LIP_CANCER, repetitions=2000).set_index("measure")
    assert np.isnan(found.loc["raw", "value"]) and "is 0" in found.loc["raw", "note"]
    ratios = shrink_ratios(LIP_CANCER)["value"]
    assert found.loc["shrunk", "value"] == pytest.approx(ratios.max() / ratios.min())
    true = found.loc["true"]
    assert true["lower"] < true["value"] < true["upper"] and true["lower"] > 5


def test_quantiles_are_of_type_seven() -> None:
    ratios = LIP_CANCER["observed"] / LIP_CANCER["expected"]
    found = estimate_extremal_quotient(LIP_CANCER, cut=0.2, repetitions=500).set_index("measure")
    assert found.loc["raw", "value"] == pytest.approx(ratios.quantile(0.8) / ratios.quantile(0.2))
    assert found.loc["raw", "p"] == pytest.approx(1 / 501)


def test_chance_alone_gives_large_quotients_of_few_events() -> None:
    rng = np.random.default_rng(2)
    few = pd.DataFrame({"observed": rng.poisson(6, 30) + 1, "expected": 7.0})
    found = estimate_extremal_quotient(few, standard="external", method="marshall")
    raw, shrunk, true = found.to_dict("records")
    assert raw["value"] > 3 and raw["p"] > 0.05
    assert shrunk["value"] == true["value"] == true["upper"] == 1
    assert "no more than chance" in true["note"]


def test_hidden_counts_and_what_is_refused() -> None:
    data = LIP_CANCER.assign(observed=LIP_CANCER["observed"].astype("Int64"))
    data.loc[3, "observed"] = pd.NA
    assert set(estimate_extremal_quotient(data)["note"]) == {HIDDEN}
    none = LIP_CANCER.assign(observed=0)
    found = estimate_extremal_quotient(none, standard="external")
    assert found["value"].isna().all() and set(found["note"]) == {NOTHING}
    for options, words in (({"cut": 0.5}, "below 0.5"), ({"method": "x"}, "one of")):
        with pytest.raises(UserError, match=words):
            estimate_extremal_quotient(LIP_CANCER, **options)
