"""Whether as many are treated as expected among those who look more and less like the treated."""

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility.chances import Index, find_chances, project_levels
from rareaccess.measures.eligibility.trait import Contrasts
from rareaccess.measures.rates import limit_poisson
from rareaccess.measures.tidy import Floats, make_row

__all__ = ["DECILES", "check_calibration"]

DECILES = 10


def check_calibration(
    index: Index, contrasts: Contrasts, prevalence: Floats, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Treated over expected, by decile of the chance to be eligible.

    Expected are Σ e s: the chance of each person, times the share started of the eligible of the
    group, at the median of the draws. A ratio that rises over the deciles says that the anchors
    tell more of need than the model makes of them, one that falls that they tell less.

    Parameters
    ----------
    index
        Of `index_need`.
    contrasts
        What `estimate_trait` gave.
    prevalence
        Of its draws, shape (n,).

    Returns
    -------
    DataFrame
        `decile` (1 least like the treated), the standard columns (`value`: ratio, `n`: treated),
        `expected`, `people`.

    Notes
    -----
    Totals agree by construction, since s is what was seen; only the shape over deciles is a test.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import draw_example, fit_example
    >>> from rareaccess.measures.eligibility.trait import estimate_trait
    >>> from rareaccess.measures.eligibility.chances import index_need
    >>> people = draw_example()
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> index = index_need(people, estimates.cells)
    >>> trait = estimate_trait(estimates, draws, **asked)
    >>> found = check_calibration(index, trait, draws.prevalence)
    >>> float(found["n"].sum()), len(found)
    (473.0, 10)
    """
    levels = np.median(project_levels(contrasts.pairs), axis=0)
    chance, started = find_chances(index, levels, float(np.median(prevalence)))
    expected = chance * started[index.group]
    order = np.lexsort([index.values, chance])
    decile = np.empty(len(order), dtype=np.intp)
    decile[order] = np.arange(len(order)) * DECILES // len(order)
    observed, wanted = np.bincount(decile, index.treated), np.bincount(decile, expected)
    lower, upper = limit_poisson(observed, confidence=confidence)
    return pd.DataFrame([
        {
            "decile": place + 1,
            **make_row(
                observed[place] / wanted[place], lower[place] / wanted[place],
                upper[place] / wanted[place], confidence=confidence,
                method="exact limits of a Poisson count", n=observed[place],
            ),
            "expected": float(wanted[place]),
            "people": int((decile == place).sum()),
        }
        for place in range(DECILES)
    ])  # fmt: skip
