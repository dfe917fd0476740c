"""The kinds of table that the report has, each with its columns and headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rareaccess.disclosure import Frame, fmt
from rareaccess.display.tables.setting import (
    DASH,
    Heading,
    Sheet,
    build_group_table,
    build_list_table,
    set_table,
)

__all__ = [
    "build_broad_table",
    "build_covers_table",
    "build_faults_table",
    "build_first_table",
    "build_named_table",
    "build_risk_table",
    "build_scores_table",
    "build_switch_table",
    "build_ways_table",
    "build_years_table",
]


@dataclass(frozen=True)
class TableForm:
    """The form of a table: the column that names a row, the others, and what groups the rows."""

    stub: tuple[str, str]
    columns: tuple[Heading, ...]
    group: str = ""


LOST, CARE, JOIN = "Of whom, %", ("Admitted patient care", "Outpatients"), "Would join the cohort"
PAIR = ("name", "Pair")
PEOPLE, STARTS, TREATED = "People", "Starts", "Of the treated, %"
_OF_WHOM = (
    Heading("female_pct", "female", "share", LOST, DASH),
    Heading("not_white_pct", "not White", "share", LOST, DASH),
    Heading("most_deprived_pct", "most deprived", "share", LOST, DASH),
)


def _pairs(*columns: Heading) -> TableForm:
    """Return the form of a table of all pairs, in which a dash stands for what is not there."""
    given = (Heading(one.name, one.label, one.kind, one.over, DASH) for one in columns)
    return TableForm(PAIR, tuple(given))


LAYOUTS = {
    "changes": TableForm(("day", "From"), (
        Heading("change", "What changes", "text"),
        Heading("source", "Source", "text"),
        Heading("checked", "Verified", "text", same="drop"),
    )),
    "chasing": TableForm(("year", "Approved in"), (
        Heading("trusts", "Trusts"),
        Heading("incomplete", "Incomplete", over="Records asked for"),
        Heading("missing", "Missing", over="Records asked for"),
    )),
    "codes": TableForm(("code", "Code"), tuple(
        Heading(f"{what}_{place}", what.capitalize(), over=over)
        for place, over in zip(("apc", "op"), CARE, strict=True) for what in ("people", "records")
    )),
    "completeness": TableForm(("field", "Field"), (
        Heading("table", "Table", "text"),
        Heading("n", "Records"), Heading("known", "Known"), Heading("known_pct", "%", "pct"),
    )),
    "choices": TableForm(("what", "What is counted"), (
        Heading("choice", "Rule", "text", "One rule"),
        Heading("chosen", "Number", over="One rule"),
        Heading("alternative", "Rule", "text", "Another rule"),
        Heading("other", "Number", over="Another rule"),
    )),
    "contracts": TableForm(("table", "Table"), (
        Heading("rule", "Broken rule", "id"),
        Heading("expected", "What should be so", "text"),
        Heading("n", "Rows that break it"),
        Heading("rows", "Rows"),
        Heading("n_pct", "%", "pct"),
        Heading("severity", "Severity", "text"),
    )),
    "era": TableForm(("level", "Group"), (
        Heading("people", PEOPLE),
        Heading("age", "Median age", "stat"),
        *_OF_WHOM,
    ), "part"),
    "facts": TableForm(("fact", "Statement"), (
        Heading("source", "Source", "text"),
        Heading("checked", "Verified", "text", same="drop"),
    ), "about"),
    "profiles": TableForm(("rule", "Rule for a count"), (
        Heading("profile", "Profile", "id"),
        Heading("promise", "What is promised", "text"),
    )),
    "faults": TableForm(("rule", "Fault"), (
        Heading("found", "Found", "words"),
        Heading("action", "What is done", "text"),
    ), "table"),
    "forms": TableForm(("form", "Form"), (
        Heading("indication", "Indication on it", "text"),
        Heading("decision", "What follows", "text"),
        Heading("applications", "Applications"),
    )),
    "fund": TableForm(("level", "Step"), (
        Heading("people", "People"), Heading("records", "Applications"),
    )),
    "linkage": TableForm(("value", "Group"), (
        Heading("n", "Patients"),
        Heading("linked", "Linked to HES"),
        Heading("linked_pct", "%", "pct"),
    ), "group"),
    "lists": TableForm(("level", "List"), (
        Heading("codes", "Codes", "text"),
        Heading("people_apc", CARE[0], over=PEOPLE),
        Heading("people_op", CARE[1], over=PEOPLE),
        Heading("people", "Either", over=PEOPLE),
        Heading("beyond_narrow", "Without a narrow code"),
        Heading("would_join", "Number", over=JOIN),
        Heading("would_join_pct", "% of it", "pct", JOIN),
    )),
    "lost": TableForm(("level", "Step"), (
        Heading("people", PEOPLE), *_OF_WHOM,
    )),
    "names": TableForm(("name", "Name on the form"), (
        Heading("group", "How it was read", "text"), Heading("applications", "Applications"),
    )),
    "written": TableForm(("table", "Table"), (
        Heading("column", "Column", "id"),
        Heading("done", "What was done", "text"),
        Heading("n", "Rows in which it was done"),
        Heading("rows", "Rows"),
        Heading("n_pct", "%", "pct"),
    )),
    "missing": TableForm(("table", "Table"), (
        Heading("column", "Column", "id"),
        Heading("done", "What is missing", "text"),
        Heading("n", "Rows without a value"),
        Heading("rows", "Rows"),
        Heading("n_pct", "%", "pct"),
    )),
    "rules": TableForm(("level", "In force"), (
        Heading("from", "From", "date"),
        Heading("to", "To", "date"),
        Heading("n", PEOPLE),
        Heading("per_month", "A month", "number"),
    )),
    "pairs overview": _pairs(
        Heading("cohort", "Cohort", over=PEOPLE),
        Heading("treated", "Treated", over=PEOPLE),
        Heading("age", "Median age", "stat", TREATED),
        Heading("women_pct", "Women, %", "share", TREATED),
        Heading("white_pct", "White, %", "share", TREATED),
        Heading("deprived_pct", "Most deprived fifth, %", "share", TREATED),
        Heading("far_pct", "Over an hour away, %", "share", TREATED),
    ),
    "pairs fields": _pairs(
        *(Heading(f"{place}_{short}_pct", label, "share", f"{over}, %")
          for place, over in zip(("apc", "op"), CARE, strict=True)
          for short, label in {"ethnicity": "Ethnic group", "diagnosis": "Diagnosis"}.items()),
        Heading("linked_pct", "Linked", "share", "Forms, %"),
        Heading("scored_pct", "Score", "share", "Forms, %"),
    ),
    "pairs differences": _pairs(
        Heading("months", "Months observed", "whole"), Heading("mind", "To bear in mind", "text"),
    ),
}  # fmt: skip
"""The tables whose columns are the same for every pair, by name."""


def build_named_table(released: Frame, name: str) -> Sheet:
    """Table of one of the forms that the report has, see `LAYOUTS`.

    Raises
    ------
    KeyError
        There is no form of that name.

    Examples
    --------
    >>> import pandas as pd
    >>> from rareaccess.disclosure import Notes, make_public
    >>> data = pd.DataFrame({"fact": ["113 people"], "about": ["Starts"], "source": ["NICE, 2021"],
    ...                      "checked": ["seen"]})
    >>> facts = make_public(data, because="stated elsewhere", notes=Notes(label="facts"))
    >>> "Statement" in build_named_table(facts, "facts").html
    True
    """
    layout = LAYOUTS[name]
    return build_list_table(released, stub=layout.stub, columns=layout.columns, group=layout.group)


def build_faults_table(faults: Frame) -> Sheet:
    """Table of the checks of the records: what was found, of how many, and what is done."""
    layout = LAYOUTS["faults"]
    found = faults.words(
        lambda row: f"{fmt.n(row['n'])} of {fmt.counted(row['denominator'], row['unit'])}"
    )
    return build_list_table(faults, stub=layout.stub, columns=layout.columns, group=layout.group,
                            texts={"found": found})  # fmt: skip


def build_broad_table(broad: Frame) -> Sheet:
    """Table of what a list that is too broad finds, beside what others have stated."""
    texts = {"number": broad.words(lambda row: row["stated"] or fmt.n(row["counted"]))}
    columns = [Heading("number", "Number", "words"), Heading("source", "Where from", "text")]
    return build_list_table(
        broad, stub=("what", "People"), columns=columns, group="group", texts=texts
    )


def build_first_table(years: Frame, *, members: Sequence[str]) -> Sheet:
    """Table of people by the drug of a group with which they began, by calendar year."""
    columns = [*(Heading(name, name, over="Began with") for name in members)]
    return build_list_table(
        years, stub=("year", "Year"), columns=[*columns, Heading("total", "All starts")]
    )


def build_switch_table(switches: Frame, *, members: Sequence[str]) -> Sheet:
    """Table of people by their first drug of a group and the one begun after it."""
    columns = [
        Heading("started", "People"),
        *(Heading(name, name, over="Began next") for name in members),
        Heading("none", "No other"),
    ]
    return build_list_table(switches, stub=("level", "First drug"), columns=columns)


def build_years_table(years: Frame, *, routes: Mapping[str, str]) -> Sheet:
    """Table of starts by calendar year and route, with the running total if it has one."""
    several = routes if len(routes) > 1 else {}  # one route is all starts
    columns = [
        *(Heading(route, label, over="Route") for route, label in several.items()),
        Heading("total", "All starts"),
        *([Heading("cumulative", "Running total")] if "cumulative" in years.kinds else []),
    ]
    return build_list_table(years, stub=("year", "Year"), columns=columns)


def build_ways_table(ways: Frame, *, stub: tuple[str, str], unit: str = "People") -> Sheet:
    """Table of people by what became of them, or of their records, with per cent."""
    columns = [Heading("n", unit), Heading("n_pct", "%", "pct")]
    return build_list_table(ways, stub=stub, columns=columns)


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
        Heading("at_risk", "At risk at the start"),
        Heading("events", events, over="Within the interval", missing=DASH),
        Heading("censored", "Censored", over="Within the interval", missing=DASH),
        Heading("survival", "%", "number", over),
        Heading("lower", "95% from", "number", over),
        Heading("upper", "95% to", "number", over),
    ]
    return build_list_table(curve, stub=("month", "Month"), columns=columns)


def build_share_table(shares: Frame, *, events: str, words: str) -> Sheet:
    """Table of the share of each group without an event at a month, with its interval.

    Parameters
    ----------
    shares
        One row a group: `by`, `level`, `n`, `events`, `share`, `lower`, `upper` in per cent.
    events, words
        Headings: what the events are, and what those without one still are.
    """
    columns = [
        Heading("n", "People"),
        Heading("events", events),
        Heading("share", "%", "number", words),
        Heading("lower", "95% from", "number", words),
        Heading("upper", "95% to", "number", words),
    ]
    return build_list_table(shares, stub=("level", "Group"), columns=columns, group="by")


def build_covers_table(curves: Frame, *, words: str) -> Sheet:
    """Table of curves under several assumptions, as `tabulate_covers` gives them, side by side."""
    rows = {(row["month"], row["cover_months"]): row for row in curves.records()}
    months, covers = (list(dict.fromkeys(key[place] for key in rows)) for place in (0, 1))
    texts, columns = {"month": [fmt.whole(month.value) for month in months]}, []
    for cover in covers:
        own = [rows.get((month, cover)) for month in months]
        over = f"If a form covers {fmt.whole(cover.value, 'month')}"
        for name, label, way in (("at_risk", "At risk", fmt.n), ("survival", words, fmt.num)):
            key = f"{name} {cover.value}"
            texts[key] = [way(row[name]) if row else DASH for row in own]
            columns.append(Heading(key, label, "words", over))
    return set_table(curves, texts, stub=("month", "Month"), columns=columns)


def build_scores_table(statuses: Frame, *, rules: Sequence[str]) -> Sheet:
    """Table of scores against the threshold, in all and under each dated rule."""
    groups = [(rule, rule) for rule in rules]
    if len(groups) != 1:  # one rule is all of them
        groups = [("total", "All"), *groups]
    return build_group_table(statuses, heading="Value on the form", groups=groups)
