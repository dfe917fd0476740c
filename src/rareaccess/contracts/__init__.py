"""What every source table must hold: the one place that names its columns, types and codes."""

from rareaccess.contracts.clinical import AT_RANDOM, CHOSEN, PRESCRIPTIONS, SCORES
from rareaccess.contracts.costs import ACTIVITIES, PRICES, UNIT_COSTS
from rareaccess.contracts.expectations import EXPECTED_UPTAKE, NEED_SHARE
from rareaccess.contracts.hes import (
    APC,
    APC_DIAGNOSES,
    IMD04_DECILES,
    NO_FIXED_ABODE,
    OP,
    OP_DIAGNOSES,
    SNOMED_MAP,
)
from rareaccess.contracts.model import TYPES, Column, Field, Reference, TableContract, numbered
from rareaccess.contracts.patients import ANSWERS, APPLICATIONS, LINKAGE, PDS
from rareaccess.contracts.places import (
    AGES,
    AREAS,
    CENTRES,
    IMD2019,
    IMD2025,
    LSOA_LOOKUP,
    POPULATIONS,
    POSTCODES,
    TRAVEL,
    Board,
    list_boards,
)
from rareaccess.contracts.sact import SACT_NDRS, SACT_V2, SACT_V3

__all__ = [
    "ACTIVITIES",
    "AGES",
    "AT_RANDOM",
    "CHOSEN",
    "CONTRACTS",
    "IMD04_DECILES",
    "NO_FIXED_ABODE",
    "POPULATIONS",
    "REQUIRED",
    "SACT_NDRS",
    "TYPES",
    "Board",
    "Column",
    "Field",
    "Reference",
    "TableContract",
    "list_boards",
    "numbered",
]

CONTRACTS: dict[str, TableContract] = {
    table.name: table
    for table in (
        *(APC, OP, APPLICATIONS, ANSWERS, PDS, LINKAGE, CENTRES, TRAVEL, IMD2019),
        *(APC_DIAGNOSES, OP_DIAGNOSES),
        IMD2025,
        LSOA_LOOKUP,
        POSTCODES,
        SNOMED_MAP,
        SACT_V2,
        SACT_V3,
        *SACT_NDRS,
        AREAS,
        *POPULATIONS,
        UNIT_COSTS,
        PRICES,
        EXPECTED_UPTAKE,
        NEED_SHARE,
        SCORES,
        PRESCRIPTIONS,
    )
}
REQUIRED = tuple(name for name, table in CONTRACTS.items() if not table.optional)
