"""What people are divided by when their access is compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from rareaccess.contracts import AGES, list_boards
from rareaccess.marts.levels import ETHNICITIES, age_band
from rareaccess.measures.characteristics import FIFTHS

__all__ = ["AXES", "BROAD_AGES", "Axis", "band_people", "broaden"]

BROAD_AGES = {"0–19": 4, "20–34": 7, "35–49": 10, "50–64": 13, "65–79": 16, "80+": 19}
"""Broad ages, and how many of the bands of five years end with each."""
ETHNIC_CODES = {
    "A": "White British", "B": "White Irish", "C": "Any other White",
    "D": "White and Black Caribbean", "E": "White and Black African", "F": "White and Asian",
    "G": "Any other Mixed", "H": "Indian", "J": "Pakistani", "K": "Bangladeshi",
    "L": "Any other Asian", "M": "Caribbean", "N": "African", "P": "Any other Black",
    "R": "Chinese", "S": "Any other group",
}  # fmt: skip
DISTANCES = {"under 30 minutes": 30.0, "30 to 59 minutes": 60.0, "60 to 89 minutes": 90.0}
FURTHEST = "90 minutes or more"


def broaden(bands: pd.Series) -> pd.Series:
    """Return the broad age of each band of five years; missing stays missing.

    Examples
    --------
    >>> broaden(pd.Series(["15–19", "20–24", "90+", None])).tolist()
    ['0–19', '20–34', '80+', nan]
    """
    starts = 0
    found: dict[str, str] = {}
    for name, end in BROAD_AGES.items():
        found |= dict.fromkeys(AGES[starts:end], name)
        starts = end
    return bands.astype("str").map(found).astype("str")


def _band_distance(minutes: pd.Series) -> pd.Series:
    """Return the band of each journey; at 30.0 minutes the second begins."""
    edges = [0.0, *DISTANCES.values(), float("inf")]
    cut = pd.cut(minutes.astype("Float64").to_numpy("float64", na_value=float("nan")), edges,
                 right=False, labels=[*DISTANCES, FURTHEST])  # fmt: skip
    return pd.Series(cut, minutes.index).astype("str")


@dataclass(frozen=True)
class Axis:
    """One way to divide people.

    Parameters
    ----------
    name
        Its id.
    words
        As sentences and tables call it.
    column
        Of the marts `people` and `population`.
    levels
        The groups in order, each with its words.
    reference
        The group that others are compared with; None for all groups together.
    dimension
        What disclosure control is told.
    strata
        What ratios are adjusted for: of sex and age those that the axis is not.
    read
        Makes the groups from the column, where they are not its values.
    in_population
        Whether a table of the population can be divided so.
    area
        The kind of area that a level is, for the profile of disclosure control.
    """

    name: str
    words: str
    column: str
    levels: Mapping[object, str]
    reference: object = None
    dimension: str = ""
    strata: tuple[str, ...] = ("sex", "age")
    read: Callable[[pd.Series], pd.Series] | None = None
    in_population: bool = True
    area: str = ""

    @property
    def against(self) -> str:
        """The words of the group that others are compared with."""
        return "all groups together" if self.reference is None else self.levels[self.reference]

    def group(self, frame: pd.DataFrame) -> pd.Series:
        """Return the group of each row, missing where it is none of the levels."""
        values = frame[self.column]
        found = self.read(values) if self.read else values
        return found.where(found.isin(list(self.levels)))


_REGIONS = sorted({board.nhs_region for board in list_boards()})
AXES = {
    axis.name: axis
    for axis in (
        Axis("ethnicity", "ethnic group", "ethnicity",
             {name: name for name in (*ETHNICITIES[4:5], *ETHNICITIES[:4], "Other")},
             reference="White", dimension="ethnic group"),
        Axis("ethnic_code", "ethnic category", "ethnic_code", ETHNIC_CODES, reference="A",
             dimension="ethnic group"),
        Axis("imd_quintile", "fifth of deprivation", "imd_quintile", FIFTHS, reference=5,
             dimension="deprivation"),
        Axis("imd_decile", "tenth of deprivation", "imd_decile",
             {n: f"{n}{' (most deprived)' if n == 1 else ' (least deprived)' if n == 10 else ''}"
              for n in range(1, 11)}, reference=10, dimension="deprivation"),
        Axis("sex", "sex", "sex", {"Female": "Female", "Male": "Male"}, reference="Male",
             dimension="sex", strata=("age",)),
        Axis("age", "age at the start", "age_band", {name: name for name in BROAD_AGES},
             reference="35–49", dimension="age", strata=("sex",), read=broaden),
        Axis("nhs_region", "NHS region", "nhs_region", {name: name for name in _REGIONS},
             area="regions"),
        Axis("icb", "integrated care board", "icb",
             {board.icb_code: board.short_name for board in list_boards()}, area="boards"),
        Axis("rural_urban", "kind of area", "rural_urban", {"urban": "Urban", "rural": "Rural"},
             reference="urban"),
        Axis("coastal", "coast", "coastal", {"inland": "Inland", "coastal": "Coastal"},
             reference="inland"),
        Axis("distance", "drive to the nearest centre", "minutes",
             {name: name for name in (*DISTANCES, FURTHEST)}, reference="under 30 minutes",
             read=_band_distance, in_population=False),
    )
}  # fmt: skip
"""By name. `age_band` is the band of five years, which `people` have at their index date."""


def band_people(people: pd.DataFrame) -> pd.DataFrame:
    """Return people with `age_band`, of their age on the index date.

    Examples
    --------
    >>> band_people(pd.DataFrame({"age_at_index": [33, None]}))["age_band"].tolist()
    ['30–34', nan]
    """
    return people.assign(age_band=age_band(people["age_at_index"]).astype("str"))
