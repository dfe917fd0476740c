"""The truth about people, activity, treatment and effects; the pipeline never reads it."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ..applications.drugs import list_drugs
from ..declarations.load import Declared
from ..people.activity import first_year
from ..people.block import Block
from ..people.risk import local_effects
from ..people.traits import home_on
from ..setting.dates import NEVER, day
from ..setting.services import Service
from ..setting.shared import Setting
from ..tables.columns import dates, text

__all__ = [
    "find_linked",
    "true_activity",
    "true_courses",
    "true_effects",
    "true_people",
    "true_treated",
]

BESIDE = ("need", "classes", "access", "recording", "starts")  # what a world may declare besides


def true_people(block: Block, setting: Setting) -> pa.Table:
    """Return who people are: true group, home, disease, eligibility and treatment."""
    people, areas = block.people, setting.geo.areas
    names = np.array(["", *[pair["pair"] for pair in setting.pairs]])
    groups = np.array(list(setting.england["ethnic_groups"]))
    on = day("2016-06-22")
    home = home_on(people, on)
    never = {
        name: (people[name] == NEVER).to_numpy() for name in ("coded", "eligible_since", "start")
    }
    without = [i for i, pair in enumerate(setting.pairs) if "serology" not in pair["disease"]]
    unasked = people["pair"].isin(without).to_numpy()
    return pa.table(
        {
            "PSEUDO_HESID": text(people["hesid"]),
            "nhs_number": text(people["nhs"]),
            "pair": text(names[people["pair"] + 1]),
            "kind": text(people["kind"]),
            "role": text(people["role"]),
            "fault": text(people["fault"]),
            "sex": pa.array(people["sex"].to_numpy(np.int32)),
            "birth_date": dates(people["born"].to_numpy()),
            "ethnicity": text(groups[people["group"]]),
            "home_june_2016": text(areas["code"].to_numpy()[home]),
            "imd_quintile": pa.array(setting.geo.quintile[home].astype(np.int32)),
            "minutes_to_centre": pa.array(_nearest(people, home, setting)),
            "first_coded": dates(people["coded"].to_numpy(), never["coded"]),
            "anti_dsdna": pa.array(people["dsdna"].to_numpy(), mask=unasked),
            "low_complement": pa.array(people["low_complement"].to_numpy(), mask=unasked),
            "eligible": pa.array(~never["eligible_since"]),
            "eligible_since": dates(people["eligible_since"].to_numpy(), never["eligible_since"]),
            "start_date": dates(people["start"].to_numpy(), never["start"]),
        }
    )


def _nearest(people: pd.DataFrame, home: np.ndarray, setting: Setting) -> np.ndarray:
    """Return the minutes to the nearest centre of the person's pair; of the first for others."""
    position = np.maximum(people["pair"].to_numpy(), 0)
    minutes = np.stack([service.nearest for service in setting.services])
    return minutes[position, home]


def true_activity(block: Block, setting: Setting) -> pa.Table:
    """Return latent disease activity: one row a person of a pair and year."""
    parts = []
    for pair, score in zip(setting.pairs, block.scores, strict=True):
        hesid = block.people["hesid"].to_numpy(object)[score.index]
        years = first_year(pair) + np.arange(score.shape[1])
        parts.append(
            pa.table(
                {
                    "PSEUDO_HESID": pa.array(np.repeat(hesid, score.shape[1]), pa.string()),
                    "pair": pa.array([pair["pair"]] * score.size, pa.string()),
                    "year": pa.array(np.tile(years, len(score)), pa.int32()),
                    "activity": pa.array(score.to_numpy().ravel()),
                }
            )
        )
    return pa.concat_tables(parts)


def true_treated(block: Block, setting: Setting) -> pd.DataFrame:
    """Return what is planned for each treated person: start, route, contacts, answer, minutes.

    Whoever had the drug before it entered the Cancer Drugs Fund (`before_entry`) is not among the
    treated of a study that applies the rules of the fund.
    Minutes to the treating centre are missing where a trust applies that is not a centre.
    """
    parts = []
    for pair, plan, service in zip(setting.pairs, block.plans, setting.services, strict=True):
        people = block.people.iloc[plan["p"]]
        nearest, to_treating = _minutes(plan, service)
        parts.append(
            pd.DataFrame(
                {
                    "pair": pair["pair"],
                    "PSEUDO_HESID": people["hesid"].to_numpy(),
                    "start_date": plan["start"].to_numpy().astype("datetime64[D]").astype(str),
                    "route": plan["route"].to_numpy(),
                    "found_by": np.where(plan["coded"], "code", "specialty"),
                    "linked": find_linked(block, plan),
                    "before_entry": (plan["case"] == "before_entry").to_numpy(),
                    "planned_contacts": plan["planned"].to_numpy(),
                    "severity": plan["status"].to_numpy(),
                    "answer": plan["answer"].to_numpy(),
                    "home": np.where(
                        plan["nowhere"], None, setting.geo.areas["code"].to_numpy()[plan["home"]]
                    ),
                    "minutes_to_centre": nearest,
                    "minutes_to_treating_centre": to_treating,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def find_linked(block: Block, plan: pd.DataFrame) -> np.ndarray:
    """Say which treated people of a plan have their own NHS number on their application."""
    rows = block.applications[block.applications["kind"] == "treated"].set_index("uid")
    return rows.loc[plan["uid"], "nhs"].to_numpy() == block.people["nhs"].to_numpy()[plan["p"]]


def _minutes(plan: pd.DataFrame, service: Service) -> tuple[np.ndarray, np.ndarray]:
    """Return the minutes from home to the nearest and to the treating centre."""
    home, nowhere = plan["home"].to_numpy(), plan["nowhere"].to_numpy()
    nearest = np.where(nowhere, np.nan, service.nearest[home].astype(float))
    to_treating = service.minutes_to(home, plan["trust"].to_numpy(np.int64))
    return nearest, np.where(nowhere, np.nan, to_treating)


def true_effects(setting: Setting) -> Declared:
    """Return the world's declared effects on starting treatment and on records."""
    return {
        "world": setting.world["name"],
        "title": setting.world["title"],
        "scale": "log rate ratio of starting in a month, among the eligible",
        "effects": setting.world["effects"],
        "coding": setting.world["coding"],
        **{name: setting.world[name] for name in BESIDE if name in setting.world},
        "pairs": {
            pair["pair"]: local_effects(pair, setting.world)
            for pair in setting.pairs
            if local_effects(pair, setting.world) != setting.world["effects"]
        },
    }


def true_courses(block: Block, setting: Setting) -> pd.DataFrame:
    """Return each drug that each treated person of a group starts, in order."""
    parts = []
    for pair, plan, courses in zip(setting.pairs, block.plans, block.courses, strict=True):
        whose = plan.iloc[courses["row"]]
        people = block.people.iloc[whose["p"]]
        names = np.array([drug["name"] for drug in list_drugs(pair)], dtype=object)
        start = courses["start"].to_numpy().astype("datetime64[D]")
        parts.append(
            pd.DataFrame(
                {
                    "pair": pair["pair"],
                    "PSEUDO_HESID": people["hesid"].to_numpy(),
                    "order": courses["order"].to_numpy() + 1,
                    "drug": names[courses["drug"].to_numpy()],
                    "start_date": start.astype(str),
                    "region": _regions(whose, setting),
                    "linked": find_linked(block, whose),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _regions(plan: pd.DataFrame, setting: Setting) -> np.ndarray:
    """Return the NHS region in which people live at the start, None where no record says."""
    region = setting.geo.areas["nhs_region"].to_numpy(object)[plan["home"]]
    return np.where(plan["nowhere"], None, region)
