"""The checks of data quality: what each one counts, and what the pipeline does about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

__all__ = ["CHECKS", "Check", "build_quality"]


@dataclass(frozen=True)
class Check:
    """One check: its name, table, what is counted, the rule in words, what is done about it."""

    name: str
    table: str
    unit: str
    rule: str
    action: str


FORMS = ("blueteq_applications", "applications")
APPLICANTS = ("blueteq_applications", "people")
LINKED = ("linkage", "people")
NUMBERS = ("linkage", "NHS numbers")
TRACED = ("pds_trace", "people")
ANSWERS = ("blueteq_answers", "people")
PATIENTS = ("apc, op", "people")
RECORDS = ("apc, op", "records")
EPISODES = ("apc", "records")
APPOINTMENTS = ("op", "records")
SPELLS = ("apc", "spells")  # table, and what is counted
_DECLARED = {
    "duplicate_applications": (
        FORMS,
        "more than one approved application to start the drug for one patient",
        "the earliest start counts",
    ),
    "impossible_start_date": (FORMS, "planned start in a year outside 1900 to 2100", "excluded"),
    "missing_start_date": (FORMS, "approved application without a planned start", "excluded"),
    "start_before_drug_approval": (FORMS, "planned start before the drug was approved", "excluded"),
    "misspelt_drug_name": (
        FORMS,
        "drug name misspelt in a way that the audited list knows",
        "read as the drug",
    ),
    "unrecognised_drug_name": (
        FORMS,
        "drug name on the drug's own form that is not known",
        "excluded, not guessed",
    ),
    "site_of_trust": (
        FORMS,
        "application whose trust is given as one of its sites",
        "counted under the trust",
    ),
    "merged_trust": (
        FORMS,
        "application by a trust that has since merged, by the settings of the source",
        "counted under its successor",
    ),
    "unmatched_nhs_number": (
        APPLICANTS,
        "NHS number on any application for the drug, approved or not, that is linked to nobody "
        "in HES",
        "excluded",
    ),
    "several_pseudonyms": (
        LINKED,
        "person with several HES pseudonyms: one NHS number is linked to them equally well",
        "their records are united",
    ),
    "links_not_followed": (
        NUMBERS,
        "NHS number that is also linked to somebody else in HES, less well or too loosely to unite",
        "the best link counts",
    ),
    "several_nhs_numbers": (
        LINKED,
        "person in HES to whom several NHS numbers are linked",
        "one person: of their applications one counts",
    ),
    "death_before_start": (TRACED, "patient who died before the planned start", "excluded"),
    "death_without_date": (
        TRACED,
        "person with a code or an application who is dead, without a day of death",
        "alive at the approval if a record or the start is later, else left out; followed to the "
        "last record",
    ),
    "severity_text": (
        ANSWERS,
        "severity score of a treated person that is not a plain number",
        "no score",
    ),
    "severity_out_of_range": (
        ANSWERS,
        "severity score of a treated person outside the scale",
        "no score",
    ),
    "severity_missing": (
        ANSWERS,
        "treated person without a severity score on the form",
        "no score",
    ),
    "conflicting_sex": (
        PATIENTS,
        "person of the cohort recorded with both sexes",
        "the most recent counts",
    ),
    "conflicting_ethnicity": (
        PATIENTS,
        "person of the cohort recorded in more than one ethnic group",
        "the rule of the report's settings",
    ),
    "missing_lsoa": (
        RECORDS,
        "record without an area of residence",
        "the last area up to the start counts, else the first after; of others the latest",
    ),
    "lsoa_not_in_imd": (
        RECORDS,
        "area of residence that the deprivation file lacks",
        "deprivation missing",
    ),
    "unfinished_episodes": (EPISODES, "episode that is not finished", "left out"),
    "duplicate_episodes": (
        EPISODES,
        "the same finished episode more than once",
        "the first counts",
    ),
    "null_episode_date": (EPISODES, "finished episode with a null date for its start", "left out"),
    "episode_outside_period": (
        EPISODES,
        "episode that begins before or after the period that is read",
        "left out",
    ),
    "duplicate_appointments": (
        APPOINTMENTS,
        "the same appointment more than once",
        "one that was attended counts, of several the most complete",
    ),
    "null_appointment_date": (APPOINTMENTS, "appointment with a null date", "left out"),
    "appointment_outside_period": (
        APPOINTMENTS,
        "appointment before or after the period that is read",
        "left out",
    ),
    "missing_admission_date": (
        EPISODES,
        "episode without a day of admission",
        "of the first of a stay its own first day counts, of a later one the day of its stay",
    ),
    "stays_on_one_day": (
        SPELLS,
        "several stays of a person that begin at one provider on one day",
        "count as one",
    ),
    "transfers": (
        SPELLS,
        "stay by transfer within three days of the end of a stay at another provider",
        "both count",
    ),
    "overlapping_spells": (
        SPELLS,
        "stay that begins inside a stay of the same person at another provider",
        "both count",
    ),
    "record_after_death": (RECORDS, "record dated after the person's death", "counts as it stands"),
}
CHECKS = tuple(Check(name, *kind, *words) for name, (kind, *words) in _DECLARED.items())


def build_quality(counts: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Return the mart: one row a check, in the order of `CHECKS`."""
    mart = pd.DataFrame([vars(check) for check in CHECKS]).rename(columns={"name": "check"})
    numbers = [counts[check.name] for check in CHECKS]
    return mart.join(pd.DataFrame(numbers, columns=["n", "denominator"]))
