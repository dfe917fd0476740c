"""What an interval is under other assumptions: larger direct effects, a shift of all anchors."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.measures.eligibility.bounds import unite
from rareaccess.measures.eligibility.draws import Draws
from rareaccess.measures.eligibility.pooling import View
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import (
    estimate_trait,
    make_trait_view,
    summarise_contrasts,
)

__all__ = ["GAMMAS", "OMEGAS", "shift_anchors", "vary_direct"]

OMEGAS = (0.05, 0.15)
GAMMAS = (0.1, 0.2)


def vary_direct(
    estimates: Estimates, draws: Draws, *, prevalence: tuple[float, float], reference: object,
    compared: Sequence[object] | None = None, omegas: Sequence[float] = OMEGAS,
    confidence: float = 0.95,
) -> list[pd.DataFrame]:  # fmt: skip
    """Estimate TRAIT for each standard deviation ω of direct effects, one frame each.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> parts = vary_direct(estimates, draws, **asked)
    >>> [part[["lower", "upper"]].round(1).values.tolist() for part in parts]
    [[[0.7, 1.4]], [[0.5, 1.8]]]
    """
    view = make_trait_view(estimates)
    return [
        summarise_contrasts(
            estimate_trait(
                estimates, draws, prevalence=prevalence, reference=reference, compared=compared,
                omega=omega, view=view,
            ).treatment,
            estimates, reference=reference, method=f"TRAIT, direct effects {omega:g}",
            confidence=confidence,
        )
        for omega in omegas
    ]  # fmt: skip


def shift_anchors(
    estimates: Estimates, draws: Draws, *, prevalence: tuple[float, float], reference: object,
    limit: float, compared: Sequence[object] | None = None, confidence: float = 0.95,
    view: View | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Union of the TRAIT intervals over all shifts of all anchors up to a limit, |γ| ≤ limit.

    The ratio grows with γ throughout, so the two ends hold the union.

    Parameters
    ----------
    limit
        As a log rate: 0.1 is recorded 10 % more often in one group at equal need.
    view
        That of `make_trait_view`, if it is used several times.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> found = shift_anchors(estimates, draws, limit=0.1, **asked)
    >>> found[["lower", "upper"]].round(1).values.tolist()
    [[0.5, 1.7]]
    """
    view = view or make_trait_view(estimates)
    parts = [
        summarise_contrasts(
            estimate_trait(
                estimates, draws, prevalence=prevalence, reference=reference, compared=compared,
                gamma=gamma, view=view,
            ).treatment,
            estimates, reference=reference, method="", confidence=confidence,
        )
        for gamma in (-limit, limit)
    ]  # fmt: skip
    return unite(parts, method=f"TRAIT, all anchors shifted by up to {limit:g}")
