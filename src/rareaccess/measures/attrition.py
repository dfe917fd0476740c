"""Who was lost: the people who left the flow at each box, beside those who were kept."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.flow import Box
from rareaccess.measures.characteristics import count_flagged

__all__ = ["count_lost"]


def count_lost(lost: pd.DataFrame, kept: pd.DataFrame, *, boxes: Sequence[Box]) -> pd.DataFrame:
    """Counts of people who left the flow at each box, by characteristics, and of those kept.

    Parameters
    ----------
    lost
        The mart: one row a person who left, `box`, `sex`, `ethnicity`, `imd_quintile`.
    kept
        The mart of people in the cohort, with the same characteristics.
    boxes
        The boxes of the flow; those at which people can leave become rows.

    Returns
    -------
    DataFrame
        `level` (label of the box, and last "Kept in the cohort"), `people` and the
        columns of `count_flagged`.

    Examples
    --------
    >>> boxes = [Box("linked", "Linked", "step", "Both", "applications", (), ("no link",))]
    >>> gone = pd.DataFrame({"box": ["linked"], "sex": ["Female"], "ethnicity": ["Unknown"],
    ...                      "imd_quintile": pd.array([1], dtype="Int64")})
    >>> count_lost(gone, gone.iloc[:0], boxes=boxes)[["level", "people", "female"]]
                    level  people  female
    0              Linked       1       1
    1  Kept in the cohort       0       0
    """
    steps = [box for box in boxes if box.reasons]
    rows = [{"level": box.label, **count_flagged(lost[lost["box"] == box.key])} for box in steps]
    return pd.DataFrame([*rows, {"level": "Kept in the cohort", **count_flagged(kept)}])
