"""Tables in the style of official statistics. They take released frames and set them; no more."""

from rareaccess.display.tables.beside import build_beside_table
from rareaccess.display.tables.comparison import (
    build_centres_table,
    build_interval_table,
    build_pace_table,
    build_variation_table,
)
from rareaccess.display.tables.course import (
    build_course_table,
    build_patterns_table,
    build_place_table,
    build_stability_table,
)
from rareaccess.display.tables.equity import (
    build_boards_table,
    build_crossed_table,
    build_gradient_table,
    build_rates_table,
    build_use_table,
)
from rareaccess.display.tables.families import (
    build_broad_table,
    build_covers_table,
    build_faults_table,
    build_first_table,
    build_named_table,
    build_risk_table,
    build_scores_table,
    build_share_table,
    build_switch_table,
    build_ways_table,
    build_years_table,
)
from rareaccess.display.tables.need import (
    build_assumptions_table,
    build_checks_table,
    build_measures_table,
    build_tipping_table,
    build_worth_table,
)
from rareaccess.display.tables.setting import (
    Heading,
    Sheet,
    build_group_table,
    build_list_table,
    build_statistics_table,
)

__all__ = [
    "Heading",
    "Sheet",
    "build_assumptions_table",
    "build_beside_table",
    "build_boards_table",
    "build_broad_table",
    "build_centres_table",
    "build_checks_table",
    "build_course_table",
    "build_covers_table",
    "build_crossed_table",
    "build_faults_table",
    "build_first_table",
    "build_gradient_table",
    "build_group_table",
    "build_interval_table",
    "build_list_table",
    "build_measures_table",
    "build_named_table",
    "build_pace_table",
    "build_patterns_table",
    "build_place_table",
    "build_rates_table",
    "build_risk_table",
    "build_scores_table",
    "build_share_table",
    "build_stability_table",
    "build_statistics_table",
    "build_switch_table",
    "build_tipping_table",
    "build_use_table",
    "build_variation_table",
    "build_ways_table",
    "build_worth_table",
    "build_years_table",
]
