"""Routine follow-up of people with a condition by its own specialties, half-year by half-year."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ..declarations.load import Declared
from ..people.activity import first_year
from ..people.traits import by_fifth
from ..setting.counts import expand
from ..setting.dates import add_months, is_weekend, span, year_of
from ..setting.draws import Draws
from ..setting.shared import PairSetting

__all__ = ["plan_follow_up"]

HALF = 182.6  # days
MOST = 40  # visits in half a year
FIRST_NUMBER = 2048  # of a person's visits by origin, so that each has an identifier of its own


def plan_follow_up(people: pd.DataFrame, score: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Return the appointments of routine follow-up: p (position in `people`), number, appt.

    Part of the people is under the specialists' care at a time, the others are seen elsewhere or
    not at all; those under care have a log-normal rate of visits. Both rise with how active the
    disease is, so that a quiet year has one or two visits and an active one has many. In a world
    with `access` the rate of visits also differs by deprivation.

    Parameters
    ----------
    people
        With uid, first, last, coded.
    score
        Disease activity a year of those who have the condition; its index is their position.
    """
    england, pair, draw = setting.england, setting.pair, setting.draw
    declared = pair["follow_up"]
    p = score.index.to_numpy()
    uid = people["uid"].to_numpy()[p]
    edges = _half_years(england["windows"]["op"])
    begin, length = edges[:-1], np.diff(edges)
    column = np.clip(year_of(begin) - first_year(pair), 0, score.shape[1] - 1)
    active = score.to_numpy()[:, column] - pair["disease"]["mean"]
    visits = declared["visits"]
    half = np.arange(len(begin))
    cell = uid[:, None] * np.uint64(64) + half.astype(np.uint64)
    rate = visits["activity"] * active + visits["within"] * draw.normal("follow-up half", cell)
    rate += visits["between"] * draw.normal("follow-up", uid)[:, None]
    rate += by_fifth(people, setting.world.get("access"), setting)[p][:, None]
    rate = visits["median"] * np.exp(rate) * _growth(begin, declared["growth"]) * length / HALF
    n = np.minimum(rate + draw.uniform("follow-up visits", cell), MOST).astype(np.int64)
    n[~_under_care(uid, active, half, declared["care"], draw)] = 0
    row, place = expand(n.ravel())
    who, when = np.divmod(row, len(half))
    number = FIRST_NUMBER + when * MOST + place
    ids = uid[who] * np.uint64(4096) + number.astype(np.uint64)
    appt = begin[when] + (draw.uniform("follow-up day", ids) * length[when]).astype(np.int64)
    appt -= np.where(is_weekend(appt), 2, 0)  # nobody is followed up at weekends
    early = declared["before_code"] * 365.25 * draw.exponential("followed before", uid)
    since = np.maximum(people["coded"].to_numpy()[p] - early, people["first"].to_numpy()[p])
    fits = (appt >= np.maximum(since, edges[0])[who]) & (appt <= people["last"].to_numpy()[p][who])
    return pd.DataFrame({"p": p[who], "number": number, "appt": appt})[fits]


def _half_years(window: Declared) -> np.ndarray:
    """Return the first day of each half-year of a window, and the day after its end.

    Examples
    --------
    >>> _half_years({"from": "2009-04-01", "to": "2010-05-31"}).astype("datetime64[D]").tolist()
    [datetime.date(2009, 4, 1), datetime.date(2009, 10, 1), datetime.date(2010, 4, 1), \
datetime.date(2010, 6, 1)]
    """
    begin, last = span(window)
    after = last + 1
    months = np.arange(0, (after - begin) // 28, 6)
    edges = np.array([add_months(np.array([begin]), int(m))[0] for m in months])
    return np.append(edges[edges < after], after)


def _growth(begin: np.ndarray, declared: Declared) -> np.ndarray:
    """Return how much of today's follow-up there was: it grew to its present level in a line."""
    return np.interp(begin, span(declared), [declared["at_first"], 1.0])


def _under_care(
    uid: np.ndarray, active: np.ndarray, half: np.ndarray, declared: Declared, draw: Draws
) -> np.ndarray:
    """Say who is under the specialists' care in each half-year: mostly the same people for long."""
    period = half // (2 * declared["years"])
    ids = uid[:, None] * np.uint64(32) + np.arange(period[-1] + 1, dtype=np.uint64)
    steady = declared["steady"]
    bent = steady * draw.normal("care", uid)[:, None]
    bent = bent + (np.sqrt(1 - steady**2) * draw.normal("care period", ids))[:, period]
    return bent + declared["activity"] * active > -ndtri(declared["share"])
