"""Patients: their applications for a drug, their link with hospital records, their trace."""

from rareaccess.contracts.hes import PERSON
from rareaccess.contracts.model import TRUST, Reference, TableContract, day, text, whole

__all__ = ["ANSWERS", "APPLICATIONS", "DECISION_REASONS", "LINKAGE", "NUMBER", "PDS"]

DECISION_REASONS = (
    "criteria not met",
    "information missing",
    "submitted twice",
    "treatment no longer planned",
    "patient declined",
    "other",
)
"""Assumed: no list of the reasons that Blueteq forms offer has been seen."""

NUMBER = text("nhs_number", "pseudonym of the NHS number", private=True, numeric=True)
APPLICATION = text("application_id", "identifier of the application", private=True, numeric=True)
APPLICATIONS = TableContract(
    "blueteq_applications",
    "an application for prior approval of a drug",
    (
        APPLICATION,
        NUMBER,
        day("date_of_birth", "date of birth", private=True),
        text("sex", "person stated gender", codes=("male", "female")),
        text("drug_name", "drug, free text"),
        text("form_code", "code of the form"),
        text("form_type", "kind of form", codes=("initiation", "continuation")),
        text("indication", "indication, as the form names it"),
        text("applying_trust", "ODS code of the trust that applied", trust=TRUST),
        day("submitted_date", "day of submission"),
        text("approval_status", "decision", codes=("approved", "rejected", "withdrawn", "pending")),
        day("approval_date", "day of the decision"),
        day("planned_start_date", "day on which treatment was planned to start"),
        text("route", "route of administration", codes=("IV", "SC", "oral")),
        text(
            "decision_reason",
            "why the application was refused or withdrawn, where the form asks",
            codes=DECISION_REASONS,
            optional=True,
        ),
    ),
    key=("application_id",),
    orders=(("date_of_birth", "submitted_date"), ("submitted_date", "approval_date")),
    references=(Reference("nhs_number", "pds_trace", "nhs_number"),),
)
ANSWERS = TableContract(
    "blueteq_answers",
    "an answer on an application's form",
    (
        APPLICATION,
        text("question_code", "question, such as sledai_score"),
        text("answer", "answer, free text"),
    ),
    key=("application_id", "question_code"),
    references=(Reference("application_id", "blueteq_applications", "application_id", 0.5),),
)
PDS = TableContract(
    "pds_trace",
    "a person traced in the Personal Demographics Service",
    (
        NUMBER,
        text("traced", "whether the person was found", codes=("Y", "N")),
        text("vital_status", "vital status on the trace date", codes=("alive", "dead")),
        day("date_of_death", "date of death", private=True),
        day("trace_date", "day of the trace"),
    ),
    key=("nhs_number",),
    orders=(("date_of_death", "trace_date"),),
)
LINKAGE = TableContract(
    "linkage",
    "a possible match of an NHS number with a person in HES",
    (
        NUMBER,
        PERSON,
        whole("match_rank", "pass of the match: 1 is the best", within=((1, 99),)),
    ),
    key=("nhs_number", "PSEUDO_HESID"),
    references=(Reference("nhs_number", "pds_trace", "nhs_number"),),
)
