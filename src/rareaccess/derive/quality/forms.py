"""Faults of applications and answers, counted before the pipeline deals with them."""

import pandas as pd

from rareaccess.derive.applications.indications import (
    COUNTS,
    decide,
    match_forms,
    match_indications,
)
from rareaccess.derive.applications.starters import POSSIBLE_YEARS, match_drug_names
from rareaccess.flow.reasons import NAME
from rareaccess.params import Pair

__all__ = ["count_form_faults"]


def count_form_faults(
    applications: pd.DataFrame, statuses: pd.Series, *, pair: Pair
) -> dict[str, tuple[int, int]]:
    """Count the faults of applications and answers: name -> (n, how many were looked at).

    Parameters
    ----------
    applications
        The table with `linked` and `stopped_at`, as `book_flow` returns it.
    statuses
        The status of each treated person's severity score. None is missing where the pair's form
        does not ask for one.
    """
    names = match_drug_names(applications["drug_name"], pair.drug)
    forms = match_forms(applications["form_code"], pair.drug)
    wordings = match_indications(applications["indication"], pair.drug)
    decisions = decide(names != "unknown", forms, wordings)
    own_form = decisions.isin([COUNTS, NAME]) & (forms != "other")
    numbers = applications[decisions == COUNTS].dropna(subset=["nhs_number"])
    numbers = numbers.drop_duplicates("nhs_number")
    start = applications[~applications["stopped_at"].isin(["drug", "initiation", "approved"])]
    planned = start["planned_start_date"]
    possible = planned.dt.year.between(*POSSIBLE_YEARS)
    early = possible & (planned < pd.Timestamp(pair.windows.approval_date))
    dated = start[start["stopped_at"] != "dated"]
    patients = dated[dated["stopped_at"] != "one_per_patient"]
    linked = patients[patients["stopped_at"] != "linked"]
    found = {
        "duplicate_applications": (dated["stopped_at"] == "one_per_patient"),
        "impossible_start_date": planned.notna() & ~possible,
        "missing_start_date": planned.isna(),
        "start_before_drug_approval": early,
        "misspelt_drug_name": names == "misspelt",
        "unrecognised_drug_name": (names == "unknown")[own_form],
        "unmatched_nhs_number": ~numbers["linked"],
        "death_before_start": linked["stopped_at"] == "alive_at_start",
        "severity_text": statuses == "unreadable",
        "severity_out_of_range": statuses == "out of range",
        "severity_missing": (statuses == "missing") & (pair.severity is not None),
    }
    return {name: (int(broken.sum()), len(broken)) for name, broken in found.items()}
