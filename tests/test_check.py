"""The check of a source: what stops it, what it warns of, and that it tells no identifier."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import tiny_england
import tiny_project
from rareaccess.check import check_rows, check_source
from rareaccess.contracts import CONTRACTS, REQUIRED
from rareaccess.errors import UserError
from rareaccess.params import load_pair
from rareaccess.sources import open_source


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_project.make(tmp_path, monkeypatch)


def rewrite(home: Path, **changed: list[dict]) -> None:
    tiny_england.write(home / "data", changed)


def test_a_sound_source(home: Path) -> None:
    report = check_source("tiny", [load_pair(tiny_project.PAIR)])
    assert report.rows["apc"] == 18 and report.rows["imd2019"] == 2
    # the planted oddities: a sex of " " on a form
    assert [(w.table, w.column, w.n, w.example) for w in report.warnings] == [
        ("blueteq_applications", "sex", 1, " ")
    ]
    assert "9 tables" in str(report)


@pytest.mark.parametrize("table", REQUIRED)
def test_an_empty_table_is_named(home: Path, table: str) -> None:
    rewrite(home, **{table: []})
    with pytest.raises(UserError, match=f"The table {table} is empty"):
        check_source("tiny")


def test_values_outside_the_codes_are_warned_of_in_aggregate(home: Path) -> None:
    rows = tiny_england.rows()["apc"]
    rows[0]["EPISTAT"] = rows[1]["EPISTAT"] = "7"
    rows[2]["EPISTAT"] = "8"
    rewrite(home, apc=rows)
    (warning,) = [w for w in check_source("tiny").warnings if w.table == "apc"]
    assert (warning.column, warning.n, warning.example) == ("EPISTAT", 3, "7")
    assert warning.share == pytest.approx(3 / 18)
    assert "3 rows (16.7%), such as '7'" in str(warning)


@pytest.mark.parametrize(
    ("table", "column"),
    [("imd2019", "LSOA11"), ("pds_trace", "nhs_number"), ("linkage", "nhs_number"),
     ("blueteq_applications", "application_id")],
)  # fmt: skip
@pytest.mark.parametrize("fault", ["double", "blank"])
def test_a_key_that_is_not_sound_stops(home: Path, table: str, column: str, fault: str) -> None:
    rows = tiny_england.rows()[table]
    rows.append(dict(rows[0]) if fault == "double" else {**rows[0], column: None})
    rewrite(home, **{table: rows})
    with pytest.raises(UserError, match=f"key of the table {table} is not sound") as caught:
        check_source("tiny")
    assert column in caught.value.where
    assert str(rows[0][column]) not in str(caught.value)


@pytest.mark.parametrize("rank", [0, 32_845])
def test_a_rank_outside_the_index_stops(home: Path, rank: int) -> None:
    rewrite(home, imd2019=[{"LSOA11": "E01", "rank": rank}])
    with pytest.raises(UserError, match="deprivation rank"):
        check_source("tiny")


def test_another_number_of_centres_stops(home: Path) -> None:
    rewrite(home, centres=tiny_england.rows()["centres"][1:])
    assert check_source("tiny").warnings  # without a pair nobody expects a number
    with pytest.raises(UserError, match="number of centres"):
        check_source("tiny", [load_pair(tiny_project.PAIR)])


def test_a_file_cut_short_stops(home: Path) -> None:
    file = home / "data" / "linkage.parquet"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(UserError, match="A file of the table linkage") as caught:
        check_source("tiny")
    assert caught.value.where == "data/linkage.parquet"


@pytest.mark.parametrize("table", ["imd2019", "linkage", "apc", "op"])
def test_a_file_corrupt_in_its_middle_is_named(home: Path, table: str) -> None:
    rewrite(home, **{table: spread(tiny_england.rows()[table], CONTRACTS[table].key)})
    (file,) = open_source("tiny").files(table)
    file.write_bytes(corrupt(file.read_bytes()))
    pq.read_schema(file)  # the end of the file, where its columns are listed, is whole
    with pytest.raises(UserError, match=f"A file of the table {table} cannot be read") as caught:
        check_source("tiny")
    assert caught.value.where.endswith(file.name)


def spread(rows: list[dict], key: tuple[str, ...]) -> list[dict]:
    """Return many rows, so that the data of the file outweighs its footer."""
    return [
        {**row, **{name: n if name == "rank" else f"{row[name]}{n}" for name in key}}
        for n in range(2000)
        for row in rows[:2]
    ]


def corrupt(whole: bytes) -> bytes:
    """Return the file with every byte between its start and its footer flipped."""
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    middle = bytes(byte ^ 0xFF for byte in whole[4:-footer])
    return whole[:4] + middle + whole[-footer:]


def test_rows_of_a_folder_are_checked_together(home: Path) -> None:
    extra = home / "data" / "op" / "more.parquet"
    pq.write_table(pq.read_table(home / "data" / "op" / "all.parquet"), extra)
    assert check_source("tiny").rows["op"] == 28


def test_no_example_is_given_of_a_key() -> None:
    frame = pd.DataFrame({"nhs_number": ["N1", "N1", None], "traced": ["Y", "?", "N"]})
    frame = frame.assign(vital_status=None, date_of_death=None, trace_date=None)
    found = {(f.column, f.n, f.example) for f in check_rows(frame, CONTRACTS["pds_trace"])}
    assert found == {("nhs_number", 1, ""), ("traced", 1, "?")}
