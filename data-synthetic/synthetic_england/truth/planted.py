"""How often the generator planted each fault: what the audit is checked against."""

import numpy as np
import pandas as pd

from ..applications.drugs import list_drugs
from ..declarations.load import Declared
from ..hospital.recording import FOREIGN, NOWHERE, usable
from ..hospital.spell_sources import NORMAL, NULL_START, UNFINISHED
from ..people.block import Block
from ..setting.dates import NULL_DATE
from ..setting.shared import Setting
from .facts import find_linked

__all__ = ["count_planted"]


def count_planted(
    block: Block,
    setting: Setting,
    tables: list[pd.DataFrame],
    coded_alive: np.ndarray,
    position: int,
) -> dict[str, int]:
    """Return the number of each fault that a block holds for a pair, in the fault's own unit.

    Parameters
    ----------
    coded_alive
        From `find_cohorts`: who is coded with the condition and alive at the approval date.
    """
    people, plan = block.people, block.plans[position]
    pair, episodes, visits = setting.pairs[position], tables[0], tables[1]
    plan = plan[find_linked(block, plan)]
    rescued = plan.loc[~plan["coded"], "p"]
    cohort = coded_alive.copy()
    cohort[rescued] = True
    in_apc, in_op = cohort[episodes["p"]], cohort[visits["p"]]
    copied = [(table["eid"] != table["sid"]).to_numpy() for table in tables]
    fault = people["fault"].to_numpy()
    windows = setting.england["windows"]
    good = pd.concat(
        [
            t.loc[usable(t, windows) & ~c & cohort[t["p"]], ["p", "sex", "ethnos", "lsoa"]]
            for t, c in zip(tables, copied, strict=True)
        ]
    )
    copies_apc = copied[0] & (episodes["state"] == NORMAL).to_numpy()
    copies_op = copied[1] & (visits["appt"] != NULL_DATE).to_numpy()
    counts = {
        "duplicate_episodes": int((copies_apc & in_apc).sum()),
        "duplicate_appointments": int((copies_op & in_op).sum()),
        "unfinished_episodes": int(((episodes["state"] == UNFINISHED) & in_apc).sum()),
        "null_episode_date": int(((episodes["state"] == NULL_START) & in_apc).sum()),
        "null_appointment_date": int(((visits["appt"] == NULL_DATE) & in_op).sum()),
        "overlapping_spells": int(((episodes["origin"] == "overlap") & in_apc & ~copied[0]).sum()),
        "record_after_death": int(((visits["origin"] == "late") & in_op & ~copied[1]).sum()),
        "missing_lsoa": int((good["lsoa"] == NOWHERE).sum()),
        "lsoa_not_in_imd": int((good["lsoa"] == FOREIGN).sum()),
        "conflicting_sex": _differ(good[fault[good["p"]] == "conflicting_sex"], "sex"),
        "conflicting_ethnicity": _differ_group(
            good[fault[good["p"]] == "conflicting_ethnicity"], setting
        ),
        "severity_text": int((plan["status"] == "text").sum()),
        "severity_out_of_range": int((plan["status"] == "out_of_range").sum()),
        "severity_missing": int((plan["status"] == "missing").sum()),
    }
    return counts | _count_forms(block, pair, position)


def _differ(records: pd.DataFrame, column: str) -> int:
    known = records[records[column].isin(["1", "2"])]
    return int((known.groupby("p")[column].nunique() > 1).sum())


def _differ_group(records: pd.DataFrame, setting: Setting) -> int:
    """Count people whose records show more than one ethnic group."""
    group: dict[str, str] = {}
    for name, declared in setting.england["ethnic_groups"].items():
        for code in [*declared["codes"], *[d for d in declared["digit"] if d != "9"]]:
            group.setdefault(code, name)
    group["8"] = "Other"
    shown = records["ethnos"].map(group)
    return int((shown.groupby(records["p"]).nunique() > 1).sum())


def _count_forms(block: Block, pair: Declared, position: int) -> dict[str, int]:
    """Count the faults of the forms from the roles of people."""
    rows = block.applications
    ours = rows[
        (block.people["pair"].to_numpy()[rows["p"]] == position) & (rows["kind"] != "other drug")
    ]
    kinds = ours["kind"].value_counts()
    spoilt = ours["nhs"].to_numpy() != block.people["nhs"].to_numpy()[ours["p"]]
    on_form = ~ours["kind"].isin(["unreadable_name", "other_indication"])
    strangers = (ours["kind"] == "unlinked") | spoilt
    names = {
        "duplicate_applications": "repeat",
        "impossible_start_date": "start_impossible",
        "missing_start_date": "start_missing",
        "start_before_drug_approval": "start_before_approval",
        "unrecognised_drug_name": "unreadable_name",
    }
    counts = {fault: int(kinds.get(kind, 0)) for fault, kind in names.items()}
    died = (ours["kind"] == "died_before_start").to_numpy()
    counts["death_before_start"] = int((died & ~spoilt).sum())  # of others no death is known
    counts["duplicate_applications"] += int(kinds.reindex(["switch", "second_trust"]).sum())
    misspelt = {name for drug in list_drugs(pair) for name in drug["misspelt"]}
    return counts | {
        "misspelt_drug_name": int(ours["drug_name"].str.strip().isin(misspelt).sum()),
        "unmatched_nhs_number": int(ours.loc[strangers & on_form, "nhs"].nunique()),
    }
