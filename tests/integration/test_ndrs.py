"""SACT in the six tables of NDRS gives the marts that the flat tables of each version give."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from places import ROOT
from rareaccess.pipeline import steps
from rareaccess.pipeline.prepare import prepare
from rareaccess.sources.engine.start_spark import check_spark

pytestmark = pytest.mark.slow

PAIR = "waldenstrom-ibrutinib"  # of the Cancer Drugs Fund
FLAT = """label: the sample, with no table about the country
kind: parquet
root: data-synthetic/sample
synthetic: true
tables: {sact_v2: {}, sact_v3: {}}
"""
ABOUT = ("contracts", "missing", "written")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    """A project with the committed sample, flat and in the tables of NDRS."""
    folder = tmp_path_factory.mktemp("ndrs")
    shutil.copytree(ROOT / "params", folder / "params")
    (folder / "_quarto.yml").write_text("")
    (folder / "data-synthetic").symlink_to(ROOT / "data-synthetic")
    (folder / "params" / "sources" / "flat.yml").write_text(FLAT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAREACCESS_HOME", str(folder))
        patch.delenv("RAREACCESS_BUILD", raising=False)
        steps.synth_if_missing("example-ndrs", print)
        yield folder


def marts(home: Path, source: str, engine: str) -> dict[str, bytes]:
    """Return the bytes of the marts but two, which tell of the tables themselves."""
    build = home / f"{source}-{engine}"
    prepare(source, [PAIR], engine=engine, build=build)
    files = (build / "marts" / source / PAIR).glob("*.parquet")
    return {file.name: file.read_bytes() for file in files if file.stem not in ABOUT}


@pytest.fixture(scope="module")
def flat(home: Path) -> dict[str, bytes]:
    return marts(home, "flat", "duckdb")


@pytest.mark.long
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_the_tables_of_ndrs_give_the_same_marts(home: Path, flat, engine: str) -> None:
    if engine == "spark" and (fault := check_spark().fault):
        pytest.skip(f"no Spark here: {fault.what}")
    found = marts(home, "example-ndrs", engine)
    assert {name for name in flat if found[name] != flat[name]} == set()
    place = home / f"example-ndrs-{engine}" / "marts" / "example-ndrs" / PAIR
    status = pq.read_table(place / "sact_status.parquet")["status"].to_pylist()
    assert set(status) == {"present", "incomplete", "missing"}  # there is something to compare


@pytest.mark.long
def test_a_key_that_is_grouped_in_one_of_the_tables_finds_the_others(home: Path, flat) -> None:
    """The keys of one table have a hyphen that those of the other tables have not."""
    file = home / "build/layouts/example-ndrs/sact/AT_CYCLE.parquet"
    table = pq.read_table(file)
    at = table.column_names.index("merged_regimen_id")
    keys = [f"{key[:1]}-{key[1:]}" for key in table["merged_regimen_id"].to_pylist()]
    pq.write_table(table.set_column(at, "merged_regimen_id", pa.array(keys)), file)
    found = marts(home, "example-ndrs", "duckdb")
    assert {name for name in flat if found[name] != flat[name]} == set()
    place = home / "example-ndrs-duckdb" / "marts" / "example-ndrs" / PAIR
    told = pq.read_table(place / "written.parquet").to_pandas().set_index("column")
    assert told.loc["MERGED_REGIMEN_ID", "done"].startswith("blanks and hyphens removed")
