"""The kinds of table that the report has, each with its columns and headings."""

from collections.abc import Mapping, Sequence

from rareaccess.disclosure import Frame, fmt
from rareaccess.display.diagram import Consort, list_steps
from rareaccess.display.tables.setting import Column, Sheet, build_list_table, set_table

__all__ = [
    "build_broad_table",
    "build_changes_table",
    "build_chasing_table",
    "build_codes_table",
    "build_completeness_table",
    "build_contracts_table",
    "build_decisions_table",
    "build_facts_table",
    "build_faults_table",
    "build_first_table",
    "build_flow_table",
    "build_fund_table",
    "build_identifiers_table",
    "build_linkage_table",
    "build_lists_table",
    "build_lost_table",
    "build_names_table",
    "build_risk_table",
    "build_rules_table",
    "build_scores_table",
    "build_switch_table",
    "build_ways_table",
    "build_years_table",
]


def build_flow_table(flow: Consort) -> Sheet:
    """Table of the flow: each step with its people and records, and who was left out after it."""
    columns = [
        Column("people", "People", "words"),
        Column("records", "Records", "words"),
        Column("excluded", "Left out after this step, and why", "text"),
    ]
    return set_table(
        flow.released, list_steps(flow), stub=("step", "Step"), columns=columns, group="part"
    )


def build_fund_table(steps: Frame) -> Sheet:
    """Table of the flow of the Cancer Drugs Fund: each step, and who was left out and why."""
    columns = [Column("people", "People"), Column("records", "Applications")]
    return build_list_table(steps, stub=("level", "Step"), columns=columns)


def build_lost_table(lost: Frame) -> Sheet:
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


def build_linkage_table(linkage: Frame) -> Sheet:
    """Table of the patients whose link was sought, and the share that was found, by group."""
    columns = [
        Column("n", "Patients"),
        Column("linked", "Linked to HES"),
        Column("linked_pct", "%", "pct"),
    ]
    return build_list_table(linkage, stub=("value", "Group"), columns=columns, group="group")


def build_faults_table(faults: Frame) -> Sheet:
    """Table of the faults found in the records: how many, of how many, and what is done."""
    columns = [
        Column("n", "Found"),
        Column("denominator", "Of"),
        Column("unit", "Counted in", "text"),
        Column("action", "What is done", "text"),
    ]
    return build_list_table(faults, stub=("rule", "Fault"), columns=columns, group="table")


def build_contracts_table(broken: Frame) -> Sheet:
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


def build_completeness_table(completeness: Frame) -> Sheet:
    """Table of records with a known value, by kind of record and field."""
    columns = [Column("n", "Records"), Column("known", "Known"), Column("known_pct", "%", "pct")]
    return build_list_table(completeness, stub=("field", "Field"), columns=columns, group="table")


def build_codes_table(codes: Frame) -> Sheet:
    """Table of the people and records that each diagnosis code finds."""
    columns = [
        Column("people_apc", "People", over="Admitted patient care"),
        Column("records_apc", "Records", over="Admitted patient care"),
        Column("people_op", "People", over="Outpatients"),
        Column("records_op", "Records", over="Outpatients"),
    ]
    return build_list_table(codes, stub=("code", "Code"), columns=columns)


def build_names_table(names: Frame) -> Sheet:
    """Table of the names typed on applications, by how they were read."""
    columns = [Column("applications", "Applications")]
    return build_list_table(names, stub=("name", "Name on the form"), columns=columns,
                            group="group")  # fmt: skip


def build_decisions_table(forms: Frame) -> Sheet:
    """Table of kinds of form and indication, and whether such applications count."""
    columns = [
        Column("indication", "Indication on it", "text"),
        Column("decision", "What follows", "text"),
        Column("applications", "Applications"),
    ]
    return build_list_table(forms, stub=("form", "Form"), columns=columns)


def build_identifiers_table(identifiers: Frame) -> Sheet:
    """Table of the codes of a condition, by coding system."""
    columns = [Column("codes", "Codes", "text"), Column("use", "What they do here", "text")]
    return build_list_table(identifiers, stub=("system", "Coding system"), columns=columns)


def build_lists_table(lists: Frame) -> Sheet:
    """Table of the people whom each list of codes finds, and those whom it adds."""
    columns = [
        Column("codes", "Codes", "text"),
        Column("people_apc", "Admitted patient care", over="People"),
        Column("people_op", "Outpatients", over="People"),
        Column("people", "Either", over="People"),
        Column("beyond_narrow", "Without a narrow code"),
        Column("would_join", "Number", over="Would join the cohort"),
        Column("would_join_pct", "% of it", "pct", "Would join the cohort"),
    ]
    return build_list_table(lists, stub=("level", "List"), columns=columns)


def build_broad_table(broad: Frame) -> Sheet:
    """Table of what a list that is too broad finds, beside what others have stated."""
    texts = {"number": broad.words(lambda row: row["stated"] or fmt.n(row["counted"]))}
    columns = [Column("number", "Number", "words"), Column("source", "Where from", "text")]
    return build_list_table(
        broad, stub=("what", "People"), columns=columns, group="group", texts=texts
    )


def build_facts_table(facts: Frame) -> Sheet:
    """Table of what others have stated, with the source of each statement."""
    columns = [Column("source", "Source", "text"), Column("checked", "Verified", "text")]
    return build_list_table(facts, stub=("fact", "Statement"), columns=columns, group="about")


def build_changes_table(changes: Frame) -> Sheet:
    """Table of the dated changes of a pair: when, what, and who says so."""
    columns = [
        Column("kind", "Of", "text"),
        Column("change", "What is so from that day", "text"),
        Column("source", "Source", "text"),
        Column("checked", "Verified", "text"),
    ]
    return build_list_table(changes, stub=("day", "From"), columns=columns)


def build_first_table(years: Frame, *, members: Sequence[str]) -> Sheet:
    """Table of people by the drug of a group with which they began, by calendar year."""
    columns = [*(Column(name, name, over="Began with") for name in members)]
    return build_list_table(
        years, stub=("year", "Year"), columns=[*columns, Column("total", "All starts")]
    )


def build_switch_table(switches: Frame, *, members: Sequence[str]) -> Sheet:
    """Table of people by their first drug of a group and the one begun after it."""
    columns = [
        Column("started", "People"),
        *(Column(name, name, over="Began next") for name in members),
        Column("none", "No other"),
    ]
    return build_list_table(switches, stub=("level", "First drug"), columns=columns)


def build_rules_table(rates: Frame) -> Sheet:
    """Table of starts in each period between dated changes."""
    columns = [
        Column("summary", "What they say", "text"),
        Column("from", "From", "date"),
        Column("to", "To", "date"),
        Column("n", "People"),
        Column("per_month", "A month", "number"),
    ]
    return build_list_table(rates, stub=("level", "In force"), columns=columns)


def build_years_table(years: Frame, *, routes: Mapping[str, str]) -> Sheet:
    """Table of starts by calendar year and route, with the running total."""
    columns = [
        *(Column(route, label, over="Route") for route, label in routes.items()),
        Column("total", "All starts"),
        Column("cumulative", "Since the first"),
    ]
    return build_list_table(years, stub=("year", "Year"), columns=columns)


def build_ways_table(ways: Frame, *, stub: tuple[str, str], unit: str = "People") -> Sheet:
    """Table of people by what became of them, or of their records, with per cent."""
    columns = [Column("n", unit), Column("n_pct", "%", "pct")]
    return build_list_table(ways, stub=stub, columns=columns)


def build_chasing_table(chasing: Frame) -> Sheet:
    """Table of the records that trusts are asked for, by calendar year of the approval."""
    columns = [
        Column("trusts", "Trusts"),
        Column("incomplete", "Incomplete", over="Records asked for"),
        Column("missing", "Missing", over="Records asked for"),
    ]
    return build_list_table(chasing, stub=("year", "Approved in"), columns=columns)


def build_risk_table(curve: Frame, *, events: str, words: str) -> Sheet:
    """Table of a survival curve at the start of intervals: at risk, events, share without it.

    Parameters
    ----------
    curve
        As `tabulate_survival` gives it, released.
    events, words
        Headings: what the events are, and what those without one still are.
    """
    over = f"{words} at the start"
    columns = [
        Column("at_risk", "At risk at the start"),
        Column("events", events, over="Within the interval"),
        Column("censored", "Censored", over="Within the interval"),
        Column("survival", "%", "number", over),
        Column("lower", "95% from", "number", over),
        Column("upper", "95% to", "number", over),
    ]
    return build_list_table(curve, stub=("month", "Month"), columns=columns)


def build_scores_table(statuses: Frame, *, rules: Sequence[str]) -> Sheet:
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
