"""Inequality between groups, by rank of advantage or without one.

Every measure takes a tidy frame and gives one: `value`, `lower`, `upper`, `confidence`, `method`,
`n`, `note`. Values that are rates come from `rareaccess.measures.rates`, with their limits.
"""

from rareaccess.measures.inequality.concentration import estimate_concentration
from rareaccess.measures.inequality.core20 import estimate_core20
from rareaccess.measures.inequality.linearity import check_linearity
from rareaccess.measures.inequality.slope import estimate_sii
from rareaccess.measures.inequality.spread import estimate_spread

__all__ = [
    "check_linearity",
    "estimate_concentration",
    "estimate_core20",
    "estimate_sii",
    "estimate_spread",
]
