"""The periods between dated changes: which criteria were in force, and how the NHS paid."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from rareaccess.disclosure import fmt
from rareaccess.params import Commissioning, Criterion, Window, find_end_of_starts
from rareaccess.study import Study

__all__ = ["MONTH", "count_months", "find_end", "list_periods"]

UNFUNDED = "before funding"
MONTH = 30.4375  # days


def find_end(study: Study) -> date | None:
    """Return the first day from which nobody is expected to start, if there is one."""
    change = find_end_of_starts(study.params.commissioning)
    return change.start if change else None


def count_months(study: Study) -> float:
    """Count the months of 30.4375 days in which starts are expected: to their end, if any."""
    windows, ended = study.params.windows, find_end(study)
    first = max(windows.approval_date, windows.treatment.start)
    after = windows.treatment.end + timedelta(days=1)
    return (min(after, ended or after) - first).days / MONTH


def list_periods(
    criteria: Sequence[Criterion],
    commissioning: Sequence[Commissioning] = (),
    *,
    window: Window,
    together: bool = False,
) -> pd.DataFrame:
    """List the periods of a window, each begun by a change of criteria or of funding.

    A pair whose funding has no dates has one period for each set of criteria.

    Parameters
    ----------
    criteria, commissioning
        The dated lists of the pair, oldest first.
    window
        What was so on its first day begins the first period; a later change begins another.
    together
        Each set of criteria is for a drug of its own, as in a group of drugs, and stays in force
        beside the others, but for one that it `replaces`. Otherwise it replaces the one before.

    Returns
    -------
    pandas.DataFrame
        `level` (the criteria, with the funding where that changed), `key` (the same for ids of
        numbers), `from` and `summary` (what began; beside the others if together).

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> pair = load_pair("sickle-cell-crizanlizumab")
    >>> periods = list_periods(pair.criteria, pair.commissioning, window=pair.windows.treatment)
    >>> periods["level"].tolist()
    ['TA743 (before funding)', 'TA743 (commissioned)', 'TA743 (withdrawn)']
    """
    rules: list[Criterion] = []
    funding, periods = None, {}
    for change in sorted([*criteria, *commissioning], key=lambda change: change.start):
        if change.start > window.end:
            continue
        if isinstance(change, Commissioning):
            funding = change
        else:
            kept = [rule for rule in rules if together and rule.id != change.replaces]
            rules = [*kept, change]
        start = max(change.start, window.start)
        periods[start] = _name(rules, funding, dated=bool(commissioning), first=criteria[0])
        both = [*rules, *([funding] if funding else [])]
        told = both if start == window.start else [c for c in both if c.start == start]
        also = "also " if together and start != window.start else ""
        words = [also * isinstance(c, Criterion) + c.summary + _expect(c) for c in told]
        periods[start] |= {"summary": "; ".join(dict.fromkeys(words))}
    if window.start not in periods:
        name = _name([], None, dated=bool(commissioning), first=criteria[0])
        periods[window.start] = {**name, "summary": "nothing was in force yet"}
    rows = [{**periods[day], "from": pd.Timestamp(day)} for day in sorted(periods)]
    return pd.DataFrame(rows, columns=["level", "key", "from", "summary"])


def _expect(change: Criterion | Commissioning) -> str:
    """Return what a change says of starts after it, where there should be none."""
    ends = isinstance(change, Commissioning) and change.ends_starts
    return " (no starts are expected)" if ends else ""


def _name(
    rules: Sequence[Criterion], funding: Commissioning | None, *, dated: bool, first: Criterion
) -> dict[str, str]:
    level = fmt.joined(rule.id for rule in rules) if rules else f"before {first.id}"
    level += f" ({funding.label if funding else UNFUNDED})" if dated else ""
    return {"level": level, "key": re.sub(r"[^A-Za-z0-9]+", "_", level).strip("_")}
