"""When no estimate of need is given, and why, in one paragraph; the bounds stand in any case."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility.bounds import bound_need
from rareaccess.measures.eligibility.cells import Cells, list_unusable
from rareaccess.measures.eligibility.diagnostics import FEWEST_TREATED, measure_strength
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.roles import FEWEST

__all__ = ["FEWEST_CONFIRMED", "LEAST_Z", "refuse_cells", "refuse_group", "refuse_strength",
           "refuse_width"]  # fmt: skip

FEWEST_CONFIRMED = 30
"""Treated, who alone are confirmed to have been eligible."""

LEAST_Z = 4.0
WIDEST = 2.0

CONFIRMED = (
    "Need is not estimated: fewer than {fewest} people were treated after the landmark, and only "
    "the treated are known to have been eligible. From so few of them what an anchor says of need "
    "cannot be learned. The bounds stand."
)
ANCHORS = (
    "Need is not estimated: {found} anchors are declared, and {fewest} or more are needed, because "
    "with one alone nothing could show that it is wrong. The bounds stand."
)
UNUSABLE = (
    "Need is not estimated: among people who are to be compared these features never occur, or "
    "always, so that no ratio can be formed: {names}. Leave them out of the roles, or merge the "
    "group with another. The bounds stand."
)
STRENGTH = (
    "Need is not estimated: the treated do not have {anchor} clearly more often than others "
    "(z = {z:.1f}, and at least {least:g} is asked), so that it says little of need, and how "
    "little is itself uncertain. Declare another anchor, or leave it out. The bounds stand."
)
GROUP = (
    "Need is not estimated for this comparison: fewer than {fewest} people were treated in one of "
    "the two groups, so that the ratio of the treated is not known. The bounds stand."
)
WIDTH = (
    "The estimate is withheld: its interval is no narrower than the bounds that follow from saying "
    "only that the shares eligible differ by no more than a factor of {limit:g}. The anchors add "
    "nothing to that. The bounds stand."
)


def refuse_cells(cells: Cells) -> str:
    """Return why need cannot be estimated from these people and anchors, or an empty text.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.cells import build_cells
    >>> from rareaccess.measures.eligibility.roles import Roles
    >>> people = pd.DataFrame({"group": list("ab") * 50, "age": 30, "sex": "f",
    ...                        "treated": [0, 0, 1, 1, 0] * 20})
    >>> refuse_cells(build_cells(people, Roles()))[:60]
    'Need is not estimated: 0 anchors are declared, and 2 or more'
    """
    treated = int(cells.sums[:, 0].sum())
    if treated < FEWEST_CONFIRMED:
        return CONFIRMED.format(fewest=FEWEST_CONFIRMED)
    anchors = len(cells.roles.anchors)
    if anchors < FEWEST:
        return ANCHORS.format(found=anchors, fewest=FEWEST)
    if unusable := list_unusable(cells):
        return UNUSABLE.format(names=_list_places(unusable))
    return ""


def _list_places(unusable: Sequence[tuple[str, str]]) -> str:
    """Return each feature with where it fails; with nobody in particular if it fails throughout."""
    places: dict[str, list[str]] = {}
    for name, where in unusable:
        places.setdefault(name, []).append(where)
    return "; ".join(
        f"{name}, {'anybody' if {'the others', 'the treated'} <= set(found) else ', '.join(found)}"
        for name, found in places.items()
    )


def refuse_strength(estimates: Estimates) -> str:
    """Return why the anchors are too weak, naming the weakest, or an empty text."""
    weakest = measure_strength(estimates).sort_values("z").iloc[0]
    if weakest["z"] < LEAST_Z:
        return STRENGTH.format(anchor=weakest["anchor"], z=weakest["z"], least=LEAST_Z)
    return ""


def refuse_group(cells: Cells, place: int, base: int) -> str:
    """Return why two groups cannot be compared, or an empty text.

    Parameters
    ----------
    place, base
        The places of the group and of its reference.
    """
    if min(cells.total(0)[[place, base]]) < FEWEST_TREATED:
        return GROUP.format(fewest=FEWEST_TREATED)
    return ""


def refuse_width(estimate: pd.Series, naive: pd.Series) -> str:
    """Return why an estimate is withheld: no narrower than the bounds at R = 2; or an empty text.

    Parameters
    ----------
    estimate, naive
        Rows with `lower` and `upper`, of TRAIT and of the treated alone.

    Examples
    --------
    >>> naive = pd.Series({"value": 1.0, "lower": 0.8, "upper": 1.25, "method": ""})
    >>> refuse_width(pd.Series({"lower": 0.5, "upper": 1.9}), naive)
    ''
    >>> refuse_width(pd.Series({"lower": 0.3, "upper": 1.9}), naive)[:25]
    'The estimate is withheld:'
    """
    wide = bound_need(naive.to_frame().T, limit=WIDEST).iloc[0]
    if np.log(estimate["upper"] / estimate["lower"]) >= np.log(wide["upper"] / wide["lower"]):
        return WIDTH.format(limit=WIDEST)
    return ""
