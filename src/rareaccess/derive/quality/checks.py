"""The checks of data quality: what each one counts, and what the pipeline does about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

__all__ = ["CHECKS", "Check", "build_quality"]


@dataclass(frozen=True)
class Check:
    """One check: its name, table, the rule in words, what is counted, and what is done about it."""

    name: str
    table: str
    rule: str
    unit: str
    action: str


BLUETEQ, ANSWERS = "blueteq_applications", "blueteq_answers"
CHECKS = (
    Check(
        "duplicate_applications",
        BLUETEQ,
        "more than one approved application to start the drug for one patient",
        "applications",
        "the earliest start counts",
    ),
    Check(
        "impossible_start_date",
        BLUETEQ,
        "planned start in a year outside 1900 to 2100",
        "applications",
        "excluded",
    ),
    Check(
        "missing_start_date",
        BLUETEQ,
        "approved application without a planned start",
        "applications",
        "excluded",
    ),
    Check(
        "start_before_drug_approval",
        BLUETEQ,
        "planned start before the drug was approved",
        "applications",
        "excluded",
    ),
    Check(
        "misspelt_drug_name",
        BLUETEQ,
        "drug name misspelt in a way that the audited list knows",
        "applications",
        "read as the drug",
    ),
    Check(
        "unrecognised_drug_name",
        BLUETEQ,
        "drug name on the drug's own form that is not known",
        "applications",
        "excluded, not guessed",
    ),
    Check(
        "unmatched_nhs_number",
        BLUETEQ,
        "NHS number on an application for the drug that is linked to no person in HES",
        "people",
        "excluded",
    ),
    Check(
        "death_before_start",
        "pds_trace",
        "patient who died before the planned start",
        "people",
        "excluded",
    ),
    Check(
        "severity_text",
        ANSWERS,
        "severity score of a treated person that is not a plain number",
        "people",
        "no score",
    ),
    Check(
        "severity_out_of_range",
        ANSWERS,
        "severity score of a treated person outside the scale",
        "people",
        "no score",
    ),
    Check(
        "severity_missing",
        ANSWERS,
        "treated person without a severity score on the form",
        "people",
        "no score",
    ),
    Check(
        "conflicting_sex",
        "apc, op",
        "person of the cohort recorded with both sexes",
        "people",
        "the most recent counts",
    ),
    Check(
        "conflicting_ethnicity",
        "apc, op",
        "person of the cohort recorded in more than one ethnic group",
        "people",
        "the rule of the report's settings",
    ),
    Check(
        "missing_lsoa",
        "apc, op",
        "record without an area of residence",
        "records",
        "the last area up to the start counts, else the first after; of others the latest",
    ),
    Check(
        "lsoa_not_in_imd",
        "apc, op",
        "area of residence that the deprivation file lacks",
        "records",
        "deprivation missing",
    ),
    Check(
        "duplicate_episodes",
        "apc",
        "the same finished episode more than once",
        "records",
        "the first counts",
    ),
    Check(
        "duplicate_appointments",
        "op",
        "the same appointment more than once",
        "records",
        "the most complete counts",
    ),
    Check("unfinished_episodes", "apc", "episode that is not finished", "records", "left out"),
    Check(
        "null_episode_date",
        "apc",
        "finished episode with a null date for its start",
        "records",
        "left out",
    ),
    Check("null_appointment_date", "op", "appointment with a null date", "records", "left out"),
    Check(
        "overlapping_spells",
        "apc",
        "stay that begins inside a stay of the same person at another provider",
        "spells",
        "both count",
    ),
    Check(
        "record_after_death",
        "apc, op",
        "record dated after the person's death",
        "records",
        "counts as it stands",
    ),
)


def build_quality(counts: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Return the mart: one row a check, in the order of `CHECKS`."""
    return pd.DataFrame(
        [
            {
                "check": check.name,
                "table": check.table,
                "rule": check.rule,
                "unit": check.unit,
                "n": counts[check.name][0],
                "denominator": counts[check.name][1],
                "action": check.action,
            }
            for check in CHECKS
        ]
    )
