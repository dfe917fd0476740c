"""The tables of all pairs side by side: one row a pair, what is not there as a dash."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from rareaccess.disclosure import Frame, Hidden, check_released, fmt
from rareaccess.display.tables.setting import (
    DASH,
    Heading,
    Sheet,
    build_list_table,
    print_p,
    set_table,
)

__all__ = [
    "build_centres_table",
    "build_interval_table",
    "build_pace_table",
    "build_variation_table",
]

STUB = ("name", "Pair")


def build_pace_table(overview: Frame, within: Sequence[int]) -> Sheet:
    """Table of the starts of each pair within the same time since its approval, and of the pace."""
    return _build(
        overview,
        Heading("approved", "Counted from", "date"),
        Heading("first_days", "First start, days after", "stat"),
        *(
            Heading(f"within_{months}", f"{months} months", over="Started within")
            for months in within
            if f"within_{months}" in overview.kinds
        ),
        Heading("treated", "Started so far"),
        Heading("a_month", "A month, on average", "number"),
    )


def build_centres_table(centres: Frame) -> Sheet:
    """Table of the centres that have prescribed, how soon, and of who was treated elsewhere."""
    begun, elsewhere = "Have prescribed", "Other trusts"
    return _build(
        centres,
        Heading("centres", "Centres"),
        Heading("prescribed", "Number", over=begun),
        Heading("prescribed_pct", "%", "share", begun),
        Heading("months", "Months to first start: median (quartiles)", "words"),
        Heading("other_trusts", "Number", over=elsewhere),
        Heading("elsewhere_pct", "% of people", "share", elsewhere),
        texts={"months": centres.words(partial(_interval, names=("median", "q1", "q3")))},
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
        made.append(Heading(key, label, "words", over))
    return set_table(released, texts, stub=STUB, columns=made)


def build_variation_table(released: Frame, measures: Mapping[str, str]) -> Sheet:
    """Table of measures of variation, one row a pair: value and interval, p, false discoveries.

    Parameters
    ----------
    released
        One row a pair and `measure`: `name`, `starts`, `value`, `lower`, `upper`, `p`, `q`.
    measures
        The measures and their words, as headings of groups of columns.
    """
    check_released(released)
    rows = {(row["measure"], row["pair"]): row for row in released.records()}
    pairs = dict(zip(released.values("pair"), released.values("name"), strict=True))
    first = next(iter(measures))
    texts: dict[str, Sequence[str]] = {"name": list(pairs.values())}
    texts["starts"] = [str(fmt.n(rows[first, pair]["starts"])) for pair in pairs]
    made = [Heading("starts", "Started", "words")]
    for measure, words in measures.items():
        own = [rows[measure, pair] for pair in pairs]
        texts[measure] = [_interval(row, way=partial(fmt.num, decimals=2)) for row in own]
        made.append(Heading(measure, "Value (95% interval)", "words", words))
        if any(row["p"] is not None for row in own):
            for name, heading in {"p": "p value", "q": "q value"}.items():
                key = f"{measure} {name}"
                texts[key] = [print_p(row[name]) for row in own]
                made.append(Heading(key, heading, "words", words))
    return set_table(
        released, texts, stub=STUB, columns=made,
        meaning=["q value: share of false finds among the tests here with so low a p value"],
    )  # fmt: skip


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
    released: Frame, *columns: Heading, texts: Mapping[str, Sequence[str]] | None = None
) -> Sheet:
    given = [Heading(one.name, one.label, one.kind, one.over, DASH) for one in columns]
    return build_list_table(released, stub=STUB, columns=given, texts=texts)
