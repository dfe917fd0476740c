"""The settings: one file a pair, one for the report, one a source; read, checked and frozen."""

from rareaccess.params.condition import Condition, TooBroad
from rareaccess.params.dated import Commissioning, Criterion, Window, find_end_of_starts
from rareaccess.params.drug import Drug, Member, Route
from rareaccess.params.eligibility import (
    COUNTED,
    MEASURED,
    PRESCRIBED,
    Anchor,
    Eligibility,
    Event,
    Use,
)
from rareaccess.params.faults import Fault, ParamsError
from rareaccess.params.load import (
    list_pairs,
    list_references,
    list_sources,
    load_pair,
    load_report,
    load_source,
    parse_pair,
)
from rareaccess.params.pair import TOKENS, Pair
from rareaccess.params.sections import Cdf, Fact, Severity
from rareaccess.params.settings import AREAS, PROFILE_NAMES, ReportParams, SourceParams, Table

__all__ = [
    "AREAS",
    "COUNTED",
    "MEASURED",
    "PRESCRIBED",
    "PROFILE_NAMES",
    "TOKENS",
    "Anchor",
    "Cdf",
    "Commissioning",
    "Condition",
    "Criterion",
    "Drug",
    "Eligibility",
    "Event",
    "Fact",
    "Fault",
    "Member",
    "Pair",
    "ParamsError",
    "ReportParams",
    "Route",
    "Severity",
    "SourceParams",
    "Table",
    "TooBroad",
    "Use",
    "Window",
    "find_end_of_starts",
    "list_pairs",
    "list_references",
    "list_sources",
    "load_pair",
    "load_report",
    "load_source",
    "parse_pair",
]
