"""Places: centres, journeys to them, areas and their deprivation, postcodes."""

from rareaccess.contracts.hes import LSOA11
from rareaccess.contracts.model import Reference, TableContract, number, text, whole

__all__ = ["CENTRES", "IMD2019", "POSTCODES", "TRAVEL"]

CENTRES = TableContract(
    "centres",
    "a centre that may give the drug",
    (
        text("centre_code", "ODS code of the centre"),
        text("name", "name of the centre"),
        text("service", "specialised service"),
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
        text("centre_code", "ODS code of the centre"),
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
