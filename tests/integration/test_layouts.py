"""The same records in other layouts give the same marts; HES as delivered is read as it is."""

import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import hes_extract
import tiny_england
import tiny_project
from places import ROOT
from rareaccess.contracts import REQUIRED
from rareaccess.core.errors import UserError
from rareaccess.marts import MARTS, read_mart
from rareaccess.params import SourceParams, list_sources, load_report, load_source
from rareaccess.pipeline import steps
from rareaccess.pipeline.examples import name_postcodes
from rareaccess.pipeline.prepare import prepare
from rareaccess.sources import Source, open_source
from rareaccess.sources.engine import open_engine
from rareaccess.sources.table_files import read_header
from tiny_project import PAIR

LAYOUTS = {name: load_source(name) for name in list_sources() if load_source(name).made_from}
TOLD = ("contracts", "missing", "written")
SAME = [name for name, params in LAYOUTS.items() if params.residence != "IMD04_DECILE"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    """A project whose `sample` is the tiny England, prepared; an apostrophe is in its path."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tiny_project.make(tmp_path_factory.mktemp("home") / "o'brien's", patch)
        tiny_project.use_as_sample(folder)
        prepare("sample", [PAIR])
        yield folder


def marts(home: Path, source: str) -> dict[str, pd.DataFrame]:
    return {name: read_mart(name, home / "build" / "marts" / source / PAIR) for name in MARTS}


def mart_bytes(home: Path, source: str) -> dict[str, bytes]:
    """Return the bytes of the marts but those that tell of the tables themselves."""
    files = sorted((home / "build" / "marts" / source / PAIR).glob("*.parquet"))
    return {file.name: file.read_bytes() for file in files if file.stem not in TOLD}


def test_there_are_examples_of_every_kind() -> None:
    sources = [load_source(name) for name in list_sources()]
    assert {source.kind for source in sources} == {"parquet", "csv", "duckdb", "spark"}
    assert {source.residence for source in sources} == {"LSOA11", "postcode", "IMD04_DECILE"}
    assert any("apc_diagnoses" in source.tables for source in sources)
    natives = {native for s in sources for t in s.tables.values() for native in t.columns}
    assert "TOKEN_PERSON_ID" in natives
    assert {"sample-csv", "example-warehouse", "example-postcode"} <= set(SAME)


@pytest.mark.long
@pytest.mark.parametrize("source", SAME)
def test_another_layout_gives_the_same_marts(home: Path, source: str) -> None:
    said: list[str] = []
    assert steps.synth_if_missing(source, said.append).startswith("wrote ")
    assert steps.synth_if_missing(source, said.append).startswith("skipped: ")
    steps.check(source, [PAIR])
    prepare(source, [PAIR])
    assert mart_bytes(home, source) == mart_bytes(home, "sample")


@pytest.mark.long
def test_check_writes_an_example_that_is_missing_as_report_does(home: Path) -> None:
    shutil.rmtree(home / "build" / "layouts" / "example-postcode", ignore_errors=True)
    assert "tables with" in steps.check("example-postcode", [PAIR])
    assert (home / "build" / "layouts" / "example-postcode").is_dir()


@pytest.mark.long
def test_a_changed_origin_is_written_again(home: Path) -> None:
    steps.synth_if_missing("sample-csv", print)
    before = prepare("sample-csv", [PAIR]) and mart_bytes(home, "sample-csv")
    file = home / "data-synthetic" / "sample" / "blueteq_applications.parquet"
    whole, rows = file.read_bytes(), tiny_england.rows()["blueteq_applications"]
    rows[0]["planned_start_date"] = tiny_england.day("2018-03-09")
    try:
        tiny_england.write(home / "data-synthetic" / "sample", {"blueteq_applications": rows})
        assert steps.synth_if_missing("sample-csv", print).startswith("wrote ")
        prepare("sample-csv", [PAIR])
        assert mart_bytes(home, "sample-csv") != before
    finally:
        file.write_bytes(whole)
    steps.synth_if_missing("sample-csv", print)
    prepare("sample-csv", [PAIR])
    assert mart_bytes(home, "sample-csv") == before


@pytest.mark.long
def test_tenths_of_deprivation_stand_in_for_areas(home: Path) -> None:
    steps.synth_if_missing("example-imd-decile", print)
    steps.check("example-imd-decile", [PAIR])
    prepare("example-imd-decile", [PAIR])
    ours, theirs = marts(home, "sample"), marts(home, "example-imd-decile")
    people = ours["people"].merge(theirs["people"], on="study_id", suffixes=("", "_tenth"))
    assert len(people) == len(ours["people"])
    both = people.dropna(subset=["imd_decile"])  # an area outside the index has no tenth to record
    assert len(both) == len(people) - 1
    for column in ("imd_quintile", "imd_decile"):
        assert both[column].tolist() == both[f"{column}_tenth"].tolist()
    assert set(people["imd_version_tenth"].dropna()) == {"IMD04_DECILE of HES"}
    assert theirs["travel"]["minutes"].isna().all() and ours["travel"]["minutes"].notna().any()
    for name in ("flow", "uptake", "activity", "comorbidity", "codes", "severity"):
        pd.testing.assert_frame_equal(ours[name], theirs[name])


def test_the_extract_is_as_wide_as_the_published_one() -> None:
    assert (len(hes_extract.APC_HEADER), len(set(hes_extract.APC_HEADER))) == (193, 193)
    assert (len(hes_extract.OP_HEADER), len(set(hes_extract.OP_HEADER))) == (157, 157)


@pytest.fixture
def delivered(home: Path) -> Path:
    folder = home / "data" / "artificial-hes"
    if not folder.is_dir():
        hes_extract.write(folder)
    return folder


@pytest.mark.long
def test_hes_as_delivered_gives_the_cohort(home: Path, delivered: Path) -> None:
    """Without applications nobody is treated; who has the condition is the same as ever."""
    said = steps.check("example-hes-extract")
    assert "3 tables" in said
    report = prepare("example-hes-extract", [PAIR])
    assert "no treated person is left at the end of the flow" in report.done[PAIR]
    ours, theirs = marts(home, "sample"), marts(home, "example-hes-extract")
    for box in ("coded_apc", "coded_op", "coded"):
        counts = [frame["flow"] for frame in (ours, theirs)]
        counts = [flow[(flow["box"] == box) & (flow["role"] == "in")] for flow in counts]
        assert len(counts[0]) == len(counts[1]) > 0
        assert counts[0]["n_records"].sum() == counts[1]["n_records"].sum()
    assert not theirs["people"]["treated"].any()
    assert theirs["people"]["imd_quintile"].notna().any()
    assert len(theirs["travel"]) == len(theirs["uptake"]) == 0


@pytest.mark.long
def test_hes_as_delivered_is_prepared_for_every_pair(home: Path, delivered: Path) -> None:
    """Also for those in the Cancer Drugs Fund, of which this source has neither forms nor SACT."""
    pairs = load_report().pairs
    report = prepare("example-hes-extract", pairs)
    assert list(report.done) == list(pairs)
    for pair in pairs:
        folder = home / "build" / "marts" / "example-hes-extract" / pair
        assert not read_mart("people", folder)["treated"].any()


@pytest.mark.long
@pytest.mark.parametrize("place", ["folder", "nested", "capitals", "together"])
def test_the_files_of_an_extract_are_found_where_they_were_unpacked(
    home: Path, tmp_path: Path, place: str
) -> None:
    root = tmp_path / "hes"
    hes_extract.write(root)
    paths = {"apc": "apc", "op": "op"}
    for kind in paths:
        for file in sorted((root / kind).iterdir()):
            target = {
                "folder": file,
                "nested": file.parent / "artificial_hes_v1" / file.name,
                "capitals": file.with_suffix(".CSV"),
                "together": root / file.name,
            }[place]
            target.parent.mkdir(exist_ok=True)
            file.rename(target)
        if place == "together":
            paths[kind] = f"artificial_hes_{kind}_*.csv"
    tables = {kind: {"path": path} for kind, path in paths.items()}
    params = load_source("example-hes-extract").model_dump()
    params |= {"root": str(root), "tables": params["tables"] | tables}
    source = Source("x", SourceParams.model_validate(params))
    rows = tiny_england.rows()
    with open_engine() as engine:
        for kind in paths:
            assert len(engine.collect(source.read(engine, kind, ("FYEAR",)))) == len(rows[kind])


@pytest.mark.long
def test_a_report_without_anybody_treated_is_refused(home: Path, delivered: Path) -> None:
    prepare("example-hes-extract", [PAIR])
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    try:
        with pytest.raises(UserError, match="No treated person is left at the end of the flow"):
            steps.run("example-hes-extract", [PAIR])
    finally:
        shutil.rmtree(home / "notebooks")


@pytest.mark.long
def test_marts_of_an_interrupted_run_are_not_read(home: Path) -> None:
    stamp = home / "build" / "marts" / "sample" / PAIR / "prepared.json"
    content = stamp.read_text()
    stamp.unlink()
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    try:
        with pytest.raises(UserError, match="`prepare` was interrupted"):
            steps.run("sample", [PAIR])
    finally:
        shutil.rmtree(home / "notebooks")
        stamp.write_text(content)


@pytest.mark.long
def test_delivered_records_beside_our_other_tables_are_the_same(
    home: Path, delivered: Path
) -> None:
    """Hospital records as CSV, everything else as Parquet: a source may mix kinds."""
    file = home / "params" / "sources" / "mixed.yml"
    file.write_text(
        "label: a mixture\nkind: parquet\nroot: data-synthetic/sample\nsynthetic: false\n"
        "tables:\n"
        "  apc: {kind: csv, root: data/artificial-hes}\n"
        "  op: {kind: csv, root: data/artificial-hes}\n"
    )
    prepare("mixed", [PAIR])
    assert mart_bytes(home, "mixed") == mart_bytes(home, "sample")


@pytest.mark.long
def test_a_header_with_a_mark_and_line_ends_of_windows(delivered: Path) -> None:
    layout = open_source("example-hes-extract").layout("imd2019")
    raw = (delivered / "File_7_IoD2019.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    assert read_header(layout, delivered / "File_7_IoD2019.csv") == list(hes_extract.IMD_HEADER)


def test_postcodes_are_invented_and_differ() -> None:
    names = name_postcodes([f"E{n:08d}" for n in range(33_000)])
    assert len(set(names.values())) == len(names) == 33_000
    assert all(name.startswith("ZZ") for name in names.values())


@pytest.mark.long
def test_spark_is_not_written_to(home: Path) -> None:
    file = home / "params" / "sources" / "wrong.yml"
    file.write_text(
        "label: x\nkind: spark\nroot: a.b\nsynthetic: true\nmade_from: sample\ntables: {}\n"
    )
    with pytest.raises(UserError, match="cannot be written in this layout"):
        steps.synth_if_missing("wrong", print)


@pytest.mark.long
def test_a_layout_is_written_whole_or_not_at_all(home: Path) -> None:
    folder = home / "build" / "layouts" / "example-postcode"
    steps.synth_if_missing("example-postcode", print)
    tables = {file.name.removesuffix(".parquet") for file in folder.glob("*.parquet")}
    assert tables == {*REQUIRED, "onspd", "sact_v2", "sact_v3"}
    assert not list(folder.parent.glob(".*.part"))
    schema = pq.read_schema(folder / "apc.parquet")
    assert "HOMEADD_POSTCODE" in schema.names and "LSOA11" not in schema.names
