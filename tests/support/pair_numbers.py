"""What the pipeline finds for a pair, and what the manifest and expected.csv of a world say."""

import json
from pathlib import Path

import pandas as pd

from rareaccess.flow import FUND_BOXES, Ledger, declare_boxes
from rareaccess.flow.reasons import FUND_FURTHER
from rareaccess.marts import read_mart
from rareaccess.measures.summaries import summarise_values
from rareaccess.params import load_pair

BOXES = ("treated", "cohort", "not_known_treated", "rescued", "found_by_code")


NATURAL = [
    "episode_outside_period",
    "appointment_outside_period",
    "several_pseudonyms",
    "links_not_followed",
    "transfers",
]  # no fault of a record: it occurs, as often as it does
ABSENT = [
    "death_without_date",
    "several_nhs_numbers",
    "site_of_trust",
    "merged_trust",
    "missing_admission_date",
    "stays_on_one_day",
]  # what no synthetic England has


def planted_faults(world: Path, pair: str) -> dict[str, int]:
    manifest = json.loads((world / "manifest.json").read_text())
    return {fault["name"]: fault["n"] for fault in manifest["faults"][pair]}


def found_faults(marts: Path) -> dict[str, int]:
    """What each check finds, without those that nothing is planted for."""
    found = read_mart("quality", marts).set_index("check")["n"]
    assert not found[ABSENT].any()
    return found.drop([*NATURAL, *ABSENT]).to_dict()


def expected_numbers(world: Path, pair: str) -> dict[str, str]:
    expected = pd.read_csv(world / "expected.csv", dtype=str)
    values = expected[expected["pair"] == pair].set_index("id")["value"]
    return values.to_dict()


def found_numbers(marts: Path, pair: str) -> dict[str, float]:
    ledger = Ledger.from_frame(read_mart("flow", marts), declare_boxes(load_pair(pair)))
    activity = read_mart("activity", marts)
    activity = activity[activity["treated"]]["total"]
    travel = read_mart("travel", marts)
    travel = travel[travel["treated"]]["minutes"]
    values = {"travel": travel, "activity": activity[activity > 0]}
    summary = summarise_values(values).set_index("group")
    found = {name: ledger.count(name) for name in BOXES}
    found["activity_excluded"] = (activity == 0).sum()
    for measure in values:
        found |= {f"{measure}_{name}": summary.loc[measure, name] for name in summary}
    return found | (_fund_numbers(marts) if load_pair(pair).cdf else {})


def _fund_numbers(marts: Path) -> dict[str, float]:
    """What the rules of the Cancer Drugs Fund give."""
    ledger = Ledger.from_frame(read_mart("fund_flow", marts), FUND_BOXES)
    early = ("fund_entered", "excluded")
    further = ledger.parts["fund_cohort"]
    by_rule = further.groupby("reason", observed=True)["n_records"].sum()
    status = read_mart("sact_status", marts)["status"].value_counts()
    times, lives = read_mart("on_treatment", marts), read_mart("survival", marts)
    how, flag = times["how"].value_counts(), lives["how"].value_counts()
    return {
        "cdf_applications": ledger.count("fund_applications", unit="records"),
        "cdf_before_entry": ledger.count(*early, unit="records"),
        "cdf_duplicates": ledger.count("fund_cohort", "excluded", unit="records"),
        "cdf_cohort": ledger.count("fund_cohort"),
        **{
            f"cdf_duplicate_rule_{n}": by_rule[reason]
            for n, reason in enumerate(FUND_FURTHER.values(), 1)
        },
        **{f"cdf_{name}": status[name] for name in ("present", "incomplete", "missing")},
        "cdf_event_died": how[["died", "died on treatment", "stopped, then died"]].sum(),
        "cdf_event_outcome": how["outcome submitted"],
        "cdf_event_no_record": how["no record since"],
        "cdf_event_none": how["on treatment"],
        "cdf_died_on_treatment": how["died on treatment"],
        "cdf_dead": flag["died"],
        "cdf_alive": flag["alive"],
        "cdf_lost": flag["lost to follow-up"],
        "cdf_duration_days_total": times["days"].sum(),
        "cdf_survival_days_total": lives["days"].sum(),
    }


def far_numbers(world: Path, marts: Path, pair: str) -> dict[str, tuple[float, float]]:
    """Return the numbers, found and expected, that differ; at least 18 are compared."""
    found, expected = found_numbers(marts, pair), expected_numbers(world, pair)
    shared = sorted(set(found) & set(expected))
    assert len(shared) >= 18
    pairs = {name: (found[name], float(expected[name])) for name in shared}
    return {name: both for name, both in pairs.items() if abs(both[0] - both[1]) > 1e-6}
