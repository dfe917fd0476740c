"""Where a person's spells come from: usual, first coded, planned, infusions, the last.

Each function returns spells with a day and an origin; what they are for is drawn later.
"""

import numpy as np
import pandas as pd

from ..setting.counts import expand
from ..setting.dates import add_months, day, span
from ..setting.shared import PairSetting, Setting
from .contact_rows import frame_contacts, spread_usual, start_days

__all__ = ["LONGEST", "NORMAL", "NULL_START", "UNFINISHED", "gather_spells"]

NORMAL, UNFINISHED, NULL_START = 0, 1, 2  # states of an episode
LONGEST = 40  # nights
# Numbers of a person's spells by origin, so that each has an identifier of its own.
ORIGIN = {"stay": 1000, "other_stay": 1300, "unfinished": 1320, "start": 1400}
ORIGIN |= {"first": 1900, "final": 1905, "odd": 1910}


def gather_spells(
    people: pd.DataFrame, plan: pd.DataFrame, days: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Return all spells, one a person and day, sorted: p, rid, adm, origin, state, coded."""
    pieces = [
        _usual_spells(people, plan, setting),
        _first_codes(people, setting),
        _window_spells(people, plan, days),
        _infusions(people, plan, days, setting),
        _final_spells(people, setting),
        _near_misses(people, setting),
    ]
    spells = pd.concat(pieces, ignore_index=True)
    spells = spells[spells["adm"] <= people["last"].to_numpy()[spells["p"]]]
    spells["rank"] = (spells["origin"] == "usual").astype(np.int8)  # these give way to the others
    spells = spells.sort_values(["p", "adm", "rank", "rid"], kind="stable").reset_index(drop=True)
    usual = (spells["state"] == NORMAL).to_numpy()
    again = spells.loc[usual].duplicated(["p", "adm"])
    spells = spells.drop(index=again.index[again], columns="rank")
    return spells.reset_index(drop=True)


def _frame(
    people: pd.DataFrame, p: np.ndarray, number: np.ndarray | int, adm: np.ndarray, origin: str
) -> pd.DataFrame:
    """Return spells of finished episodes that are not coded with the condition."""
    spells = frame_contacts(people, p, number, origin, adm=adm)
    return spells.assign(state=np.int8(NORMAL), coded=False)


def _usual_spells(people: pd.DataFrame, plan: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Spread each person's spells over the days they are seen; clear of the planned windows."""
    p, number, adm = spread_usual(people, "apc", "spell day", setting)
    born, opens = people["born"].to_numpy(), day(setting.england["windows"]["apc"]["from"])
    newborn = (number == 0) & (np.maximum(people["first"].to_numpy(), opens) == born)[p]
    adm = np.where(newborn, born[p], adm)
    spells = _frame(people, p, number, adm, "usual")
    start = start_days(people, plan)
    begin = add_months(start, -setting.pair["activity"]["months"]) - LONGEST - 5
    return spells[~((adm >= begin[p]) & (adm <= start[p] + 1))]


def _first_codes(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Put the first coded stay on its day, for those who are first coded as inpatients."""
    england, pair, draw = setting.england, setting.pair, setting.draw
    uid = people["uid"].to_numpy()
    coded = people["kind"].str.startswith("coded").to_numpy()
    early = people["coded"].to_numpy() < day(england["windows"]["op"]["from"])
    inpatient = early | draw.chance("first code", uid, pair["condition"]["first_code_in_apc"])
    p = np.flatnonzero(coded & inpatient)
    return _frame(people, p, ORIGIN["first"], people["coded"].to_numpy()[p], "first").assign(
        coded=True
    )


def _window_spells(people: pd.DataFrame, plan: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Make the planned stays of the treated, and the stays that must not count."""
    pieces = []
    for what, state in (("stay", NORMAL), ("other_stay", NORMAL), ("unfinished", UNFINISHED)):
        mine = days[days["what"] == what]
        p = plan["p"].to_numpy()[mine["row"]]
        number = ORIGIN[what] + mine["place"].to_numpy()
        pieces.append(_frame(people, p, number, mine["day"], what).assign(state=state))
    return pd.concat(pieces, ignore_index=True)


def _infusions(
    people: pd.DataFrame, plan: pd.DataFrame, days: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Make the day cases of the infused: loading doses, then one each period until they stop.

    Where the pair declares no infusions, nobody comes for them.
    """
    england, pair, draw = setting.england, setting.pair, setting.draw
    rules = pair["treatment"].get("infusions")
    if rules is None:
        none = np.empty(0, dtype=np.int64)
        return _frame(people, none, none, none, "start")
    uid = people["uid"].to_numpy()
    infused = plan[plan["route"] == pair["treatment"]["routes"][0]["route"]]
    p = infused["p"].to_numpy()
    length = draw.exponential("infused for", uid[p]) * rules["mean_years"] * 365.25
    n = (length / rules["every_days"]).astype(np.int64).clip(1, 120) + 2
    row, dose = expand(n)
    after = np.where(dose < 2, 14 * dose, rules["every_days"] * (dose - 1))
    on_day = set(plan["uid"].to_numpy()[days.loc[days["what"] == "start_day", "row"]].tolist())
    late = np.array([0 if u in on_day else 3 for u in infused["uid"].tolist()], dtype=np.int64)
    adm = infused["start"].to_numpy()[row] + after + late[row]
    spells = _frame(people, p[row], ORIGIN["start"] + dose, adm, "start")
    return spells[adm <= day(england["windows"]["apc"]["to"])]


def _final_spells(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Make the last stay of those who die in hospital; it ends on the day of death."""
    england, draw = setting.england, setting.draw
    uid, death = people["uid"].to_numpy(), people["death"].to_numpy()
    begin, end = span(england["windows"]["apc"])
    p = np.flatnonzero(
        (death > begin + 90) & (death <= end) & draw.chance("dies in hospital", uid, 0.45)
    )
    nights = np.floor(draw.exponential("last nights", uid[p]) * 8).astype(np.int64).clip(0, 28)
    adm = np.maximum(death[p] - nights, people["first"].to_numpy()[p])
    return _frame(people, p, ORIGIN["final"], adm, "final")


def _near_misses(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Code the condition where it must not count: unfinished, before the window, without a date."""
    england, draw = setting.england, setting.draw
    uid, pieces = people["uid"].to_numpy(), []
    begin = day(england["windows"]["apc"]["from"])
    for role, state in (
        ("unfinished_only", UNFINISHED),
        ("before_window", NORMAL),
        ("null_date_only", NULL_START),
    ):
        p = np.flatnonzero(people["role"] == role)
        back = begin - 1 - draw.below("days before", uid[p], 20)
        adm = back if role == "before_window" else people["last"].to_numpy()[p] - 200
        pieces.append(_frame(people, p, ORIGIN["odd"], adm, role).assign(coded=True, state=state))
    return pd.concat(pieces, ignore_index=True)
