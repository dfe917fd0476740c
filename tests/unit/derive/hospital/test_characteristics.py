"""Ages, bands, deprivation: the boundaries, and the laws of groups by rank."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.derive.hospital.characteristics import completed_years, read_form_sex
from rareaccess.derive.hospital.deprivation import group_by_rank, imd_groups
from rareaccess.marts.levels import AGE_BANDS

AREAS = 32_844


def test_quintiles_cover_every_rank_and_differ_in_size_by_one_at_most() -> None:
    ranks = pd.Series(range(1, AREAS + 1))
    for groups in (5, 10):
        found = group_by_rank(ranks, groups, areas=AREAS)
        sizes = found.value_counts().sort_index()
        assert sizes.index.tolist() == list(range(1, groups + 1))
        assert sizes.max() - sizes.min() == 1
        assert found.is_monotonic_increasing
    sizes = group_by_rank(ranks, 5, areas=AREAS).value_counts().sort_index()
    assert sizes.tolist() == [6568, 6569, 6569, 6569, 6569]


def test_the_form_is_the_ceiling() -> None:
    """5·6569/32844 is 1.00003: rank 6,569 is in the second fifth; the floor form says the first."""
    found = group_by_rank(pd.Series([6568, 6569, 13137, 13138, None]), 5, areas=AREAS)
    assert found.tolist()[:4] == [1, 2, 2, 3]
    assert pd.isna(found.iloc[4])


@pytest.mark.parametrize("rank", [0, -1, AREAS + 1])
def test_a_rank_outside_the_country_is_refused(rank: int) -> None:
    with pytest.raises(UserError, match="deprivation rank") as caught:
        group_by_rank(pd.Series([1, rank]), 5, areas=AREAS)
    assert caught.value.found == str(rank)


def test_groups_keep_their_version() -> None:
    imd = pd.DataFrame({"LSOA11": ["E01", "E02"], "rank": [1, AREAS]})
    assert imd_groups(imd, version="2019").to_numpy().tolist() == [
        ["E01", 1, 1, "2019"],
        ["E02", 5, 10, "2019"],
    ]


def test_an_area_with_two_ranks_is_refused() -> None:
    imd = pd.DataFrame({"LSOA11": ["E01", "E01"], "rank": [1, 2]})
    with pytest.raises(UserError, match="more than one deprivation rank"):
        imd_groups(imd, version="2019")


def test_a_missing_date_gives_a_missing_age() -> None:
    missing = pd.Series(pd.to_datetime([None]))
    assert completed_years(missing, pd.Series(pd.to_datetime(["2020-01-01"]))).isna().all()


def test_there_are_nineteen_bands() -> None:
    assert len(AGE_BANDS) == 19
    assert AGE_BANDS[0] == "0–4" and AGE_BANDS[-1] == "90+"


def test_sex_on_forms() -> None:
    found = read_form_sex(pd.Series(["female", "MALE", " F ", "m", "", " ", "other", None]))
    assert found.iloc[:4].tolist() == ["Female", "Male", "Female", "Male"]
    assert found.iloc[4:].isna().all()
