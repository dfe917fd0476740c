"""Admitted patient care as HES has it: one row an episode, with the real names and codes."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ..hospital.spell_sources import NORMAL, UNFINISHED
from ..setting.dates import NULL_DISCHARGE, year_name
from ..setting.draws import Draws
from ..setting.shared import Setting
from .columns import ages, build_keys, coded, dates, diagnoses, flags, months, numbers, strings
from .pools import Pools, area_columns

__all__ = ["build_apc"]

METHODS = {"planned": 0, "emergency": 1, "maternity": 2, "birth": 3}


def build_apc(
    part: pd.DataFrame,
    codes: np.ndarray,
    people: pd.DataFrame,
    year: int,
    pools: Pools,
    setting: Setting,
) -> pa.Table:
    """Return the APC table of one financial year from its episodes and their diagnosis codes."""
    casemix, book, draw = setting.casemix, setting.book, setting.draw
    p, sid = part["p"].to_numpy(), part["sid"].to_numpy()
    born = people["born"].to_numpy()[p]
    adm, start, end = (part[name].to_numpy() for name in ("adm", "epistart", "epiend"))
    open_ended = (part["state"] == UNFINISHED).to_numpy()
    last = part["last"].to_numpy() & ~open_ended
    age, exact = ages(born, adm)
    method = _methods(part, sid, setting)
    elective = np.isin(method, ["11", "12", "13"])
    wait = np.floor(draw.exponential("elective wait", sid) * 60).astype(np.int64)
    died = (
        last
        & (people["death"].to_numpy()[p] == part["dis"].to_numpy())
        & (part["state"] == NORMAL).to_numpy()
    )
    main = part["main"].to_numpy()
    prov = part["prov"].to_numpy()
    site = np.where(draw.chance("second site", part["rid"].to_numpy(), 0.25), "02", "01")
    columns = {
        "FYEAR": flags(np.ones(len(p), bool), year_name(year), None),
        "PARTYEAR": months(part["date"].to_numpy(), "{year}{month:02d}"),
        "EPIKEY": build_keys(people["uid"].to_numpy()[p], part["number"].to_numpy(), year),
        "PSEUDO_HESID": coded(pools.hesid, p),
        "ADMIDATE": dates(adm),
        "ADMIMETH": strings(method),
        "ADMISORC": strings(np.where(method == "82", "79", np.where(method == "81", "51", "19"))),
        "CLASSPAT": strings(_patient_class(part, people)),
    }
    columns |= diagnoses(codes, book.codes, 20)
    operation = np.array([row["operation"] or "" for row in casemix["admissions"]] + ["X921"])
    operation = operation[part["reason"].to_numpy()]
    no_operation = (operation == "") | ~(elective | draw.chance("operated", sid, 0.3))
    areas = area_columns(part["lsoa"].to_numpy(), pools)
    columns |= {
        "DIAG_COUNT": numbers((codes >= 0).sum(axis=1)),
        "DISDATE": dates(np.where(last, part["dis"].to_numpy(), NULL_DISCHARGE)),
        "DISDEST": strings(np.where(died, "79", np.where(last, "19", "98"))),
        "DISMETH": strings(np.where(died, "4", np.where(last, "1", "8"))),
        "ELECDATE": dates(adm - wait, ~elective),
        "EPISTART": dates(start),
        "EPIEND": dates(np.where(open_ended, NULL_DISCHARGE, end)),
        "EPIORDER": numbers(part["order"]),
        "EPISTAT": flags(open_ended, "1", "3"),
        "EPITYPE": strings(
            np.where(method == "82", "3", np.where(np.isin(method, ["31", "32"]), "2", "1"))
        ),
        "EPIDUR": numbers(end - np.where(start < adm, adm, start), open_ended),
        "ETHNOS": strings(part["ethnos"]),
        "GORTREAT": strings(pools.regions[part["home"].to_numpy()]),
        "MAINSPEF": strings(main),
        "TRETSPEF": strings(_treatment_function(main, sid, draw)),
        "MYDOB": months(born, "{month:02d}{year}"),
    }
    columns["OPERTN_4_01"] = strings(operation, no_operation)
    second = ~no_operation & draw.chance("second operation", sid, 0.35)
    columns["OPERTN_4_02"] = flags(second, "Y981", None)
    for i in range(3, 25):
        columns[f"OPERTN_4_{i:02d}"] = pa.nulls(len(p), pa.string())
    columns |= {
        "PROCODE3": coded(pools.providers, prov),
        "PROCODE5": strings(np.char.add(pools.providers[prov], "00")),
        "PROCODET": coded(pools.providers, prov),
        "RESGOR_ONS": areas["RESGOR_ONS"],
        "RESLADST_ONS": areas["RESLADST_ONS"],
        "SEX": strings(part["sex"]),
        "SITETRET": strings(np.char.add(pools.providers[prov], site)),
        "SPELBGIN": flags(part["order"].to_numpy() == 1, "2", "0"),
        "SPELDUR": numbers(part["dis"].to_numpy() - adm, ~last),
        "SPELEND": flags(last, "Y", "N"),
        "STARTAGE": numbers(age),
        "STARTAGE_CALC": pa.array(exact),
        "LSOA11": areas["LSOA11"],
        "MSOA11": areas["MSOA11"],
    }
    return pa.table(columns)


def _methods(part: pd.DataFrame, sid: np.ndarray, setting: Setting) -> np.ndarray:
    """Return ADMIMETH by the reason; the condition is planned when a day case, else half urgent."""
    casemix, draw = setting.casemix, setting.draw
    rid = part["rid"].to_numpy()
    kind = np.array([METHODS[row["method"]] for row in casemix["admissions"]] + [0])
    kind = kind[part["reason"].to_numpy()]
    urgent = (part["reason"] == -1).to_numpy() & ~part["day_case"].to_numpy()
    kind = np.where(urgent & draw.chance("urgent", rid, 0.55), METHODS["emergency"], kind)
    method = np.empty(len(part), dtype="U2")
    for name, number in METHODS.items():
        codes = casemix["methods"][name]
        mine = kind == number
        method[mine] = draw.choose("method", rid[mine], codes)
    return np.where((part["origin"] == "start").to_numpy(), "13", method)


def _patient_class(part: pd.DataFrame, people: pd.DataFrame) -> np.ndarray:
    """Return CLASSPAT: ordinary, day case, or regular day attender for those who come often."""
    often = people["regular"].to_numpy()[part["p"]] & (part["origin"] == "stay").to_numpy()
    return np.where(part["day_case"], np.where(often, "3", "2"), "1")


def _treatment_function(main: np.ndarray, sid: np.ndarray, draw: Draws) -> np.ndarray:
    """Return TRETSPEF: the main specialty, but for general medicine often a narrower function."""
    narrower = {"300": 0.5, "326": 0.25, "301": 0.08, "320": 0.07, "430": 0.10}
    return np.where(main == "300", draw.choose("treatment function", sid, narrower), main)
