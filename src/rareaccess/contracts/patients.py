"""Patients: their applications for a drug, their link with hospital records, their trace."""

from rareaccess.contracts.hes import PERSON
from rareaccess.contracts.model import Column, Reference, TableContract

__all__ = ["ANSWERS", "APPLICATIONS", "LINKAGE", "NUMBER", "PDS"]

NUMBER = Column("nhs_number", "text", "pseudonym of the NHS number", private=True, numeric=True)
APPLICATION = Column(
    "application_id", "text", "identifier of the application", private=True, numeric=True
)
APPLICATIONS = TableContract(
    "blueteq_applications",
    "an application for prior approval of a drug",
    (
        APPLICATION,
        NUMBER,
        Column("date_of_birth", "date", "date of birth", private=True),
        Column("sex", "text", "person stated gender", codes=("male", "female")),
        Column("drug_name", "text", "drug, free text"),
        Column("form_code", "text", "code of the form"),
        Column("form_type", "text", "kind of form", codes=("initiation", "continuation")),
        Column("indication", "text", "indication, as the form names it"),
        Column("applying_trust", "text", "ODS code of the trust that applied"),
        Column("submitted_date", "date", "day of submission"),
        Column(
            "approval_status",
            "text",
            "decision",
            codes=("approved", "rejected", "withdrawn", "pending"),
        ),
        Column("approval_date", "date", "day of the decision"),
        Column("planned_start_date", "date", "day on which treatment was planned to start"),
        Column("route", "text", "route of administration", codes=("IV", "SC", "oral")),
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
        Column("question_code", "text", "question, such as sledai_score"),
        Column("answer", "text", "answer, free text"),
    ),
    key=("application_id", "question_code"),
    references=(Reference("application_id", "blueteq_applications", "application_id", 0.5),),
)
PDS = TableContract(
    "pds_trace",
    "a person traced in the Personal Demographics Service",
    (
        NUMBER,
        Column("traced", "text", "whether the person was found", codes=("Y", "N")),
        Column("vital_status", "text", "vital status on the trace date", codes=("alive", "dead")),
        Column("date_of_death", "date", "date of death", private=True),
        Column("trace_date", "date", "day of the trace"),
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
        Column("match_rank", "whole", "pass of the match: 1 is the best", within=((1, 99),)),
    ),
    key=("nhs_number", "PSEUDO_HESID"),
    references=(Reference("nhs_number", "pds_trace", "nhs_number"),),
)
