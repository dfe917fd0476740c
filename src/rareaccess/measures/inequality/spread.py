"""Gini, Theil and mean log deviation: how far groups without an order differ from the mean."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.measures.inequality.gradient import read_errors
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    Row,
    add_notes,
    find_quantile,
    make_blank,
    make_row,
    measure_groups,
    read_numbers,
    read_sizes,
    select_option,
)

__all__ = ["INDICES", "estimate_spread"]


def _gini(shares: Floats, values: Floats, mean: float) -> tuple[float, Floats]:
    apart = values[:, None] - values
    index = float(shares @ np.abs(apart) @ shares / (2 * mean))
    return index, shares / mean * (np.sign(apart) @ shares - index)


def _theil(shares: Floats, values: Floats, mean: float) -> tuple[float, Floats]:
    relative = values / mean
    logs = np.log(np.where(relative > 0, relative, 1))  # 0 × log 0 is 0
    index = float(shares @ (relative * logs))
    return index, shares / mean * (logs - index)


def _log_deviation(shares: Floats, values: Floats, mean: float) -> tuple[float, Floats]:
    if (values == 0).any():
        return NAN, np.full_like(values, NAN)
    return float(-shares @ np.log(values / mean)), shares / mean * (1 - mean / values)


INDICES = {"gini": _gini, "theil": _theil, "mld": _log_deviation}


def estimate_spread(
    frame: pd.DataFrame, *, index: str, by: str | Sequence[str] = (), value: str = "value",
    population: str | None = "population", se: str | None = None, lower: str = "lower",
    upper: str = "upper", confidence: float = 0.95, limits_at: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Gini coefficient, Theil index or mean log deviation of a value over groups or people.

    With p the share and y the value of each group, and μ = Σpy: Gini = ΣΣ pᵢpⱼ|yᵢ − yⱼ|/2μ,
    Theil = Σ p(y/μ) log(y/μ), mean log deviation = −Σ p log(y/μ). All are 0 without differences.
    The interval is the index ∓ z √Σ(∂/∂y · se)².

    Parameters
    ----------
    frame
        One row for each group, or for each person with `population=None`; values not negative.
    index
        `gini`, `theil` or `mld`.
    se, lower, upper, limits_at
        As in `estimate_sii`, on the scale of the value. Without them there is no interval.

    Returns
    -------
    DataFrame
        The columns of `by` and the standard columns (`n`: people). The indices have no sample
        correction.

    Raises
    ------
    UserError
        A population of zero, or a negative value.

    Notes
    -----
    Chance alone makes these indices larger than 0. The interval assumes that they are well away
    from it; where its lower limit is not, the note says so.

    References
    ----------
    Theil (1967), Economics and information theory. Ahn and others (2018), Variance estimation
    and confidence intervals for 11 commonly used health disparity measures.

    Examples
    --------
    >>> frame = pd.DataFrame({"value": [1.0, 2.0, 3.0, 4.0], "population": 1, "se": 0.1})
    >>> [estimate_spread(frame, index=index, se="se")["value"].round(6).item()
    ...  for index in ("gini", "theil", "mld")]
    [0.25, 0.10644, 0.121777]
    """
    way_of = INDICES[select_option("index", index, list(INDICES))]

    def way(rows: pd.DataFrame) -> list[Row]:
        sizes = read_sizes(rows, population) if population else np.ones(len(rows))
        facts = {"confidence": confidence, "method": "delta method", "n": sizes.sum()}
        if value in rows.columns and rows[value].isna().any():
            return [make_blank(note=HIDDEN, **facts)]
        shares, values = sizes / sizes.sum(), read_numbers(rows, value, least=0)
        mean = float(shares @ values)
        if mean == 0:
            return [make_blank(note="not given: the mean is zero", **facts)]
        found, slopes = way_of(shares, values, mean)
        errors = read_errors(rows, se=se, lower=lower, upper=upper, confidence=limits_at)
        half = NAN
        if errors is not None:
            half = find_quantile(confidence) * float(np.sqrt(((slopes * errors) ** 2).sum()))
        notes = add_notes(
            "not given: the logarithm of a value of 0" if np.isnan(found) else "",
            "no interval: the groups have no precision" if errors is None else "",
            "chance alone could give so much" if found - half <= 0 else "",
        )
        return [make_row(found, found - half, found + half, note=notes, **facts)]

    return measure_groups(frame, by, way)
