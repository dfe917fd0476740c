"""Who starts the drug, and when: month by month among the eligible, as the world declares."""

from collections import Counter

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.counts import share_out
from ..setting.dates import NEVER, add_months, day, is_weekend, month_of, span
from ..setting.draws import Draws
from ..setting.shared import PairSetting, Setting
from .risk import find_able, first_day, is_at_risk, linear_predictor, local_effects
from .traits import home_on

__all__ = ["LAST_MOVE", "count_starts", "select_treated"]


ANYWHERE = -1
LAST_MOVE = 300  # nobody treated moves in so many days before the start


def count_starts(
    treatment: Declared, salt: int, draw: Draws, *, share: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return months (since January 1970) and how many start in each; `salt` varies the noise.

    `share` is that of the declared starts which happen, for worlds in which few are treated.
    """
    months, counts = [], []
    for period in treatment["uptake"]:
        first, last = (int(month_of(day(f"{period[k]}-01"))) for k in ("from", "to"))
        inside = np.arange(first, last + 1)
        weight = np.linspace(period["first"], period["last"], len(inside))
        spread = 2 * draw.uniform("uptake", inside + salt * 10000) - 1
        weight *= 1 + treatment["noise"] * spread
        weight *= _share_of_month(inside, treatment["window"])
        months.append(inside)
        counts.append(share_out(weight, round(period["total"] * share)))
    return np.concatenate(months), np.concatenate(counts)


def _share_of_month(months: np.ndarray, window: Declared) -> np.ndarray:
    """Return the share of each month that lies inside the treatment window."""
    begin = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    end = add_months(begin, 1)
    low, last = span(window)
    return np.clip(np.minimum(end, last + 1) - np.maximum(begin, low), 0, None) / (end - begin)


def select_treated(people: pd.DataFrame, setting: PairSetting) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the day of starting (NEVER for the others), and say what had to wait.

    Each month the declared number of people is taken from those at risk (`find_able`), in
    proportion to the exponent of their linear predictor. In a world that matches the report, the
    coded and the uncoded start in their declared numbers, and so do the residents of the region
    for which the pair declares a quota. Where fewer are at risk than are to start, the others
    start in the next month in which somebody of their kind is: no start is left out.

    Returns
    -------
    tuple of DataFrame
        The people with `start`; and month (since January 1970) and n: how many starts were carried
        from that month into the next.

    Raises
    ------
    ValueError
        Starts are left when the months have ended: more are declared than can ever be at risk.
    """
    world, pair, draw = setting.world, setting.pair, setting.draw
    treatment = pair["treatment"]
    salt = int(people["uid"].iloc[0])
    share = world.get("starts", {}).get(pair["pair"], 1.0)
    months, counts = count_starts(treatment, salt, draw, share=share)
    slot = np.repeat(months, counts)
    kinds = np.full((len(slot), 2), ANYWHERE, dtype=np.int8)
    if world["match_report"]:
        kinds = _reserve(slot, treatment, salt, draw)
    effects = local_effects(pair, world)
    start = np.full(len(people), NEVER, dtype=np.int64)
    able = find_able(people, treatment)
    uid, coded = able["uid"].to_numpy(), (able["kind"] == "coded_alive").to_numpy()
    free = np.ones(len(able), dtype=bool)
    waiting: Counter[tuple[int, int]] = Counter()
    carried = []
    for month in months:
        waiting.update(map(tuple, kinds[slot == month].tolist()))
        if not waiting:
            continue
        begin = first_day(month)
        risk = linear_predictor(able, effects, begin, setting)
        race = risk - np.log(draw.exponential(f"race {month}", uid))
        open_to = is_at_risk(able, begin)
        local = _is_local(able, treatment, begin, setting)
        for kind in sorted(waiting):
            no_code, quota = kind
            who = (no_code == ANYWHERE) | (coded != bool(no_code))
            who &= (quota == ANYWHERE) | (local == bool(quota))
            ready = np.flatnonzero(open_to & free & who)
            chosen = ready[np.argsort(-race[ready], kind="stable")[: waiting[kind]]]
            waiting[kind] -= len(chosen)
            free[chosen] = False
            start[able.index[chosen]] = _working_days(begin, uid[chosen], treatment["window"], draw)
        waiting = +waiting
        if waiting:
            carried.append((int(month), waiting.total()))
    if waiting:
        raise ValueError(
            f"{pair['pair']}: {waiting.total()} of the {len(slot)} declared starts find nobody at "
            "risk up to the last month; declare fewer, or more people who can be eligible"
        )
    told = pd.DataFrame(carried, columns=["month", "n"])
    return people.assign(start=start.astype(np.int32)), told


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
