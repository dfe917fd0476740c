"""The roles of people who are not treated: failed applications, near misses, planted faults."""

import numpy as np
import pandas as pd

from ..applications.drugs import last_start
from ..setting.dates import NEVER, day
from ..setting.draws import Draws
from ..setting.shared import PairSetting

__all__ = ["assign_faults", "assign_near_misses", "assign_roles", "build_strangers"]


def _take(people: pd.DataFrame, able: pd.Series, name: str, n: int, draw: Draws) -> pd.Index:
    """Return the index of `n` people at random among the able."""
    index = people.index[able]
    if len(index) < n:
        raise ValueError(f"{name}: {n} people are needed, but only {len(index)} fit")
    return index[draw.first(f"role {name}", people.loc[index, "uid"].to_numpy(), n)]


def assign_roles(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Add `role` to people with the condition: treated, a failure, other_drug or none."""
    pair, draw = setting.pair, setting.draw
    forms, approved = pair["forms"], day(pair["treatment"]["approved"])
    end = last_start(pair)
    role = pd.Series("", index=people.index, dtype=object)
    role[people["start"] < NEVER] = "treated"
    untreated = (people["kind"] == "coded_alive") & people["traced"] & (role == "")
    known = untreated & (people["eligible_since"] < end - 700) & (people["coded"] < end - 900)
    dead = known & people["death"].between(approved + 400, end - 60)
    dead &= people["eligible_since"] < people["death"] - 150
    role[_take(people, dead, "died_before_start", forms["died_before_start"], draw)] = (
        "died_before_start"
    )
    for name, n in forms["failed"].items():
        able = known & (role == "") & (people["death"] == NEVER)
        role[_take(people, able, name, n, draw)] = name
    able = untreated & (role == "") & (people["last"] > approved + 800)
    role[_take(people, able, "other_drug", forms["other_drug"]["people"], draw)] = "other_drug"
    return people.assign(role=role)


def assign_near_misses(background: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Add `role` to the background: people who look like the condition, or not confirmed.

    People who have applications for other drugs already (`other_drug`) are left alone.
    """
    england, pair, draw = setting.england, setting.pair, setting.draw
    end = day(england["windows"]["apc"]["to"])
    free = ~background["other_drug"] if "other_drug" in background else True
    role = (
        background["role"].copy()
        if "role" in background
        else pd.Series("", background.index, dtype=object)
    )
    adult = (background["born"] < day("1990-01-01")) & (background["death"] == NEVER)
    seen = (
        adult
        & free
        & background["traced"]
        & (background["n_apc"] > 0)
        & (background["last"] == end)
    )
    for name, wanted in pair["near_misses"].items():
        n = wanted["people"] if isinstance(wanted, dict) else wanted
        role[_take(background, seen & (role == ""), name, n, draw)] = name
    n = pair["forms"]["not_confirmed"]
    role[_take(background, seen & (role == ""), "not_confirmed", n, draw)] = "not_confirmed"
    return background.assign(role=role)


def assign_faults(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Add `fault`: at most one kind for a person, so that no fault hides another.

    The pair says under `faults` how many people, and how many of the treated, have each kind.
    """
    pair, draw = setting.pair, setting.draw
    fault = pd.Series("", index=people.index, dtype=object)
    approved, end = day(pair["treatment"]["approved"]), day(pair["treatment"]["window"]["to"])
    usual = (people["kind"] == "coded_alive") & (people["role"] == "")
    died = people["death"].between(approved + 30, end - 120)
    for row in setting.faults:
        plant = pair.get("faults", {}).get(row["name"], {})
        able = usual & (fault == "") & (died if row["name"] == "record_after_death" else True)
        fault[_take(people, able, row["name"], plant.get("people", 0), draw)] = row["name"]
        able = (people["role"] == "treated") & (fault == "") & ~people["nowhere"]
        fault[_take(people, able, f"{row['name']} treated", plant.get("treated", 0), draw)] = row[
            "name"
        ]
    return people.assign(fault=fault)


def build_strangers(start: int, setting: PairSetting) -> pd.DataFrame:
    """Draw applicants whose NHS number links to nobody: they have no HES record."""
    pair, draw = setting.pair, setting.draw
    n = pair["forms"]["unlinked"]
    uid = start + np.arange(n, dtype=np.uint64)
    who = pair["forms"]["unlinked_people"]
    low, high = who["ages"]
    age = low + (high - low) * draw.uniform("age", uid)
    women = draw.chance("female", uid, who["female"])
    return pd.DataFrame(
        {
            "uid": uid,
            "kind": "stranger",
            "sex": np.where(women, 2, 1).astype(np.int8),
            "born": (day("2018-01-01") - age * 365.25).astype(np.int32),
            "death": np.int32(NEVER),
            "traced": ~draw.chance("untraced", uid, 0.5),
            "role": "unlinked",
        }
    )
