"""Patients: their applications for a drug, their link with hospital records, their trace."""

from rareaccess.contracts.hes import PERSON
from rareaccess.contracts.model import TRUST, Reference, TableContract, day, text, whole

__all__ = [
    "ANSWERS",
    "APPLICATIONS",
    "APPROVED",
    "DECISION_REASONS",
    "LINKAGE",
    "NOT_STARTED",
    "NUMBER",
    "PDS",
    "ROUTES",
    "STATUSES",
    "YES_NO",
]

DECISION_REASONS = (
    "criteria not met",
    "information missing",
    "submitted twice",
    "treatment no longer planned",
    "patient declined",
    "other",
)
"""Assumed: no list of the reasons that Blueteq forms offer has been seen."""

APPROVED, NOT_STARTED = "approved", "treatment not started"
"""Two decisions: treatment was approved, and approved but not begun."""
STATUSES = (APPROVED, NOT_STARTED, "rejected", "withdrawn", "pending")
DECIDED = (
    *((f"treatment {word}", APPROVED) for word in ("complete", "completed", "stopped", "started")),
    ("not started", NOT_STARTED),
)
"""What Blueteq shows of an approved application in place of the decision: it follows treatment."""
FORM_TYPES = (("initial", "initiation"), ("new", "initiation"), ("renewal", "continuation"))
SEXES = (("m", "male"), ("1", "male"), ("f", "female"), ("2", "female"))
ROUTES = (
    *((word, "IV") for word in ("i.v.", "i.v", "intravenous", "intravenous infusion")),
    *((word, "SC") for word in ("s.c.", "s.c", "s/c", "sub-cut", "subcut", "subcutaneous",
                                "subcutaneous injection")),
    *((word, "oral") for word in ("po", "p.o.", "by mouth", "orally")),
)  # fmt: skip
YES_NO = (("yes", "Y"), ("true", "Y"), ("1", "Y"), ("no", "N"), ("false", "N"), ("0", "N"))
FATES = (("a", "alive"), ("living", "alive"), ("d", "dead"), ("deceased", "dead"), ("died", "dead"))
NUMBER = text("nhs_number", "pseudonym of the NHS number", private=True, numeric=True)
APPLICATION = text("application_id", "identifier of the application", private=True, numeric=True)
APPLICATIONS = TableContract(
    "blueteq_applications",
    "an application for prior approval of a drug",
    (
        APPLICATION,
        NUMBER,
        day("date_of_birth", "date of birth", private=True, timed=True),
        text(
            "sex",
            "person stated gender",
            codes=("male", "female"),
            numeric=True,
            fold="code",
            spellings=SEXES,
        ),
        text("drug_name", "drug, free text"),
        text("form_code", "code of the form", fold="capitals"),
        text(
            "form_type",
            "kind of form",
            codes=("initiation", "continuation"),
            fold="code",
            spellings=FORM_TYPES,
        ),
        text("indication", "indication, as the form names it"),
        text("applying_trust", "ODS code of the trust that applied", trust=TRUST, fold="capitals"),
        day("submitted_date", "day of submission", timed=True),
        text("approval_status", "decision", codes=STATUSES, fold="code", spellings=DECIDED),
        day("approval_date", "day of the decision", timed=True),
        day("planned_start_date", "day on which treatment was planned to start", timed=True),
        text(
            "route",
            "route of administration",
            codes=("IV", "SC", "oral"),
            fold="code",
            spellings=ROUTES,
        ),
        text(
            "decision_reason",
            "why the application was refused or withdrawn, where the form asks",
            codes=DECISION_REASONS,
            optional=True,
            fold="code",
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
        text("question_code", "question, such as sledai_score", fold="small"),
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
        text(
            "traced",
            "whether the person was found",
            codes=("Y", "N"),
            fold="code",
            spellings=YES_NO,
        ),
        text(
            "vital_status",
            "vital status on the trace date",
            codes=("alive", "dead"),
            fold="code",
            spellings=FATES,
        ),
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
