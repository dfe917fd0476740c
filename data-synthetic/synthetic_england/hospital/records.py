"""The records of a block: spells and appointments of each group of people, recorded and coded."""

import numpy as np
import pandas as pd

from ..people.block import Block
from ..setting.shared import Setting
from .contacts import plan_days
from .diagnoses import code_appointments, code_episodes, list_miscoded
from .recording import plant_rows, record_people
from .spells import build_spells, split_episodes
from .visits import build_visits

__all__ = ["record_block"]


def record_block(block: Block, setting: Setting) -> tuple[list[pd.DataFrame], list[np.ndarray]]:
    """Return the records of everybody: [episodes, appointments] and the codes of each."""
    people, none = block.people, block.plans[0].iloc[:0]
    tables: list[list[pd.DataFrame]] = [[], []]
    codes: list[list[np.ndarray]] = [[], []]
    for position in [*range(len(setting.pairs)), -1]:
        where = np.flatnonzero((people["pair"] == position) & (people["kind"] != "stranger"))
        group = people.iloc[where].reset_index(drop=True)
        own = setting.narrow_to(position)
        plan = block.plans[position] if position >= 0 else none
        plan = plan.assign(p=np.searchsorted(where, plan["p"]))
        days = plan_days(plan, own)
        episodes = split_episodes(build_spells(group, plan, days, own), setting.draw)
        score = _localise_score(block, position, where)
        visits = build_visits(group, plan, days, score, own).assign(eid=lambda v: v["rid"])
        pair_tables = record_people([episodes, visits], group, setting)
        pair_tables = plant_rows(pair_tables, group, setting)
        miscoded = list_miscoded(setting.pairs, position)
        codes[0].append(code_episodes(pair_tables[0], group, score, miscoded, own))
        codes[1].append(code_appointments(pair_tables[1], own))
        for number, table in enumerate(pair_tables):
            table = table.assign(p=where[table["p"]].astype(np.int32))
            tables[number].append(table)
    done = [pd.concat(parts, ignore_index=True) for parts in tables]
    for table in done:
        table["number"] = table.groupby("p").cumcount().to_numpy(np.int32)
    return done, [np.concatenate(parts) for parts in codes]


def _localise_score(block: Block, position: int, where: np.ndarray) -> pd.DataFrame:
    """Return disease activity by position in a group; of nobody where the group has no pair."""
    score = block.scores[max(position, 0)].iloc[: None if position >= 0 else 0]
    return score.set_axis(np.searchsorted(where, score.index.to_numpy()), axis=0)
