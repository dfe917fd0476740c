"""Where the treated live at their start, so that travel times are as published."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ..declarations.load import Declared
from ..setting.dates import NEVER
from ..setting.shared import PairSetting
from .starts import LAST_MOVE

__all__ = ["align_travel"]


def align_travel(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Settle the homes of the treated at their start; at the published times where there are any.

    Each treated person keeps their rank in travel time, region and deprivation fifth where these
    allow, and gets an area whose time is that of the rank in a cut log-normal with the published
    median and mean; the middle person gets the median exactly.
    """
    travel, draw = setting.pair["travel"], setting.draw
    people = people.assign(nowhere=False)
    rows = np.flatnonzero(people["start"].to_numpy() < NEVER)
    start, uid = (people[name].to_numpy()[rows] for name in ("start", "uid"))
    moved = people["moved"].to_numpy().copy()
    moved[rows] = np.where(
        (moved[rows] > start - LAST_MOVE) & (moved[rows] <= start), NEVER, moved[rows]
    )
    home_a, home_b = (people[name].to_numpy().copy() for name in ("home_a", "home_b"))
    before = moved[rows] <= start
    home = np.where(before, home_b[rows], home_a[rows])
    coded = np.flatnonzero((people["kind"] == "coded_alive").to_numpy()[rows])
    nowhere = coded[draw.first("nowhere", uid[coded], travel["missing"])]
    if setting.world["match_report"] and "median" in travel:
        known = np.setdiff1d(np.arange(len(rows)), nowhere)
        home[known] = _match_times(home[known], uid[known], setting)
    home_a[rows[~before]] = home[~before]
    home_b[rows[before]] = home[before]
    people.loc[people.index[rows[nowhere]], "nowhere"] = True
    return people.assign(moved=moved, home_a=home_a, home_b=home_b)


def _match_times(home: np.ndarray, uid: np.ndarray, setting: PairSetting) -> np.ndarray:
    """Return homes whose nearest-centre times have the median exactly and the mean closely."""
    travel, draw = setting.pair["travel"], setting.draw
    times, quintile = setting.service.nearest.astype(float), setting.geo.quintile
    region = setting.geo.areas["region"].to_numpy()
    goal = _cut_lognormal(len(home), travel)
    order = np.lexsort((draw.bits("travel tie", uid), times[home]))
    middle = order[len(order) // 2]
    settled = home.copy()
    for place, person in enumerate(order):
        side = np.sign(goal[place] - travel["median"])
        fits = (quintile == quintile[home[person]]) & (side * (times - travel["median"]) >= 0)
        miss = np.abs(times - goal[place]) + 3.0 * (region != region[home[person]])
        miss = np.where(fits, miss, np.inf)
        settled[person] = np.argmin(miss)
    exact = np.flatnonzero(np.abs(times - travel["median"]) < 1e-6)
    settled[middle] = exact[draw.below("median home", uid[middle : middle + 1], len(exact))[0]]
    return settled


def _cut_lognormal(n: int, travel: Declared) -> np.ndarray:
    """Return n quantiles of a log-normal cut to [least, most] with this median and mean."""
    place = ndtri((np.arange(n) + 0.5) / n)
    low, high = 0.2, 1.5
    for _ in range(60):
        width = (low + high) / 2
        goal = np.clip(travel["median"] * np.exp(width * place), travel["least"], travel["most"])
        low, high = (width, high) if goal.mean() < travel["mean"] else (low, width)
    return goal
