"""Outpatient appointments: one row each, with specialty, whether it was kept, and any diagnosis."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.dates import add_months, day, span
from ..setting.draws import Draws
from ..setting.shared import PairSetting, Setting
from .contact_rows import frame_contacts, spread_usual, start_days
from .follow_up import plan_follow_up
from .kinds import choose_kind, share_kinds
from .places import draw_place

__all__ = ["build_visits"]

# Numbers of a person's visits by origin, so that each has an identifier of its own.
ORIGIN = {"visit": 1000, "not_seen": 1300, "other": 1400, "admin": 1500, "start_day": 1601}
ORIGIN |= {"day_before": 1602, "first": 1900, "alive": 1901, "after_window": 1902}
ORIGIN |= {"future": 1903, "late": 1904}
KEPT = {"5": 0.815, "6": 0.04, "7": 0.004, "3": 0.065, "2": 0.045, "4": 0.031}
NOT_KEPT = {"3": 0.5, "2": 0.22, "4": 0.2, "7": 0.08}
CONTACT = {"2": 0.63, "1": 0.22, "4": 0.11, "3": 0.035, "5": 0.005}
FOLLOWING = {"2": 0.805, "1": 0.03, "4": 0.13, "3": 0.03, "5": 0.005}
COUNTING = {"2": 0.70, "1": 0.10, "4": 0.16, "3": 0.04}
UNPLANNED = ["usual", "follow_up"]  # these give way to the planned


def build_visits(
    people: pd.DataFrame,
    plan: pd.DataFrame,
    days: pd.DataFrame,
    score: pd.DataFrame,
    setting: PairSetting,
) -> pd.DataFrame:
    """Return all appointments, one a person and day, sorted by person and day.

    Columns: p (position in `people`), rid, appt, main, prov, home, attended, firstatt, coded (the
    condition is among the diagnoses), diagnosed (there are diagnoses at all), origin.
    """
    pair, draw = setting.pair, setting.draw
    own = list(pair["condition"]["specialties"])
    pieces = [
        _usual_visits(people, setting),
        _followed_visits(people, score, setting),
        _window_visits(people, plan, days, draw),
        _single_visits(people, setting),
    ]
    visits = pd.concat(pieces, ignore_index=True)
    free = visits["origin"].isin(["late", "after_window", "future"])
    visits = visits[free | (visits["appt"] <= people["last"].to_numpy()[visits["p"]])]
    visits["rank"] = visits["origin"].isin(UNPLANNED).astype(np.int8)
    visits = visits.sort_values(["p", "appt", "rank", "rid"], kind="stable")
    visits = visits.drop_duplicates(["p", "appt"]).reset_index(drop=True)
    visits = _choose_specialty(visits, people, own, setting)
    visits = _clear_window(visits, people, plan, pair, own)
    visits = _choose_attendance(visits, draw)
    visits = _choose_diagnoses(visits, people, own, setting)
    return _choose_places(visits, people, own, setting)


def _usual_visits(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Spread each person's appointments over the days they are seen."""
    p, number, appt = spread_usual(people, "op", "visit day", setting)
    return frame_contacts(people, p, number, "usual", appt=appt)


def _followed_visits(
    people: pd.DataFrame, score: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Make the routine follow-up of those who have the condition."""
    made = plan_follow_up(people, score, setting)
    p, number, appt = (made[name].to_numpy() for name in ("p", "number", "appt"))
    return frame_contacts(people, p, number, "follow_up", appt=appt)


def _window_visits(
    people: pd.DataFrame, plan: pd.DataFrame, days: pd.DataFrame, draw: Draws
) -> pd.DataFrame:
    """Make the planned visits of the treated and the appointments that must not count."""
    infused = np.zeros(len(people), dtype=bool)
    mine = days[
        days["what"].isin(["visit", "not_seen", "other", "admin", "start_day", "day_before"])
    ]
    what = mine["what"].to_numpy()
    p = plan["p"].to_numpy()[mine["row"]]
    infused[plan.loc[plan["route"] == "IV", "p"]] = True
    number = np.array([ORIGIN[name] for name in what], dtype=np.int64)
    number += np.where(np.isin(what, ["start_day", "day_before"]), 0, mine["place"])
    keep = ~((what == "start_day") & infused[p])
    appt = mine["day"].to_numpy()[keep]
    return frame_contacts(people, p[keep], number[keep], what[keep], appt=appt)


def _single_visits(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Make the appointments that one fact about a person asks for."""
    england, pair, draw = setting.england, setting.pair, setting.draw
    uid, kind, role = (people[name].to_numpy() for name in ("uid", "kind", "role"))
    coded, last = people["coded"].to_numpy(), people["last"].to_numpy()
    is_coded = people["kind"].str.startswith("coded").to_numpy()
    begin, end = span(england["windows"]["op"])
    approved = day(pair["treatment"]["approved"])
    inpatient = (coded < begin) | draw.chance(
        "first code", uid, pair["condition"]["first_code_in_apc"]
    )
    first = np.flatnonzero(is_coded & ~inpatient)
    alive = np.flatnonzero(
        (kind == "coded_alive") & ~people["traced"].to_numpy() & (coded < approved)
    )
    later = approved + ((last - approved + 1)[alive] * draw.uniform("alive", uid[alive])).astype(
        np.int64
    )
    odd = np.flatnonzero(role == "after_window")
    future = np.flatnonzero((last == end) & draw.chance("future", uid, 0.03))
    dead = np.flatnonzero(people["fault"] == "record_after_death")
    late = people["death"].to_numpy()[dead] + 5 + draw.below("late", uid[dead], 90)
    singles = {
        "first": (first, coded[first]),
        "alive": (alive, later),
        "after_window": (odd, end + 1 + draw.below("odd", uid[odd], 11)),
        "future": (future, end + 1 + draw.below("ahead", uid[future], 11)),
        "late": (dead, late),
    }
    pieces = [
        frame_contacts(people, p, ORIGIN[origin], origin, appt=appt)
        for origin, (p, appt) in singles.items()
    ]
    return pd.concat(pieces, ignore_index=True)


def _choose_specialty(
    visits: pd.DataFrame, people: pd.DataFrame, own: list[str], setting: PairSetting
) -> pd.DataFrame:
    """Draw the main specialty: the condition's own for much of what follows its first code."""
    pair, casemix, draw = setting.pair, setting.casemix, setting.draw
    rid, p, appt = (visits[name].to_numpy() for name in ("rid", "p", "appt"))
    origin = visits["origin"].to_numpy()
    names = np.array(list(casemix["appointments"]))
    kinds = [
        {"weight": weight} | ({"sex": 2} if name in casemix["women_only"] else {})
        for name, weight in casemix["appointments"].items()
    ]
    age = (appt - people["born"].to_numpy()[p]) / 365.25
    sex = people["sex"].to_numpy()[p]
    kind = choose_kind(age, sex, rid, share_kinds(kinds), "visit specialty", draw)
    main = names[kind]
    ours = draw.choose("own specialty", rid, pair["condition"]["specialties"])
    known = (appt >= people["coded"].to_numpy()[p]) & (origin == "usual")
    known &= draw.chance("seen for condition", rid, pair["condition"]["seen_by_specialty"]["op"])
    known |= np.isin(
        origin,
        ["follow_up", "visit", "not_seen", "admin", "start_day", "day_before", "first", "late"],
    )
    known |= origin == "after_window"
    main = np.where(known, ours, main)
    avoid = (people["role"].to_numpy()[p] == "not_confirmed") | (origin == "other")
    return visits.assign(main=np.where(avoid & np.isin(main, own), "300", main))


def _clear_window(
    visits: pd.DataFrame, people: pd.DataFrame, plan: pd.DataFrame, pair: Declared, own: list[str]
) -> pd.DataFrame:
    """Drop what would count in the windows of the treated beyond what is planned."""
    start = start_days(people, plan)
    begin = add_months(start, -pair["activity"]["months"])
    p, appt = visits["p"].to_numpy(), visits["appt"].to_numpy()
    inside = (appt >= begin[p]) & (appt < start[p])
    surplus = inside & visits["origin"].isin(UNPLANNED) & visits["main"].isin(own)
    visits = visits.assign(inside=inside)
    return visits[~surplus].reset_index(drop=True)


def _choose_attendance(visits: pd.DataFrame, draw: Draws) -> pd.DataFrame:
    """Draw ATTENDED and FIRSTATT: planned visits are kept, distractors are not or do not count."""
    rid, origin = visits["rid"].to_numpy(), visits["origin"].to_numpy()
    attended = draw.choose("attended", rid, KEPT)
    contact = draw.choose("contact", rid, CONTACT)
    following = draw.choose("contact", rid, FOLLOWING)
    contact = np.where(origin == "follow_up", following, contact)
    remote = np.isin(contact, ["3", "4"]) & (visits["appt"].to_numpy() < day("2020-03-01"))
    remote &= draw.chance("before video", rid, 0.7)
    contact = np.where(remote, "2", contact)
    pandemic = visits["appt"].between(day("2020-03-23"), day("2021-03-31")).to_numpy()
    contact = np.where(
        pandemic & (contact == "2") & draw.chance("by phone", rid, 0.4), "4", contact
    )
    kept = np.isin(origin, ["visit", "start_day", "day_before", "admin", "other", "first", "alive"])
    attended = np.where(kept, np.where(draw.chance("late", rid, 0.05), "6", "5"), attended)
    not_kept = draw.choose("not kept", rid, NOT_KEPT)
    attended = np.where(origin == "not_seen", not_kept, attended)
    attended = np.where(origin == "future", "0", np.where(origin == "late", "3", attended))
    counting = draw.choose("counting", rid, COUNTING)
    contact = np.where(origin == "visit", counting, np.where(origin == "admin", "5", contact))
    return visits.assign(attended=attended, firstatt=contact)


def _choose_diagnoses(
    visits: pd.DataFrame, people: pd.DataFrame, own: list[str], setting: PairSetting
) -> pd.DataFrame:
    """Say which appointments carry diagnoses (few do, as in HES) and which the condition's code."""
    pair, draw = setting.pair, setting.draw
    rid, p, origin = visits["rid"].to_numpy(), visits["p"].to_numpy(), visits["origin"].to_numpy()
    main = visits["main"].to_numpy().copy()
    is_coded = people["kind"].str.startswith("coded").to_numpy()[p]
    first = np.isin(origin, ["first", "after_window"])
    diagnosed = draw.chance("diagnosed", rid, 0.045) | first
    known = is_coded & (visits["appt"].to_numpy() >= people["coded"].to_numpy()[p])
    coded = diagnosed & known & np.isin(main, own) & (origin != "late")
    coded &= draw.chance("op coded", rid, pair["condition"]["coded_again"]["op_with_diagnosis"])
    by_code = (origin == "visit") & is_coded & draw.chance("visit by code", rid, 0.02)
    main[by_code] = "300"
    coded |= first | by_code
    return visits.assign(main=main, coded=coded, diagnosed=diagnosed | by_code)


def _choose_places(
    visits: pd.DataFrame, people: pd.DataFrame, own: list[str], setting: PairSetting
) -> pd.DataFrame:
    """Draw the provider: nearest centre for much of the condition's specialties, else local."""
    draw = setting.draw
    rid, p, appt = (visits[name].to_numpy() for name in ("rid", "p", "appt"))
    goes = visits["main"].isin(own).to_numpy() & draw.chance("visits centre", rid, 0.6)
    never = np.zeros(len(visits), dtype=bool)
    place = draw_place(people, p, appt, goes, never, rid, setting)
    return visits.assign(**place)
