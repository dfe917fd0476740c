"""Outpatients as HES has it: one row an appointment, the names and codes of the real table."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ..setting.dates import year_name
from ..setting.shared import Setting
from .columns import ages, build_keys, coded, dates, diagnoses, flags, months, numbers, strings
from .pools import Pools, area_columns

__all__ = ["build_op"]


def build_op(
    part: pd.DataFrame,
    codes: np.ndarray,
    people: pd.DataFrame,
    year: int,
    pools: Pools,
    setting: Setting,
) -> pa.Table:
    """Return the OP table of one financial year from its appointments and their codes."""
    book, draw = setting.book, setting.draw
    p, sid = part["p"].to_numpy(), part["sid"].to_numpy()
    appt, filed = part["appt"].to_numpy(), part["date"].to_numpy()
    attended, contact = part["attended"].to_numpy(), part["firstatt"].to_numpy()
    age, _ = ages(people["born"].to_numpy()[p], filed)
    first = np.isin(contact, ["1", "3"])
    wait = np.floor(draw.exponential("visit wait", sid) * 55).astype(np.int64)
    prov = part["prov"].to_numpy()
    outcome = draw.choose("outcome", sid, {"1": 0.24, "2": 0.66, "3": 0.10})
    priority = draw.choose("priority", sid, {"1": 0.86, "2": 0.10, "3": 0.04})
    sources = {"03": 0.5, "05": 0.33, "01": 0.12, "92": 0.05}
    source = draw.choose("referred by", sid, sources)
    kind = (
        np.where(np.isin(attended, ["5", "6"]), 1, 11) + ~first + 20 * np.isin(contact, ["3", "4"])
    )
    site = np.where(draw.chance("second visit site", sid, 0.25), "02", "01")
    columns = {
        "FYEAR": flags(np.ones(len(p), bool), year_name(year), None),
        "PARTYEAR": months(filed, "{year}{month:02d}"),
        "PSEUDO_HESID": coded(pools.hesid, p),
        "ATTENDKEY": build_keys(people["uid"].to_numpy()[p], part["number"].to_numpy(), year),
        "APPTDATE": dates(appt),
        "APPTAGE": numbers(age),
        "ATENTYPE": strings(kind.astype("U2")),
        "ATTENDED": strings(attended),
    }
    columns |= diagnoses(codes, book.codes, 12)
    columns |= {
        "DNADATE": dates(appt, attended != "3"),
        "ETHNOS": strings(part["ethnos"]),
        "FIRSTATT": strings(contact),
        "MAINSPEF": strings(part["main"]),
        "TRETSPEF": strings(part["main"]),
        "OUTCOME": strings(outcome, ~np.isin(attended, ["5", "6"])),
        "PRIORITY": strings(priority),
        "PROCODE3": coded(pools.providers, prov),
        "PROCODET": coded(pools.providers, prov),
        "REFSOURC": strings(source),
        "REQDATE": dates(filed - wait, ~first),
        "SERVTYPE": strings(np.where(first, "1", "2")),
        "SEX": strings(part["sex"]),
        "SITETRET": strings(np.char.add(pools.providers[prov], site)),
        "WAITING": numbers(wait, ~first),
        "LSOA11": area_columns(part["lsoa"].to_numpy(), pools)["LSOA11"],
    }
    return pa.table(columns)
