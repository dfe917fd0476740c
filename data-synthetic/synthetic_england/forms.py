"""All forms of a block: the pairs' own and those for other drugs, numbered by day of submission."""

import numpy as np
import pandas as pd

from .applications import build_answers, build_applications, other_applications
from .setting import Setting

__all__ = ["gather_forms", "localise"]


def gather_forms(
    people: pd.DataFrame, plans: list[pd.DataFrame], setting: Setting, number: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all applications with their identifiers, in order of submission, and their answers."""
    england, draw = setting.england, setting.draw
    pieces, answers = [], []
    for position, (pair, plan) in enumerate(zip(setting.pairs, plans, strict=True)):
        ours = people[people["pair"] == position]
        rows = build_applications(ours, localise(plan, ours), pair, setting.geo, draw)
        answers.append(build_answers(rows, plan, ours, pair, draw))
        other = [pair["forms"]["other_drug"]]
        takers = ours[ours["role"] == "other_drug"]
        pieces += [rows, other_applications(takers, other, pair["pair"], draw)]
    plain = people[
        (people["kind"] == "background") & (people["role"] == "") & (people["last"] > 16500)
    ]
    n = england["background"]["other_drug_people"]
    takers = plain.iloc[draw.first("other drug", plain["uid"].to_numpy(), n)]
    pieces.append(other_applications(takers, england["other_drugs"], "background", draw))
    rows = pd.concat(pieces, ignore_index=True)
    rows["turn"] = rows["number"]
    rows = rows.sort_values(["submitted", "uid", "turn"], kind="stable").reset_index(drop=True)
    rows["application_id"] = [f"BTQ{number:03d}{i + 1:07d}" for i in range(len(rows))]
    place = pd.Series(people.index.to_numpy(), index=people["uid"].to_numpy())
    rows["p"] = place.loc[rows["uid"]].to_numpy()
    rows = rows.join(people.loc[rows["p"], ["sex", "born", "nhs"]].reset_index(drop=True))
    rows["nhs"] = _mistype(rows, people, setting)
    typed = pd.concat(answers, ignore_index=True)
    asked = rows.loc[rows["kind"] != "other drug", ["uid", "number", "application_id", "p"]]
    typed = typed.merge(asked, on=["uid", "number"], validate="many_to_one")
    return rows, typed.sort_values(["application_id", "question"], kind="stable")


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


def localise(plan: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Return the plan with positions in a subset of people."""
    place = pd.Series(np.arange(len(ours)), index=ours["uid"].to_numpy())
    return plan.assign(p=place.loc[plan["uid"]].to_numpy())
