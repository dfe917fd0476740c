"""The treated alone, and bounds from a limit on how much need may differ: no model of need."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import NOBODY, find_place
from rareaccess.measures.tidy import find_quantile, make_blank, make_row

__all__ = ["LIMITS", "bound_need", "estimate_naive", "unite"]

LIMITS = (1.1, 1.25, 1.5, 2.0)
"""R: shares eligible differ between two groups by no more than this factor, either way."""


def estimate_naive(
    estimates: Estimates, *, reference: object, method: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Ratio of the treated per person of the cohort, adjusted for age and sex.

    It is the ratio among the eligible only if the same share of each group is eligible.

    Parameters
    ----------
    method
        Who was counted: from the landmark on, or everybody coded or treated at any time.

    Returns
    -------
    DataFrame
        One row a group but the reference, as `summarise_contrasts` gives.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.cells import build_cells
    >>> from rareaccess.measures.eligibility.regressions import fit_all
    >>> from rareaccess.measures.eligibility.roles import Roles
    >>> people = pd.DataFrame({"group": ["a"] * 100 + ["b"] * 100, "age": 30, "sex": "f",
    ...                        "treated": [1] * 10 + [0] * 90 + [1] * 20 + [0] * 80})
    >>> found = estimate_naive(fit_all(build_cells(people, Roles())), reference="a", method="all")
    >>> found[["group", "value", "lower", "upper"]].round(3).values.tolist()
    [['b', 2.0, 0.987, 4.054]]
    """
    groups, treated = estimates.cells.groups, estimates.cells.total(0)
    base, z, rows = find_place(groups, reference), find_quantile(confidence), []
    for place, group in enumerate(groups):
        if place == base:
            continue
        own: dict[str, Any] = {"confidence": confidence, "n": treated[place], "method": method}
        value = estimates.naive[place] - estimates.naive[base]
        if np.isnan(value):
            row = make_blank(note=NOBODY, **own)
        else:
            pick = np.zeros(estimates.layout.size)
            pick[place], pick[base] = 1.0, -1.0
            error = np.sqrt(pick @ estimates.covariance @ pick)
            row = make_row(*np.exp([value, value - z * error, value + z * error]), **own)
        rows.append({"group": group, "reference": reference, **row})
    return pd.DataFrame(rows)


def bound_need(naive: pd.DataFrame, *, limit: float) -> pd.DataFrame:
    """Widen intervals by what a stated limit on the need ratio allows: from lower/R to upper·R.

    Parameters
    ----------
    naive
        As `estimate_naive` gives.
    limit
        R, at least 1.

    Raises
    ------
    UserError
        The limit is below 1.

    References
    ----------
    Imbens and Manski (2004), Confidence intervals for partially identified parameters,
    Econometrica 72:1845: the union covers at least as often as they ask.

    Examples
    --------
    >>> naive = pd.DataFrame({"value": [1.0], "lower": [0.8], "upper": [1.3], "method": "all"})
    >>> bound_need(naive, limit=2.0)[["value", "lower", "upper"]].values.tolist()
    [[nan, 0.4, 2.6]]
    """
    if limit < 1:
        raise UserError(
            "A limit on the need ratio is below one.", where="limit", found=f"{limit:g}",
            expected="1 or more: shares eligible differ by no more than this factor",
        )  # fmt: skip
    return naive.assign(
        value=np.nan,
        lower=naive["lower"] / limit,
        upper=naive["upper"] * limit,
        method=f"need ratio from 1/{limit:g} to {limit:g}",
    )


def unite(parts: Sequence[pd.DataFrame], *, method: str) -> pd.DataFrame:
    """Return the union of intervals, row by row; no value, since none of them is preferred.

    Parameters
    ----------
    parts
        Frames of the same groups in the same order.

    Examples
    --------
    >>> one = pd.DataFrame({"value": [1.0], "lower": [0.8], "upper": [1.3], "method": "A"})
    >>> unite([one, one.assign(lower=0.5)], method="A or B")[["lower", "upper"]].values.tolist()
    [[0.5, 1.3]]
    """
    lower = np.min([part["lower"] for part in parts], axis=0)
    upper = np.max([part["upper"] for part in parts], axis=0)
    return parts[0].assign(value=np.nan, lower=lower, upper=upper, method=method)
