"""A frame of people as the estimator takes it, and its regressions: made up, for examples."""

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility.cells import build_cells
from rareaccess.measures.eligibility.draws import Draws, draw_unknowns
from rareaccess.measures.eligibility.regressions import Estimates, fit_all
from rareaccess.measures.eligibility.roles import Roles

__all__ = ["EXAMPLE_ROLES", "draw_example", "fit_example"]

EXAMPLE_ROLES = Roles({"flares": "count", "organs": "count"}, control="injuries")


def draw_example(people: int = 20_000, *, seed: int = 1) -> pd.DataFrame:
    """Draw made-up people: in group `a` more are eligible, and of the eligible as many are treated.

    Parameters
    ----------
    people
        How many; about one in forty is treated.

    Examples
    --------
    >>> draw_example().groupby("group")["treated"].mean().round(3).to_dict()
    {'a': 0.031, 'b': 0.017}
    """
    rng = np.random.default_rng(seed)
    first = rng.random(people) < 0.5
    activity = 0.4 * first + rng.standard_normal(people)
    level = np.exp(0.6 * activity - 1)
    return pd.DataFrame({
        "group": np.where(first, "a", "b"),
        "age": rng.integers(18, 90, people),
        "sex": np.where(rng.random(people) < 0.8, "female", "male"),
        "treated": ((activity > 1.3) & (rng.random(people) < 0.17)).astype(int),
        "flares": rng.poisson(level),
        "organs": rng.poisson(level),
        "injuries": rng.poisson(0.2, people),
    })  # fmt: skip


def fit_example() -> tuple[Estimates, Draws]:
    """Return the regressions of the made-up people, and draws where 8 to 20 in 100 are eligible.

    Examples
    --------
    >>> estimates, draws = fit_example()
    >>> estimates.cells.groups, bool(draws.prevalence.min() >= 0.08)
    (('a', 'b'), True)
    """
    estimates = fit_all(build_cells(draw_example(), EXAMPLE_ROLES))
    return estimates, draw_unknowns(estimates, prevalence=(0.08, 0.2))
