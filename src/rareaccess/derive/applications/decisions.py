"""What was decided on each application to start the drug: approved, refused or withdrawn."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.contracts.patients import APPROVED, DECISION_REASONS, NOT_STARTED
from rareaccess.derive.applications.severity import name_criterion
from rareaccess.derive.hospital.characteristics import completed_years, read_form_sex
from rareaccess.flow import came_to
from rareaccess.marts.levels import ANOTHER_REASON, DECISIONS
from rareaccess.params import Criterion

__all__ = ["build_decisions"]


def build_decisions(
    applications: pd.DataFrame,
    everyone: pd.DataFrame,
    centres: pd.DataFrame,
    *,
    criteria: Sequence[Criterion],
) -> pd.DataFrame:
    """Return the mart: one row an application to start the drug for the condition.

    Parameters
    ----------
    applications
        As `book_flow` returns them: those that came to the step `approved` are of the mart.
    everyone
        `study_id`, `sex`, `ethnicity`, `imd_quintile` of everyone in the flow.
    centres
        `centre_code` of the pair's service.
    criteria
        The dated rules of eligibility.

    Notes
    -----
    What was approved and not begun was approved. The day of the decision is often given for
    approvals alone; the day of submission stands in for it. Sex is that on the form, else that in
    HES. Ethnic group and area come from HES, and are not known for an application without a link.
    A reason that is no code of the contract is not kept, because free text may hold anything.
    """
    rows = applications[came_to(applications["stopped_at"], "approved")]
    theirs = everyone[["study_id", "sex", "ethnicity", "imd_quintile"]]
    theirs = theirs.rename(columns={"sex": "hes_sex"})
    rows = rows.merge(theirs, on="study_id", how="left", validate="m:1")
    status = rows["approval_status"].replace(NOT_STARTED, APPROVED)
    decision = status.where(status.isin(DECISIONS), DECISIONS[-1])
    given = rows["decision_reason"].astype("str").str.strip()
    known = given.isin(DECISION_REASONS) | given.isna() | (given == "")
    reason = given.where(given != "").where(known, ANOTHER_REASON)
    decided = rows["approval_date"].fillna(rows["submitted_date"])
    mart = pd.DataFrame(
        {
            "study_id": rows["study_id"],
            "decision": decision,
            "reason": reason.where(decision.isin(["rejected", "withdrawn"])),
            "linked": rows["linked"],
            "sex": read_form_sex(rows["sex"]).fillna(rows["hes_sex"]).fillna("Not known"),
            "age": completed_years(rows["date_of_birth"], decided),
            "ethnicity": rows["ethnicity"].fillna("Unknown"),
            "imd_quintile": rows["imd_quintile"],
            "trust": rows["applying_trust"],
            "at_centre": rows["applying_trust"].isin(centres["centre_code"]),
            "route": rows["route"],
            "criterion": name_criterion(decided, criteria),
            "decided": decided,
            "application_id": rows["application_id"],
        }
    )
    order = ["study_id", "decided", "application_id"]
    return mart.sort_values(order, ignore_index=True).drop(columns=["decided", "application_id"])
