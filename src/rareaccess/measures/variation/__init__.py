"""Variation between areas and over time: how much, and whether chance alone would give it.

Every measure takes a tidy frame and gives one: `value`, `lower`, `upper`, `confidence`, `method`,
`n`, `note`. Expected events come from `rareaccess.measures.rates.expect_events`.
"""

from rareaccess.measures.variation.change import compare_scv
from rareaccess.measures.variation.dispersion import Dispersion, fit_dispersion
from rareaccess.measures.variation.extremal import estimate_extremal_quotient
from rareaccess.measures.variation.funnel import limit_funnel
from rareaccess.measures.variation.interrupted import estimate_interruption
from rareaccess.measures.variation.lines import trace_funnel
from rareaccess.measures.variation.power import check_power
from rareaccess.measures.variation.rare_events import chart_g, chart_t, list_gaps
from rareaccess.measures.variation.scv import estimate_scv
from rareaccess.measures.variation.shrinkage import shrink_ratios

__all__ = [
    "Dispersion",
    "chart_g",
    "chart_t",
    "check_power",
    "compare_scv",
    "estimate_extremal_quotient",
    "estimate_interruption",
    "estimate_scv",
    "fit_dispersion",
    "limit_funnel",
    "list_gaps",
    "shrink_ratios",
    "trace_funnel",
]
