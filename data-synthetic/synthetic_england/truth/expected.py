"""The numbers that follow from the truth and that the records must give: expected.csv."""

import numpy as np
import pandas as pd

from ..applications.drugs import list_drugs
from ..declarations.load import Declared
from ..setting.shared import Setting

__all__ = ["expect"]


def expect(
    treated: pd.DataFrame,
    courses: pd.DataFrame,
    sact: pd.DataFrame,
    coded_alive: dict[str, int],
    setting: Setting,
) -> pd.DataFrame:
    """Return the numbers of the report that the records must give: pair, id, value.

    Parameters
    ----------
    treated, courses, sact
        From `true_treated`, `true_courses` and `true_sact`, of all blocks.
    coded_alive
        By pair, how many people are coded with the condition and alive at the approval date.
    """
    rows = []
    for pair, service in zip(setting.pairs, setting.services, strict=True):
        counts = treated["linked"] & ~treated["before_entry"]
        ours = treated[(treated["pair"] == pair["pair"]) & counts]
        rescued = int((ours["found_by"] == "specialty").sum())
        cohort = coded_alive[pair["pair"]] + rescued
        values = {
            "treated": len(ours),
            pair["expected_ids"]["cohort"]: cohort,
            "not_known_treated": cohort - len(ours),
            "not_known_treated_pct": 100 * (cohort - len(ours)) / cohort,
            "rescued": rescued,
            "found_by_code": len(ours) - rescued,
        }
        if "severity" in pair:
            values[pair["expected_ids"]["low"]] = int((ours["severity"] != "high").sum())
        values |= {
            "observation_end": setting.england["windows"]["op"]["to"],
            "trace_date": setting.england["windows"]["trace"],
            "centres": len(service.sites),
        }
        mine = courses[(courses["pair"] == pair["pair"]) & courses["linked"]]
        values |= _expect_travel(ours) | _expect_activity(ours) | _expect_starts(ours, pair)
        values |= _expect_region(mine, pair) | _expect_drugs(mine, pair)
        values |= _expect_fund(sact[sact["pair"] == pair["pair"]])
        rows += [(pair["pair"], key, _plain(value)) for key, value in values.items()]
    return pd.DataFrame(rows, columns=["pair", "id", "value"])


def _expect_travel(ours: pd.DataFrame) -> dict[str, float]:
    minutes = ours["minutes_to_centre"].dropna()
    treating = ours.dropna(subset="minutes_to_treating_centre")
    further = treating["minutes_to_treating_centre"] > treating["minutes_to_centre"]
    return {
        "travel_n": len(minutes),
        "travel_missing": len(ours) - len(minutes),
        "travel_mean": minutes.mean(),
        "travel_median": minutes.median(),
        "travel_not_nearest_pct": 100 * further.mean(),
    }


def _expect_activity(ours: pd.DataFrame) -> dict[str, float]:
    contacts = ours.loc[ours["planned_contacts"] > 0, "planned_contacts"]
    q1, q3 = np.quantile(contacts, [0.25, 0.75])
    return {
        "activity_n": len(contacts),
        "activity_excluded": len(ours) - len(contacts),
        "activity_median": contacts.median(),
        "activity_mean": contacts.mean(),
        "activity_min": contacts.min(),
        "activity_max": contacts.max(),
        "activity_q1": q1,
        "activity_q3": q3,
        "activity_iqr": q3 - q1,
        "activity_sd": contacts.std(ddof=1),
    }


def _expect_starts(ours: pd.DataFrame, pair: Declared) -> dict[str, int]:
    """Return starts up to the declared months, and in the declared years."""
    months = ours["start_date"].str.slice(0, 7)
    until = {key: int((months <= str(last)).sum()) for key, last in pair["started_by"].items()}
    years = pair.get("started_in", [])
    return until | {f"started_{y}": int((months.str[:4] == str(y)).sum()) for y in years}


def _expect_region(courses: pd.DataFrame, pair: Declared) -> dict[str, int]:
    """Return the starts of residents of the quota's region in its months."""
    if "quota" not in pair["treatment"]:
        return {}
    rule, first = pair["treatment"]["quota"], courses[courses["order"] == 1]
    inside = first["start_date"].str.slice(0, 7).between(str(rule["from"]), str(rule["to"]))
    return {rule["id"]: int((inside & (first["region"] == rule["region"])).sum())}


def _expect_drugs(courses: pd.DataFrame, pair: Declared) -> dict[str, int]:
    """Return, for a group of drugs, who starts with each, who ever has it, and who switches."""
    drugs = list_drugs(pair)
    if len(drugs) == 1:
        return {}
    first = courses.loc[courses["order"] == 1, "drug"].value_counts()
    ever = courses.groupby("drug")["PSEUDO_HESID"].nunique()
    values = {f"first_{d['name']}": int(first.get(d["name"], 0)) for d in drugs}
    values |= {f"ever_{d['name']}": int(ever.get(d["name"], 0)) for d in drugs}
    switched = courses.loc[courses["order"] > 1, "PSEUDO_HESID"].nunique()
    return values | {"switched": int(switched), "switches": int((courses["order"] > 1).sum())}


def _expect_fund(applicants: pd.DataFrame) -> dict[str, int]:
    """Return what the rules of the Cancer Drugs Fund give: cohort, records, outcomes."""
    if applicants.empty:
        return {}
    cohort = applicants[~applicants["before_entry"]]
    there = cohort[cohort["status"] != "missing"]
    rule, event = cohort["duplicate_rule"], there["event"]
    values = {
        "cdf_applications": int(applicants["applications"].sum()),
        "cdf_before_entry": int(applicants.loc[applicants["before_entry"], "applications"].sum()),
        "cdf_duplicates": int((rule > 0).sum()),
        "cdf_cohort": len(cohort),
    }
    values |= {f"cdf_duplicate_rule_{n}": int((rule == n).sum()) for n in (1, 2, 3)}
    for status in ("present", "incomplete", "missing"):
        values[f"cdf_{status}"] = int((cohort["status"] == status).sum())
    events = {"died": "died", "outcome": "outcome", "no record": "no_record", "": "none"}
    values |= {f"cdf_event_{key}": int((event == name).sum()) for name, key in events.items()}
    values["cdf_died_on_treatment"] = int(there["died_on_treatment"].sum())
    values |= {f"cdf_{f}": int((there["os_flag"] == f).sum()) for f in ("dead", "alive", "lost")}
    values["cdf_duration_days_total"] = int(there["duration_days"].sum())
    return values | {"cdf_survival_days_total": int(there["os_days"].sum())}


def _plain(value: object) -> str:
    """Write a number without a tail, a date as it is."""
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return f"{float(value):.10g}" if isinstance(value, (float, np.floating)) else str(value)
