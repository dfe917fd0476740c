"""Funnels: known limits, each scale and trim, over-dispersion by hand, lines, refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from public_data import LIP_CANCER
from rareaccess.core.errors import UserError
from rareaccess.measures.rates import estimate_isr, estimate_rate, limit_byar, limit_poisson
from rareaccess.measures.tidy import HIDDEN
from rareaccess.measures.variation import fit_dispersion, limit_funnel, trace_funnel
from rareaccess.measures.variation.scales import scale_proportions, scale_ratios

O, E = LIP_CANCER["observed"].to_numpy(float), LIP_CANCER["expected"].to_numpy()  # noqa: E741
UNITS = pd.DataFrame(
    {"area": list("ABCD"), "observed": [5, 30, 40, 90], "population": [100, 200, 400, 800]}
)


def test_lip_cancer_lies_outside_a_funnel_of_chance() -> None:
    found = limit_funnel(LIP_CANCER, kind="ratio")
    inner = found[found["confidence"] == 0.95]
    assert len(found) == 112 and inner["n"].sum() == 536
    assert inner["flag"].iloc[[0, 1, 33, 48]].tolist() == ["above", "above", "within", "below"]
    tails = stats.chi2.ppf(0.025, 2 * E) / (2 * E), stats.chi2.isf(0.025, 2 * E + 2) / (2 * E)
    assert inner["lower"].to_numpy() == pytest.approx(tails[0], rel=1e-9)
    assert inner["upper"].to_numpy() == pytest.approx(tails[1], rel=1e-9)


def test_over_dispersion_of_lip_cancer_by_hand() -> None:
    """Spiegelhalter's additive model on the square root, one formula after the other."""
    found = limit_funnel(LIP_CANCER, kind="ratio", adjust="additive", confidence=[0.95])
    error = 1 / (2 * np.sqrt(E))
    z = (np.sqrt(O / E) - 1) / error
    low, high = np.percentile(z, [10, 90])
    phi = np.mean(np.clip(z, low, high) ** 2)
    weight = 1 / error**2
    tau2 = (56 * phi - 55) / (weight.sum() - (weight**2).sum() / weight.sum())
    assert found["phi"].iloc[0] == pytest.approx(phi, rel=1e-12) and phi > 3
    assert found["tau2"].iloc[0] == pytest.approx(tau2, rel=1e-12)
    half = 1.959963984540054 * np.sqrt(error**2 + tau2)
    assert found["upper"].to_numpy() == pytest.approx((1 + half) ** 2, rel=1e-12)
    assert found["lower"].to_numpy() == pytest.approx(np.maximum(1 - half, 0) ** 2, abs=1e-12)
    narrow = limit_funnel(LIP_CANCER, kind="ratio", confidence=[0.95])
    assert (found["flag"] != "within").sum() < (narrow["flag"] != "within").sum()


def test_the_summary_hospital_mortality_way_is_the_log_scale_truncated() -> None:
    some = LIP_CANCER[O > 0]
    found = limit_funnel(
        some, kind="ratio", adjust="additive", transform="log", trim="truncate",
        standard="external", confidence=[0.95],
    )  # fmt: skip
    size = some["expected"].to_numpy()
    z = np.sqrt(size) * np.log(some["observed"] / size)
    low, high = np.quantile(z, [0.1, 0.9])
    kept = ((z > low) & (z < high)).to_numpy()
    phi, n, w = (z[kept] ** 2).mean(), kept.sum(), size[kept]
    tau2 = (n * phi - (n - 1)) / (w.sum() - (w**2).sum() / w.sum())
    limits = np.exp(1.959963984540054 * np.sqrt(1 / size + tau2))
    assert found["upper"].to_numpy() == pytest.approx(limits, rel=1e-12)
    assert found["lower"].to_numpy() == pytest.approx(1 / limits, rel=1e-12)


@pytest.mark.parametrize("transform", ["sqrt", "log", "none"])
def test_the_multiplicative_model_widens_by_the_root_of_phi(transform) -> None:
    some = LIP_CANCER[O > 0]
    options = {"kind": "ratio", "transform": transform, "standard": "external"}
    found = limit_funnel(some, adjust="multiplicative", **options, confidence=[0.95])
    scaled = scale_ratios(some["observed"].to_numpy(), some["expected"].to_numpy(), transform)
    half = 1.959963984540054 * scaled.errors * np.sqrt(found["phi"].iloc[0])
    assert found["upper"].to_numpy() == pytest.approx(scaled.restore(scaled.target + half))


def test_rates_are_ratios_about_the_rate_of_all() -> None:
    found = limit_funnel(UNITS, kind="rate", size="population", multiplier=1000)
    ratio = limit_funnel(UNITS.assign(expected=UNITS["population"] * 165 / 1500), kind="ratio")
    for column in ("value", "lower", "upper"):
        assert found[column].tolist() == pytest.approx((110 * ratio[column]).tolist())
    assert found["target"].unique() == pytest.approx([110])
    assert found["flag"].tolist() == ratio["flag"].tolist()


def test_proportions_by_score_and_by_the_exact_binomial() -> None:
    score, exact = (
        limit_funnel(UNITS, kind="proportion", size="population", method=method)
        for method in ("score", "exact")
    )
    share = 165 / 1500
    half = 1.959963984540054 * np.sqrt(share * (1 - share) / 100)
    assert score["lower"].iloc[0] == pytest.approx(share - half)
    assert exact["upper"].to_numpy() == pytest.approx(score["upper"].to_numpy(), abs=0.03)
    # interpolated: the mean of all outcomes below the limit and half of its own is the tail
    limit = exact["upper"].iloc[0] * 100
    below = stats.binom.cdf(np.floor(limit), 100, share)
    assert below <= 0.975 <= below + stats.binom.pmf(np.floor(limit) + 1, 100, share)
    wide = limit_funnel(UNITS, kind="proportion", size="population", adjust="additive")
    scaled = scale_proportions(
        UNITS["observed"].to_numpy(float), UNITS["population"].to_numpy(float), "arcsine"
    )
    assert scaled.target == pytest.approx(np.arcsin(np.sqrt(share)))
    assert (wide["upper"] - wide["lower"] > score["upper"] - score["lower"]).all()
    plain = limit_funnel(
        UNITS, kind="proportion", size="population", adjust="multiplicative", transform="none"
    )
    assert plain["upper"].iloc[0] == pytest.approx(share + half * np.sqrt(plain["phi"].iloc[0]))


def test_no_over_dispersion_leaves_the_limits_of_the_scale() -> None:
    calm = LIP_CANCER.assign(observed=E.round().astype(int))
    found = limit_funnel(calm, kind="ratio", adjust="additive", standard="external")
    assert found["tau2"].iloc[0] == 0 and found["phi"].iloc[0] < 1
    same = limit_funnel(calm, kind="ratio", adjust="multiplicative", standard="external")
    assert same["upper"].tolist() == pytest.approx(found["upper"].tolist())


def test_dispersion_trims() -> None:
    z, error = np.array([-9.0, -1, 0, 1, 9]), np.full(5, 1.0)
    assert fit_dispersion(z, error, trim="none").phi == pytest.approx(164 / 5)
    assert fit_dispersion(z, error, trim="truncate").phi == pytest.approx(2 / 3)
    low = np.quantile(z, 0.1)
    assert fit_dispersion(z, error).phi == pytest.approx((2 * low**2 + 2) / 5)
    with pytest.raises(UserError, match="below a half"):
        fit_dispersion(z, error, share=0.5)
    with pytest.raises(UserError, match="Too few areas"):
        fit_dispersion(z[:3], error[:3], trim="truncate", share=0.1)


def test_lines_leave_out_areas_whose_own_interval_leaves_out_the_target() -> None:
    events = np.arange(1, 60)
    for profile, limit in (("exact", limit_poisson), ("phe", limit_byar)):
        found = trace_funnel(events, kind="ratio", confidence=[0.95], profile=profile)
        lower, upper = limit(events)
        start = 0 if profile == "exact" else 9
        assert found["upper"].to_numpy()[start:] == pytest.approx((events / lower)[start:])
        assert found["lower"].to_numpy()[start:] == pytest.approx((events / upper)[start:])
    rate = trace_funnel(events, kind="rate", target=0.002, multiplier=1000, confidence=[0.95])
    assert rate["value"].unique() == pytest.approx([2.0])
    assert rate["upper"].to_numpy() == pytest.approx(2 * events / limit_poisson(events)[0])
    share = trace_funnel([100], kind="proportion", target=0.11, multiplier=100)
    assert share["upper"].tolist() == pytest.approx([17.1326, 20.6690], abs=1e-3)


def test_a_hidden_count_hides_the_funnel() -> None:
    data = LIP_CANCER.assign(observed=LIP_CANCER["observed"].astype("Int64"))
    data.loc[3, "observed"] = pd.NA
    found = limit_funnel(data, kind="ratio")
    assert set(found["note"]) == {HIDDEN} and set(found["flag"]) == {""}


def test_no_events_anywhere_have_no_funnel() -> None:
    for kind, events in (("rate", 0), ("proportion", 0), ("proportion", UNITS["population"])):
        found = limit_funnel(UNITS.assign(observed=events), kind=kind, size="population")
        assert found["lower"].isna().all() and found["note"].str.contains("no events").all()


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (LIP_CANCER.assign(expected=9.0), {"kind": "ratio"}, "do not sum"),
        (LIP_CANCER, {"kind": "mean"}, "ratio, rate, proportion"),
        (LIP_CANCER, {"kind": "ratio", "transform": "arcsine"}, "sqrt, log, none"),
        (LIP_CANCER, {"kind": "ratio", "adjust": "additive", "transform": "log"}, "no logarithm"),
        (LIP_CANCER, {"kind": "ratio", "confidence": [95]}, "between 0 and 1"),
        (LIP_CANCER, {"kind": "ratio", "adjust": "both"}, "none, additive, multiplicative"),
        (UNITS.assign(observed=101), {"kind": "proportion", "size": "population"}, "more people"),
    ],
)
def test_what_is_refused_is_named(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        limit_funnel(data, **options)
    assert words in str(caught.value), str(caught.value)


def test_areas_are_flagged_by_their_own_interval_as_public_health_england_does() -> None:
    found = limit_funnel(LIP_CANCER, kind="ratio", method="observed", confidence=[0.95])
    own = estimate_isr(LIP_CANCER, by="area")
    expected = np.select([own["lower"] > 1, own["upper"] < 1], ["above", "below"], "within")
    assert found["flag"].tolist() == expected.tolist()
    assert found["flag"].iloc[54] == "below"  # no events of 4.2 expected: above 3.69
    assert np.isnan(found["upper"].iloc[54]) and found["method"].unique() == ["own interval"]
    traced = trace_funnel(O[:54], kind="ratio", confidence=[0.95], profile="phe")
    assert found["upper"].iloc[:54].tolist() == pytest.approx(traced["upper"].tolist())
    rate = limit_funnel(UNITS, kind="rate", size="population", method="observed", multiplier=100)
    own = estimate_rate(UNITS, by="area", events="observed", multiplier=100)
    flags = np.select([own["lower"] > 11, own["upper"] < 11], ["above", "below"], "within")
    assert rate["flag"].iloc[:4].tolist() == flags.tolist()


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (UNITS.drop(columns="area"), {}, "column area"),
        (UNITS.assign(area=list("AABC")), {}, "1 repeated"),
        (UNITS.assign(area=["A", "B", None, "C"]), {}, "1 missing"),
        (UNITS, {"multiplier": -1}, "multiplier"),
        (UNITS, {"by": "trust"}, "column trust"),
    ],
)
def test_areas_and_multipliers_are_asked_for(data, options, words) -> None:
    with pytest.raises(UserError) as caught:
        limit_funnel(data, kind="rate", size="population", **options)
    assert words in str(caught.value), str(caught.value)


def test_lines_are_not_turned_over() -> None:
    with pytest.raises(UserError, match="multiplier"):
        trace_funnel([10], kind="ratio", multiplier=0)
