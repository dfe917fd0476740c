"""One block of the world: everybody in it and what is planned for them; no records yet."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..applications.drugs import choose_route, plan_courses
from ..applications.forms import gather_forms
from ..setting.dates import NEVER
from ..setting.shared import BLOCK, PairSetting, Setting
from .activity import simulate_activity
from .background import build_background
from .condition import build_condition
from .fund_cases import assign_cases
from .roles import assign_faults, assign_near_misses, assign_roles, build_strangers
from .starts import select_treated
from .traits import person_codes
from .travel import align_travel
from .treated import plan_treated

__all__ = ["Block", "build_block", "start_people"]


@dataclass
class Block:
    """People (with position of their pair, −1 for none), plans, drugs, activity, applications.

    `carried` says, for each pair, how many starts had to wait for the next month.
    """

    number: int
    people: pd.DataFrame
    plans: list[pd.DataFrame]
    courses: list[pd.DataFrame]
    scores: list[pd.DataFrame]
    applications: pd.DataFrame
    answers: pd.DataFrame
    carried: list[pd.DataFrame]


def build_block(setting: Setting, number: int) -> Block:
    """Draw everybody in a block and plan what happens to them; no records yet."""
    start = number * BLOCK
    background = build_background(start, setting).assign(pair=-1, role="")
    start += len(background)
    groups: list[pd.DataFrame] = []
    plans: list[pd.DataFrame] = []
    drawn: list[np.ndarray] = []
    carried: list[pd.DataFrame] = []
    for position in range(len(setting.pairs)):
        own = setting.narrow_to(position)
        people, score, told = start_people(build_condition(start, own), own)
        start = int(people["uid"].max()) + 1
        people = align_travel(people, own)
        plan = assign_cases(plan_treated(people, score, own), people, own)
        people["centre"] = -1  # the nearest, unless they are treated at another
        people.loc[people.index[plan["row"]], "centre"] = plan["other_centre"].to_numpy()
        people = assign_roles(people.assign(pair=position), own)
        people = assign_faults(people, own)
        before = background["role"] != ""
        background = assign_near_misses(background, own)
        background.loc[(background["role"] != "") & ~before, "pair"] = position
        if position == 0:  # settled here, so that a further pair leaves their forms as they are
            background = background.assign(other_drug=_take_other_drugs(background, setting))
        strangers = build_strangers(start, own).assign(pair=position)
        start += len(strangers)
        groups += [people, strangers]
        plans.append(plan.assign(pair=position))
        drawn.append(score)
        carried.append(told)
    if start > (number + 1) * BLOCK:
        raise ValueError(f"a block has room for {BLOCK} people, and these are more")
    people = pd.concat([background, *groups], ignore_index=True)
    people = _tidy(people, setting)
    for plan in plans:
        plan["p"] = people.index[people["uid"].isin(plan["uid"])].to_numpy()
    courses = [
        plan_courses(plan, people["last"].to_numpy()[plan["p"]], pair, setting.draw)
        for pair, plan in zip(setting.pairs, plans, strict=True)
    ]
    for pair, plan, course in zip(setting.pairs, plans, courses, strict=True):
        first = course.loc[course["order"] == 0].set_index("row")["drug"]
        plan["route"] = choose_route(pair, first.reindex(range(len(plan))), plan["route"])
    people["regular"] = False
    for plan in plans:
        people.loc[plan.loc[plan["planned"] >= 40, "p"], "regular"] = True
    applications, answers = gather_forms(people, plans, courses, setting, number)
    scores = [_spread(score, people, i) for i, score in enumerate(drawn)]
    return Block(number, people, plans, courses, scores, applications, answers, carried)


def start_people(
    people: pd.DataFrame, setting: PairSetting
) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame]:
    """Draw the activity of people with a condition, since when they are eligible, and who starts.

    Returns
    -------
    tuple
        The people, their activity by year, and the starts that had to wait (`select_treated`).
    """
    score, people = simulate_activity(people, setting)
    people, told = select_treated(people, setting)
    return people, score, told


def _take_other_drugs(background: pd.DataFrame, setting: Setting) -> np.ndarray:
    """Say which plain people of the background have applications for other drugs."""
    england, draw = setting.england, setting.draw
    plain = np.flatnonzero((background["role"] == "") & (background["last"] > 16500))
    uid = background["uid"].to_numpy()[plain]
    taken = np.zeros(len(background), dtype=bool)
    taken[plain[draw.first("other drug", uid, england["background"]["other_drug_people"])]] = True
    return taken


def _spread(score: np.ndarray, people: pd.DataFrame, position: int) -> pd.DataFrame:
    """Return the latent activity of a pair's people with their positions in the block."""
    ours = (people["pair"] == position) & people["kind"].isin(
        ["coded_alive", "coded_died", "coded_unknown", "uncoded", "uncoded_by_group"]
    )
    return pd.DataFrame(score, index=people.index[ours])


def _tidy(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Fill what a group of people does not have, and write everybody's identifiers."""
    fill = dict.fromkeys(("start", "eligible_since", "coded", "moved"), NEVER)
    fill |= dict.fromkeys(("n_apc", "n_op", "first", "home_a", "home_b", "group"), 0)
    fill |= {"last": -1, "centre": -1}
    people = people.fillna(fill).astype(dict.fromkeys(fill, np.int32))
    for name in ("nowhere", "dsdna", "low_complement", "other_drug"):
        people[name] = people[name].fillna(False).astype(bool)
    for name in ("fault", "role", "ethnos"):
        people[name] = people[name].fillna("")
    people["uid"] = people["uid"].astype(np.uint64)
    people["hesid"], people["nhs"] = person_codes(people["uid"].to_numpy(), setting.draw)
    people["local"] = setting.geo.areas["trust"].to_numpy()[people["home_a"]]
    return people
