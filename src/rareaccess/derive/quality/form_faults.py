"""Faults of applications and answers, counted before the pipeline deals with them."""

import pandas as pd

from rareaccess.derive.applications.classify import COUNTS
from rareaccess.derive.applications.starters import POSSIBLE_YEARS
from rareaccess.flow import came_to
from rareaccess.flow.reasons import NAME
from rareaccess.params import Pair

__all__ = ["count_form_faults"]


def count_form_faults(
    applications: pd.DataFrame, statuses: pd.Series, *, pair: Pair, others: int = 0
) -> dict[str, tuple[int, int]]:
    """Count the faults of applications and answers: name -> (n, how many were looked at).

    Parameters
    ----------
    applications
        As `book_flow` returns them: classified, with `linked`, `stopped_at` and `recoded` (site or
        merged: why the code of the trust is not that on the form).
    statuses
        The status of each treated person's severity score. None is missing where the pair's form
        does not ask for one.
    others
        How many applications there are for other drugs: their names were looked at too.
    """
    decisions, stopped = applications["decision"], applications["stopped_at"]
    unknown = applications["match"] == "unknown"
    own_form = decisions.isin([COUNTS, NAME]) & (applications["form"] != "other")
    numbers = applications[decisions == COUNTS].dropna(subset=["nhs_number"])
    numbers = numbers.drop_duplicates("nhs_number")
    start = applications[came_to(stopped, "dated")]
    planned = start["planned_start_date"]
    possible = planned.dt.year.between(*POSSIBLE_YEARS)
    early = possible & (planned < pd.Timestamp(pair.windows.approval_date))
    dated = stopped[came_to(stopped, "one_per_patient")]
    linked = stopped[came_to(stopped, "alive_at_start")]
    given = applications[came_to(stopped, "approved")].dropna(subset=["applying_trust"])
    found = {
        "duplicate_applications": dated == "one_per_patient",
        "impossible_start_date": planned.notna() & ~possible,
        "missing_start_date": planned.isna(),
        "start_before_drug_approval": early,
        "misspelt_drug_name": applications["match"] == "misspelt",
        "unrecognised_drug_name": unknown[own_form],
        "unmatched_nhs_number": ~numbers["linked"],
        "site_of_trust": given["recoded"] == "site",
        "merged_trust": given["recoded"] == "merged",
        "death_before_start": linked == "alive_at_start",
        "severity_text": statuses == "unreadable",
        "severity_out_of_range": statuses == "out of range",
        "severity_missing": (statuses == "missing") & (pair.severity is not None),
    }
    counts = {name: (int(broken.sum()), len(broken)) for name, broken in found.items()}
    n, looked_at = counts["misspelt_drug_name"]
    return counts | {"misspelt_drug_name": (n, looked_at + others)}
