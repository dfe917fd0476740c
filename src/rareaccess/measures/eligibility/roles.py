"""What each feature is for: an anchor of need, a trace of use, or a control; and their checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import read_counts, read_numbers, refuse_column, select_option

__all__ = ["KINDS", "PEOPLE", "Roles", "check_prevalence", "check_roles", "require_anchors"]

KINDS = ("count", "binary")
PEOPLE = ("group", "age", "sex", "treated")
"""The columns of the frame besides its features, one row a person."""

FEWEST = 2


@dataclass(frozen=True)
class Roles:
    """Which columns are features, and what each may be used for.

    Parameters
    ----------
    anchors
        The kind of each anchor, `count` or `binary`: events that depend on the group through
        activity of the disease only, and on which nobody is selected for treatment.
    use
        Features of use of services. They are declared so that they are never used for need.
    control
        A count of events that have nothing to do with the disease, recorded as the anchors are.

    Raises
    ------
    UserError
        A kind is not known, a feature has two roles, or the name of another column.

    Examples
    --------
    >>> roles = Roles({"flares": "count", "biopsy": "binary"}, use=("visits",), control="injuries")
    >>> roles.features
    ('flares', 'biopsy', 'injuries')
    """

    anchors: Mapping[str, str] = field(default_factory=dict)
    use: tuple[str, ...] = ()
    control: str | None = None

    def __post_init__(self) -> None:
        """Check the kinds and the names."""
        for name, kind in self.anchors.items():
            select_option(f"kind of the anchor {name}", kind, KINDS)
        names = [*self.anchors, *self.use, *([self.control] if self.control else [])]
        twice = sorted({name for name in names if names.count(name) > 1 or name in PEOPLE})
        if twice:
            raise UserError(
                "A feature has two roles, or the name of another column.", where="roles",
                found=", ".join(twice), expected="each feature once",
            )  # fmt: skip

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the anchors, in their order."""
        return tuple(self.anchors.values())

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that the estimator reads: the anchors, then the control."""
        return (*self.anchors, *([self.control] if self.control else []))


def require_anchors(roles: Roles) -> None:
    """Refuse roles from which nothing can be said of need.

    Raises
    ------
    UserError
        There are fewer than two anchors: no test could tell that one of them is wrong.
    """
    if len(roles.anchors) < FEWEST:
        raise UserError(
            "There are too few anchors to estimate need.", where="roles",
            found=f"{len(roles.anchors)}", expected=f"{FEWEST} or more",
        )  # fmt: skip


def check_roles(frame: pd.DataFrame, roles: Roles) -> None:
    """Check the frame of people: columns, whole counts, flags of 0 and 1, nothing missing.

    Parameters
    ----------
    frame
        One row a person of the cohort: `group`, `age` (years), `sex`, `treated` (0 or 1), and
        one column for each feature.

    Raises
    ------
    UserError
        A column is not there, a value is missing, a count is not whole, or a flag is not 0 or 1;
        nobody was treated, or everybody; a person is not an adult; or there is only one group.

    Examples
    --------
    >>> people = pd.DataFrame({"group": ["a", "b"], "age": [30, 40], "sex": ["f", "m"],
    ...                        "treated": [0, 1], "flares": [0, 2]})
    >>> check_roles(people, Roles({"flares": "count"}))
    """
    for column in (*PEOPLE, *roles.features, *roles.use):
        if column not in frame.columns:
            raise refuse_column(
                column, "A column that the estimate of need needs is not there.",
                found=", ".join(map(str, frame.columns)), expected=column,
            )  # fmt: skip
    for column in ("group", "sex"):
        if frame[column].isna().any():
            raise refuse_column(
                column, "Values are missing in a column that the estimate of need needs.",
                found=f"{int(frame[column].isna().sum())} of {len(frame)}",
                expected="none missing: leave these people out, and count them",
            )  # fmt: skip
    if frame["group"].nunique() < 2:
        raise refuse_column(
            "group", "There is nothing to compare.",
            found=f"{frame['group'].nunique()} group", expected="two groups or more",
        )  # fmt: skip
    read_numbers(frame, "age", least=18, most=130)
    treated = _read_flags(frame, "treated")
    if not 0 < treated.sum() < len(treated):
        raise refuse_column(
            "treated", "Nobody was treated, or everybody.",
            found=f"{int(treated.sum())} of {len(treated)}", expected="some, not all",
        )  # fmt: skip
    for column in roles.features:
        if roles.anchors.get(column) == "binary":
            _read_flags(frame, column)
        else:
            _read_whole(frame, column)


def _read_whole(frame: pd.DataFrame, column: str) -> None:
    missing = np.isnan(read_counts(frame, column))
    if missing.any():
        raise refuse_column(
            column, "Values are missing in a feature.",
            found=f"{int(missing.sum())} of {len(frame)}", expected="none missing; 0 for no event",
        )  # fmt: skip


def _read_flags(frame: pd.DataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    given = frame[column]
    numbers = frame if given.dtype != bool else frame.assign(**{column: given.astype(float)})
    values = read_numbers(numbers, column, least=0, most=1)
    half = (values > 0) & (values < 1)
    if half.any():
        raise refuse_column(
            column, "A flag is neither 0 nor 1.",
            found=f"{int(half.sum())} of {len(values)}, such as {values[half][0]:g}",
            expected="0 or 1",
        )  # fmt: skip
    return values


def check_prevalence(prevalence: tuple[float, float], *, treated: float = 0.0) -> None:
    """Check a range of prevalence: above the share treated, below one, in order.

    Parameters
    ----------
    prevalence
        From and to which share of the cohort is eligible, at the ages and sexes of the treated.
    treated
        The share treated, at the same ages and sexes.

    Raises
    ------
    UserError
        The range is empty, or reaches down to the share treated, who are all eligible.

    Examples
    --------
    >>> check_prevalence((0.08, 0.20), treated=0.013)
    """
    low, high = prevalence
    if not treated < low < high < 1:
        raise UserError(
            "The range of prevalence cannot be used.", where="prevalence",
            found=f"{low:g} to {high:g}",
            expected=f"from above {treated:.3g}, the share treated, to below 1, in this order",
        )  # fmt: skip
