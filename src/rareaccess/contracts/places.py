"""Places: centres, journeys to them, areas and their deprivation, postcodes."""

from rareaccess.contracts.hes import LSOA11
from rareaccess.contracts.model import Column, Reference, TableContract

__all__ = ["CENTRES", "IMD2019", "POSTCODES", "TRAVEL"]

CENTRES = TableContract(
    "centres",
    "a centre that may give the drug",
    (
        Column("centre_code", "text", "ODS code of the centre"),
        Column("name", "text", "name of the centre"),
        Column("service", "text", "specialised service"),
        Column("location", "text", "LSOA11 of the site", used=False),
    ),
    key=("centre_code", "service"),
    references=(Reference("location", "imd2019", "LSOA11"),),
)
TRAVEL = TableContract(
    "travel_times",
    "a journey from an area to a centre",
    (
        LSOA11,
        Column("centre_code", "text", "ODS code of the centre"),
        Column("minutes", "number", "shortest off-peak drive, minutes", within=((0, 2880),)),
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
        Column(
            "rank",
            "whole",
            "1 is the most deprived, 32,844 the least",
            within=((1, 32_844),),
            filled=True,
            limit=0,
        ),
    ),
    key=("LSOA11",),
)
POSTCODES = TableContract(
    "postcodes",
    "a postcode with its area, for a source that has no LSOA11",
    (
        Column("POSTCODE", "text", "postcode; spaces and case do not matter", private=True),
        LSOA11,
    ),
    key=("POSTCODE",),
    optional=True,
    references=(Reference("LSOA11", "imd2019", "LSOA11", 0.5),),
)
