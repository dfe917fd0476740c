"""Data quality: how often each known fault occurs, how complete fields are, who was linked."""

from rareaccess.quality.checks import CHECKS, Check, build_quality
from rareaccess.quality.contracts import list_broken
from rareaccess.quality.coverage import count_codes, count_completeness, count_linkage
from rareaccess.quality.forms import count_form_faults
from rareaccess.quality.lists import count_code_lists, find_lists, list_beyond
from rareaccess.quality.records import count_record_faults

__all__ = [
    "CHECKS",
    "Check",
    "build_quality",
    "count_code_lists",
    "count_codes",
    "count_completeness",
    "count_form_faults",
    "count_linkage",
    "count_record_faults",
    "find_lists",
    "list_beyond",
    "list_broken",
]
