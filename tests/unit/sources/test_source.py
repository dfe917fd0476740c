"""Sources: every fault of a table is told by name, before anything is read."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tiny_england
from rareaccess.contracts import CONTRACTS, REQUIRED
from rareaccess.core.errors import UserError
from rareaccess.params import SourceParams, Table
from rareaccess.sources import Source
from rareaccess.sources.columns import name_arrow_type
from rareaccess.sources.engine import open_engine

NEEDED = [(name, column) for name in REQUIRED for column in CONTRACTS[name].used]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return tiny_england.write(tmp_path / "data")


def file_of(source: Source, table: str) -> Path:
    return source.files(table)[0]


@pytest.mark.parametrize(("table", "column"), NEEDED)
def test_a_column_that_is_missing_is_named(tmp_path: Path, table: str, column: str) -> None:
    file = tmp_path / f"{table}.parquet"
    whole = tiny_england.table(CONTRACTS[table], [])
    pq.write_table(whole.drop_columns([column]), file)
    params = SourceParams(label="x", kind="parquet", root=str(tmp_path), synthetic=True)
    with pytest.raises(UserError) as caught:
        Source("tiny", params).schema(table)
    assert caught.value.what == f"Column {column} of table {table} is missing."
    assert file.name in caught.value.where
    assert f"tables.{table}.columns" in caught.value.mend


@pytest.mark.parametrize("table", REQUIRED)
def test_a_table_that_is_missing_is_named(source: Source, table: str) -> None:
    file_of(source, table).unlink()
    with pytest.raises(UserError, match=f"Table {table} is missing"):
        source.files(table)


@pytest.mark.parametrize("table", ["apc", "imd2019"])
@pytest.mark.parametrize(
    ("cut", "found"), [(0, "an empty file"), (200, "cut short"), (None, "not Parquet")]
)
def test_a_file_that_is_not_whole_is_named(
    source: Source, table: str, cut: int | None, found: str
) -> None:
    file = file_of(source, table)
    file.write_bytes(b"person,date\n1,2\n" * 9 if cut is None else file.read_bytes()[:cut])
    with pytest.raises(UserError, match=f"A file of table {table}") as caught:
        source.schema(table)
    assert found in caught.value.found
    assert file.name in caught.value.where


def test_a_column_name_that_is_not_text_is_told_as_a_fault_of_the_file(source: Source) -> None:
    file = file_of(source, "linkage")
    file.write_bytes(file.read_bytes().replace(b"nhs_number", b"nhs_\xf3umber"))
    with pytest.raises(UserError, match="A file of table linkage cannot be read"):
        source.schema("linkage")


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("apc", "EPISTART", pa.string()),
        ("apc", "DIAG_4_07", pa.int64()),
        ("op", "APPTAGE", pa.float64()),
        ("travel_times", "minutes", pa.string()),
        ("imd2019", "rank", pa.string()),
    ],
)
def test_a_column_of_another_type_is_named(
    source: Source, table: str, column: str, kind: pa.DataType
) -> None:
    file = file_of(source, table)
    whole = pq.read_table(file)
    place = whole.column_names.index(column)
    other = pa.nulls(whole.num_rows, kind)
    pq.write_table(whole.set_column(place, column, other), file)
    with pytest.raises(UserError, match=f"{column} of table {table} has the wrong") as caught:
        source.schema(table)
    assert caught.value.found == str(kind)


@pytest.mark.parametrize("double", ["rank", "RANK"])
def test_a_double_column_is_named(source: Source, double: str) -> None:
    file = file_of(source, "imd2019")
    table = pq.read_table(file)
    pq.write_table(table.append_column(double, table["rank"]), file)
    with pytest.raises(UserError, match="rank of table imd2019 appears more than once"):
        source.schema("imd2019")


def test_every_file_of_a_folder_is_looked_at(source: Source) -> None:
    folder = source.layout("op").place
    second = folder / "1718-0001.parquet"
    pq.write_table(pq.read_table(folder / "all.parquet").drop_columns(["LSOA11"]), second)
    with pytest.raises(UserError, match="LSOA11 of table op") as caught:
        source.schema("op")
    assert second.name in caught.value.where


def lack(source: Source, *columns: str) -> None:
    """Write apc as two files: the first, of an early year, lacks columns."""
    whole = pq.read_table(file_of(source, "apc"))
    folder = source.layout("apc").place
    pq.write_table(whole.slice(0, 1).drop_columns(list(columns)), folder / "all.parquet")
    pq.write_table(whole.slice(1), folder / "b.parquet")


@pytest.mark.slow
def test_a_file_of_an_early_year_may_lack_the_last_diagnoses(source: Source) -> None:
    whole = file_of(source, "apc")
    rows = pq.read_table(whole)
    last = [f"DIAG_4_{n:02d}" for n in range(2, 21)]
    assert values(source, "apc", "DIAG_4_02").count("none") == 14
    lack(source, *last)
    schema = source.schema("apc")
    assert [name for name in schema if not schema[name].everywhere] == last
    assert values(source, "apc", "DIAG_4_02") == sorted(
        str(code or "none") for code in [None, *rows["DIAG_4_02"].to_pylist()[1:]]
    )
    assert values(source, "apc", "EPIKEY") == sorted(rows["EPIKEY"].to_pylist())
    with open_engine() as engine:
        assert source.count_lacking(engine, "apc") == (1, "DIAG_4_02")
        assert source.count_lacking(engine, "op") == (0, "")


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        (["DIAG_4_07"], "DIAG_4_07"),  # a gap is a column of another name
        ([f"DIAG_4_{n:02d}" for n in range(1, 21)], "DIAG_4_01"),  # as old as HES
        (["LSOA11"], "LSOA11"),
    ],
)
def test_what_no_early_year_explains_is_missing(source: Source, columns, missing) -> None:
    lack(source, *columns)
    with pytest.raises(UserError, match=f"{missing} of table apc is missing") as caught:
        source.schema("apc")
    assert "all.parquet" in caught.value.where


def test_a_diagnosis_that_no_file_has_is_missing(source: Source) -> None:
    lack(source, "DIAG_4_20")
    second = source.layout("apc").place / "b.parquet"
    pq.write_table(pq.read_table(second).drop_columns(["DIAG_4_20"]), second)
    with pytest.raises(UserError, match="DIAG_4_20 of table apc is missing"):
        source.schema("apc")


def test_other_names_and_types_are_read_as_ours(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "area": pa.array(["E01", "E02"]).dictionary_encode(),
            "imd_rank": pa.array([1, 2], pa.int16()),
            "more": pa.array([0, 0]),
        }
    )
    pq.write_table(rows, tmp_path / "deprivation.parquet")
    columns = {"area": "LSOA11", "imd_rank": "rank"}
    params = SourceParams(
        label="x",
        kind="parquet",
        root=str(tmp_path),
        synthetic=False,
        tables={"imd2019": Table(path="deprivation", columns=columns)},
    )
    with open_engine() as engine:
        frame = engine.collect(Source("x", params).read(engine, "imd2019"))
    assert frame.sort_values("rank").to_numpy().tolist() == [["E01", 1], ["E02", 2]]


@pytest.mark.parametrize("kind", [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(), pa.int64()])
def test_whole_numbers_of_any_width_are_read(source: Source, kind: pa.DataType) -> None:
    file = file_of(source, "imd2019")
    whole = pq.read_table(file)
    narrow = pa.array([1, 2], kind)
    pq.write_table(whole.set_column(1, "rank", narrow), file)
    with open_engine() as engine:
        assert sorted(engine.collect(source.read(engine, "imd2019"))["rank"]) == [1, 2]


def test_a_column_on_which_no_result_rests_may_be_missing(source: Source) -> None:
    file = file_of(source, "apc")
    pq.write_table(pq.read_table(file).drop_columns(["GORTREAT"]), file)
    assert "GORTREAT" not in source.schema("apc")


def split(source: Source, table: str, column: str, first: pa.Array, second: pa.Array) -> None:
    """Write a table of two rows as two files, with these values of a column."""
    file = file_of(source, table)
    whole = pq.read_table(file).slice(0, 2)
    place = whole.column_names.index(column)
    for n, (name, value) in enumerate((("a", first), ("b", second))):
        half = whole.slice(n, 1).set_column(place, column, value)
        half_file = file.parent / table / f"{name}.parquet"
        half_file.parent.mkdir(exist_ok=True)
        pq.write_table(half, half_file)
    file.unlink()


def values(source: Source, table: str, column: str) -> list[object]:
    with open_engine() as engine:
        frame = engine.collect(source.read(engine, table, (column,)))[column]
    return sorted("none" if pd.isna(value) else str(value)[:10] for value in frame)


NONE, DEATH = pa.nulls(1), pa.array([date(2022, 4, 30)])


@pytest.mark.parametrize("order", [(NONE, DEATH), (DEATH, NONE)])
def test_a_file_without_a_value_takes_none_from_the_other(source: Source, order) -> None:
    """Arrow gives a column that is empty a type of its own, in any file of a folder."""
    split(source, "pds_trace", "date_of_death", *order)
    assert values(source, "pds_trace", "date_of_death") == ["2022-04-30", "none"]


@pytest.mark.parametrize("column", ["location", "service"])
def test_a_column_without_any_value_is_missing_in_every_row(source: Source, column: str) -> None:
    split(source, "centres", column, NONE, NONE)
    assert values(source, "centres", column) == ["none", "none"]
    assert values(source, "centres", "centre_code") == ["C01", "C02"]


@pytest.mark.parametrize("order", [(1, 0), (0, 1)])
def test_files_of_other_types_are_read_in_the_wider_one(source: Source, order) -> None:
    narrow = [pa.array([1], pa.int16()), pa.array([32844], pa.int64())]
    split(source, "imd2019", "rank", *[narrow[place] for place in order])
    assert values(source, "imd2019", "rank") == ["1", "32844"]
    days = [DEATH, pa.array([datetime(2021, 5, 1)], pa.timestamp("us"))]
    split(source, "pds_trace", "date_of_death", *[days[place] for place in order])
    assert values(source, "pds_trace", "date_of_death") == ["2021-05-01", "2022-04-30"]


def test_a_column_in_the_files_is_not_taken_from_the_names_of_folders(source: Source) -> None:
    file = file_of(source, "apc")
    years = pq.read_table(file)["FYEAR"].to_pylist()
    part = file.parent / "FYEAR=0910" / "part-0.parquet"
    part.parent.mkdir()
    file.rename(part)
    assert values(source, "apc", "FYEAR") == sorted(years)


def test_a_column_with_another_name_in_another_file_is_named(source: Source) -> None:
    folder = source.layout("apc").place
    whole = pq.read_table(folder / "all.parquet")
    other = whole.rename_columns({"PSEUDO_HESID": "TOKEN_PERSON_ID"})
    pq.write_table(other, folder / "b.parquet")
    table = Table(columns={"TOKEN_PERSON_ID": "PSEUDO_HESID"})
    both = Source("tiny", source.params.model_copy(update={"tables": {"apc": table}}))
    with pytest.raises(UserError, match="PSEUDO_HESID of table apc has two names") as caught:
        both.schema("apc")
    assert caught.value.found == "TOKEN_PERSON_ID here, PSEUDO_HESID in an earlier file"
    assert "b.parquet" in caught.value.where


def test_text_of_arrows_view_type_is_text() -> None:
    assert name_arrow_type(pa.string_view()) == "text"


@pytest.mark.slow
@pytest.mark.parametrize("blank", ["", "  ", "NULL", "NA"])
def test_whoever_has_no_number_is_nobody(source: Source, blank: str) -> None:
    """Else all applications without a number would be of one patient.

    A pseudonym with a blank in front is somebody, once other tables have it without.
    """
    rows = tiny_england.rows()["linkage"][:2]
    rows[0]["nhs_number"], rows[1]["PSEUDO_HESID"] = blank, f" {rows[1]['PSEUDO_HESID']}"
    pq.write_table(tiny_england.table(CONTRACTS["linkage"], rows), file_of(source, "linkage"))
    assert values(source, "linkage", "nhs_number") == ["N02", "none"]
    assert [v[:6] for v in values(source, "linkage", "PSEUDO_HESID")] == ["TEST01", "TEST02"]


def test_a_name_on_the_first_line_may_hold_a_backtick(source: Source) -> None:
    folder = file_of(source, "centres").parent
    (folder / "centres.csv").write_text("centre_code,name,service,tom`s\nC01,One,rheum,x\n")
    other = source.params.model_copy(update={"tables": {"centres": Table(kind="csv")}})
    assert values(Source("tiny", other), "centres", "centre_code") == ["C01"]
