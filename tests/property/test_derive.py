"""Laws: what is derived, whatever the values."""

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.contracts.charlson import CONDITIONS, WEIGHTS
from rareaccess.derive.hospital.characteristics import completed_years
from rareaccess.derive.hospital.comorbidity import score_charlson
from rareaccess.derive.hospital.deprivation import group_by_rank
from rareaccess.derive.index_dates import assign_index_dates
from rareaccess.derive.study_ids import assign_study_ids
from rareaccess.marts.levels import age_band
from rareaccess.measures.starts import count_starts
from rareaccess.params import load_pair

PAIR = load_pair("sle-belimumab")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, (pd.Timestamp("2025-08-20") - pd.Timestamp("2016-06-22")).days)))
def test_every_start_is_counted_once(offsets: list[int]) -> None:
    days = pd.Series([pd.Timestamp("2016-06-22") + pd.Timedelta(days=n) for n in offsets])
    months = count_starts(days.astype("datetime64[s]"), PAIR.windows.treatment)
    assert len(months) == 111
    assert months["starts"].sum() == len(offsets) == months["cumulative"].iloc[-1]
    assert months["cumulative"].is_monotonic_increasing


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_groups_by_rank_in_any_country(size_and_groups: tuple[int, int]) -> None:
    size, groups = size_and_groups
    found = group_by_rank(pd.Series(range(1, size + 1)), groups, areas=size)
    assert found.iloc[0] == 1 and found.iloc[-1] == groups
    assert found.value_counts().max() - found.value_counts().min() <= 1


@settings(deadline=None, max_examples=50)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)), st.integers(0, 40_000))
def test_completed_years_count_birthdays(born: dt.date, days: int) -> None:
    on = min(born + dt.timedelta(days=days), dt.date(2100, 1, 1))
    found = completed_years(*(pd.Series([pd.Timestamp(day)]) for day in (born, on))).iloc[0]
    birthdays = sum((year, born.month, born.day) <= (on.year, on.month, on.day)
                    for year in range(born.year + 1, on.year + 1))  # fmt: skip
    assert found == birthdays


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 130))
def test_every_age_is_in_the_band_that_names_it(age: int) -> None:
    band = age_band(pd.Series([age])).iloc[0]
    low, _, high = band.replace("+", "–130").partition("–")
    assert int(low) <= age <= int(high)


@settings(deadline=None, max_examples=30)
@given(st.sets(st.sampled_from(list(CONDITIONS))))
def test_one_more_condition_never_lowers_the_score(names: set[str]) -> None:
    """The first row holds the conditions; each other row holds one more."""
    few = pd.DataFrame({name: [name in names] * (1 + len(CONDITIONS)) for name in CONDITIONS})
    for row, name in enumerate(CONDITIONS, start=1):
        few.loc[row, name] = True
    for weights in WEIGHTS:
        scores = score_charlson(few, weights=weights)
        assert (scores >= scores.iloc[0]).all()
        assert (scores <= score_charlson(few, weights=weights, hierarchy=False)).all()


names = st.lists(st.text("ABC0123", min_size=1, max_size=5), min_size=1, max_size=40)


def people(n: int) -> pd.DataFrame:
    draws = assign_study_ids([f"P{i}" for i in range(n)], salt="x")["draw"]
    days = pd.to_datetime("2015-01-01") + pd.to_timedelta(np.arange(n) % 900, unit="D")
    return pd.DataFrame({"draw": draws, "entry_date": days, "date_of_death": pd.NaT})


def starts(dates: list[str]) -> pd.DataFrame:
    draws = assign_study_ids([f"T{i}" for i in range(len(dates))], salt="x")["draw"]
    return pd.DataFrame({"draw": draws, "start_date": pd.to_datetime(dates)})


@settings(deadline=None, max_examples=50)
@given(names, st.randoms())
def test_ids_do_not_depend_on_the_order_of_rows(persons: list[str], random) -> None:
    ids = assign_study_ids(persons, salt="pair")
    random.shuffle(persons)
    pd.testing.assert_frame_equal(assign_study_ids(persons, salt="pair"), ids)
    assert ids["study_id"].tolist() == list(range(1, len(set(persons)) + 1))
    assert set(ids["person"]) == set(persons)


@settings(max_examples=20, deadline=None)
@given(st.randoms())
def test_index_dates_do_not_depend_on_the_order_of_rows(random) -> None:
    observed, treated = people(60), starts(["2016-01-01", "2018-06-01", "2018-01-01", "2020-01-01"])
    found = assign_index_dates(observed, treated)
    rows = list(observed.index)
    random.shuffle(rows)
    shuffled = assign_index_dates(observed.loc[rows], treated.iloc[::-1])
    pd.testing.assert_series_equal(shuffled.sort_index(), found)
