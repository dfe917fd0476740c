"""Rates, proportions and standardised ratios, with their limits: crude, direct and indirect.

Every measure takes a tidy frame and gives one: `value`, `lower`, `upper`, `confidence`, `method`,
`n`, `note`. `released` has the proportions of the counts that may be shown.
"""

from rareaccess.measures.rates.adjusted import adjust_rates
from rareaccess.measures.rates.crude import estimate_proportion, estimate_rate
from rareaccess.measures.rates.direct import ESP_2013, estimate_dsr
from rareaccess.measures.rates.indirect import estimate_isr, expect_events
from rareaccess.measures.rates.intervals import (
    limit_binomial,
    limit_byar,
    limit_events,
    limit_poisson,
    limit_wilson,
)
from rareaccess.measures.rates.released import WILSON, Rate, rate_proportion, rate_proportions

__all__ = [
    "ESP_2013",
    "WILSON",
    "Rate",
    "adjust_rates",
    "estimate_dsr",
    "estimate_isr",
    "estimate_proportion",
    "estimate_rate",
    "expect_events",
    "limit_binomial",
    "limit_byar",
    "limit_events",
    "limit_poisson",
    "limit_wilson",
    "rate_proportion",
    "rate_proportions",
]
