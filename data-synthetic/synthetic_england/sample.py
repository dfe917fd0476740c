"""Which people of the full world are in the sample: some of every kind, with every fault and route."""

import math

import numpy as np
import pandas as pd

from .draws import Draws

__all__ = ["choose_sample"]

LEAST = 3  # of every kind, if there are so many


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
