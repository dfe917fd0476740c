"""The days of contacts around the start of treatment: those that count, and distractors."""

import numpy as np
import pandas as pd

from ..setting.counts import expand
from ..setting.dates import add_months, is_weekend
from ..setting.shared import PairSetting

__all__ = ["plan_days"]

LONGEST = 186  # no six months have more days


def plan_days(plan: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Return one row a contact: row (in `plan`), day, what.

    What is `stay` or `visit` (these count, and there are exactly `planned` of them), or a
    distractor: not_seen, other, admin, unfinished, other_stay (inside the window, not counting),
    start_day and day_before (just outside it). All days of a person are different.
    """
    pair, draw = setting.pair, setting.draw
    activity = pair["activity"]
    uid = plan["uid"].to_numpy()
    start = plan["start"].to_numpy()
    begin = add_months(start, -activity["months"])
    offsets = np.arange(LONGEST)
    days = begin[:, None] + offsets
    key = draw.uniform("window day", uid[:, None] * np.uint64(256) + offsets.astype(np.uint64))
    key += is_weekend(days)  # weekends last
    key[:, 0] = np.where(draw.chance("first day", uid, activity["on_first_day"]), -1.0, key[:, 0])
    key[days >= start[:, None]] = np.inf
    order = np.argsort(key, axis=1, kind="stable")

    planned = plan["planned"].to_numpy()
    stay_share = np.where(planned >= 40, 0.8, activity["admissions"])
    pieces, used = [], np.zeros(len(plan), dtype=np.int64)

    def add(what: np.ndarray | str, n: np.ndarray) -> None:
        row, place = expand(n)
        place += used[row]
        used[:] += n
        piece = pd.DataFrame({"row": row, "day": days[row, order[row, place]], "place": place})
        pieces.append(piece.assign(what=what))

    add("visit", planned)
    chosen = pieces[0]
    ids = uid[chosen["row"]] * np.uint64(256) + chosen["place"].to_numpy(np.uint64)
    is_stay = draw.uniform("is stay", ids) < stay_share[chosen["row"]]
    chosen["what"] = np.where(is_stay, "stay", "visit")
    for what, mean in activity["distractors"].items():
        amount = draw.exponential(f"many {what}", uid) * mean
        add(what, np.minimum(amount + draw.uniform(f"more {what}", uid), 6).astype(np.int64))
    on_day = draw.chance("start day contact", uid, activity["on_start_day"])
    before = draw.chance("day before", uid, 0.10)
    for what, who, when in (("start_day", on_day, start), ("day_before", before, begin - 1)):
        row = np.flatnonzero(who)
        pieces.append(pd.DataFrame({"row": row, "day": when[row], "place": 200, "what": what}))
    return pd.concat(pieces, ignore_index=True)
