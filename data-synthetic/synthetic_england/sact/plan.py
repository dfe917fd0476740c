"""What SACT holds of each applicant to the Cancer Drugs Fund, and what follows from it.

The rules are those of the published methods for the Fund (NDRS, CDF methodologies): two exclusions,
three rules for duplicates, three states of a record, treatment duration and survival.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..applications.second_trust import SECOND
from ..declarations.load import Declared
from ..people.block import Block
from ..setting.dates import NEVER, add_months, day
from ..setting.draws import Draws
from ..setting.shared import Setting

__all__ = ["SactPlan", "plan_sact"]

NOT_THERE = ["missing", "no_record", "other_drug_only", "wrong_number", "other_diagnosis"]
UNTREATED = ["start_after_window", "died_before_start", "start_before_approval"]  # roles
APPROVED = ["treated", "start_missing", "start_impossible", "not_confirmed", "unlinked"]
APPROVED += UNTREATED
STOPPED = ["progression", "toxicity"]  # outcomes that end treatment before death


@dataclass(frozen=True)
class SactPlan:
    """The applicants of a pair, one row each with the truth, and the days of their dispensings.

    Parameters
    ----------
    people
        p, uid, case, trust (that treats), start, final, outcome, first and second application,
        and what the rules give: rule, application_id, status, duration_days, event, os_days, ….
    doses
        row (in `people`), turn, date.
    """

    pair: Declared
    people: pd.DataFrame
    doses: pd.DataFrame


def plan_sact(block: Block, setting: Setting, position: int) -> SactPlan:
    """Plan the records of everybody with an approved application of a pair."""
    pair, draw = setting.pairs[position], setting.draw
    people = _list_applicants(block, position)
    people = _draw_course(people, pair, draw)
    doses = _draw_doses(people, pair, draw)
    dates = doses.groupby("row")["date"]
    people["start"] = dates.min().reindex(people.index).fillna(NEVER).astype(np.int64)
    people["final"] = dates.max().reindex(people.index).fillna(-NEVER).astype(np.int64)
    people = _judge(people, pair, day(setting.england["windows"]["trace"]))
    return SactPlan(pair, people, doses)


def _list_applicants(block: Block, position: int) -> pd.DataFrame:
    """Return one row a person with an approved application to start, with the second one if any."""
    rows = block.applications
    mine = rows[(block.people["pair"].to_numpy()[rows["p"]] == position)]
    first = mine[mine["kind"].isin(APPROVED) & (mine["number"] == 10)].set_index("uid")
    second = mine[mine["kind"] == "second_trust"].set_index("uid")
    plan = block.plans[position].set_index("uid")
    people = block.people.iloc[first["p"]]
    frame = pd.DataFrame(
        {
            "uid": first.index.to_numpy(np.uint64),
            "p": first["p"].to_numpy(),
            "nhs": people["nhs"].to_numpy(),
            "death": np.where(people["traced"], people["death"], NEVER).astype(np.int64),
            "traced": people["traced"].to_numpy(bool),
            "role": first["kind"].to_numpy(),
            "case": plan["case"].reindex(first.index).fillna("").to_numpy(object),
            "planned": first["planned_start"].to_numpy(np.int64),
            "sex": people["sex"].to_numpy(),
        }
    )
    for name, part in (("first", first), ("second", second.reindex(first.index))):
        frame[f"{name}_id"] = part["application_id"].to_numpy(object)
        for column in ("approval", "trust"):
            frame[f"{name}_{column}"] = part[column].fillna(-1).to_numpy(np.int64)
    return frame.sort_values("uid", ignore_index=True)


def _draw_course(people: pd.DataFrame, pair: Declared, draw: Draws) -> pd.DataFrame:
    """Draw when treatment begins and stops, why, and by which trust it is recorded."""
    rules, uid = pair["sact"], people["uid"].to_numpy()
    case, role = people["case"].to_numpy(), people["role"].to_numpy()
    entry, end = day(pair["treatment"]["approved"]), day(rules["to"])
    approval = people["first_approval"].to_numpy()
    nearest = np.where(case == "second_nearer", people["second_approval"], approval)
    begin = np.clip(people["planned"], nearest, nearest + 28)
    soon = nearest + draw.below("soon", uid, 6)
    begin = np.where(np.isin(case, ["first_nearer", "second_nearer"]), soon, begin)
    begin = np.where(case == "late_start", nearest + 32 + draw.below("late start", uid, 30), begin)
    begin = np.where(case == "before_entry", entry - 40 - draw.below("early", uid, 300), begin)
    length = draw.exponential("treated for", uid) * rules["mean_years"] * 365.25
    stop = begin + 60 + length.astype(np.int64)
    silent = begin + 120 + (draw.uniform("silent", uid) * (end - 300 - begin)).astype(np.int64)
    stop = np.where(case == "silent", silent, stop)
    stop = np.where(case == "quiet", end - 100, stop)
    death = people["death"].to_numpy()
    stop = np.where(np.isin(case, ["died_on_treatment", "died_after_outcome"]), death - 1, stop)
    reasons = rules["outcomes"]
    outcome = draw.choose("outcome", uid, reasons)
    died = (death <= stop) & (death <= end)
    told = draw.chance("death told", uid, 0.5)
    outcome = np.where(died, np.where(told, "died", ""), np.where(stop <= end, outcome, ""))
    outcome = np.where(np.isin(case, ["silent", "quiet", "died_on_treatment"]), "", outcome)
    outcome = np.where(case == "died_after_outcome", "progression", outcome)
    there = ~np.isin(case, NOT_THERE) & ~np.isin(role, UNTREATED)
    there &= begin <= np.minimum(death, end)  # who starts later is not in the data yet
    swapped = (case == "same_day") & draw.chance("treated by second", uid, 0.5)
    return people.assign(
        begin=begin,
        limit=np.minimum(np.minimum(stop, death), end),
        outcome=np.where(there, outcome, ""),
        there=there,
        recorded=there | np.isin(case, ["other_drug_only", "wrong_number", "other_diagnosis"]),
        trust=np.where(swapped, people["second_trust"], people["first_trust"]),
    )


def _draw_doses(people: pd.DataFrame, pair: Declared, draw: Draws) -> pd.DataFrame:
    """Return the days on which the drug is dispensed: every few weeks, sometimes a week late."""
    rules = pair["sact"]
    begin, limit = people["begin"].to_numpy(), people["limit"].to_numpy()
    most = int((limit - begin).max() // rules["every_days"]) + 2
    turn = np.arange(most)
    ids = people["uid"].to_numpy()[:, None] * np.uint64(1024) + turn.astype(np.uint64)
    gap = rules["every_days"] + 7 * draw.chance("a week late", ids, 0.06)
    date = begin[:, None] + np.cumsum(gap, axis=1) - gap[:, :1]
    once = (people["case"] == "only_regimen_dates").to_numpy()
    keep = (date <= limit[:, None]) & people["there"].to_numpy()[:, None]
    keep &= ~once[:, None] | (turn == 0)
    row, column = np.nonzero(keep)
    return pd.DataFrame({"row": row, "turn": column, "date": date[row, column]})


def _judge(people: pd.DataFrame, pair: Declared, trace: int) -> pd.DataFrame:
    """Add what the rules of the Fund give for each applicant."""
    rules, entry = pair["sact"], day(pair["treatment"]["approved"])
    end, case = day(rules["to"]), people["case"].to_numpy()
    start, final, death = (people[name].to_numpy() for name in ("start", "final", "death"))
    there = people["there"].to_numpy()
    has_start = there & (case != "no_regimen_start")
    before = (there & (start < entry)) | (people["first_approval"].to_numpy() < entry)
    two = np.isin(case, list(SECOND))
    same = two & (people["first_approval"] == people["second_approval"]).to_numpy()
    rule = np.where(two, np.where(~has_start, 3, np.where(same, 1, 2)), 0)
    second = (case == "second_nearer") | (
        (rule == 1) & (people["trust"] == people["second_trust"]).to_numpy()
    )
    approval = np.where(second, people["second_approval"], people["first_approval"])
    timely = start <= approval + 30
    active = final >= add_months(np.array([end]), -3)[0]
    told = (people["outcome"] != "").to_numpy()
    complete = timely & (active | told)
    status = np.where(~there, "missing", np.where(complete, "present", "incomplete"))
    dead = death <= trace
    over = final + rules["prescription_days"]
    between = dead & (death < over)
    silent = final + rules["end_indicator_days"] < end
    event = np.where(dead, "died", np.where(told, "outcome", np.where(silent, "no record", "")))
    ended = people["outcome"].isin(STOPPED).to_numpy()
    until = np.where(dead, death, np.where(people["traced"], trace, final))
    flag = np.where(dead, "dead", np.where(people["traced"], "alive", "lost"))
    return people.assign(
        before_entry=before,
        rule=rule,
        application_id=np.where(second, people["second_id"], people["first_id"]),
        status=status,
        duration_days=np.where(there, np.where(between, death, over) - start, -1),
        event=np.where(there, event, ""),
        died_on_treatment=there & between & ~ended,
        os_days=np.where(there, until - start, -1),
        os_flag=np.where(there, flag, ""),
    )
