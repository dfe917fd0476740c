"""Who was lost: the people at each step of the flow, and those who left it, with their reason."""

import pandas as pd

from rareaccess.flow import Ledger
from rareaccess.measures.characteristics import COLUMNS, count_flagged

__all__ = ["count_lost"]


def count_lost(lost: pd.DataFrame, kept: pd.DataFrame, *, flow: Ledger) -> pd.DataFrame:
    """Counts of people at each box of the flow and of those who left it, by characteristics.

    Parameters
    ----------
    lost
        The mart: one row a person who left, `box`, `reason`, `sex`, `ethnicity`, `imd_quintile`.
    kept
        The mart of people in the cohort, with the same characteristics.
    flow
        The ledger, whose boxes become rows.

    Returns
    -------
    DataFrame
        `level` (the label of the box, or "left out: " and the reason), `people` and the columns of
        `count_flagged`: of a box only where it is a union whose people are all in the cohort. Those
        of a step would tell, beside the step before it, who the few between the two are. Reasons
        for which nobody left have no row.
    """
    rows = []
    for box in flow.boxes:
        ids = flow.people(box.key)
        own = kept[kept["study_id"].isin(ids)]
        whole = box.kind == "union" and len(own) == len(ids)
        flags = count_flagged(own) if whole else dict.fromkeys(COLUMNS, pd.NA)
        gone = lost[lost["box"] == box.key]
        parts = {reason: gone[gone["reason"] == reason] for reason in box.reasons}
        rows += [{"level": f"left out: {reason}", **count_flagged(part)}
                 for reason, part in parts.items() if len(part)]  # fmt: skip
        rows.append({"level": box.label, **flags, "people": len(ids)})
    return pd.DataFrame(rows).astype(dict.fromkeys(("people", *COLUMNS), "Int64"))
