"""Stays in hospital: one row a spell, with why, where, how long, and how coded."""

import numpy as np
import pandas as pd

from ..setting.counts import expand
from ..setting.dates import NEVER, NULL_DATE
from ..setting.draws import Draws
from ..setting.geography import Geography
from ..setting.shared import PairSetting, Setting
from .contact_rows import start_days
from .kinds import choose_kind, share_kinds
from .places import draw_place
from .spell_sources import LONGEST, NORMAL, NULL_START, gather_spells

__all__ = ["build_spells", "split_episodes"]

WITHIN = ["stay", "start", "unfinished", "other_stay"]  # origins of the treated, at their centre
FOR_CONDITION = ["first", "stay", "start", "unfinished"]
FOR_CONDITION += ["unfinished_only", "before_window", "null_date_only"]


def build_spells(
    people: pd.DataFrame, plan: pd.DataFrame, days: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Return all spells of the people, sorted by person and admission, none overlapping another.

    Columns: p (position in `people`), rid, adm, dis, reason (position in the case mix, −1 for the
    condition itself), main (MAINSPEF), prov and home (positions), coded, state, origin, day_case.
    """
    geo = setting.geo
    spells = gather_spells(people, plan, days, setting)
    spells = _choose_reasons(spells, people, setting)
    spells = _choose_places(spells, people, setting)
    spells = _choose_lengths(spells, people, plan, setting)
    spells = _choose_coding(spells, people, setting)
    return _overlap(spells, people, geo)


def _choose_reasons(
    spells: pd.DataFrame, people: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Draw why: the condition itself (−1) or a reason of the case mix; then the main specialty."""
    pair, casemix, draw = setting.pair, setting.casemix, setting.draw
    rid, p = spells["rid"].to_numpy(), spells["p"].to_numpy()
    adm, origin = spells["adm"].to_numpy(), spells["origin"].to_numpy()
    age = (adm - people["born"].to_numpy()[p]) / 365.25
    kinds = [k | {"weight": [0, 0, 0]} if k["id"] == "birth" else k for k in casemix["admissions"]]
    sex = people["sex"].to_numpy()[p]
    reason = choose_kind(age, sex, rid, share_kinds(kinds), "reason", draw)
    names = [row["id"] for row in casemix["admissions"]]
    specialties = np.array([row["specialty"] for row in casemix["admissions"]])
    born_here = (adm == people["born"].to_numpy()[p]) & (origin == "usual")
    reason[born_here] = names.index("birth")
    own = pair["condition"]["specialties"]
    ours = np.isin(specialties, list(own))
    reason[origin == "final"] = names.index("chest")
    avoid = (people["role"].to_numpy()[p] == "not_confirmed") | (origin == "other_stay")
    reason[avoid & ours[reason]] = names.index("chest_pain")
    known = (adm >= people["coded"].to_numpy()[p]) & (origin == "usual")
    known &= draw.chance("for condition", rid, pair["condition"]["seen_by_specialty"]["apc"])
    condition = known | np.isin(origin, FOR_CONDITION)
    main = np.where(condition, draw.choose("specialty", rid, own), specialties[reason])
    main = np.where(np.isin(origin, ["first"]) & draw.chance("first by", rid, 0.35), "300", main)
    return spells.assign(reason=np.where(condition, -1, reason).astype(np.int16), main=main)


def _choose_places(
    spells: pd.DataFrame, people: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Draw the provider: the nearest centre for much of the condition, else the local trust."""
    draw = setting.draw
    rid, planned = spells["rid"].to_numpy(), spells["origin"].isin(WITHIN).to_numpy()
    goes = (spells["reason"].to_numpy() == -1) & draw.chance("goes to centre", rid, 0.6)
    p, adm = spells["p"].to_numpy(), spells["adm"].to_numpy()
    place = draw_place(people, p, adm, planned | goes, planned, rid, setting)
    return spells.assign(**place)


def _choose_lengths(
    spells: pd.DataFrame, people: pd.DataFrame, plan: pd.DataFrame, setting: Setting
) -> pd.DataFrame:
    """Draw day case or nights, cut off before the next admission, the start and the end."""
    casemix, draw = setting.casemix, setting.draw
    rid, p, adm = spells["rid"].to_numpy(), spells["p"].to_numpy(), spells["adm"].to_numpy()
    reason, origin = spells["reason"].to_numpy(), spells["origin"].to_numpy()
    day_share = np.array([row["day"] for row in casemix["admissions"]] + [0.62])[reason]
    stay = np.array([row["stay"] for row in casemix["admissions"]] + [4.0])[reason]
    day_case = draw.chance("day case", rid, day_share) | np.isin(origin, ["start", "other_stay"])
    nights = np.floor(draw.exponential("nights", rid) * stay + 0.5).astype(np.int64)
    nights = np.where(day_case, 0, np.minimum(nights, LONGEST))
    nights = np.where(origin == "before_window", 12 + (adm % 20), nights)
    last = origin == "final"
    nights = np.where(last, people["death"].to_numpy()[p] - adm, nights)
    day_case &= ~last
    after = np.full(len(spells), NEVER, dtype=np.int64)
    usual = np.flatnonzero(spells["state"].to_numpy() == NORMAL)
    same = p[usual[1:]] == p[usual[:-1]]
    after[usual[:-1][same]] = adm[usual[1:][same]]
    limit = people["last"].to_numpy()[p]
    before = start_days(people, plan) - 1
    limit = np.where(origin == "stay", np.minimum(limit, before[p]), limit)
    dis = np.minimum(np.minimum(adm + nights, after - 1), limit)
    return spells.assign(dis=np.maximum(dis, adm).astype(np.int32), day_case=day_case)


def _choose_coding(
    spells: pd.DataFrame, people: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Say whether the condition's narrow codes are on the spell's records."""
    pair, draw = setting.pair, setting.draw
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


def _overlap(spells: pd.DataFrame, people: pd.DataFrame, geo: Geography) -> pd.DataFrame:
    """Plant, for the people chosen, a short stay at another provider inside a longer one."""
    chosen = (people["fault"] == "overlapping_spells").to_numpy()[spells["p"]]
    long = chosen & (spells["dis"] - spells["adm"] >= 3) & (spells["state"] == NORMAL)
    inner = spells[long].drop_duplicates("p").copy()
    n, first = len(geo.providers), geo.centres
    inner["rid"] += np.uint64(2048)
    inner["adm"] += 1
    inner["dis"] = inner["adm"]
    inner["prov"] = np.where(
        inner["prov"] < first, first, first + (inner["prov"] - first + 7) % (n - first)
    )
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
    row, order = expand(n)
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
