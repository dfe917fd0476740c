"""The groups by which the pathway is told: sex, age, ethnic group, deprivation and distance."""

from collections.abc import Iterator, Sequence

import pandas as pd

from rareaccess.disclosure import Hidden, Released, Statistic
from rareaccess.marts.levels import ETHNICITIES

__all__ = ["ALL", "CHARACTERISTICS", "describe_people", "part_people", "read_group"]

ALL = "all"  # the level of everybody together

SEXES = ("Female", "Male", "Not known")
AGES = {"under 30": (0, 30), "30 to 49": (30, 50), "50 to 69": (50, 70), "70 and over": (70, 200)}
FIFTHS = {1: "most deprived fifth", 2: "2", 3: "3", 4: "4", 5: "least deprived fifth"}
DRIVES = {
    "up to 30 minutes": (-1, 30), "30 to 60 minutes": (30, 60), "over 60 minutes": (60, 10_000),
}  # fmt: skip
UNKNOWN = "Not known"
CHARACTERISTICS = {
    "sex": "Sex",
    "age": "Age",
    "ethnicity": "Ethnic group",
    "deprivation": "Deprivation of the area",
    "distance": "Drive to the nearest centre",
}
"""The columns of `describe_people`, and what a table calls them."""


def describe_people(people: pd.DataFrame, travel: pd.DataFrame) -> pd.DataFrame:
    """Return `study_id` and the group of each person by each characteristic.

    Parameters
    ----------
    people
        The mart: `study_id`, `sex`, `age_at_index`, `ethnicity`, `imd_quintile`.
    travel
        The mart: `study_id`, `minutes` to the nearest centre on the index date. People without an
        index date are not in it, and their age and distance are not known.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `treated` and the columns of `CHARACTERISTICS`: texts, none missing.

    Examples
    --------
    >>> people = pd.DataFrame({"study_id": [1, 2], "treated": [True, False], "sex": "Female",
    ...     "age_at_index": [29, 70], "ethnicity": "White", "imd_quintile": [1, None]})
    >>> travel = pd.DataFrame({"study_id": [2], "minutes": [30.0]})
    >>> describe_people(people, travel)[["age", "deprivation", "distance"]].values.tolist()
    [['under 30', 'most deprived fifth', 'Not known'], ['70 and over', 'Not known', \
'up to 30 minutes']]
    """
    minutes = people["study_id"].map(travel.set_index("study_id")["minutes"])
    return pd.DataFrame(
        {
            "study_id": people["study_id"],
            "treated": people["treated"],
            "sex": people["sex"],
            "age": _cut(people["age_at_index"], AGES, right=False),
            "ethnicity": people["ethnicity"].replace("Unknown", UNKNOWN),
            "deprivation": people["imd_quintile"].map(FIFTHS).astype("str").fillna(UNKNOWN),
            "distance": _cut(minutes, DRIVES, right=True),
        }
    )


def part_people(
    described: pd.DataFrame, by: Sequence[str] = tuple(CHARACTERISTICS)
) -> Iterator[tuple[str, str, pd.Series]]:
    """Yield everybody, and then each group: the characteristic, the level, and who is in it.

    Levels stand in their order; those with nobody are left out.

    Parameters
    ----------
    described
        As `describe_people` returns it.
    by
        Columns of `CHARACTERISTICS`.
    """
    yield "Everybody", ALL, pd.Series(True, described.index)
    levels = {
        "sex": SEXES,
        "age": (*AGES, UNKNOWN),
        "ethnicity": (*(one for one in ETHNICITIES if one != "Unknown"), UNKNOWN),
        "deprivation": (*FIFTHS.values(), UNKNOWN),
        "distance": (*DRIVES, UNKNOWN),
    }
    for name in by:
        for level in levels[name]:
            inside = described[name] == level
            if inside.any():
                yield CHARACTERISTICS[name], level, inside


def read_group(released: Released, column: str, level: str) -> Statistic | Hidden | None:
    """Return the statistic of a group, None where nobody is in the group or there is none.

    Parameters
    ----------
    released
        One row a group, with `level`.
    """
    rows = [row for row in released.records() if row["level"] == level]
    found: Statistic | Hidden | None = rows[0][column] if len(rows) == 1 else None
    return found


def _cut(values: pd.Series, bands: dict[str, tuple[int, int]], *, right: bool) -> pd.Series:
    edges = [low for low, _ in bands.values()] + [max(high for _, high in bands.values())]
    numbers = values.astype("Float64").to_numpy("float64", na_value=float("nan"))
    cut = pd.Series(pd.cut(numbers, edges, right=right, labels=list(bands)), values.index)
    return cut.astype("str").fillna(UNKNOWN)
