"""SACT as it is delivered: one table for each version, with its own names of items."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ..people.block import Block
from ..sact.plan import SactPlan
from ..sact.rows import NONE, background_rows, build_rows
from ..setting.dates import day
from ..setting.shared import Setting
from .columns import dates, numbers, text

__all__ = ["build_sact"]

# The data set's names are ours where its schema is not public; the numbers of items are published.
V2 = {
    "nhs": "nhs_number",
    "trust": "organisation_code_of_provider",
    "diagnosis": "primary_diagnosis",
    "regimen": "regimen",
    "mapped": "mapped_regimen",
    "group": "drug_group",
    "drug": "drug_name",
    "route": "sact_administration_route",
    "regimen_start": "start_date_of_regimen",  # item 22
    "cycle": "cycle_number",
    "cycle_start": "start_date_of_cycle",  # item 27
    "given": "administration_date",  # item 34
    "told": "regimen_outcome_summary",  # item 41
    "sent": "submission_month",
}
V3 = V2 | {
    "trust": "organisation_identifier",
    "diagnosis": "primary_diagnosis_icd",
    "told_completed": "regimen_outcome_curative_completed",  # item 58
    "told_reason": "regimen_outcome_not_completed_reason",  # item 59
    "told_palliative": "regimen_outcome_non_curative",  # item 60
}
V3 = {key: V3[key] for key in [*list(V2)[:-2], *list(V3)[len(V2) :], "sent"]}
CODES = {"completed": "0", "died": "1", "progression": "2", "toxicity": "3"}
CODES |= {"patient choice": "5", "other": "4"}  # of item 41; assumed


def build_sact(block: Block, setting: Setting, plans: list[SactPlan]) -> dict[str, pa.Table]:
    """Return sact_v2 and sact_v3; none where no pair has SACT."""
    if not plans:
        return {}
    england, geo = setting.england, setting.geo
    declared = england["sact"]
    people = block.people
    spare = (people["kind"] == "background") & (people["role"] == "") & ~people["other_drug"]
    place = np.flatnonzero(spare & (people["last"] > day("2013-06-01")))
    place = place[setting.draw.chance("cancer", people["uid"].to_numpy()[place], declared["share"])]
    others = people.iloc[place].assign(p=place, trust=lambda t: t["local"])
    pieces = [build_rows(plan, setting.draw) for plan in plans]
    rows = pd.concat([*pieces, background_rows(others, declared, setting.draw)], ignore_index=True)
    last = np.minimum(people["last"].to_numpy()[rows["p"]], day(declared["to"]))
    kept = (rows["date"] <= np.where(last < 0, day(declared["to"]), last)).to_numpy()
    order = ["date", "nhs", "drug", "cycle"]
    rows = rows[kept].sort_values(order, kind="stable", ignore_index=True)
    new = (rows["date"] >= day(declared["v3_from"])).to_numpy()
    codes = geo.providers["code"].to_numpy()
    return {
        "sact_v2": _build_table(rows[~new], V2, codes),
        "sact_v3": _build_table(rows[new], V3, codes),
    }


def _build_table(rows: pd.DataFrame, names: dict[str, str], providers: np.ndarray) -> pa.Table:
    outcome = rows["outcome"].to_numpy(object)
    stopped = np.isin(outcome, ["toxicity", "patient choice", "other"])
    cured = (outcome == "completed") & (rows["route"] == "IV").to_numpy()
    blank = outcome == ""
    months = rows["sent"].to_numpy().astype("datetime64[M]").astype(str)
    values = {
        name: text(rows[name])
        for name in ("nhs", "diagnosis", "regimen", "mapped", "group", "drug", "route")
    }
    values["trust"] = text(providers[rows["trust"].to_numpy(np.int64)])
    for name in ("regimen_start", "cycle_start", "given"):
        days = rows[name].to_numpy(np.int64)
        values[name] = dates(days, days == NONE)
    values["cycle"] = numbers(rows["cycle"])
    values["told"] = text([CODES.get(told) for told in outcome])
    values["told_completed"] = text(np.where(cured, "Y", None))
    values["told_reason"] = text(np.where(stopped, outcome, None))
    values["told_palliative"] = text(np.where(blank | cured | stopped, None, outcome))
    values["sent"] = text(np.char.replace(months, "-", ""))
    return pa.table({name: values[key] for key, name in names.items()})
