"""Hospital records: APC and OP as HES names them, and diagnoses in tables of their own."""

from dataclasses import replace
from typing import Any

from rareaccess.contracts.model import Column, Reference, TableContract, numbered

__all__ = [
    "APC",
    "APC_DIAGNOSES",
    "IMD04_DECILES",
    "LSOA11",
    "OP",
    "OP_DIAGNOSES",
    "PERSON",
    "SNOMED_MAP",
]

YEARS = "|".join(f"{year:02d}{(year + 1) % 100:02d}" for year in range(100))
FYEAR = ("two years that follow each other, such as 1617", f"({YEARS})")
ICD10 = (
    "an ICD-10 code without its dot, such as M321",
    "([A-Z][0-9][0-9A-Z][0-9A-Z-]{0,3}|&|89999|)",
)
AREA = ("a 2011 area, such as E01012345", "([EWS]01[0-9]{6}|Z99999999|&|)")
DIAGNOSIS = "diagnosis, ICD-10, four characters, undotted"
AGES = ((0.0, 130.0), (7001.0, 7007.0))


# as national tables hold identifiers
KEY: dict[str, Any] = {"filled": True, "private": True, "numeric": True}
UNREAD: dict[str, Any] = {"used": False}  # no result rests on it


def _repeat(stem: str, last: int, meaning: str, **asked: Any) -> list[Column]:
    """Return the columns of a repeated field; half of the first has to fit, of the others none."""
    names = enumerate(numbered(stem, last), start=1)
    columns = [Column(name, "text", f"{meaning}, position {n}", **asked) for n, name in names]
    return [columns[0], *(replace(column, limit=None) for column in columns[1:])]


SEX = Column("SEX", "text", "sex as recorded", codes=tuple("0129"), numeric=True)
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
PERSON = Column("PSEUDO_HESID", "text", "pseudonym of the person, 32 characters", **KEY)
YEAR = Column(
    "FYEAR", "text", "financial year, such as 1617", shape=FYEAR, limit=None, numeric=True, digits=4
)
MAINSPEF = Column("MAINSPEF", "text", "main specialty of the consultant, such as 410", numeric=True)
TRETSPEF = Column("TRETSPEF", "text", "treatment specialty", numeric=True)
PROCODE3 = Column("PROCODE3", "text", "provider, three characters")

APC = TableContract(
    "apc",
    "a consultant episode of admitted patient care",
    (
        YEAR,
        Column("PARTYEAR", "text", "part of the year that the extract holds", **UNREAD),
        Column("EPIKEY", "text", "identifier of the episode: 12 digits, 20 from 2021/22", **KEY),
        PERSON,
        Column("ADMIDATE", "date", "day of admission"),
        Column("ADMIMETH", "text", "method of admission", **UNREAD),
        Column("ADMISORC", "text", "source of admission", **UNREAD),
        Column(
            "CLASSPAT",
            "text",
            "class of patient: 1 ordinary, 2 day case, 3 and 4 regular",
            **UNREAD,
        ),
        *_repeat("DIAG_4_", 20, DIAGNOSIS, shape=ICD10),
        Column("DIAG_4_CONCAT", "text", "all diagnoses, joined with commas", **UNREAD),
        Column("DIAG_COUNT", "whole", "number of diagnoses", **UNREAD),
        Column("DISDATE", "date", "day of discharge"),
        Column("DISDEST", "text", "destination on discharge", **UNREAD),
        Column("DISMETH", "text", "method of discharge", **UNREAD),
        Column("ELECDATE", "date", "day of the decision to admit", **UNREAD),
        Column("EPISTART", "date", "first day of the episode", filled=True),
        Column("EPIEND", "date", "last day of the episode"),
        Column("EPIORDER", "whole", "number of the episode within its spell", within=((0, 99),)),
        Column(
            "EPISTAT",
            "text",
            "status of the episode: 3 is finished",
            codes=tuple("139"),
            numeric=True,
        ),
        Column("EPITYPE", "text", "type of the episode", **UNREAD),
        Column("EPIDUR", "whole", "days of the episode", **UNREAD),
        ETHNOS,
        Column("GORTREAT", "text", "region of treatment", **UNREAD),
        MAINSPEF,
        replace(TRETSPEF, **UNREAD),
        Column("MYDOB", "text", "month and year of birth, mmyyyy", private=True, **UNREAD),
        *_repeat("OPERTN_4_", 24, "procedure, OPCS-4", **UNREAD),
        PROCODE3,
        Column("PROCODE5", "text", "provider, five characters", **UNREAD),
        Column("PROCODET", "text", "provider as derived for tables", **UNREAD),
        Column("RESGOR_ONS", "text", "region of residence", **UNREAD),
        Column("RESLADST_ONS", "text", "local authority of residence", **UNREAD),
        SEX,
        Column("SITETRET", "text", "site of treatment", **UNREAD),
        Column("SPELBGIN", "text", "whether the episode begins its spell", **UNREAD),
        Column("SPELDUR", "whole", "days of the spell", **UNREAD),
        Column("SPELEND", "text", "whether the episode ends its spell", **UNREAD),
        Column(
            "STARTAGE",
            "whole",
            "age at the start, years; 7001 to 7007 are under one year",
            within=AGES,
        ),
        Column("STARTAGE_CALC", "number", "age at the start with decimals", **UNREAD),
        LSOA11,
        Column("MSOA11", "text", "middle-layer super output area of residence", **UNREAD),
        *OPTIONAL,
    ),
    orders=(("ADMIDATE", "EPISTART"), ("EPISTART", "EPIEND"), ("ADMIDATE", "DISDATE")),
)
OP = TableContract(
    "op",
    "an outpatient appointment",
    (
        YEAR,
        Column("PARTYEAR", "text", "part of the year that the extract holds", **UNREAD),
        PERSON,
        Column(
            "ATTENDKEY", "text", "identifier of the appointment: 12 digits, 20 from 2021/22", **KEY
        ),
        Column("APPTDATE", "date", "day of the appointment", filled=True),
        Column(
            "APPTAGE",
            "whole",
            "age at the appointment, years; 7001 to 7007 are under one",
            within=AGES,
        ),
        Column("ATENTYPE", "text", "type of attendance", **UNREAD),
        Column(
            "ATTENDED",
            "text",
            "5 and 6 were seen; 2, 3, 4, 7 were not; 0 is in the future",
            codes=tuple("02345679"),
            numeric=True,
        ),
        *_repeat("DIAG_4_", 12, DIAGNOSIS, shape=ICD10),
        Column("DIAG_4_CONCAT", "text", "all diagnoses, joined with commas", **UNREAD),
        Column("DNADATE", "date", "day of the appointment that was not attended", **UNREAD),
        ETHNOS,
        Column(
            "FIRSTATT", "text", "1 to 4 are attendances; 5 is an administrative event", numeric=True
        ),
        MAINSPEF,
        TRETSPEF,
        Column("OUTCOME", "text", "outcome of the attendance", **UNREAD),
        Column("PRIORITY", "text", "priority of the referral", **UNREAD),
        PROCODE3,
        Column("PROCODET", "text", "provider as derived for tables", **UNREAD),
        Column("REFSOURC", "text", "source of the referral", **UNREAD),
        Column("REQDATE", "date", "day of the referral request", **UNREAD),
        Column("SERVTYPE", "text", "type of service requested", **UNREAD),
        SEX,
        Column("SITETRET", "text", "site of treatment", **UNREAD),
        Column("WAITING", "whole", "days waited", **UNREAD),
        LSOA11,
        *OPTIONAL,
    ),
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
            Column(key, "text", f"identifier of {row}, as in {kind}", private=True, numeric=True),
            Column("position", "whole", "position of the diagnosis: 1 is the first"),
            Column("code", "text", DIAGNOSIS, shape=ICD10),
            replace(CONCEPT, meaning=f"{CONCEPT.meaning}, instead of code", optional=True),
        ),
        key=(key, "position"),
        optional=True,
        references=(Reference("SNOMED_CT", "snomed_map", "SNOMED_CT"),),
    )


APC_DIAGNOSES = _long("apc", "EPIKEY", "an episode")
OP_DIAGNOSES = _long("op", "ATTENDKEY", "an appointment")
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
