"""All pairs side by side, one row each, from the marts of each: described and never ranked.

Every function takes the studies of the pairs and returns a released frame. What a pair does not
have, or what its source does not know, is missing in its row: it is never a zero.
"""

from rareaccess.measures.comparison.centres import build_centres, list_statements, name_centres
from rareaccess.measures.comparison.differ import build_differences, list_differences, warn_of_end
from rareaccess.measures.comparison.rows import (
    WITHIN,
    build_overview,
    build_pace,
    build_rows,
    name_treated,
    tell_pace,
)
from rareaccess.measures.comparison.since import (
    build_centres_since,
    build_marks_since,
    build_starts_since,
)
from rareaccess.measures.comparison.treated import (
    ETHNIC_GROUPS,
    build_completeness,
    build_shares,
    build_spread,
)

__all__ = [
    "ETHNIC_GROUPS",
    "WITHIN",
    "build_centres",
    "build_centres_since",
    "build_completeness",
    "build_differences",
    "build_marks_since",
    "build_overview",
    "build_pace",
    "build_rows",
    "build_shares",
    "build_spread",
    "build_starts_since",
    "list_differences",
    "list_statements",
    "name_centres",
    "name_treated",
    "tell_pace",
    "warn_of_end",
]
