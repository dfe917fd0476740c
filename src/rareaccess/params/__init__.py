"""The settings: one file a pair, one for the report, one a source; read, checked and frozen."""

from rareaccess.params.faults import Fault, ParamsError
from rareaccess.params.load import (
    list_pairs,
    list_sources,
    load_pair,
    load_report,
    load_source,
    parse_pair,
)
from rareaccess.params.models import (
    Cdf,
    Commissioning,
    Criterion,
    Drug,
    Fact,
    Member,
    Route,
    Severity,
    Window,
)
from rareaccess.params.pair import TOKENS, Pair
from rareaccess.params.settings import ReportParams, SourceParams, Table

__all__ = [
    "TOKENS",
    "Cdf",
    "Commissioning",
    "Criterion",
    "Drug",
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
    "Window",
    "list_pairs",
    "list_sources",
    "load_pair",
    "load_report",
    "load_source",
    "parse_pair",
]
