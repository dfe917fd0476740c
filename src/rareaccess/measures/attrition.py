"""Who was lost: the people who left the flow at each box, beside those who were kept."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.flow import Box

__all__ = ["LOST_COLUMNS", "count_lost"]

LOST_COLUMNS = ("female", "not_white", "ethnicity_unknown", "most_deprived", "area_unknown")


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
        `level` (label of the box, and last "Kept in the cohort"), `people` and `LOST_COLUMNS`.
        `not_white` counts the known groups other than White.

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
    rows = [{"level": box.label, **_count(lost[lost["box"] == box.key])} for box in steps]
    return pd.DataFrame([*rows, {"level": "Kept in the cohort", **_count(kept)}])


def _count(people: pd.DataFrame) -> dict[str, int]:
    unknown = people["ethnicity"].isna() | (people["ethnicity"] == "Unknown")
    flags = (
        people["sex"] == "Female",
        ~unknown & (people["ethnicity"] != "White"),
        unknown,
        people["imd_quintile"] == 1,
        people["imd_quintile"].isna(),
    )
    counts = {name: int(flag.sum()) for name, flag in zip(LOST_COLUMNS, flags, strict=True)}
    return {"people": len(people), **counts}
