"""Data quality: how often each known fault occurs, how complete fields are, who was linked."""

from rareaccess.derive.quality.code_lists import count_code_lists, find_lists, list_beyond
from rareaccess.derive.quality.coverage import count_codes, count_completeness, count_linkage
from rareaccess.derive.quality.faults import CHECKS, Check, build_quality
from rareaccess.derive.quality.forms import count_form_faults
from rareaccess.derive.quality.hospital import count_record_faults
from rareaccess.pipeline.check.broken import list_broken

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
