"""Whether as many are treated as expected among those who look more and less like the treated."""

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility.cells import build_cells, share_treated
from rareaccess.measures.eligibility.chances import Index, find_chances, index_need, project_levels
from rareaccess.measures.eligibility.draws import draw_unknowns
from rareaccess.measures.eligibility.refusals import refuse_cells, refuse_strength
from rareaccess.measures.eligibility.regressions import fit_all
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.eligibility.trait import Contrasts, estimate_trait
from rareaccess.measures.rates import limit_poisson
from rareaccess.measures.tidy import NAN, Floats, make_row

__all__ = ["DECILES", "calibrate_people", "check_calibration"]

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


def calibrate_people(
    frame: pd.DataFrame, roles: Roles, *, prevalence: tuple[float, float], reference: object
) -> pd.DataFrame:
    """Treated over expected by decile, of the people from whom the estimate of need is made.

    Parameters
    ----------
    frame, roles, prevalence, reference
        As `answer_equity` takes them.

    Returns
    -------
    DataFrame
        `decile`, `value`, `lower`, `upper`, `n` (treated). Ratios are missing where no need is
        estimated from these people and anchors at all.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import EXAMPLE_ROLES, draw_example
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> found = calibrate_people(draw_example(), EXAMPLE_ROLES, **asked)
    >>> len(found), bool(found["value"].notna().all())
    (10, True)
    >>> int(calibrate_people(draw_example(), Roles(), **asked)["value"].count())
    0
    """
    columns = ["decile", "value", "lower", "upper", "n"]
    cells = build_cells(frame, roles)
    blank = {"value": NAN, "lower": NAN, "upper": NAN, "n": 0}
    none = pd.DataFrame([{"decile": place + 1, **blank} for place in range(DECILES)])[columns]
    if share_treated(cells) >= prevalence[0] or refuse_cells(cells):
        return none
    estimates = fit_all(cells)
    if refuse_strength(estimates):
        return none
    draws = draw_unknowns(estimates, prevalence=prevalence)
    trait = estimate_trait(estimates, draws, prevalence=prevalence, reference=reference)
    return check_calibration(index_need(frame, cells), trait, draws.prevalence)[columns]
