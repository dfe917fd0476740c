"""Check the tables of a source against their contracts; what is found is told in aggregates."""

from rareaccess.check.findings import CheckError, CheckReport, Finding
from rareaccess.check.small import build_schema, check_rows
from rareaccess.check.source import check_source, check_unless_passed

__all__ = [
    "CheckError",
    "CheckReport",
    "Finding",
    "build_schema",
    "check_rows",
    "check_source",
    "check_unless_passed",
]
