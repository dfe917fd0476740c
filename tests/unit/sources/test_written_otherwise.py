"""A table that is written otherwise is read as it was meant, or what is not read is counted.

Each case writes one column of one table of the sample in another way, and reads that table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from places import ROOT
from rareaccess.params import SourceParams, Table
from rareaccess.pipeline.check import CheckReport
from rareaccess.pipeline.check.one_table import check_table
from rareaccess.pipeline.check.readings import list_readings
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine, open_engine

SAMPLE = ROOT / "data-synthetic" / "sample"
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
FORMS, TRACE, LINKAGE = "blueteq_applications", "pds_trace", "linkage"
KEY = {"apc": "EPIKEY", "op": "ATTENDKEY", FORMS: "application_id", TRACE: "trace_date",
       LINKAGE: "match_rank", "centres": "name", "imd2019": "rank",
       "sact_v2": "start_date_of_cycle"}  # fmt: skip
Write = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """A column, how it is written, and what must be said of it.

    Parameters
    ----------
    write
        Our value -> what is written in its place; missing values stay so.
    said
        Part of what must be counted, as done or as a finding.
    same
        Whether every value must be read as before.
    csv
        Whether the table is text.
    """

    table: str
    column: str
    write: Write
    said: str
    same: bool = True
    csv: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    dates: str | None = None
    fold: Write = lambda value: value  # before the two are compared


def pad(code: str) -> str:
    return code + " "


def day(form: str) -> Write:
    return lambda d: d.strftime(form)


def one_digit(d: date) -> str:
    return f"{d.day}/{d.month}/{d.year}"


def grouped(number: str) -> str:
    """Return a key with blanks and hyphens in it, as 943 476-5919."""
    return f"{number[:3]} {number[3:6]}-{number[6:]}"


COMPLETE = {"approved": "Treatment Complete", "rejected": "Not Approved"}
CASES = {
    "ethnic codes of two letters": Case(
        "apc", "ETHNOS", lambda c: c + "A" if c.isalpha() else c, "first character taken"
    ),
    "ethnic codes with a digit": Case(
        "op", "ETHNOS", lambda c: c + "1" if c.isalpha() else c, "first character taken"
    ),
    "ethnic codes in small letters": Case("apc", "ETHNOS", str.lower, "case changed"),
    "padded specialties": Case("op", "MAINSPEF", pad, "blanks removed"),
    "specialties with a point": Case(
        "op", "TRETSPEF", lambda c: c + ".0", "zeros or a decimal point"
    ),
    "specialties as numbers": Case("apc", "MAINSPEF", float, "zeros or a decimal point"),
    "providers in small letters": Case("op", "PROCODE3", str.lower, "case changed"),
    "padded providers": Case("apc", "PROCODE3", lambda c: c + "\u00a0", "blanks removed"),
    "sex as a word": Case(
        "apc", "SEX", lambda c: {"1": "Male", "2": "F"}.get(c, c), "that the word means"
    ),
    "sex with a point": Case("op", "SEX", lambda c: c + ".0", "zeros or a decimal point"),
    "attended padded": Case("op", "ATTENDED", lambda c: " " + c, "blanks removed"),
    "attended with a nought": Case("op", "ATTENDED", lambda c: "0" + c, "zeros or a decimal point"),
    "admission in small letters": Case("apc", "ADMIMETH", str.lower, "case changed"),
    "status padded": Case("apc", "EPISTAT", lambda c: c + "\u200b", "blanks removed"),
    "diagnoses in small letters": Case("apc", "DIAG_4_01", str.lower, "case changed"),
    "diagnoses with a dot": Case("apc", "DIAG_4_02", lambda c: f"{c[:3]}.{c[3:]}", "dot removed"),
    "diagnoses with a dagger": Case("apc", "DIAG_4_01", lambda c: c + "D", "dagger"),
    "diagnoses with hyphens": Case("apc", "DIAG_4_01", lambda c: c + "-", "dagger"),
    "diagnoses with a filler": Case(
        "apc", "DIAG_4_01", lambda c: c + "X" if c[3:] != "X" else c, "filler"
    ),
    "diagnoses without filler": Case(
        "apc", "DIAG_4_01", lambda c: c[:3] if c[3:] == "X" else c, "X put in"
    ),
    "diagnoses with a mark in front": Case(
        "apc", "DIAG_4_01", lambda c: "\ufeff" + c, "blanks removed"
    ),
    "years with a stroke": Case(
        "apc", "FYEAR", lambda y: f"20{y[:2]}/{y[2:]}" if y < "9000" else y, "two pairs"
    ),
    "areas in small letters": Case("imd2019", "LSOA11", str.lower, "case changed"),
    "centres padded": Case("centres", "centre_code", pad, "blanks removed"),
    "approved in capitals": Case(FORMS, "approval_status", str.upper, "case changed"),
    "approved, blank behind": Case(
        FORMS, "approval_status", lambda s: s.title() + " ", "blanks removed, case changed"
    ),
    "treatment complete": Case(
        FORMS, "approval_status", lambda s: COMPLETE.get(s, s), "values.approval_status", same=False
    ),
    "treatment complete, the settings say": Case(
        FORMS,
        "approval_status",
        lambda s: COMPLETE.get(s, s),
        "as the settings of the source say",
        settings={"values": {"approval_status": {"not approved": "rejected"}}},
    ),
    "treatment stopped": Case(
        FORMS,
        "approval_status",
        lambda s: s.replace("approved", "Treatment Stopped"),
        "that the word means",
    ),
    "form types": Case(
        FORMS,
        "form_type",
        lambda s: {"initiation": " Initial"}.get(s, s.upper()),
        "that the word means",
    ),
    "routes": Case(
        FORMS,
        "route",
        {"IV": "I.V.", "SC": "Subcutaneous", "oral": "PO"}.get,
        "that the word means",
    ),
    "a route of the house": Case(
        FORMS,
        "route",
        lambda r: r.replace("IV", "drip"),
        "as the settings",
        settings={"values": {"route": {"Drip": "IV"}}},
    ),
    "an unknown route": Case(
        FORMS, "route", lambda r: r.replace("IV", "drip"), "'drip' (467)", same=False
    ),
    "sex on the form as a letter": Case(
        FORMS, "sex", lambda s: s[0].upper(), "that the word means"
    ),
    "sex on the form as a number": Case(
        FORMS, "sex", lambda s: {"male": 1, "female": 2}[s], "that the word means"
    ),
    "trusts in small letters": Case(
        FORMS, "applying_trust", lambda c: f" {c.lower()}", "blanks removed, case changed"
    ),
    "forms in small letters": Case(FORMS, "form_code", str.lower, "case changed"),
    "traced as a word": Case(TRACE, "traced", {"Y": "yes", "N": "No"}.get, "that the word means"),
    "fate in capitals": Case(TRACE, "vital_status", str.upper, "case changed"),
    "fate as a letter": Case(TRACE, "vital_status", lambda s: s[0].upper(), "that the word means"),
    "routes of SACT": Case(
        "sact_v2", "sact_administration_route", lambda r: r.upper(), "case changed"
    ),
    "diagnoses of SACT": Case(
        "sact_v2", "primary_diagnosis", lambda c: f"{c[:3]}.{c[3:]}".lower(), "dot removed"
    ),
    "pseudonyms in small letters": Case(
        LINKAGE, "PSEUDO_HESID", str.lower, "key in capitals", fold=str.upper
    ),
    "pseudonyms padded": Case(LINKAGE, "PSEUDO_HESID", pad, "blanks and hyphens"),
    "numbers grouped": Case(FORMS, "nhs_number", grouped, "blanks and hyphens"),
    "numbers with a no-break space": Case(
        TRACE, "nhs_number", lambda n: n + "\u00a0", "blanks and hyphens"
    ),
    "numbers in small letters, padded": Case(
        LINKAGE, "nhs_number", lambda n: n.lower() + " ", "key in capitals"
    ),
    "numbers that were rounded": Case(
        FORMS, "nhs_number", lambda n: "9.43E+09" if n < "TEST5" else n, "rounded", same=False
    ),
    "death in 9999": Case(
        TRACE,
        "date_of_death",
        lambda d: date(9999, 12, 31) if d.year < 2010 else d,
        "stands for no date",
        same=False,
    ),
    "times on forms": Case(
        FORMS, "submitted_date", lambda d: datetime.combine(d, time(14, 30)), "time of day left out"
    ),
    "midnight": Case(FORMS, "approval_date", day("%Y-%m-%d 00:00:00.000"), "", csv=True),
    "midnight in Greenwich": Case(
        FORMS, "approval_date", day("%Y-%m-%dT00:00:00Z"), "another form", csv=True
    ),
    "months as words": Case(
        FORMS,
        "approval_date",
        lambda d: f"{d.day:02d}-{MONTHS[d.month - 1]}-{d.year}",
        "another form",
        csv=True,
    ),
    "British dates and midnight": Case(
        FORMS,
        "planned_start_date",
        day("%d/%m/%Y 00:00"),
        "another form",
        csv=True,
        dates="dd/MM/yyyy",
    ),
    "one digit": Case(
        FORMS, "planned_start_date", one_digit, "another form", csv=True, dates="dd/MM/yyyy"
    ),
    "a time as text": Case(
        FORMS, "submitted_date", day("%Y-%m-%d 14:30:05"), "time of day left out", csv=True
    ),
    "no day": Case(
        FORMS, "submitted_date", day("%Y-%m"), "submitted_date.read", csv=True, same=False
    ),
    "another order": Case(
        FORMS, "submitted_date", day("%d/%m/%Y"), "dates: dd/MM/yyyy", csv=True, same=False
    ),
    "no end, as text": Case(
        TRACE,
        "date_of_death",
        lambda d: "31/12/9999" if d.year < 2010 else d.strftime("%d/%m/%Y"),
        "stands for no date",
        csv=True,
        dates="dd/MM/yyyy",
        same=False,
    ),
    "codes as text": Case(
        FORMS,
        "approval_status",
        lambda s: f"  {s.upper()}",
        "blanks removed, case changed",
        csv=True,
    ),
}


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, with the first records of some people of the linkage."""
    folder = tmp_path_factory.mktemp("few")
    for file in SAMPLE.glob("*.parquet"):
        (folder / file.name).symlink_to(file)
    people = pq.read_table(SAMPLE / "linkage.parquet")["PSEUDO_HESID"].slice(0, 400)
    for name in ("apc", "op"):
        whole = pq.read_table(SAMPLE / name)
        few = whole.filter(pa.compute.is_in(whole["PSEUDO_HESID"], people)).slice(0, 2000)
        pq.write_table(few, folder / f"{name}.parquet")
    return folder


def settings(root: Path, tables: dict[str, Table], **more: Any) -> SourceParams:
    tables = {"sact_v2": Table(), "sact_v3": Table(), **tables}
    asked = {"label": "x", "kind": "parquet", "root": str(root), "synthetic": True}
    return SourceParams(**asked, tables=tables, **more)


def write(case: Case, root: Path, folder: Path) -> Source:
    """Write the table of a case, and return the sample with it in place of its own."""
    whole = pq.read_table(root / f"{case.table}.parquet")
    at = whole.column_names.index(case.column)
    written = [None if v is None else case.write(v) for v in whole[case.column].to_pylist()]
    whole = whole.set_column(at, case.column, pa.array(written))
    if case.csv:
        other = "%d/%m/%Y" if case.dates == "dd/MM/yyyy" else "%Y-%m-%d"
        for n, kind in enumerate(whole.schema):
            if pa.types.is_date(kind.type):
                days = [None if d is None else d.strftime(other) for d in whole[n].to_pylist()]
                whole = whole.set_column(n, kind.name, pa.array(days, pa.string()))
        pc.write_csv(whole, folder / f"{case.table}.csv")
    else:
        pq.write_table(whole, folder / f"{case.table}.parquet")
    own = Table(root=str(folder), kind="csv" if case.csv else None, dates=case.dates)
    return Source("altered", settings(root, {case.table: own}, **case.settings))


def read(source: Source, engine: Engine, case: Case) -> pd.DataFrame:
    names = (KEY[case.table], case.column)
    frame = engine.collect(source.read(engine, case.table, names))
    frame[case.column] = frame[case.column].map(case.fold, na_action="ignore")
    return frame.sort_values([*names], ignore_index=True)


def tell_readings(source: Source, engine: Engine, table: str) -> str:
    schema = source.schema(table, engine)
    return "\n".join(map(str, list_readings(source, engine, table, schema, 1)))


def tell_findings(source: Source, engine: Engine, table: str) -> str:
    report = CheckReport(settings=source.settings)
    assert check_table(source, engine, table, report)
    return "\n".join([str(report), *(str(fault) for fault in report.errors)])


@pytest.mark.slow
@pytest.mark.few(6)
@pytest.mark.parametrize("name", CASES)
def test_what_is_written_otherwise_is_read_or_counted(
    name: str, engine: Engine, root: Path, tmp_path: Path
) -> None:
    case = CASES[name]
    source = write(case, root, tmp_path)
    sample = Source("sample", settings(root, {}))
    ours, theirs = read(sample, engine, case), read(source, engine, case)
    assert ours.equals(theirs) == case.same
    said = tell_readings(source, engine, case.table)
    if case.said not in said:
        said = tell_findings(source, engine, case.table)
    assert case.said in said
    assert f"{case.table}.{case.column}" in said or not case.said


@pytest.mark.slow
@pytest.mark.parametrize("name", ["times on forms", "a time as text"])
def test_times_of_day_are_counted_by_rows_and_by_values(
    name: str, engine: Engine, root: Path, tmp_path: Path
) -> None:
    """Many forms are sent on one day: there are fewer different times than rows."""
    case = CASES[name]
    source = write(case, root, tmp_path)
    days = pq.read_table(root / f"{case.table}.parquet")[case.column].drop_null()
    schema = source.schema(case.table, engine)
    readings = list_readings(source, engine, case.table, schema, len(days))
    (told,) = [r for r in readings if r.done == "time of day left out"]
    assert (told.n, told.values) == (len(days), len(days.unique()))
    assert told.values < told.n
