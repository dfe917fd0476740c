"""A frame of people as the estimator takes it, made up, for examples."""

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility.roles import Roles

__all__ = ["EXAMPLE_ROLES", "draw_example"]

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
