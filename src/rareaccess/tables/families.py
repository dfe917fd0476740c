"""The kinds of table that the report has, each with its columns and headings."""

from collections.abc import Mapping, Sequence

from rareaccess.disclosure import Released
from rareaccess.tables.core import Column, Sheet, build_list_table

__all__ = [
    "build_codes_table",
    "build_completeness_table",
    "build_contracts_table",
    "build_facts_table",
    "build_faults_table",
    "build_first_table",
    "build_flow_table",
    "build_linkage_table",
    "build_lost_table",
    "build_risk_table",
    "build_rules_table",
    "build_scores_table",
    "build_status_table",
    "build_switch_table",
    "build_years_table",
]


def build_flow_table(twin: Released) -> Sheet:
    """Table of the flow: each step with its people and records, and who was left out after it."""
    columns = [
        Column("people", "People", "words"),
        Column("records", "Records", "words"),
        Column("excluded", "Left out after this step, and why", "text"),
    ]
    return build_list_table(twin, stub=("step", "Step"), columns=columns, group="part")


def build_lost_table(lost: Released) -> Sheet:
    """Table of the people who left the flow at each step, by characteristics, in per cent."""
    over = "Of whom, %"
    columns = [
        Column("people", "People"),
        Column("female_pct", "female", "pct", over),
        Column("not_white_pct", "not White", "pct", over),
        Column("ethnicity_unknown_pct", "ethnic group unknown", "pct", over),
        Column("most_deprived_pct", "most deprived fifth", "pct", over),
        Column("area_unknown_pct", "area unknown", "pct", over),
    ]
    return build_list_table(lost, stub=("level", "Left out before reaching"), columns=columns)


def build_linkage_table(linkage: Released) -> Sheet:
    """Table of the patients whose link was sought, and the share that was found, by group."""
    columns = [
        Column("n", "Patients"),
        Column("linked", "Linked to HES"),
        Column("linked_pct", "%", "pct"),
    ]
    return build_list_table(linkage, stub=("value", "Group"), columns=columns, group="group")


def build_faults_table(faults: Released) -> Sheet:
    """Table of the faults found in the records: how many, of how many, and what is done."""
    columns = [
        Column("n", "Found"),
        Column("denominator", "Of"),
        Column("unit", "Counted in", "text"),
        Column("action", "What is done", "text"),
    ]
    return build_list_table(faults, stub=("rule", "Fault"), columns=columns, group="table")


def build_contracts_table(broken: Released) -> Sheet:
    """Table of the rules of the source's tables that some rows break: how many, of how many."""
    columns = [
        Column("rule", "Broken rule", "id"),
        Column("expected", "What should be so", "text"),
        Column("n", "Rows that break it"),
        Column("rows", "Rows"),
        Column("n_pct", "%", "pct"),
        Column("severity", "Severity", "text"),
    ]
    return build_list_table(broken, stub=("table", "Table"), columns=columns)


def build_completeness_table(completeness: Released) -> Sheet:
    """Table of records with a known value, by kind of record and field."""
    columns = [Column("n", "Records"), Column("known", "Known"), Column("known_pct", "%", "pct")]
    return build_list_table(completeness, stub=("field", "Field"), columns=columns, group="table")


def build_codes_table(codes: Released) -> Sheet:
    """Table of the people and records that each diagnosis code finds."""
    columns = [
        Column("people_apc", "People", over="Admitted patient care"),
        Column("records_apc", "Records", over="Admitted patient care"),
        Column("people_op", "People", over="Outpatients"),
        Column("records_op", "Records", over="Outpatients"),
    ]
    return build_list_table(codes, stub=("code", "Code"), columns=columns)


def build_facts_table(facts: Released) -> Sheet:
    """Table of what others have stated, with the source of each statement."""
    columns = [Column("source", "Source", "text"), Column("checked", "Verified", "text")]
    return build_list_table(facts, stub=("fact", "Statement"), columns=columns, group="about")


def build_first_table(years: Released, *, members: Sequence[str]) -> Sheet:
    """Table of people by the drug of a group with which they began, by calendar year."""
    columns = [*(Column(name, name, over="Began with") for name in members)]
    return build_list_table(
        years, stub=("year", "Year"), columns=[*columns, Column("total", "All starts")]
    )


def build_switch_table(switches: Released, *, members: Sequence[str]) -> Sheet:
    """Table of people by their first drug of a group and the one begun after it."""
    columns = [
        Column("started", "People"),
        *(Column(name, name, over="Began next") for name in members),
        Column("none", "No other"),
    ]
    return build_list_table(switches, stub=("level", "First drug"), columns=columns)


def build_rules_table(rates: Released) -> Sheet:
    """Table of starts while each dated rule was in force."""
    columns = [
        Column("summary", "What they ask for", "text"),
        Column("from", "From", "date"),
        Column("to", "To", "date"),
        Column("n", "People"),
        Column("per_month", "A month", "number"),
    ]
    return build_list_table(rates, stub=("level", "Criteria"), columns=columns)


def build_years_table(years: Released, *, routes: Mapping[str, str]) -> Sheet:
    """Table of starts by calendar year and route, with the running total."""
    columns = [
        *(Column(route, label, over="Route") for route, label in routes.items()),
        Column("total", "All starts"),
        Column("cumulative", "Since the first"),
    ]
    return build_list_table(years, stub=("year", "Year"), columns=columns)


def build_status_table(statuses: Released) -> Sheet:
    """Table of patients by whether SACT has their record, and what an incomplete one lacks."""
    columns = [Column("n", "Patients"), Column("n_pct", "%", "pct")]
    return build_list_table(statuses, stub=("reason", "Record in SACT"), columns=columns)


def build_risk_table(curve: Released) -> Sheet:
    """Table of a survival curve at the start of intervals: at risk, events, share without it."""
    columns = [
        Column("at_risk", "At risk at the start"),
        Column("events", "Events", over="Within the interval"),
        Column("censored", "Censored", over="Within the interval"),
        Column("survival", "%", "number", "Without the event at the start"),
        Column("lower", "from", "number", "Without the event at the start"),
        Column("upper", "to", "number", "Without the event at the start"),
    ]
    return build_list_table(curve, stub=("month", "Month"), columns=columns)


def build_scores_table(statuses: Released, *, rules: Sequence[str]) -> Sheet:
    """Table of scores against the threshold, in all and under each dated rule."""
    columns = [
        Column("total", "Number", over="All"),
        Column("total_pct", "%", "pct", "All"),
        *(
            part
            for rule in rules
            for part in (Column(rule, "Number", over=rule), Column(f"{rule}_pct", "%", "pct", rule))
        ),
    ]
    return build_list_table(statuses, stub=("level", "Score on the form"), columns=columns)
