"""Applications for a drug in the fund: which are too early, which of several counts, their flow."""

import pandas as pd

from rareaccess.flow import FUND_BOXES, Ledger
from rareaccess.flow.reasons import APPROVED_EARLY, APPROVED_LATE, BEFORE_ENTRY, FUND_FURTHER

__all__ = [
    "RULES",
    "book_fund",
    "choose_applications",
    "exclude_before_entry",
    "name_further",
]

RULES = {
    "trust": "two trusts on the same day: the one that treats, by SACT, counts",
    "nearest": "different days: the one nearest to the start of the regimen in SACT counts",
    "earliest": "no start in SACT: the earliest counts",
}


def exclude_before_entry(applications: pd.DataFrame, *, entry: pd.Timestamp) -> pd.Series:
    """Return why an application is of before the entry: approved, or treatment begun, too early.

    Treatment before that day was paid for in another way, such as an early access scheme.

    Parameters
    ----------
    applications
        `approval_date`, and `start`: the first day of treatment by SACT, missing where there is no
        record.
    entry
        The first day of funding by the Cancer Drugs Fund.

    Returns
    -------
    pandas.Series
        `BEFORE_ENTRY`, asked first, `APPROVED_EARLY`, or missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"start": pd.to_datetime(["2017-11-21", "2017-11-22", None]),
    ...     "approval_date": pd.to_datetime(["2017-12-01"] * 2 + ["2017-11-01"])})
    >>> exclude_before_entry(frame, entry=pd.Timestamp("2017-11-22")).notna().tolist()
    [True, False, True]
    """
    reason = pd.Series(None, applications.index, dtype="str")
    reason = reason.mask(applications["approval_date"] < entry, APPROVED_EARLY)
    return reason.mask(applications["start"] < entry, BEFORE_ENTRY)


def name_further(applications: pd.DataFrame) -> pd.Series:
    """Return why each further application of a patient does not count, missing for those that do.

    Parameters
    ----------
    applications
        As `choose_applications` takes them.
    """
    chosen = choose_applications(applications)
    return chosen["rule"].map(FUND_FURTHER).astype("str").mask(chosen["counts"])


def choose_applications(applications: pd.DataFrame) -> pd.DataFrame:
    """Choose the application that counts for each patient, by the fund's three rules.

    Parameters
    ----------
    applications
        Approved applications: `study_id`, `application_id`, `trust` (that applied),
        `approval_date`; and of SACT `regimen_start` and `organisation` (the treating trust),
        missing where there is no record.

    Returns
    -------
    pandas.DataFrame
        Indexed as `applications`: `counts` (bool) and `rule` (a key of `RULES` for patients with
        several applications, missing for those with one).

    Notes
    -----
    The published rules speak of two applications. Of more, the one nearest to the start counts;
    of those on one day the one by the treating trust; of those that are still alike the one with
    the smallest identifier. Approvals equally long before and after the start: the earlier counts.

    Examples
    --------
    >>> frame = pd.DataFrame({"study_id": [1, 1], "application_id": ["a", "b"],
    ...     "trust": ["RAA", "RBB"], "approval_date": pd.to_datetime(["2018-01-01"] * 2),
    ...     "regimen_start": pd.to_datetime(["2018-01-09"] * 2), "organisation": ["RBB"] * 2})
    >>> choose_applications(frame).to_numpy().tolist()
    [[False, 'trust'], [True, 'trust']]
    """
    apart = (applications["approval_date"] - applications["regimen_start"]).abs()
    elsewhere = applications["trust"] != applications["organisation"]
    keyed = applications.assign(apart=apart, elsewhere=elsewhere)
    keys = ["apart", "approval_date", "elsewhere", "application_id"]
    first = keyed.sort_values(keys).drop_duplicates("study_id").index
    patients = applications.groupby("study_id")
    several = patients["application_id"].transform("size") > 1
    one_day = patients["approval_date"].transform("nunique") == 1
    rule = pd.Series("nearest", applications.index, dtype="str")
    rule = rule.mask(apart.isna(), "earliest")
    rule = rule.mask(one_day & applications["organisation"].notna(), "trust").where(several)
    return pd.DataFrame({"counts": applications.index.isin(first), "rule": rule})


def book_fund(
    applications: pd.DataFrame, *, entry: pd.Timestamp, left: pd.Timestamp | None = None
) -> tuple[Ledger, pd.DataFrame]:
    """Book the flow of the fund, verify it, and return the applications of its cohort.

    Parameters
    ----------
    applications
        Approved initial applications for the drug: `study_id`, `application_id`, `trust`,
        `approval_date`; of SACT `start`, `regimen_start` and `organisation`, missing where there
        is no record.
    entry
        First day of funding by the Cancer Drugs Fund.
    left
        Last day of it, where the drug has left the fund: what is approved later is paid for in
        another way, and is not followed.

    Returns
    -------
    tuple
        The verified ledger, and one row a patient of the cohort.

    References
    ----------
    "SACT methodology for Cancer Drugs Fund treatments", NHS England, NDRS: Figure 1.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> frame = pd.DataFrame({"study_id": [1, 1, 2], "application_id": ["a", "b", "c"],
    ...     "trust": "RAA", "organisation": None,
    ...     "approval_date": [day("2018-01-01"), day("2018-02-01"), day("2017-01-01")],
    ...     "start": pd.NaT, "regimen_start": pd.NaT})
    >>> ledger, cohort = book_fund(frame, entry=day("2017-11-22"))
    >>> [ledger.count(box.key, unit="records") for box in FUND_BOXES]
    [3, 2, 1]
    >>> cohort["application_id"].tolist()
    ['a']
    """
    outside = exclude_before_entry(applications, entry=entry)
    if left is not None:
        late = applications["approval_date"] > left
        outside = outside.mask(outside.isna() & late, APPROVED_LATE)
    entered = applications[outside.isna()]
    further = name_further(entered)
    ledger = (
        Ledger(FUND_BOXES)
        .book("fund_applications", applications)
        .book("fund_entered", applications.assign(reason=outside))
        .book("fund_cohort", entered.assign(reason=further))
    )
    return ledger.verify(), entered[further.isna()]
