"""Months since the approval: starts of each pair, and the centres that have begun to prescribe."""

import numpy as np
import pandas as pd

from rareaccess.disclosure import Population, Profile, Released
from rareaccess.measures.comparison.rows import about, name_pair
from rareaccess.measures.periods import MONTH, find_end
from rareaccess.measures.starts import ADDED, merge_years
from rareaccess.study import Studies

__all__ = [
    "build_centres_since",
    "build_marks_since",
    "build_starts_since",
    "count_since",
]


def count_since(days: pd.Series, *, since: object, until: object) -> pd.DataFrame:
    """Count what has happened by the end of each month since a day, which is month 0.

    Parameters
    ----------
    days
        One day a thing; a missing one has not happened.
    since, until
        The first day, and the last that is observed; the last month may be a part of one.

    Returns
    -------
    pandas.DataFrame
        `month` (whole months since the day) and `n`, a running total.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2020-01-31", "2020-02-14", "2020-02-15", None]))
    >>> count_since(days, since="2020-01-15", until="2020-02-20")
       month  n
    0      0  0
    1      1  2
    2      2  3
    """
    first, last = pd.Timestamp(since), pd.Timestamp(until)
    ends = [first]
    while ends[-1] <= last:
        ends.append(first + pd.DateOffset(months=len(ends)))
    known = np.sort(pd.to_datetime(days.dropna()).to_numpy("datetime64[ns]"))
    limits = pd.DatetimeIndex(ends).to_numpy("datetime64[ns]")
    counted = np.searchsorted(known, limits, side="left")
    return pd.DataFrame({"month": range(len(ends)), "n": counted.astype("int64")})


def _build_since(
    studies: Studies, days: dict[str, pd.Series], label: str, population: Population, caveat: str
) -> Released:
    rule, rows = studies.find_rule(), []
    for pair, study in studies.items():
        if pair in days:
            windows = study.params.windows
            until, ended = windows.treatment.end, find_end(study)
            if ended:  # nobody is expected after it; who starts all the same is still drawn
                started = days[pair].dropna()
                until = min(until, max([ended, *started.dt.date]))
            if rule.controls:
                counts = _count_years(days[pair], rule, since=windows.approval_date, until=until)
                rows.append(counts.assign(pair=pair, name=name_pair(study)))
                continue
            counts = count_since(days[pair], since=windows.approval_date, until=until)
            rows.append(counts.assign(pair=pair, name=name_pair(study), of=len(days[pair])))
    if rule.controls:
        return _add_years(studies, rows, label, population, f"{caveat}. {ADDED}")
    columns = ["pair", "name", "month", "n", "of"]
    frame = pd.concat(rows)[columns] if rows else pd.DataFrame(columns=columns)
    frame = frame.astype({"n": "Int64", "of": "Int64", "month": "Float64"})
    released = studies.release(
        frame, label, population=population, counts=["n", "of"], keys=["month"],
        dimension="month since the approval", **about(studies, caveat, "Blueteq", "HES"),
    )  # fmt: skip
    return released.with_pct("value", "n", "of")


def _count_years(days: pd.Series, rule: Profile, *, since: object, until: object) -> pd.DataFrame:
    """Count by calendar year, years merged until none is hidden: `month` since a day, `started`."""
    first, last = pd.Timestamp(since), pd.Timestamp(until)
    months = pd.period_range(first, last, freq="M")
    counts = pd.to_datetime(days.dropna()).dt.to_period("M").value_counts()
    counted = pd.DataFrame(
        {
            "month": months.start_time,
            "started": counts.reindex(months, fill_value=0).to_numpy("int64"),
        }
    )
    years = merge_years(counted, rule, "started")
    ends = (years["month"] + pd.offsets.MonthEnd()).clip(upper=last)
    since_then = ((ends - first).dt.days / MONTH).round()
    return pd.DataFrame({"month": since_then, "started": years["started"]})


def _add_years(
    studies: Studies, rows: list[pd.DataFrame], label: str, population: Population, caveat: str
) -> Released:
    """Release the counts of periods, and the share of their sum by the end of each.

    The sum of rounded counts is no number of people, so it is not shown beside that of the treated.
    """
    columns = ["pair", "name", "month", "started"]
    frame = pd.concat(rows)[columns] if rows else pd.DataFrame(columns=columns)
    frame = frame.astype({"started": "Int64", "month": "Float64"})
    released = studies.release(
        frame, label, population=population, counts=["started"], keys=["month"],
        dimension="period since the approval", **about(studies, caveat, "Blueteq", "HES"),
    )  # fmt: skip
    shown, pairs = released.frame["started"].astype("Float64"), released.frame["pair"]
    lost = released.hidden["started"].groupby(pairs).transform("any").astype(bool)
    total = shown.groupby(pairs).cumsum()
    whole = total.groupby(pairs).transform("last").replace(0, pd.NA)
    return released.with_column("value", (100 * total / whole).mask(lost), "percent", lost)


def build_starts_since(studies: Studies) -> Released:
    """Share of all starts so far that had happened by each month since the approval.

    Returns
    -------
    Released
        One row a pair and month: `n` people who had started, `of` all so far, `value` in per cent.
    """
    days = {pair: study.uptake["start_date"] for pair, study in studies.items()}
    treated = studies.of_pairs("treated", lambda study: study.uptake)
    return _build_since(
        studies, days, "compare-uptake", treated,
        caveat="Every curve ends at all starts so far, however many these are, or where "
        "the drug was closed to new starts; the last month may be a part month",
    )  # fmt: skip


def build_centres_since(studies: Studies) -> Released:
    """Share of the centres that had prescribed by each month since the approval.

    A pair whose source has no list of centres is in no row.
    """
    days = {
        pair: study.trusts.loc[study.trusts["centre"], "first_start"]
        for pair, study in studies.items()
        if study.trusts["centre"].any()
    }
    # not open: the month in which a centre began is that of one person
    centres = studies.of_pairs(
        "centres that have prescribed", lambda study: study.trusts[study.trusts["centre"]],
        unit="organisations",
    )  # fmt: skip
    return _build_since(
        studies, days, "compare-centres", centres,
        caveat="A centre has begun with the first planned start of a treated person for whom it "
        "applied; the list of centres is that of today",
    )  # fmt: skip


def build_marks_since(studies: Studies) -> dict[str, list[tuple[float, str]]]:
    """Return the dated changes of each pair as months since its approval.

    These are changes of criteria and of funding after the approval. Words go with the end of
    funding only: the others may stand close together.
    """
    marks = {}
    for pair, study in studies.items():
        windows, ended = study.params.windows, find_end(study)
        changes = [*study.params.criteria, *study.params.commissioning]
        days = sorted({one.start for one in changes if one.start > windows.approval_date})
        words = {one.start: one.label for one in study.params.commissioning if one.start == ended}
        marks[pair] = [
            ((day - windows.approval_date).days / MONTH, words.get(day, "")) for day in days
        ]
    return marks
