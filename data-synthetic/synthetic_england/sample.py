"""The sample of a block: some people of every kind, with all that belongs to them."""

import math

import numpy as np
import pandas as pd

from .block import Block
from .draws import Draws
from .setting import Setting

__all__ = ["choose_sample", "cut_block"]

LEAST = 3  # of every kind, if there are so many


def cut_block(block: Block, setting: Setting, shares: dict) -> Block:
    """Return the sample of a block: some people of every kind, with all that belongs to them."""
    people = block.people
    kinds = people["kind"] + np.where(people["role"] != "", " " + people["role"], "")
    kinds = kinds + np.where(people["fault"] != "", " " + people["fault"], "")
    kinds = kinds + np.where(people["kind"].eq("coded_alive") & ~people["traced"], " untraced", "")
    for plan in block.plans:
        label = "treated " + plan["coded"].map({True: "coded ", False: "rescued "}) + plan["status"]
        label = np.where(plan["planned"] == 0, "treated quiet", label)
        label = np.where(plan["planned"] == plan["planned"].max(), "treated busiest", label)
        label = np.where(plan["nowhere"], "treated nowhere", label)
        kinds[plan["p"].to_numpy()] = label
    keep = choose_sample(people, kinds, shares, setting.draw)
    for plan in block.plans:
        faulty = people.loc[plan["p"], "fault"] != ""
        keep[plan["p"].to_numpy()[faulty.to_numpy()][:12]] = True
    new = np.cumsum(keep) - 1
    rows, answers = block.applications, block.answers
    rows, answers = rows[keep[rows["p"]]], answers[keep[answers["p"]]]
    plans = [plan[keep[plan["p"]]].reset_index(drop=True) for plan in block.plans]
    scores = [score[keep[score.index]] for score in block.scores]
    for score in scores:
        score.index = new[score.index]
    return Block(
        block.number,
        people[keep].reset_index(drop=True),
        [plan.assign(p=new[plan["p"]]) for plan in plans],
        scores,
        rows.assign(p=new[rows["p"]]),
        answers.assign(p=new[answers["p"]]),
    )


def choose_sample(people: pd.DataFrame, kinds: pd.Series, shares: dict, draw: Draws) -> np.ndarray:
    """Return which people to keep: of each kind a share, at least three.

    Parameters
    ----------
    people
        Everybody, with uid and kind.
    kinds
        A label for each person, finer than `kind`: role, fault, what is planned.
    shares
        Share kept, by `kind`, and `special` for those with a role or a fault.
    """
    keep = np.zeros(len(people), dtype=bool)
    uid = people["uid"].to_numpy()
    special = kinds.to_numpy() != people["kind"].to_numpy()
    for label, rows in pd.Series(np.arange(len(people))).groupby(kinds.to_numpy()):
        places = rows.to_numpy()
        share = shares["special"] if special[places[0]] else shares[label]
        if label.startswith("treated"):
            share = shares["treated"]
        n = min(len(places), max(LEAST, math.ceil(share * len(places))))
        keep[places[draw.first("sample", uid[places], n)]] = True
    return keep
