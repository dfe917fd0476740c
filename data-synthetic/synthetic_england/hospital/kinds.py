"""What a contact is for, by sex and age: shares of kinds, and a draw among them."""

import numpy as np

from ..declarations.load import Declared
from ..setting.draws import Draws

__all__ = ["choose_kind", "share_kinds"]

Shares = dict[tuple[int, int], list[float]]  # by sex and piece of age
EDGES, MIDDLES = np.array([16, 18, 47, 65]), [8, 17, 30, 55, 75]  # pieces of age, in years


def share_kinds(kinds: list[Declared]) -> Shares:
    """Return the shares of the kinds for each sex and piece of age.

    Parameters
    ----------
    kinds
        Each with `weight` (children, adults, 65 and over), perhaps `sex` and `ages` (least, most).

    Examples
    --------
    >>> share_kinds([{"weight": [1, 2, 3]}, {"weight": [1, 1, 1], "sex": 2}])[1, 4]
    [3, 0]
    """
    shares: Shares = {}
    for sex in (1, 2):
        for piece, age in enumerate(MIDDLES):
            column = 0 if age < 18 else 2 if age >= 65 else 1
            shares[sex, piece] = [
                kind["weight"][column]
                * (kind.get("sex", sex) == sex)
                * (kind.get("ages", [0, 120])[0] <= age <= kind.get("ages", [0, 120])[1])
                for kind in kinds
            ]
    return shares


def choose_kind(
    age: np.ndarray, sex: np.ndarray, ids: np.ndarray, shares: Shares, name: str, draw: Draws
) -> np.ndarray:
    """Draw a kind for each contact; `shares` maps sex and piece of age to those of the kinds."""
    piece = np.searchsorted(EDGES, age, side="right")
    kind = np.zeros(len(ids), dtype=np.int16)
    for (one_sex, one_piece), share in shares.items():
        mine = (sex == one_sex) & (piece == one_piece)
        kind[mine] = draw.pick(name, ids[mine], share)
    return kind
