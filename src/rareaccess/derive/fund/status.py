"""Whether SACT has the record that an application leads us to expect, and whom to ask for it."""

import pandas as pd

from rareaccess.marts.levels import INCOMPLETE, QUIET_MONTHS, WITHIN_DAYS

__all__ = ["count_to_chase", "name_status"]


def name_status(patients: pd.DataFrame, *, snapshot: pd.Timestamp) -> pd.DataFrame:
    """Return whether each patient's SACT record is present, incomplete or missing, and why.

    Parameters
    ----------
    patients
        `approval_date`; and of SACT `in_sact` (bool), `start`, `last`, `outcome` (bool).
    snapshot
        The day on which the SACT records were taken.

    Returns
    -------
    pandas.DataFrame
        `status` and `reason` (a value of `INCOMPLETE`, missing otherwise).

    Notes
    -----
    A start before the approval is in time: the rule asks for no more than thirty days after it.
    A last day exactly three months before the snapshot is three months without a record.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> patients = pd.DataFrame({"approval_date": [day("2020-01-01")] * 2, "in_sact": True,
    ...     "start": [day("2020-01-31"), day("2020-02-01")], "last": day("2020-12-01"),
    ...     "outcome": False})
    >>> name_status(patients, snapshot=day("2021-01-02"))["status"].tolist()
    ['present', 'incomplete']
    """
    dated = patients["start"].notna()
    late = patients["start"] > patients["approval_date"] + pd.Timedelta(days=WITHIN_DAYS)
    quiet = patients["last"] + pd.DateOffset(months=QUIET_MONTHS) <= snapshot
    open_end = quiet & ~patients["outcome"].astype(bool)
    reason = pd.Series(None, patients.index, dtype="str")
    reason = reason.mask(late, INCOMPLETE["late"]).mask(open_end, INCOMPLETE["no_outcome"])
    reason = reason.mask(late & open_end, INCOMPLETE["both"]).mask(~dated, INCOMPLETE["no_date"])
    known = patients["in_sact"].astype(bool)
    status = pd.Series("present", patients.index, dtype="str")
    status = status.mask(reason.notna(), "incomplete").mask(~known, "missing")
    return pd.DataFrame({"status": status, "reason": reason.where(known)})


def count_to_chase(patients: pd.DataFrame) -> pd.DataFrame:
    """Count the patients whose records to ask for, by trust and month of approval.

    Nothing in the list is about one person: it is the number for each trust's data liaison.

    Parameters
    ----------
    patients
        `trust`, `approval_date`, `status`.

    Returns
    -------
    pandas.DataFrame
        `trust`, `month` (its first day), `incomplete`, `missing`; only rows with any.

    Examples
    --------
    >>> patients = pd.DataFrame({"trust": ["RAA", "RAA"], "status": ["missing", "present"],
    ...     "approval_date": pd.to_datetime(["2020-01-05", "2020-01-09"])})
    >>> count_to_chase(patients)[["trust", "incomplete", "missing"]].to_numpy().tolist()
    [['RAA', 0, 1]]
    """
    open_ones = patients[patients["status"] != "present"]
    month = open_ones["approval_date"].dt.to_period("M").dt.start_time.astype("datetime64[s]")
    counts = (
        open_ones.assign(month=month)
        .groupby(["trust", "month", "status"])
        .size()
        .unstack("status", fill_value=0)
        .reindex(columns=["incomplete", "missing"], fill_value=0)
    )
    return counts.astype("int64").rename_axis(columns=None).reset_index()
