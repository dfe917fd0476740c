"""The declaration of the marts: what a row is, and each column with its type and meaning."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from rareaccess.contracts import Field
from rareaccess.contracts.charlson import CONDITIONS
from rareaccess.core.arrow import ARROW

__all__ = ["MARTS", "Mart"]


@dataclass(frozen=True)
class Mart:
    """One mart: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Field, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the file."""
        return pa.schema([(column.name, ARROW[column.type]) for column in self.columns])


ID = ("study_id", "id", "person within this pair; not the native pseudonym, nor in its order")
ROLE = (
    ("box", "label", "key of the box"),
    ("role", "label", "in, excluded or out"),
    ("reason", "label", "reason of exclusion; missing in the other roles"),
    ID,
)
TREATED = ("treated", "yes/no", "treated with the drug")
QUINTILE = ("imd_quintile", "whole", "deprivation of the area, 1 most deprived to 5 least")
ETHNICITY = ("ethnicity", "text", "ethnic group by the rule of the report, or Unknown")
STATUS = "at or above threshold, below threshold, missing, unreadable or out of range"
SEX = ("sex", "text", "Female, Male or Not known; of the treated, as stated on the application")

_DECLARED: dict[str, tuple[Any, ...]] = {
    "flow": (
        "a person in one role of a box of the flow, for one reason",
        *ROLE,
        ("n_records", "whole", "applications or records of the person, as the box counts"),
    ),
    "fund_flow": (
        "a person in one role of a box of the flow of the Cancer Drugs Fund, for one reason",
        *ROLE,
        ("n_records", "whole", "applications of the person"),
    ),
    "lost": (
        "a person who left the flow, at the box where that was",
        ("box", "text", "key of the box"),
        ("reason", "text", "reason of exclusion"),
        ID,
        SEX,
        ETHNICITY,
        QUINTILE,
    ),
    "people": (
        "a person of the cohort",
        ID,
        TREATED,
        ("found_by", "text", "code or specialty"),
        SEX,
        ("age_at_entry", "whole", "age in years at the first record in HES"),
        ("age_at_treatment", "whole", "age in completed years at the planned start"),
        ETHNICITY,
        ("ethnic_code", "text", "most recent national code of the ethnic category, A to S"),
        ("ethnicity_most_recent", "text", "the most recent known ethnic group, or Unknown"),
        ("ethnicity_most_frequent", "text", "ethnic group recorded most often, or Unknown"),
        QUINTILE,
        ("imd_decile", "whole", "deprivation of the area, 1 most deprived to 10"),
        ("imd_version", "text", "version of the deprivation index"),
        ("icb", "text", "ONS code of the integrated care board, of July 2022"),
        ("nhs_region", "text", "NHS region"),
        ("rural_urban", "text", "urban or rural"),
        ("coastal", "text", "coastal or inland"),
        (
            "no_fixed_abode",
            "yes/no",
            "a diagnosis (Z59.0) or a postcode (ZZ99 3VZ) says so",
        ),
        ("entry_date", "date", "day of the first record in HES within the windows"),
        ("first_coded_date", "date", "day of the first record with a code of the condition"),
        ("age_at_first_code", "whole", "age in years at that record"),
        ("age_at_index", "whole", "age in years at the start of treatment, or on the day drawn"),
        ("coded_records", "whole", "records with a code of the condition"),
        ("leading_records", "whole", "of these, with such a code in the first position"),
        ("observed_until", "date", "day of death, else the end of the records or the last record"),
    ),
    "general_population": (
        "a group of the general population in one of the tables; what the table lacks is missing",
        ("table", "text", "table of the source"),
        ("year", "whole", "year of the estimate or census"),
        ("sex", "text", "Female or Male"),
        ("age_band", "text", "five years of age"),
        ("ethnicity", "text", "ethnic group of the report"),
        ("ethnic_code", "text", "national code of the ethnic category"),
        ("icb", "text", "ONS code of the integrated care board"),
        ("nhs_region", "text", "NHS region"),
        ("rural_urban", "text", "urban or rural"),
        ("coastal", "text", "coastal or inland"),
        QUINTILE,
        ("imd_decile", "whole", "deprivation of the area, 1 most deprived to 10"),
        ("people", "number", "people"),
    ),
    "unit_costs": (
        "a kind of hospital contact",
        ("activity", "text", "kind of contact"),
        ("pounds", "number", "average cost, pounds"),
        ("year", "text", "financial year of the prices"),
        ("source", "text", "where the cost is published"),
    ),
    "prices": (
        "a drug of the pair",
        ("drug", "text", "the drug"),
        ("first_year", "number", "list price of the first year of treatment, pounds"),
        ("later_year", "number", "list price of each further year, pounds"),
        ("price_year", "whole", "year of the price"),
        ("source", "text", "where the price is published"),
    ),
    "expected_uptake": (
        "a figure of how many people were expected to be treated",
        ("source", "text", "where the figure stands, as a key of the bibliography"),
        ("geography", "text", "England, an NHS region or the code of a board"),
        ("from_date", "date", "first day of the period"),
        ("to_date", "date", "last day of the period"),
        ("low", "whole", "the lower figure; missing of an upper one alone"),
        ("high", "whole", "the upper figure"),
        ("measure", "text", "starts, or people on treatment"),
    ),
    "need_share": (
        "an integrated care board with its share of the need, by one basis",
        ("basis", "text", "what the share is of, such as registered patients"),
        ("icb", "text", "ONS code of the integrated care board"),
        ("share", "number", "share of all of England, 0 to 1"),
        ("source", "text", "where the figure stands"),
    ),
    "uptake": (
        "a treated person",
        ID,
        ("start_date", "date", "planned start of treatment"),
        ("approval_date", "date", "day on which the application was approved"),
        ("submitted_date", "date", "day on which the application was submitted"),
        ("route", "text", "IV, SC or oral"),
        ("trust", "text", "ODS code of the trust that applied"),
        ("member", "text", "of a group of drugs, the one with which treatment began"),
        ("day_case_date", "date", "first stay of one day from 14 days before it to 56 after"),
    ),
    "trusts": (
        "a centre of the pair's service, or another trust that applied",
        ("trust", "text", "ODS code of the trust"),
        ("centre", "yes/no", "one of the centres of the pair's service"),
        ("starts", "whole", "treated people for whom it applied"),
        ("first_start", "date", "planned start of the first of them"),
    ),
    "lines": (
        "a drug of a group that a treated person began",
        ID,
        ("line", "whole", "1 is the first drug, 2 the one after it"),
        ("member", "text", "the drug"),
        ("start_date", "date", "planned start of it"),
    ),
    "drug_names": (
        "a name of the audited lists, or all others of one kind, as typed on applications",
        ("match", "text", "known, misspelt, accepted on review, not recognised, or another drug"),
        ("member", "text", "of a group of drugs, which one"),
        ("name", "text", "the audited name; other text is never kept"),
        ("applications", "whole", "applications on which it stands"),
    ),
    "forms": (
        "a kind of form with a kind of indication, of applications that point at the drug",
        ("form", "text", "own, shared with other uses of the drug, or other"),
        ("indication", "text", "an audited wording, another, or missing"),
        ("decision", "text", "counts, or why such an application does not"),
        ("applications", "whole", "applications"),
    ),
    "decisions": (
        "an application to start the drug for the condition",
        ID,
        ("decision", "text", "approved, rejected, withdrawn, pending or not known"),
        ("reason", "text", "why it was rejected or withdrawn, where the form says so"),
        ("linked", "yes/no", "the person is linked to HES"),
        ("sex", "text", "Female, Male or Not known; as on the form, else from HES"),
        ("age", "whole", "age in completed years on the day of the decision, or of submission"),
        ETHNICITY,
        QUINTILE,
        ("trust", "text", "ODS code of the trust that applied"),
        ("at_centre", "yes/no", "that trust is a centre of the pair's service"),
        ("route", "text", "IV, SC or oral"),
        ("criterion", "text", "rule of eligibility in force on that day"),
    ),
    "form_answers": (
        "a trust that applied and a question of the form",
        ("trust", "text", "ODS code of the trust"),
        ("question", "text", "code of the question, or another question"),
        ("applications", "whole", "applications to start the drug for the condition"),
        ("missing", "whole", "of these, without an answer to the question"),
    ),
    "pathway": (
        "a person of the cohort",
        ID,
        TREATED,
        ("first_coded_date", "date", "day of the first record with a code of the condition"),
        ("first_visit_date", "date", "day of the first visit to a specialty of the condition"),
        ("first_visits", "whole", "first visits of a referral to it since the drug was approved"),
        ("applications", "whole", "applications to start the drug, whatever was decided"),
        ("refused", "whole", "of these, rejected"),
        ("trusts", "whole", "trusts that applied for the person"),
        ("applied_date", "date", "submission: of the treated of the one that counts, else first"),
        ("approved_date", "date", "approval: of the treated of the one that counts, else first"),
        ("start_date", "date", "planned start of treatment"),
        ("waits_from", "date", "first code, or the drug's approval if that is later"),
        ("waits_until", "date", "planned start, else the last day under observation"),
        ("emergencies", "whole", "emergency admissions between these two days"),
        ("emergencies_applied", "whole", "emergency admissions from submission to planned start"),
        ("observed_until", "date", "day of death, else the end of the records or the last record"),
        ("died", "yes/no", "dead on that day"),
    ),
    "severity": (
        "a treated person",
        ID,
        ("score", "number", "score on the form, where it is a plain number within the scale"),
        ("status", "text", STATUS),
        ("criterion", "text", "rule of eligibility in force on the approval date"),
    ),
    "travel": (
        "a person of the cohort with an index date, from where they lived on it",
        ID,
        TREATED,
        ("minutes", "number", "off-peak minutes to the nearest centre"),
        ("nearest_centre", "text", "ODS code of the nearest centre"),
        ("treating_centre_minutes", "number", "minutes to the trust that applied, if a centre"),
        QUINTILE,
        ("criterion", "text", "rule of eligibility in force on the index date"),
    ),
    "activity": (
        "a person of the cohort with an index date",
        ID,
        TREATED,
        ("admissions", "whole", "qualifying admissions in the window before the index date"),
        ("visits", "whole", "qualifying outpatient visits in the window"),
        ("total", "whole", "admissions and visits"),
        ("total_any_record", "whole", "the same before a date after the first record of any kind"),
    ),
    "care": (
        "a person of the cohort with an index date: all hospital use in the 12 months before it",
        ID,
        TREATED,
        ("elective", "whole", "elective admissions (spells), day cases and regular ones included"),
        ("emergency", "whole", "emergency admissions (spells)"),
        ("other_admissions", "whole", "other admissions: maternity, transfer, or not known how"),
        ("day_cases", "whole", "of the elective, day cases"),
        ("regular", "whole", "of the elective, regular day or night attenders"),
        ("bed_days", "whole", "nights before the index date in the stays that began in the window"),
        ("visits", "whole", "outpatient visits: seen, in person or remotely"),
        ("remote", "whole", "of these, by telephone or video"),
        ("missed", "whole", "appointments not attended, or too late to be seen"),
        ("cancelled_by_patient", "whole", "appointments cancelled by the patient"),
        ("cancelled_by_provider", "whole", "appointments cancelled by the provider"),
        ("outcome_not_known", "whole", "appointments that do not say whether the person was seen"),
    ),
    "comorbidity": (
        "a person of the cohort with an index date",
        ID,
        TREATED,
        *((n, "yes/no", f"Charlson condition {n}, before the hierarchy") for n in CONDITIONS),
        ("score_1987", "whole", "Charlson score, weights of 1987, with hierarchy"),
        ("score_2011", "whole", "Charlson score, Quan's weights of 2011, with hierarchy"),
        ("band", "text", "band of the score that the report's settings choose: 0, 1, 2, 3+"),
    ),
    "course": (
        "a quarter of a year around a start: of the treated person, or of somebody matched to them",
        ID,
        ("treated", "yes/no", "the person who starts; a match has not started by then"),
        ("matched_to", "id", "study_id of the person who starts"),
        ("quarter", "whole", "from the start: -1 ends on the day before it, 0 begins on it"),
        ("days", "whole", "days of the quarter under observation; of a match, before an own start"),
        ("visits", "whole", "outpatient visits: seen, in person or remotely"),
        ("admissions", "whole", "admissions (spells) that are no emergency"),
        ("emergencies", "whole", "emergency admissions (spells)"),
    ),
    "landmark": (
        "a person of the cohort coded before the landmark, alive on it and not treated before it",
        ID,
        ("treated", "yes/no", "starts treatment on the landmark or later"),
        ("age", "whole", "age in years on the landmark; missing if not known"),
    ),
    "features": (
        "a feature of a person at the landmark that is not 0, from before the blank gap",
        ID,
        ("feature", "text", "its name in the settings, eligibility"),
        ("value", "whole", "events, or what is measured; 1 of a flag"),
    ),
    "scores": (
        "a score of severity of a person at the landmark who is not treated, the last before it",
        ID,
        ("chosen", "text", "how the person was chosen: random, clinician or unknown"),
        ("in_need", "yes/no", "at or above the threshold of the pair"),
        ("weight", "number", "how many people the person stands for; 1 where it is not said"),
    ),
    "sact_status": (
        "a patient with an approved application for a drug in the Cancer Drugs Fund",
        ID,
        ("status", "text", "present, incomplete or missing in SACT"),
        ("reason", "text", "what an incomplete record lacks"),
    ),
    "chasing": (
        "a trust and a month of approval with records to be asked for",
        ("trust", "text", "ODS code of the trust that applied"),
        ("month", "date", "first day of the month"),
        ("incomplete", "whole", "patients with an incomplete record"),
        ("missing", "whole", "patients without a record"),
    ),
    "on_treatment": (
        "a treated person whose time on treatment is known, under one assumption where forms tell",
        ID,
        ("cover_months", "whole", "months that a form is taken to cover; missing of SACT"),
        ("days", "whole", "days from the first day to the end or last known; missing if left out"),
        ("ended", "yes/no", "treatment has ended; otherwise the time is censored"),
        ("how", "text", "how it ended, or that it goes on"),
    ),
    "survival": (
        "a treated person with a start of treatment in SACT",
        ID,
        ("days", "whole", "days from the first day to death or last known; missing if left out"),
        ("died", "yes/no", "dead; otherwise the time is censored"),
        ("how", "text", "died, alive, lost to follow-up, or dead, day unknown"),
    ),
    "quality": (
        "a check of the records",
        ("check", "text", "name of the check"),
        ("table", "text", "table or tables"),
        ("rule", "text", "what is counted, in words"),
        ("unit", "text", "what n counts"),
        ("n", "whole", "how many break the rule"),
        ("denominator", "whole", "how many were looked at"),
        ("action", "text", "what the pipeline does with them"),
    ),
    "contracts": (
        "a rule that some rows of a table break, or a table of which no rule is broken",
        ("table", "text", "table of the source"),
        ("rule", "text", "id of the rule; missing where none is broken"),
        ("expected", "text", "what should be so"),
        ("n", "whole", "rows that break it"),
        ("rows", "whole", "rows that were looked at"),
        ("severity", "text", "warning: an error stops the report"),
    ),
    "written": (
        "what was done to values of a column to read them, or a table of which all stand as ours",
        ("table", "text", "table of the source"),
        ("column", "text", "column; missing where nothing was done"),
        ("done", "text", "what was done, in words"),
        ("n", "whole", "rows in which it was done"),
        ("values", "whole", "different values in these rows"),
        ("rows", "whole", "rows of the table"),
    ),
    "missing": (
        "a column in which some rows of a table have no value, or that the source has not",
        ("table", "text", "table of the source"),
        ("column", "text", "column"),
        ("done", "text", "whether it has no value, or is not there"),
        ("n", "whole", "rows without a value"),
        ("rows", "whole", "rows of the table"),
    ),
    "completeness": (
        "a table, financial year and field",
        ("table", "text", "apc or op"),
        ("year", "text", "financial year, such as 2016/17"),
        ("field", "text", "field"),
        ("n", "whole", "cleaned records of the cohort"),
        ("known", "whole", "with a known value"),
    ),
    "linkage_quality": (
        "a group of the patients whose link was sought",
        ("group", "text", "characteristic as known in Blueteq"),
        ("value", "text", "its value"),
        ("n", "whole", "patients"),
        ("linked", "whole", "linked to HES"),
    ),
    "codes": (
        "a code of the condition in one table",
        ("code", "text", "ICD-10 code"),
        ("table", "text", "apc or op"),
        ("people", "whole", "people of the cohort with it"),
        ("records", "whole", "their cleaned records with it"),
    ),
    "code_lists": (
        "a list of codes of the condition",
        ("list", "text", "narrow, broad or orphan"),
        ("codes", "text", "the codes, with spaces between"),
        ("people_apc", "whole", "people with one of them in admitted care, in the windows"),
        ("people_op", "whole", "people with one of them in outpatients"),
        ("people", "whole", "people with one of them"),
        ("beyond_narrow", "whole", "of these, people without a narrow code"),
        ("would_join", "whole", "of these, people alive when the drug was approved"),
    ),
}
MARTS = {name: Mart(name, row, tuple(Field(*f) for f in fields))
         for name, (row, *fields) in _DECLARED.items()}  # fmt: skip
