"""The measures of inequality of one world, each beside the value that it should find."""

from collections.abc import Collection

import pandas as pd

from benchmarks.denominators import Counted
from rareaccess.measures.inequality import estimate_core20, estimate_sii
from rareaccess.measures.rates import estimate_isr, estimate_rate, expect_events

__all__ = ["CONTRASTS", "NULLS", "estimate_contrasts", "estimate_rates", "find_truth"]

RATIOS = {
    "Black against White": ("ethnicity", ["Black"], ["White"]),
    "Asian against White": ("ethnicity", ["Asian"], ["White"]),
    "most against least deprived fifth": ("imd_quintile", [1], [5]),
    "most deprived fifth against the rest": ("imd_quintile", [1], [2, 3, 4, 5]),
    "an hour or more from a centre against nearer": (
        "minutes_band", ["60-89", "90+"], ["0-29", "30-59"],
    ),
}  # fmt: skip
SLOPES = {"SII": "slope index of inequality, in mean rates", "RII": "relative index of inequality"}
CONTRASTS = (*RATIOS, *SLOPES.values())
NULLS = {name: 0.0 if name == SLOPES["SII"] else 1.0 for name in CONTRASTS}
SHOWN, STRATA = ("White", "Black", "Asian"), ["age_band", "sex"]
DRAWS = 10_000  # of the simulated intervals of the slopes


def _pair(
    frame: pd.DataFrame, first: Collection[object], second: Collection[object]
) -> pd.DataFrame:
    """Return two rows, of the groups that are compared."""
    rows = [frame[frame["level"].isin(list(levels))].sum(numeric_only=True)
            for levels in (first, second)]  # fmt: skip
    return pd.DataFrame(rows).assign(level=[1, 2])


def estimate_contrasts(counted: Counted) -> pd.DataFrame:
    """Estimate every contrast by the measures of the package, as a chapter would.

    Returns
    -------
    DataFrame
        contrast, value, lower, upper. Ratios have exact limits, the slopes simulated ones.
    """
    rows = []
    for name, (dimension, first, second) in RATIOS.items():
        pair = _pair(counted[dimension], first, second).astype({"events": "int64"})
        found = estimate_core20(pair, group="level", core=[1], multiplier=1)
        rows.append(found[found["measure"] == "ratio"].assign(contrast=name))
    fifths = counted["imd_quintile"]
    mean = fifths["population"].sum() / fifths["events"].sum()
    rates = estimate_rate(fifths, by="level", multiplier=mean)
    found = estimate_sii(rates, group="level", value_type="rate", repetitions=DRAWS)
    found = found[found["method"].str.startswith("simulated") & found["measure"].isin(SLOPES)]
    rows.append(found.assign(contrast=found["measure"].map(SLOPES)))
    return pd.concat(rows)[["contrast", "value", "lower", "upper"]].reset_index(drop=True)


def find_truth(eligible: Counted) -> pd.Series:
    """Return the true value of every contrast: that of the expected starts in the person-years.

    It is the ratio (or slope) of the marginal rates, with the groups as they are: what passes
    through another variable, as deprivation through ethnicity, is a part of it.
    """
    values = {}
    for name, (dimension, first, second) in RATIOS.items():
        pair = _pair(eligible[dimension], first, second)
        rate = pair["expected"] / pair["population"]
        values[name] = rate[0] / rate[1]
    fifths = eligible["imd_quintile"]
    rate = fifths["expected"] / fifths["population"]
    mean = fifths["expected"].sum() / fifths["population"].sum()
    exact = fifths.assign(value=rate / mean, se=0.0)  # known without error
    found = estimate_sii(exact, group="level", se="se", repetitions=1000)
    found = found.drop_duplicates("measure").set_index("measure")["value"]
    return pd.Series(values | {words: found[name] for name, words in SLOPES.items()})


def estimate_rates(risk_time: pd.DataFrame) -> pd.DataFrame:
    """Estimate what one ethnic group has by itself: its rate, and its ratio to all groups.

    Returns
    -------
    DataFrame
        contrast, value, lower, upper, truth: rates per person-year; observed over expected starts,
        with the rates of all groups together at the same age and sex.
    """
    names = {"starts": "events", "person_years": "population"}
    counts = risk_time.rename(columns=names)
    groups = counts.groupby("ethnicity", sort=False)[["events", "population", "expected"]].sum()
    rates = estimate_rate(groups.reset_index(), by="ethnicity", multiplier=1)
    strata = counts.groupby(["ethnicity", *STRATA], as_index=False)[[*groups]].sum()
    of_all = strata.groupby(STRATA)[["expected", "population"]].transform("sum")
    usual = strata["population"] * of_all["expected"] / of_all["population"]
    ratios = estimate_isr(expect_events(strata, by="ethnicity", strata=STRATA), by="ethnicity")
    told = [
        (rates, "rate of {} people", groups["expected"] / groups["population"]),
        (
            ratios,
            "{} people against all, same age and sex",
            groups["expected"] / usual.groupby(strata["ethnicity"]).sum(),
        ),
    ]
    parts = [
        found.assign(
            contrast=found["ethnicity"].map(words.format), truth=found["ethnicity"].map(truth)
        )[found["ethnicity"].isin(SHOWN)]
        for found, words, truth in told
    ]
    return pd.concat(parts)[["contrast", "value", "lower", "upper", "truth"]]
