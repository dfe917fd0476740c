"""What every source table must hold: the one place that names its columns, types and codes."""

from rareaccess.contracts.hes import (
    APC,
    APC_DIAGNOSES,
    IMD04_DECILES,
    OP,
    OP_DIAGNOSES,
    SNOMED_MAP,
)
from rareaccess.contracts.model import TYPES, Column, Field, Reference, TableContract, numbered
from rareaccess.contracts.patients import ANSWERS, APPLICATIONS, LINKAGE, PDS
from rareaccess.contracts.places import CENTRES, IMD2019, POSTCODES, TRAVEL
from rareaccess.contracts.sact import SACT_V2, SACT_V3

__all__ = [
    "CONTRACTS",
    "IMD04_DECILES",
    "REQUIRED",
    "TYPES",
    "Column",
    "Field",
    "Reference",
    "TableContract",
    "numbered",
]

CONTRACTS: dict[str, TableContract] = {
    table.name: table
    for table in (
        *(APC, OP, APPLICATIONS, ANSWERS, PDS, LINKAGE, CENTRES, TRAVEL, IMD2019),
        *(APC_DIAGNOSES, OP_DIAGNOSES),
        POSTCODES,
        SNOMED_MAP,
        SACT_V2,
        SACT_V3,
    )
}
REQUIRED = tuple(name for name, table in CONTRACTS.items() if not table.optional)
