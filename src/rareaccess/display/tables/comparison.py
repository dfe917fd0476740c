"""The tables of all pairs side by side: one row a pair, what is not there as a dash."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from rareaccess.disclosure import Frame, Hidden, check_released, fmt
from rareaccess.display.tables.setting import DASH, Column, Sheet, build_list_table, set_table

__all__ = [
    "build_centres_table",
    "build_differences_table",
    "build_fields_table",
    "build_interval_table",
    "build_overview_table",
    "build_pace_table",
]

STUB = ("name", "Pair")


def build_overview_table(overview: Frame) -> Sheet:
    """Table of the size, the pace and the treated of each pair."""
    people, starts, treated = "People", "Starts", "Of the treated, %"
    return _build(
        overview,
        Column("cohort", "Cohort", over=people),
        Column("treated", "Treated", over=people),
        Column("age", "Median age", "stat", people),
        Column("a_month", "A month", "number", starts),
        Column("first_days", "Days to first", "stat", starts),
        Column("centres_pct", "At % of centres", "share", starts),
        Column("women_pct", "Women", "share", treated),
        Column("white_pct", "White", "share", treated),
        Column("deprived_pct", "Most deprived", "share", treated),
        Column("far_pct", "Over an hour", "share", treated),
    )


def build_pace_table(overview: Frame, within: Sequence[int]) -> Sheet:
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


def build_centres_table(centres: Frame) -> Sheet:
    """Table of the centres that have prescribed, how soon, and of who was treated elsewhere."""
    begun, elsewhere = "Have prescribed", "Other trusts"
    return _build(
        centres,
        Column("centres", "Centres"),
        Column("prescribed", "Number", over=begun),
        Column("prescribed_pct", "%", "share", begun),
        Column("months", "Months to first start: median (quartiles)", "words"),
        Column("other_trusts", "Number", over=elsewhere),
        Column("elsewhere_pct", "% of people", "share", elsewhere),
        texts={"months": centres.words(partial(_interval, names=("median", "q1", "q3")))},
    )


def build_fields_table(completeness: Frame) -> Sheet:
    """Table of the completeness of the key fields."""
    fields = {
        "sex": "Sex",
        "ethnicity": "Ethnic group",
        "area": "Area",
        "diagnosis": "Coded",
    }
    places = {"apc": "Admitted patient care, %", "op": "Outpatients, %"}
    return _build(
        completeness,
        *(
            Column(f"{place}_{short}_pct", label, "share", over)
            for place, over in places.items()
            for short, label in fields.items()
        ),
        Column("linked_pct", "Linked", "share", "Forms, %"),
        Column("scored_pct", "Score", "share", "Forms, %"),
    )


def build_differences_table(differences: Frame) -> Sheet:
    """Table of what has to be borne in mind of each pair."""
    return _build(
        differences,
        Column("months", "Months observed", "whole"),
        Column("mind", "To bear in mind", "text"),
    )


def build_interval_table(
    released: Frame,
    *,
    columns: Sequence[tuple[str, str, str, str]],
    fixed: Sequence[str] = (),
) -> Sheet:
    """Table of values with their intervals in brackets, one row a pair.

    Parameters
    ----------
    released
        One row a pair, `measure` and `group`: `value`, `lower`, `upper`.
    columns
        Measure, group, heading and group heading of each column.
    fixed
        The measures that have one decimal always, such as percentages and minutes.
    """
    check_released(released)
    rows = {(row["measure"], row["group"], row["pair"]): row for row in released.records()}
    pairs = dict(zip(released.values("pair"), released.values("name"), strict=True))
    texts, made = {"name": list(pairs.values())}, []
    for measure, group, label, over in columns:
        key, way = f"{measure}, {group}", fmt.num if measure in fixed else fmt.stat
        texts[key] = [_interval(rows[measure, group, pair], way=way) for pair in pairs]
        made.append(Column(key, label, "words", over))
    return set_table(released, texts, stub=STUB, columns=made)


def _interval(
    row: dict[str, Any],
    names: Sequence[str] = ("value", "lower", "upper"),
    way: Callable[..., str] = fmt.num,
) -> str:
    """Return a value with its interval in brackets, or why there is none."""
    value, low, high = (row[name] for name in names)
    if isinstance(value, Hidden):
        return fmt.HIDDEN_TEXT
    return DASH if value is None else f"{way(value)} ({way(low)}{DASH}{way(high)})"


def _build(
    released: Frame, *columns: Column, texts: Mapping[str, Sequence[str]] | None = None
) -> Sheet:
    given = [Column(one.name, one.label, one.kind, one.over, DASH) for one in columns]
    return build_list_table(released, stub=STUB, columns=given, texts=texts)
