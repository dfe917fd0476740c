"""The background: people without any of the conditions."""

import numpy as np
import pandas as pd

from ..setting.dates import NEVER, day, span
from ..setting.shared import Setting
from .traits import count_contacts, draw_death, draw_ethnicity, draw_homes

__all__ = ["build_background"]


def build_background(start: int, setting: Setting) -> pd.DataFrame:
    """Draw the people without any of the conditions; `start` is the identifier of the first."""
    england, draw = setting.england, setting.draw
    kind = england["background"]
    n = kind["people"]
    uid = start + np.arange(n, dtype=np.uint64)
    low, high, share = np.array(kind["ages"], dtype=float).T
    piece = draw.pick("age piece", uid, share)
    age = low[piece] + (high - low)[piece] * draw.uniform("age", uid)
    begin, end = span(england["windows"]["apc"])
    born = np.minimum(day("2016-06-22") - (age * 365.25).astype(np.int64), end - 30)
    seen_from = np.maximum(begin, born)
    death = draw_death(born, seen_from, uid, 1.0, setting)
    trace = day(england["windows"]["trace"])
    group, ethnos = draw_ethnicity(uid, kind["ethnicity"], england, draw)
    dies = death <= trace
    people = pd.DataFrame(
        {
            "uid": uid,
            "kind": "background",
            "sex": np.where(draw.chance("female", uid, kind["female"]), 2, 1).astype(np.int8),
            "born": born.astype(np.int32),
            "death": np.where(dies, death, NEVER).astype(np.int32),
            "traced": ~draw.chance("untraced", uid, england["untraced"]) | dies,
            "group": group,
            "ethnos": ethnos,
            "first": seen_from.astype(np.int32),
            "last": np.minimum(np.where(dies, death, NEVER), end).astype(np.int32),
            "coded": np.int32(NEVER),
        }
    )
    for table, rate in (("apc", "admissions_a_year"), ("op", "appointments_a_year")):
        people[f"n_{table}"] = count_contacts(people, table, kind[rate], kind["spread"], setting)
    return draw_homes(people, setting)
