"""Applications of a second trust for a patient who is treated under the Cancer Drugs Fund."""

import numpy as np
import pandas as pd

from ..setting.draws import Draws

__all__ = ["SECOND", "second_applications"]

# Cases with a second application by another trust, and how many days after the first it is
# approved (least, range) and planned (least, range). One that may count keeps the planned start of
# the first: what came before the start is then the same whichever counts.
SECOND = {
    "same_day": ((0, 1), None),
    "first_nearer": ((40, 30), (45, 30)),
    "second_nearer": ((40, 30), None),
    "no_record": ((14, 30), (20, 30)),
    "no_regimen_start": ((14, 30), (20, 30)),
}


def second_applications(
    first: pd.DataFrame, plan: pd.DataFrame, providers: int, draw: Draws
) -> pd.DataFrame:
    """Return the applications of a second trust; `later` is by how many days it is approved later.

    Parameters
    ----------
    first
        The applications on which treatment rests, in the order of `plan`.
    providers
        Number of trusts.
    """
    mine = np.flatnonzero(plan["case"].isin(list(SECOND)))
    uid, case = plan["uid"].to_numpy()[mine], plan["case"].to_numpy()[mine]
    moved = np.array([SECOND[name][1] is not None for name in case], dtype=bool)
    shift = np.array([[SECOND[name][0], SECOND[name][1] or (0, 0)] for name in case])
    shift = shift.reshape(len(mine), 2, 2)
    later = shift[:, 0, 0] + draw.below("second approval", uid, np.maximum(shift[:, 0, 1], 1))
    planned = shift[:, 1, 0] + draw.below("second start", uid, np.maximum(shift[:, 1, 1], 1))
    planned = np.where(moved, np.maximum(planned, later + 1), 0)
    again = first.iloc[mine]
    trust = again["trust"].to_numpy(np.int64)
    return again.assign(
        number=15,
        kind="second_trust",
        planned_start=again["planned_start"].to_numpy() + planned,
        trust=(trust + 1 + draw.below("second trust", uid, providers - 1)) % providers,
        later=later,
    )
