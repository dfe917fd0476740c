"""Tables of the estimate of need: what is assumed, what would change it, checks, better data."""

from collections.abc import Callable, Mapping, Sequence
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
    "build_assumptions_table",
    "build_checks_table",
    "build_measures_table",
    "build_tipping_table",
    "build_worth_table",
]

ANCHORS, SHARE = "All anchors recorded", "Share that needs it, if known"


def _print(value: Any, decimals: int) -> str:
    """Return a number as text, the mark of a hidden one, or a dash where there is none."""
    return DASH if value is None else str(fmt.num(value, decimals))


def build_assumptions_table(released: Frame) -> Sheet:
    """Table of what each answer assumes, what that gives, and when it fails."""
    columns = [Heading("gives", "What it gives", "text"), Heading("fails", "When it fails", "text")]
    return build_list_table(released, stub=("assumes", "What is assumed"), columns=columns)


def build_tipping_table(released: Frame) -> Sheet:
    """Table of what would change each conclusion.

    Parameters
    ----------
    released
        One row a comparison (`denominator`): `times`, `times_words`, `prevalence`,
        `prevalence_words`.
    """
    check_released(released)
    rows = released.records()
    texts: dict[str, Sequence[str]] = {"denominator": released.values("denominator")}
    for name, decimals in (("times", 2), ("prevalence", 3)):
        texts[name] = [_print(row[name], decimals) for row in rows]
        texts[f"{name}_words"] = [
            "" if isinstance(row[name], Hidden) else str(row[f"{name}_words"]) for row in rows
        ]
    columns = [
        Heading("times", "Times as often", "words", ANCHORS),
        Heading("times_words", "Conclusion", "text", ANCHORS, same="keep"),
        Heading("prevalence", "Share", "words", SHARE),
        Heading("prevalence_words", "Conclusion", "text", SHARE, same="keep"),
    ]
    return set_table(
        released, texts, stub=("denominator", "Comparison"), columns=columns,
        meaning=["Times as often: how often all anchors would have to be recorded in the first "
                 "group for one in the second, at equal disease"],
    )  # fmt: skip


def build_checks_table(released: Frame) -> Sheet:
    """Table of what the data say against the assumptions, the comparisons side by side.

    Parameters
    ----------
    released
        One row a `check` and `denominator`: `value`, `p`.
    """
    return _set_beside(
        released, "check", "Check",
        {"value": ("Value", lambda row: _print(row["value"], 2)),
         "p": ("p value", lambda row: print_p(row["p"]))},
        meaning=["p value: how often chance alone gives as much. No check can show that the "
                 "assumptions hold"],
    )  # fmt: skip


def build_measures_table(released: Frame) -> Sheet:
    """Table of measures of equity, per person of the cohort and of those imputed to need the drug.

    Parameters
    ----------
    released
        One row a `measure` and `denominator`: `value`, `lower`, `upper`, `note`.
    """
    check_released(released)
    rows = [row for row in released.records() if not isinstance(row["value"], Hidden)]
    notes: dict[str, list[str]] = {}
    for row in rows:
        notes.setdefault(str(row["denominator"]), []).append(str(row["note"]))
    shared = {name: own[0] for name, own in notes.items() if len(own) > 1 and len({*own}) == 1}
    remarks: dict[str, list[str]] = {name: [] for name in released.values("measure")}
    for row in rows:
        if row["note"] and row["denominator"] not in shared:
            remarks[str(row["measure"])].append(f"{row['denominator']}: {row['note']}")
    return _set_beside(
        released, "measure", "Measure",
        {"value": ("Value", lambda row: _print(row["value"], 2)),
         "interval": ("95% interval", _print_interval)},
        meaning=["Relative index above one, slope index above zero: the least deprived start "
                 "more often. Other ratios above one: the first group does. Systematic component: "
                 "variation beyond chance",
                 *(f"{name}, in every row: {note}" for name, note in shared.items() if note)],
        remarks={name: "; ".join(own) for name, own in remarks.items()},
    )  # fmt: skip


def _print_interval(row: dict[str, Any]) -> str:
    """Return an interval as text, the mark of a hidden one, or a dash where there is none."""
    low, high = _print(row["lower"], 2), _print(row["upper"], 2)
    if row["lower"] is None or isinstance(row["lower"], Hidden):
        return low
    return f"{low} to {high}"


def build_worth_table(released: Frame) -> Sheet:
    """Table of how wide each interval would be with better data, the comparisons side by side.

    Parameters
    ----------
    released
        One row a kind of `data` and `denominator`: `fold`, `narrower`.
    """
    return _set_beside(
        released, "data", "If also known",
        {"fold": ("Upper over lower end", lambda row: _print(row["fold"], 2)),
         "narrower": ("Narrower, %", lambda row: _print(row["narrower"], 0))},
        meaning=["Narrower: of the width on the log scale. By approximation; what is known of need "
                 "is combined by inverse variance"],
    )  # fmt: skip


def _set_beside(
    released: Frame, stub: str, heading: str,
    parts: dict[str, tuple[str, Callable[[dict[str, Any]], str]]], *, meaning: Sequence[str],
    remarks: Mapping[str, str] | None = None,
) -> Sheet:  # fmt: skip
    """Set a table with the comparisons side by side, each with the same columns."""
    check_released(released)
    rows = {(row[stub], row["denominator"]): row for row in released.records()}
    names = list(dict.fromkeys(released.values(stub)))
    texts: dict[str, Sequence[str]] = {stub: names}
    columns = []

    def tell(name: str, contrast: str, way: Callable[[dict[str, Any]], str]) -> str:
        return way(rows[name, contrast]) if (name, contrast) in rows else DASH

    for number, contrast in enumerate(dict.fromkeys(released.values("denominator"))):
        for part, (words, way) in parts.items():
            texts[f"{part} {number}"] = [tell(name, contrast, way) for name in names]
            columns.append(Heading(f"{part} {number}", words, "words", str(contrast), same="keep"))
    if remarks and any(remarks.values()):
        texts["remark"] = [remarks[name] for name in names]
        columns.append(Heading("remark", "Remark", "text"))
    return set_table(released, texts, stub=(stub, heading), columns=columns, meaning=meaning)
