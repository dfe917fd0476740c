"""Both engines give the same: every mart and extract, from Parquet, CSV and Spark's catalogue.

One session of Spark is there before any engine is opened, as inside Databricks.
"""

import csv
import gzip
import json
import logging
import threading
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import tiny_england
import tiny_project
from rareaccess.contracts import CONTRACTS
from rareaccess.core.arrow import from_arrow
from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.derive.hospital.cleaning import select_records
from rareaccess.derive.hospital.diagnoses import WideDiagnoses
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.marts import MARTS
from rareaccess.params import SourceParams
from rareaccess.pipeline import steps
from rareaccess.pipeline.prepare import prepare
from rareaccess.sources import Source
from rareaccess.sources.engine import EngineFault, open_engine
from rareaccess.sources.engine.start_spark import check_spark, stop_session
from tiny_project import PAIR

pytestmark = pytest.mark.engines
PROJECT = project_root()
SMALL = {
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.session.timeZone": "Europe/London",  # not ours: no result may rest on it
}  # tiny data: the time goes into compiling and planning


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory):
    """The session of somebody else, which must be there afterwards."""
    fault = check_spark().fault
    if fault:
        pytest.skip(f"no Spark here: {fault.what}")
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    settings = {**SMALL, "spark.local.dir": str(folder), "spark.sql.warehouse.dir": str(folder)}
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    stop_session(session)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, session):
    """The tiny England four times: Parquet, CSV, tables of a catalogue and of a DuckDB file."""
    with pytest.MonkeyPatch.context() as patch:
        home = tiny_project.make(tmp_path_factory.mktemp("home"), patch)
        session.sql("CREATE DATABASE national")
        session.sql("CREATE DATABASE yearly")
        with duckdb.connect(home / "data" / "tables.duckdb") as database:
            for table in tiny_england.rows():
                file = next((home / "data").glob(f"{table}*"))
                path = file if file.is_file() else file / "all.parquet"
                session.catalog.createTable(f"national.{table}", str(file), source="parquet")
                database.execute(f"CREATE TABLE {table} AS FROM '{path}'")
                write_years(database, session, table, path, home / "data" / "yearly")
                write_csv(pq.read_table(path).to_pylist(), home / "csv" / table)
        for name, lines in {
            "tiny-csv": "kind: csv\nroot: csv\nencoding: latin-1\ndates: dd/MM/yyyy",
            "tiny-tables": "kind: spark\nroot: spark_catalog.national",
            "tiny-duckdb": "kind: duckdb\nroot: data/tables.duckdb",
            "yearly-tables": "kind: spark\nroot: spark_catalog.yearly",
            "yearly-duckdb": "kind: duckdb\nroot: data/tables.duckdb",
        }.items():
            schema = "years." if name == "yearly-duckdb" else ""
            years = {kind: {"path": f"{schema}hes_{kind}_*"} for kind in ("apc", "op")}
            tables = json.dumps(years if name.startswith("yearly") else {})
            text = f"label: a dozen people\n{lines}\nsynthetic: true\ntables: {tables}\n"
            (home / "params" / "sources" / f"{name}.yml").write_text(text)
        yield home


def write_years(database, session, table: str, path: Path, folder: Path) -> None:
    """Write a table of records as one table a year, and any other as it is.

    In the last year a key is a number, a column that is read is in another place, and one that is
    not read is missing.
    """
    if table not in ("apc", "op"):
        session.catalog.createTable(f"yearly.{table}", str(path), source="parquet")
        return
    database.execute("CREATE SCHEMA IF NOT EXISTS years")
    rows = pq.read_table(path)
    years = sorted(set(rows["FYEAR"].to_pylist()))
    for year in years:
        some = rows.filter(pc.equal(rows["FYEAR"], year))
        if year == years[-1]:
            some = some.drop_columns("PARTYEAR")
            some = some.select(some.column_names[::-1])
            ages = "STARTAGE" if table == "apc" else "APPTAGE"
            place = some.column_names.index(ages)
            some = some.set_column(place, ages, some[ages].cast("int64"))
        file = folder / f"hes_{table}_{year}" / "all.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(some, file)
        name = file.parent.name
        database.execute(f"CREATE TABLE years.{name} AS FROM '{file}'")
        session.catalog.createTable(f"yearly.{name}", str(file.parent), source="parquet")


def write_csv(rows: list[dict], place: Path) -> None:
    """Write rows as a delivery may be: CRLF, Latin-1, quotes, blanks for nothing, some gzipped."""
    place.parent.mkdir(exist_ok=True)
    large = place.name in ("apc", "op")
    opened = gzip.open if large else open
    with opened(f"{place}.csv{'.gz' * large}", "wt", encoding="latin-1", newline="") as text:
        quoting = csv.QUOTE_ALL if place.name == "op" else csv.QUOTE_MINIMAL
        writer = csv.writer(text, quoting=quoting, lineterminator="\r\n")
        writer.writerow([*rows[0], 'Note, "free" (é)'])
        for n, row in enumerate(rows):
            cells = [cell.strftime("%d/%m/%Y") if hasattr(cell, "strftime") else cell
                     for cell in row.values()]  # fmt: skip
            blank = ("", " ")[n % 2]
            note = ('é, "quoted"', "", "two\nlines")[n % 3]
            writer.writerow([*[blank if cell is None else cell for cell in cells], note])


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def marts_by(engine: str | None, source: str, build: Path) -> dict[str, bytes]:
    done = prepare(source, [PAIR], engine=engine, build=build)
    assert "prepared" in done.done[PAIR]
    return contents(build / "marts" / source / PAIR)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, session):
    """The sample prepared by both engines: the build folder of each."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("duckdb", "spark")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAREACCESS_HOME", str(PROJECT))
        for name, folder in folders.items():
            marts_by(name, "sample", folder)
    return folders


@pytest.mark.long
def test_the_marts_of_the_sample_are_the_same_bytes(sample) -> None:
    duck, spark = (contents(sample[name] / "marts" / "sample" / PAIR) for name in sample)
    assert set(duck) == {f"{name}.parquet" for name in MARTS} | {"meta.json", "prepared.json"}
    assert [name for name in duck if duck[name] != spark.get(name)] == []


@pytest.mark.long
@pytest.mark.parametrize("name", EXTRACTS)
def test_the_extract_of_the_sample_is_the_same(sample, name: str) -> None:
    """Values and types as they are read; the order of rows is each engine's own."""
    folders = [folder / "extract" / "sample" / f"{name}.parquet" for folder in sample.values()]
    duck, spark = (from_arrow(pq.read_table(folder)) for folder in folders)
    assert len(duck) > 100 and list(spark) == list(duck)
    duck, spark = (
        frame.sort_values(list(frame), ignore_index=True, na_position="first")
        for frame in (duck, spark)
    )
    pd.testing.assert_frame_equal(spark, duck)


@pytest.fixture(scope="module")
def tiny(home: Path):
    """The marts of the tiny England from Parquet by DuckDB."""
    return marts_by("duckdb", "tiny", home / "build")


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name in one if name.endswith(".parquet") and one[name] != other.get(name)]


def test_tables_of_a_catalogue_give_the_same_marts(home, tiny) -> None:
    """No engine is named: it is Spark, as the tables are in its catalogue."""
    assert differing(tiny, marts_by(None, "tiny-tables", home / "build-spark")) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["tables", "duckdb"])
def test_a_table_a_year_gives_the_same_marts(home, tiny, kind: str) -> None:
    """As the national tables are kept: hes_apc_1617, hes_apc_1718 and so on."""
    marts = marts_by(None, f"yearly-{kind}", home / f"build-yearly-{kind}")
    assert differing(tiny, marts) == []
    assert steps.check(f"yearly-{kind}", [PAIR]).startswith("9 tables with 111 rows")


@pytest.mark.long
def test_csv_gives_the_same_marts_by_either_engine(home, tiny) -> None:
    duck = marts_by("duckdb", "tiny-csv", home / "build")
    assert differing(duck, marts_by("spark", "tiny-csv", home / "build-spark")) == []
    assert differing(tiny, duck) == ["written.parquet"]  # in text a blank is no value at all


@pytest.mark.long
@pytest.mark.parametrize("made_by", ["duckdb", "spark"])
def test_prepared_again_nothing_is_done_by_either_engine(sample, monkeypatch, made_by: str) -> None:
    monkeypatch.setenv("RAREACCESS_HOME", str(PROJECT))
    said: list[str] = []
    for engine in ("spark", "duckdb"):
        build = sample[made_by]
        done = prepare("sample", [PAIR], engine=engine, build=build, progress=said.append)
        assert done.done[PAIR] == "skipped, nothing has changed"
    assert said == []


@pytest.mark.long
@pytest.mark.parametrize("source", ["tiny", "tiny-csv", "tiny-tables"])
def test_check_says_the_same_by_either_engine(home, source: str) -> None:
    by_spark = steps.check(source, [PAIR], engine="spark")
    assert by_spark.startswith("9 tables with 111 rows")
    if source != "tiny-tables":
        assert by_spark == steps.check(source, [PAIR], engine="duckdb")


@pytest.mark.long
def test_a_table_of_the_other_engine_is_refused(home) -> None:
    with pytest.raises(UserError, match="in a Spark catalogue, which DuckDB cannot read") as caught:
        prepare("tiny-tables", [PAIR], engine="duckdb")
    assert "--engine spark" in caught.value.expected
    with pytest.raises(UserError, match="in a DuckDB file, which Spark cannot read") as caught:
        prepare("tiny-duckdb", [PAIR], engine="spark")
    assert "--engine duckdb" in caught.value.expected
    assert caught.value.where.startswith("tables.duckdb, table ")


def test_a_name_may_hold_a_hyphen_as_catalogues_do(session) -> None:
    session.range(2).createOrReplaceTempView("`people-now`")
    with open_engine("spark") as engine:
        assert engine.describe_table("people-now") == {"id": "bigint"}
        assert len(engine.collect(engine.read_table("people-now"))) == 2


@pytest.mark.long
@pytest.mark.parametrize("root", ["nowhere", "no_catalogue.national", "spark_catalog.no.such"])
def test_a_table_that_is_not_in_the_catalogue_is_named(home, root: str) -> None:
    file = home / "params" / "sources" / "tiny-tables.yml"
    text = file.read_text()
    file.write_text(text.replace("spark_catalog.national", root))
    try:
        with pytest.raises(UserError, match="Table apc is missing"):
            prepare("tiny-tables", [PAIR])
    finally:
        file.write_text(text)


@pytest.mark.long
def test_a_broken_parquet_file_is_named_by_spark_too(home, tiny) -> None:
    file = home / "data" / "op" / "all.parquet"
    whole, build = file.read_bytes(), home / "build"
    before = contents(build / "marts" / "tiny" / PAIR)
    file.write_bytes(whole[:4] + b"\xff" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
    try:
        with pytest.raises(UserError) as caught:
            prepare("tiny", [PAIR], engine="spark", build=build)
    finally:
        file.write_bytes(whole)
    assert caught.value.what == "A file of table op cannot be read."
    assert caught.value.where == "data/op/all.parquet"
    assert "TEST" not in str(caught.value)
    assert contents(build / "marts" / "tiny" / PAIR) == before


class Listener(logging.Handler):
    """Keeps what a logger says."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record)


def test_a_fault_is_told_without_a_value_and_logged_nowhere(session) -> None:
    """PySpark prints each fault with its text, and the text quotes the value."""
    from pyspark.errors import PySparkException
    from pyspark.logger import PySparkLogger

    logger, listener = PySparkLogger.getLogger("DataFrameQueryContextLogger"), Listener()
    logger.addHandler(listener)
    with open_engine("spark") as engine:
        frame = engine.stage(pd.DataFrame({"text": ["secret 1"]}))
        frame = frame.select(engine.F.col("text").cast("int").alias("n"))
        with pytest.raises(EngineFault) as caught:
            engine.collect(frame)
        assert caught.value.found == "CAST_INVALID_INPUT"
        assert "secret" not in str(caught.value)
        assert listener.heard == []
    with pytest.raises(PySparkException):  # afterwards the session is as it was
        frame.collect()
    assert len(listener.heard) == 1
    logger.removeHandler(listener)


def test_the_session_that_exists_is_used_and_left_as_it_was(session) -> None:
    found: list[object] = []

    def look() -> None:  # no session is active in a second thread, and yet there is one
        with open_engine("spark") as engine:
            kept = engine.keep(engine.stage(pd.DataFrame({"n": [1, 2]})))
            found.extend([engine.session.sparkContext, len(engine.collect(kept)), engine.scratch])
            found.append(session.sparkContext._jsc.getPersistentRDDs().size())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    context, rows, scratch, kept = found
    assert context is session.sparkContext and rows == 2
    assert kept == 1 and session.sparkContext._jsc.getPersistentRDDs().size() == 0
    assert not scratch.exists()
    assert session.range(3).count() == 3


def test_where_a_session_may_not_keep_a_frame_it_is_written(
    session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is computed once all the same; an empty one keeps its columns, and nothing stays."""
    from pyspark.errors import AnalysisException
    from pyspark.sql.classic.dataframe import DataFrame

    def refuse(frame: DataFrame) -> None:
        raise AnalysisException("[NOT_SUPPORTED_WITH_SERVERLESS] PERSIST TABLE")

    monkeypatch.setattr(DataFrame, "persist", refuse)
    with open_engine("spark", shared=tmp_path) as engine:
        frame = engine.stage(pd.DataFrame({"n": [1, 2], "text": ["a", None]}))
        kept, none = engine.keep(frame), engine.keep(frame.where("n > 2"))
        assert len(list(tmp_path.glob(".kept.*.part/kept-*.parquet"))) == 2
        assert sorted(engine.collect(kept)["n"]) == [1, 2]
        assert none.dtypes == frame.dtypes and engine.collect(none).empty
    assert list(tmp_path.iterdir()) == []


TEXTS = {
    "a line with too few fields": b"id,name,note\n1,a,b\n2,c\n",
    "a line with too many fields": b"id,name,note\n1,a,b\n2,c,d,e\n",
    "a stray quotation mark": b'id,name,note\n1,a,"b"c\n',
    "a quotation mark that stays open": b'id,name,note\n1,"a,b\n',
    "Latin-1 where UTF-8 is expected": b"id,name,note\n1,caf\xe9,b\n",
    "compressed data that are cut short": gzip.compress(
        b"id,name,note\n" + b"".join(b"%d,%d,b\n" % (n, n * n % 7919) for n in range(9999))
    )[:9999],
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_text_that_cannot_be_read_is_refused(session, tmp_path, engine: str, name: str) -> None:
    """Also where the column with the fault is not the one that is read."""
    file = tmp_path / ("a.csv.gz" if "compressed" in name else "a.csv")
    file.write_bytes(TEXTS[name])
    columns = ["id", "name", "note"]
    with open_engine(engine) as opened, pytest.raises(EngineFault):
        frame = opened.read_text([file], columns, delimiter=",", encoding="utf-8")
        opened.collect(frame.select("id", "name"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_text_is_read_the_same(session, tmp_path, encoding: str) -> None:
    file = tmp_path / "rows {1} [a*].csv"  # signs that Spark takes for a pattern
    rows = 'id|é "x"|Note, free\r\n1|"a|""b"""|\r\n\r\n#2|  |""\r\n\\N|NULL|x\0y'
    file.write_bytes(rows.encode(encoding))
    said = {"delimiter": "|", "encoding": encoding.removesuffix("-sig")}
    read = {}
    for name in ("duckdb", "spark"):
        with open_engine(name) as engine:
            frame = engine.read_text([file], ["id", 'é "x"', "Note, free"], **said)
            read[name] = engine.collect(frame).sort_values("id", ignore_index=True)
    pd.testing.assert_frame_equal(read["spark"], read["duckdb"])
    assert read["spark"]["id"].tolist() == ["#2", "1", "\\N"]
    assert read["spark"].iloc[1, 1] == 'a|"b"'


def test_days_long_ago_and_far_ahead_are_the_same(session, tmp_path) -> None:
    """Spark once read days before 1582 in another calendar."""
    days = ["0001-01-01", "1500-02-28", "1582-10-10", "1800-01-01", "5202-05-01", "9999-12-31"]
    rows = [{"LSOA11": f"E{n}", "centre_code": "C01", "day": tiny_england.day(text)}
            for n, text in enumerate(days)]  # fmt: skip
    file = tmp_path / "days.parquet"
    pd.DataFrame(rows).to_parquet(file)
    for name in ("duckdb", "spark"):
        with open_engine(name) as engine:
            engine.write(engine.read([file]).select("day"), tmp_path / name)
        written = pq.read_table(tmp_path / name)["day"].to_pylist()
        assert sorted(day.isoformat() for day in written) == days


@pytest.mark.long
def test_every_table_of_the_tiny_england_is_compared(home) -> None:
    assert set(tiny_england.rows()) <= set(CONTRACTS)
    assert len(list((home / "csv").iterdir())) == len(tiny_england.rows())


# --- one table, read by either engine


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine; Spark is that of the session."""
    if request.param == "spark":
        request.getfixturevalue("session")
    return request.param


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return tiny_england.write(tmp_path / "data")


@pytest.mark.few(6)
@pytest.mark.parametrize(
    ("table", "column", "kind", "written", "read"),
    [
        ("apc", "EPIKEY", pa.int64(), 123456789012, "123456789012"),
        ("apc", "EPIKEY", pa.decimal128(20, 0), Decimal("12345678901234567890"), None),
        ("op", "ATTENDKEY", pa.int64(), 7, "7"),
        ("apc", "SEX", pa.int8(), 2, "2"),
        ("apc", "EPISTAT", pa.int32(), 3, "3"),
        ("apc", "FYEAR", pa.int16(), 910, "0910"),
        ("op", "FYEAR", pa.int64(), 20162017, "1617"),
        ("op", "FIRSTATT", pa.int64(), None, "none"),
        ("linkage", "nhs_number", pa.int64(), 9434765919, "9434765919"),
        ("apc", "STARTAGE", pa.decimal128(38, 0), Decimal(7001), "7001"),
    ],
)
def test_keys_and_codes_may_be_whole_numbers(
    source: Source, engine: str, table: str, column: str, kind: pa.DataType, written, read
) -> None:
    """So the national tables of NHS England have EPIKEY and ATTENDKEY; no digit is lost."""
    file = source.files(table)[0]
    whole = pq.read_table(file)
    values_ = pa.array([written] * whole.num_rows, kind)
    pq.write_table(whole.set_column(whole.column_names.index(column), column, values_), file)
    with open_engine(engine) as running:
        frame = running.collect(source.read(running, table, (column,)))
    found = {"none" if pd.isna(value) else str(value) for value in frame[column]}
    assert found == {read or str(written)}


@pytest.mark.few(2)
@pytest.mark.parametrize("kind", ["parquet", "csv", "tables"])
def test_files_of_early_years_may_lack_diagnoses(
    session, engine: str, kind: str, tmp_path: Path
) -> None:
    """Of any kind, read by either engine: missing there, and all else as in one whole table."""
    whole = pq.read_table(tiny_england.write(tmp_path / "whole").files("apc")[0])
    late = [f"DIAG_4_{n:02d}" for n in range(2, 21)]
    parts = {"a": whole.slice(0, 5).drop_columns(late), "b": whole.slice(5, 4),
             "c": whole.slice(9).drop_columns(late[13:])}  # fmt: skip
    place = tmp_path / "apc"
    place.mkdir()
    settings = {"kind": "parquet", "root": str(tmp_path)}
    for name, rows in parts.items():
        pq.write_table(rows, place / f"{name}.parquet")
    if kind == "csv":
        for file in place.iterdir():
            pd.read_parquet(file).to_csv(file.with_suffix(".csv"), index=False)
        settings = {"kind": "csv", "root": str(tmp_path)}
    if kind == "tables" and engine == "spark":
        session.sql(f"CREATE DATABASE {(name := 'early')}")
        for file in place.iterdir():
            session.catalog.createTable(f"{name}.apc_{file.stem}", str(file), source="parquet")
        settings = {"kind": "spark", "root": name}
    elif kind == "tables":
        with duckdb.connect(tmp_path / "tables.duckdb") as database:
            for file in place.iterdir():
                database.execute(f"CREATE TABLE apc_{file.stem} AS FROM '{file}'")
        settings = {"kind": "duckdb", "root": str(tmp_path / "tables.duckdb")}
    more = {"apc": {"path": "apc_*"}} if kind == "tables" else {}
    params = SourceParams(label="early years", synthetic=True, tables=more, **settings)
    source = Source("early", params)
    columns = ("EPIKEY", "EPISTART", *late)
    with open_engine(engine) as running:
        read = running.collect(source.read(running, "apc", columns)).sort_values("EPIKEY")
        assert source.count_lacking(running, "apc") == (14, "DIAG_4_02")
    expected = pa.concat_tables(parts.values(), promote_options="default").select(columns)
    expected = expected.to_pandas().sort_values("EPIKEY").astype(dict.fromkeys(late, "object"))
    for name in ("EPIKEY", *late):
        found = [None if pd.isna(value) else value for value in read[name]]
        assert found == [None if pd.isna(value) else value for value in expected[name]]
    assert (pd.to_datetime(read["EPISTART"]).dt.strftime("%F").tolist()
            == [day.isoformat() for day in expected["EPISTART"]])  # fmt: skip


def test_which_copy_of_an_appointment_counts(engine: str, tmp_path: Path) -> None:
    """By either engine one that was attended, then the most diagnoses, of which - is none."""
    rows = [
        tiny_england.appointment("p", "1", "2020-01-01", "M321", "I10X", ATTENDED="4"),
        tiny_england.appointment("p", "2", "2020-01-01", "M321", "I10X", ATTENDED=None),
        tiny_england.appointment("p", "3", "2020-01-01", "-", "-", ATTENDED="5"),
        tiny_england.appointment("p", "4", "2020-01-01", "M321", ATTENDED="6"),
    ]
    source = tiny_england.write(tmp_path, {"op": rows})
    with open_engine(engine) as running:
        table = source.read(running, "op")
        described = WideDiagnoses(running, "op", table).describe(table)
        described = described.withColumn("person", running.F.col("PSEUDO_HESID"))
        found = running.collect(select_records(running, described, "op"))
    ranks = found.assign(key=found["record"].str[-1]).set_index("key")
    assert ranks["copy"].to_dict() == {"1": 3, "2": 4, "3": 2, "4": 1}
    assert ranks["diagnosed"].to_dict() == {"1": True, "2": True, "3": False, "4": True}


def test_whose_records_they_are_and_when_a_stay_began(engine: str, tmp_path: Path) -> None:
    """By either engine: a chain of tied links, and a stay of which one day alone is recorded."""
    null = tiny_england.day("1800-01-01")
    links = [("N1", "b", 1), ("N1", "a", 1), ("N2", "b", 4), ("N2", "c", 4), ("N2", "d", 5)]
    starts = ["2020-01-05", "2020-01-06", "2020-03-01"]
    rows = {
        "linkage": [
            {"nhs_number": number, "PSEUDO_HESID": person, "match_rank": rank}
            for number, person, rank in links
        ],
        "apc": [
            tiny_england.episode(
                person, f"{n}", start, "M321", EPIORDER=n, PROCODE3=at, DISDATE=None,
                ADMIDATE=tiny_england.day("2020-01-01") if n == 1 else null,
                EPIEND=tiny_england.day("2020-01-06"),
            )
            for n, (person, start, at) in enumerate(
                zip("abc", starts, ("RAA", "RAA01", "RAA"), strict=True), start=1
            )
        ],
        "op": [tiny_england.appointment("d", "1", "2020-01-01", "M321")],
        "blueteq_applications": [],
    }  # fmt: skip
    source = tiny_england.write(tmp_path / "data", rows)
    with open_engine(engine) as running:
        extract_records(source, running, tmp_path / "extract", find=["M321"], keep=[])
        files = {name: tmp_path / "extract" / f"{name}.parquet" for name in EXTRACTS}
        found = {name: running.collect(running.read([file])) for name, file in files.items()}
    stays = found["records"].query("kind == 'apc'").sort_values("record")
    assert stays["person"].tolist() == ["a"] * 3 and stays["procode"].tolist() == ["RAA"] * 3
    began = pd.to_datetime(stays["admitted"]).dt.strftime("%F").tolist()
    assert began == ["2020-01-01", "2020-01-01", "2020-03-01"]
    assert stays["assumed"].tolist() == [False, True, True]
    assert sorted(found["codes"]["person"]) == ["a", "a", "a", "d"]
    assert sorted(found["links"].to_numpy().tolist()) == [
        ["N1", "a", 1, 3, 0],
        ["N2", "a", 4, 3, 1],
    ]


def test_a_column_may_be_in_the_names_of_folders(source: Source, engine: str) -> None:
    """So Spark and DuckDB write a table that they part by a column; 0910 stays text."""
    file = source.files("apc")[0]
    whole = pq.read_table(file)
    file.unlink()
    for year, rows in (("0910", whole.slice(0, 1)), ("1617", whole.slice(1))):
        part = file.parent / f"FYEAR={year}" / "part-0.parquet"
        part.parent.mkdir()
        pq.write_table(rows.drop_columns("FYEAR"), part)
    with open_engine(engine) as running:
        found = running.collect(source.read(running, "apc", ("FYEAR", "EPIKEY")))
    assert sorted(found["FYEAR"]) == ["0910", *["1617"] * (whole.num_rows - 1)]
    assert sorted(found["EPIKEY"]) == sorted(whole["EPIKEY"].to_pylist())
