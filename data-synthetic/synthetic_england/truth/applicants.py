"""The truth of each applicant to the Cancer Drugs Fund."""

import numpy as np
import pandas as pd

from ..sact.plan import SactPlan

__all__ = ["true_sact"]


def true_sact(plans: list[SactPlan]) -> pd.DataFrame:
    """Return the truth of each applicant: the case, and what the rules of the Fund give."""
    parts = []
    for plan in plans:
        people, there = plan.people, plan.people["there"]
        parts.append(
            pd.DataFrame(
                {
                    "pair": plan.pair["pair"],
                    "nhs_number": people["nhs"],
                    "case": people["case"].where(people["case"] != "", people["role"]),
                    "applications": np.where(people["rule"] > 0, 2, 1),
                    "before_entry": people["before_entry"],
                    "duplicate_rule": people["rule"],
                    "application_id": people["application_id"],
                    "status": people["status"],
                    "start_date": _iso(people["start"], there),
                    "final_date": _iso(people["final"], there),
                    "outcome": people["outcome"],
                    "duration_days": people["duration_days"],
                    "event": people["event"],
                    "died_on_treatment": people["died_on_treatment"],
                    "os_days": people["os_days"],
                    "os_flag": people["os_flag"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"pair": []})


def _iso(days: pd.Series, known: pd.Series) -> np.ndarray:
    """Return dates as text, None where there is none."""
    text = np.where(known, days, 0).astype("datetime64[D]").astype(str).astype(object)
    return np.where(known, text, None)
