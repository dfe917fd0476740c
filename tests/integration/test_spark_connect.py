"""Spark Connect, as serverless and standard clusters of Databricks run it: the same, or told why.

A server is started on this computer from the wheel of PySpark, once for all tests here.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

import connect_server
import tiny_england
import tiny_project
from places import ROOT
from rareaccess.contracts import CONTRACTS, REQUIRED
from rareaccess.core.errors import UserError
from rareaccess.marts import MARTS
from rareaccess.params import SourceParams, load_report
from rareaccess.pipeline.prepare import prepare
from rareaccess.sources import Source, open_source
from rareaccess.sources.engine import EngineFault, open_engine
from tiny_project import PAIR

pytestmark = [pytest.mark.slow, pytest.mark.engines]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server."""
    return tmp_path_factory.mktemp("connect")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The address of the server."""
    if lack := connect_server.find_lack():
        pytest.skip(lack)
    with connect_server.serve(folder) as address:
        yield address


@pytest.fixture(scope="module")
def session(server: str) -> Iterator[Any]:
    """The session of somebody else, which must be there afterwards."""
    session = connect_server.open_session(server)
    yield session
    session.stop()


@pytest.fixture(params=["refused", pytest.param("kept", marks=pytest.mark.long)])
def keeping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, session: Any) -> str:
    """Whether the session keeps frames; a refusal is that of serverless."""
    if request.param == "refused":
        connect_server.refuse_to_keep(monkeypatch)
    return request.param


EMPTY = {
    "text": pd.Series([], dtype="str"),
    "whole": pd.Series([], dtype="int64"),
    "maybe": pd.Series([], dtype="Int64"),
    "number": pd.Series([], dtype="Float64"),
    "day": pd.Series([], dtype="datetime64[s]"),
    "yes": pd.Series([], dtype="boolean"),
    "label": pd.Series([], dtype="category"),
    "nothing": pd.Series([], dtype="object"),
}


@pytest.mark.long
@pytest.mark.parametrize("rows", [0, 1])
def test_an_empty_frame_is_staged_with_the_types_of_any_other(session, rows: int) -> None:
    """F1: Connect infers no types of no rows; none is to be inferred."""
    frame = pd.DataFrame(EMPTY).reindex(range(rows))
    types = {}
    for name, given in {"duckdb": None, "spark": session}.items():
        with open_engine(name, session=given) as engine:
            found = engine.collect(engine.stage(frame))
        assert len(found) == rows
        types[name] = found.dtypes.astype("str").to_dict()
    assert types["spark"] == types["duckdb"]


def test_a_column_of_folders_stays_text(session, keeping, tmp_path: Path) -> None:
    """F2: Connect analyses later, when a setting for inference is on again; 0910 is no number."""
    source = tiny_england.write(tmp_path)
    file = source.files("apc")[0]
    whole = pq.read_table(file)
    file.unlink()
    for year, rows in (("0910", whole.slice(0, 1)), ("1617", whole.slice(1))):
        part = file.parent / f"FYEAR={year}" / "part-0.parquet"
        part.parent.mkdir()
        pq.write_table(rows.drop_columns("FYEAR"), part)
    with open_engine("spark", session=session) as engine:
        found = engine.collect(source.read(engine, "apc", ("FYEAR", "EPIKEY")))
    assert sorted(found["FYEAR"]) == ["0910", *["1617"] * (whole.num_rows - 1)]
    assert sorted(found["EPIKEY"]) == sorted(whole["EPIKEY"].to_pylist())


@pytest.mark.parametrize("given", [True, False])
def test_a_session_is_used_from_another_thread_and_stays_open(session, given: bool) -> None:
    """F3: given, or found as the default of this process; the thread has none that is active."""
    found: list[object] = []

    def look() -> None:
        with open_engine("spark", session=session if given else None) as engine:
            kept = engine.keep(engine.stage(pd.DataFrame({"n": [1, 2]})))
            found.extend([engine.session.session_id, len(engine.collect(kept))])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [session.session_id, 2]
    assert session.range(3).count() == 3


def test_a_session_is_not_given_to_duckdb(session) -> None:
    with pytest.raises(UserError, match="DuckDB is asked for"):
        open_engine("duckdb", session=session)


CLIENT = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "py4j" or name.startswith("pyspark.core"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import pandas as pd
from rareaccess.core.errors import UserError
from rareaccess.sources.engine import EngineFault, open_engine
from rareaccess.sources.engine.start_spark import check_spark, find_session, is_usable

assert check_spark().pyspark and find_session() is None and not is_usable()
try:
    open_engine("spark")
except UserError as fault:
    print(fault)
from pyspark.sql.connect.session import SparkSession
session = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
assert is_usable()
with open_engine("spark") as engine:
    frame = engine.stage(pd.DataFrame({"text": ["secret 1"]}))
    print(len(engine.collect(engine.keep(frame))))
    try:
        engine.collect(frame.select(engine.F.col("text").cast("int").alias("n")))
    except EngineFault as fault:
        print(fault.found, "secret" in str(fault))
"""


def test_a_client_without_spark_context_and_py4j_works(server: str) -> None:
    """F4, F5: as of the package pyspark-client; and where it has no session, Java is not blamed."""
    done = subprocess.run([sys.executable, "-c", CLIENT, server], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *told, rows, fault = done.stdout.splitlines()
    assert (rows, fault) == ("1", "CAST_INVALID_INPUT False")
    assert (
        told[0] == "This PySpark starts no session of its own: it is the client of Spark Connect."
    )
    assert "steps.prepare(session=spark)" in done.stdout
    assert "Java" not in done.stdout


def test_a_fault_names_its_cause_and_no_value(session) -> None:
    with open_engine("spark", session=session) as engine:
        frame = engine.stage(pd.DataFrame({"text": ["secret 1"]}))
        with pytest.raises(EngineFault) as caught:
            engine.collect(frame.select(engine.F.col("text").cast("int").alias("n")))
    assert caught.value.found == "CAST_INVALID_INPUT"
    assert "secret" not in str(caught.value) and "Java" not in str(caught.value)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tiny England: tables of people in a volume, the others in the project."""
    with pytest.MonkeyPatch.context() as patch:
        home = tiny_project.make(tmp_path_factory.mktemp("home"), patch)
        volume = home / "volume"
        volume.mkdir()
        (home / "data").rename(volume / "tables")
        (home / "reference").mkdir()
        places = {}
        for file in sorted((volume / "tables").iterdir()):
            if not CONTRACTS[file.stem].is_of_people:
                file.rename(home / "reference" / file.name)
                places[file.stem] = {"root": "reference"}
        for name, root in {"volume": f"{volume}/tables", "project": "volume/tables"}.items():
            text = f"label: a dozen people\nkind: parquet\nroot: {root}\nsynthetic: true\n"
            file = home / "params" / "sources" / f"{name}.yml"
            file.write_text(f"{text}tables: {json.dumps(places)}\n")
        yield home


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="module")
def tiny(home: Path) -> dict[str, bytes]:
    """The marts of the tiny England by DuckDB."""
    prepare("volume", [PAIR], build=home / "duckdb")
    return contents(home / "duckdb" / "marts" / "volume" / PAIR)


@pytest.fixture(scope="module")
def cluster(server: str, home: Path) -> Iterator[Any]:
    """A session whose workers see a volume and nothing else of this machine."""
    session = connect_server.open_session(server)
    volume = home / "volume"
    session.conf.set("fs.defaultFS", "viewfs://volumes/")
    session.conf.set(f"fs.viewfs.mounttable.volumes.link.{volume}", f"file://{volume}")
    yield session
    session.stop()


def test_the_marts_are_the_same_bytes_on_a_cluster(home, tiny, cluster, folder, keeping) -> None:
    """F7, F8: references of the project are read here; what is not kept is written, and goes.

    Of five passes over the records at most the log tells, those of the check that `prepare` makes
    first among them, whether frames are kept or not.
    """
    build = home / "volume" / f"build-{keeping}"
    since = time.time()
    done = prepare("volume", [PAIR], session=cluster, build=build)
    assert "prepared" in done.done[PAIR]
    for table in ("apc", "op"):
        place = home / "volume" / "tables" / table
        assert 2 <= connect_server.count_scans(folder, place, since) <= 5
    found = contents(build / "marts" / "volume" / PAIR)
    assert set(tiny) == {f"{name}.parquet" for name in MARTS}
    assert [name for name in tiny if tiny[name] != found.get(name)] == []
    assert list(build.glob(".kept*")) == []


def test_a_build_folder_that_workers_do_not_see_is_told_first(home, cluster) -> None:
    """F6: before any table is read."""
    said: list[str] = []
    build = home / "unseen"
    with pytest.raises(UserError) as caught:
        prepare("volume", [PAIR], session=cluster, build=build, progress=said.append)
    told = caught.value
    assert told.what == "Spark and this program do not see the same build folder."
    assert told.where == "unseen (RAREACCESS_BUILD)"
    assert "RAREACCESS_BUILD" in told.mend and "Java" not in str(told)
    assert said == [] and not (build / "checked").exists()


@pytest.mark.long
def test_workers_that_see_another_folder_under_the_same_name_are_told(tmp_path: Path) -> None:
    """F6: as on a computer of their own; what they write is not seen here."""
    if lack := connect_server.find_lack():
        pytest.skip(lack)
    if not connect_server.may_blind():
        pytest.skip("no mount namespace here: unshare is missing or not permitted")
    (tmp_path / "server").mkdir()
    (tmp_path / "build").mkdir()
    with connect_server.serve(tmp_path / "server", blind=tmp_path / "build") as address:
        session = connect_server.open_session(address)
        engine = open_engine("spark", session=session, shared=tmp_path / "build")
        with engine, pytest.raises(UserError) as caught:
            engine.prove_shared()
        session.stop()
    assert "RAREACCESS_BUILD" in caught.value.where
    assert caught.value.found == "0 of 8 rows seen here, 8 by Spark"


def test_files_that_workers_do_not_see_are_named(home, cluster) -> None:
    """F7: records are never read on this machine; where Spark does not find them, it is said."""
    apc = home / "volume" / "tables" / "apc"
    apc.rename(home / "apc")
    text = (home / "params" / "sources" / "volume.yml").read_text()
    text = text.replace("tables: {", f'tables: {{"apc": {{"root": "{home}"}}, ')
    (home / "params" / "sources" / "away.yml").write_text(text)
    try:
        with open_engine("spark", session=cluster) as engine, pytest.raises(UserError) as caught:
            open_source("away").read(engine, "apc")
    finally:
        (home / "apc").rename(apc)
    assert caught.value.what == "Spark does not find a file that this program sees."
    assert caught.value.where == "apc/all.parquet"
    assert "/Volumes/" in caught.value.mend


KINDS = {"date32[day]": "TIMESTAMP", "int32": "DECIMAL(10,0)", "float": "FLOAT"}
PADDED = {"SEX": "CHAR(4)", "PROCODE3": "CHAR(9)", "ETHNOS": "CHAR(3)"}


@pytest.fixture(scope="module")
def catalogue(session, tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, Source]:
    """The tiny England as files, and as catalogues hold it.

    In upper case, days as TIMESTAMP, numbers as DECIMAL, codes as CHAR, which is padded; APC in
    partitions, OP in a table a year.
    """
    files = tiny_england.write(tmp_path_factory.mktemp("files"))
    session.sql("CREATE DATABASE met")
    for table in files.tables:
        (file,) = files.files(table)
        kinds = {
            field.name: PADDED.get(field.name) or KINDS.get(str(field.type), "STRING")
            for field in pq.read_schema(file)
        }
        years = sorted(set(pq.read_table(file)["FYEAR"].to_pylist())) if table == "op" else [""]
        for year in years:
            name = f"met.HES_OP_{year}" if year else f"met.{table.upper()}"
            named = ", ".join(f"`{column.upper()}` {kind}" for column, kind in kinds.items())
            parts = "PARTITIONED BY (FYEAR)" if table == "apc" else ""
            session.sql(f"CREATE TABLE {name} ({named}) USING parquet {parts}")
            chosen = [*[c for c in kinds if c != "FYEAR"], "FYEAR"] if parts else [*kinds]
            columns = ", ".join(f"CAST(`{column}` AS {kinds[column]})" for column in chosen)
            where = f"WHERE FYEAR = '{year}'" if year else ""
            session.sql(f"INSERT INTO {name} SELECT {columns} FROM parquet.`{file}` {where}")
    params = SourceParams(
        label="as met",
        kind="spark",
        root="met",
        synthetic=True,
        tables={"op": {"path": "hes_op_*"}},
    )
    return files, Source("met", params)


@pytest.mark.long
@pytest.mark.parametrize("ansi", ["true", "false"])
def test_tables_as_catalogues_hold_them_are_read_the_same(session, catalogue, ansi: str) -> None:
    files, met = catalogue
    before = session.conf.get("spark.sql.ansi.enabled")
    session.conf.set("spark.sql.ansi.enabled", ansi)
    try:
        read = {}
        for name, source in {"duckdb": files, "spark": met}.items():
            given = session if name == "spark" else None
            with open_engine(name, session=given) as engine:
                read[name] = {t: engine.collect(source.read(engine, t)) for t in files.tables}
    finally:
        session.conf.set("spark.sql.ansi.enabled", before)
    for table, expected in read["duckdb"].items():
        order = list(expected)
        frames = [frame.sort_values(order, ignore_index=True, na_position="first").astype("object")
                  for frame in (expected, read["spark"][table])]  # fmt: skip
        pd.testing.assert_frame_equal(frames[1], frames[0], obj=table)


def test_a_table_that_a_source_lacks_is_empty_by_either_engine(session, tmp_path: Path) -> None:
    """F1: each is staged as no rows, with the types of the contract."""
    source = tiny_england.write(tmp_path)
    lacking = Source("lacking", source.params.model_copy(update={"without": list(REQUIRED)}))
    types = {}
    for name, given in {"duckdb": None, "spark": session}.items():
        with open_engine(name, session=given) as engine:
            read = {table: engine.collect(lacking.read(engine, table)) for table in REQUIRED}
        assert sum(map(len, read.values())) == 0
        types[name] = {table: frame.dtypes.astype("str").to_dict() for table, frame in read.items()}
    assert types["spark"] == types["duckdb"]


@pytest.mark.long
def test_a_source_without_tables_is_prepared(home, cluster) -> None:
    settings = yaml.safe_load((home / "params" / "sources" / "volume.yml").read_text())
    settings["without"] = ["pds_trace", "travel_times", "blueteq_answers"]
    for table in settings["without"]:
        settings["tables"].pop(table, None)
    (home / "params" / "sources" / "lacking.yml").write_text(json.dumps(settings))
    marts = {}
    for name, given in {"duckdb": None, "spark": cluster}.items():
        build = home / "volume" / f"lacking-{name}"
        prepare("lacking", [PAIR], session=given, build=build)
        marts[name] = contents(build / "marts" / "lacking" / PAIR)
    assert marts["spark"] == marts["duckdb"]


@pytest.mark.long
def test_all_pairs_of_the_sample_are_the_same_bytes(
    session, keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAREACCESS_HOME", str(ROOT))
    pairs = load_report().pairs
    assert len(pairs) == 6
    for name, given in {"duckdb": None, "spark": session}.items():
        prepare("sample", pairs, session=given, build=tmp_path / name)
    for pair in pairs:
        duck, spark = (contents(tmp_path / name / "marts" / "sample" / pair) for name in
                       ("duckdb", "spark"))  # fmt: skip
        assert [name for name in duck if duck[name] != spark.get(name)] == []
