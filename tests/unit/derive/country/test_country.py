"""The country around the patients, by both engines: boards, kinds of area, population, prices."""

from pathlib import Path

import pandas as pd

import tiny_england
from rareaccess.contracts import list_boards
from rareaccess.derive.country.areas import PLACES, add_places, name_boards, read_areas
from rareaccess.derive.country.costs import build_prices, build_unit_costs
from rareaccess.derive.country.expectations import read_expected_uptake, read_need_share
from rareaccess.derive.country.population import DIMENSIONS, build_population
from rareaccess.params import load_pair
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

FIRST, LAST = tiny_england.MOST_DEPRIVED, tiny_england.LEAST_DEPRIVED
IMD = pd.DataFrame({"lsoa": [FIRST, LAST, "E01000002"], "imd_quintile": [1, 5, 3],
                    "imd_decile": [1, 10, 6]})  # fmt: skip


def write(root: Path, *names: str, **changed: list[dict]) -> Source:
    tables = {name: tiny_england.society()[name] for name in names} | changed
    return tiny_england.write(root, tables)


def population(engine: Engine, source: Source) -> pd.DataFrame:
    return build_population(source, engine, areas=read_areas(source, engine), imd=IMD)


# --- boards and areas --------------------------------------------------------------------------


def test_every_board_is_known_by_both_codes() -> None:
    for codes in ("icb_code", "ods_code"):
        given = pd.Series([getattr(board, codes) for board in list_boards()])
        named = name_boards(given)
        assert named["icb"].tolist() == [board.icb_code for board in list_boards()]
        assert named["nhs_region"].tolist() == [board.nhs_region for board in list_boards()]


def test_a_code_that_is_on_no_list_is_of_no_board() -> None:
    assert name_boards(pd.Series(["Q99", None, ""])).isna().all().all()


def test_areas_with_their_boards(engine: Engine, tmp_path: Path) -> None:
    found = read_areas(write(tmp_path, "areas"), engine).set_index("lsoa")
    assert found.loc[FIRST].tolist() == ["E54000008", "North West", "urban", "coastal"]
    assert found.loc[LAST].tolist() == ["E54000028", "London", "rural", "inland"]  # by QMJ


def test_a_source_without_areas_has_no_rows(engine: Engine, tmp_path: Path) -> None:
    found = read_areas(write(tmp_path), engine)
    assert found.columns.tolist() == ["lsoa", *PLACES] and found.empty


def test_areas_that_hold_only_boards(engine: Engine, tmp_path: Path) -> None:
    source = write(tmp_path, areas=[{"LSOA11": FIRST, "icb_code": "E54000008"}])
    found = read_areas(source, engine)
    assert found["nhs_region"].tolist() == ["North West"]
    assert found[["rural_urban", "coastal"]].isna().all().all()


def test_the_region_is_that_of_the_board_and_else_as_the_table_says() -> None:
    frame = pd.DataFrame({"icb_code": ["QYG", "Q99"], "nhs_region": ["London", "London"]})
    assert add_places(frame)["nhs_region"].tolist() == ["North West", "London"]


# --- the population ----------------------------------------------------------------------------


def test_small_areas_are_added_up_by_what_they_are(engine: Engine, tmp_path: Path) -> None:
    found = population(engine, write(tmp_path, "areas", "population_areas"))
    assert found["people"].sum() == 1200 and set(found["table"]) == {"population_areas"}
    by_board = found.groupby(["icb", "imd_quintile", "imd_decile", "coastal"])["people"].sum()
    assert by_board.to_dict() == {
        ("E54000008", 1, 1, "coastal"): 400.0, ("E54000028", 5, 10, "inland"): 800.0,
    }  # fmt: skip
    women = found[(found["sex"] == "Female") & (found["age_band"] == "40–44")]
    assert women.set_index("nhs_region")["people"].to_dict() == {"North West": 100, "London": 200}
    assert found[["ethnicity", "ethnic_code"]].isna().all().all()


def test_areas_of_one_kind_are_one_row(engine: Engine, tmp_path: Path) -> None:
    areas = [{"LSOA11": area, "icb_code": "QYG"} for area in (FIRST, LAST, "E01000002")]
    people = [{"year": 2021, "LSOA11": area, "people": 10.0} for area in (FIRST, "E01000003")]
    more = [{"year": 2021, "LSOA11": FIRST, "people": 5.0}]
    found = population(engine, write(tmp_path, areas=areas, population_areas=people + more))
    known = found[found["icb"].notna()]
    assert known[["icb", "imd_quintile", "people"]].to_numpy().tolist() == [["E54000008", 1, 15.0]]
    assert found.loc[found["icb"].isna(), "people"].tolist() == [10.0]  # an area of no table


def test_without_a_table_of_areas_deprivation_is_known_still(
    engine: Engine, tmp_path: Path
) -> None:
    found = population(engine, write(tmp_path, "population_areas"))
    assert found.groupby("imd_quintile")["people"].sum().to_dict() == {1: 400, 5: 800}
    assert found[list(PLACES)].isna().all().all()


def test_ethnic_categories_have_the_groups_of_the_report(engine: Engine, tmp_path: Path) -> None:
    found = population(engine, write(tmp_path, "population_ethnicity"))
    assert found.groupby(["ethnic_code", "ethnicity"])["people"].sum().to_dict() == {
        ("A", "White"): 100.0, ("M", "Black"): 100.0,
    }  # fmt: skip
    assert found["imd_decile"].isna().all() and set(found["imd_quintile"]) == {1, 5}


def test_tenths_have_their_fifths(engine: Engine, tmp_path: Path) -> None:
    rows = [{"year": 2021, "imd_decile": n, "people": 1.0} for n in range(1, 11)]
    found = population(engine, write(tmp_path, population_more=rows))
    pairs = found[["imd_decile", "imd_quintile"]].astype(int).to_numpy().tolist()
    assert sorted(pairs) == [[n, (n + 1) // 2] for n in range(1, 11)]


def test_boards_by_their_code_in_the_nhs_and_regions_alone(engine: Engine, tmp_path: Path) -> None:
    boards = [{"year": 2021, "icb_code": "QYG", "people": 7.0}]
    regions = [{"year": 2021, "nhs_region": "London", "people": 9.0}]
    source = write(tmp_path, population_areas=boards, population_more=regions)
    found = population(engine, source).set_index("table")
    assert found.loc["population_areas", ["icb", "nhs_region"]].tolist() == [
        "E54000008", "North West",
    ]  # fmt: skip
    assert found.loc["population_more", "nhs_region"] == "London"
    assert pd.isna(found.loc["population_more", "icb"])


def test_years_stay_apart(engine: Engine, tmp_path: Path) -> None:
    rows = [{"year": year, "sex": "Male", "people": 5.0} for year in (2011, 2021, 2021)]
    found = population(engine, write(tmp_path, population_more=rows))
    assert found.set_index("year")["people"].to_dict() == {2011: 5.0, 2021: 10.0}


def test_no_table_is_an_empty_mart(engine: Engine, tmp_path: Path) -> None:
    found = population(engine, write(tmp_path))
    assert found.empty and found.columns.tolist() == ["table", "year", *DIMENSIONS, "people"]


# --- costs and prices --------------------------------------------------------------------------


def test_costs_and_the_prices_of_the_pair(engine: Engine, tmp_path: Path) -> None:
    source, pair = write(tmp_path, "unit_costs", "prices"), load_pair("sle-belimumab")
    costs = build_unit_costs(source, engine).set_index("activity")["pounds"]
    assert costs.index.is_monotonic_increasing and costs["visit"] == 100
    prices = build_prices(source, engine, pair=pair)
    assert prices["drug"].tolist() == ["belimumab"] and prices["first_year"].tolist() == [9000]
    other = load_pair("severe-asthma-biologics")
    assert build_prices(source, engine, pair=other).empty


def test_no_costs_and_no_prices_are_empty_marts(engine: Engine, tmp_path: Path) -> None:
    source = write(tmp_path)
    assert build_unit_costs(source, engine).empty
    assert build_prices(source, engine, pair=load_pair("sle-belimumab")).empty


# --- what others expected ----------------------------------------------------------------------


def test_expectations_are_those_of_the_pair(engine: Engine, tmp_path: Path) -> None:
    period = {
        "from_date": tiny_england.day("2017-01-01"),
        "to_date": tiny_england.day("2017-12-31"),
    }
    uptake = [
        {"pair": pair, "source": source, "geography": "England", **period, "low": 5, "high": 9,
         "measure": "starts"}
        for pair, source in (("sle-belimumab", "b"), ("sle-belimumab", "a"), ("another", "c"))
    ]  # fmt: skip
    share = [
        {"pair": pair, "basis": "registered patients", "area": code, "share": 0.5, "source": "s"}
        for pair, code in (("sle-belimumab", "E54000048"), ("sle-belimumab", "E54000008"),
                           ("another", "E54000010"))
    ]  # fmt: skip
    source = write(tmp_path, expected_uptake=uptake, need_share=share)
    pair = load_pair("sle-belimumab")
    assert read_expected_uptake(source, engine, pair=pair)["source"].tolist() == ["a", "b"]
    assert read_need_share(source, engine, pair=pair)["icb"].tolist() == ["E54000008", "E54000048"]


def test_no_expectations_are_empty_marts(engine: Engine, tmp_path: Path) -> None:
    source, pair = write(tmp_path), load_pair("sle-belimumab")
    assert read_expected_uptake(source, engine, pair=pair).empty
    assert read_need_share(source, engine, pair=pair).columns.tolist() == [
        "basis", "icb", "share", "source",
    ]  # fmt: skip
