"""Measures of equity twice: per person of the cohort, and per person imputed to need the drug."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rareaccess.measures.eligibility.cells import band_ages, build_cells
from rareaccess.measures.eligibility.diagnostics import FEWEST_TREATED
from rareaccess.measures.eligibility.draws import SEED, draw_unknowns
from rareaccess.measures.eligibility.imputation import impute_measure
from rareaccess.measures.eligibility.regressions import fit_all
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.eligibility.trait import estimate_trait
from rareaccess.measures.equity.axes import AXES
from rareaccess.measures.equity.boards import expect_starts
from rareaccess.measures.equity.denominators import COHORT, Strata
from rareaccess.measures.inequality import estimate_core20, estimate_sii
from rareaccess.measures.rates import adjust_rates, limit_events
from rareaccess.measures.tidy import Floats, find_quantile, make_row
from rareaccess.measures.variation import estimate_scv
from rareaccess.measures.variation.chance import draw_counts, start_draws
from rareaccess.measures.variation.scv import score_areas

__all__ = [
    "AREAS",
    "FEWEST_IMPUTED",
    "IMPUTATIONS",
    "choose_areas",
    "has_gradient",
    "impute_equity",
    "measure_equity",
]  # fmt: skip

FEWEST_IMPUTED = 100
"""Treated. In twenty trials each, the mean log ratio of the imputed was off by 0.10 with 60 treated
and by 0.02 with 100."""

IMPUTATIONS = 60
AREAS = {"icb": "boards", "nhs_region": "regions"}
"""Columns of areas, the smallest first, and what they are called."""

SCALES = {"SII": "linear", "SCV": "linear"}
FIFTHS = AXES["imd_quintile"]
REPETITIONS = 1_000
SPREAD_SEED = 1990
NEGATIVE = "below 0, which is shown as 0"


def choose_areas(frame: pd.DataFrame) -> str:
    """Return the column of the smallest areas that each have five treated or more; or no words.

    Examples
    --------
    >>> people = pd.DataFrame({"icb": list("abab") * 4, "nhs_region": "n",
    ...                        "treated": [1, 1, 1, 0] * 4})
    >>> choose_areas(people), choose_areas(pd.concat([people] * 2))
    ('', 'icb')
    """
    for column in AREAS:
        treated = frame.groupby(column, observed=True)["treated"].sum()
        if len(treated) > 1 and treated.min() >= FEWEST_TREATED:
            return column
    return ""


def _number_strata(frame: pd.DataFrame) -> NDArray[np.intp]:
    """Return the stratum of age band and sex of each person, numbered without gaps."""
    sex, sexes = pd.factorize(frame["sex"], sort=True)
    found = band_ages(frame["age"].to_numpy(float)) * len(sexes) + sex
    return np.asarray(np.unique(found, return_inverse=True)[1], dtype=np.intp)


def _cross(people: pd.DataFrame, codes: pd.Series, names: Sequence[object]) -> Strata:
    """Count people and treated by group and stratum; a code below 0 is no group."""
    code, stratum = codes.to_numpy(), people["stratum"].to_numpy()
    treated = people["treated"].to_numpy() > 0
    width, known = int(stratum.max()) + 1, code >= 0

    def count(kept: NDArray[np.bool_]) -> pd.DataFrame:
        key = code[kept] * width + stratum[kept]
        found = np.bincount(key, minlength=len(names) * width).reshape(len(names), width)
        return pd.DataFrame(found.astype(float), index=list(names))

    sizes = count(known)
    some = sizes.columns[sizes.sum() > 0]
    return Strata(COHORT, FIFTHS, sizes[some], count(known & treated)[some], 0)


def _row(name: str, row: Mapping[Any, Any], n: float, note: str = "") -> dict[str, Any]:
    found = make_row(
        row["value"], row["lower"], row["upper"], confidence=0.95, method="", n=n, note=note
    )
    return {"measure": name, **found}


def _measure_gradient(found: pd.DataFrame, total: float) -> list[dict[str, Any]]:
    """Return relative and slope index, and Core20, of five fifths compared with one of them.

    Parameters
    ----------
    found
        Of `adjust_rates`. The rate of a fifth is its ratio at the mean rate of all, as in
        `rate_groups`.
    """
    people, n = found["people"].to_numpy(), found["n"].to_numpy()
    rate = found["value"].to_numpy() * COHORT.per * found["expected"].sum() / people.sum()
    low, high, _ = limit_events(n)
    rates = pd.DataFrame({
        "key": np.arange(len(n)) + 1, "people": people, "value": rate, "lower": rate / n * low,
        "upper": rate / n * high, "starts": n, "expected": found["expected"],
    })  # fmt: skip
    index = estimate_sii(
        rates, group="key", population="people", value_type="rate", repetitions=1_000
    )
    fifth = estimate_core20(rates, group="key", events="starts", population="expected",
                            method="log")  # fmt: skip
    told = {(row["measure"], row["method"]): row
            for row in (*index.to_dict("records"), *fifth.to_dict("records"))}  # fmt: skip
    rows = {"RII": told["RII", "delta method"], "SII": told["SII", "delta method"],
            "core20": told["ratio", "log-normal"]}  # fmt: skip
    return [_row(name, row, total, str(row["note"])) for name, row in rows.items()]


def _measure_spread(strata: Strata) -> dict[str, Any]:
    """Return the SCV as it is, below 0 or not, with limits from its spread in simulated areas."""
    frame, _ = expect_starts(strata, strata.starts.sum(axis=1))
    observed, expected = frame["observed"].to_numpy(), frame["expected"].to_numpy()
    raw = float(score_areas(observed, expected).mean())
    rng = start_draws(REPETITIONS, SPREAD_SEED)
    counts = draw_counts(expected, variance=max(raw, 0.0), repetitions=REPETITIONS, rng=rng)
    half = find_quantile(0.95) * float(score_areas(counts, expected).mean(axis=1).std())
    numbers = {"value": 100 * raw, "lower": 100 * (raw - half), "upper": 100 * (raw + half)}
    return _row("SCV", numbers, float(observed.sum()))


def _prepare(frame: pd.DataFrame, areas: str) -> pd.DataFrame:
    """Return people with their group, stratum and area as numbers."""
    names = sorted(frame["group"].unique())
    codes = frame["group"].map({name: code for code, name in enumerate(names)})
    found = frame.assign(group_code=codes.astype("int64"), stratum=_number_strata(frame))
    if areas:
        found = found.assign(area_code=pd.factorize(frame[areas], sort=True)[0])
    return found


def has_gradient(frame: pd.DataFrame) -> bool:
    """Return whether people are of all five fifths of deprivation, with treated people in each.

    Examples
    --------
    >>> has_gradient(pd.DataFrame({"group": list("ab"), "treated": 1}))
    False
    """
    treated = frame.groupby("group", observed=True)["treated"].sum()
    return sorted(treated.index) == list(FIFTHS.levels.values()) and bool(treated.min() > 0)


def measure_equity(
    people: pd.DataFrame, *, groups: Sequence[str], reference: str, compared: Sequence[str],
    gradient: bool = False, areas: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Measure equity of treatment per person of some people, adjusted for age band and sex.

    Parameters
    ----------
    people
        `group_code` (the place in `groups`), `stratum`, `treated`, and `area_code` with `areas`.
    groups
        The groups in order.
    reference, compared
        Which are compared with which.
    gradient
        Whether the groups are the five fifths of deprivation, most deprived first, each with
        treated people.
    areas
        The number of areas; 0 without.

    Returns
    -------
    DataFrame
        `measure` (the groups compared; of a gradient `RII`, `SII` per 1,000, `core20`; of areas
        `SCV`) and the standard columns. SCV is as it comes out, also below 0, and its limits are
        those of its spread in simulated areas whose true ratios vary as much.

    Examples
    --------
    >>> people = pd.DataFrame({"group_code": [0, 1] * 50, "stratum": 0,
    ...                        "treated": [1, 1, 0, 0] * 25})
    >>> found = measure_equity(people, groups=["a", "b"], reference="b", compared=["a"])
    >>> found[["measure", "value"]].values.tolist()
    [['a', 1.0]]
    """
    strata = _cross(people, people["group_code"], groups)
    found = adjust_rates(
        strata.sizes, strata.starts.sum(axis=1), strata.starts.sum(), reference=reference
    )
    by_group = {row["group"]: row for row in found.to_dict("records")}
    n = float(strata.starts.to_numpy().sum())
    rows = [_row(name, by_group[name], n) for name in compared]
    if gradient:
        rows += _measure_gradient(found, n)
    if areas:
        rows.append(_measure_spread(_cross(people, people["area_code"], range(areas))))
    return pd.DataFrame(rows)


def impute_equity(
    frame: pd.DataFrame, roles: Roles, *, prevalence: tuple[float, float], reference: str,
    compared: Sequence[str], areas: str = "", impute: bool = True,
    imputations: int = IMPUTATIONS, seed: int = SEED,
) -> Mapping[str, pd.DataFrame]:  # fmt: skip
    """Measure equity of treatment per person of the cohort, and per person imputed to be eligible.

    Parameters
    ----------
    frame
        As `answer_equity` takes it. Where the groups are the fifths of deprivation in the words of
        the report, and each has treated people, there are measures of the gradient as well.
    areas
        A column of areas, for the systematic component of variation; none by default.
    impute
        Whether eligibility is imputed; otherwise there is the cohort alone.

    Returns
    -------
    Mapping
        `cohort` and `eligible`, each as `measure_equity` gives it. SCV of the cohort has the
        interval of `estimate_scv`; of the eligible it is pooled as it comes out in each
        imputation, and only then shown as 0 where it is below. A measure without a value in some
        imputation is blank, and its note says so.

    Notes
    -----
    Who is eligible is imputed from the groups and from each person's anchors. Need of areas
    differs only as far as these two say, so that what else differs between areas counts as access.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import EXAMPLE_ROLES, draw_example
    >>> found = impute_equity(draw_example(), EXAMPLE_ROLES, prevalence=(0.08, 0.2),
    ...                       reference="b", compared=["a"], imputations=50)
    >>> {name: rows["value"].round(1).tolist() for name, rows in found.items()}
    {'cohort': [1.8], 'eligible': [1.0]}
    """
    people = _prepare(frame, areas).astype({"group": "category", "sex": "category"})
    size = int(people["area_code"].max()) + 1 if areas else 0
    asked: dict[str, Any] = {
        "groups": sorted(frame["group"].unique()), "reference": reference, "compared": compared,
        "gradient": has_gradient(frame), "areas": size,
    }  # fmt: skip
    cohort = measure_equity(people, **asked)
    if areas:
        strata = _cross(people, people["area_code"], range(size))
        scv = estimate_scv(expect_starts(strata, strata.starts.sum(axis=1))[0]).iloc[0]
        at = cohort["measure"] == "SCV"
        cohort.loc[at, ["value", "lower", "upper"]] = [scv["value"], scv["lower"], scv["upper"]]
        cohort.loc[at, "note"] = NEGATIVE if scv["raw"] < 0 else ""
    if not impute:
        return {"cohort": cohort}
    estimates = fit_all(build_cells(frame, roles))
    draws = draw_unknowns(estimates, prevalence=prevalence, seed=seed)
    trait = estimate_trait(estimates, draws, prevalence=prevalence, reference=reference)
    needed = [*roles.anchors, "group", "age", "sex", "treated", "group_code", "stratum",
              *(["area_code"] if areas else [])]  # fmt: skip
    eligible = impute_measure(
        people[needed], estimates, trait, lambda own: measure_equity(own, **asked),
        prevalence=draws.prevalence, by=["measure"], imputations=imputations, partial=True,
        scale={name: SCALES.get(name, "log") for name in cohort["measure"]}, seed=seed,
    )  # fmt: skip
    return {"cohort": cohort, "eligible": _cut_negative(eligible)}


def _cut_negative(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with an SCV below 0 shown as 0, and its limits cut there."""
    at = (rows["measure"] == "SCV") & rows["value"].notna()
    below = at & rows["value"].lt(0)
    numbers: Floats = rows.loc[at, ["value", "lower", "upper"]].to_numpy("float64").clip(0.0)
    found = rows.copy()
    found.loc[at, ["value", "lower", "upper"]] = numbers
    found.loc[below, "note"] = NEGATIVE
    return found
