"""The Cancer Drugs Fund methods: applications and SACT records of a drug, and what follows.

The rules are those that the National Disease Registration Service has published for drugs in the
fund: "SACT methodology for Cancer Drugs Fund treatments" (NHS England, NDRS). SACT is the Systemic
Anti-Cancer Therapy data set. Everything here takes small pandas frames keyed by `study_id`.
"""

from rareaccess.derive.fund.choosing import (
    choose_applications,
    exclude_before_entry,
    name_further,
)
from rareaccess.derive.fund.duration import follow_survival, follow_treatment
from rareaccess.derive.fund.sact import read_sact
from rareaccess.derive.fund.status import count_to_chase, name_status
from rareaccess.derive.fund.treatment import summarise_records

__all__ = [
    "choose_applications",
    "count_to_chase",
    "exclude_before_entry",
    "follow_survival",
    "follow_treatment",
    "name_further",
    "name_status",
    "read_sact",
    "summarise_records",
]
