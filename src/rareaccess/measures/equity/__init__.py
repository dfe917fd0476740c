"""Who gets the drug and who does not, by how much, where, per whom, and whether by chance.

People are divided by an `Axis` and counted under a `Denominator`; rates and ratios are adjusted for
sex and age from the counts that may be shown.
"""

from rareaccess.measures.equity.access import Access
from rareaccess.measures.equity.axes import AXES, Axis
from rareaccess.measures.equity.boards import VARIATION, rate_boards, summarise_variation
from rareaccess.measures.equity.crossed import cross_axes, rate_crossed, summarise_crossed
from rareaccess.measures.equity.denominators import (
    COHORT,
    POPULATION,
    Denominator,
    Strata,
    count_cohort,
    count_population,
)
from rareaccess.measures.equity.gradient import GRADIENT, TENTHS, summarise_gradient
from rareaccess.measures.equity.groups import STATISTICS, count_groups, rate_groups
from rareaccess.measures.equity.pairs import (
    PAIRED,
    build_pairs,
    control_discoveries,
    tell_pairs,
)
from rareaccess.measures.equity.power import find_detectable
from rareaccess.measures.equity.use import CARE, compare_use, cost_care
from rareaccess.measures.equity.words import (
    number_gradient,
    number_variation,
    tell_chance,
    tell_crossed,
    tell_gradient,
    tell_groups,
    tell_others,
    tell_prices,
    tell_slope,
    tell_spread,
    tell_variation,
)

__all__ = [
    "AXES",
    "CARE",
    "COHORT",
    "GRADIENT",
    "PAIRED",
    "POPULATION",
    "STATISTICS",
    "TENTHS",
    "VARIATION",
    "Access",
    "Axis",
    "Denominator",
    "Strata",
    "build_pairs",
    "compare_use",
    "control_discoveries",
    "cost_care",
    "count_cohort",
    "count_groups",
    "count_population",
    "cross_axes",
    "find_detectable",
    "number_gradient",
    "number_variation",
    "rate_boards",
    "rate_crossed",
    "rate_groups",
    "summarise_crossed",
    "summarise_gradient",
    "summarise_variation",
    "tell_chance",
    "tell_crossed",
    "tell_gradient",
    "tell_groups",
    "tell_others",
    "tell_pairs",
    "tell_prices",
    "tell_slope",
    "tell_spread",
    "tell_variation",
]
