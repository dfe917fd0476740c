"""Ratios of what was measured in one run, set against their goals."""

from collections.abc import Mapping, Sequence

from benchmarks.cases import AFTER, BEFORE, Goal

__all__ = ["compute_ratios"]


def compute_ratios(
    records: Sequence[Mapping[str, object]], goals: Sequence[Goal], *, judge: bool = True
) -> list[dict[str, object]]:
    """Return one row a goal: its ratio, the goal in words, and whether it is met.

    Parameters
    ----------
    records
        What was measured, one a case. The yardstick `decode` is the quicker of the two readings.
    goals
        The ratios to form.
    judge
        Say whether a goal is met; a small run measures nothing, and does not.

    Examples
    --------
    >>> records = [{"case": "scan", "seconds": 3.0, "memory": 300.0},
    ...            {"case": "decode-before", "seconds": 2.0, "memory": 90.0},
    ...            {"case": "decode-after", "seconds": 2.5, "memory": 90.0}]
    >>> goal = Goal("a", "scan / decode", "scan", "decode", most=2.2, stretch=1.5)
    >>> row = compute_ratios(records, [goal])[0]
    >>> row["value"], row["goal"], row["met"]
    (1.5, 'at most 2.2, better 1.5', 'yes')
    """
    found = {str(record["case"]): record for record in records}
    if BEFORE in found and AFTER in found:
        found["decode"] = min(found[BEFORE], found[AFTER], key=lambda one: one["seconds"])
    return [_row(goal, found, judge) for goal in goals]


def _row(goal: Goal, found: Mapping[str, Mapping[str, object]], judge: bool) -> dict[str, object]:
    row = {"ratio": goal.name, "words": goal.words, "of": goal.of, "goal": _goal_words(goal)}
    row |= {"limit": goal.most if goal.most is not None else goal.least}
    row |= {"sense": "" if row["limit"] is None else "most" if goal.most is not None else "least"}
    pair = [found[name] for name in (goal.top, goal.bottom) if name]
    skipped = [str(record["skipped"]) for record in pair if "skipped" in record]
    if skipped:
        return {**row, "value": None, "met": f"skipped: {skipped[0]}"}
    top, *bottom = [_value(record, goal.of) for record in pair]
    value = top / bottom[0] if bottom else top / (1024 if goal.of == "memory" else 1)
    met = ""
    if row["limit"] is not None:
        met = (
            ""
            if not judge
            else "yes"
            if (value <= row["limit"]) == (row["sense"] == "most")
            else "no"
        )
    return {**row, "value": round(value, 3), "met": met}


def _value(record: Mapping[str, object], of: str) -> float:
    if of == "pace":
        return float(record["seconds"]) / float(record["rows"])  # type: ignore[arg-type]
    return float(record[of])  # type: ignore[arg-type]


def _goal_words(goal: Goal) -> str:
    if goal.most is None and goal.least is None:
        return ""
    sense, limit = ("at most", goal.most) if goal.most is not None else ("at least", goal.least)
    better = f", better {goal.stretch:g}" if goal.stretch else ""
    return f"{sense} {limit:g}{better}"
