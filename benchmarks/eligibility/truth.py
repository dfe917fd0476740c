"""The true ratio of treatment: in person-time of the truly eligible, by the same adjustment."""

import numpy as np
import pandas as pd

from benchmarks.eligibility.simulate import Drawn
from rareaccess.measures.eligibility.cells import band_ages
from rareaccess.measures.eligibility.models import fit_model

__all__ = ["find_truth"]


def find_truth(drawn: Drawn, grouping: str, *, reference: object) -> dict[object, float]:
    """Return the true rate ratio of each group among the eligible, adjusted for age band and sex.

    Starts are those that the declared rates give in the years at risk, so that chance in who
    started is no part of the truth.

    Examples
    --------
    >>> from benchmarks.eligibility.simulate import draw_people
    >>> round(find_truth(draw_people("gradient", 1), "quintile", reference=5)[1], 2)
    0.6
    """
    kept = drawn.eligible["eligible"].to_numpy()
    people, risk = drawn.cohort[kept], drawn.eligible[kept]
    keys = [people[grouping], band_ages(people["age"].to_numpy(float)), people["sex"]]
    cells = risk.groupby([np.asarray(key) for key in keys])[["years", "expected"]].sum()
    groups, ages, sexes = (cells.index.get_level_values(i) for i in range(3))
    design = np.hstack([
        pd.get_dummies(groups).to_numpy(float),
        pd.get_dummies(ages, drop_first=True).to_numpy(float),
        pd.get_dummies(sexes, drop_first=True).to_numpy(float),
    ])  # fmt: skip
    names = sorted(set(groups))
    fit = fit_model(
        design, np.ones(len(cells)), cells["expected"].to_numpy(), kind="count",
        wanted=slice(0, len(names)), exposure=cells["years"].to_numpy(),
    )  # fmt: skip
    ratios = np.exp(fit.coefficients - fit.coefficients[names.index(reference)])
    return dict(zip(names, ratios.tolist(), strict=True))
