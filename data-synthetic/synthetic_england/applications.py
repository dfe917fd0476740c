"""Applications for the drug: those that lead to treatment, those that do not, and other drugs'.

Each application is one row of a frame; what can go wrong with it is decided by the person's role.
"""

import numpy as np
import pandas as pd

from .dates import add_months, day
from .draws import Draws
from .geography import Geography
from .people import NEVER

__all__ = ["build_answers", "build_applications", "other_applications"]

STATUS = {"rejected": "rejected", "withdrawn": "withdrawn", "pending": "pending"}


def build_applications(
    people: pd.DataFrame, plan: pd.DataFrame, pair: dict, geo: Geography, draw: Draws
) -> pd.DataFrame:
    """Return every application on the pair's forms, without identifiers.

    Columns: uid, number (order within the person), form_type, form_code, indication, drug_name,
    status, submitted, approval, planned_start (NEVER for none), route, trust (position), kind (what
    the row is for), sex_blank.
    """
    forms = pair["forms"]
    first = _treated_rows(plan)
    pieces = [first, _repeats(first, people, forms, draw), _continuations(plan, people, pair, draw)]
    pieces += [_rejected_before(first, forms, draw), _failed_rows(people, pair, geo, draw)]
    rows = pd.concat(pieces, ignore_index=True)
    ids = rows["uid"].to_numpy() * np.uint64(64) + rows["number"].to_numpy(np.uint64)
    wait = 8 + np.floor(-np.log(draw.uniform("wait for start", ids)) * 14).astype(np.int64).clip(
        0, 70
    )
    approved = day(pair["treatment"]["approved"])
    start = rows["planned_start"].to_numpy(np.int64)
    approval = np.where(start >= approved, np.maximum(start - wait, approved), start - wait)
    approval = np.minimum(approval, start)
    approval = _not_before_first(rows, approval)
    decision = np.floor(-np.log(draw.uniform("decision", ids)) * 4).astype(np.int64).clip(0, 30)
    rows["approval"] = np.where(rows["status"] == "approved", approval, NEVER)
    rows["submitted"] = _not_before_first(rows, approval - decision)
    rows["drug_name"] = _type_names(rows, pair, ids, draw)
    other = rows["kind"] == "other_indication"
    rows["form_code"] = np.where(other, forms["other"]["form"], forms["codes"][0])
    texts = np.array(list(forms["indications"]))
    typed = texts[draw.pick("indication", ids, list(forms["indications"].values()))]
    rows["indication"] = np.where(other, forms["other"]["indication"], typed)
    rows["sex_blank"] = draw.chance("sex blank", rows["uid"].to_numpy(), forms["sex_blank"])
    known = np.where(rows["kind"] == "start_missing", NEVER, start)
    impossible = rows["kind"] == "start_impossible"
    rows["planned_start"] = np.where(impossible, _in_year(start, forms["impossible_year"]), known)
    return rows


def _not_before_first(rows: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """Keep the days of repeated applications from falling before those of the first one."""
    first = pd.Series(days, index=rows["uid"])[(rows["kind"] == "treated").to_numpy()]
    repeat = (rows["kind"] == "repeat").to_numpy()
    days = days.copy()
    days[repeat] = np.maximum(days[repeat], first.loc[rows.loc[repeat, "uid"]].to_numpy())
    return days


def _in_year(days: np.ndarray, year: int) -> np.ndarray:
    """Return the same day of another year."""
    whole = days.astype("datetime64[D]")
    years = whole.astype("datetime64[Y]").astype(np.int64) + 1970
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


def _repeats(first: pd.DataFrame, people: pd.DataFrame, forms: dict, draw: Draws) -> pd.DataFrame:
    """Return further approved applications of some of the treated, none earlier than the first."""
    uid = first["uid"].to_numpy()
    early = np.flatnonzero(first["planned_start"].to_numpy() < day("2025-05-01"))
    again = first.iloc[early[draw.first("again", uid[early], forms["duplicates"])]].copy()
    later = draw.below("again later", again["uid"].to_numpy(), 95)
    same = draw.chance("again same day", again["uid"].to_numpy(), 0.3)
    again["planned_start"] += np.where(same, 0, later)
    return again.assign(number=20, kind="repeat")


def _rejected_before(first: pd.DataFrame, forms: dict, draw: Draws) -> pd.DataFrame:
    """Return rejected applications that some of the treated made before."""
    late = np.flatnonzero(first["planned_start"].to_numpy() > day("2017-06-01"))
    uid = first["uid"].to_numpy()
    some = first.iloc[
        late[draw.first("rejected before", uid[late], forms["earlier_rejected"])]
    ].copy()
    some["planned_start"] -= 60 + draw.below("rejected earlier", some["uid"].to_numpy(), 120)
    return some.assign(number=5, kind="rejected before", status="rejected")


def _continuations(
    plan: pd.DataFrame, people: pd.DataFrame, pair: dict, draw: Draws
) -> pd.DataFrame:
    """Return continuation forms, about yearly while treatment lasts."""
    end = day(pair["treatment"]["window"]["to"])
    uid = plan["uid"].to_numpy()
    stop = np.minimum(people["last"].to_numpy()[plan["p"]], end)
    years = np.clip(stop - plan["start"].to_numpy(), 0, None) / 365.25
    rate = pair["treatment"]["continuations_a_year"]
    n = (
        np.minimum(years * rate + draw.uniform("continuations", uid), years)
        .astype(np.int64)
        .clip(0, 6)
    )
    row = np.repeat(np.arange(len(plan)), n)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    start = plan["start"].to_numpy()[row] + 360 * (turn + 1) - 60 * (turn % 2)
    return (
        _treated_rows(plan)
        .iloc[row]
        .assign(
            number=30 + turn,
            kind="continuation",
            form_type="continuation",
            planned_start=np.minimum(start, stop[row]),
        )
    )


def _failed_rows(people: pd.DataFrame, pair: dict, geo: Geography, draw: Draws) -> pd.DataFrame:
    """Return the applications of people who are not treated in the end, by their role."""
    forms, window = pair["forms"], pair["treatment"]["window"]
    approved, end = day(window["from"]), day(window["to"])
    names = [*forms["failed"], "died_before_start", "unlinked", "not_confirmed"]
    some = people[people["role"].isin(names)]
    uid, role = some["uid"].to_numpy(), some["role"].to_numpy()
    coded = np.where(some["kind"] == "coded_alive", some["coded"], approved).astype(np.int64)
    low = np.maximum(approved + 60, coded + 90)
    start = low + ((end - 5 - low) * draw.uniform("failed start", uid) ** 0.6).astype(np.int64)
    after = end + 1 + draw.below("after window", uid, 60)
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
            "status": [STATUS.get(name, "approved") for name in role],
            "planned_start": start,
            "route": np.where(subcutaneous, routes[-1], routes[0]),
            "trust": geo.areas["centre"].to_numpy()[home],
        }
    )


def _type_names(rows: pd.DataFrame, pair: dict, ids: np.ndarray, draw: Draws) -> np.ndarray:
    """Return the drug's name as typed: as goes with the route, some misspelt or unreadable."""
    forms = pair["forms"]
    typed = np.empty(len(rows), dtype=object)
    for route in rows["route"].unique():
        clash = forms["names_by_route"].get(route, [])
        names = {n: w for n, w in forms["names"].items() if not any(word in n for word in clash)}
        mine = np.flatnonzero(rows["route"] == route)
        typed[mine] = np.array(list(names))[draw.pick("drug name", ids[mine], list(names.values()))]
    padded = draw.chance("padded name", ids, 0.02)
    typed[padded] = [f" {name} " for name in typed[padded]]
    able = np.flatnonzero(rows["kind"].isin(["treated", "repeat", "continuation"]))
    wrong = able[draw.first("misspelt", ids[able], forms["misspelt_applications"])]
    typed[wrong] = [forms["misspelt"][i % len(forms["misspelt"])] for i in range(len(wrong))]
    unread = np.flatnonzero(rows["kind"] == "unreadable_name")
    typed[unread] = [forms["unreadable"][i % len(forms["unreadable"])] for i in range(len(unread))]
    return typed


def build_answers(
    rows: pd.DataFrame, plan: pd.DataFrame, people: pd.DataFrame, pair: dict, draw: Draws
) -> pd.DataFrame:
    """Return the answers on the pair's forms: uid, number, question, answer (None: left empty)."""
    severity = pair["severity"]
    asked = rows[rows["form_type"] == "initiation"].reset_index(drop=True)
    uid = asked["uid"].to_numpy()
    ids = uid * np.uint64(64) + asked["number"].to_numpy(np.uint64)
    score = 10 + np.floor(-np.log(draw.uniform("other score", ids)) * 3.2).astype(int).clip(0, 18)
    answer = pd.Series(score.astype(str), dtype=object)
    own = plan.set_index("uid")
    mine = asked["uid"].isin(own.index) & asked["kind"].isin(["treated", "repeat"])
    answer[mine] = own.loc[uid[mine], "answer"].to_numpy()
    missing = mine & (own["status"].reindex(uid).to_numpy() == "missing")
    skipped = missing & draw.chance("question skipped", ids, 0.6)  # no row at all
    frame = asked[["uid", "number"]]
    pieces = [frame.assign(question=severity["question"], answer=answer)[~skipped]]
    place = pd.Series(np.arange(len(people)), index=people["uid"].to_numpy())
    for question, column in severity["other_questions"].items():
        true = people[column].fillna(False).to_numpy(bool)[place.loc[uid]]
        shown = true | draw.chance(f"shown {question}", ids, 0.06)
        text = np.where(shown, "Yes", "No").astype(object)
        text[draw.chance(f"empty {question}", ids, 0.02)] = None
        pieces.append(frame.assign(question=question, answer=text))
    for question, share in severity["asked"].items():
        yes = np.where(draw.chance(f"asked {question}", ids, share), "Yes", "No").astype(object)
        pieces.append(frame.assign(question=question, answer=yes))
    return pd.concat(pieces, ignore_index=True)


def other_applications(
    people: pd.DataFrame, drugs: list[dict], name: str, draw: Draws
) -> pd.DataFrame:
    """Return applications for other drugs: one to three for each person given."""
    uid = people["uid"].to_numpy()
    n = 1 + draw.below(f"{name} many", uid, 3)
    row = np.repeat(np.arange(len(people)), n)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    ids = uid[row] * np.uint64(64) + turn.astype(np.uint64)
    drug = draw.pick(f"{name} drug", uid, [entry.get("share", 1.0) for entry in drugs])[row]
    low = np.maximum(people["first"].to_numpy(), day("2014-01-01"))
    high = np.maximum(people["last"].to_numpy(), low + 1)
    start = low[row] + ((high - low)[row] * draw.uniform(f"{name} start", ids)).astype(np.int64)
    typed = [drugs[d]["names"][i % len(drugs[d]["names"])] for d, i in zip(drug, turn, strict=True)]
    status = np.array(["approved", "rejected", "pending"])[
        draw.pick("other status", ids, [0.9, 0.07, 0.03])
    ]
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
            "submitted": start - 20,
            "approval": np.where(status == "approved", start - 12, NEVER),
            "planned_start": start,
            "route": [drugs[d]["route"] for d in drug],
            "trust": people["local"].to_numpy()[row],
            "sex_blank": draw.chance("sex blank", uid, 0.03)[row],
        }
    )
