"""Applications for prior approval: which one starts the drug, and why others do not count."""

import pandas as pd

from rareaccess.contracts.patients import APPROVED, NOT_STARTED, STATUSES
from rareaccess.derive.applications.classify import COUNTS
from rareaccess.flow import reasons
from rareaccess.params import Pair

__all__ = ["POSSIBLE_YEARS", "choose_one_each", "name_reasons"]

POSSIBLE_YEARS = (1900, 2100)


def name_reasons(applications: pd.DataFrame, *, pair: Pair) -> dict[str, pd.Series]:
    """Return, for each step of the Blueteq flow, why an application is excluded there.

    Parameters
    ----------
    applications
        The table `blueteq_applications`, as `classify_applications` returns it.

    Returns
    -------
    dict
        Box key -> reason for each application, missing where it stays. Each step is asked of all
        applications; whoever books the steps applies them in turn.
    """
    decision, other = applications["decision"], applications["form_type"] != "initiation"
    status = applications["approval_status"]
    unapproved = _where(status != APPROVED, reasons.NOT_APPROVED)
    return {
        "drug": decision.mask(decision == COUNTS),
        "initiation": _where(other, reasons.CONTINUATION),
        "approved": unapproved.mask(status == NOT_STARTED, reasons.NOT_STARTED).mask(
            ~status.isin(STATUSES), reasons.UNDECIDED
        ),
        "dated": _date_reasons(applications, pair),
    }


def choose_one_each(applications: pd.DataFrame) -> pd.Series:
    """Return which applications are further ones of the same patient.

    The one that stays has the earliest planned start, then the earliest approval, then the
    smallest application_id.

    Examples
    --------
    >>> frame = pd.DataFrame({"study_id": [1, 1], "application_id": ["b", "a"],
    ...     "planned_start_date": pd.to_datetime(["2020-01-01"] * 2), "approval_date": pd.NaT})
    >>> choose_one_each(frame).tolist()
    ['further application of the same patient', nan]
    """
    order = ["planned_start_date", "approval_date", "application_id"]
    further = applications.sort_values(order).duplicated("study_id")
    return _where(further.reindex(applications.index), reasons.FURTHER)


def _date_reasons(applications: pd.DataFrame, pair: Pair) -> pd.Series:
    planned, windows = applications["planned_start_date"], pair.windows
    approved = pd.Series(pd.Timestamp(windows.approval_date), planned.index)
    if pair.drug.members:
        starts = {member.name: pd.Timestamp(member.start) for member in pair.drug.members}
        own = applications["member"].map(starts)
        approved = own.fillna(approved).clip(lower=pd.Timestamp(windows.approval_date))
    impossible = planned.isna() | ~planned.dt.year.between(*POSSIBLE_YEARS)
    found = _where(impossible, reasons.IMPOSSIBLE)
    for reason, broken in {
        reasons.LATE: planned > pd.Timestamp(windows.treatment.end),
        reasons.BEFORE_WINDOW: planned < pd.Timestamp(windows.treatment.start),
        reasons.BEFORE_APPROVAL: planned < approved,
    }.items():
        found = found.mask(~impossible & broken, reason)
    return found


def _where(condition: pd.Series, reason: str) -> pd.Series:
    """Return the reason where the condition holds, missing elsewhere."""
    return pd.Series(None, condition.index, dtype="str").mask(condition.astype(bool), reason)
