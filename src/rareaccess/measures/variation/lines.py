"""Lines of a funnel over its axis, and the limits of a proportion about a target."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.measures.checking import check_multiplier
from rareaccess.measures.rates.intervals import limit_events, limit_poisson
from rareaccess.measures.tidy import Floats, find_quantile, make_row, read_sizes, select_option

__all__ = ["KINDS", "limit_shares", "trace_funnel"]

KINDS = ("ratio", "rate", "proportion")


def limit_shares(target: float, sizes: Floats, confidence: float, method: str) -> list[Floats]:
    """Return the quantiles of a proportion about the target, by score or interpolated binomial."""
    if method == "score":
        half = find_quantile(confidence) * np.sqrt(target * (1 - target) / sizes)
        return [np.clip(target + side * half, 0, 1) for side in (-1, 1)]
    found = []
    for part in ((1 - confidence) / 2, (1 + confidence) / 2):
        count = stats.binom.ppf(part, sizes, target)
        reached = stats.binom.cdf(count, sizes, target)
        step = np.maximum(stats.binom.pmf(count, sizes, target), np.finfo(float).tiny)
        found.append(np.clip((count - (reached - part) / step) / sizes, 0, 1))
    return found


def trace_funnel(
    sizes: Sequence[float], *, kind: str, target: float = 1, multiplier: float = 1,
    confidence: Sequence[float] = (0.95, 0.998), profile: str = "exact",
) -> pd.DataFrame:  # fmt: skip
    """Lines of a funnel over its axis: the limits that a size of an area would have.

    `proportion`, over the people n: target ∓ z√(target(1 − target)/n). `ratio` and `rate`, over
    the events observed x: target × x/U and target × x/L, with the limits L and U of x, so that an
    area lies outside where its own interval leaves out the target.

    Parameters
    ----------
    sizes
        People, or events observed.
    target
        The proportion or rate of all areas; 1 for ratios.
    profile
        Of the limits of events: `exact`, or `phe` (Byar's from ten events).

    Returns
    -------
    DataFrame
        A row for each size and level: `size` and the standard columns (`n`: the size).

    Raises
    ------
    UserError
        A size, or the multiplier, is not above zero.

    References
    ----------
    Public Health England, Technical guide: common public health statistics and their confidence
    intervals, and its package PHEindicatormethods.

    Examples
    --------
    >>> traced = trace_funnel([15], kind="ratio", confidence=[0.95])
    >>> traced[["lower", "upper"]].round(5).values.tolist()
    [[0.6063, 1.7867]]
    """
    select_option("kind", kind, KINDS)
    check_multiplier(multiplier)
    select_option("profile", profile, ("exact", "phe"))
    places = read_sizes(pd.DataFrame({"size": list(sizes)}), "size")
    found = []
    for level in confidence:
        if kind == "proportion":
            lower, upper = limit_shares(target, places, level, "score")
        else:
            low, high = (
                limit_poisson(places, confidence=level) if profile == "exact"
                else limit_events(places, confidence=level)[:2]
            )  # fmt: skip
            lower, upper = target * places / high, target * places / low
        found += [
            {"size": of, **make_row(multiplier * target, multiplier * low, multiplier * high,
             confidence=level, method="score" if kind == "proportion" else profile, n=of)}
            for of, low, high in zip(places, lower, upper, strict=True)
        ]  # fmt: skip
    return pd.DataFrame(found)
