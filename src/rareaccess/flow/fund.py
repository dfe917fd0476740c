"""The cohort of a drug in the Cancer Drugs Fund, as a ledger of its own: Figure 1 of the methods.

It asks for nothing but the application and SACT: neither a link to HES nor a planned start.
"""

import pandas as pd

from rareaccess.derive.fund.choosing import (
    APPROVED_EARLY,
    APPROVED_LATE,
    BEFORE_ENTRY,
    FURTHER,
    exclude_before_entry,
    name_further,
)
from rareaccess.flow.boxes import Box
from rareaccess.flow.ledger import Ledger

__all__ = ["FUND_BOXES", "book_fund"]

_APPLICATIONS = ("Blueteq", "applications")
FUND_BOXES = (
    Box("fund_applications", "Approved initial applications", "source", *_APPLICATIONS),
    Box(
        "fund_entered",
        "Applications while the drug was in the fund",
        "step",
        *_APPLICATIONS,
        ("fund_applications",),
        (APPROVED_EARLY, APPROVED_LATE, BEFORE_ENTRY),
    ),
    Box(
        "fund_cohort",
        "The cohort: one application for each patient",
        "step",
        *_APPLICATIONS,
        ("fund_entered",),
        tuple(FURTHER.values()),
    ),
)


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
