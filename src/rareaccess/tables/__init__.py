"""Tables in the style of official statistics. They take released frames and set them; no more."""

from rareaccess.tables.core import (
    Column,
    Sheet,
    build_group_table,
    build_list_table,
    build_statistics_table,
)
from rareaccess.tables.families import (
    build_codes_table,
    build_completeness_table,
    build_contracts_table,
    build_facts_table,
    build_faults_table,
    build_first_table,
    build_flow_table,
    build_linkage_table,
    build_lost_table,
    build_risk_table,
    build_rules_table,
    build_scores_table,
    build_status_table,
    build_switch_table,
    build_years_table,
)

__all__ = [
    "Column",
    "Sheet",
    "build_codes_table",
    "build_completeness_table",
    "build_contracts_table",
    "build_facts_table",
    "build_faults_table",
    "build_first_table",
    "build_flow_table",
    "build_group_table",
    "build_linkage_table",
    "build_list_table",
    "build_lost_table",
    "build_risk_table",
    "build_rules_table",
    "build_scores_table",
    "build_statistics_table",
    "build_status_table",
    "build_switch_table",
    "build_years_table",
]
