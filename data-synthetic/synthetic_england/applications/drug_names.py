"""The name of a drug as people type it on a form."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.draws import Draws
from .drugs import list_drugs

__all__ = ["typed_names"]


def typed_names(rows: pd.DataFrame, pair: Declared, ids: np.ndarray, draw: Draws) -> np.ndarray:
    """Return the drug's name as typed: as goes with drug and route, some misspelt or unreadable.

    Parameters
    ----------
    rows
        `drug` (position), `route`, `kind` of each application.
    """
    forms, drugs = pair["forms"], list_drugs(pair)
    typed = np.empty(len(rows), dtype=object)
    number = rows["drug"].to_numpy()
    for position, drug in enumerate(drugs):
        for route in rows["route"].unique():
            clash = drug.get("names_by_route", {}).get(route, [])
            names = {n: w for n, w in drug["names"].items() if not any(word in n for word in clash)}
            mine = np.flatnonzero((rows["route"] == route).to_numpy() & (number == position))
            typed[mine] = draw.choose("drug name", ids[mine], names)
    padded = draw.chance("padded name", ids, 0.02)
    typed[padded] = [f" {name} " for name in typed[padded]]
    able = np.flatnonzero(rows["kind"].isin(["treated", "repeat", "continuation", "switch"]))
    wrong = able[draw.first("misspelt", ids[able], forms["misspelt_applications"])]
    for i, row in enumerate(wrong):
        spellings = drugs[number[row]]["misspelt"]
        typed[row] = spellings[i % len(spellings)]
    unread = np.flatnonzero(rows["kind"] == "unreadable_name")
    typed[unread] = [forms["unreadable"][i % len(forms["unreadable"])] for i in range(len(unread))]
    return typed
