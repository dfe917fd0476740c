"""Study ids: integers in place of the native pseudonyms, which never leave the extract."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

__all__ = ["assign_study_ids"]


def assign_study_ids(persons: Iterable[str], *, salt: str) -> pd.DataFrame:
    """Assign study ids 1..n in the order of a seeded hash of the native pseudonyms.

    Parameters
    ----------
    persons
        Native pseudonyms, in any order, repeated or not.
    salt
        Another salt gives another order: each pair has its own.

    Returns
    -------
    pandas.DataFrame
        `person`, `study_id`, `draw` (the hash, uint64, for assigned index dates).

    Examples
    --------
    >>> ids = assign_study_ids(["b", "a", "b"], salt="x")
    >>> sorted(ids["person"]), sorted(ids["study_id"]), len(ids)
    (['a', 'b'], [1, 2], 2)
    """
    unique = sorted(set(persons))
    draws = [_draw(person, salt) for person in unique]
    ids = pd.DataFrame(
        {"person": pd.Series(unique, dtype="str"), "draw": np.array(draws, "uint64")}
    )
    ids = ids.sort_values(["draw", "person"], ignore_index=True)
    return ids.assign(study_id=np.arange(1, len(ids) + 1, dtype="int64"))


def _draw(person: str, salt: str) -> int:
    digest = hashlib.blake2b(person.encode(), digest_size=8, key=salt.encode()[:64])
    return int.from_bytes(digest.digest(), "big")
