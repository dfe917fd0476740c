"""People as cells of group, age band, sex and treatment, with sums and cross-products of features.

Every regression of the estimator needs only these, so that nobody's row is kept.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.roles import Roles, check_roles
from rareaccess.measures.tidy import Floats

__all__ = [
    "AGE_EDGES",
    "Cells",
    "band_ages",
    "build_cells",
    "check_usable",
    "list_unusable",
    "share_groups",
    "share_treated",
]

AGE_EDGES = (25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75)
"""Upper ends of the age bands, in years, each in its band; the last band is open."""

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Cells:
    """Sums over cells; C cells, F features of which the first is the treatment.

    Parameters
    ----------
    groups
        The groups, sorted; `group` holds their places.
    roles
        The roles of the features.
    group, age, sex, treated
        The codes of each cell, shape (C,).
    n
        People, shape (C,).
    sums, products
        Sums of the features, shape (C, F), and of their products, shape (C, F, F).
    """

    groups: tuple[object, ...]
    roles: Roles
    group: Codes
    age: Codes
    sex: Codes
    treated: Codes
    n: Floats
    sums: Floats
    products: Floats

    def total(self, feature: int) -> Floats:
        """Return the sum of a feature in each group."""
        sums = np.bincount(self.group, self.sums[:, feature], len(self.groups))
        return np.asarray(sums, dtype=np.float64)


def band_ages(ages: Floats) -> Codes:
    """Return the age band of each age, right-closed: 25 is in the first band, 26 in the second.

    Examples
    --------
    >>> band_ages(np.array([18.0, 25, 26, 30, 75, 76])).tolist()
    [0, 0, 1, 1, 10, 11]
    """
    return np.searchsorted(np.asarray(AGE_EDGES, dtype=float), ages, side="left")


def build_cells(frame: pd.DataFrame, roles: Roles) -> Cells:
    """Count people and add up their features over group, age band, sex and treatment.

    Parameters
    ----------
    frame
        One row a person; see `check_roles`.

    Raises
    ------
    UserError
        The frame is not as `check_roles` wants it.

    Examples
    --------
    >>> people = pd.DataFrame({"group": list("aabb"), "age": 30, "sex": "f",
    ...                        "treated": [0, 1, 0, 1], "flares": [1, 2, 3, 1]})
    >>> cells = build_cells(people, Roles({"flares": "count"}))
    >>> cells.n.tolist(), cells.sums[:, 1].tolist()
    ([1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 1.0])
    """
    check_roles(frame, roles)
    group, groups = pd.factorize(frame["group"], sort=True)
    sex, sexes = pd.factorize(frame["sex"], sort=True)
    age = band_ages(frame["age"].to_numpy(dtype=float))
    treated = frame["treated"].to_numpy(dtype=float).astype(np.intp)
    key = ((group * (len(AGE_EDGES) + 1) + age) * len(sexes) + sex) * 2 + treated
    kept, cell = np.unique(key, return_inverse=True)
    columns = [treated.astype(float), *(frame[name].to_numpy(float) for name in roles.features)]
    size, count = len(kept), len(columns)
    sums, products = np.empty((size, count)), np.empty((size, count, count))
    for i, one in enumerate(columns):
        sums[:, i] = np.bincount(cell, one, size)
        for j, other in enumerate(columns[: i + 1]):
            products[:, i, j] = products[:, j, i] = np.bincount(cell, one * other, size)
    rest, of = np.divmod(kept, 2)
    rest, of_sex = np.divmod(rest, len(sexes))
    of_group, of_age = np.divmod(rest, len(AGE_EDGES) + 1)
    return Cells(
        tuple(groups), roles, of_group, of_age, of_sex, of, np.bincount(cell).astype(float),
        sums, products,
    )  # fmt: skip


def list_unusable(cells: Cells) -> list[tuple[str, str]]:
    """Return the features of which no ratio can be formed: the name, and where it fails.

    A feature must occur in each group, and among the treated and the others; a flag not always.

    Examples
    --------
    >>> people = pd.DataFrame({"group": list("aabb"), "age": 30, "sex": "f",
    ...                        "treated": [0, 1, 0, 1], "flares": [1, 2, 0, 0]})
    >>> list_unusable(build_cells(people, Roles({"flares": "count"})))
    [('flares', 'group b')]
    """
    found = []
    for place, name in enumerate(cells.roles.features, start=1):
        binary = cells.roles.anchors.get(name) == "binary"
        for codes, words in (
            (cells.group, [f"group {group}" for group in cells.groups]),
            (cells.treated, ["the others", "the treated"]),
        ):
            events = np.bincount(codes, cells.sums[:, place])
            wrong = (events == 0) | (binary & (events >= np.bincount(codes, cells.n)))
            found += [(name, words[code]) for code in np.flatnonzero(wrong)]
    return found


def check_usable(cells: Cells) -> None:
    """Refuse cells in which a feature cannot be compared.

    Raises
    ------
    UserError
        A feature never occurs in a group, or among the treated or the others.
    """
    if unusable := list_unusable(cells):
        raise UserError(
            "A feature never occurs, or always, among people who are to be compared.",
            where=f"column {unusable[0][0]}",
            found="; ".join(f"{name}: {where}" for name, where in unusable),
            expected="some events in each group, and among treated and others",
            mend="leave the feature out of the roles, or merge the group with another",
        )


def share_groups(cells: Cells) -> Floats:
    """Return the share of each group at the ages and sexes of the treated, shape (G,).

    Each stratum of age and sex counts as much as it has of the treated.

    Examples
    --------
    >>> people = pd.DataFrame({"group": list("aaab"), "age": [30, 30, 60, 60], "sex": "f",
    ...                        "treated": [0, 0, 1, 0]})
    >>> share_groups(build_cells(people, Roles())).tolist()  # all treated are 60
    [0.5, 0.5]
    """
    shares = np.bincount(cells.group, cells.n * _weigh_people(cells), len(cells.groups))
    return np.asarray(shares, dtype=np.float64)


def share_treated(cells: Cells) -> float:
    """Return the share treated at the ages and sexes of the treated, below any prevalence.

    Examples
    --------
    >>> people = pd.DataFrame({"group": list("aabb"), "age": [30, 30, 60, 60], "sex": "f",
    ...                        "treated": [0, 0, 1, 0]})
    >>> share_treated(build_cells(people, Roles()))
    0.5
    """
    return float(cells.sums[:, 0] @ _weigh_people(cells))


def _weigh_people(cells: Cells) -> Floats:
    """Return the weight of a person of each cell that gives the ages and sexes of the treated."""
    stratum = cells.age * (cells.sex.max() + 1) + cells.sex
    people = np.maximum(np.bincount(stratum, cells.n), 1)
    treated = np.bincount(stratum, cells.sums[:, 0])
    return np.asarray((treated / treated.sum() / people)[stratum])
