"""The sample of a block: some people of every kind, with all that belongs to them."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.draws import Draws
from ..setting.shared import Setting
from .block import Block

__all__ = ["choose_sample", "cut_block"]

LEAST = 3  # of every kind, if there are so many


def cut_block(block: Block, setting: Setting, shares: Declared) -> Block:
    """Return the sample of a block: some people of every kind, with all that belongs to them."""
    people = block.people
    declared = {str(i): shares | pair.get("sample", {}) for i, pair in enumerate(setting.pairs)}
    declared["-1"] = shares
    keep = choose_sample(people, _label(block), declared, setting.draw)
    for plan in block.plans:
        faulty = people.loc[plan["p"], "fault"] != ""
        keep[plan["p"].to_numpy()[faulty.to_numpy()][:12]] = True
    new = np.cumsum(keep) - 1
    rows, answers = block.applications, block.answers
    rows, answers = rows[keep[rows["p"]]], answers[keep[answers["p"]]]
    kept = [keep[plan["p"]] for plan in block.plans]
    plans = [plan[k].reset_index(drop=True) for plan, k in zip(block.plans, kept, strict=True)]
    scores = [score[keep[score.index]] for score in block.scores]
    for score in scores:
        score.index = new[score.index]
    return replace(
        block,
        people=people[keep].reset_index(drop=True),
        plans=[plan.assign(p=new[plan["p"]]) for plan in plans],
        courses=[cut_rows(part, k) for part, k in zip(block.courses, kept, strict=True)],
        scores=scores,
        applications=rows.assign(p=new[rows["p"]]),
        answers=answers.assign(p=new[answers["p"]]),
    )


def cut_rows(frame: pd.DataFrame, kept: np.ndarray) -> pd.DataFrame:
    """Keep what belongs to the rows of a plan that stay, and point to where they are now.

    Examples
    --------
    >>> cut_rows(pd.DataFrame({"row": [0, 1, 2, 2]}), np.array([True, False, True]))["row"].tolist()
    [0, 1, 1]
    """
    place = np.cumsum(kept) - 1
    mine = frame[kept[frame["row"].to_numpy()]].reset_index(drop=True)
    return mine.assign(row=place[mine["row"].to_numpy()])


def _label(block: Block) -> pd.Series:
    """Return a label for everybody: the name of a share, the pair, then what sets them apart."""
    people = block.people
    untraced = people["kind"].eq("coded_alive") & ~people["traced"]
    special = (people["role"] != "") | (people["fault"] != "") | untraced
    detail = people["role"] + "|" + people["fault"] + "|" + untraced.astype(str)
    labels = people["kind"].where(~special, "special") + "|" + people["pair"].astype(str)
    labels += "|" + people["kind"] + "|" + detail
    for plan in block.plans:
        told = plan["coded"].map({True: "coded ", False: "rescued "}) + plan["status"]
        told = np.where(plan["planned"] == 0, "quiet", told)
        told = np.where(plan["planned"] == plan["planned"].max(), "busiest", told)
        told = np.where(plan["nowhere"], "nowhere", told)
        told = np.where(plan["case"] != "", plan["case"], told)
        labels[plan["p"].to_numpy()] = [f"treated|{plan['pair'].iloc[0]}|{text}" for text in told]
    return labels


def choose_sample(
    people: pd.DataFrame, labels: pd.Series, shares: dict[str, dict[str, float]], draw: Draws
) -> np.ndarray:
    """Return which people to keep: of each label a share, at least three.

    Parameters
    ----------
    people
        Everybody, with uid.
    labels
        One for each person: the name of a share, the position of a pair (−1 for none) and
        anything, with bars between them.
    shares
        Share kept, by position of the pair and name.

    Examples
    --------
    >>> people = pd.DataFrame({"uid": np.arange(100, dtype=np.uint64)})
    >>> labels = pd.Series(["few|0|x"] * 4 + ["many|0|y"] * 96)
    >>> kept = choose_sample(people, labels, {"0": {"few": 0.1, "many": 0.5}}, Draws(1))
    >>> int(kept[:4].sum()), int(kept[4:].sum())
    (3, 48)
    """
    keep = np.zeros(len(people), dtype=bool)
    uid = people["uid"].to_numpy()
    for label, rows in pd.Series(np.arange(len(people))).groupby(labels.to_numpy()):
        places = rows.to_numpy()
        name, pair, *_ = label.split("|")
        share = shares[pair][name]
        n = min(len(places), max(LEAST, math.ceil(share * len(places))))
        keep[places[draw.first("sample", uid[places], n)]] = True
    return keep
