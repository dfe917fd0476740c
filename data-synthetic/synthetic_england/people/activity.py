"""How active the disease of people with a condition is, and since when they are eligible."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from ..declarations.load import Declared
from ..setting.dates import NEVER, day, year_of
from ..setting.draws import Draws
from ..setting.shared import PairSetting
from .traits import by_fifth

__all__ = ["first_year", "simulate_activity"]

LAST_YEAR = 2025  # of disease activity


def first_year(pair: Declared) -> int:
    """Return the first year of simulated disease activity: that of the drug's approval."""
    return int(year_of(np.array([day(pair["treatment"]["approved"])]))[0])


def simulate_activity(
    people: pd.DataFrame, setting: PairSetting
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the latent yearly disease activity and the people with serology and eligible_since.

    Activity is a first-order autoregression around a personal level; a person becomes eligible in
    the first year in which it reaches the threshold while the markers, where the pair has any,
    satisfy the criteria of the time. The age below which nobody is eligible is `adult`.
    """
    pair, draw = setting.pair, setting.draw
    disease, treatment = pair["disease"], pair["treatment"]
    uid = people["uid"].to_numpy()
    level, within = _draw_level(people, setting)
    keep, step = disease["persistence"], np.sqrt(1 - disease["persistence"] ** 2)
    swing = draw.normal("activity 0", uid)
    begins = first_year(pair)
    years = LAST_YEAR - begins + 1
    score = np.empty((len(people), years), dtype=np.float32)
    born = people["born"].to_numpy()
    for i in range(years):
        if i:
            swing = keep * swing + step * draw.normal(f"activity {i}", uid)
        age = (day(f"{begins + i}-07-01") - born) / 365.25
        value = level + disease["age_slope"] * (age - 45) + within * swing
        score[:, i] = np.round(np.maximum(value, 0), 1)
    marks = _draw_markers(uid, disease.get("serology"), draw)
    needs = np.array([_needed(treatment, begins + i) for i in range(years)])
    able = (score >= disease["eligible_from"]) & (marks.sum(axis=1)[:, None] >= needs)
    begin = np.array([day(f"{begins + i}-01-01") for i in range(years)])[able.argmax(axis=1)]
    adult = born + int(disease["adult"] * 365.25) + 1
    since = np.maximum.reduce(
        [
            begin + draw.below("eligible day", uid, 360),
            adult,
            people["coded"].to_numpy(),
            np.full(len(people), day(treatment["approved"])),
        ]
    )
    eligible = able.any(axis=1) & (since <= people["last"].to_numpy())
    people = people.assign(
        dsdna=marks[:, 0],
        low_complement=marks[:, 1],
        eligible_since=np.where(eligible, since, NEVER).astype(np.int32),
    )
    return score, people


def _draw_level(people: pd.DataFrame, setting: PairSetting) -> tuple[np.ndarray, float]:
    """Return each person's level of activity, and the standard deviation of years around it.

    Levels are normal, and higher in the groups that the pair names; in a world with `need` also by
    deprivation, in units of the pair's `between`. In a world with `classes` there are two levels:
    what lifts a group makes more of its people active, and nobody more active than they are.
    """
    disease, draw = setting.pair["disease"], setting.draw
    groups = list(setting.england["ethnic_groups"])
    between = disease["between"]
    lift = np.array([disease["group"].get(group, 0.0) for group in groups])[people["group"]]
    lift = lift + between * by_fifth(people, setting.world.get("need"), setting)
    place = draw.normal("level", people["uid"].to_numpy())
    classes = setting.world.get("classes")
    if classes is None:
        return disease["mean"] + lift + between * place, disease["within"]
    share = classes["share"].get(setting.pair["pair"], classes["otherwise"])
    is_active = place + lift / between > ndtri(1 - share)
    quiet = disease["mean"] + classes["quiet"] * between
    active = disease["eligible_from"] + classes["active"] * between
    return np.where(is_active, active, quiet), disease["within"] * classes["within"]


def _draw_markers(uid: np.ndarray, marks: Declared | None, draw: Draws) -> np.ndarray:
    """Draw two correlated markers of serology; nobody has them where none are declared."""
    if marks is None:
        return np.zeros((len(uid), 2), dtype=bool)
    one = draw.normal("dsdna", uid)
    two = marks["together"] * one + np.sqrt(1 - marks["together"] ** 2) * draw.normal("c3c4", uid)
    return np.stack([ndtr(one) < marks["anti_dsdna"], ndtr(two) < marks["low_complement"]], axis=1)


def _needed(treatment: Declared, year: int) -> int:
    """Number of serology markers that the criteria in force in the middle of a year ask for."""
    rows = treatment.get("criteria", [{"from": treatment["approved"], "needs": 0}])
    force = [row for row in rows if day(row["from"]) <= day(f"{year}-07-01")]
    return force[-1]["needs"] if force else rows[0]["needs"]
