"""Travel: the nearest centre of the service, and what is missing when there is none."""

import pandas as pd
import pytest

import tiny_england
from rareaccess.core.errors import UserError
from rareaccess.derive.hospital.travel import build_travel, check_centres, read_journeys
from rareaccess.params import load_pair
from rareaccess.sources.engine import open_engine

PAIR = load_pair("sle-belimumab")
JOURNEYS = pd.DataFrame(
    [("A", "C2", 20.5), ("A", "C1", 20.5), ("A", "C3", 5.0), ("B", "C2", 90.0)],
    columns=["lsoa", "centre_code", "minutes"],
)


def treated(*rows: tuple[int, str | None, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["study_id", "lsoa", "trust"])


def test_the_least_time_and_the_treating_centre() -> None:
    people = treated((1, "A", "C1"), (2, "B", "RXX"), (3, None, "C1"), (4, "Z", "C1"))
    mart = build_travel(people, JOURNEYS).set_index("study_id")
    assert mart["minutes"].tolist()[:2] == [5.0, 90.0]
    assert mart["nearest_centre"].tolist()[:2] == ["C3", "C2"]
    assert mart["treating_centre_minutes"].tolist()[:1] == [20.5]
    assert mart.loc[2:, "treating_centre_minutes"].isna().all()  # a trust that is no centre
    assert mart.loc[[3, 4]].isna().all(axis=None)  # no area; an area without journeys
    assert len(mart) == 4


def test_of_two_equally_near_the_smaller_code_whatever_the_order() -> None:
    near = JOURNEYS[JOURNEYS["minutes"] > 6]
    for journeys in (near, near.iloc[::-1]):
        found = build_travel(treated((1, "A", "C9")), journeys)
        assert found["nearest_centre"].tolist() == ["C1"]


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
