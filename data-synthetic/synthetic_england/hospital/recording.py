"""What the records say of a person: sex, ethnicity and area as typed, and the rows that are wrong.

The truth is in `people`; here it is written down as hospitals do, with the planted faults.
Each function takes the episodes and the appointments together, because a fault of a person is
planted in one record of either.
"""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.dates import NULL_DATE, day, span
from ..setting.draws import Draws
from ..setting.shared import Setting
from .spell_sources import NORMAL, NULL_START, UNFINISHED

__all__ = ["FOREIGN", "NOWHERE", "plant_rows", "record_people", "usable"]

NOWHERE, FOREIGN = -1, -2  # positions of LSOA: none recorded; one that the deprivation file lacks


def usable(records: pd.DataFrame, windows: Declared) -> np.ndarray:
    """Return which records are finished and dated inside the window of their table."""
    if "epistart" in records:
        window, date = windows["apc"], records["epistart"]
        fine = records["state"] == NORMAL
    else:
        window, date = windows["op"], records["appt"]
        fine = True
    return (fine & date.between(*span(window))).to_numpy()


def _pick(
    tables: list[pd.DataFrame], able: list[np.ndarray], name: str, draw: Draws
) -> list[np.ndarray]:
    """Return, for each table, the one record of each able person that is picked among all."""
    parts = []
    for number, (table, mine) in enumerate(zip(tables, able, strict=True)):
        where = np.flatnonzero(mine)
        part = table.iloc[where]
        bits = draw.bits(f"pick {name} {number}", part["eid"].to_numpy())
        parts.append(pd.DataFrame({"p": part["p"], "bits": bits, "table": number, "where": where}))
    found = pd.concat(parts).sort_values(["p", "bits"], kind="stable").drop_duplicates("p")
    picked = []
    for number, table in enumerate(tables):
        flags = np.zeros(len(table), dtype=bool)
        flags[found.loc[found["table"] == number, "where"]] = True
        picked.append(flags)
    return picked


def record_people(
    tables: list[pd.DataFrame], people: pd.DataFrame, setting: Setting
) -> list[pd.DataFrame]:
    """Return the tables (episodes, appointments) with sex, ethnos and lsoa as recorded."""
    england, draw = setting.england, setting.draw
    fault = people["fault"].to_numpy()
    good = [usable(table, england["windows"]) for table in tables]
    hit = {}
    for name in ("conflicting_sex", "conflicting_ethnicity", "missing_lsoa", "lsoa_not_in_imd"):
        flagged = fault == name
        able = [u & flagged[t["p"].to_numpy()] for t, u in zip(tables, good, strict=True)]
        hit[name] = _pick(tables, able, name, draw)
    done = []
    for number, table in enumerate(tables):
        p, eid = table["p"].to_numpy(), table["eid"].to_numpy()
        flips = {key: picked[number] for key, picked in hit.items()}
        sex = _record_sex(table, people, flips["conflicting_sex"], setting)
        ethnos = _record_ethnos(table, people, flips["conflicting_ethnicity"], setting)
        lsoa = table["home"].to_numpy().copy()
        often = (fault[p] == "missing_lsoa") & good[number] & draw.chance("no lsoa", eid, 0.35)
        lsoa[flips["missing_lsoa"] | often | people["nowhere"].to_numpy()[p]] = NOWHERE
        lsoa[flips["lsoa_not_in_imd"]] = FOREIGN
        done.append(table.assign(sex=sex, ethnos=ethnos, lsoa=lsoa))
    return done


def _record_sex(
    table: pd.DataFrame, people: pd.DataFrame, flip: np.ndarray, setting: Setting
) -> np.ndarray:
    """Return SEX as recorded: the person's, rarely unknown; the other one where planted."""
    england, draw = setting.england, setting.draw
    p, eid = table["p"].to_numpy(), table["eid"].to_numpy()
    true = people["sex"].to_numpy()[p]
    sex = np.where(flip, 3 - true, true)
    unknown = draw.chance("sex unknown", eid, england["recording"]["sex_unknown"])
    unknown &= (people["fault"] != "conflicting_sex").to_numpy()[p]
    code = np.array(["0", "1", "2", "9"])
    return code[np.where(unknown, np.where(draw.chance("sex code", eid, 0.5), 0, 3), sex)]


def _record_ethnos(
    table: pd.DataFrame, people: pd.DataFrame, flip: np.ndarray, setting: Setting
) -> np.ndarray:
    """Return ETHNOS as recorded: codes of the group, often unknown, digits before April 2001."""
    england, world, draw = setting.england, setting.world, setting.draw
    rules, groups = england["recording"], england["ethnic_groups"]
    p, eid = table["p"].to_numpy(), table["eid"].to_numpy()
    name, on = ("apc", "adm") if "adm" in table else ("op", "appt")
    uid, group = people["uid"].to_numpy(), people["group"].to_numpy()
    conflict = (people["fault"] == "conflicting_ethnicity").to_numpy()
    chance = np.full(len(groups), rules["ethnicity_unknown"][name])
    for number, name in enumerate(groups):
        chance[number] += world["coding"].get("ethnicity_unknown", {}).get(name, 0)
    never = draw.chance("ethnicity never", uid, rules["ethnicity_never_known"]) & ~conflict
    unknown = (draw.chance("ethnicity unknown", eid, chance[group[p]]) & ~conflict[p]) | never[p]
    names = list(groups)
    shown = group[p].astype(np.int64)
    other = (shown + 1 + draw.below("other group", eid, len(names) - 1)) % len(names)
    shown = np.where(flip, other, shown)
    ethnos = people["ethnos"].to_numpy()[p].astype("U2")
    redrawn = flip | draw.chance("other code of group", eid, 0.04)
    old = table[on].to_numpy() < day("2001-04-01")
    for number, name in enumerate(names):
        codes, digits = groups[name]["codes"], groups[name]["digit"]
        mine = redrawn & (shown == number)
        ethnos[mine] = draw.choose("code", eid[mine], codes)
        mine = old & (shown == number)
        ethnos[mine] = np.array(digits)[draw.below("digit", uid[p[mine]], len(digits))]
    blank = draw.choose("unknown code", eid, rules["unknown_codes"])
    return np.where(unknown, np.where(old, "9", blank), ethnos)


def plant_rows(
    tables: list[pd.DataFrame], people: pd.DataFrame, setting: Setting
) -> list[pd.DataFrame]:
    """Return the tables with the rows that should not be there, and the `date` of filing.

    duplicate episodes and appointments, unfinished episodes, episodes and appointments with a null
    date. Each is a copy of one good record of a chosen person, with an identifier of its own.
    """
    england, draw = setting.england, setting.draw
    episodes, visits = (
        tables[0].assign(date=tables[0]["epiend"], sid=tables[0]["eid"]),
        tables[1].assign(date=tables[1]["appt"], sid=tables[1]["eid"], state=NORMAL),
    )
    episodes.loc[episodes["state"] != NORMAL, "date"] = episodes["adm"]
    fault = people["fault"].to_numpy()
    treated = (people["role"] == "treated").to_numpy()
    good = [usable(table, england["windows"]) for table in tables]
    copies: list[list[pd.DataFrame]] = [[], []]
    kinds = [
        (0, "duplicate_episodes"),
        (1, "duplicate_appointments"),
        (0, "unfinished_episodes"),
        (0, "null_episode_date"),
        (1, "null_appointment_date"),
    ]
    for number, name in kinds:
        table = (episodes, visits)[number]
        p, origin = table["p"].to_numpy(), table["origin"].to_numpy()
        able = good[number] & (fault == name)[p]
        able &= ~treated[p] | np.isin(origin, ["stay", "visit"])
        copy = table[_pick([table], [able], name, draw)[0]].copy()
        copy["eid"] += np.uint64(4)
        if name == "unfinished_episodes":
            copy["state"] = UNFINISHED
        elif name == "null_episode_date":
            copy = copy.assign(state=NULL_START, epistart=np.int32(NULL_DATE))
        elif name == "null_appointment_date":
            copy["appt"] = np.int32(NULL_DATE)
        elif name == "duplicate_appointments":
            copy["diagnosed"] &= draw.chance("copy complete", copy["eid"].to_numpy(), 0.5)
            copy["coded"] &= copy["diagnosed"]
        copies[number].append(copy)
    return [
        pd.concat([episodes, *copies[0]]).sort_values(["p", "adm", "eid"], kind="stable"),
        pd.concat([visits, *copies[1]]).sort_values(["p", "date", "eid"], kind="stable"),
    ]
