"""Who is in the cohort of a pair, as the records will show it: its own people, and others.

A pair's own people have its codes because they have the condition. Where a code is common, such
as that of asthma, other people's records carry it too; they are counted here, because the pipeline
cannot tell them apart.
"""

import numpy as np
import pandas as pd

from ..hospital.recording import usable
from ..people.block import Block
from ..setting.dates import NEVER, day
from ..setting.shared import Setting

__all__ = ["count_strangers", "find_cohorts"]


def find_cohorts(
    block: Block, setting: Setting, tables: list[pd.DataFrame], codes: list[np.ndarray]
) -> list[np.ndarray]:
    """Return for each pair which people of a block are coded with it and alive at its approval.

    Parameters
    ----------
    tables, codes
        Episodes and appointments, and the diagnosis codes of each.
    """
    people, windows = block.people, setting.england["windows"]
    fine = [usable(table, windows) for table in tables]
    last = np.full(len(people), -NEVER, dtype=np.int64)
    for table, date, kept in zip(tables, ("epistart", "appt"), fine, strict=True):
        np.maximum.at(last, table["p"].to_numpy()[kept], table[date].to_numpy()[kept])
    traced, death = people["traced"].to_numpy(bool), people["death"].to_numpy()
    cohorts = []
    for position, pair in enumerate(setting.pairs):
        own = (people["pair"] == position).to_numpy()
        ours = own & (people["kind"] == "coded_alive").to_numpy()
        approved = day(pair["treatment"]["approved"])
        wanted = np.zeros(len(setting.book.codes), dtype=bool)
        wanted[setting.book.starting_with(list(pair["condition"]["codes"]))] = True
        found = np.zeros(len(people), dtype=bool)
        for table, kept, code in zip(tables, fine, codes, strict=True):
            shown = np.zeros(len(table), dtype=bool)
            for column in code.T:
                shown |= wanted[column] & (column >= 0)
            found[table["p"].to_numpy()[shown & kept]] = True
        alive = (~traced | (death >= approved)) & (traced | (last >= approved))
        cohorts.append(ours | (found & alive & ~own))
    return cohorts


def count_strangers(block: Block, cohort: np.ndarray, position: int) -> int:
    """Return how many people of a cohort do not belong to the pair."""
    return int((cohort & (block.people["pair"] != position).to_numpy()).sum())
