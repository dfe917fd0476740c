"""People and starts under each denominator: who is counted, which table is taken."""

import pandas as pd
import pytest

import equity_study
from rareaccess.measures.equity import AXES, COHORT, POPULATION, count_cohort, count_population

PEOPLE = equity_study.fill(
    "people",
    {
        "study_id": [1, 2, 3, 4, 5, 6],
        "treated": [True, False, True, True, False, True],
        "sex": ["Female", "Female", "Male", "Not known", "Male", "Female"],
        "age_at_index": pd.array([21, 34, 35, 50, None, 64], "Int64"),
        "ethnicity": ["White", "White", "Black", "White", "Black", "Unknown"],
        "imd_quintile": pd.array([1, 1, 5, 1, 1, 5], "Int64"),
    },
)


def population(table: str = "one", **columns: object) -> pd.DataFrame:
    n = len(next(value for value in columns.values() if isinstance(value, list)))
    return equity_study.fill("general_population", {"table": [table] * n, "year": 2021} | columns)


def test_the_cohort_by_group_and_stratum() -> None:
    """Persons 4 (sex), 5 (age) and 6 (group) are in no cell; 4 and 6 were treated."""
    found = count_cohort(PEOPLE, AXES["ethnicity"])
    assert found.denominator is COHORT and found.left_out == 2
    assert found.sizes.to_dict("index") == {
        "White": {"Female, 20–34": 2.0, "Male, 35–49": 0.0},
        "Black": {"Female, 20–34": 0.0, "Male, 35–49": 1.0},
    }
    assert found.starts.loc["White"].tolist() == [1.0, 0.0]
    assert found.starts.loc["Black"].tolist() == [0.0, 1.0]


def test_the_population_by_five_years_of_age() -> None:
    rows = population(
        sex=["Female", "Female", "Male", "Male"], age_band=["20–24", "30–34", "35–39", "90+"],
        ethnicity=["White", "White", "Black", "White"], people=[10.0, 20.0, 30.0, 40.0],
    )  # fmt: skip
    found = count_population(PEOPLE, rows, AXES["ethnicity"], year=2021)
    assert found.denominator is POPULATION and found.lacking == () and found.source == "one, 2021"
    assert found.sizes.sum(axis=1).to_dict() == {"White": 70.0, "Black": 30.0}
    assert found.starts.to_numpy().sum() == 2 and found.left_out == 2  # of four treated
    assert found.starts.loc["Black", "Male, 35–39"] == 1
    assert "Female, 60–64" not in found.sizes  # nobody lives there


def test_a_start_where_the_population_has_nobody_is_left_out_and_counted() -> None:
    rows = population(sex=["Female"], age_band=["20–24"], ethnicity=["White"], people=[10.0])
    found = count_population(PEOPLE, rows, AXES["ethnicity"], year=2021)
    assert found.starts.to_numpy().sum() == 1 and found.left_out == 3


def test_a_table_without_sex_or_age_says_what_it_lacks() -> None:
    rows = population(ethnicity=["White", "Black"], people=[100.0, 50.0])
    found = count_population(PEOPLE, rows, AXES["ethnicity"], year=2021)
    assert found.lacking == ("sex", "age")
    assert found.starts["all, all"].to_dict() == {"White": 2.0, "Black": 1.0}
    rows = population(ethnicity=["White"], age_band=["20–24"], people=[100.0])
    assert count_population(PEOPLE, rows, AXES["ethnicity"], year=2021).lacking == ("sex",)
    assert count_population(PEOPLE, rows, AXES["sex"], year=2021) is None


def test_the_table_that_lacks_least_is_taken_and_then_the_coarsest() -> None:
    whole = {"ethnicity": ["White"], "sex": ["Female"], "age_band": ["20–24"], "people": [7.0]}
    fine = {name: value * 2 for name, value in whole.items()}
    tables = [
        population("a lacks", ethnicity=["White"], people=[5.0]),
        population("b fine", **fine), population("c coarse", **whole),
        population("d other", nhs_region=["London"], people=[9.0]),
    ]  # fmt: skip
    for order in (tables, tables[::-1]):
        rows = pd.concat(order, ignore_index=True)
        found = count_population(PEOPLE, rows, AXES["ethnicity"], year=2021)
        assert found.source == "c coarse, 2021"
    assert count_population(PEOPLE, tables[3], AXES["ethnicity"], year=2021) is None
    assert count_population(PEOPLE, rows, AXES["distance"], year=2021) is None


def test_one_year_is_taken_the_nearest_that_has_the_axis() -> None:
    rows = pd.concat(
        [population(year=year, ethnicity=["White"], people=[float(year)])
         for year in (2015, 2019, 2023)]
        + [population(year=2021, sex=["Female"], people=[1.0])], ignore_index=True,
    )  # fmt: skip
    for wanted, taken in ((2010, 2015), (2020, 2019), (2021, 2019), (2022, 2023)):
        found = count_population(PEOPLE, rows, AXES["ethnicity"], year=wanted)
        assert found.source == f"one, {taken}"  # of two as near the earlier; 2021 has no groups
        assert found.sizes.to_numpy().sum() == taken


def test_what_is_lacking_is_judged_in_the_year_that_is_taken() -> None:
    rows = pd.concat([
        population(year=2011, ethnicity=["White"], sex=["Female"], people=[1.0]),
        population(year=2021, ethnicity=["White"], people=[1.0]),
    ], ignore_index=True)  # fmt: skip
    assert count_population(PEOPLE, rows, AXES["ethnicity"], year=2021).lacking == ("sex", "age")


def test_numbers_of_fifths_are_the_same_groups_on_both_sides() -> None:
    rows = population(imd_quintile=[1, 5], people=[100.0, 50.0])
    found = count_population(PEOPLE, rows, AXES["imd_quintile"],
                             year=2021)  # fmt: skip
    assert found.starts["all, all"].to_dict() == {1: 2.0, 5: 2.0}


def test_nobody_known_gives_no_groups() -> None:
    unknown = PEOPLE.assign(ethnicity="Unknown")
    found = count_cohort(unknown, AXES["ethnicity"])
    assert found.sizes.empty and found.left_out == 4


@pytest.mark.parametrize("empty", [True, False])
def test_no_table_is_no_denominator(empty: bool) -> None:
    rows = equity_study.empty("general_population")
    if not empty:
        rows = population(people=[10.0]).assign(year=pd.array([None], "Int64"), ethnicity="White")
    assert count_population(PEOPLE, rows, AXES["ethnicity"], year=2021) is None
