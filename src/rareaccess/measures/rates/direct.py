"""Directly standardised rates: what the rate would be with the ages of a standard population."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from rareaccess.measures.checking import check_multiplier
from rareaccess.measures.rates.intervals import find_profile, judge_events, limit_events
from rareaccess.measures.tidy import (
    HIDDEN,
    Floats,
    Row,
    check_columns,
    check_confidence,
    make_blank,
    make_row,
    measure_groups,
    read_counts,
    read_numbers,
    read_sizes,
    refuse_column,
    select_option,
)

__all__ = ["ESP_2013", "estimate_dsr"]


_WEIGHTS = (5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500,
            5000, 4000, 2500, 1500, 1000)  # fmt: skip
_BANDS = (*(f"{start}-{start + 4}" for start in range(0, 90, 5)), "90+")

ESP_2013: Mapping[object, float] = MappingProxyType(
    dict(zip(_BANDS, map(float, _WEIGHTS), strict=True))
)
"""European standard population of 2013 by age band: `0-4` to `85-89`, `90+`; in all 100,000."""


def _weigh(rows: pd.DataFrame, age: str, standard: str | Mapping[object, float]) -> Floats:
    """Return the weight of each row, and refuse rows that are not one of each band."""
    if isinstance(standard, str):
        return read_sizes(rows, standard)
    bands = set(rows[age])
    if bands != set(standard):
        odd = sorted(map(str, bands ^ set(standard)))
        raise refuse_column(
            age, "The age bands are not those of the standard population.",
            found="not in both: " + ", ".join(odd), expected="one row for each band",
        )  # fmt: skip
    return np.array([standard[band] for band in rows[age]], dtype=np.float64)


def _check_bands(frame: pd.DataFrame, by: list[str], age: str, parts: list[str]) -> None:
    check_columns(frame, *by, age, *parts)
    if frame.duplicated([*by, age, *parts]).any():
        raise refuse_column(
            age, "An age band has more than one row in a group.",
            found=f"{int(frame.duplicated([*by, age, *parts]).sum())} repeated",
            expected="one row for each band",
        )  # fmt: skip
    if by:
        bands = frame.groupby(by, dropna=False, observed=True)[age].agg(frozenset)
        if bands.nunique() > 1:
            raise refuse_column(
                age, "The groups do not have the same age bands.",
                found=f"{bands.nunique()} different lists", expected="every band in every group, "
                "with no events where there were none",
            )  # fmt: skip


def estimate_dsr(
    frame: pd.DataFrame, *, by: str | Sequence[str] = (), age: str = "age_band",
    events: str = "events", population: str = "population",
    standard: str | Mapping[object, float] = ESP_2013, frequency: str | None = None,
    multiplier: float = 100_000, confidence: float = 0.95, profile: str = "phe",
    missing: str = "hide",
) -> pd.DataFrame:  # fmt: skip
    """Directly standardised rate, with the interval of Dobson.

    Rate = Σ wx/n / Σw over the age bands, with variance V = Σ w²x/n² / (Σw)². With O events in
    all, and L and U the limits of O, the interval is from rate + √(V/O)(L − O) to
    rate + √(V/O)(U − O).

    Parameters
    ----------
    frame
        One row for each age band of each group.
    by, events, population, multiplier
        As in `estimate_rate`.
    age
        Column of age bands. Rows and weights are matched by it, never by their position.
    standard
        Weights by age band, or the column that holds them.
    frequency
        Column: how many events each person had who is counted in `events`, where people and not
        events are independent. A band then has a row for each frequency, with the same
        population, and x events of f each count f·x, with variance f²x.
    profile
        `phe`: no rate of fewer than ten events, Byar's limits. `ndrs`: no rate of fewer than ten
        events, exact limits, a note below twenty.
    missing
        `hide`: a group with a hidden or missing count has no rate. `zero`: a missing count is no
        event, as the R package of Public Health England takes it.

    Returns
    -------
    DataFrame
        As of `estimate_rate`.

    Raises
    ------
    UserError
        The age bands differ between groups or from the standard, or what `estimate_rate` refuses.

    References
    ----------
    Dobson, Kuulasmaa, Eberle and Scherer (1991), Confidence intervals for weighted sums of
    Poisson parameters. Eurostat (2013), Revision of the European standard population.

    Examples
    --------
    >>> frame = pd.DataFrame({"age_band": ["young", "old"], "events": [10, 30],
    ...                       "population": [1000, 500]})
    >>> rate = estimate_dsr(frame, standard={"young": 3, "old": 1}, multiplier=1000)
    >>> rate[["value", "lower", "upper"]].round(4).values.tolist()
    [[22.5, 15.9545, 30.7888]]
    """
    keys = [by] if isinstance(by, str) else list(by)
    find_profile(profile)
    check_multiplier(multiplier)
    select_option("missing", missing, ["hide", "zero"])
    _check_bands(frame, keys, age, [frequency] if frequency else [])

    def way(rows: pd.DataFrame) -> list[Row]:
        counts, sizes = read_counts(rows, events), read_sizes(rows, population)
        weights = _weigh(rows, age, standard)
        times = read_numbers(rows, frequency, least=0) if frequency else np.ones(len(rows))
        counts = np.nan_to_num(counts) if missing == "zero" else counts
        first = (~rows[age].duplicated()).to_numpy()  # a band counts once, whatever its rows
        n, size = float((times * counts).sum()), float(sizes[first].sum())
        facts: Row = {"confidence": check_confidence(confidence), "n": n, "population": size}
        if np.isnan(n):
            return [make_blank(note=HIDDEN, **facts)]
        given, note = judge_events(n, profile=profile, kind="direct")
        if not given:
            return [make_blank(note=note, **facts)]
        whole = weights[first].sum()
        rate = (weights * times * counts / sizes).sum() / whole
        spread = np.sqrt(((weights * times / sizes) ** 2 * counts).sum() / n) / whole
        lower, upper, name = limit_events(n, confidence=confidence, profile=profile)
        limits = [multiplier * (rate + spread * (float(limit) - n)) for limit in (lower, upper)]
        return [make_row(multiplier * rate, *limits, method=f"Dobson, {name}", note=note, **facts)]

    return measure_groups(frame, by, way)
