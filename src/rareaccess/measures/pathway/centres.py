"""From the approval of a drug to the first patient of each centre."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from rareaccess.disclosure import Profile
from rareaccess.measures.life_tables import STEP
from rareaccess.params import Fact

__all__ = [
    "LOW_VOLUME",
    "MARKS",
    "count_first_patients",
    "find_funded_within",
    "list_first_patients",
    "summarise_first_patients",
]

FUNDED_WITHIN = 3  # months in which the NHS has to pay for what NICE recommends
FACT = "funding_within_months"
MARKS = (3, 6, 12, 24, 36, 60, 96)
"""Months after the approval at which the centres with a patient are counted."""
LOW = 5  # starts, below which a centre is one of low volume
LOW_VOLUME = f"fewer than {LOW} starts"
CENTILES = (10, 25, 50, 75, 90)


def find_funded_within(facts: Sequence[Fact]) -> int:
    """Return in how many months of its recommendation the NHS has to pay for a drug.

    That of the settings, as the first fact `funding_within_months` with a value has it; three where
    none has, which is the law. The period ends with the day of the same number, that day included:
    of 22 June that is 22 September.

    References
    ----------
    The National Institute for Health and Care Excellence (Constitution and Functions) and the
    Health and Social Care Information Centre (Functions) Regulations 2013, regulation 7.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> find_funded_within(load_pair("sle-belimumab").facts), find_funded_within(())
    (3, 3)
    """
    stated = (one.value for one in facts if one.key == FACT and one.value is not None)
    return int(next(stated, FUNDED_WITHIN))


def _count_begun(first: pd.Series, approved: date) -> np.ndarray:
    """Return the months that have begun by each day: 3 until the day itself three months later."""
    day = pd.Timestamp(approved)
    found = []
    for one in first:
        months = (one.year - day.year) * 12 + one.month - day.month
        found.append(months + (one > day + pd.DateOffset(months=months)))
    return np.maximum(np.array(found, dtype="int64"), 0)


def list_first_patients(
    trusts: pd.DataFrame, *, approved: date, profile: Profile | None = None
) -> pd.DataFrame:
    """List the centres by the months from the approval to their first planned start.

    Parameters
    ----------
    trusts
        The mart: `centre`, `starts`, `first_start`. Trusts that are no centres are left out.
    approved
        The day from which the drug could be given.
    profile
        Of disclosure control. One that controls anything knows half years instead of months, and
        no volume: a month is that of one person.

    Returns
    -------
    pandas.DataFrame
        One row a centre with a start, the soonest first: `rank`, `months` (of the calendar, begun
        ones, so that 3 means that less than three months had passed or exactly so), `share` of all
        centres in per cent that had a patient by then, `volume` (in words).

    Notes
    -----
    Months are whole so that no patient's day is shown. The first start of a centre with few
    patients says little of how ready it was.

    Examples
    --------
    >>> trusts = pd.DataFrame({"centre": [True, True, True, False], "starts": [9, 2, 0, 4],
    ...     "first_start": pd.to_datetime(["2020-03-01", "2020-01-15", None, "2020-01-02"])})
    >>> list_first_patients(trusts, approved=date(2020, 1, 1)).round(1).values.tolist()
    [[1, 1, 33.3, 'fewer than 5 starts'], [2, 2, 66.7, '5 starts or more']]
    """
    centres = trusts[trusts["centre"]]
    begun = centres.dropna(subset=["first_start"]).sort_values(["first_start", "starts"])
    months = _count_begun(begun["first_start"], approved)
    ranks = np.arange(1, len(begun) + 1)
    few = begun["starts"].to_numpy() < LOW
    coarse = bool(profile and profile.controls)
    step, few = (int(STEP), np.zeros(len(begun), bool)) if coarse else (1, few)
    return pd.DataFrame(
        {
            "rank": ranks,
            "months": -(-months // step) * step,
            "share": 100 * ranks / max(len(centres), 1),
            "volume": "not shown" if coarse else np.where(few, LOW_VOLUME, f"{LOW} starts or more"),
        }
    )


def summarise_first_patients(
    trusts: pd.DataFrame, *, approved: date, months: int = FUNDED_WITHIN
) -> pd.DataFrame:
    """Summarise the days from the approval to the first start, over all centres.

    A centre without a start is later than all others, so that a centile may not have been reached.

    Parameters
    ----------
    months
        As `find_funded_within` gives them.

    Returns
    -------
    pandas.DataFrame
        One row: `group` ("all"), `n` centres, `begun`, `within` (these months), and the
        centiles `p10`, `q1`, `median`, `q3`, `p90` in days, missing where not reached.

    Notes
    -----
    A centile is the time of the centre at which the share of all centres first reaches it (type 1).

    Examples
    --------
    >>> trusts = pd.DataFrame({"centre": True, "starts": [9, 2, 0], "trust": ["A", "B", "C"],
    ...     "first_start": pd.to_datetime(["2020-03-31", "2020-06-29", None])})
    >>> row = summarise_first_patients(trusts, approved=date(2020, 1, 1))
    >>> row[["n", "begun", "within", "q1", "median", "q3"]].astype("str").values.tolist()
    [['3', '2', '1', '90.0', '180.0', nan]]
    """
    centres = trusts[trusts["centre"]]
    first = centres["first_start"]
    days = np.sort((first - pd.Timestamp(approved)).dt.days.dropna().to_numpy())
    row: dict[str, object] = {
        "group": "all", "n": len(centres), "begun": len(days),
        "within": int((first <= _end_months(approved, months)).sum()),
    }  # fmt: skip
    names = ("p10", "q1", "median", "q3", "p90")
    for name, centile in zip(names, CENTILES, strict=True):
        place = int(np.ceil(centile / 100 * len(centres))) - 1
        row[name] = float(max(days[place], 0)) if 0 <= place < len(days) else None
    return pd.DataFrame([row]).astype(dict.fromkeys(names, "Float64"))


def _end_months(approved: date, months: int) -> pd.Timestamp:
    """Return the last day within some months."""
    return pd.Timestamp(approved) + pd.DateOffset(months=months)


def count_first_patients(
    trusts: pd.DataFrame, *, approved: date, end: date, months: int = FUNDED_WITHIN
) -> pd.DataFrame:
    """Count the centres that had a patient by each of some months after the approval.

    Parameters
    ----------
    end
        The last day of planned starts; later months are left out.
    months
        As `find_funded_within` gives them: a row of its own, counted as in
        `summarise_first_patients`.

    Returns
    -------
    pandas.DataFrame
        `by`, `begun`; the last row is that of the whole period.

    Examples
    --------
    >>> trusts = pd.DataFrame({"centre": True,
    ...     "first_start": pd.to_datetime(["2020-03-31", "2020-05-31", None])})
    >>> ends = {"approved": date(2020, 1, 1), "end": date(2020, 8, 1)}
    >>> count_first_patients(trusts, **ends).values.tolist()
    [['3 months', 1], ['6 months', 2], ['the whole period', 2]]
    """
    first = trusts.loc[trusts["centre"], "first_start"]
    ends = {month: _end_months(approved, month) for month in sorted({*MARKS, months})}
    rows = [(f"{month} months", int((first <= until).sum()))
            for month, until in ends.items() if until <= pd.Timestamp(end)]  # fmt: skip
    rows.append(("the whole period", int(first.notna().sum())))
    return pd.DataFrame(rows, columns=["by", "begun"])
