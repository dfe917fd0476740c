"""Integrated care boards: which board each area is in, and which areas lie on the coast."""

import numpy as np

from rareaccess.contracts import list_boards

from ..declarations.load import Declared

__all__ = ["mark_coast", "place_boards", "region_of_boards"]

MIDDLE = (450.0, 290.0)  # of the country, km east and north
OTHER_REGION = 60.0  # km that a board of another region seems further away
ROUNDS, STEP, COOLING = 300, 30.0, 0.97  # of the prices


def region_of_boards(boards: Declared) -> list[str]:
    """Return the NHS region of each declared board, in their order."""
    regions = {board.icb_code: board.nhs_region for board in list_boards()}
    return [regions[code] for code in boards]


def place_boards(
    places: np.ndarray, quintile: np.ndarray, regions: np.ndarray, boards: Declared
) -> np.ndarray:
    """Return the board of each area, as its position among the declared ones.

    Each board gets its declared number of areas of each fifth of deprivation, and of these, so far
    as that allows, the nearest. Where a board is full, areas go to the one that is next in line:
    first come those that would lose most by waiting.

    Parameters
    ----------
    places
        x and y of each area, km.
    quintile
        Fifth of deprivation, 1 to 5.
    regions
        NHS region in which the area was placed.
    boards
        Code -> `areas` (by fifth) and `at`.
    """
    at = np.array([board["at"] for board in boards.values()], dtype=np.float64)
    quota = np.array([board["areas"] for board in boards.values()])
    own = np.array(region_of_boards(boards))
    found = np.empty(len(places), dtype=np.int8)
    for fifth in range(1, 6):
        here = np.flatnonzero(quintile == fifth)
        away = np.sqrt(((places[here][:, None] - at) ** 2).sum(axis=-1))
        away += OTHER_REGION * (regions[here][:, None] != own)
        found[here] = _share_out(away, quota[:, fifth - 1])
    return found


def _share_out(cost: np.ndarray, quota: np.ndarray) -> np.ndarray:
    """Give each row one of the columns, each as often as its quota, at a low total cost.

    Examples
    --------
    >>> _share_out(np.array([[0.0, 9.0], [1.0, 2.0], [1.0, 8.0]]), np.array([2, 1])).tolist()
    [0, 1, 0]
    """
    price = np.zeros(len(quota))
    for turn in range(ROUNDS):
        load = np.bincount((cost + price).argmin(axis=1), minlength=len(quota))
        price += STEP * COOLING**turn * (load - quota) / np.maximum(quota, 20)
    priced = cost + price
    first, second = np.sort(priced, axis=1)[:, :2].T
    left, found = quota.copy(), np.empty(len(cost), dtype=np.int8)
    choices = np.argsort(priced, axis=1, kind="stable")
    for row in np.argsort(first - second, kind="stable"):
        found[row] = next(column for column in choices[row] if left[column])
        left[found[row]] -= 1
    return found


def mark_coast(places: np.ndarray, board: np.ndarray, boards: Declared, share: float) -> np.ndarray:
    """Return which areas lie on the coast: of boards that have one, the outermost share."""
    out = np.sqrt(((places - MIDDLE) ** 2).sum(axis=1))
    coast = np.zeros(len(places), dtype=bool)
    for number, declared in enumerate(boards.values()):
        here = np.flatnonzero(board == number)
        if declared["coast"]:
            n = round(share * len(here))
            coast[here[np.argsort(-out[here], kind="stable")[:n]]] = True
    return coast
