"""Crude rates and proportions, each with its interval in the manner of a house."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.measures.checking import check_multiplier
from rareaccess.measures.rates.intervals import (
    find_profile,
    judge_events,
    limit_binomial,
    limit_events,
    limit_wilson,
)
from rareaccess.measures.tidy import (
    HIDDEN,
    Row,
    check_confidence,
    make_blank,
    make_row,
    measure_groups,
    read_counts,
    read_sizes,
    refuse_column,
    select_option,
)

__all__ = ["estimate_proportion", "estimate_rate"]


def estimate_rate(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), events: str = "events",
    population: str = "population", multiplier: float = 100_000, confidence: float = 0.95,
    profile: str = "phe",
) -> pd.DataFrame:  # fmt: skip
    """Crude rate: events over population or person-time, with the limits of the count.

    Parameters
    ----------
    frame
        Rows with counts; rows of one group of `by` are added up.
    by
        Columns that name the groups.
    events, population
        Columns: the events, whole and not negative, and the people or person-years at risk. A
        hidden or missing count gives no rate.
    multiplier
        The rate is per so many people.
    profile
        `phe`: exact limits below ten events and Byar's from ten. `ndrs`: exact limits, no rate of
        fewer than three events, a note below twenty.

    Returns
    -------
    DataFrame
        The columns of `by`, `value`, `lower`, `upper` per `multiplier`, `confidence`, `method`,
        `n` (events), `note`, and `population`.

    Raises
    ------
    UserError
        A column is missing or not of numbers, a population is zero, a count is negative, the
        multiplier is not above zero.

    References
    ----------
    Public Health England (2018), Technical guide: common public health statistics and their
    confidence intervals.

    Examples
    --------
    >>> frame = pd.DataFrame({"events": [65], "population": [100]})
    >>> estimate_rate(frame, multiplier=100).round(4)[["value", "lower", "upper"]].values.tolist()
    [[65.0, 50.1632, 82.8491]]
    """
    find_profile(profile)
    check_multiplier(multiplier)

    def way(rows: pd.DataFrame) -> list[Row]:
        size = float(read_sizes(rows, population).sum())
        n = float(read_counts(rows, events).sum())
        facts: Row = {"confidence": check_confidence(confidence), "n": n, "population": size}
        if np.isnan(n):
            return [make_blank(note=HIDDEN, **facts)]
        given, note = judge_events(n, profile=profile, kind="crude")
        if not given:
            return [make_blank(note=note, **facts)]
        lower, upper, method = limit_events(n, confidence=confidence, profile=profile)
        rate = [multiplier * float(value) / size for value in (n, lower, upper)]
        return [make_row(*rate, method=str(method), note=note, **facts)]

    return measure_groups(frame, by, way)


def estimate_proportion(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), events: str = "events",
    population: str = "population", multiplier: float = 1, confidence: float = 0.95,
    method: str = "wilson",
) -> pd.DataFrame:  # fmt: skip
    """Proportion of people with a property, with Wilson's or exact limits.

    Parameters
    ----------
    frame, by, events, population, confidence
        As in `estimate_rate`; events are people, and no more than the population.
    multiplier
        1 for a proportion, 100 for per cent.
    method
        `wilson`, or `exact` (Clopper and Pearson).

    Returns
    -------
    DataFrame
        As of `estimate_rate`.

    Raises
    ------
    UserError
        As of `estimate_rate`, and where there are more events than people.

    References
    ----------
    Wilson (1927); Newcombe and Altman (2000), Proportions and their differences.

    Examples
    --------
    >>> frame = pd.DataFrame({"events": [65], "population": [100]})
    >>> estimate_proportion(frame)[["value", "lower", "upper"]].round(6).values.tolist()
    [[0.65, 0.552544, 0.736358]]
    """
    limit = limit_wilson if select_option("method", method, ["wilson", "exact"]) == "wilson" else (
        limit_binomial
    )  # fmt: skip
    name = {"wilson": "Wilson score", "exact": "exact binomial"}[method]
    check_multiplier(multiplier)

    def way(rows: pd.DataFrame) -> list[Row]:
        sizes, counts = read_sizes(rows, population), read_counts(rows, events)
        if (counts > sizes).any():
            raise refuse_column(
                events, "A proportion has more people with the property than people.",
                found=f"{int((counts > sizes).sum())} of {len(counts)} rows",
                expected=f"no more than {population}",
            )  # fmt: skip
        n, size = float(counts.sum()), float(sizes.sum())
        facts: Row = {"confidence": check_confidence(confidence), "n": n, "population": size}
        if np.isnan(n):
            return [make_blank(note=HIDDEN, **facts)]
        share = [multiplier * float(x) for x in (n / size, *limit(n, size, confidence=confidence))]
        return [make_row(*share, method=name, **facts)]

    return measure_groups(frame, by, way)
