"""A world of a dozen people, every row by hand: each person is there for one rule of the flow."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from rareaccess.contracts import CONTRACTS, TableContract
from rareaccess.params import SourceParams
from rareaccess.sources import Source

ARROW = {"text": pa.string(), "date": pa.date32(), "whole": pa.int32(), "number": pa.float32()}
MOST_DEPRIVED, LEAST_DEPRIVED = "E01000001", "E01032739"  # two areas: rank 1 and rank 32,844
UNKNOWN_AREA = "E01999999"

# person: what happens to them
P01 = "TEST01"  # coded in APC and OP, treated
P02 = "TEST02"  # no code, rheumatology: rescued
P03 = "TEST03"  # no code, other specialty: not confirmed
P04 = "TEST04"  # dies before the planned start
P06 = "TEST06"  # coded, alive, untreated
P07 = "TEST07"  # coded, dies the day before approval
P08 = "TEST08"  # coded, not traced, last seen 2012
P09 = "TEST09"  # coded, not traced, last seen 2017
P10 = "TEST10"  # neither code nor application
P11 = "TEST11"  # coded a day before the outpatient window
P12 = "TEST12"  # another code of the chapter
P13 = "TEST13"  # coded in an unfinished episode only
BY_NUMBER = {
    "N01": P01,
    "N02": P02,
    "N03": P03,
    "N04": P04,
    "N06": P06,
    "N07": P07,
    "N08": P08,
    "N09": P09,
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def episode(person: str, key: str, start: str, *codes: str, **other: object) -> dict[str, object]:
    first = day(start)
    return {
        "FYEAR": fyear(first),
        "EPIKEY": key,
        "PSEUDO_HESID": person,
        "ADMIDATE": first,
        "ADMIMETH": "11",
        "CLASSPAT": "2",
        "DISDATE": first,
        "EPISTART": first,
        "EPIEND": first,
        "EPIORDER": 1,
        "EPISTAT": "3",
        "ETHNOS": "A",
        "MAINSPEF": "100",
        "PROCODE3": "RAA",
        "SEX": "2",
        "STARTAGE": 40,
        "LSOA11": MOST_DEPRIVED,
        **{f"DIAG_4_{n:02d}": code for n, code in enumerate(codes, 1)},
        **other,
    }


def appointment(person: str, key: str, on: str, *codes: str, **other: object) -> dict[str, object]:
    when = day(on)
    return {
        "FYEAR": fyear(when),
        "ATTENDKEY": key,
        "PSEUDO_HESID": person,
        "APPTDATE": when,
        "APPTAGE": 40,
        "ATTENDED": "5",
        "FIRSTATT": "2",
        "ETHNOS": "A",
        "MAINSPEF": "100",
        "TRETSPEF": "100",
        "PROCODE3": "RAA",
        "SEX": "2",
        "LSOA11": MOST_DEPRIVED,
        **{f"DIAG_4_{n:02d}": code for n, code in enumerate(codes, 1)},
        **other,
    }


def fyear(when: date) -> str:
    year = when.year if when.month >= 4 else when.year - 1
    return f"{year % 100:02d}{(year + 1) % 100:02d}"


def application(key: str, number: str | None, start: str | None, **other: object) -> dict:
    return {
        "application_id": key,
        "nhs_number": number,
        "date_of_birth": day("1980-06-15"),
        "sex": "female",
        "drug_name": "Belimumab 400mg",
        "form_code": "BEL-SLE",
        "form_type": "initiation",
        "indication": "Systemic lupus erythematosus",
        "applying_trust": "C01",
        "submitted_date": day("2018-01-01"),
        "approval_status": "approved",
        "approval_date": day("2018-01-05"),
        "planned_start_date": day(start) if start else None,
        "route": "IV",
        **other,
    }


def trace(number: str, died: str | None = None, traced: str = "Y") -> dict[str, object]:
    status = None if traced == "N" else "dead" if died else "alive"
    return {
        "nhs_number": number,
        "traced": traced,
        "vital_status": status,
        "date_of_death": day(died) if died else None,
        "trace_date": day("2025-11-07"),
    }


def rows() -> dict[str, list[dict[str, object]]]:
    """Return the rows of every table."""
    null = day("1800-01-01")
    return {
        "apc": [
            episode(P01, "1", "2005-05-05", "R69X", STARTAGE=7001, SEX="1"),
            episode(P01, "2", "2017-10-09", "M321", "I219", MAINSPEF="410", SEX="2"),
            episode(P01, "3", "2017-10-09", "M321", "I219", MAINSPEF="410", SEX="2"),  # copy of 2
            episode(P01, "4", "2018-02-01", "N180", MAINSPEF="410", ADMIDATE=day("2018-01-30")),
            episode(
                P01,
                "5",
                "2018-02-03",
                "N180",
                MAINSPEF="410",
                ADMIDATE=day("2018-01-30"),
                EPIORDER=2,
            ),
            episode(P01, "6", "2018-03-10", "C780", MAINSPEF="410"),  # on the day of the start
            episode(P01, "7", "2019-01-01", "J450", ETHNOS="Z", LSOA11=LEAST_DEPRIVED),
            episode(P06, "8", "2010-01-01", "I10X", "M328", ETHNOS="M", SEX="1"),
            episode(
                P06,
                "9",
                "2024-06-01",
                "E119",
                "M320",
                ETHNOS="X",
                LSOA11="Z99999999",
                SEX="9",
                DISDATE=day("2024-06-09"),
            ),
            episode(P06, "10", "2024-06-03", "E119", PROCODE3="RBB", LSOA11=UNKNOWN_AREA),
            episode(P07, "11", "2010-01-01", "M329"),
            episode(P08, "12", "2012-01-01", "M3210"),
            episode(P09, "13", "2008-01-01", "M321"),
            episode(P10, "14", "2015-01-01", "I219"),
            episode(P12, "15", "2015-01-01", "M320"),
            episode(P13, "16", "2015-01-01", "M321", EPISTAT="1"),
            episode(P04, "17", "2015-01-01", "M321"),
            episode(P01, "18", "2016-01-01", "G301", EPISTART=null),  # a null date
        ],
        "op": [
            appointment(P01, "1", "2017-09-09", "M321"),  # the day before the window
            appointment(P01, "2", "2017-09-10", MAINSPEF="410"),  # its first day
            appointment(P01, "3", "2017-12-01", MAINSPEF="410", ATTENDED="3"),
            appointment(P01, "4", "2017-12-02", MAINSPEF="410", FIRSTATT="5"),
            appointment(P01, "5", "2017-12-03", "M328"),
            appointment(P01, "6", "2017-12-04", MAINSPEF="361"),
            appointment(P01, "7", "2017-12-04", "I10X", MAINSPEF="361"),  # fuller copy of 6
            appointment(P02, "8", "2021-06-01", MAINSPEF="410", SEX="1", ETHNOS="R", LSOA11=None),
            appointment(P02, "9", "2022-06-01", SEX="1", ETHNOS="99", LSOA11=LEAST_DEPRIVED),
            appointment(P03, "10", "2021-06-01"),
            appointment(P09, "11", "2017-01-01", ETHNOS="H"),
            appointment(P09, "12", "2017-01-01", ETHNOS="J", TRETSPEF="101"),
            appointment(P11, "13", "2009-03-31", "M321"),
            appointment(P11, "14", "2010-03-31"),
        ],
        "blueteq_applications": [
            application("A01", "N01", "2018-03-10"),
            application("A02", "N01", "2019-03-10", drug_name="BENLYSTA"),  # further
            application("A03", "N01", None, form_type="continuation"),
            application(
                "A04",
                "N02",
                "2022-05-01",
                sex=" ",
                route="SC",
                approval_date=day("2022-02-02"),
                applying_trust="ZZZ",
            ),
            application("A05", "N03", "2022-05-01"),
            application("A06", "N04", "2022-05-01"),
            application("A07", "N05", "2022-05-01", sex="male"),  # no link
            application("A08", "N06", "2022-05-01", approval_status="rejected"),
            application("A09", "N06", "5202-05-01"),
            application("A10", "N06", None),
            application("A11", "N06", "2016-06-21"),
            application("A12", "N06", "2025-08-21"),
            application("A13", "N06", "2022-05-01", drug_name="Bellimumob"),  # not recognised
            application("A14", "N09", "2022-05-01", drug_name="Rituximab", form_code="RTX"),
            application("A15", "N09", "2022-05-01", form_code="BEL-LN", indication="Nephritis"),
            application("A16", None, "2022-05-01", sex="male"),  # no NHS number
        ],
        "blueteq_answers": [
            {"application_id": "A01", "question_code": "sledai_score", "answer": " 12 "},
            {"application_id": "A01", "question_code": "anti_dsdna_positive", "answer": "Y"},
            {"application_id": "A04", "question_code": "sledai_score", "answer": "see letter"},
        ],
        "pds_trace": [
            trace("N01"),
            trace("N02"),
            trace("N03"),
            trace("N04", "2022-04-30"),
            trace("N06"),
            trace("N07", "2016-06-21"),
            trace("N08", traced="N"),
            trace("N09", traced="N"),
        ],
        "linkage": [
            *(
                {"nhs_number": number, "PSEUDO_HESID": person, "match_rank": 1}
                for number, person in BY_NUMBER.items()
            ),
            {"nhs_number": "N01", "PSEUDO_HESID": P10, "match_rank": 2},
        ],
        "centres": [
            {
                "centre_code": f"C{n:02d}",
                "name": f"Centre {n}",
                "location": MOST_DEPRIVED,
                "service": "specialised rheumatology",
            }
            for n in range(1, 38)
        ],
        "travel_times": [
            {"LSOA11": MOST_DEPRIVED, "centre_code": "C01", "minutes": 50.0},
            {"LSOA11": MOST_DEPRIVED, "centre_code": "C03", "minutes": 20.5},
            {"LSOA11": MOST_DEPRIVED, "centre_code": "C02", "minutes": 20.5},
            {"LSOA11": MOST_DEPRIVED, "centre_code": "X99", "minutes": 1.0},  # another service
        ],
        "sact_v2": [
            {
                "nhs_number": "N01",
                "organisation_code_of_provider": "RAA",
                "primary_diagnosis": "C880",
                "drug_group": "IBRUTINIB",
                "start_date_of_regimen": day("2018-01-09"),
                "regimen_outcome_summary": "0",
                "submission_month": "201802",
            },
        ],
        "sact_v3": [
            {
                "nhs_number": "N02",
                "organisation_identifier": "RBB",
                "primary_diagnosis_icd": "C880",
                "drug_group": "IBRUTINIB",
                "start_date_of_regimen": day("2022-01-09"),
                "submission_month": "202202",
            },
        ],
        "imd2019": [
            {"LSOA11": MOST_DEPRIVED, "rank": 1},
            {"LSOA11": LEAST_DEPRIVED, "rank": 32844},
        ],
    }


def society() -> dict[str, list[dict[str, object]]]:
    """Return the rows of the optional tables about the country: two areas and who lives there."""
    people = [
        {"year": 2021, "LSOA11": area, "sex": sex, "age_band": age, "people": 100.0 * times}
        for times, area in ((1, MOST_DEPRIVED), (2, LEAST_DEPRIVED))
        for sex in ("Female", "Male")
        for age in ("35–39", "40–44")
    ]
    return {
        "areas": [
            {"LSOA11": MOST_DEPRIVED, "icb_code": "E54000008", "nhs_region": "North West",
             "rural_urban": "urban", "coastal": "coastal"},
            {"LSOA11": LEAST_DEPRIVED, "icb_code": "QMJ", "nhs_region": "London",
             "rural_urban": "rural", "coastal": "inland"},
        ],
        "population_areas": people,
        "population_ethnicity": [
            {"year": 2021, "ETHNOS": code, "sex": "Female", "imd_quintile": fifth, "people": 50.0}
            for code in "AM"
            for fifth in (1, 5)
        ],
        "unit_costs": [
            {"activity": kind, "pounds": pounds, "year": "2022/23", "source": "assumed"}
            for kind, pounds in (("elective admission", 1000.0), ("emergency admission", 2000.0),
                                 ("other admission", 500.0), ("visit", 100.0))
        ],
        "prices": [
            {"pair": pair, "drug": drug, "first_year": 9000.0, "later_year": 8000.0,
             "price_year": 2024, "source": "assumed"}
            for pair, drug in (("sle-belimumab", "belimumab"), ("another-pair", "other"))
        ],
    }  # fmt: skip


def table(contract: TableContract, rows: list[dict[str, object]]) -> pa.Table:
    """Return rows as a table: every column of the contract, and optional ones that rows have."""
    given = {name for row in rows for name in row}
    schema = pa.schema(
        [(c.name, ARROW[c.type]) for c in contract.columns if not c.optional or c.name in given]
    )
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )


def write(
    root: Path,
    changed: Mapping[str, list[dict[str, object]]] | None = None,
    kind: Literal["parquet", "csv"] = "parquet",
) -> Source:
    """Write the world under a folder and return it as a source; `changed` replaces tables."""
    write_file = {"parquet": pq.write_table, "csv": csv.write_csv}[kind]
    for name, its_rows in {**rows(), **(changed or {})}.items():
        file = root / name / "all" if name in ("apc", "op") else root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(table(CONTRACTS[name], its_rows), file.with_suffix(f".{kind}"))
    optional = {name: {} for name in changed or {} if CONTRACTS[name].optional}
    params = SourceParams(
        label="a dozen people", kind=kind, root=str(root), synthetic=True, tables=optional
    )
    return Source("tiny", params)
