"""Index dates of people not known to be treated: each takes a treated person's start date."""

import numpy as np
import pandas as pd

__all__ = ["assign_index_dates", "mix_draws"]

CHUNK = 2048


def assign_index_dates(people: pd.DataFrame, starts: pd.DataFrame) -> pd.Series:
    """Draw an index date for each person not known as treated from the start dates of the treated.

    Each person takes the start of the treated person whose joint hash with theirs is least, among
    those whose start lies in the person's time under observation. The draw is uniform, and moving
    one treated person's start moves only the dates of those who had drawn it or now may.

    Parameters
    ----------
    people
        `draw` (uint64), `entry_date` (from which a date is possible), `date_of_death` (missing
        when alive).
    starts
        `draw` (uint64), `start_date` of the treated.

    Returns
    -------
    pandas.Series
        The index date, missing where no start lies between entry and death (both included).

    Examples
    --------
    >>> people = pd.DataFrame({"draw": np.array([3, 9], "uint64"), "date_of_death": pd.NaT,
    ...     "entry_date": pd.to_datetime(["2010-01-01", "2024-01-01"])})
    >>> starts = pd.DataFrame({"draw": np.array([5], "uint64"),
    ...     "start_date": pd.to_datetime(["2020-05-01"])})
    >>> assign_index_dates(people, starts).tolist()
    [Timestamp('2020-05-01 00:00:00'), NaT]
    """
    dates = starts["start_date"].to_numpy("datetime64[s]")
    entry = people["entry_date"].to_numpy("datetime64[s]")
    death = people["date_of_death"].to_numpy("datetime64[s]")
    draws, theirs = people["draw"].to_numpy("uint64"), starts["draw"].to_numpy("uint64")
    found = np.full(len(people), np.datetime64("NaT", "s"))
    for begin in range(0, len(people) if len(dates) else 0, CHUNK):
        part = slice(begin, begin + CHUNK)
        possible = (dates >= entry[part, None]) & ~(dates > death[part, None])
        joint = np.where(possible, mix_draws(draws[part, None] ^ theirs), np.uint64(2**64 - 1))
        best = joint.argmin(axis=1)
        found[part] = np.where(possible.any(axis=1), dates[best], np.datetime64("NaT", "s"))
    return pd.Series(found, people.index, dtype="datetime64[s]")


def mix_draws(values: np.ndarray) -> np.ndarray:
    """Return SplitMix64's finaliser: neighbouring values become unlike each other."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))
