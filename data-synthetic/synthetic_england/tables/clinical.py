"""Tables that only some worlds have: scores of severity, and medicines dispensed."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from ..declarations.load import Declared
from ..people.activity import first_year
from ..people.block import Block
from ..setting.dates import day, year_of
from ..setting.shared import PairSetting, Setting
from .columns import dates, text

__all__ = ["build_prescriptions", "build_scores"]

YEAR, QUARTER = 365, 91  # days
MOST = 0.9  # chance of a medicine in a quarter


def build_scores(block: Block, setting: Setting) -> pa.Table | None:
    """Return scores of people not treated by a day, or None in a world that declares none.

    A score is the activity of the year in which it was taken, in whole points, on a day of the year
    before the declared one. A declared share is drawn at random; of the others a clinician chooses
    some, the more active the sooner.
    """
    parts = [
        _score(block, setting.narrow_to(at), declared)
        for at, declared in _list_declared(setting, "scores")
    ]
    if not parts:
        return None
    rows = pd.concat(parts).sort_values(["hesid", "pair", "day"], kind="stable")
    return pa.table({
        "PSEUDO_HESID": text(rows["hesid"]), "pair": text(rows["pair"]),
        "measured": dates(rows["day"].to_numpy()), "score": pa.array(rows["score"].to_numpy(float)),
        "chosen": text(rows["chosen"]), "weight": pa.array(rows["weight"].to_numpy(float)),
    })  # fmt: skip


def build_prescriptions(block: Block, setting: Setting) -> pa.Table | None:
    """Return medicines dispensed, one row an item, or None in a world that declares none.

    In a quarter a person has a medicine with its declared `rate` at mean activity, times the
    exponent of its `loading` for each point of activity.
    """
    parts = [
        pd.concat(list(_dispense(block, setting.narrow_to(at), declared)))
        for at, declared in _list_declared(setting, "prescriptions")
    ]
    if not parts:
        return None
    rows = pd.concat(parts).sort_values(["hesid", "day", "code"], kind="stable")
    return pa.table({
        "PSEUDO_HESID": text(rows["hesid"]), "dispensed": dates(rows["day"].to_numpy()),
        "bnf_code": text(rows["code"]),
    })  # fmt: skip


def _list_declared(setting: Setting, name: str) -> Iterator[tuple[int, Declared]]:
    declared = setting.world.get(name, {})
    for at, pair in enumerate(setting.pairs):
        if pair["pair"] in declared:
            yield at, declared[pair["pair"]]


def _find_activity(
    block: Block, setting: PairSetting, people: pd.DataFrame, on: np.ndarray
) -> np.ndarray:
    """Return each person's activity on a day; before the first year it is that of the first."""
    score = block.scores[[one["pair"] for one in setting.pairs].index(setting.pair["pair"])]
    table = score.loc[people.index].to_numpy()
    year = np.clip(year_of(on) - first_year(setting.pair), 0, table.shape[1] - 1)
    return table[np.arange(len(people)), year]


def _choose_people(block: Block, setting: PairSetting, *, coded: int, alive: int) -> pd.DataFrame:
    """Return the people of a pair who are coded before a day and live on another."""
    at = [one["pair"] for one in setting.pairs].index(setting.pair["pair"])
    people = block.people.loc[block.scores[at].index]
    return people[(people["coded"] < coded) & (people["last"] >= alive)]


def _score(block: Block, setting: PairSetting, declared: Declared) -> pd.DataFrame:
    draw, on = setting.draw, day(declared["until"])
    people = _choose_people(block, setting, coded=on, alive=on)
    people = people[people["start"] >= on]
    uid = people["uid"].to_numpy()
    when = on - 1 - draw.below("day of score", uid, YEAR)
    active = _find_activity(block, setting, people, when)
    random = draw.chance("score at random", uid, declared["random"])
    lift = np.exp(declared["choice"] * (active - setting.pair["disease"]["mean"]))
    picked = draw.chance("score by clinician", uid, np.minimum(declared["clinician"] * lift, MOST))
    rows = pd.DataFrame({
        "hesid": people["hesid"].to_numpy(), "pair": setting.pair["pair"], "day": when,
        "score": np.floor(active), "chosen": np.where(random, "random", "clinician"),
        "weight": np.where(random, 1 / declared["random"], np.nan),
    })  # fmt: skip
    return rows[random | picked]


def _dispense(block: Block, setting: PairSetting, declared: Declared) -> Iterator[pd.DataFrame]:
    draw, mean = setting.draw, setting.pair["disease"]["mean"]
    for name, medicine in declared.items():
        begin, end = day(medicine["from"]), day(medicine["to"])
        for number, first in enumerate(range(begin, end, QUARTER)):
            people = _choose_people(block, setting, coded=first, alive=first + QUARTER)
            uid = people["uid"].to_numpy()
            active = _find_activity(block, setting, people, np.full(len(people), first))
            chance = medicine["rate"] * np.exp(medicine["loading"] * (active - mean))
            given = draw.chance(f"{name} {number}", uid, np.minimum(chance, MOST))
            when = first + draw.below(f"{name} {number} day", uid, QUARTER)
            yield pd.DataFrame({
                "hesid": people["hesid"].to_numpy()[given], "day": when[given],
                "code": medicine["code"],
            })  # fmt: skip
