"""The tables of all pairs side by side: one row a pair, what is not there as a dash."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rareaccess.disclosure import Released, check_released, fmt
from rareaccess.display.tables.setting import DASH, Column, Sheet, build_list_table

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
    texts = [
        _interval(centres, row, ("median", "q1", "q3"), fmt.num)
        for row in range(len(centres.frame))
    ]
    centres = replace(
        centres,
        frame=centres.frame.assign(months=texts),
        hidden=centres.hidden.assign(months=False),
    )
    return _build(
        centres,
        Column("centres", "Centres"),
        Column("prescribed", "Number", over=begun),
        Column("prescribed_pct", "%", "share", begun),
        Column("months", "Months to first start: median (quartiles)", "words"),
        Column("other_trusts", "Number", over=elsewhere),
        Column("elsewhere_pct", "% of people", "share", elsewhere),
    )


def build_fields_table(completeness: Released) -> Sheet:
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


def build_differences_table(differences: Released) -> Sheet:
    """Table of what has to be borne in mind of each pair."""
    return _build(
        differences,
        Column("months", "Months observed", "whole"),
        Column("mind", "To bear in mind", "text"),
    )


def build_interval_table(
    released: Released,
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
    pairs = released.frame[["pair", "name"]].drop_duplicates()
    shown = pd.DataFrame({"name": pairs["name"].to_numpy()})
    made = []
    for measure, group, label, over in columns:
        key = f"{measure}, {group}"
        way = fmt.num if measure in fixed else fmt.stat
        chosen = released.frame["measure"].eq(measure) & released.frame["group"].eq(group)
        places = {released.frame["pair"].iloc[row]: row for row in np.flatnonzero(chosen)}
        names = ("value", "lower", "upper")
        shown[key] = [_interval(released, places[pair], names, way) for pair in pairs["pair"]]
        made.append(Column(key, label, "words", over))
    return build_list_table(released.words(shown), stub=STUB, columns=made)


def _interval(
    released: Released, row: int, names: tuple[str, str, str], way: Callable[..., str]
) -> str:
    """Return a value with its interval in brackets, or why there is none."""
    if released.hidden[names[0]].iloc[row]:
        return fmt.HIDDEN_TEXT
    value, low, high = (released.frame[name].iloc[row] for name in names)
    return DASH if pd.isna(value) else f"{way(value)} ({way(low)}{DASH}{way(high)})"


def _build(released: Released, *columns: Column) -> Sheet:
    given = [Column(one.name, one.label, one.kind, one.over, DASH) for one in columns]
    return build_list_table(released, stub=STUB, columns=given)
