"""Areas of 2011 and 2021: each version of the index on its own areas, the others by the lookup."""

from pathlib import Path

import pandas as pd
import pytest

import tiny_england
import tiny_project
from rareaccess.core.errors import UserError
from rareaccess.derive.country.areas import read_areas
from rareaccess.derive.country.vintages import add_vintage, read_minutes
from rareaccess.derive.hospital.deprivation import read_deprivation
from rareaccess.derive.hospital.travel import find_nearest
from rareaccess.pipeline.check import CheckError, check_source
from rareaccess.sources import open_source
from rareaccess.sources.engine import open_engine

KEPT, SPLIT = tiny_england.MOST_DEPRIVED, tiny_england.LEAST_DEPRIVED
PARTS = ("E01033801", "E01033802")  # of SPLIT
LOOKUP = [
    {"LSOA21": KEPT, "LSOA11": KEPT},
    *({"LSOA21": part, "LSOA11": SPLIT} for part in PARTS),
]
RANKS = [
    {"LSOA21": KEPT, "rank": 1},
    {"LSOA21": PARTS[0], "rank": 20_000},
    {"LSOA21": PARTS[1], "rank": 20_001},
]


JOURNEYS = [
    *tiny_england.rows()["travel_times"],
    {"LSOA11": SPLIT, "centre_code": "C02", "minutes": 75.0},
]
EPISODES = [
    {**row, "LSOA11": {SPLIT: PARTS[0]}.get(row["LSOA11"], row["LSOA11"])}
    for row in tiny_england.rows()["apc"]
]
CHANGED = {"apc": EPISODES, "travel_times": JOURNEYS}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny England, of which one record is of an area of 2021."""
    return tiny_project.make(tmp_path, monkeypatch, **CHANGED)


def give(home: Path, tables: dict[str, list[dict]], version: str = "2019") -> None:
    """Give the source more tables, and name the version of the index."""
    tiny_england.write(home / "data", {**CHANGED, **tables})
    listed = ", ".join(f"{name}: {{}}" for name in tables)
    source = home / "params" / "sources" / "tiny.yml"
    tiny_project.edit(source, lambda text: text.replace("{}", f"{{{listed}}}"))
    if version != "2019":
        tiny_project.put(home / "params" / "report.yml", "imd_version", f'"{version}"')


def warned(rule: str) -> int:
    return {w.rule: w.n for w in check_source("tiny").warnings}.get(rule, 0)


def groups(version: str) -> dict[str, object]:
    with open_engine() as engine:
        frame = read_deprivation(open_source("tiny"), engine, version=version)
    assert set(frame["imd_version"]) == {version}
    return frame.set_index("lsoa")["imd_quintile"].to_dict()


@pytest.mark.long
def test_areas_of_2021_are_counted_with_the_remedy(home: Path) -> None:
    (found,) = [w for w in check_source("tiny").warnings if w.rule == "apc.LSOA11.vintage"]
    assert (found.n, found.rows) == (1, 18)
    assert "needs the table lsoa_lookup" in found.expected
    assert warned("apc.LSOA11.links") == 2  # it and one that is on no list
    assert groups("2019") == {KEPT: 1, SPLIT: 5}  # it would be of no group


@pytest.mark.long
def test_with_the_lookup_they_have_the_group_place_and_journeys_of_their_area_of_2011(
    home: Path,
) -> None:
    give(home, {"lsoa_lookup": LOOKUP, "areas": tiny_england.society()["areas"]})
    assert warned("apc.LSOA11.vintage") == 0
    assert warned("apc.LSOA11.links") == 1  # one that is on no list
    assert groups("2019") == {KEPT: 1, SPLIT: 5, PARTS[0]: 5, PARTS[1]: 5}
    source = open_source("tiny")
    with open_engine() as engine:
        places = read_areas(source, engine).set_index("lsoa")
        centres = engine.collect(source.read(engine, "centres"))
        nearest = find_nearest(source, engine, centres=centres).set_index("lsoa")
        assert engine.count_rows(read_minutes(source, engine)) == len(JOURNEYS) + 2
    assert places.loc[PARTS[0], "nhs_region"] == "London"
    assert nearest.loc[PARTS[1]].tolist() == [75.0, "C02"]


@pytest.mark.long
def test_the_index_of_2025_is_of_areas_of_2021_and_never_mixed(home: Path) -> None:
    give(home, {"lsoa_lookup": LOOKUP, "imd2025": RANKS}, "2025")
    assert groups("2025") == {KEPT: 1, PARTS[0]: 3, PARTS[1]: 3, SPLIT: 3}
    assert warned("apc.LSOA11.vintage") == 0
    assert warned("imd2025.LSOA21.count") == 33_752


@pytest.mark.long
def test_a_version_that_the_source_does_not_have_stops(home: Path) -> None:
    tiny_project.put(home / "params" / "report.yml", "imd_version", '"2025"')
    with pytest.raises(CheckError, match="no ranks of the English Indices of Deprivation 2025"):
        check_source("tiny")
    with open_engine() as engine, pytest.raises(UserError, match="never mixed"):
        read_deprivation(open_source("tiny"), engine, version="2025")


def test_the_parts_of_an_area_must_agree() -> None:
    """Nobody knows in which of them somebody lives."""
    frame = pd.DataFrame({"lsoa": ["A", "B"], "fifth": [1, 2]}).astype({"fifth": "Int64"})
    pairs = pd.DataFrame({"LSOA21": ["M", "M", "S"], "LSOA11": ["A", "B", "A"]})
    found = add_vintage(frame, pairs).set_index("lsoa")["fifth"]
    assert found["S"] == 1 and pd.isna(found["M"])
    assert add_vintage(frame, pairs.iloc[:0]) is frame
