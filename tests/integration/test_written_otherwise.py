"""Tables in which every code is written otherwise give the same marts, on both engines."""

from pathlib import Path

import pandas as pd
import pytest

import tiny_england
import tiny_project
from rareaccess.contracts import CONTRACTS
from rareaccess.marts import MARTS, read_mart
from rareaccess.params import SourceParams
from rareaccess.pipeline.check.readings import list_readings
from rareaccess.pipeline.prepare import prepare
from rareaccess.sources.columns import Found
from rareaccess.sources.engine import Engine, open_engine
from rareaccess.sources.engine.start_spark import check_spark, stop_session
from rareaccess.sources.layout import find_layout
from rareaccess.sources.reading import pick_column
from rareaccess.sources.survey import survey_table
from tiny_project import PAIR

TOLD = ("contracts", "missing", "written")
WRITE = {
    "apc": {
        "ETHNOS": lambda code: f"{code}A",
        "SEX": {"1": "Male", "2": "female"}.get,
        "MAINSPEF": lambda code: f" {code}",
        "PROCODE3": str.lower,
        "DIAG_4_01": lambda code: f"{code[:3]}.{code[3:]}D".lower(),
        "DIAG_4_02": str.lower,
        "ADMIMETH": lambda code: f"{code}\u00a0",
        "FYEAR": lambda year: f"20{year[:2]}/{year[2:]}",
        "LSOA11": str.lower,
    },
    "op": {
        "ETHNOS": lambda code: f"{code}1" if code.isalpha() else code,
        "ATTENDED": lambda code: f"0{code}",
        "MAINSPEF": lambda code: f"{code}.0",
        "DIAG_4_01": lambda code: f"{code}-",
    },
    "blueteq_applications": {
        "nhs_number": lambda number: f"{number[0].lower()} {number[1:]}\u200b",
        "approval_status": {"approved": "Treatment Complete ", "rejected": "REJECTED"}.get,
        "form_type": str.title,
        "route": {"IV": "I.V.", "SC": "sub-cut"}.get,
        "form_code": str.lower,
    },
    "pds_trace": {"traced": {"Y": "Yes", "N": "no"}.get, "vital_status": str.upper},
    "centres": {"centre_code": lambda code: f"{code.lower()} "},
}


def rewrite(table: str) -> list[dict[str, object]]:
    rows = tiny_england.rows()[table]
    for row in rows:
        for name, write in WRITE[table].items():
            row[name] = row.get(name) and (write(str(row[name])) or row[name])
    return rows


def make(folder: Path, patch: pytest.MonkeyPatch, **changed: list[dict]) -> Path:
    home = tiny_project.make(folder, patch, **changed)
    prepare("tiny", [PAIR])
    return home / "build" / "marts" / "tiny" / PAIR


SMALL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
}  # tiny data: the time goes into compiling and planning
DATES = [
    *("05/01/2018", "5/1/2018", "05/01/2018 00:00", "5.1.2018 14:30:05", "2018-01-05"),
    *("2018-01-05T00:00:00Z", "2018-01-05 00:00:00.000", "05-JAN-2018", "5 January 2018"),
    *("2018-01", "05/01/18", "31/02/2018", "31/12/9999", "never", "", None),
]
READ = 9  # of these, the first are one day


@pytest.mark.long
@pytest.mark.slow
def test_marts_are_the_same_however_codes_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make(tmp_path / "plain", monkeypatch)
    other = make(tmp_path / "other", monkeypatch, **{table: rewrite(table) for table in WRITE})
    for name in MARTS:
        if name not in TOLD:
            both = [(folder / f"{name}.parquet").read_bytes() for folder in (plain, other)]
            assert both[0] == both[1], name
    before = read_mart("written", plain).query("n > 0")
    assert before["column"].tolist() == ["sex"]  # a blank in one application
    done = read_mart("written", other).dropna(subset=["column"])
    told = set(zip(done["table"].astype(str), done["column"].astype(str), strict=True))
    assert told == {("blueteq_applications", "sex")} | {
        (table, name) for table, names in WRITE.items() for name in names
    }
    assert (done["n"] > 0).all() and (done["n"] <= done["rows"]).all()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory):
    fault = check_spark().fault
    if fault:
        pytest.skip(f"no Spark here: {fault.what}")
    from pyspark.sql import SparkSession

    folder = str(tmp_path_factory.mktemp("spark"))
    settings = {**SMALL, "spark.local.dir": folder, "spark.sql.warehouse.dir": folder}
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield session
    stop_session(session)


def read_dates(engine: Engine) -> list[str]:
    """Return the days that are read of `DATES`, where the settings put the day first."""
    params = SourceParams(label="x", kind="csv", root=".", synthetic=True, dates="dd/MM/yyyy")
    layout = find_layout(params, "blueteq_applications")
    contract = CONTRACTS["blueteq_applications"]
    column, found = contract["planned_start_date"], Found("day", "text", "text")
    frame = engine.stage(pd.DataFrame({"n": range(len(DATES)), "day": pd.Series(DATES)}))
    frame = frame.select("n", "day")
    schema = {"planned_start_date": found}
    survey = survey_table(engine, frame, layout, contract, schema, {})
    how = survey.say_how("planned_start_date", layout, contract)
    value = pick_column(engine, layout, column, found, how).alias("day")
    days = engine.collect(frame.select("n", value)).sort_values("n")["day"]
    return days.dt.strftime("%Y-%m-%d").fillna("").tolist()


def test_dates_are_read_in_the_forms_that_mean_one_day() -> None:
    with open_engine() as engine:
        rest = [""] * (len(DATES) - READ)
        assert read_dates(engine) == ["2018-01-05"] * READ + rest


@pytest.mark.long
@pytest.mark.slow
def test_spark_reads_and_counts_as_duckdb_does(tmp_path: Path, spark) -> None:
    source = tiny_england.write(tmp_path / "data", {table: rewrite(table) for table in WRITE})
    found = []
    for name in ("duckdb", "spark"):
        with open_engine(name) as engine:
            frames, told = [read_dates(engine)], []
            for table in WRITE:
                schema = source.schema(table, engine)
                names = tuple(dict.fromkeys((*CONTRACTS[table].key, *WRITE[table])))
                frame = engine.collect(source.read(engine, table, names))
                frames.append(sorted(map(str, frame.itertuples(index=False))))
                told += map(str, list_readings(source, engine, table, schema, 99))
            found.append((frames, told))
    assert found[0] == found[1]
    assert len(found[0][1]) > len(WRITE)
