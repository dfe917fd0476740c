"""The drugs of a pair: one, or a group among which people start and switch."""

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..setting.dates import add_months, day, is_weekend
from ..setting.draws import Draws

__all__ = ["choose_drug", "choose_route", "last_start", "list_drugs", "plan_courses"]


def list_drugs(pair: Declared) -> list[Declared]:
    """Return the drugs of a pair: `name`, `from`, `form`, `names`, `misspelt`, ….

    A pair with `forms.members` is a group, and each member has a form of its own; otherwise the
    pair's form is the only one.
    """
    forms = pair["forms"]
    if "members" in forms:
        return forms["members"]
    only = {name: forms[name] for name in ("names", "names_by_route", "misspelt") if name in forms}
    known = {"name": next(iter(forms["names"])).lower(), "from": pair["treatment"]["approved"]}
    return [known | only | {"form": forms["codes"][0]}]


def last_start(pair: Declared) -> int:
    """Return the last day on which anybody starts: of the window, or before a withdrawal."""
    treatment = pair["treatment"]
    return min(day(treatment["window"]["to"]), day(treatment.get("last_start", "2999-01-01")))


def choose_route(pair: Declared, drug: pd.Series, drawn: pd.Series) -> pd.Series:
    """Return the route by which each drug (position) is given.

    In a group where some member has a `route` of its own, the others have the group's first;
    elsewhere the route is the one that was drawn.
    """
    own = [one.get("route") for one in list_drugs(pair)]
    if not any(own):
        return drawn
    usual = pair["treatment"]["routes"][0]["route"]
    return drug.map(dict(enumerate(route or usual for route in own)))


def choose_drug(
    pair: Declared, start: np.ndarray, name: str, ids: np.ndarray, draw: Draws
) -> np.ndarray:
    """Draw a drug among those that are approved on the day, by shares that change over time.

    A member's weight goes in a line from `weight` at its approval to `weight_at_end` at the end of
    the window.
    """
    drugs, end = list_drugs(pair), day(pair["treatment"]["window"]["to"])
    if len(drugs) == 1:
        return np.zeros(len(start), dtype=np.int64)
    return _pick_rows(_weights(drugs, start, end), name, ids, draw)


def _weights(drugs: list[Declared], start: np.ndarray, end: int) -> np.ndarray:
    columns = []
    for drug in drugs:
        begin = day(drug["from"])
        grown = np.clip((start - begin) / (end - begin), 0, 1)
        weight = drug["weight"] + (drug["weight_at_end"] - drug["weight"]) * grown
        columns.append(np.where(start >= begin, weight, 0.0))
    return np.stack(columns, axis=1)


def _pick_rows(weights: np.ndarray, name: str, ids: np.ndarray, draw: Draws) -> np.ndarray:
    edges = np.cumsum(weights, axis=1)
    place = draw.uniform(name, ids) * edges[:, -1]
    return np.minimum((edges <= place[:, None]).sum(axis=1), weights.shape[1] - 1)


def plan_courses(plan: pd.DataFrame, last: np.ndarray, pair: Declared, draw: Draws) -> pd.DataFrame:
    """Return each drug that each treated person starts: row (in `plan`), order, drug, start.

    Parameters
    ----------
    last
        The last day of each person in the world.

    Notes
    -----
    The first drug begins at the start of treatment. Where the pair declares `switching`, people
    change at a yearly rate to another drug that is approved by then, at most `most` times and
    never sooner than `least_months` after the drug before.
    """
    uid, start = plan["uid"].to_numpy(), plan["start"].to_numpy()
    drug = choose_drug(pair, start, "first drug", uid, draw)
    columns = ["row", "order", "drug", "start"]
    row = np.arange(len(plan))
    pieces = [pd.DataFrame(dict(zip(columns, (row, 0, drug, start), strict=True)))]
    rule = pair["treatment"].get("switching", {"most": 0})
    end = np.minimum(last, last_start(pair))
    drugs = list_drugs(pair)
    for turn in range(1, rule["most"] + 1):
        ids = uid[row] * np.uint64(64) + np.uint64(turn)
        wait = draw.exponential("switch", ids) / rule["a_year"] * 365.25
        start = add_months(start, rule["least_months"]) + wait.astype(np.int64).clip(0, 20000)
        start -= np.where(is_weekend(start), 2, 0)
        on = start <= end[row]
        row, start, drug, ids = row[on], start[on], drug[on], ids[on]
        weights = _weights(drugs, start, day(pair["treatment"]["window"]["to"]))
        weights[np.arange(len(row)), drug] = 0.0
        some = weights.sum(axis=1) > 0
        row, start, ids = row[some], start[some], ids[some]
        drug = _pick_rows(weights[some], "next drug", ids, draw)
        pieces.append(pd.DataFrame(dict(zip(columns, (row, turn, drug, start), strict=True))))
    return pd.concat(pieces, ignore_index=True)
