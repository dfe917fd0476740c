"""All forms of a block: the pairs' own and those for other drugs, numbered by day of submission."""

import numpy as np
import pandas as pd

from ..setting.shared import Setting
from .answers import build_answers
from .other_forms import other_applications
from .own_forms import build_applications

__all__ = ["gather_forms"]

NUMBERS = 1_000_000  # of forms of a pair in a block


def gather_forms(
    people: pd.DataFrame,
    plans: list[pd.DataFrame],
    courses: list[pd.DataFrame],
    setting: Setting,
    number: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all applications with their identifiers, in order of submission, and their answers.

    The numbers of the first pair's forms and of the background's begin at 1, those of each further
    pair at a million of its own, so that adding a pair changes no number.
    """
    england, draw = setting.england, setting.draw
    takers = people[people["other_drug"]]
    pieces = [[other_applications(takers, england["other_drugs"], "background", draw)]]
    answers = []
    for position, (pair, plan) in enumerate(zip(setting.pairs, plans, strict=True)):
        ours = people[people["pair"] == position]
        local = plan.assign(p=ours.index.searchsorted(plan["p"]))
        own = setting.narrow_to(position)
        rows = build_applications(ours, local, courses[position], own)
        answers.append(build_answers(rows, plan, ours, own))
        other = [pair["forms"]["other_drug"]]
        takers = ours[ours["role"] == "other_drug"]
        if position:
            pieces.append([])
        pieces[-1] += [rows, other_applications(takers, other, pair["pair"], draw)]
    rows = pd.concat([_number(part, number, i) for i, part in enumerate(pieces)], ignore_index=True)
    place = pd.Series(people.index.to_numpy(), index=people["uid"].to_numpy())
    rows["p"] = place.loc[rows["uid"]].to_numpy()
    rows = rows.join(people.loc[rows["p"], ["sex", "born", "nhs"]].reset_index(drop=True))
    rows["nhs"] = _mistype(rows, people, setting)
    typed = pd.concat(answers, ignore_index=True)
    typed["uid"] = typed["uid"].astype(np.uint64)
    asked = rows.loc[rows["kind"] != "other drug", ["uid", "number", "application_id", "p"]]
    typed = typed.merge(asked, on=["uid", "number"], validate="many_to_one")
    return rows, typed.sort_values(["application_id", "question"], kind="stable")


def _number(pieces: list[pd.DataFrame], block: int, position: int) -> pd.DataFrame:
    """Number applications by day of submission."""
    rows = pd.concat(pieces, ignore_index=True)
    rows = rows.sort_values(["submitted", "uid", "number"], kind="stable").reset_index(drop=True)
    first = position * NUMBERS + 1
    return rows.assign(application_id=[f"BTQ{block:03d}{first + i:07d}" for i in range(len(rows))])


def _mistype(rows: pd.DataFrame, people: pd.DataFrame, setting: Setting) -> np.ndarray:
    """Return NHS numbers as typed; a world may spoil those of some groups: they link to nobody."""
    nhs = rows["nhs"].to_numpy(object).copy()
    group = people["group"].to_numpy()[rows["p"]]
    for name, chance in setting.world["coding"].get("unlinked", {}).items():
        number = list(setting.england["ethnic_groups"]).index(name)
        spoilt = setting.draw.chance("spoilt number", rows["uid"].to_numpy(), chance)
        spoilt &= (group == number) & (rows["kind"] != "other drug").to_numpy()
        nhs[spoilt] = [f"TESTX{text[5:]}" for text in nhs[spoilt]]
    return nhs
