"""Indirectly standardised ratios: events beside those expected with the rates of a standard."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.measures.checking import check_multiplier
from rareaccess.measures.rates.intervals import find_profile, judge_events, limit_events
from rareaccess.measures.tidy import (
    HIDDEN,
    Row,
    check_columns,
    check_confidence,
    make_blank,
    make_row,
    measure_groups,
    read_counts,
    read_sizes,
    refuse_column,
)

__all__ = ["estimate_isr", "expect_events"]


def expect_events(
    frame: pd.DataFrame, reference: pd.DataFrame | None = None, *, by: str | Sequence[str],
    strata: str | Sequence[str] = "age_band", events: str = "events",
    population: str = "population",
) -> pd.DataFrame:  # fmt: skip
    """Observed and expected events of each group, with the rates of a standard in each stratum.

    Expected = Σ over the strata of population × rate of the standard.

    Parameters
    ----------
    frame
        One row for each stratum of each group.
    reference
        The standard: events and population of each stratum. By default all groups together, so
        that the expected events sum to the observed.
    by, strata
        Columns that name the groups, and the strata, such as age band and sex. One that is both,
        such as the period, has a standard of its own.
    events, population
        Columns of both frames.

    Returns
    -------
    DataFrame
        The columns of `by`, `observed` (missing where a count is hidden), `expected` and
        `population`.

    Raises
    ------
    UserError
        A stratum is not in the standard, or comes twice in it; a population is zero; a count of
        the standard is hidden.

    References
    ----------
    Armitage, Berry and Matthews (2002), Statistical methods in medical research, section 19.3.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": ["A", "A", "B", "B"], "age_band": ["young", "old"] * 2,
    ...                       "events": [1, 8, 3, 8], "population": [100, 100, 300, 100]})
    >>> expect_events(frame, by="area")[["observed", "expected"]].values.tolist()
    [[9.0, 9.0], [11.0, 11.0]]
    """
    groups, parts = ([one] if isinstance(one, str) else list(one) for one in (by, strata))
    counts, sizes = read_counts(frame, events), read_sizes(frame, population)
    standard = frame if reference is None else reference
    check_columns(frame, *groups, *parts)
    check_columns(standard, *parts)
    known = pd.DataFrame(
        {"n": read_counts(standard, events), "of": read_sizes(standard, population)}
    )
    known = known.assign(**{part: standard[part].to_numpy() for part in parts})
    if known["n"].isna().any():
        raise refuse_column(
            events, "A count of the standard is hidden or missing.",
            found=f"{int(known['n'].isna().sum())} of {len(known)}", expected="all counts, or a "
            "reference of its own",
        )  # fmt: skip
    if reference is not None and known.duplicated(parts).any():
        raise refuse_column(
            ", ".join(parts), "A stratum comes twice in the standard.",
            found=f"{int(known.duplicated(parts).sum())} repeated", expected="one row a stratum",
        )  # fmt: skip
    summed = known.groupby(parts, dropna=False, observed=True)[["n", "of"]].sum()
    rates = (summed["n"] / summed["of"]).rename("rate").reset_index()
    rows = frame[list(dict.fromkeys([*groups, *parts]))].assign(observed=counts, population=sizes)
    rated = rows.merge(rates, on=parts, how="left", validate="many_to_one")
    if rated["rate"].isna().any():
        raise refuse_column(
            ", ".join(parts), "Strata are not in the standard.",
            found=f"{int(rated['rate'].isna().sum())} of {len(rated)} rows",
            expected="a rate of the standard for each stratum",
        )  # fmt: skip
    rated["expected"] = rated["population"] * rated["rate"]
    grouped = rated.groupby(groups, dropna=False, observed=True)
    found = grouped[["expected", "population"]].sum()
    found.insert(0, "observed", grouped["observed"].sum(min_count=1))
    found.loc[grouped["observed"].count() < grouped.size(), "observed"] = np.nan
    return found.reset_index()


def estimate_isr(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), observed: str = "observed",
    expected: str = "expected", multiplier: float = 1, confidence: float = 0.95,
    profile: str = "phe",
) -> pd.DataFrame:  # fmt: skip
    """Indirectly standardised ratio: observed over expected events, with the limits of the count.

    The ratios of two groups, each with its own ages, do not compare with each other, only with
    the standard.

    Parameters
    ----------
    frame
        Rows with observed and expected events, such as `expect_events` gives; rows of one group
        of `by` are added up.
    multiplier
        1, or 100 for the standard at 100; the crude rate of the standard per so many people gives
        the indirectly standardised rate.
    profile
        `phe`: exact limits below ten events and Byar's from ten. `ndrs`: no ratio of fewer than ten
        events, exact limits, a note below twenty.

    Returns
    -------
    DataFrame
        The columns of `by`, the standard columns (`n`: observed events) and `expected`.

    Raises
    ------
    UserError
        Expected events are zero; a count is negative; the multiplier is not above zero.

    References
    ----------
    Breslow and Day (1987), Statistical methods in cancer research, volume II, chapter 2.

    Examples
    --------
    >>> frame = pd.DataFrame({"observed": [65], "expected": [50.0]})
    >>> estimate_isr(frame)[["value", "lower", "upper"]].round(6).values.tolist()
    [[1.3, 1.003264, 1.656983]]
    """
    find_profile(profile)
    check_multiplier(multiplier)

    def way(rows: pd.DataFrame) -> list[Row]:
        n = float(read_counts(rows, observed).sum())
        base = float(read_sizes(rows, expected).sum())
        facts: Row = {"confidence": check_confidence(confidence), "n": n, "expected": base}
        if np.isnan(n):
            return [make_blank(note=HIDDEN, **facts)]
        given, note = judge_events(n, profile=profile, kind="indirect")
        if not given:
            return [make_blank(note=note, **facts)]
        lower, upper, method = limit_events(n, confidence=confidence, profile=profile)
        ratio = [multiplier * float(value) / base for value in (n, lower, upper)]
        return [make_row(*ratio, method=str(method), note=note, **facts)]

    return measure_groups(frame, by, way)
