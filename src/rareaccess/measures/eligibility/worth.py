"""What better data would be worth: by how much each would narrow the interval."""

import numpy as np
import pandas as pd

from rareaccess.measures.tidy import NAN, find_quantile

__all__ = ["MORE_ANCHORS", "SCORED", "find_error", "weigh_data"]

SCORED = (0.05, 0.20)
"""Shares of the untreated, drawn at random, whose severity is known from a score."""

MORE_ANCHORS = 2
"""Further anchors, such as two that records of prescriptions give."""


def find_error(lower: float, upper: float, *, confidence: float = 0.95) -> float:
    """Return the standard error of a log ratio from its interval.

    Examples
    --------
    >>> round(find_error(0.5, 2.0), 3)
    0.354
    """
    return float(np.log(upper / lower) / (2 * find_quantile(confidence)))


def weigh_data(
    *, alone: float, estimate: float, known: float, anchors: int, prevalence: float,
    people: tuple[float, float],
) -> pd.DataFrame:  # fmt: skip
    """Return the width that the interval would have with each kind of better data.

    Parameters
    ----------
    alone, estimate, known
        Standard errors of the log ratio: of the treated alone, of TRAIT, and of TRAIT if the
        prevalence were known. The last two are missing where need is refused.
    anchors
        How many there are now.
    prevalence
        The middle of the declared range.
    people
        People of the group and of its reference.

    Returns
    -------
    DataFrame
        `data`, `fold` (upper end over lower end), `narrower` (by how much of its width on the log
        scale, in per cent; missing where there is no interval now). The interval with everybody's
        eligibility is that of the treated alone: it is as narrow as any can be.

    Notes
    -----
    An approximation with variances on the log scale. What the treated alone leave open is not
    changed. A score of a share f of a group tells its share eligible with variance
    (1 − π)/(f n π), and is combined with the anchors by inverse variance. Further anchors are
    as strong as those that there are, and their errors are independent.

    Examples
    --------
    >>> found = weigh_data(alone=0.11, estimate=0.20, known=0.18, anchors=3, prevalence=0.126,
    ...                    people=(14_000, 14_000))
    >>> found["fold"].round(2).tolist()
    [2.19, 2.03, 2.01, 1.83, 1.65, 1.54]
    """
    need = max(estimate**2 - alone**2, 0.0) if not np.isnan(estimate) else np.inf
    fixed = min(max(known**2 - alone**2, 0.0), need) if not np.isnan(known) else np.inf
    rows = [("nothing more than now", need), ("the share in need", fixed)]
    more = fixed * anchors / (anchors + MORE_ANCHORS) + (need - fixed if need < np.inf else 0.0)
    rows.append(("two more anchors, as from prescriptions", more))
    for share in SCORED:
        score = sum((1 - prevalence) / (share * n * prevalence) for n in people)
        both = 1 / (1 / need + 1 / score) if need > 0 else 0.0
        rows.append((f"a score of a random {share:.0%} of people", both))
    rows.append(("who was eligible, of everybody", 0.0))
    z, found = 2 * find_quantile(0.95), []
    widest = np.sqrt(alone**2 + need)
    for data, variance in rows:
        error = np.sqrt(alone**2 + variance)
        given = np.isfinite(error)
        narrower = 100 * (1 - error / widest) if given and np.isfinite(widest) else NAN
        fold = float(np.exp(z * error)) if given else NAN
        found.append({"data": data, "fold": fold, "narrower": float(narrower)})
    return pd.DataFrame(found)
