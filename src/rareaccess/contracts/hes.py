"""Hospital records: APC and OP as HES names them, and diagnoses in tables of their own."""

from dataclasses import replace
from typing import Any

from rareaccess.contracts.model import (
    Column,
    Reference,
    TableContract,
    day,
    number,
    numbered,
    text,
    whole,
)

__all__ = [
    "APC",
    "APC_DIAGNOSES",
    "AREA",
    "ICD10",
    "IMD04_DECILES",
    "LSOA11",
    "NO_FIXED_ABODE",
    "NULL_DATES",
    "OP",
    "OP_DIAGNOSES",
    "PERSON",
    "SNOMED_MAP",
]

YEARS = "|".join(f"{year:02d}{(year + 1) % 100:02d}" for year in range(100))
FYEAR = ("two years that follow each other, such as 1617", f"({YEARS})")
ICD10 = (
    "an ICD-10 code without its dot, such as M321",
    "([A-Z][0-9][0-9A-Z][0-9A-Z-]{0,3}|&|-|89999|)",
)
AREA = ("a 2011 area, such as E01012345", "([EWS]01[0-9]{6}|Z99999999|&|)")
DIAGNOSIS = "diagnosis, ICD-10, four characters, undotted"
AGES = ((0.0, 130.0), (7001.0, 7007.0))


# as national tables hold identifiers
KEY: dict[str, Any] = {"filled": True, "private": True, "numeric": True}
UNREAD: dict[str, Any] = {"used": False}  # no result rests on it


def _repeat(stem: str, last: int, meaning: str, **asked: Any) -> list[Column]:
    """Return the columns of a repeated field; half of the first has to fit, of the others none.

    HES has held ever more positions: the first is as old as the field.
    """
    names = enumerate(numbered(stem, last), start=1)
    columns = [text(name, f"{meaning}, position {n}", **asked) for n, name in names]
    return [columns[0], *(replace(column, limit=None, later=True) for column in columns[1:])]


SEXES = (("m", "1"), ("male", "1"), ("f", "2"), ("female", "2"), ("x", "9"), ("u", "0"),
         ("unknown", "0"))  # fmt: skip
SEX = text("SEX", "sex as recorded", codes=tuple("0129"), numeric=True, known=("1", "2"),
           fold="code", spellings=SEXES)  # fmt: skip
ETHNOS = text(
    "ETHNOS",
    "ethnic category as recorded: letters since 2001, digits before; Z, X, 9 and 99 are unknown",
    codes=(*"ABCDEFGHJKLMNPRSZX", *"0123456789", "99"),
    numeric=True,
    known=(*"ABCDEFGHJKLMNPRS", *"012345678"),
    fold="first",
)
LSOA11 = text(
    "LSOA11",
    "area of residence: 2011 lower-layer super output area",
    shape=AREA,
    private=True,  # a postcode may stand there
    limit=None,
    fold="capitals",
)
RESIDENCE = replace(LSOA11, area=True)  # of a person
ADMIMETH = (
    *("11", "12", "13"),  # elective: waiting list, booked, planned
    *("21", "22", "23", "24", "25", "2A", "2B", "2C", "2D", "28"),  # 2B: a transfer
    *("31", "32", "81", "82", "83", "84", "89", "98", "99"),  # maternity, transfer, other, unknown
)  # HES data dictionary, ADMIMETH
NULL_DATES = ("1800-01-01", "1801-01-01", "1600-01-01", "1582-10-15")
"""Days that stand for no date in HES."""
NO_FIXED_ABODE = ("Z590",)
"""ICD-10 codes of homelessness, of the groups of inclusion health the one that HES records."""
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
    text(
        "POSTCODE",
        "postcode of residence, instead of LSOA11",
        optional=True,
        private=True,
        area=True,
    ),
    text(
        "IMD04_DECILE",
        "tenth of deprivation as derived in HES, instead of LSOA11",
        codes=IMD04_DECILES,
        optional=True,
        fold="code",
    ),
    text("DISABILITY", "disability as recorded, for completeness only", optional=True),
)
PERSON = text("PSEUDO_HESID", "pseudonym of the person, 32 characters", **KEY)
YEAR = text(
    "FYEAR",
    "financial year, such as 1617",
    shape=FYEAR,
    limit=None,
    numeric=True,
    digits=4,
    fold="year",
)
SPECIALTY: dict[str, Any] = {
    "shape": ("three digits, or & where it is not known", "([0-9]{3}|&|)"),
    "limit": None,
    "fold": "digits",
}
MAINSPEF = text(
    "MAINSPEF", "main specialty of the consultant, such as 410", numeric=True, **SPECIALTY
)
TRETSPEF = text("TRETSPEF", "treatment specialty", numeric=True, **SPECIALTY)
PROCODE3 = text("PROCODE3", "provider, three characters", trust=("site",), fold="capitals")

APC = TableContract(
    "apc",
    "a consultant episode of admitted patient care",
    (
        YEAR,
        text("PARTYEAR", "part of the year that the extract holds", **UNREAD),
        text("EPIKEY", "identifier of the episode: 12 digits, 20 from 2021/22", **KEY),
        PERSON,
        day("ADMIDATE", "day of admission"),
        text(
            "ADMIMETH",
            "method of admission: 11 to 13 elective; 21 to 2D but 2B, and 28, emergency",
            codes=ADMIMETH,
            numeric=True,
            fold="code",
        ),
        text("ADMISORC", "source of admission", **UNREAD),
        text(
            "CLASSPAT",
            "class of patient: 1 ordinary, 2 day case, 3 and 4 regular, 5 birth, 8 none, 9 unknown",
            codes=tuple("1234589"),
            numeric=True,
            fold="code",
        ),
        *_repeat("DIAG_4_", 20, DIAGNOSIS, shape=ICD10, fold="icd10"),
        text("DIAG_4_CONCAT", "all diagnoses, joined with commas", **UNREAD),
        whole("DIAG_COUNT", "number of diagnoses", **UNREAD),
        day("DISDATE", "day of discharge"),
        text("DISDEST", "destination on discharge", **UNREAD),
        text("DISMETH", "method of discharge", **UNREAD),
        day("ELECDATE", "day of the decision to admit", **UNREAD),
        day("EPISTART", "first day of the episode", filled=True),
        day("EPIEND", "last day of the episode"),
        whole("EPIORDER", "number of the episode within its spell", within=((0, 99),)),
        text(
            "EPISTAT",
            "status of the episode: 3 is finished",
            codes=tuple("139"),
            numeric=True,
            known=tuple("13"),
            fold="code",
        ),
        text("EPITYPE", "type of the episode", **UNREAD),
        whole("EPIDUR", "days of the episode", **UNREAD),
        ETHNOS,
        text("GORTREAT", "region of treatment", **UNREAD),
        MAINSPEF,
        replace(TRETSPEF, **UNREAD),
        text("MYDOB", "month and year of birth, mmyyyy", private=True, **UNREAD),
        *_repeat("OPERTN_4_", 24, "procedure, OPCS-4", **UNREAD),
        PROCODE3,
        text("PROCODE5", "provider, five characters", **UNREAD),
        text("PROCODET", "provider as derived for tables", **UNREAD),
        text("RESGOR_ONS", "region of residence", **UNREAD),
        text("RESLADST_ONS", "local authority of residence", **UNREAD),
        SEX,
        text("SITETRET", "site of treatment", **UNREAD),
        text("SPELBGIN", "whether the episode begins its spell", **UNREAD),
        whole("SPELDUR", "days of the spell", **UNREAD),
        text("SPELEND", "whether the episode ends its spell", **UNREAD),
        whole("STARTAGE", "age at the start, years; 7001 to 7007 are under one year", within=AGES),
        number("STARTAGE_CALC", "age at the start with decimals", **UNREAD),
        RESIDENCE,
        text("MSOA11", "middle-layer super output area of residence", **UNREAD),
        *OPTIONAL,
    ),
    orders=(("ADMIDATE", "EPISTART"), ("EPISTART", "EPIEND"), ("ADMIDATE", "DISDATE")),
)
OP = TableContract(
    "op",
    "an outpatient appointment",
    (
        YEAR,
        text("PARTYEAR", "part of the year that the extract holds", **UNREAD),
        PERSON,
        text("ATTENDKEY", "identifier of the appointment: 12 digits, 20 from 2021/22", **KEY),
        day("APPTDATE", "day of the appointment", filled=True),
        whole("APPTAGE", "age at the appointment, years; 7001 to 7007 are under one", within=AGES),
        text("ATENTYPE", "type of attendance", **UNREAD),
        text(
            "ATTENDED",
            "5 and 6 were seen; 2, 3, 4, 7 were not; 0 is in the future",
            codes=tuple("02345679"),
            numeric=True,
            known=tuple("234567"),
            fold="code",
        ),
        *_repeat("DIAG_4_", 12, DIAGNOSIS, shape=ICD10, fold="icd10"),
        text("DIAG_4_CONCAT", "all diagnoses, joined with commas", **UNREAD),
        day("DNADATE", "day of the appointment that was not attended", **UNREAD),
        ETHNOS,
        text(
            "FIRSTATT",
            "1 to 4 are attendances; 5 is an administrative event",
            codes=tuple("123459X"),
            limit=None,
            numeric=True,
            fold="code",
        ),
        MAINSPEF,
        TRETSPEF,
        text("OUTCOME", "outcome of the attendance", **UNREAD),
        text("PRIORITY", "priority of the referral", **UNREAD),
        PROCODE3,
        text("PROCODET", "provider as derived for tables", **UNREAD),
        text("REFSOURC", "source of the referral", **UNREAD),
        day("REQDATE", "day of the referral request", **UNREAD),
        text("SERVTYPE", "type of service requested", **UNREAD),
        SEX,
        text("SITETRET", "site of treatment", **UNREAD),
        whole("WAITING", "days waited", **UNREAD),
        RESIDENCE,
        *OPTIONAL,
    ),
)

CONCEPT = text(
    "SNOMED_CT",
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
            text(key, f"identifier of {row}, as in {kind}", private=True, numeric=True),
            whole("position", "position of the diagnosis: 1 is the first"),
            text("code", DIAGNOSIS, shape=ICD10, fold="icd10"),
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
        text(
            "ICD10",
            "ICD-10 code, four characters, undotted",
            shape=ICD10,
            filled=True,
            fold="icd10",
        ),
    ),
    key=("SNOMED_CT",),
    optional=True,
)
