"""The cohort of a drug in the Cancer Drugs Fund, booked as a flow of its own."""

import pandas as pd

from rareaccess.derive.fund.choosing import exclude_before_entry, name_further
from rareaccess.flow import FUND_BOXES, Ledger
from rareaccess.flow.reasons import APPROVED_LATE

__all__ = ["book_fund"]


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
