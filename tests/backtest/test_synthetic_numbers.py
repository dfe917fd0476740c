"""The synthetic records give the numbers they were planned to give, counted in plain SQL.

Nothing of the pipeline or of the generator is used here: the rules are written out once more.
"""

import csv
from pathlib import Path

import duckdb
import pytest

from places import SYNTHETIC, TESTS

PUBLISHED = {  # NDRS 2026 report; travel_mean is "just over 53"
    "treated": 924,
    "hes_sle_cohort": 72308,
    "not_known_treated": 71384,
    "rescued": 18,
    "found_by_code": 906,
    "sledai_low_or_missing": 149,
    "centres": 37,
    "travel_n": 923,
    "travel_missing": 1,
    "travel_median": 42,
    "activity_n": 922,
    "activity_excluded": 2,
    "activity_median": 9,
    "activity_min": 1,
    "activity_max": 90,
    "activity_q1": 6,
    "activity_q3": 13.75,
    "activity_iqr": 7.75,
    "started_by_march_2019": 113,
}

SQL = TESTS / "support" / "synthetic_numbers.sql"


def count_numbers(root: Path) -> dict[str, float]:
    """Count the report's numbers in a written world."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "2500MB"}) as connection:
        for name in ("apc", "op"):
            connection.execute(
                f"create view {name} as from read_parquet('{root}/{name}/*.parquet')"
            )
        for path in root.glob("*.parquet"):
            connection.execute(f"create view {path.stem} as from read_parquet('{path}')")
        connection.execute(SQL.read_text(encoding="utf-8"))
        return dict(connection.execute("select id, value from numbers").fetchall())


def read_expected(root: Path) -> dict[str, str]:
    """Read the expected numbers of the first pair in a world."""
    with (root / "expected.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["id"]: row["value"] for row in rows if row["pair"] == "sle-belimumab"}


def compare_all(root: Path) -> None:
    """Hold every number against the expected one before failing on any."""
    expected, found = read_expected(root), count_numbers(root)
    wrong = {
        k: (expected[k], v)
        for k, v in found.items()
        if abs(float(expected[k]) - v) > 1e-6 * max(1, v)
    }
    assert not wrong
    assert len(found) == 24


def test_sample_gives_its_expected_numbers() -> None:
    compare_all(SYNTHETIC / "sample")


@pytest.mark.full
def test_full_world_gives_its_expected_numbers() -> None:
    compare_all(SYNTHETIC / "full")


@pytest.mark.full
def test_full_world_gives_the_published_numbers() -> None:
    found = count_numbers(SYNTHETIC / "full")
    wrong = {k: (v, found[k]) for k, v in PUBLISHED.items() if found[k] != v}
    assert not wrong
    assert round(found["activity_mean"], 1) == 10.9
    assert round(found["activity_sd"], 1) == 7.6
    assert 53.0 < found["travel_mean"] < 53.5
    assert 20 < found["travel_not_nearest_pct"] < 30
    assert found["started_by_october_2020"] <= 300
