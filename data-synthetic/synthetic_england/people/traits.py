"""What everybody has: identifiers, ethnic group, homes, death, numbers of contacts."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.dates import NEVER, day
from ..setting.draws import Draws
from ..setting.shared import PairSetting, Setting

__all__ = [
    "by_fifth",
    "count_contacts",
    "draw_death",
    "draw_ethnicity",
    "draw_homes",
    "home_on",
    "person_codes",
]

LETTERS = np.frombuffer(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", dtype=np.uint8)


def person_codes(uid: np.ndarray, draw: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return PSEUDO_HESID and the pseudonymised NHS number of each person.

    Both begin with TEST. Each is one to one with the person, and the one does not tell the other.

    Examples
    --------
    >>> hesid, nhs = person_codes(np.array([5], dtype=np.uint64), Draws(1))
    >>> len(hesid[0]), len(nhs[0]), hesid[0][:4]
    (32, 17, 'TEST')
    """
    hes = _spell(draw.bits("hesid", uid), 13)
    nhs = _spell(draw.bits("nhs number", uid), 13)
    stem = np.char.add("TEST", hes)
    return np.char.add(np.char.add(stem, hes), "00"), np.char.add("TEST", nhs)


def _spell(bits: np.ndarray, length: int) -> np.ndarray:
    """Write 64-bit numbers with `length` letters of an alphabet of 32."""
    shifts = np.uint64(5) * np.arange(length, dtype=np.uint64)
    letters = LETTERS[((bits[:, None] >> shifts) & np.uint64(31)).astype(np.int64)]
    return np.ascontiguousarray(letters).view(f"S{length}").ravel().astype(f"U{length}")


def draw_ethnicity(
    uid: np.ndarray, shares: dict[str, float], england: Declared, draw: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the true ethnic group and its ETHNOS code."""
    groups = list(england["ethnic_groups"])
    number = draw.pick("ethnic group", uid, [shares[group] for group in groups])
    code = np.empty(len(uid), dtype="U2")
    for i, group in enumerate(groups):
        codes = england["ethnic_groups"][group]["codes"]
        mine = number == i
        code[mine] = draw.choose("ethnos", uid[mine], codes)
    return number.astype(np.int8), code


def draw_homes(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Add home_a, home_b (positions of LSOAs) and the day of the move between them."""
    england, geo, draw = setting.england, setting.geo, setting.draw
    uid = people["uid"].to_numpy()
    areas = geo.areas
    poor = 1 - 2 * areas["rank"].to_numpy() / len(areas)
    home = np.empty(len(people), dtype=np.int32)
    for number, group in enumerate(england["ethnic_groups"].values()):
        mine = people["group"].to_numpy() == number
        weight = np.exp(group["urban"] * areas["urban"].to_numpy() + group["deprived"] * poor)
        home[mine] = draw.pick("home", uid[mine], weight)
    step = draw.below("next home", uid, 400) - 200
    step += step >= 0
    moves = draw.chance("moves", uid, england["moves"])
    first, last = people["first"].to_numpy(), people["last"].to_numpy()
    when = first + ((last - first) * draw.uniform("moved", uid)).astype(np.int64)
    return people.assign(
        home_a=home,
        home_b=np.where(moves, np.clip(home + step, 0, len(areas) - 1), home).astype(np.int32),
        moved=np.where(moves, when, NEVER).astype(np.int32),
    )


def home_on(
    people: pd.DataFrame, on: np.ndarray | int, rows: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """Return the area (position) where each person lives on a day, before or after the move."""
    moved, before, after = (people[name].to_numpy()[rows] for name in ("moved", "home_a", "home_b"))
    return np.where(moved <= on, after, before)


def by_fifth(people: pd.DataFrame, declared: Declared | None, setting: PairSetting) -> np.ndarray:
    """Return what a world declares for the fifth of deprivation of each person, 0 if nothing.

    A person has the fifth of the home on the day of the drug's approval, whatever comes later.

    Parameters
    ----------
    declared
        `imd_quintile` with five numbers, the first for the most deprived.
    """
    if declared is None:
        return np.zeros(len(people))
    home = home_on(people, day(setting.pair["treatment"]["approved"]))
    return np.array(declared["imd_quintile"], dtype=float)[setting.geo.quintile[home] - 1]


def draw_death(
    born: np.ndarray, alive_at: np.ndarray, uid: np.ndarray, factor: float, setting: Setting
) -> np.ndarray:
    """Draw the day of death by Gompertz' law, given that the person is alive on a day."""
    mortality = setting.england["mortality"]
    level, slope = mortality["level"] * factor, mortality["slope"]
    age = (alive_at - born) / 365.25
    gain = setting.draw.exponential("death", uid) * slope / level
    death_age = np.log(np.exp(slope * age) + gain) / slope
    return np.maximum(born + (death_age * 365.25).astype(np.int64), alive_at + 1)


def count_contacts(
    people: pd.DataFrame, table: str, a_year: float, spread: float, setting: Setting
) -> np.ndarray:
    """Draw how many contacts each person has in a table: a log-normal rate times the years seen."""
    england, draw = setting.england, setting.draw
    uid = people["uid"].to_numpy()
    begin = np.maximum(people["first"], day(england["windows"][table]["from"])).to_numpy()
    years = np.clip(people["last"].to_numpy() - begin, 0, None) / 365.25
    busy = np.exp(spread * draw.normal("busy", uid) - spread**2 / 2)
    return np.minimum(a_year * years * busy + draw.uniform(f"n {table}", uid), 220).astype(np.int32)
