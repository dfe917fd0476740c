"""The tables of all pairs side by side: one row a pair, what is not there as a dash."""

from collections.abc import Sequence

import pandas as pd

from rareaccess import fmt
from rareaccess.disclosure import Hidden, Released, check_released
from rareaccess.tables.core import DASH, Column, Sheet, build_list_table

__all__ = [
    "build_centres_table",
    "build_differences_table",
    "build_fields_table",
    "build_interval_table",
    "build_overview_table",
    "build_pace_table",
]

STUB = ("name", "Pair")


def build_overview_table(overview: Released) -> Sheet:
    """Table of the size, the pace and the treated of each pair."""
    treated = "Of the treated"
    return _build(
        overview,
        Column("cohort", "Cohort", over="People"),
        Column("treated", "Treated", over="People"),
        Column("a_month", "A month", "number", "Starts"),
        Column("first_days", "First, after days", "stat", "Starts"),
        Column("age", "Median age", "stat", treated),
        Column("women_pct", "Women", "pct", treated),
        Column("white_pct", "White", "pct", treated),
        Column("deprived_pct", "Most deprived fifth", "pct", treated),
        Column("far_pct", "Over an hour", "pct", treated),
        Column("centres_pct", "Centres", "pct", "Begun"),
    )


def build_pace_table(overview: Released, within: Sequence[int]) -> Sheet:
    """Table of the starts of each pair within the same time since its approval, and of the pace."""
    return _build(
        overview,
        Column("approved", "Approved", "date"),
        Column("first_days", "First start, days after", "stat"),
        *(
            Column(f"within_{months}", f"{months} months", over="Started within")
            for months in within
        ),
        Column("treated", "Started so far"),
        Column("a_month", "A month, on average", "number"),
    )


def build_centres_table(centres: Released) -> Sheet:
    """Table of the centres that have prescribed, how soon, and of who was treated elsewhere."""
    begun, elsewhere = "Have prescribed", "Other trusts"
    months = "Months to the first start"
    return _build(
        centres,
        Column("centres", "Centres"),
        Column("prescribed", "Number", over=begun),
        Column("prescribed_pct", "%", "pct", begun),
        Column("q1", "Lower quartile", "number", months),
        Column("median", "Median", "number", months),
        Column("q3", "Upper quartile", "number", months),
        Column("other_trusts", "Trusts", over=elsewhere),
        Column("elsewhere_pct", "% of people", "pct", elsewhere),
        Column("stated", "Stated elsewhere", "text"),
    )


def build_fields_table(completeness: Released) -> Sheet:
    """Table of the completeness of the key fields."""
    fields = {
        "sex": "Sex",
        "ethnicity": "Ethnic group",
        "area": "Area",
        "diagnosis": "Diagnosis",
    }
    places = {"apc": "Admitted patient care", "op": "Outpatients"}
    return _build(
        completeness,
        *(
            Column(f"{place}_{short}_pct", label, "pct", over)
            for place, over in places.items()
            for short, label in fields.items()
        ),
        Column("linked_pct", "Linked to HES", "pct", "Forms"),
        Column("scored_pct", "Severity", "pct", "Forms"),
    )


def build_differences_table(differences: Released) -> Sheet:
    """Table of what has to be borne in mind of each pair."""
    return _build(
        differences,
        Column("observed", "Observed from approval", "text"),
        Column("codes", "Codes of the cohort", "text"),
        Column("mind", "To bear in mind", "text"),
    )


def build_interval_table(
    released: Released,
    *,
    columns: Sequence[tuple[str, str, str, str]],
    percent: Sequence[str] = (),
) -> Sheet:
    """Table of values with their intervals in brackets, one row a pair.

    Parameters
    ----------
    released
        One row a pair, `measure` and `group`: `value`, `lower`, `upper`.
    columns
        Measure, group, heading and group heading of each column.
    percent
        The measures that are percentages: one decimal, always.
    """
    check_released(released)
    pairs = released.frame[["pair", "name"]].drop_duplicates()
    shown = pd.DataFrame({"name": pairs["name"].to_numpy()})
    made = []
    for measure, group, label, over in columns:
        key = f"{measure}, {group}"
        way = fmt.num if measure in percent else fmt.stat
        shown[key] = [_interval(released, pair, measure, group, way) for pair in pairs["pair"]]
        made.append(Column(key, label, "words", over))
    return build_list_table(released.words(shown), stub=STUB, columns=made)


def _interval(released: Released, pair: str, measure: str, group: str, way) -> str:  # type: ignore[no-untyped-def]
    where = {"pair": pair, "measure": measure, "group": group}
    value, low, high = (released.value(name, **where) for name in ("value", "lower", "upper"))
    if isinstance(value, Hidden):
        return fmt.HIDDEN_TEXT
    if pd.isna(value):  # type: ignore[call-overload]
        return DASH
    return f"{way(value)} ({way(low)}{DASH}{way(high)})"


def _build(released: Released, *columns: Column) -> Sheet:
    given = [Column(one.name, one.label, one.kind, one.over, DASH) for one in columns]
    return build_list_table(released, stub=STUB, columns=given)
