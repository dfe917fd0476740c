"""Who starts the drug, and when: month by month among the eligible, as the world declares."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.counts import share_out
from ..setting.dates import NEVER, add_months, age_at, day, is_weekend, month_of, span
from ..setting.draws import Draws
from ..setting.shared import PairSetting, Setting
from .traits import home_on

__all__ = ["LAST_MOVE", "count_starts", "linear_predictor", "local_effects", "select_treated"]


ANYWHERE = -1
LAST_MOVE = 300  # nobody treated moves in so many days before the start


def count_starts(treatment: Declared, salt: int, draw: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return months (since January 1970) and how many start in each; `salt` varies the noise."""
    months, counts = [], []
    for period in treatment["uptake"]:
        first, last = (int(month_of(day(f"{period[k]}-01"))) for k in ("from", "to"))
        inside = np.arange(first, last + 1)
        weight = np.linspace(period["first"], period["last"], len(inside))
        spread = 2 * draw.uniform("uptake", inside + salt * 10000) - 1
        weight *= 1 + treatment["noise"] * spread
        weight *= _share_of_month(inside, treatment["window"])
        months.append(inside)
        counts.append(share_out(weight, period["total"]))
    return np.concatenate(months), np.concatenate(counts)


def _share_of_month(months: np.ndarray, window: Declared) -> np.ndarray:
    """Return the share of each month that lies inside the treatment window."""
    begin = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    end = add_months(begin, 1)
    low, last = span(window)
    return np.clip(np.minimum(end, last + 1) - np.maximum(begin, low), 0, None) / (end - begin)


def local_effects(pair: Declared, world: Declared) -> Declared:
    """Return the true effects of a world for one pair.

    A pair may have an age of its own at which people are likeliest to start, as not all are
    treated at the age of the first; in a world that matches the report it takes the place of the
    world's.
    """
    if world["match_report"] and "age" in pair["treatment"]:
        return world["effects"] | {"age": pair["treatment"]["age"]}
    return world["effects"]


def linear_predictor(
    people: pd.DataFrame, effects: Declared, on: int, setting: PairSetting
) -> np.ndarray:
    """Return the true log rate ratio of starting for each person on a day."""
    england, geo, service = setting.england, setting.geo, setting.service
    home = home_on(people, on)
    groups = np.array([effects["ethnicity"].get(group, 0.0) for group in england["ethnic_groups"]])
    age = age_at(people["born"].to_numpy(), np.full(len(people), on))
    distance = np.array(effects["imd_quintile"])[geo.quintile[home] - 1]
    return (
        distance
        + groups[people["group"]]
        + effects["distance_per_30_minutes"] * service.nearest[home] / 30
        + effects["female"] * (people["sex"].to_numpy() == 2)
        - 0.5 * ((age - effects["age"]["middle"]) / effects["age"]["width"]) ** 2
    )


def select_treated(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Add the day of starting (NEVER for the others).

    Each month the declared number of people is taken from those who are eligible, alive, traced,
    known long enough and not yet treated, in proportion to the exponent of their linear predictor.
    In a world that matches the report, the coded and the uncoded start in their declared numbers,
    and so do the residents of the region for which the pair declares a quota.
    """
    world, pair, draw = setting.world, setting.pair, setting.draw
    treatment = pair["treatment"]
    salt = int(people["uid"].iloc[0])
    months, counts = count_starts(treatment, salt, draw)
    slot = np.repeat(months, counts)
    reserved = _reserve(slot, treatment, salt, draw) if world["match_report"] else None
    effects = local_effects(pair, world)
    start = np.full(len(people), NEVER, dtype=np.int64)
    able = people[(people["eligible_since"] < NEVER) & people["traced"]]
    able = able[able["kind"].isin(["coded_alive", "uncoded", "uncoded_by_group"])]
    since = np.maximum(able["eligible_since"], able["coded"] + treatment["known_days"]).to_numpy()
    uid, gone = able["uid"].to_numpy(), np.minimum(able["death"], NEVER).to_numpy()
    coded = (able["kind"] == "coded_alive").to_numpy()
    free = np.ones(len(able), dtype=bool)
    for month in months:
        begin = int(
            np.int64(month).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        )
        here = slot == month
        if not here.any():
            continue
        risk = linear_predictor(able, effects, begin, setting)
        race = risk - np.log(draw.exponential(f"race {month}", uid))
        open_to = free & (since <= begin) & (gone > begin + 120)
        if reserved is None:
            groups = [(np.ones(len(able), dtype=bool), int(here.sum()))]
        else:
            local = _is_local(able, treatment, begin, setting)
            kinds, sizes = np.unique(reserved[here], axis=0, return_counts=True)
            groups = [
                ((coded != bool(no_code)) & ((quota == ANYWHERE) | (local == bool(quota))), size)
                for (no_code, quota), size in zip(kinds.tolist(), sizes.tolist(), strict=True)
            ]
        for who, n in groups:
            ready = np.flatnonzero(open_to & free & who)
            if len(ready) < n:
                raise ValueError(
                    f"{np.datetime64(int(month), 'M')}: {n} people are to start, "
                    f"but only {len(ready)} are eligible"
                )
            chosen = ready[np.argsort(-race[ready], kind="stable")[:n]]
            free[chosen] = False
            start[able.index[chosen]] = _working_days(begin, uid[chosen], treatment["window"], draw)
    return people.assign(start=start.astype(np.int32))


def _reserve(slot: np.ndarray, treatment: Declared, salt: int, draw: Draws) -> np.ndarray:
    """Return for each start whether it is for an uncoded person, and for whom of a quota.

    The second column is 1 for residents of the quota's region, 0 for others, and ANYWHERE outside
    the quota's months.
    """
    reserved = np.zeros((len(slot), 2), dtype=np.int8)
    place = np.arange(len(slot)) + salt
    reserved[draw.first("uncoded slot", place, treatment["treated"]["uncoded"]), 0] = 1
    reserved[:, 1] = ANYWHERE
    if "quota" in treatment:
        rule = treatment["quota"]
        first, last = (int(month_of(day(f"{rule[k]}-01"))) for k in ("from", "to"))
        inside = np.flatnonzero((slot >= first) & (slot <= last))
        reserved[inside, 1] = 0
        reserved[inside[draw.first("quota", place[inside], rule["total"])], 1] = 1
    return reserved


def _is_local(
    people: pd.DataFrame, treatment: Declared, begin: int, setting: Setting
) -> np.ndarray:
    """Say who will live in the quota's region when they start in the month that begins then."""
    if "quota" not in treatment:
        return np.zeros(len(people), dtype=bool)
    home = home_on(people, begin - LAST_MOVE)
    return setting.geo.areas["nhs_region"].to_numpy()[home] == treatment["quota"]["region"]


def _working_days(begin: int, uid: np.ndarray, window: Declared, draw: Draws) -> np.ndarray:
    """Draw a Monday to Friday of the month inside the window for each person."""
    days = np.arange(begin, int(add_months(np.array([begin]), 1)[0]))
    low, high = span(window)
    days = days[(days >= low) & (days <= high) & ~is_weekend(days)]
    return days[draw.below("start day", uid, len(days))]
