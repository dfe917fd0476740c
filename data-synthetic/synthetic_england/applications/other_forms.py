"""Applications for other drugs, by people with the condition and by the background."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.counts import expand
from ..setting.dates import NEVER, day
from ..setting.draws import Draws

__all__ = ["other_applications"]


def other_applications(
    people: pd.DataFrame, drugs: list[Declared], name: str, draw: Draws
) -> pd.DataFrame:
    """Return applications for other drugs: one to three for each person given."""
    uid = people["uid"].to_numpy()
    n = 1 + draw.below(f"{name} many", uid, 3)
    row, turn = expand(n)
    ids = uid[row] * np.uint64(64) + turn.astype(np.uint64)
    drug = draw.pick(f"{name} drug", uid, [entry.get("share", 1.0) for entry in drugs])[row]
    low = np.maximum(people["first"].to_numpy(), day("2014-01-01"))
    high = np.maximum(people["last"].to_numpy(), low + 1)
    start = low[row] + ((high - low)[row] * draw.uniform(f"{name} start", ids)).astype(np.int64)
    typed = [drugs[d]["names"][i % len(drugs[d]["names"])] for d, i in zip(drug, turn, strict=True)]
    shares = {"approved": 0.9, "rejected": 0.07, "pending": 0.03}
    status = draw.choose("other status", ids, shares)
    return pd.DataFrame(
        {
            "uid": uid[row],
            "number": turn,
            "kind": "other drug",
            "form_type": np.where(turn == 0, "initiation", "continuation"),
            "form_code": [drugs[d]["form"] for d in drug],
            "indication": [drugs[d]["indication"] for d in drug],
            "drug_name": typed,
            "status": status,
            "reason": None,  # these forms do not ask
            "submitted": start - 20,
            "approval": np.where(status == "approved", start - 12, NEVER),
            "planned_start": start,
            "route": [drugs[d]["route"] for d in drug],
            "trust": people["local"].to_numpy()[row],
            "sex_blank": draw.chance("sex blank", uid, 0.03)[row],
        }
    )
