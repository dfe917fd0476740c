"""The rows of SACT: a dispensing or an administration each, with the gaps of the cases."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.dates import NEVER, day, month_of
from ..setting.draws import Draws
from .plan import SactPlan

__all__ = ["NONE", "background_rows", "build_rows"]

NONE = NEVER  # a date that was not recorded
LATE = 0.05  # share of rows that are sent in later than they should be


def build_rows(plan: SactPlan, draw: Draws) -> pd.DataFrame:
    """Return the rows of a pair's applicants: the drug, its companions, earlier treatment."""
    pieces = [_own_rows(plan, draw), _prior_rows(plan, draw), _stray_rows(plan, draw)]
    return pd.concat(pieces, ignore_index=True)


def _own_rows(plan: SactPlan, draw: Draws) -> pd.DataFrame:
    """Return the rows of the drug, and of what is given with it."""
    rules, doses = plan.pair["sact"], plan.doses
    who = plan.people.iloc[doses["row"]].reset_index(drop=True)
    uid, case, date = who["uid"].to_numpy(), who["case"].to_numpy(), doses["date"].to_numpy()
    turn, begin = doses["turn"].to_numpy(), who["start"].to_numpy()
    ids = uid * np.uint64(1024) + turn.astype(np.uint64)
    first = turn == 0
    later = np.isin(case, ["cycle_first", "administration_first"])
    regimen = np.where(later, begin + 3, begin)
    regimen = np.where(case == "no_regimen_start", NONE, regimen)
    cycle = np.where(first & (case == "administration_first"), date + 3, date)
    given = np.where(first & (case == "cycle_first"), date + 3, date)
    bare = case == "only_regimen_dates"
    gap = draw.chance("no administration date", ids, 0.05) & ~first
    cycle, given = np.where(bare, NONE, cycle), np.where(bare | gap, NONE, given)
    last = date == who["final"].to_numpy()
    outcome = np.where(last, who["outcome"], "")
    rows = _frame(who, date, rules["diagnosis"], ids, draw).assign(
        regimen=draw.choose("local regimen", uid, rules["local_names"]),
        mapped=rules["drug"].title(),
        group=rules["drug"],
        drug=rules["drug"],
        route="oral",
        regimen_start=regimen,
        cycle_start=cycle,
        given=given,
        cycle=turn + 1,
        outcome=outcome,
    )
    more = rules["companion"]
    with_it = draw.chance("companion", uid, more["share"]) & (turn < 6) & ~bare
    beside = rows[with_it].assign(group=more["drug"], drug=more["drug"], route="IV", outcome="")
    both = f"{rules['drug'].title()} + {more['drug'].title()}"
    rows.loc[draw.chance("companion", uid, more["share"]), "mapped"] = both
    return pd.concat([rows, beside.assign(mapped=both)], ignore_index=True)


def _prior_rows(plan: SactPlan, draw: Draws) -> pd.DataFrame:
    """Return earlier treatment with other drugs, of most applicants with records."""
    rules, people = plan.pair["sact"]["prior"], plan.people
    uid = people["uid"].to_numpy()
    had = people["there"].to_numpy() & draw.chance("prior", uid, rules["share"])
    had |= (people["case"] == "other_drug_only").to_numpy()
    years = 1 + 3 * draw.uniform("prior years", uid)
    begin = people["begin"].to_numpy() - (years * 365.25).astype(np.int64)
    had &= begin > day("2012-04-01")  # SACT begins
    return _course(people[had], begin[had], rules, plan.pair["sact"]["diagnosis"], draw)


def _stray_rows(plan: SactPlan, draw: Draws) -> pd.DataFrame:
    """Return rows of the drug that must not be taken: another number, or another cancer."""
    rules = plan.pair["sact"]
    mine = plan.people["case"].isin(["wrong_number", "other_diagnosis"]).to_numpy()
    people = plan.people[mine]
    course = {"regimen": rules["drug"].title(), "drugs": [rules["drug"]], "cycles": 8}
    rows = _course(people, people["begin"].to_numpy(), course, rules["diagnosis"], draw)
    case = people.set_index("p")["case"].loc[rows["p"]].to_numpy()
    wrong = case == "wrong_number"
    rows["nhs"] = [f"TESTX{n[5:]}" if w else n for n, w in zip(rows["nhs"], wrong, strict=True)]
    return rows.assign(diagnosis=np.where(wrong, rules["diagnosis"], "C911"), route="oral")


def background_rows(people: pd.DataFrame, declared: Declared, draw: Draws) -> pd.DataFrame:
    """Return treatment of other cancers in the background.

    Parameters
    ----------
    people
        p, uid, nhs, trust and the days `first` and `last` of people of the background.
    declared
        `regimens`, each with regimen, drugs, diagnosis, cycles, share and perhaps route.
    """
    uid = people["uid"].to_numpy()
    kinds = declared["regimens"]
    kind = draw.pick("background regimen", uid, [row["share"] for row in kinds])
    low = np.maximum(people["first"].to_numpy(), day("2012-06-01"))
    high = np.minimum(people["last"].to_numpy(), day(declared["to"])) - 150
    begin = low + ((high - low) * draw.uniform("background treated", uid)).astype(np.int64)
    pieces = []
    for number, row in enumerate(kinds):
        mine = (kind == number) & (high > low)
        rows = _course(people[mine], begin[mine], row, row["diagnosis"], draw)
        pieces.append(rows.assign(route=row.get("route", "IV")))
    return pd.concat(pieces, ignore_index=True)


def _course(
    people: pd.DataFrame, begin: np.ndarray, rules: Declared, diagnosis: str, draw: Draws
) -> pd.DataFrame:
    """Return a course of some cycles, three or four weeks apart, of all drugs of a regimen."""
    n, drugs = rules["cycles"], rules["drugs"]
    row = np.repeat(np.arange(len(people)), n * len(drugs))
    turn = np.tile(np.repeat(np.arange(n), len(drugs)), len(people))
    who = people.iloc[row].reset_index(drop=True)
    ids = who["uid"].to_numpy() * np.uint64(1024) + np.uint64(512) + turn.astype(np.uint64)
    date = begin[row] + 28 * turn
    drug = np.tile(np.array(drugs, dtype=object), len(people) * n)
    done = np.where(turn == n - 1, rules.get("outcome", "completed"), "")
    return _frame(who, date, diagnosis, ids, draw).assign(
        regimen=rules["regimen"].upper(),
        mapped=rules["regimen"],
        group=drug,
        drug=drug,
        route="IV",
        regimen_start=begin[row],
        cycle_start=date,
        given=date,
        cycle=turn + 1,
        outcome=done,
    )


def _frame(
    who: pd.DataFrame, date: np.ndarray, diagnosis: str, ids: np.ndarray, draw: Draws
) -> pd.DataFrame:
    """Return whose rows they are, where, and in which month they were sent in."""
    wait = 3 + 4 * draw.chance("sent late", ids, LATE)
    return pd.DataFrame(
        {
            "p": who["p"].to_numpy(),
            "nhs": who["nhs"].to_numpy(object),
            "trust": who["trust"].to_numpy(np.int64),
            "diagnosis": diagnosis,
            "sent": month_of(date) + wait,
            "date": date,
        }
    )
