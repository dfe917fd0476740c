"""The small tables: forms, answers, trace, linkage, centres, travel times, deprivation."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ..declarations.load import Declared
from ..setting.dates import NEVER, day
from ..setting.draws import Draws
from ..setting.geography import Geography
from ..setting.services import Service
from .columns import dates, numbers, text

__all__ = [
    "build_answers_table",
    "build_applications_table",
    "build_centres",
    "build_deprivation",
    "build_linkage",
    "build_trace",
    "build_travel",
]


def build_applications_table(rows: pd.DataFrame, geo: Geography) -> pa.Table:
    """Return the Blueteq applications; `rows` are sorted and know their person."""
    sex = np.where(rows["sex"] == 2, "female", "male").astype(object)
    sex[rows["sex_blank"].to_numpy(bool)] = None
    trusts = geo.providers["code"].to_numpy()
    return pa.table(
        {
            "application_id": text(rows["application_id"]),
            "nhs_number": text(rows["nhs"]),
            "date_of_birth": dates(rows["born"].to_numpy()),
            "sex": text(sex),
            "drug_name": text(rows["drug_name"]),
            "form_code": text(rows["form_code"]),
            "form_type": text(rows["form_type"]),
            "indication": text(rows["indication"]),
            "applying_trust": text(trusts[rows["trust"].to_numpy(np.int64)]),
            "submitted_date": dates(rows["submitted"].to_numpy()),
            "approval_status": text(rows["status"]),
            "approval_date": dates(
                rows["approval"].to_numpy(), (rows["approval"] == NEVER).to_numpy()
            ),
            "planned_start_date": dates(
                rows["planned_start"].to_numpy(), (rows["planned_start"] == NEVER).to_numpy()
            ),
            "route": text(rows["route"]),
            "decision_reason": text(rows["reason"]),
        }
    )


def build_answers_table(answers: pd.DataFrame) -> pa.Table:
    """Return the answers on the forms, long."""
    return pa.table(
        {
            "application_id": text(answers["application_id"]),
            "question_code": text(answers["question"]),
            "answer": text(answers["answer"]),
        }
    )


def build_trace(people: pd.DataFrame, england: Declared) -> pa.Table:
    """Return the vital status trace of everybody, in the order of the NHS numbers."""
    people = people.sort_values("nhs", kind="stable")
    traced = people["traced"].to_numpy(bool)
    dead = traced & (people["death"] < NEVER).to_numpy()
    status = np.where(dead, "dead", "alive").astype(object)
    status[~traced] = None
    return pa.table(
        {
            "nhs_number": text(people["nhs"]),
            "traced": text(np.where(traced, "Y", "N")),
            "vital_status": text(status),
            "date_of_death": dates(people["death"].to_numpy(), ~dead),
            "trace_date": dates(np.full(len(people), day(england["windows"]["trace"]))),
        }
    )


def build_linkage(people: pd.DataFrame, england: Declared, draw: Draws) -> pa.Table:
    """Return NHS number to PSEUDO_HESID with the rank of the match; some have a second link."""
    rules, uid = england["recording"], people["uid"].to_numpy()
    rank = 1 + draw.pick("match rank", uid, rules["match_ranks"])
    best = pd.DataFrame({"nhs": people["nhs"], "hesid": people["hesid"], "rank": rank})
    worse = draw.chance("second link", uid, rules["second_links"])
    extra = best[worse].copy()
    extra["rank"] += 1 + draw.below("worse rank", uid[worse], 3)
    tied = draw.chance("tied link", uid, rules["tied_links"]) & ~worse
    pieces = [
        best,
        extra.assign(hesid=_nobody(extra["hesid"])),
        best[tied].assign(hesid=_nobody(best["hesid"][tied])),
    ]
    rows = pd.concat(pieces).sort_values(["nhs", "rank", "hesid"], kind="stable")
    return pa.table(
        {
            "nhs_number": text(rows["nhs"]),
            "PSEUDO_HESID": text(rows["hesid"]),
            "match_rank": numbers(rows["rank"]),
        }
    )


def _nobody(hesids: pd.Series) -> pd.Series:
    """Return identifiers that no record carries and that sort after every one that does."""
    return "TESTzz" + hesids.str.slice(4, 30)


def build_centres(geo: Geography, services: list[Service], england: Declared) -> pa.Table:
    """Return the centres of every service: code, name, service, the LSOA of the site."""
    parts = []
    for service in services:
        rows = geo.providers.iloc[service.sites]
        names = [
            service.declared["name"].format(code=code, region=england["regions"][region]["nhs"])
            for code, region in zip(rows["code"], rows["region"], strict=True)
        ]
        parts.append(rows[["code", "lsoa"]].assign(name=names, service=service.declared["service"]))
    rows = pd.concat(parts).drop_duplicates(["code", "service"])
    return pa.table(
        {
            "centre_code": text(rows["code"]),
            "name": text(rows["name"]),
            "service": text(rows["service"]),
            "location": text(rows["lsoa"]),
        }
    )


def build_travel(geo: Geography, areas: np.ndarray) -> pa.Table:
    """Return off-peak minutes from the areas (positions) to every specialised hospital."""
    codes, centres = geo.areas["code"].to_numpy(), geo.providers["code"].to_numpy()[: geo.centres]
    return pa.table(
        {
            "LSOA11": pa.array(np.repeat(codes[areas], len(centres)), pa.string()),
            "centre_code": pa.array(np.tile(centres, len(areas)), pa.string()),
            "minutes": pa.array(geo.minutes[areas].ravel()),
        }
    )


def build_deprivation(geo: Geography) -> pa.Table:
    """Return the deprivation rank of every LSOA."""
    return pa.table({"LSOA11": text(geo.areas["code"]), "rank": numbers(geo.areas["rank"])})
