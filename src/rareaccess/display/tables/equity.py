"""Tables of rates and ratios by group, of the gradient, of boards and of crossed groups."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

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
    "build_boards_table",
    "build_crossed_table",
    "build_gradient_table",
    "build_rates_table",
    "build_use_table",
]

SMALL = 10.0  # rates below it have two decimals
REFERENCE = "1"
NAMES = {"rate": ("rate", "rate_lower", "rate_upper"),
         "ratio": ("ratio", "ratio_lower", "ratio_upper"),
         "value": ("value", "lower", "upper"),
         "shrunk": ("shrunk", "shrunk_lower", "shrunk_upper")}  # fmt: skip


def _tell(row: dict[str, Any], what: str, decimals: int) -> str:
    """Return a value with its interval in brackets, the mark of a hidden one, or a dash."""
    value, low, high = (row[name] for name in NAMES[what])
    if isinstance(value, Hidden):
        return fmt.HIDDEN_TEXT
    if value is None:
        return DASH
    if low is None or isinstance(low, Hidden):
        if what == "ratio":
            return REFERENCE if value.value == 1 else str(fmt.num(value, decimals))
        return str(fmt.stat(value))
    to = " to " if low.value < 0 else DASH  # a dash would stand beside a minus
    return f"{fmt.num(value, decimals)} ({fmt.num(low, decimals)}{to}{fmt.num(high, decimals)})"


def build_rates_table(
    released: Frame, *, denominators: Mapping[str, str], heading: str, group: str = ""
) -> Sheet:
    """Table of starts, rates and ratios by group, the denominators side by side.

    Parameters
    ----------
    released
        One row a `level` and `denominator`: `starts`, and the columns of `rate_groups`.
    denominators
        Their names, and the heading of the column of rates of each.
    heading
        Of the groups.
    group
        A column whose values head groups of rows.
    """
    check_released(released)
    rows = {(row["level"], row["denominator"]): row for row in released.records()}
    levels = list(dict.fromkeys(released.values("level")))
    texts: dict[str, Sequence[str]] = {"level": levels}
    if group:
        own = dict(zip(released.values("level"), released.values(group), strict=True))
        texts[group] = [own[level] for level in levels]
    columns = [Heading("starts", "Started", "words")]
    first = {level: row for (level, _), row in reversed(rows.items())}
    texts["starts"] = [str(fmt.n(first[level]["starts"])) for level in levels]

    def fill(name: str, denominator: str, way: Callable[[dict[str, Any]], str]) -> None:
        texts[name] = [
            way(rows[level, denominator]) if (level, denominator) in rows else DASH
            for level in levels
        ]

    for number, (denominator, unit) in enumerate(denominators.items()):
        few = _count_decimals(released, denominator)
        fill(f"rate {number}", denominator, partial(_tell_rate, decimals=few))
        fill(f"ratio {number}", denominator, lambda row: _tell(row, "ratio", 2))
        columns += [Heading(f"rate {number}", unit, "words", denominator),
                    Heading(f"ratio {number}", "Ratio", "words", denominator)]  # fmt: skip
    return set_table(released, texts, stub=("level", heading), columns=columns, group=group,
                     meaning=["In brackets: 95% interval"])  # fmt: skip


def _tell_rate(row: dict[str, Any], decimals: int) -> str:
    """Return a rate without its interval, for which a table has no room: the CSV file has it."""
    return DASH if row["rate"] is None else str(fmt.num(row["rate"], decimals))


def _count_decimals(released: Frame, denominator: str) -> int:
    """Return how many decimals the rates of a denominator have: more where they are small."""
    frame = released.frame
    largest = frame.loc[frame["denominator"] == denominator, "rate"].astype("Float64").max()
    return 1 if pd.notna(largest) and float(largest) >= SMALL else 2


def build_gradient_table(released: Frame, *, denominators: Mapping[str, str]) -> Sheet:
    """Table of the measures of a gradient or of variation, the denominators side by side.

    Parameters
    ----------
    released
        One row a `words` and `denominator`: `value`, `lower`, `upper`, `p`, and perhaps `note`,
        which says why a value is not given.
    denominators
        Their names in the frame, and in the table.
    """
    check_released(released)
    rows = {(row["words"], row["denominator"]): row for row in released.records()}
    names = list(dict.fromkeys(released.values("words")))
    texts: dict[str, Sequence[str]] = {"words": names}
    columns, reasons = [], []
    for number, (denominator, words) in enumerate(denominators.items()):
        own = [rows.get((name, denominator)) for name in names]
        reasons += _tell_dashes(own, words)
        texts[f"value {number}"] = [DASH if row is None else _tell(row, "value", 2) for row in own]
        texts[f"p {number}"] = [DASH if row is None else print_p(row["p"]) for row in own]
        columns += [Heading(f"value {number}", "Value (95% interval)", "words", words),
                    Heading(f"p {number}", "p value", "words", words)]  # fmt: skip
    meaning = ["p value: how often chance alone gives as much", *reasons]
    return set_table(released, texts, stub=("words", "Measure"), columns=columns, meaning=meaning)


def _tell_dashes(rows: Sequence[dict[str, Any] | None], denominator: str) -> list[str]:
    """Return why the values of a denominator that are not given are not: a line for each reason."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        note = str((row or {}).get("note") or "").removeprefix("not given: ")
        if row is not None and row["value"] is None and note:
            reasons.setdefault(note, []).append(str(row["words"]))
    return [f"{DASH} {'; '.join(names)} ({denominator}): {note}" for note, names in reasons.items()]


def build_boards_table(released: Frame) -> Sheet:
    """Table of the boards: starts, expected, ratio, shrunken ratio, and the funnel."""
    texts = {"told": released.words(lambda row: _tell(row, "shrunk", 2)),
             "ratio text": released.words(lambda row: str(fmt.num(row["ratio"], 2)))}  # fmt: skip
    columns = [
        Heading("code", "Code", "words"),
        Heading("starts", "Started"),
        Heading("expected", "Expected", "number"),
        Heading("ratio text", "Ratio", "words"),
        Heading("told", "Shrunken ratio (95% interval)", "words"),
        Heading("flag", "Funnel", "words"),
    ]
    texts["code"] = [str(one) for one in released.values("code")]
    texts["flag"] = [str(one) for one in released.values("flag")]
    return build_list_table(released, stub=("board", "Board"), columns=columns, group="region",
                            texts=texts)  # fmt: skip


def build_crossed_table(released: Frame, *, heading: str = "Ethnic group") -> Sheet:
    """Table of groups by fifth of deprivation: shrunken ratios.

    Parameters
    ----------
    released
        One row a `row` and `column`: `starts`, `shrunk`, `shrunk_lower`, `shrunk_upper`.
    heading
        Of the rows.
    """
    rows = {(row["row"], row["column"]): row for row in released.records()}
    names = list(dict.fromkeys(released.values("row")))
    columns = list(dict.fromkeys(released.values("column")))
    texts: dict[str, Sequence[str]] = {"row": names}
    for column in columns:
        own = [rows.get((name, column)) for name in names]
        texts[str(column)] = [DASH if row is None else _tell(row, "shrunk", 2) for row in own]
    headings = [Heading(str(one), str(one), "words", "Fifth of deprivation") for one in columns]
    return set_table(released, texts, stub=("row", heading), columns=headings,
                     meaning=["In brackets: 95% interval"])  # fmt: skip


def build_use_table(released: Frame, *, heading: str) -> Sheet:
    """Table of mean use a person by group and its ratio, the measures side by side.

    Parameters
    ----------
    released
        One row a `measure` and `level`: `people`, `mean`, `ratio`, `ratio_lower`, `ratio_upper`.
    """
    rows = {(row["level"], row["measure"]): row for row in released.records()}
    levels = list(dict.fromkeys(released.values("level")))
    measures = list(dict.fromkeys(released.values("measure")))
    texts: dict[str, Sequence[str]] = {"level": levels}
    texts["people"] = [
        next(str(fmt.n(rows[level, one]["people"])) for one in measures if (level, one) in rows)
        for level in levels
    ]
    columns = [Heading("people", "People", "words")]
    for number, measure in enumerate(measures):
        own = [rows.get((level, measure)) for level in levels]
        texts[f"mean {number}"] = [DASH if row is None else str(fmt.num(row["mean"], 2))
                                   for row in own]  # fmt: skip
        texts[f"ratio {number}"] = [DASH if row is None else _tell(row, "ratio", 2) for row in own]
        columns += [Heading(f"mean {number}", "Mean", "words", str(measure)),
                    Heading(f"ratio {number}", "Ratio", "words", str(measure))]  # fmt: skip
    return set_table(released, texts, stub=("level", heading), columns=columns,
                     meaning=["In brackets: 95% interval"])  # fmt: skip
