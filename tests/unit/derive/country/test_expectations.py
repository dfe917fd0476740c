"""What others expected: rows of the pair alone, and no row where a source has no such table."""

from datetime import date
from pathlib import Path

import pytest

import tiny_england
from rareaccess.derive.country.expectations import read_expected_uptake, read_need_share
from rareaccess.params import load_pair
from rareaccess.sources.engine import open_engine

PAIR = load_pair("sle-belimumab")


def figure(pair: str, high: int, low: int | None = None) -> dict:
    return {
        "pair": pair, "source": "nice-ta752", "geography": "England", "low": low, "high": high,
        "from_date": date(2022, 1, 1), "to_date": date(2022, 12, 31), "measure": "starts",
    }  # fmt: skip


TABLES = {
    "expected_uptake": [figure(PAIR.pair, 500, 300), figure("another-pair", 9)],
    "need_share": [
        {"area": "E54000010", "pair": PAIR.pair, "basis": "registered patients", "share": 0.25},
        {"area": "E54000010", "pair": "another-pair", "basis": "registered patients", "share": 1.0},
    ],
}


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


def test_only_the_figures_of_the_pair(engine, tmp_path: Path) -> None:
    source = tiny_england.write(tmp_path, TABLES)
    (row,) = read_expected_uptake(source, engine, pair=PAIR).to_dict("records")
    assert (row["low"], row["high"], row["geography"]) == (300, 500, "England")
    (row,) = read_need_share(source, engine, pair=PAIR).to_dict("records")
    assert (row["icb"], row["share"]) == ("E54000010", 0.25)


def test_a_source_without_the_tables_has_no_row(engine, tmp_path: Path) -> None:
    source = tiny_england.write(tmp_path)
    assert read_expected_uptake(source, engine, pair=PAIR).empty
    assert read_need_share(source, engine, pair=PAIR).empty
