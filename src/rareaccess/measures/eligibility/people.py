"""From the marts to the plain frame of people that the estimator takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.measures.characteristics import FIFTHS
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.params import Eligibility

__all__ = ["GROUPINGS", "Grouping", "build_everybody", "build_people", "read_roles"]

ADULT = 18
SCORED = ("in_need", "weight")
KNOWN_SEX = ("Female", "Male")
OTHERS = "Mixed, Chinese or other"


@dataclass(frozen=True)
class Grouping:
    """What people are compared by.

    Parameters
    ----------
    column
        Of the mart `people`.
    words
        As sentences call it, and disclosure control.
    groups
        The group of each value; small ones are together, so that each can be compared.
    reference
        The group with which others are compared.
    compared
        The groups that are, each with the words of the comparison, and those of its panel.
    """

    column: str
    words: str
    groups: Mapping[Any, str]
    reference: str
    compared: Mapping[str, tuple[str, str]]


GROUPINGS = (
    Grouping(
        "imd_quintile", "deprivation", FIFTHS, FIFTHS[5],
        {FIFTHS[1]: ("Most against least deprived", "Most deprived fifth")},
    ),
    Grouping(
        "ethnicity", "ethnic group",
        {"White": "White", "Black": "Black", "Asian (excluding Chinese)": "Asian",
         "Mixed": OTHERS, "Chinese": OTHERS, "Other": OTHERS},
        "White",
        {"Black": ("Black against White", "Black people"),
         "Asian": ("Asian against White", "Asian people")},
    ),
)  # fmt: skip


def read_roles(eligibility: Eligibility) -> Roles:
    """Return the roles of the features that a pair declares, by their labels.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> read_roles(load_pair("sle-belimumab").eligibility).control
    'injury of a limb'
    """
    return Roles(
        {one.label: one.kind for one in eligibility.anchors},
        use=tuple(one.label for one in eligibility.use),
        control=eligibility.control.label if eligibility.control else None,
    )


def build_people(
    landmark: pd.DataFrame,
    features: pd.DataFrame,
    people: pd.DataFrame,
    *,
    grouping: Grouping,
    eligibility: Eligibility,
    also: Sequence[str] = (),
    scores: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the adults at the landmark as a plain frame, and how many others were left out.

    Parameters
    ----------
    landmark, features, people
        The marts.
    also
        Further columns of `people`, which come last.
    scores
        Scores of people chosen alike, one a person: then `in_need` and `weight` come last, missing
        of those who were not scored.

    Returns
    -------
    DataFrame
        One row a person: `group`, `age` (years), `sex`, `treated` (0 or 1), and a column for each
        feature under its label, 0 where the mart has no row.
    Series
        People by why they are not in it: each for the first reason that applies.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> landmark = pd.DataFrame({"study_id": [1, 2], "treated": [True, False],
    ...                          "age": pd.array([40, 17], "Int64")})
    >>> features = pd.DataFrame({"study_id": [1], "feature": ["kidney"], "value": [1]})
    >>> people = pd.DataFrame({"study_id": [1, 2], "sex": "Female", "imd_quintile": [1, 5]})
    >>> frame, left = build_people(landmark, features, people, grouping=GROUPINGS[0],
    ...                            eligibility=load_pair("sle-belimumab").eligibility)
    >>> frame[["group", "age", "treated", "glomerular disorder"]].values.tolist()
    [['1 (most deprived)', 40, 1, 1]]
    >>> left[left > 0].to_dict()
    {'younger than 18': 1}
    """
    about = people[["study_id", "sex", grouping.column, *also]]
    rows = landmark.merge(about, on="study_id", how="left", validate="1:1")
    group = rows[grouping.column].map(dict(grouping.groups)).astype("str")
    rows = rows.assign(group=group.where(rows[grouping.column].notna()))
    kept, left = _leave_out(rows, rows["age"], grouping.words)
    wide = features.pivot(index="study_id", columns="feature", values="value")
    for one in eligibility.features:
        found = wide[one.name] if one.name in wide else pd.Series(dtype="int64")
        kept[one.label] = kept["study_id"].map(found).fillna(0).astype("int64")
    labels = [one.label for one in eligibility.features]
    columns = ["group", "age", "sex", "treated", *labels, *also]
    if scores is not None:
        by_person = scores.set_index("study_id")
        for name in SCORED:
            kept[name] = kept["study_id"].map(by_person[name].astype("float64"))
        columns += SCORED
    kept = kept.astype({"age": "int64", "treated": "int64"})
    return kept[columns].reset_index(drop=True), left


def build_everybody(people: pd.DataFrame, *, grouping: Grouping) -> pd.DataFrame:
    """Return everybody coded or treated at any time, of whom the usual ratio is made.

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["Male"], "imd_quintile": [5], "treated": [True],
    ...                        "age_at_index": [40]})
    >>> build_everybody(people, grouping=GROUPINGS[0]).to_numpy().tolist()
    [['5 (least deprived)', 40, 'Male', 1]]
    """
    group = people[grouping.column].map(dict(grouping.groups)).astype("str")
    rows = people.assign(
        group=group.where(people[grouping.column].notna()), age=people["age_at_index"]
    )
    kept, _ = _leave_out(rows, rows["age"], grouping.words)
    kept = kept.astype({"age": "int64", "treated": "int64"})
    return kept[["group", "age", "sex", "treated"]].reset_index(drop=True)


def _leave_out(rows: pd.DataFrame, ages: pd.Series, words: str) -> tuple[pd.DataFrame, pd.Series]:
    """Return the rows of which all is known, and how many others there are, by the first reason."""
    reasons = {
        "of unknown age": ages.isna(),
        f"younger than {ADULT}": ages.lt(ADULT).fillna(False).astype(bool),
        "of unknown sex": ~rows["sex"].isin(KNOWN_SEX),
        f"of unknown {words}": rows["group"].isna(),
    }
    kept, left = pd.Series(True, index=rows.index), {}
    for why, holds in reasons.items():
        left[why] = int((kept & holds).sum())
        kept &= ~holds
    return rows[kept].copy(), pd.Series(left, dtype="int64")
