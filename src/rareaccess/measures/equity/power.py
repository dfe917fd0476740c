"""The smallest ratio that so few people could show."""

import numpy as np
import pandas as pd
from scipy import optimize, stats

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import NAN, Row, check_confidence, make_row, read_sizes

__all__ = ["find_detectable"]

LARGEST = 1_000.0
FEWER = "fewer events cannot be shown"
NEITHER = "neither fewer events nor a thousand times as many can be shown"


def find_detectable(
    frame: pd.DataFrame, *, expected: str = "expected", confidence: float = 0.95,
    power: float = 0.8,
) -> pd.DataFrame:  # fmt: skip
    """The ratios nearest to 1 that a two-sided exact Poisson test would show so often.

    With E events expected, the test says "more" from the least count c of which chance gives as
    many or more in at most (1 - confidence)/2, and "fewer" up to the largest d in the same way. The
    greater ratio R is that for which a Poisson count of mean RE reaches c with the given power; the
    smaller ratio that for which it stays at or below d.

    Parameters
    ----------
    frame
        One row a group, with the events expected in it.
    confidence, power
        Of the test.

    Returns
    -------
    DataFrame
        The standard columns: `value` is the greater ratio, `lower` the smaller one and `upper` the
        greater again; `lower` is missing where no count would be too small, so that fewer events
        cannot be shown at all, and `value` where the ratio is above 1,000. `n`: events expected.

    Raises
    ------
    UserError
        Expected events are zero or missing; a power that no test has.

    References
    ----------
    Breslow and Day (1987), Statistical methods in cancer research, volume II, section 7.3.

    Examples
    --------
    >>> found = find_detectable(pd.DataFrame({"expected": [2.0, 20.0]}))
    >>> found[["lower", "upper"]].round(2).values.tolist()
    [[nan, 3.95], [0.45, 1.72]]
    """
    tail = (1 - check_confidence(confidence)) / 2
    if not tail < power < 1:
        raise UserError(
            "A power is not a share that a test can reach.", where="power", found=str(power),
            expected=f"above {tail:g}, which chance alone gives, and below 1",
        )  # fmt: skip
    return pd.DataFrame(
        [_find(float(size), tail, power, confidence) for size in read_sizes(frame, expected)],
        columns=list(make_row(NAN, NAN, NAN, confidence=confidence, method="", n=NAN)),
    )


def _find(size: float, tail: float, power: float, confidence: float) -> Row:
    more = int(stats.poisson.isf(tail, size)) + 1  # P(X >= more) <= tail
    fewer = int(stats.poisson.ppf(tail, size)) - 1  # P(X <= fewer) <= tail
    while stats.poisson.cdf(fewer + 1, size) <= tail:
        fewer += 1

    def reach(ratio: float) -> float:
        return float(stats.poisson.sf(more - 1, ratio * size)) - power

    def stay(ratio: float) -> float:
        return float(stats.poisson.cdf(fewer, ratio * size)) - power

    great = float(optimize.brentq(reach, 1.0, LARGEST)) if reach(LARGEST) > 0 else NAN
    small = float(optimize.brentq(stay, 1e-9, 1.0)) if fewer >= 0 else NAN
    return make_row(
        great, small, great, confidence=confidence, method=f"exact Poisson, power {power:g}",
        n=size, note="" if np.isfinite(small) else FEWER if np.isfinite(great) else NEITHER,
    )  # fmt: skip
