"""Marts: their types on disk and in pandas, and what is told when one is missing."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from rareaccess.core.errors import UserError
from rareaccess.marts import MARTS, check_treated, read_mart, write_mart


def uptake() -> pd.DataFrame:
    days = pd.to_datetime(["2020-01-31", None]).astype("datetime64[s]")
    return pd.DataFrame(
        {
            "study_id": [1, 2],
            "start_date": days,
            "approval_date": days,
            "submitted_date": days,
            "route": ["IV", None],
            "trust": ["RAA", "RBB"],
            "member": pd.Series(["omalizumab", None], dtype="str"),
            "day_case_date": days,
            "more": [0, 0],  # not of the mart: left out
        }
    )


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    assert write_mart(uptake(), "uptake", tmp_path)
    back = read_mart("uptake", tmp_path)
    assert back.columns.tolist() == [column.name for column in MARTS["uptake"].columns]
    assert back["start_date"].iloc[0] == pd.Timestamp("2020-01-31")
    assert back["start_date"].isna().tolist() == [False, True]
    assert back["study_id"].dtype == "int64"
    assert pq.read_schema(tmp_path / "uptake.parquet").equals(MARTS["uptake"].schema)


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    write_mart(uptake(), "uptake", tmp_path)
    before = (tmp_path / "uptake.parquet").stat().st_mtime_ns
    assert not write_mart(uptake(), "uptake", tmp_path)
    assert (tmp_path / "uptake.parquet").stat().st_mtime_ns == before
    assert write_mart(uptake().iloc[:1], "uptake", tmp_path)


def test_a_mart_that_is_missing_or_cut_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_mart("uptake", tmp_path)
    assert caught.value.found == "no such file"
    write_mart(uptake(), "uptake", tmp_path)
    file = tmp_path / "uptake.parquet"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(UserError) as caught:
        read_mart("uptake", tmp_path)
    assert "uptake.parquet" in caught.value.where
    assert caught.value.found == "a file that is cut short"


def test_a_column_that_a_mart_lacks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_mart(uptake().drop(columns="route"), "uptake", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_marts_without_anybody_treated_are_nothing_to_report_on(tmp_path: Path) -> None:
    names = [column.name for column in MARTS["people"].columns]
    person = dict.fromkeys(names) | {"study_id": 1, "treated": False, "no_fixed_abode": False}
    write_mart(pd.DataFrame([person]), "people", tmp_path)
    with pytest.raises(UserError, match="No treated person is left"):
        check_treated(tmp_path)
    write_mart(
        pd.DataFrame([person, person | {"study_id": 2, "treated": True}]), "people", tmp_path
    )
    check_treated(tmp_path)
