"""Stays in hospital: one row a spell, with why, where, when, and whether the condition is coded."""

import numpy as np
import pandas as pd

from .dates import NULL_DATE, add_months, day
from .draws import Draws
from .geography import Geography
from .people import NEVER

__all__ = ["NORMAL", "NULL_START", "UNFINISHED", "build_spells", "choose_kind", "split_episodes"]

NORMAL, UNFINISHED, NULL_START = 0, 1, 2
LONGEST = 40  # nights
# Numbers of a person's spells by origin, so that each has an identifier of its own.
ORIGIN = {"stay": 1000, "other_stay": 1300, "unfinished": 1320, "start": 1400, "first": 1900, "odd": 1910}
AGE_EDGES, AGE_MIDDLES = np.array([16, 18, 47, 65]), [8, 17, 30, 55, 75]


def build_spells(
    people: pd.DataFrame,
    plan: pd.DataFrame,
    days: pd.DataFrame,
    pair: dict,
    england: dict,
    casemix: dict,
    geo: Geography,
    draw: Draws,
) -> pd.DataFrame:
    """Return all spells of the people, sorted by person and admission, none overlapping another.

    Columns: p (position in `people`), rid, adm, dis, reason (position in the case mix, −1 for the
    condition itself), main (MAINSPEF), prov (position in providers), coded, state, origin, planned.
    """
    pieces = [
        _usual_spells(people, plan, pair, england, draw),
        _first_codes(people, pair, england, draw),
        _window_spells(people, plan, days, pair, draw),
        _infusions(people, plan, days, pair, england, draw),
        _near_misses(people, england, draw),
    ]
    spells = pd.concat(pieces, ignore_index=True)
    spells = spells[spells["adm"] <= people["last"].to_numpy()[spells["p"]]]
    usual = spells["state"] == NORMAL
    spells["rank"] = (spells["origin"] == "usual").astype(np.int8)
    spells = spells.sort_values(["p", "adm", "rank", "rid"], kind="stable").reset_index(drop=True)
    usual = (spells["state"] == NORMAL).to_numpy()
    again = spells.loc[usual].duplicated(["p", "adm"])
    spells = spells.drop(index=again.index[again]).reset_index(drop=True)
    spells = _choose_reasons(spells, people, pair, casemix, draw)
    spells = _choose_places(spells, people, geo, draw)
    spells = _choose_lengths(spells, people, plan, casemix, draw)
    spells = _choose_coding(spells, people, pair, draw)
    return _overlap(spells, people, geo, draw)


def _frame(p: np.ndarray, uid: np.ndarray, number: np.ndarray | int, adm: np.ndarray, origin: str, **more):
    """Return spells with the identifier made of person and number."""
    rid = uid[p] * np.uint64(4096) + np.asarray(number).astype(np.uint64)
    base = {"p": p.astype(np.int32), "rid": rid, "adm": np.asarray(adm).astype(np.int32)}
    return pd.DataFrame(base | {"origin": origin, "state": NORMAL, "reason": -2, "main": "", "coded": False} | more)


def _usual_spells(people, plan, pair, england, draw) -> pd.DataFrame:
    """Spread each person's spells over the days they are seen; keep clear of the planned windows."""
    uid = people["uid"].to_numpy()
    n = people["n_apc"].to_numpy()
    p = np.repeat(np.arange(len(people)), n)
    number = np.arange(len(p)) - np.repeat(np.cumsum(n) - n, n)
    rid = uid[p] * np.uint64(4096) + number.astype(np.uint64)
    first = np.maximum(people["first"].to_numpy(), day(england["windows"]["apc"]["from"]))
    span = people["last"].to_numpy() - first + 1
    adm = first[p] + (span[p] * draw.uniform("spell day", rid) ** 0.85).astype(np.int64)
    newborn = (number == 0) & (first == people["born"].to_numpy())[p]
    adm = np.where(newborn, first[p], adm)
    spells = _frame(p, uid, number, adm, "usual")
    start = np.full(len(people), NEVER)
    start[plan["p"]] = plan["start"]
    begin = add_months(start, -pair["activity"]["months"]) - LONGEST - 5
    return spells[~((adm >= begin[p]) & (adm <= start[p] + 1))]


def _first_codes(people, pair, england, draw) -> pd.DataFrame:
    """Put the first coded stay on its day, for those who are first coded as inpatients."""
    uid = people["uid"].to_numpy()
    coded = people["kind"].str.startswith("coded").to_numpy()
    early = people["coded"].to_numpy() < day(england["windows"]["op"]["from"])
    inpatient = early | draw.chance("first code", uid, pair["condition"]["first_code_in_apc"])
    p = np.flatnonzero(coded & inpatient)
    return _frame(p, uid, ORIGIN["first"], people["coded"].to_numpy()[p], "first", coded=True)


def _window_spells(people, plan, days, pair, draw) -> pd.DataFrame:
    """Make the planned stays of the treated, and the stays that must not count."""
    uid, pieces = people["uid"].to_numpy(), []
    for what, state in (("stay", NORMAL), ("other_stay", NORMAL), ("unfinished", UNFINISHED)):
        mine = days[days["what"] == what]
        p = plan["p"].to_numpy()[mine["row"]]
        number = ORIGIN[what] + mine["place"].to_numpy()
        pieces.append(_frame(p, uid, number, mine["day"], what, state=state))
    return pd.concat(pieces, ignore_index=True)


def _infusions(people, plan, days, pair, england, draw) -> pd.DataFrame:
    """Make the day cases of the infused: loading doses, then one each period until they stop."""
    rules = pair["treatment"]["infusions"]
    uid = people["uid"].to_numpy()
    infused = plan[plan["route"] == pair["treatment"]["routes"][0]["route"]]
    p = infused["p"].to_numpy()
    length = -np.log(draw.uniform("infused for", uid[p])) * rules["mean_years"] * 365.25
    n = (length / rules["every_days"]).astype(np.int64).clip(1, 120) + 2
    row = np.repeat(np.arange(len(infused)), n)
    dose = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    after = np.where(dose < 2, 14 * dose, rules["every_days"] * (dose - 1))
    on_day = set(plan["uid"].to_numpy()[days.loc[days["what"] == "start_day", "row"]].tolist())
    late = np.array([0 if u in on_day else 3 for u in infused["uid"].tolist()], dtype=np.int64)
    adm = infused["start"].to_numpy()[row] + after + late[row]
    spells = _frame(p[row], uid, ORIGIN["start"] + dose, adm, "start")
    return spells[adm <= day(england["windows"]["apc"]["to"])]


def _near_misses(people, england, draw) -> pd.DataFrame:
    """Code the condition where it must not count: unfinished, before the window, without a date."""
    uid, pieces = people["uid"].to_numpy(), []
    begin = day(england["windows"]["apc"]["from"])
    for role, state in (("unfinished_only", UNFINISHED), ("before_window", NORMAL), ("null_date_only", NULL_START)):
        p = np.flatnonzero(people["role"] == role)
        back = begin - 1 - draw.below("days before", uid[p], 20)
        adm = back if role == "before_window" else people["last"].to_numpy()[p] - 200
        pieces.append(_frame(p, uid, ORIGIN["odd"], adm, role, coded=True, state=state))
    return pd.concat(pieces, ignore_index=True)


def choose_kind(
    age: np.ndarray, sex: np.ndarray, ids: np.ndarray, weights: dict, name: str, draw: Draws
) -> np.ndarray:
    """Draw a kind for each contact; `weights` maps (sex, piece of age) to the shares of the kinds."""
    piece = np.searchsorted(AGE_EDGES, age, side="right")
    kind = np.zeros(len(ids), dtype=np.int16)
    for (one_sex, one_piece), share in weights.items():
        mine = (sex == one_sex) & (piece == one_piece)
        kind[mine] = draw.pick(name, ids[mine], share)
    return kind


def _reason_weights(casemix: dict) -> dict:
    """Return the shares of the reasons by sex and piece of age."""
    weights = {}
    for sex in (1, 2):
        for piece, age in enumerate(AGE_MIDDLES):
            column = 0 if age < 18 else 2 if age >= 65 else 1
            weights[sex, piece] = [
                row["weight"][column]
                * (row.get("sex", sex) == sex)
                * (row.get("ages", [0, 120])[0] <= age <= row.get("ages", [0, 120])[1])
                * (row["id"] != "birth")
                for row in casemix["admissions"]
            ]
    return weights


def _choose_reasons(spells, people, pair, casemix, draw) -> pd.DataFrame:
    """Draw why: the condition itself (−1) or a reason of the case mix; then the main specialty."""
    rid, p = spells["rid"].to_numpy(), spells["p"].to_numpy()
    adm, origin = spells["adm"].to_numpy(), spells["origin"].to_numpy()
    age = (adm - people["born"].to_numpy()[p]) / 365.25
    reason = choose_kind(age, people["sex"].to_numpy()[p], rid, _reason_weights(casemix), "reason", draw)
    names = [row["id"] for row in casemix["admissions"]]
    specialties = np.array([row["specialty"] for row in casemix["admissions"]])
    born_here = (adm == people["born"].to_numpy()[p]) & (origin == "usual")
    reason[born_here] = names.index("birth")
    own = pair["condition"]["specialties"]
    ours = np.isin(specialties, list(own))
    avoid = (people["role"].to_numpy()[p] == "not_confirmed") | (origin == "other_stay")
    reason[avoid & ours[reason]] = names.index("chest_pain")
    known = (adm >= people["coded"].to_numpy()[p]) & (origin == "usual")
    known &= draw.chance("for condition", rid, pair["condition"]["seen_by_specialty"]["apc"])
    condition = known | np.isin(origin, ["first", "stay", "start", "unfinished", "unfinished_only"])
    condition |= np.isin(origin, ["before_window", "null_date_only"])
    main = np.where(
        condition,
        np.array(list(own))[draw.pick("specialty", rid, list(own.values()))],
        specialties[reason],
    )
    main = np.where(np.isin(origin, ["first"]) & draw.chance("first by", rid, 0.35), "300", main)
    return spells.assign(reason=np.where(condition, -1, reason).astype(np.int16), main=main)


def _choose_places(spells, people, geo, draw) -> pd.DataFrame:
    """Draw the provider: the nearest centre for much of the condition, else the local trust."""
    rid, p, adm = spells["rid"].to_numpy(), spells["p"].to_numpy(), spells["adm"].to_numpy()
    moved = people["moved"].to_numpy()[p] <= adm
    home = np.where(moved, people["home_b"].to_numpy()[p], people["home_a"].to_numpy()[p])
    local, centre = geo.areas["trust"].to_numpy()[home], geo.areas["centre"].to_numpy()[home]
    origin = spells["origin"].to_numpy()
    planned = np.isin(origin, ["stay", "start", "unfinished", "other_stay"])
    goes = (spells["reason"].to_numpy() == -1) & draw.chance("goes to centre", rid, 0.6)
    n, first = len(geo.providers), geo.centres
    away = draw.chance("away", rid, 0.08) & ~planned
    other = first + (local - first + 1 + draw.below("where away", rid, 5)) % (n - first)
    prov = np.where(planned | goes, centre, np.where(away, other, local))
    return spells.assign(prov=prov.astype(np.int16), home=home.astype(np.int32))


def _choose_lengths(spells, people, plan, casemix, draw) -> pd.DataFrame:
    """Draw day case or nights; cut off before the next admission, the start, death, the window's end."""
    rid, p, adm = spells["rid"].to_numpy(), spells["p"].to_numpy(), spells["adm"].to_numpy()
    reason, origin = spells["reason"].to_numpy(), spells["origin"].to_numpy()
    day_share = np.array([row["day"] for row in casemix["admissions"]] + [0.62])[reason]
    stay = np.array([row["stay"] for row in casemix["admissions"]] + [4.0])[reason]
    day_case = draw.chance("day case", rid, day_share) | np.isin(origin, ["start", "other_stay"])
    nights = np.floor(-np.log(draw.uniform("nights", rid)) * stay + 0.5).astype(np.int64)
    nights = np.where(day_case, 0, np.minimum(nights, LONGEST))
    nights = np.where(origin == "before_window", 12 + (adm % 20), nights)
    after = np.full(len(spells), NEVER, dtype=np.int64)
    usual = np.flatnonzero(spells["state"].to_numpy() == NORMAL)
    same = p[usual[1:]] == p[usual[:-1]]
    after[usual[:-1][same]] = adm[usual[1:][same]]
    limit = people["last"].to_numpy()[p]
    start = np.full(len(people), NEVER)
    start[plan["p"]] = plan["start"] - 1
    limit = np.where(origin == "stay", np.minimum(limit, start[p]), limit)
    dis = np.minimum(np.minimum(adm + nights, after - 1), limit)
    return spells.assign(dis=np.maximum(dis, adm).astype(np.int32), day_case=day_case)


def _choose_coding(spells, people, pair, draw) -> pd.DataFrame:
    """Say whether the condition's narrow codes are on the spell's records."""
    rid, p = spells["rid"].to_numpy(), spells["p"].to_numpy()
    origin = spells["origin"].to_numpy()
    is_coded = people["kind"].str.startswith("coded").to_numpy()[p]
    known = spells["adm"].to_numpy() >= people["coded"].to_numpy()[p]
    again = draw.chance("coded again", rid, pair["condition"]["coded_again"]["apc"])
    again |= (spells["reason"].to_numpy() == -1) & draw.chance("coded as reason", rid, 0.8)
    coded = spells["coded"].to_numpy() | (is_coded & known & again & (origin != "other_stay"))
    main = spells["main"].to_numpy().copy()
    by_code = (origin == "stay") & coded & draw.chance("by code only", rid, 0.10)
    main[by_code] = "300"
    return spells.assign(coded=coded, main=main)


def _overlap(spells, people, geo, draw) -> pd.DataFrame:
    """Plant, for the people chosen, a short stay at another provider inside a longer one."""
    chosen = (people["fault"] == "overlapping_spells").to_numpy()[spells["p"]]
    long = chosen & (spells["dis"] - spells["adm"] >= 3) & (spells["state"] == NORMAL)
    inner = spells[long].drop_duplicates("p").copy()
    n, first = len(geo.providers), geo.centres
    inner["rid"] += np.uint64(2048)
    inner["adm"] += 1
    inner["dis"] = inner["adm"]
    inner["prov"] = np.where(inner["prov"] < first, first, first + (inner["prov"] - first + 7) % (n - first))
    inner["prov"] = inner["prov"].astype(np.int16)
    inner["origin"] = "overlap"
    both = pd.concat([spells, inner], ignore_index=True)
    return both.sort_values(["p", "adm", "rid"], kind="stable").reset_index(drop=True)


def split_episodes(spells: pd.DataFrame, draw: Draws) -> pd.DataFrame:
    """Return one row an episode: the spell's columns and eid, order, last, epistart, epiend."""
    rid = spells["rid"].to_numpy()
    nights = (spells["dis"] - spells["adm"]).to_numpy()
    u = draw.uniform("episodes", rid)
    n = np.minimum(1 + (u < 0.2) + (u < 0.06) + (u < 0.015), np.maximum(nights, 1))
    whole = (spells["state"] != NORMAL) | (spells["origin"] == "before_window")
    n = np.where(whole, 1, n)
    row = np.repeat(np.arange(len(spells)), n)
    order = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    episodes = spells.iloc[row].reset_index(drop=True)
    adm, many = episodes["adm"].to_numpy(), n[row]
    begin = adm + order * nights[row] // many
    end = adm + (order + 1) * nights[row] // many
    return episodes.assign(
        eid=episodes["rid"].to_numpy() * np.uint64(8) + order.astype(np.uint64),
        order=(order + 1).astype(np.int8),
        last=order + 1 == many,
        epistart=np.where(episodes["state"] == NULL_START, NULL_DATE, begin).astype(np.int32),
        epiend=end.astype(np.int32),
    )
