"""Places: centres, journeys to them, areas with their deprivation, boards and people, postcodes."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rareaccess.contracts.hes import AREA, LSOA11
from rareaccess.contracts.model import TRUST, Reference, TableContract, number, text, whole

__all__ = [
    "AGES",
    "AREAS",
    "AREAS_2021",
    "CENTRES",
    "DIMENSIONS",
    "IMD2019",
    "IMD2025",
    "LSOA_LOOKUP",
    "NO_ABODE",
    "NO_AREAS",
    "NO_POSTCODE",
    "POPULATIONS",
    "POSTCODES",
    "TRAVEL",
    "Board",
    "list_boards",
]


@dataclass(frozen=True)
class Board:
    """One integrated care board of July 2022.

    Parameters
    ----------
    icb_code, ods_code
        Its codes at the Office for National Statistics and in the NHS.
    name, short_name
        As it is called, and as it fits on a map.
    nhs_region
        The NHS region of which it is a part.
    row, column
        Its place on the tile map, from the north and from the west.
    """

    icb_code: str
    ods_code: str
    name: str
    short_name: str
    nhs_region: str
    row: int
    column: int


@cache
def list_boards() -> tuple[Board, ...]:
    """Return the 42 integrated care boards of July 2022, by their code.

    Source: Office for National Statistics, Open Government Licence v3.0. The places on the tile map
    are ours: near their neighbours, as far as a grid allows.

    Examples
    --------
    >>> len(list_boards()), list_boards()[0].short_name
    (42, 'Cheshire and Merseyside')
    """
    with Path(__file__).with_name("boards.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Board(
                row["icb_code"],
                row["ods_code"],
                row["name"],
                row["short_name"],
                row["nhs_region"],
                int(row["row"]),
                int(row["column"]),
            )
            for row in csv.DictReader(file)
        )


BOARD = text(
    "icb_code",
    "ODS or ONS code of the integrated care board, as of July 2022",
    shape=(
        "one of the 42 of July 2022, such as E54000008 or QYG",
        "|".join(code for board in list_boards() for code in (board.icb_code, board.ods_code)),
    ),
    fold="capitals",
)
REGIONS = (
    "East of England",
    "London",
    "Midlands",
    "North East and Yorkshire",
    "North West",
    "South East",
    "South West",
)
REGION = text("nhs_region", "NHS region", codes=REGIONS, fold="code")
RURAL = text(
    "rural_urban", "urban or rural, by the 2011 classes", codes=("urban", "rural"), fold="code"
)
COASTAL = text(
    "coastal", "whether the area is on the coast", codes=("coastal", "inland"), fold="code"
)

AREAS_2021 = ("E01033769", "E01099999")
"""Codes of the areas that are new in 2021: the last of 2011 is E01033768. An area whose bounds did
not change has kept its code (Office for National Statistics, Census 2021 geographies)."""
NO_AREAS = tuple(f"{country}99999999" for country in "ZEWSNLM")
"""Pseudo codes of the Office for National Statistics: no fixed abode, not known, and residents of
another country, of the Channel Islands or of the Isle of Man."""
NO_POSTCODE = "ZZ99"
"""How pseudo postcodes of the NHS begin: no fixed abode, not known, and countries abroad."""
NO_ABODE = "ZZ993VZ"
"""The one of no fixed abode, without its space. Among the codes of areas there is none: Z99999999
stands for a place that is not known as well."""

LSOA21 = replace(
    LSOA11,
    name="LSOA21",
    meaning="2021 lower-layer super output area",
    shape=("a 2021 area, such as E01033769", AREA[1]),
)
CENTRES = TableContract(
    "centres",
    "a centre that may give the drug",
    (
        text("centre_code", "ODS code of the centre", trust=TRUST, fold="capitals"),
        text("name", "name of the centre"),
        text("service", "specialised service", fold="blanks"),
        text("location", "LSOA11 of the site", used=False),
    ),
    key=("centre_code", "service"),
    references=(Reference("location", "imd2019", "LSOA11"),),
)
TRAVEL = TableContract(
    "travel_times",
    "a journey from an area to a centre",
    (
        LSOA11,
        text("centre_code", "ODS code of the centre", trust=TRUST, fold="capitals"),
        number("minutes", "shortest off-peak drive, minutes", within=((0, 2880),)),
    ),
    key=("LSOA11", "centre_code"),
    references=(
        Reference("LSOA11", "imd2019", "LSOA11", 0.5),
        Reference("centre_code", "centres", "centre_code"),
    ),
)
IMD2019 = TableContract(
    "imd2019",
    "an area with its rank in the English Index of Multiple Deprivation 2019",
    (
        LSOA11,
        whole(
            "rank",
            "1 is the most deprived, 32,844 the least",
            within=((1, 32_844),),
            filled=True,
            limit=0,
        ),
    ),
    key=("LSOA11",),
    areas=32_844,
)
IMD2025 = TableContract(
    "imd2025",
    "an area of 2021 with its rank in the English Index of Multiple Deprivation 2025",
    (
        LSOA21,
        whole(
            "rank",
            "1 is the most deprived, 33,755 the least",
            within=((1, 33_755),),
            filled=True,
            limit=0,
        ),
    ),
    key=("LSOA21",),
    optional=True,
    areas=33_755,
)
LSOA_LOOKUP = TableContract(
    "lsoa_lookup",
    "an area of 2021 with an area of 2011 that it is, is a part of, or has as a part",
    (LSOA21, LSOA11),
    key=("LSOA21", "LSOA11"),
    optional=True,
)
POSTCODES = TableContract(
    "postcodes",
    "a postcode with its area, for a source that has no LSOA11",
    (
        text("POSTCODE", "postcode; spaces and case do not matter", private=True),
        LSOA11,
    ),
    key=("POSTCODE",),
    optional=True,
    references=(Reference("LSOA11", "imd2019", "LSOA11", 0.5),),
)
AREAS = TableContract(
    "areas",
    "a small area with its integrated care board, NHS region and kind",
    (
        LSOA11,
        BOARD,
        replace(REGION, optional=True),
        replace(RURAL, optional=True),
        replace(COASTAL, optional=True),
    ),
    key=("LSOA11",),
    optional=True,
    references=(Reference("LSOA11", "imd2019", "LSOA11", 0.5),),
)
AGES = (*(f"{start}–{start + 4}" for start in range(0, 90, 5)), "90+")
DASHED = tuple((age.replace("–", "-"), age) for age in AGES[:-1])  # hyphen for the dash
DIMENSIONS = (
    replace(LSOA11, optional=True),
    replace(BOARD, optional=True),
    replace(REGION, optional=True),
    replace(RURAL, optional=True),
    replace(COASTAL, optional=True),
    whole("imd_quintile", "fifth of deprivation, 1 most deprived", within=((1, 5),), optional=True),
    whole("imd_decile", "tenth of deprivation, 1 most deprived", within=((1, 10),), optional=True),
    text("ETHNOS", "national code of the ethnic category", codes=tuple("ABCDEFGHJKLMNPRS"),
         optional=True, fold="first"),
    text("sex", "Female or Male", codes=("Female", "Male"), optional=True, fold="code"),
    text("age_band", "five years of age, such as 20–24, to 90+", codes=AGES, optional=True,
         fold="code", spellings=DASHED),
)  # fmt: skip
"""What a table of the population may be divided by; it declares what it has by having it.

One row without one of its groups stops the report: a row of all people, or of a sum of groups,
would count everybody a second time.
"""
POPULATIONS = tuple(
    TableContract(
        name,
        row,
        (
            whole("year", "year of the estimate or census", within=((2000, 2100),), filled=True),
            *(replace(column, filled=True, limit=0) for column in DIMENSIONS),
            number("people", "people who live there", within=((0, 10_000_000),), filled=True),
        ),
        optional=True,
        groups=("year", *(column.name for column in DIMENSIONS)),
    )
    for name, row in {
        "population_areas": "a group of the population by area, such as age and sex by small area",
        "population_ethnicity": "a group of the population by ethnic category",
        "population_more": "a group of the population, by whatever it is divided by",
    }.items()
)
"""Nobody publishes all dimensions at once, so there may be several; a measure takes one."""
