"""Over-dispersion: how much more areas differ than a funnel of chance alone allows."""

from dataclasses import dataclass

import numpy as np

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import Floats, select_option

__all__ = ["TRIMS", "Dispersion", "fit_dispersion"]

TRIMS = ("winsorise", "truncate", "none")


@dataclass(frozen=True)
class Dispersion:
    """Over-dispersion of areas.

    Parameters
    ----------
    phi
        Mean of z² after trimming: 1 where chance alone is at work.
    tau2
        Variance between areas, on the scale of the values; 0 if phi shows none.
    """

    phi: float
    tau2: float


def fit_dispersion(
    scores: Floats, errors: Floats, *, trim: str = "winsorise", share: float = 0.1
) -> Dispersion:
    """Over-dispersion of z-scores, once their extremes are trimmed.

    φ = Σz²/I; τ² = (Iφ − (I − 1))/(Σw − Σw²/Σw) with w = 1/s², and 0 where that is negative.

    Parameters
    ----------
    scores, errors
        z and standard error s of each area, on the scale on which values are normal.
    trim
        `winsorise`: the share at each end is drawn in to its quantile (type 7). `truncate`: it
        is left out. `none`: neither.
    share
        Of the areas, at each end.

    Raises
    ------
    UserError
        The share is not from 0 to below a half, or fewer than two areas are left.

    References
    ----------
    Spiegelhalter (2005), Handling over-dispersion of performance indicators, Quality and Safety
    in Health Care 14:347. Spiegelhalter and others (2012), Statistical methods for healthcare
    regulation, Journal of the Royal Statistical Society A 175:1.

    Examples
    --------
    >>> found = fit_dispersion(np.array([-3.0, -1, 0, 1, 3]), np.full(5, 0.5), trim="none")
    >>> found.phi, found.tau2
    (4.0, 1.0)
    """
    select_option("trim", trim, TRIMS)
    if not 0 <= share < 0.5:
        raise UserError(
            "The share to trim at each end is not below a half.", where="share",
            found=str(share), expected="such as 0.1",
        )  # fmt: skip
    low, high = np.quantile(scores, [share, 1 - share])
    kept = (scores > low) & (scores < high) if trim == "truncate" else np.isfinite(scores)
    inside, weights = scores[kept], 1 / errors[kept] ** 2
    if trim == "winsorise":
        inside = inside.clip(low, high)
    if len(inside) < 2:
        raise UserError(
            "Too few areas are left to see over-dispersion.", where="trim",
            found=f"{len(inside)} of {len(scores)}", expected="two or more",
        )  # fmt: skip
    phi = float((inside**2).mean())
    excess = (len(inside) * phi - (len(inside) - 1)) / (
        weights.sum() - (weights**2).sum() / weights.sum()
    )
    return Dispersion(phi, max(float(excess), 0.0))
