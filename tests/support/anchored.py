"""People with anchors of need, small and quick, for the tests of the estimator."""

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility import Roles

__all__ = ["ROLES", "draw_anchored"]

ROLES = Roles(
    {"flares": "count", "organs": "count", "biopsy": "binary"}, use=("visits",), control="injuries"
)


def draw_anchored(
    seed: int = 1, *, people: int = 30_000, shift: tuple[float, ...] = (0.4, 0.2, 0.0),
    recording: float = 0.0, one: float = 0.0, ratio: float = 1.0,
) -> pd.DataFrame:  # fmt: skip
    """Draw people in groups a, b, c …, whose activity differs; about one in fifty is treated.

    Parameters
    ----------
    shift
        Mean activity of each group.
    recording, one
        Log rate of all anchors and the control, and of the first anchor, in group a.
    ratio
        Ratio of treatment of group a among the eligible.
    """
    rng = np.random.default_rng(seed)
    group = rng.integers(0, len(shift), people)
    age = rng.integers(18, 90, people)
    activity = np.array(shift)[group] + rng.standard_normal(people)
    first = group == 0
    started = rng.random(people) < 0.15 * np.where(first, ratio, 1.0)
    wrong = recording * first

    def count(level: float, loading: float, more: np.ndarray) -> np.ndarray:
        return rng.poisson(np.exp(np.log(level) + loading * activity + 0.004 * (age - 50) + more))

    flag = -1.7 + 0.5 * activity + 0.55 * wrong + np.sqrt(0.75) * rng.standard_normal(people)
    return pd.DataFrame({
        "group": np.array(list("abcdefgh"))[group], "age": age,
        "sex": np.where(rng.random(people) < 0.8, "female", "male"),
        "treated": ((activity > 1.3) & started).astype(int),
        "flares": count(0.3, 0.6, wrong + one * first), "organs": count(0.2, 0.6, wrong),
        "biopsy": (flag > 0).astype(int), "visits": count(3.0, 0.2, wrong),
        "injuries": count(0.2, 0.0, wrong),
    })  # fmt: skip
