"""Which case of the Cancer Drugs Fund each treated person is: duplicates, gaps, early starts."""

import numpy as np
import pandas as pd

from ..setting.dates import NEVER, day
from ..setting.shared import PairSetting

__all__ = ["assign_cases"]


def assign_cases(plan: pd.DataFrame, people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
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
    pair, draw = setting.pair, setting.draw
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
            raise ValueError(f"{name}: {n} treated people are needed, but only {len(place)} fit")
        case.iloc[place[draw.first(f"case {name}", uid[place], n)]] = name
    return plan.assign(case=case)
