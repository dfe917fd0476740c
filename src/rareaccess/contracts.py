"""What every source table must hold: the one place that names its columns, types and codes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

__all__ = [
    "CONTRACTS",
    "IMD04_DECILES",
    "REQUIRED",
    "TYPES",
    "Column",
    "Reference",
    "TableContract",
    "numbered",
]

TYPES = {"text": "text", "date": "a date", "whole": "a whole number", "number": "a number"}


@dataclass(frozen=True)
class Column:
    """One column of a source table.

    Parameters
    ----------
    name
        Native name, as in the published schema of the data set.
    type
        text, date, whole or number.
    meaning
        One line for the data dictionary.
    used
        Whether a result of the book rests on it.
    codes
        The allowed values, when they are few; a value outside them is reported.
    optional
        Whether a source may lack the column; it is read where it is there.
    shape
        The pattern of a whole value, in words and as a regular expression.
    within
        The least and the greatest number; a further pair stands for other meanings of the number.
    filled
        Whether a value is expected in every row; one is required in the key of a table.
    private
        Whether a value may point at a person: no example of it is ever given.
    numeric
        Whether a source may hold the text, which is all digits, as a whole number.
    limit
        The share of values outside codes, shape or limits above which the table is refused, since
        it must be written in another way; none where it is only warned of.
    """

    name: str
    type: str
    meaning: str
    used: bool = True
    codes: tuple[str, ...] = ()
    optional: bool = False
    shape: tuple[str, str] | None = None
    within: tuple[tuple[float, float], ...] = ()
    filled: bool = False
    private: bool = False
    numeric: bool = False
    limit: float | None = 0.5


@dataclass(frozen=True)
class Reference:
    """A column whose values are those of a column of another table."""

    column: str
    table: str
    of: str
    limit: float | None = None


@dataclass(frozen=True)
class TableContract:
    """One source table: what a row is, its columns, and the columns that identify a row.

    `orders` names pairs of dates of which the first is not after the second. An optional table is
    read only when the settings of the source name it.

    Examples
    --------
    >>> CONTRACTS["imd2019"].names
    ('LSOA11', 'rank')
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    optional: bool = False
    orders: tuple[tuple[str, str], ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def used(self) -> tuple[str, ...]:
        """The names of the columns on which results rest, and which must be there."""
        return tuple(c.name for c in self.columns if c.used and not c.optional)

    def __getitem__(self, name: str) -> Column:
        """Return the column of this name."""
        return self.columns[self.names.index(name)]


def numbered(stem: str, last: int) -> tuple[str, ...]:
    """Return the names of a repeated HES field.

    Examples
    --------
    >>> numbered("DIAG_4_", 3)
    ('DIAG_4_01', 'DIAG_4_02', 'DIAG_4_03')
    """
    return tuple(f"{stem}{number:02d}" for number in range(1, last + 1))


YEARS = "|".join(f"{year:02d}{(year + 1) % 100:02d}" for year in range(100))
FYEAR = ("two years that follow each other, such as 1617", f"({YEARS})")
ICD10 = (
    "an ICD-10 code without its dot, such as M321",
    "([A-Z][0-9][0-9A-Z][0-9A-Z-]{0,3}|&|89999|)",
)
AREA = ("a 2011 area, such as E01012345", "([EWS]01[0-9]{6}|Z99999999|&|)")
AGES = ((0.0, 130.0), (7001.0, 7007.0))


def _repeat(stem: str, last: int, meaning: str, *, used: bool) -> Iterator[Column]:
    shape = ICD10 if stem == "DIAG_4_" else None
    for position, name in enumerate(numbered(stem, last), start=1):
        limit = 0.5 if position == 1 else None
        yield Column(
            name, "text", f"{meaning}, position {position}", used, shape=shape, limit=limit
        )


SEX = Column("SEX", "text", "sex as recorded", codes=("0", "1", "2", "9"))
ETHNOS = Column("ETHNOS", "text", "ethnic category as recorded: letters since 2001, digits before")
LSOA11 = Column(
    "LSOA11",
    "text",
    "area of residence: 2011 lower-layer super output area",
    shape=AREA,
    private=True,  # a postcode may stand there
    limit=None,
)
IMD04_DECILES = (
    "Most deprived 10%",
    "More deprived 10-20%",
    "More deprived 20-30%",
    "More deprived 30-40%",
    "More deprived 40-50%",
    "Less deprived 40-50%",
    "Less deprived 30-40%",
    "Less deprived 20-30%",
    "Less deprived 10-20%",
    "Least deprived 10%",
)  # HES data dictionary, IMD04_DECILE: from the most deprived tenth to the least
OPTIONAL = (
    Column(
        "POSTCODE", "text", "postcode of residence, instead of LSOA11", optional=True, private=True
    ),
    Column(
        "IMD04_DECILE",
        "text",
        "tenth of deprivation as derived in HES, instead of LSOA11",
        codes=IMD04_DECILES,
        optional=True,
    ),
    Column("DISABILITY", "text", "disability as recorded, for completeness only", optional=True),
)
PERSON = Column(
    "PSEUDO_HESID", "text", "pseudonym of the person, 32 characters", filled=True, private=True
)
YEAR = Column("FYEAR", "text", "financial year, such as 1617", shape=FYEAR, limit=None)
MAINSPEF = Column("MAINSPEF", "text", "main specialty of the consultant, such as 410")
PROCODE3 = Column("PROCODE3", "text", "provider, three characters")

APC = TableContract(
    "apc",
    "a consultant episode of admitted patient care",
    (
        YEAR,
        Column("PARTYEAR", "text", "part of the year that the extract holds", used=False),
        Column(
            "EPIKEY",
            "text",
            "identifier of the episode: 12 digits, 20 from 2021/22",
            filled=True,
            private=True,
        ),
        PERSON,
        Column("ADMIDATE", "date", "day of admission"),
        Column("ADMIMETH", "text", "method of admission", used=False),
        Column("ADMISORC", "text", "source of admission", used=False),
        Column(
            "CLASSPAT",
            "text",
            "class of patient: 1 ordinary, 2 day case, 3 and 4 regular",
            used=False,
        ),
        *_repeat("DIAG_4_", 20, "diagnosis, ICD-10, four characters, undotted", used=True),
        Column("DIAG_4_CONCAT", "text", "all diagnoses, joined with commas", used=False),
        Column("DIAG_COUNT", "whole", "number of diagnoses", used=False),
        Column("DISDATE", "date", "day of discharge"),
        Column("DISDEST", "text", "destination on discharge", used=False),
        Column("DISMETH", "text", "method of discharge", used=False),
        Column("ELECDATE", "date", "day of the decision to admit", used=False),
        Column("EPISTART", "date", "first day of the episode", filled=True),
        Column("EPIEND", "date", "last day of the episode"),
        Column(
            "EPIORDER",
            "whole",
            "number of the episode within its spell",
            within=((0, 99),),
        ),
        Column("EPISTAT", "text", "status of the episode: 3 is finished", codes=("1", "3", "9")),
        Column("EPITYPE", "text", "type of the episode", used=False),
        Column("EPIDUR", "whole", "days of the episode", used=False),
        ETHNOS,
        Column("GORTREAT", "text", "region of treatment", used=False),
        MAINSPEF,
        Column("TRETSPEF", "text", "treatment specialty", used=False),
        Column("MYDOB", "text", "month and year of birth, mmyyyy", used=False, private=True),
        *_repeat("OPERTN_4_", 24, "procedure, OPCS-4", used=False),
        PROCODE3,
        Column("PROCODE5", "text", "provider, five characters", used=False),
        Column("PROCODET", "text", "provider as derived for tables", used=False),
        Column("RESGOR_ONS", "text", "region of residence", used=False),
        Column("RESLADST_ONS", "text", "local authority of residence", used=False),
        SEX,
        Column("SITETRET", "text", "site of treatment", used=False),
        Column("SPELBGIN", "text", "whether the episode begins its spell", used=False),
        Column("SPELDUR", "whole", "days of the spell", used=False),
        Column("SPELEND", "text", "whether the episode ends its spell", used=False),
        Column(
            "STARTAGE",
            "whole",
            "age at the start, years; 7001 to 7007 are under one year",
            within=AGES,
        ),
        Column("STARTAGE_CALC", "number", "age at the start with decimals", used=False),
        LSOA11,
        Column("MSOA11", "text", "middle-layer super output area of residence", used=False),
        *OPTIONAL,
    ),
    orders=(("ADMIDATE", "EPISTART"), ("EPISTART", "EPIEND"), ("ADMIDATE", "DISDATE")),
)
OP = TableContract(
    "op",
    "an outpatient appointment",
    (
        YEAR,
        Column("PARTYEAR", "text", "part of the year that the extract holds", used=False),
        PERSON,
        Column(
            "ATTENDKEY",
            "text",
            "identifier of the appointment: 12 digits, 20 from 2021/22",
            filled=True,
            private=True,
        ),
        Column("APPTDATE", "date", "day of the appointment", filled=True),
        Column(
            "APPTAGE",
            "whole",
            "age at the appointment, years; 7001 to 7007 are under one",
            within=AGES,
        ),
        Column("ATENTYPE", "text", "type of attendance", used=False),
        Column(
            "ATTENDED",
            "text",
            "5 and 6 were seen; 2, 3, 4, 7 were not; 0 is in the future",
            codes=("0", "2", "3", "4", "5", "6", "7", "9"),
        ),
        *_repeat("DIAG_4_", 12, "diagnosis, ICD-10, four characters, undotted", used=True),
        Column("DIAG_4_CONCAT", "text", "all diagnoses, joined with commas", used=False),
        Column("DNADATE", "date", "day of the appointment that was not attended", used=False),
        ETHNOS,
        Column("FIRSTATT", "text", "1 to 4 are attendances; 5 is an administrative event"),
        MAINSPEF,
        Column("TRETSPEF", "text", "treatment specialty"),
        Column("OUTCOME", "text", "outcome of the attendance", used=False),
        Column("PRIORITY", "text", "priority of the referral", used=False),
        PROCODE3,
        Column("PROCODET", "text", "provider as derived for tables", used=False),
        Column("REFSOURC", "text", "source of the referral", used=False),
        Column("REQDATE", "date", "day of the referral request", used=False),
        Column("SERVTYPE", "text", "type of service requested", used=False),
        SEX,
        Column("SITETRET", "text", "site of treatment", used=False),
        Column("WAITING", "whole", "days waited", used=False),
        LSOA11,
        *OPTIONAL,
    ),
)
NUMBER = Column("nhs_number", "text", "pseudonym of the NHS number", private=True)
APPLICATIONS = TableContract(
    "blueteq_applications",
    "an application for prior approval of a drug",
    (
        Column("application_id", "text", "identifier of the application", private=True),
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
        Column("application_id", "text", "identifier of the application", private=True),
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
CENTRES = TableContract(
    "centres",
    "a centre that may give the drug",
    (
        Column("centre_code", "text", "ODS code of the centre"),
        Column("name", "text", "name of the centre"),
        Column("service", "text", "specialised service"),
        Column("location", "text", "LSOA11 of the site", used=False),
    ),
    key=("centre_code", "service"),
    references=(Reference("location", "imd2019", "LSOA11"),),
)
TRAVEL = TableContract(
    "travel_times",
    "a journey from an area to a centre",
    (
        LSOA11,
        Column("centre_code", "text", "ODS code of the centre"),
        Column("minutes", "number", "shortest off-peak drive, minutes", within=((0, 2880),)),
    ),
    key=("LSOA11", "centre_code"),
    references=(
        Reference("LSOA11", "imd2019", "LSOA11", 0.5),
        Reference("centre_code", "centres", "centre_code"),
    ),
)
IMD2019 = TableContract(
    "imd2019",
    "an area with its rank in the English Index of Multiple Deprivation 2019",
    (
        LSOA11,
        Column(
            "rank",
            "whole",
            "1 is the most deprived, 32,844 the least",
            within=((1, 32_844),),
            filled=True,
            limit=0,
        ),
    ),
    key=("LSOA11",),
)


CONCEPT = Column(
    "SNOMED_CT",
    "text",
    "identifier of a concept of SNOMED CT",
    shape=("6 to 18 digits", "[1-9][0-9]{5,17}"),
    numeric=True,
)


def _long(kind: str, key: str, row: str) -> TableContract:
    return TableContract(
        f"{kind}_diagnoses",
        f"a diagnosis of {row}, instead of the columns DIAG_4_01 and so on",
        (
            PERSON,
            Column(key, "text", f"identifier of {row}, as in {kind}", private=True),
            Column("position", "whole", "position of the diagnosis: 1 is the first"),
            Column("code", "text", "diagnosis, ICD-10, four characters, undotted", shape=ICD10),
            replace(CONCEPT, meaning=f"{CONCEPT.meaning}, instead of code", optional=True),
        ),
        key=(key, "position"),
        optional=True,
        references=(Reference("SNOMED_CT", "snomed_map", "SNOMED_CT"),),
    )


SNOMED_MAP = TableContract(
    "snomed_map",
    "a concept of SNOMED CT with the ICD-10 code that it stands for, for a source of concepts",
    (
        CONCEPT,
        Column("ICD10", "text", "ICD-10 code, four characters, undotted", shape=ICD10, filled=True),
    ),
    key=("SNOMED_CT",),
    optional=True,
)


POSTCODES = TableContract(
    "postcodes",
    "a postcode with its area, for a source that has no LSOA11",
    (
        Column("POSTCODE", "text", "postcode; spaces and case do not matter", private=True),
        LSOA11,
    ),
    key=("POSTCODE",),
    optional=True,
    references=(Reference("LSOA11", "imd2019", "LSOA11", 0.5),),
)
ROUTES = ("IV", "SC", "oral")
OUTCOMES_V2 = (
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
)  # completed, died, progression, toxicity, other, choice


def _sact(version: str, provider: str, diagnosis: str, *outcomes: Column) -> TableContract:
    """Return the contract of one version of the systemic anti-cancer therapy data set."""
    return TableContract(
        f"sact_{version}",
        f"an administration or, of an oral drug, a dispensing (SACT {version})",
        (
            Column("nhs_number", "text", "pseudonym of the NHS number"),
            Column(provider, "text", "ODS code of the trust that treats"),
            Column(diagnosis, "text", "primary diagnosis, ICD-10, undotted"),
            Column("regimen", "text", "regimen as the trust calls it", used=False),
            Column("mapped_regimen", "text", "regimen as mapped to the national list", used=False),
            Column("drug_group", "text", "drug, as mapped: the name by which it is found"),
            Column("drug_name", "text", "drug as the trust calls it", used=False),
            Column("sact_administration_route", "text", "route of administration", codes=ROUTES),
            Column("start_date_of_regimen", "date", "start of the regimen, item 22"),
            Column("cycle_number", "whole", "number of the cycle in the regimen", used=False),
            Column("start_date_of_cycle", "date", "start of the cycle, item 27"),
            Column("administration_date", "date", "day of the administration, item 34"),
            *outcomes,
            Column("submission_month", "text", "month in which the row was sent in, yyyymm"),
        ),
        optional=True,
    )


SACT_V2 = _sact(
    "v2",
    "organisation_code_of_provider",
    "primary_diagnosis",
    Column("regimen_outcome_summary", "text", "why treatment ended, item 41", codes=OUTCOMES_V2),
)
SACT_V3 = _sact(
    "v3",
    "organisation_identifier",
    "primary_diagnosis_icd",
    Column(
        "regimen_outcome_curative_completed",
        "text",
        "curative treatment completed as planned, item 58",
        codes=("Y", "N"),
    ),
    Column(
        "regimen_outcome_not_completed_reason",
        "text",
        "why treatment was not completed, item 59",
        codes=("toxicity", "patient choice", "other"),
    ),
    Column(
        "regimen_outcome_non_curative",
        "text",
        "how treatment that was not curative ended, item 60",
        codes=("completed", "died", "progression"),
    ),
)
CONTRACTS: dict[str, TableContract] = {
    table.name: table
    for table in (
        *(APC, OP, APPLICATIONS, ANSWERS, PDS, LINKAGE, CENTRES, TRAVEL, IMD2019),
        *(_long("apc", "EPIKEY", "an episode"), _long("op", "ATTENDKEY", "an appointment")),
        POSTCODES,
        SNOMED_MAP,
        SACT_V2,
        SACT_V3,
    )
}
REQUIRED = tuple(name for name, table in CONTRACTS.items() if not table.optional)
