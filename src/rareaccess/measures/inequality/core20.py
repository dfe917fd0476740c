"""Core20 against the rest: the most deprived fifth of the population beside the other four."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from rareaccess.measures.checking import check_multiplier
from rareaccess.measures.rates.intervals import (
    find_profile,
    judge_events,
    limit_binomial,
    limit_events,
)
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    Row,
    find_quantile,
    make_blank,
    make_row,
    measure_groups,
    read_counts,
    read_order,
    read_sizes,
    refuse_column,
    select_option,
)

__all__ = ["estimate_core20"]

MEASURES = ("core20", "rest", "ratio", "difference")


def _mark(rows: pd.DataFrame, group: str, core: Collection[object] | None) -> np.ndarray:
    order = read_order(rows, group, fewest=2 if core else 5)
    if core is not None:
        chosen = rows[group].isin(list(core)).to_numpy()
        if chosen.all() or not chosen.any():
            raise refuse_column(
                group, "The most deprived groups are none of those that there are, or all.",
                found=", ".join(map(str, core)), expected="some of the groups",
            )  # fmt: skip
        return chosen
    if len(order) % 5:
        raise refuse_column(
            group, "The most deprived fifth cannot be told from the number of groups.",
            found=f"{len(order)} groups", expected="quintiles, deciles or twentieths; or core=...",
        )  # fmt: skip
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order[: len(order) // 5]] = True
    return chosen


def _limit_ratio(n: Floats, of: Floats, confidence: float, method: str) -> tuple[float, float]:
    """Limits of the ratio of two rates, of the first to the second."""
    if method == "log":
        half = find_quantile(confidence) * np.sqrt((1 / n).sum())
        ratio = n[0] / of[0] / (n[1] / of[1])
        return float(ratio * np.exp(-half)), float(ratio * np.exp(half))
    lower, upper = limit_binomial(n[0], n.sum(), confidence=confidence)
    with np.errstate(divide="ignore"):
        low, high = (share / (1 - share) * of[1] / of[0] for share in (lower, upper))
    return float(low), float(high) if np.isfinite(high) else NAN


def estimate_core20(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), group: str = "quintile",
    core: Collection[object] | None = None, events: str = "events",
    population: str = "population", multiplier: float = 100_000, confidence: float = 0.95,
    profile: str = "phe", method: str = "exact",
) -> pd.DataFrame:  # fmt: skip
    """The rates of the most deprived fifth and of the rest, with their ratio and difference.

    Ratio = (x₁/n₁)/(x₂/n₂). Given both counts, x₁ is binomial of x₁ + x₂, with share p; its exact
    limits become those of the ratio by p/(1 − p) × n₂/n₁. Difference d = r₁ − r₂, from
    d − √((r₁ − l₁)² + (u₂ − r₂)²) to d + √((u₁ − r₁)² + (r₂ − l₂)²), with the limits l and u of
    the rates.

    Parameters
    ----------
    frame
        One row for each group.
    group
        Quintiles or deciles, most deprived first: numbers or an ordered categorical.
    core
        The groups that make up the fifth; by default the first fifth of them.
    events, population, multiplier
        As in `estimate_rate`.
    profile
        As in `estimate_rate`. Ratio and difference are given where both rates are.
    method
        `exact`, as above; `log`: ratio × exp(∓ z √(1/x₁ + 1/x₂)), which needs events in both.

    Returns
    -------
    DataFrame
        The columns of `by`, `measure` (`core20`, `rest`, `ratio`, `difference`), the standard
        columns (`n`: events).

    Raises
    ------
    UserError
        The fifth cannot be told from the number of groups, or `core` has none or all of them; what
        `estimate_rate` refuses.

    Notes
    -----
    Core20 is defined nationally. In a region, the most deprived fifth of England may be any share
    of the people.

    References
    ----------
    NHS England (2021), Core20PLUS5. Breslow and Day (1987), chapter 3. Donner and Zou (2012),
    Closed-form confidence intervals for functions of the normal mean and standard deviation.

    Examples
    --------
    >>> frame = pd.DataFrame({"quintile": [1, 2, 3, 4, 5], "events": [30, 12, 14, 10, 9],
    ...                       "population": [1000, 1000, 1000, 1000, 1000]})
    >>> found = estimate_core20(frame, multiplier=1000).set_index("measure")
    >>> found.loc["ratio", ["value", "lower", "upper"]].astype(float).round(4).tolist()
    [2.6667, 1.6221, 4.3269]
    """
    select_option("method", method, ["exact", "log"])

    def way(rows: pd.DataFrame) -> list[Row]:
        chosen = _mark(rows, group, core)
        counts, sizes = read_counts(rows, events), read_sizes(rows, population)
        n = np.array([counts[chosen].sum(), counts[~chosen].sum()])
        of = np.array([sizes[chosen].sum(), sizes[~chosen].sum()])
        total = [*n, n.sum(), n.sum()]
        if np.isnan(n).any():
            return [
                {"measure": measure, **make_blank(confidence=confidence,
                 n=one, note=HIDDEN)}
                for measure, one in zip(MEASURES, total, strict=True)
            ]  # fmt: skip
        lower, upper, names = limit_events(n, confidence=confidence, profile=profile)
        rates, low, high = (multiplier * part / of for part in (n, lower, upper))
        down = np.hypot(rates[0] - low[0], high[1] - rates[1])
        up = np.hypot(high[0] - rates[0], rates[1] - low[1])
        gap, note = rates[0] - rates[1], ""
        ratio: tuple[float, float, float] = (NAN, NAN, NAN)
        if n[1] == 0 or (method == "log" and n[0] == 0):
            note = "not given: no events in one of the two groups"
        if not note or (method == "exact" and n[0]):
            value = rates[0] / rates[1] if n[1] else NAN
            ratio = (value, *_limit_ratio(n, of, confidence, method))
        judged = [judge_events(float(one), profile=profile, kind="crude") for one in (*n, n.min())]
        found = [
            (rates[0], low[0], high[0], str(names[0]), *judged[0]),
            (rates[1], low[1], high[1], str(names[1]), *judged[1]),
            (*ratio, {"exact": "exact conditional", "log": "log-normal"}[method], judged[2][0],
             judged[2][1] if not judged[2][0] else note or judged[2][1]),
            (gap, gap - down, gap + up, "square-and-add", *judged[2]),
        ]  # fmt: skip
        return [
            {"measure": measure, **make_row(*(one[:3] if one[4] else [NAN] * 3),
             confidence=confidence, method=one[3], n=of_n, note=one[5])}
            for measure, one, of_n in zip(MEASURES, found, total, strict=True)
        ]  # fmt: skip

    find_profile(profile)
    check_multiplier(multiplier)
    return measure_groups(frame, by, way)
