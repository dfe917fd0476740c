"""Who can start the drug in a month, and at which rate beside the others: the risk sets."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.dates import NEVER, age_at
from ..setting.shared import PairSetting
from .traits import home_on

__all__ = [
    "LAST_DAYS",
    "find_able",
    "first_day",
    "is_at_risk",
    "linear_predictor",
    "local_effects",
]

LAST_DAYS = 120  # nobody starts in the last days of life, so many from the month's first


def first_day(month: int) -> int:
    """Return the first day of a month since January 1970, as a day since then.

    Examples
    --------
    >>> first_day(1)
    31
    """
    return int(np.int64(month).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def find_able(people: pd.DataFrame, treatment: Declared) -> pd.DataFrame:
    """Return the people who can ever start, with the days on which they enter and leave the risk.

    They become eligible at some time, are traced, and are alive at the approval. `enters` is the
    day from which they are eligible and known long enough; `leaves` that of death, or NEVER.
    """
    able = people[(people["eligible_since"] < NEVER) & people["traced"]]
    able = able[able["kind"].isin(["coded_alive", "uncoded", "uncoded_by_group"])]
    return able.assign(
        enters=np.maximum(able["eligible_since"], able["coded"] + treatment["known_days"]),
        leaves=np.minimum(able["death"], NEVER),
    )


def is_at_risk(able: pd.DataFrame, begin: int) -> np.ndarray:
    """Say who can start in the month that begins on a day, if they have not started before.

    Nobody starts who dies within `LAST_DAYS` of that day.
    """
    enters, leaves = able["enters"].to_numpy(), able["leaves"].to_numpy()
    return (enters <= begin) & (leaves > begin + LAST_DAYS)


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
