"""Check the tables of a source against their contracts, and report the findings as aggregates."""

from rareaccess.pipeline.check.findings import CheckError, CheckReport, Finding
from rareaccess.pipeline.check.passes import check_source, check_unless_passed

__all__ = [
    "CheckError",
    "CheckReport",
    "Finding",
    "check_source",
    "check_unless_passed",
]
