"""Applications for the drug: those that lead to treatment, and those that do not.

Each application is one row of a frame; what can go wrong with it is decided by the person's role.
"""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.counts import expand
from ..setting.dates import NEVER, add_months, day, year_of
from ..setting.shared import PairSetting
from .drug_names import typed_names
from .drugs import choose_drug, choose_route, last_start, list_drugs
from .second_trust import second_applications

__all__ = ["build_applications"]

LATEST_REPEAT = 111  # days before the end of starts after which nobody applies again
FIRST_REJECTION = 344  # days after approval before which nobody who is treated was rejected
NO_REASON = 0.08  # share of refusals and withdrawals where the form asks and nobody has answered
UNDECIDED = ("rejected", "withdrawn", "pending")  # roles that are a status of the form too


def build_applications(
    people: pd.DataFrame, plan: pd.DataFrame, courses: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Return every application on the pair's forms, without identifiers.

    Columns: uid, number (order within the person), form_type, form_code, indication, drug_name,
    status, reason (of a refusal or withdrawal, None for none), submitted, approval, planned_start
    (NEVER for none), route, trust (position), kind (what the row is for), drug (position),
    sex_blank.
    """
    pair, geo, draw = setting.pair, setting.geo, setting.draw
    forms = pair["forms"]
    first = _treated_rows(plan).assign(drug=_drugs_at(plan["start"].to_numpy(), courses))
    pieces = [
        first,
        _repeats(first, setting),
        _continuations(plan, courses, people, setting),
        _rejected_before(first, setting),
        _failed_rows(people, setting),
        _switches(first, courses),
        second_applications(first, plan, len(geo.providers), draw),
    ]
    rows = pd.concat(pieces, ignore_index=True)
    rows["route"] = choose_route(pair, rows["drug"], rows["route"])
    ids = rows["uid"].to_numpy() * np.uint64(64) + rows["number"].to_numpy(np.uint64)
    wait = 8 + np.floor(draw.exponential("wait for start", ids) * 14).astype(np.int64).clip(0, 70)
    approved = day(pair["treatment"]["approved"])
    start = rows["planned_start"].to_numpy(np.int64)
    approval = np.where(start >= approved, np.maximum(start - wait, approved), start - wait)
    approval = np.minimum(approval, start)
    approval = _not_before_first(rows, approval)
    approval = _as_declared(rows, approval)
    decision = np.floor(draw.exponential("decision", ids) * 4).astype(np.int64).clip(0, 30)
    rows["approval"] = np.where(rows["status"] == "approved", approval, NEVER)
    rows["submitted"] = _not_before_first(rows, approval - decision)
    rows["reason"] = _reasons(rows, ids, setting)
    rows = rows.drop(columns="later")
    rows["drug_name"] = typed_names(rows, pair, ids, draw)
    rows = rows.assign(**_type_forms(rows, ids, setting))
    rows["sex_blank"] = draw.chance("sex blank", rows["uid"].to_numpy(), forms["sex_blank"])
    known = np.where(rows["kind"] == "start_missing", NEVER, start)
    impossible = rows["kind"] == "start_impossible"
    rows["planned_start"] = np.where(impossible, _in_year(start, forms["impossible_year"]), known)
    return rows


def _drugs_at(on: np.ndarray, courses: pd.DataFrame, row: np.ndarray | None = None) -> np.ndarray:
    """Return the drug that each row of the plan is on at a day; rows in order when None."""
    row = np.arange(len(on)) if row is None else row
    drug = np.zeros(len(on), dtype=np.int64)
    for order in range(int(courses["order"].max()) + 1 if len(courses) else 0):
        these = courses[courses["order"] == order].set_index("row")
        begun = these["start"].reindex(row).fillna(NEVER).to_numpy() <= on
        drug[begun] = these["drug"].reindex(row[begun]).to_numpy()
    return drug


def _switches(first: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """Return the approved application for each later drug of a treated person."""
    later = courses[courses["order"] > 0]
    return first.iloc[later["row"]].assign(
        number=40 + later["order"].to_numpy(),
        kind="switch",
        planned_start=later["start"].to_numpy(),
        drug=later["drug"].to_numpy(),
    )


def _type_forms(rows: pd.DataFrame, ids: np.ndarray, setting: PairSetting) -> Declared:
    """Return form_code and indication: the drug's own, one that drugs share, or another's."""
    pair, draw = setting.pair, setting.draw
    forms, drugs = pair["forms"], list_drugs(pair)
    code = np.array([drug["form"] for drug in drugs], dtype=object)[rows["drug"]]
    texts = np.empty(len(rows), dtype=object)
    for position, drug in enumerate(drugs):
        typed = drug.get("indications", forms.get("indications"))
        mine = np.flatnonzero(rows["drug"] == position)
        texts[mine] = draw.choose("indication", ids[mine], typed)
    if "shared" in forms:  # a form for every use of the drug: only its indication tells
        open_to = ~rows["kind"].isin(["unreadable_name", "unlinked"]).to_numpy()
        code[open_to & draw.chance("shared form", ids, forms["shared"]["share"])] = forms["shared"][
            "form"
        ]
    others = forms["other"] if isinstance(forms["other"], list) else [forms["other"]]
    for i, row in enumerate(np.flatnonzero(rows["kind"] == "other_indication")):
        other = others[i % len(others)]
        code[row], texts[row] = other["form"], other["indication"]
    return {"form_code": code, "indication": texts}


def _reasons(rows: pd.DataFrame, ids: np.ndarray, setting: PairSetting) -> np.ndarray:
    """Return why applications were refused or withdrawn, as far as the pair's form asks."""
    reasons = np.full(len(rows), None, dtype=object)
    for status, shares in setting.pair["forms"].get("decision_reasons", {}).items():
        mine = (rows["status"] == status).to_numpy()
        reasons[mine] = setting.draw.choose("decision reason", ids[mine], shares)
        empty = setting.draw.chance("no decision reason", ids[mine], NO_REASON)
        reasons[np.flatnonzero(mine)[empty]] = None
    return reasons


def _day_of_first(rows: pd.DataFrame, days: np.ndarray, mine: np.ndarray) -> np.ndarray:
    """Return the days of the applications on which the treatment of the same people rests."""
    first = pd.Series(days, index=rows["uid"])[(rows["kind"] == "treated").to_numpy()]
    return first.loc[rows.loc[mine, "uid"]].to_numpy()


def _not_before_first(rows: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """Keep the days of repeated applications from falling before those of the first one."""
    repeat, days = (rows["kind"] == "repeat").to_numpy(), days.copy()
    days[repeat] = np.maximum(days[repeat], _day_of_first(rows, days, repeat))
    return days


def _as_declared(rows: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """Approve a second trust's application so many days after the first, as its case says."""
    second, days = (rows["kind"] == "second_trust").to_numpy(), days.copy()
    days[second] = _day_of_first(rows, days, second) + rows.loc[second, "later"]
    return days


def _in_year(days: np.ndarray, year: int) -> np.ndarray:
    """Return the same day of another year."""
    whole = days.astype("datetime64[D]")
    years = year_of(whole)
    return add_months(days, 0) + np.array(
        [day(f"{year:04d}-01-01") - day(f"{y:04d}-01-01") for y in years.tolist()], dtype=np.int64
    )


def _treated_rows(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the application that each treated person's treatment rests on."""
    return pd.DataFrame(
        {
            "uid": plan["uid"],
            "number": 10,
            "kind": "treated",
            "form_type": "initiation",
            "status": "approved",
            "planned_start": plan["start"],
            "route": plan["route"],
            "trust": plan["trust"],
        }
    )


def _repeats(first: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Return further approved applications of some of the treated, none earlier than the first."""
    pair, draw = setting.pair, setting.draw
    uid = first["uid"].to_numpy()
    early = np.flatnonzero(first["planned_start"].to_numpy() < last_start(pair) - LATEST_REPEAT)
    n = pair["forms"]["duplicates"]
    again = first.iloc[early[draw.first("again", uid[early], n)]].copy()
    later = draw.below("again later", again["uid"].to_numpy(), 95)
    same = draw.chance("again same day", again["uid"].to_numpy(), 0.3)
    again["planned_start"] += np.where(same, 0, later)
    return again.assign(number=20, kind="repeat")


def _rejected_before(first: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Return rejected applications that some of the treated made before."""
    pair, draw = setting.pair, setting.draw
    since = day(pair["treatment"]["approved"]) + FIRST_REJECTION
    late = np.flatnonzero(first["planned_start"].to_numpy() > since)
    uid, n = first["uid"].to_numpy(), pair["forms"]["earlier_rejected"]
    some = first.iloc[late[draw.first("rejected before", uid[late], n)]].copy()
    some["planned_start"] -= 60 + draw.below("rejected earlier", some["uid"].to_numpy(), 120)
    return some.assign(number=5, kind="rejected before", status="rejected")


def _continuations(
    plan: pd.DataFrame, courses: pd.DataFrame, people: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Return continuation forms, about yearly while treatment lasts."""
    pair, draw = setting.pair, setting.draw
    end = last_start(pair)
    uid = plan["uid"].to_numpy()
    stop = np.minimum(people["last"].to_numpy()[plan["p"]], end)
    years = np.clip(stop - plan["start"].to_numpy(), 0, None) / 365.25
    rate = pair["treatment"]["continuations_a_year"]
    n = (
        np.minimum(years * rate + draw.uniform("continuations", uid), years)
        .astype(np.int64)
        .clip(0, 6)
    )
    row, turn = expand(n)
    start = plan["start"].to_numpy()[row] + 360 * (turn + 1) - 60 * (turn % 2)
    start = np.minimum(start, stop[row])
    again = _treated_rows(plan).iloc[row]
    return again.assign(
        number=30 + turn,
        kind="continuation",
        form_type="continuation",
        planned_start=start,
        drug=_drugs_at(start, courses, row),
    )


def _failed_rows(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Return the applications of people who are not treated in the end, by their role."""
    pair, service, draw = setting.pair, setting.service, setting.draw
    forms = pair["forms"]
    approved, end = day(pair["treatment"]["approved"]), last_start(pair)
    names = [*forms["failed"], "died_before_start", "unlinked", "not_confirmed"]
    some = people[people["role"].isin(names)]
    uid, role = some["uid"].to_numpy(), some["role"].to_numpy()
    coded = np.where(some["kind"] == "coded_alive", some["coded"], approved).astype(np.int64)
    low = np.maximum(approved + 60, coded + 90)
    start = low + ((end - 5 - low) * draw.uniform("failed start", uid) ** 0.6).astype(np.int64)
    after = day(pair["treatment"]["window"]["to"]) + 1 + draw.below("after window", uid, 60)
    before = approved - 20 - draw.below("before approval", uid, 500)
    died = some["death"].to_numpy(np.int64) + 4 + draw.below("died before", uid, 30)
    start = np.where(role == "start_after_window", after, start)
    start = np.where(role == "start_before_approval", before, start)
    start = np.where(role == "died_before_start", died, start)
    home = some["home_a"].fillna(0).to_numpy(np.int64)
    later = np.array([row["from"] for row in pair["treatment"]["routes"]]).astype("datetime64[D]")
    subcutaneous = (start >= later[-1].astype(np.int64)) & draw.chance("failed route", uid, 0.5)
    routes = [row["route"] for row in pair["treatment"]["routes"]]
    return pd.DataFrame(
        {
            "uid": uid,
            "number": 10,
            "kind": role,
            "form_type": "initiation",
            "status": [name if name in UNDECIDED else "approved" for name in role],
            "planned_start": start,
            "route": np.where(subcutaneous, routes[-1], routes[0]),
            "trust": service.centre[home],
            "drug": choose_drug(pair, np.maximum(start, approved), "failed drug", uid, draw),
        }
    )
