"""Proportions of released counts, each with its interval, the level and the method's name."""

from dataclasses import dataclass
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Hidden, Released, check_released
from rareaccess.measures.rates.intervals import limit_wilson

__all__ = ["WILSON", "Rate", "rate_proportion", "rate_proportions"]

WILSON = "Wilson score interval"
LIMITS = ("value", "lower", "upper")


@dataclass(frozen=True)
class Rate:
    """A rate with its interval: value, limits, what it rests on, level of confidence and method."""

    value: float
    lower: float
    upper: float
    n: int
    of: int
    level: float
    method: str


def rate_proportion(n: int, of: int, *, level: float = 0.95) -> Rate | None:
    """Proportion of people, from 0 to 1, with its Wilson score interval.

    Parameters
    ----------
    n, of
        People with the property, and all people.
    level
        Level of confidence, between 0 and 1.

    Returns
    -------
    Rate or None
        None of nobody.

    Raises
    ------
    UserError
        The counts are not 0 <= n <= of, or the level is not between 0 and 1.

    Notes
    -----
    The interval says what chance alone could do to so many people. It misleads where they are a
    whole population and no more is asked than what happened to them, and it knows nothing of
    error in the records.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> rate = rate_proportion(65, 100)
    >>> round(rate.lower, 6), round(rate.upper, 6), rate.method
    (0.552544, 0.736358, 'Wilson score interval')
    """
    if not (0 <= n <= of and 0 < level < 1):
        raise UserError(
            "A proportion cannot be computed.",
            where="rate_proportion",
            found=f"{n} of {of}, level {level}",
            expected="0 <= n <= of, and a level between 0 and 1",
        )
    if not of:
        return None
    lower, upper = (float(limit) for limit in limit_wilson(n, of, confidence=level))
    return Rate(n / of, lower, upper, n, of, level, WILSON)


def rate_proportions(
    released: Released, *, n: str = "n", of: str = "of", level: float = 0.95
) -> Released:
    """Proportions in per cent with their Wilson score intervals, from released counts only.

    Parameters
    ----------
    released
        One row a group of people; a hidden or missing count gives a hidden or missing rate.
    n, of
        Columns of counts: people with the property, and all people.
    level
        Level of confidence.

    Returns
    -------
    Released
        With the columns `value`, `lower`, `upper` (0 to 100, not rounded) and `method`.

    Examples
    --------
    >>> import pandas as pd
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [65, 3], "of": [100, 100]})
    >>> rates = rate_proportions(protect(data, counts=["n", "of"], profile="ndrs"))
    >>> rates.frame["lower"].round(4).tolist(), rates.hidden["lower"].tolist()
    ([55.2544, <NA>], [False, True])
    >>> rates.frame["method"].iloc[0]
    '95% Wilson score interval'
    """
    check_released(released)

    def rate(row: dict[str, Any]) -> dict[str, float] | Hidden | None:
        part, whole = row[n], row[of]
        if isinstance(part, Hidden) or isinstance(whole, Hidden):
            return Hidden()
        if part is None or whole is None:
            return None
        found = rate_proportion(part.value, whole.value, level=level)
        return None if found is None else {name: 100 * getattr(found, name) for name in LIMITS}

    rated = released.with_statistics(LIMITS, rate)
    return rated.with_column("method", f"{100 * level:g}% {WILSON}", "text")
