"""The whole country: areas of each board as in England, a population that adds up, prices."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from places import ROOT
from rareaccess.contracts import AGES, CONTRACTS, list_boards
from rareaccess.contracts.costs import ACTIVITIES
from rareaccess.derive.hospital.deprivation import group_by_rank
from rareaccess.measures.equity import AXES
from rareaccess.params import load_pair
from synthetic_england.declarations.load import load_boards, load_costs, load_population
from synthetic_england.setting.boards import mark_coast, place_boards, region_of_boards
from synthetic_england.setting.shared import build_setting
from synthetic_england.tables.society import (
    build_areas,
    build_population_areas,
    build_population_ethnicity,
    build_prices,
    build_unit_costs,
)

SAMPLE = ROOT / "data-synthetic" / "sample"
# LSOAs of 2011 by board of July 2022 and fifth of the index of 2019, most deprived first:
# Office for National Statistics and Ministry of Housing, Open Government Licence v3.0
AREAS = {
    "E54000008": [545, 247, 226, 272, 272],  # Cheshire and Merseyside
    "E54000010": [131, 126, 137, 157, 136],  # Staffordshire and Stoke-on-Trent
    "E54000028": [164, 235, 170, 147, 79],  # North Central London
    "E54000029": [251, 412, 196, 101, 63],  # North East London
    "E54000036": [43, 134, 98, 47, 5],  # Cornwall and the Isles of Scilly
    "E54000048": [314, 203, 162, 221, 158],  # Lancashire and South Cumbria
}
OF_REGIONS = {
    "East of England": 3770, "London": 4835, "Midlands": 6261, "North East and Yorkshire": 5178,
    "North West": 4293, "South East": 5222, "South West": 3285,
}  # fmt: skip


@pytest.fixture(scope="module")
def geo():
    return build_setting("published", None).geo


@pytest.fixture(scope="module")
def areas(geo) -> pd.DataFrame:
    frame = build_areas(geo).to_pandas()
    fifth = group_by_rank(geo.areas["rank"], 5, areas=32_844)
    return frame.assign(fifth=fifth.to_numpy())


@pytest.fixture(scope="module")
def by_place(geo) -> pd.DataFrame:
    return build_population_areas(geo).to_pandas()


@pytest.fixture(scope="module")
def by_ethnicity() -> pd.DataFrame:
    return build_population_ethnicity().to_pandas()


# --- areas -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_boards_have_the_areas_of_england_by_fifth(areas: pd.DataFrame) -> None:
    counted = areas.groupby(["icb_code", "fifth"]).size().unstack(fill_value=0)
    for code, numbers in AREAS.items():
        assert counted.loc[code].tolist() == numbers, code
    declared = {code: board["areas"] for code, board in load_boards().items()}
    assert counted.to_numpy().tolist() == [declared[code] for code in counted.index]
    assert len(areas) == 32_844 and counted.sum().tolist() == [6568, 6569, 6569, 6569, 6569]


@pytest.mark.slow
def test_regions_have_the_areas_of_england(areas: pd.DataFrame) -> None:
    assert areas.groupby("nhs_region").size().to_dict() == OF_REGIONS
    regions = {board.icb_code: board.nhs_region for board in list_boards()}
    assert (areas["icb_code"].map(regions) == areas["nhs_region"]).all()


def test_the_coast_is_where_boards_have_one(areas: pd.DataFrame) -> None:
    share = (areas["coastal"] == "coastal").groupby(areas["icb_code"]).mean()
    for code, board in load_boards().items():
        wanted = load_population()["coast"] if board["coast"] else 0
        assert share[code] == pytest.approx(wanted, abs=0.002), code


def test_codes_are_those_of_the_contract(areas: pd.DataFrame, by_place, by_ethnicity) -> None:
    for frame, name in ((areas, "areas"), (by_place, "population_areas"),
                        (by_ethnicity, "population_ethnicity")):  # fmt: skip
        for column in CONTRACTS[name].columns:
            if column.name in frame and column.codes:
                assert set(frame[column.name]) <= set(column.codes), column.name


def test_boards_are_on_tiles_of_their_own() -> None:
    boards = list_boards()
    assert len({(board.row, board.column) for board in boards}) == len(boards) == 42
    assert len({board.short_name for board in boards}) == 42


def test_a_full_board_sends_areas_to_the_next() -> None:
    """Six areas beside the first board, which has room for two: the two that are nearest stay."""
    boards = {"E54000008": {"areas": [2, 0, 0, 0, 0], "at": [0, 0], "coast": True},
              "E54000048": {"areas": [4, 0, 0, 0, 0], "at": [10, 0], "coast": False}}  # fmt: skip
    places = np.array([[float(x), 0.0] for x in (4, 3, 2, 1, 0, -1)])
    same = np.array(["North West"] * 6)
    found = place_boards(places, np.ones(6, dtype=int), same, boards)
    assert np.bincount(found).tolist() == [2, 4]
    assert region_of_boards(boards) == ["North West", "North West"]
    coast = mark_coast(places, np.array([0, 0, 0, 0, 1, 1]), boards, 0.5)
    assert coast.sum() == 2 and not coast[4:].any()


# --- the population ----------------------------------------------------------------------------


def test_both_tables_come_to_the_declared_people(by_place, by_ethnicity) -> None:
    declared = load_population()["people"]
    for frame in (by_place, by_ethnicity):
        cells = len(frame)
        assert abs(frame["people"].sum() - declared) < cells / 2  # each cell is whole people
        assert (frame["people"] >= 0).all() and (frame["people"] % 1 == 0).all()


def test_both_tables_agree_by_fifth_age_and_sex(by_place, by_ethnicity) -> None:
    place = by_place.assign(imd_quintile=(by_place["imd_decile"] + 1) // 2)
    for keys in (["imd_quintile"], ["age_band"], ["sex"], ["age_band", "sex"]):
        left, right = (frame.groupby(keys)["people"].sum() for frame in (place, by_ethnicity))
        np.testing.assert_allclose(left, right[left.index], rtol=2e-4)


def test_margins_are_those_declared(by_place, by_ethnicity) -> None:
    declared = load_population()
    ages = np.array(declared["ages"]) / sum(declared["ages"])
    for frame in (by_place, by_ethnicity):
        shares = frame.groupby("age_band")["people"].sum()[list(AGES)] / frame["people"].sum()
        np.testing.assert_allclose(shares, ages, rtol=1e-3)
    groups = by_ethnicity.groupby("ETHNOS")["people"].sum() / by_ethnicity["people"].sum()
    named = pd.Series(declared["ethnicity"]) / sum(declared["ethnicity"].values())
    np.testing.assert_allclose(groups[named.index], named, rtol=1e-3)
    assert list(named.index) == list(AXES["ethnic_code"].levels)


def test_boards_have_people_as_they_have_areas(by_place: pd.DataFrame) -> None:
    people = by_place.groupby("icb_code")["people"].sum()
    sizes = pd.Series({code: sum(board["areas"]) for code, board in load_boards().items()})
    np.testing.assert_allclose(people / people.sum(), sizes[people.index] / 32_844, rtol=1e-3)


def test_women_are_more_among_the_old_and_rural_people_older(by_place: pd.DataFrame) -> None:
    def share(rows: pd.DataFrame, inside: pd.Series) -> float:
        return rows.loc[inside, "people"].sum() / rows["people"].sum()

    old, young = (by_place[by_place["age_band"] == band] for band in ("90+", "0–4"))
    assert share(old, old["sex"] == "Female") > 0.6 > 0.5 > share(young, young["sex"] == "Female")
    aged = by_place["age_band"].isin(AGES[13:])
    for column, more, fewer in (("rural_urban", "rural", "urban"),
                                ("coastal", "coastal", "inland")):  # fmt: skip
        left, right = (by_place[by_place[column] == one] for one in (more, fewer))
        assert share(left, aged[left.index]) > share(right, aged[right.index])


# --- costs and prices --------------------------------------------------------------------------


def test_every_contact_has_a_cost_and_every_pair_prices() -> None:
    assert set(build_unit_costs().to_pandas()["activity"]) == set(ACTIVITIES)
    prices = build_prices().to_pandas()
    for name in load_costs()["prices"]:
        pair = load_pair(name)
        own = prices.loc[prices["pair"] == name, "drug"].tolist()
        known = [one.name for one in pair.drug.members] or [pair.names.drug]
        assert sorted(own) == sorted(known), name
    assert {file.stem for file in (ROOT / "params" / "pairs").glob("*.yml")} == set(prices["pair"])


# --- the committed sample ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["areas", "population_areas", "population_ethnicity"])
def test_the_sample_holds_the_same_tables(name: str, geo) -> None:
    made = {"areas": lambda: build_areas(geo),
            "population_areas": lambda: build_population_areas(geo),
            "population_ethnicity": build_population_ethnicity}[name]()  # fmt: skip
    file: Path = SAMPLE / f"{name}.parquet"
    stored = pq.read_table(file)
    assert stored.column_names == made.column_names
    assert stored.to_pylist() == made.to_pylist()
