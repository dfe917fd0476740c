"""How people are divided: each level, its edges, and who is in no group."""

import pandas as pd
import pytest

from rareaccess.contracts import AGES, list_boards
from rareaccess.marts.levels import ETHNICITIES
from rareaccess.measures.equity import AXES
from rareaccess.measures.equity.axes import BROAD_AGES, band_people, broaden


def test_bands_of_distance_at_their_edges() -> None:
    minutes = pd.Series([0.0, 29.9, 30.0, 59.99, 60.0, 89.9, 90.0, 500.0, None], dtype="Float64")
    found = AXES["distance"].group(pd.DataFrame({"minutes": minutes}))
    assert found.dropna().tolist() == [
        "under 30 minutes", "under 30 minutes", "30 to 59 minutes", "30 to 59 minutes",
        "60 to 89 minutes", "60 to 89 minutes", "90 minutes or more", "90 minutes or more",
    ]  # fmt: skip
    assert found.isna().tolist() == [False] * 8 + [True]


def test_every_band_of_five_years_is_in_one_broad_age() -> None:
    found = broaden(pd.Series(AGES))
    assert found.notna().all() and list(dict.fromkeys(found)) == list(BROAD_AGES)
    for band, broad in zip(AGES, found, strict=True):
        first = int(band.rstrip("+").split("–")[0])
        low, _, high = broad.rstrip("+").partition("–")
        assert int(low) <= first <= int(high or 200), (band, broad)


def test_ages_at_the_edges_of_bands() -> None:
    people = pd.DataFrame({"age_at_index": pd.array([19, 20, 89, 90, 104, None], "Int64")})
    assert band_people(people)["age_band"].tolist()[:5] == ["15–19", "20–24", "85–89", "90+", "90+"]
    assert band_people(people)["age_band"].isna().tolist()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("ethnicity", "Unknown"), ("sex", "Not known"), ("ethnic_code", "Z"), ("icb", "E54999999"),
     ("imd_quintile", 6), ("nhs_region", "Wales")],
)  # fmt: skip
def test_what_is_no_level_is_in_no_group(name: str, value: object) -> None:
    axis = AXES[name]
    known = next(iter(axis.levels))
    found = axis.group(pd.DataFrame({axis.column: [known, value, None]}))
    assert found.tolist()[0] == known and found.isna().tolist() == [False, True, True]


def test_the_ethnic_groups_are_all_but_the_unknown() -> None:
    assert set(AXES["ethnicity"].levels) == set(ETHNICITIES) - {"Unknown"}
    assert next(iter(AXES["ethnicity"].levels)) == "White" == AXES["ethnicity"].reference
    assert "".join(AXES["ethnic_code"].levels) == "ABCDEFGHJKLMNPRS"


def test_boards_and_regions_are_all_there() -> None:
    assert list(AXES["icb"].levels) == [board.icb_code for board in list_boards()]
    assert len(AXES["icb"].levels) == 42 and len(AXES["nhs_region"].levels) == 7
    assert AXES["nhs_region"].against == "all groups together"
    assert AXES["imd_quintile"].against == AXES["imd_quintile"].levels[5]


def test_every_reference_is_a_level() -> None:
    for axis in AXES.values():
        assert axis.reference is None or axis.reference in axis.levels
