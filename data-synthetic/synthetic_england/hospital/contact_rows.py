"""Stays and appointments as rows with identifiers, and the usual ones that anybody has."""

import numpy as np
import pandas as pd

from ..setting.counts import expand
from ..setting.dates import NEVER, day
from ..setting.shared import Setting

__all__ = ["frame_contacts", "spread_usual", "start_days"]

MOST = 4096  # contacts of a person in a table, whose numbers make identifiers


def frame_contacts(
    people: pd.DataFrame,
    p: np.ndarray,
    number: np.ndarray | int,
    origin: np.ndarray | str,
    **on: np.ndarray,
) -> pd.DataFrame:
    """Return contacts: p (position in `people`), rid (identifier), their day, and origin.

    Parameters
    ----------
    number
        Of each among the person's contacts.
    on
        The day of each, under the name of its column.

    Examples
    --------
    >>> people = pd.DataFrame({"uid": np.array([7, 8], dtype=np.uint64)})
    >>> frame_contacts(people, np.array([1]), 5, "usual", adm=np.array([17000])).values.tolist()
    [[1, 32773, 17000, 'usual']]
    """
    rid = people["uid"].to_numpy()[p] * np.uint64(MOST) + np.asarray(number).astype(np.uint64)
    days = {name: np.asarray(values).astype(np.int32) for name, values in on.items()}
    return pd.DataFrame({"p": p.astype(np.int32), "rid": rid} | days | {"origin": origin})


def spread_usual(
    people: pd.DataFrame, table: str, name: str, setting: Setting
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spread the usual contacts over the days on which people are seen: person, number, day."""
    p, number = expand(people[f"n_{table}"].to_numpy())
    ids = people["uid"].to_numpy()[p] * np.uint64(MOST) + number.astype(np.uint64)
    begin = day(setting.england["windows"][table]["from"])
    first = np.maximum(people["first"].to_numpy(), begin)
    seen = people["last"].to_numpy() - first + 1
    share = setting.draw.uniform(name, ids) ** 0.85
    return p, number, first[p] + (seen[p] * share).astype(np.int64)


def start_days(people: pd.DataFrame, plan: pd.DataFrame) -> np.ndarray:
    """Return the day on which each person starts the drug, NEVER for those who do not."""
    start = np.full(len(people), NEVER)
    start[plan["p"]] = plan["start"]
    return start
