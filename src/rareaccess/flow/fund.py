"""The cohort of a drug in the Cancer Drugs Fund, as boxes of their own: Figure 1 of the methods.

It asks for nothing but the application and SACT: neither a link to HES nor a planned start.
"""

from rareaccess.flow.boxes import Box
from rareaccess.flow.reasons import (
    APPROVED_EARLY,
    APPROVED_LATE,
    BEFORE_ENTRY,
    FURTHER,
)

__all__ = ["FUND_BOXES"]

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
