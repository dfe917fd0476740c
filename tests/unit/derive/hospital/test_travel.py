"""Travel: the nearest centre of the service, and what is missing when there is none."""

import pandas as pd
import pytest

import tiny_england
from rareaccess.core.errors import UserError
from rareaccess.derive.hospital.travel import (
    build_travel,
    check_centres,
    find_nearest,
    read_journeys,
)
from rareaccess.params import load_pair
from rareaccess.sources.engine import open_engine

PAIR = load_pair("sle-belimumab")
JOURNEYS = pd.DataFrame(
    [("A", "C2", 20.5), ("A", "C1", 20.5), ("A", "C3", 5.0), ("B", "C2", 90.0)],
    columns=["lsoa", "centre_code", "minutes"],
)


AREAS = pd.DataFrame({"lsoa": ["A", "B"], "imd_quintile": pd.array([1, 5], "Int64")})


def residents(*rows: tuple[int, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["study_id", "lsoa", "trust"])
    return frame.assign(treated=frame["trust"].notna(), index_date=pd.Timestamp("2021-12-14"))


def nearest() -> pd.DataFrame:
    return pd.DataFrame(
        [("A", 5.0, "C3"), ("B", 90.0, "C2")], columns=["lsoa", "minutes", "nearest_centre"]
    )


def measure(people: pd.DataFrame) -> pd.DataFrame:
    mart = build_travel(people, nearest(), JOURNEYS, areas=AREAS, criteria=PAIR.criteria)
    return mart.set_index("study_id")


def test_the_least_time_and_the_treating_centre() -> None:
    mart = measure(residents((1, "A", "C1"), (2, "B", "RXX"), (3, None, "C1"), (4, "Z", "C1")))
    assert mart["minutes"].tolist()[:2] == [5.0, 90.0]
    assert mart["nearest_centre"].tolist()[:2] == ["C3", "C2"]
    assert mart["treating_centre_minutes"].tolist()[:1] == [20.5]
    assert mart.loc[2:, "treating_centre_minutes"].isna().all()  # a trust that is no centre
    journey = mart[["minutes", "nearest_centre", "treating_centre_minutes"]]
    assert journey.loc[[3, 4]].isna().all(axis=None)  # no area; an area without journeys
    assert len(mart) == 4


def test_people_who_are_not_treated_have_the_nearest_centre_only() -> None:
    mart = measure(residents((1, "A", "C1"), (2, "A", None), (3, None, None)))
    assert mart["treated"].tolist() == [True, False, False]
    assert mart["minutes"].tolist()[:2] == [5.0, 5.0] and pd.isna(mart.loc[3, "minutes"])
    assert mart["treating_centre_minutes"].notna().tolist() == [True, False, False]
    assert mart["imd_quintile"].tolist()[:2] == [1, 1] and pd.isna(mart.loc[3, "imd_quintile"])


def test_the_criteria_are_those_of_the_index_date() -> None:
    people = residents((1, "A", "C1"), (2, "A", None))
    later = people["index_date"].mask(people["study_id"] == 2, pd.Timestamp("2021-12-15"))
    assert measure(people.assign(index_date=later))["criterion"].tolist() == ["TA397", "TA752"]


def centres(n: int) -> pd.DataFrame:
    service = PAIR.centres.service
    rows = [(f"C{i:02d}", service) for i in range(n)] + [("X", "another service")]
    return pd.DataFrame(rows, columns=["centre_code", "service"])


@pytest.mark.parametrize("n", [36, 38])
def test_another_number_of_centres_stops(n: int) -> None:
    with pytest.raises(UserError, match="number of centres") as caught:
        check_centres(centres(n), pair=PAIR)
    assert caught.value.found == f"{n} centres"
    assert caught.value.expected == "37 centres"


def test_only_centres_of_the_service_are_journeyed_to(tmp_path) -> None:
    source = tiny_england.write(tmp_path)
    chosen = check_centres(centres(37), pair=PAIR)
    areas = pd.Series([tiny_england.MOST_DEPRIVED, None, "E01999999"])
    with open_engine() as engine:
        journeys = read_journeys(source, engine, areas=areas, centres=chosen)
    assert journeys[["centre_code", "minutes"]].to_numpy().tolist() == [
        ["C02", 20.5], ["C03", 20.5], ["C01", 50.0],
    ]  # fmt: skip  # not X99, one minute away, of another service


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_equally_near_the_smaller_code_whatever_the_order(tmp_path, order: int) -> None:
    rows = tiny_england.rows()["travel_times"][::order]
    area = "E01000002"
    rows += [{"LSOA11": area, "centre_code": "C09", "minutes": None}]  # no journey is known
    source = tiny_england.write(tmp_path, {"travel_times": rows})
    chosen = check_centres(centres(37), pair=PAIR)
    with open_engine() as engine:
        found = find_nearest(source, engine, centres=chosen)
    assert found.to_numpy().tolist() == [[tiny_england.MOST_DEPRIVED, 20.5, "C02"]]
