"""Ages, bands, deprivation: the boundaries, and the laws of groups by rank."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.core.errors import UserError
from rareaccess.derive.hospital.characteristics import completed_years, read_form_sex
from rareaccess.derive.hospital.deprivation import group_by_rank, imd_groups
from rareaccess.marts.levels import AGE_BANDS, age_band

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


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_groups_by_rank_in_any_country(size_and_groups: tuple[int, int]) -> None:
    size, groups = size_and_groups
    found = group_by_rank(pd.Series(range(1, size + 1)), groups, areas=size)
    assert found.iloc[0] == 1 and found.iloc[-1] == groups
    assert found.value_counts().max() - found.value_counts().min() <= 1


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


@settings(deadline=None, max_examples=50)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)), st.integers(0, 40_000))
def test_completed_years_count_birthdays(born: dt.date, days: int) -> None:
    on = min(born + dt.timedelta(days=days), dt.date(2100, 1, 1))
    found = completed_years(*(pd.Series([pd.Timestamp(day)]) for day in (born, on))).iloc[0]
    birthdays = sum((year, born.month, born.day) <= (on.year, on.month, on.day)
                    for year in range(born.year + 1, on.year + 1))  # fmt: skip
    assert found == birthdays


def test_a_missing_date_gives_a_missing_age() -> None:
    missing = pd.Series(pd.to_datetime([None]))
    assert completed_years(missing, pd.Series(pd.to_datetime(["2020-01-01"]))).isna().all()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 130))
def test_every_age_is_in_the_band_that_names_it(age: int) -> None:
    band = age_band(pd.Series([age])).iloc[0]
    low, _, high = band.replace("+", "–130").partition("–")
    assert int(low) <= age <= int(high)


def test_there_are_nineteen_bands() -> None:
    assert len(AGE_BANDS) == 19
    assert AGE_BANDS[0] == "0–4" and AGE_BANDS[-1] == "90+"


def test_sex_on_forms() -> None:
    found = read_form_sex(pd.Series(["female", "MALE", " F ", "m", "", " ", "other", None]))
    assert found.iloc[:4].tolist() == ["Female", "Male", "Female", "Male"]
    assert found.iloc[4:].isna().all()
