"""Which treated people take which turn in the Cancer Drugs Fund: duplicates, gaps, early starts."""

import numpy as np
import pandas as pd

from .dates import day
from .draws import Draws
from .people import NEVER

__all__ = ["SECOND", "assign_cases", "second_applications"]

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


def assign_cases(plan: pd.DataFrame, people: pd.DataFrame, pair: dict, draw: Draws) -> pd.DataFrame:
    """Add `case` to the plan of a pair: one of `sact.cases` for as many people as it declares.

    The others, and everybody of a pair without SACT, have the empty case.

    Parameters
    ----------
    people
        With death; `plan.row` is the position in it.

    Raises
    ------
    ValueError
        Too few people fit a case.
    """
    case = pd.Series("", index=plan.index, dtype=object)
    if "sact" not in pair:
        return plan.assign(case=case)
    rules, uid = pair["sact"], plan["uid"].to_numpy()
    end, start = day(rules["to"]), plan["start"].to_numpy()
    death = people["death"].to_numpy()[plan["row"]]
    lives = death == NEVER
    able = {
        "died_on_treatment": (death < end - 10) & (death > start + 150),
        "died_after_outcome": (death < end - 10) & (death > start + 150),
        "silent": lives & (start < end - 500),
        "quiet": lives & (start < end - 300),
        "before_entry": lives & (start < day(pair["treatment"]["approved"]) + 500),
    }
    for name, n in rules["cases"].items():
        fits = (case == "").to_numpy() & able.get(name, lives & (start < end - 150))
        place = np.flatnonzero(fits)
        if len(place) < n:
            raise ValueError(f"{name}: {len(place)} treated people fit, {n} are needed")
        case.iloc[place[draw.first(f"case {name}", uid[place], n)]] = name
    return plan.assign(case=case)


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
