"""Laws: the generator, whatever the values."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from synthetic_england.setting.counts import share_out
from synthetic_england.setting.dates import add_months, age_at, day, financial_year
from synthetic_england.setting.draws import Draws

DAYS = st.dates(
    min_value=pd.Timestamp("1905-01-01").date(), max_value=pd.Timestamp("2030-12-31").date()
)


@given(st.lists(st.integers(0, 2**40), min_size=2, max_size=30, unique=True), st.randoms())
def test_a_draw_depends_on_who_is_drawn_and_not_on_who_else(ids, shuffle) -> None:
    draw, before = Draws(3), np.array(ids, dtype=np.uint64)
    shuffle.shuffle(ids)
    after = np.array(ids[: len(ids) // 2 + 1], dtype=np.uint64)
    known = dict(zip(before.tolist(), draw.uniform("x", before).tolist(), strict=True))
    assert draw.uniform("x", after).tolist() == [known[i] for i in after.tolist()]


@given(DAYS, st.integers(-30, 30))
def test_months_are_added_as_calendars_do(date, months) -> None:
    found = add_months(np.array([day(date)]), months).astype("datetime64[D]")[0]
    assert pd.Timestamp(found) == pd.Timestamp(date) + pd.DateOffset(months=months)


@given(DAYS, st.integers(0, 40_000))
def test_ages_and_financial_years_are_those_of_the_calendar(born, later) -> None:
    on = pd.Timestamp(born) + pd.Timedelta(days=later)
    had = (on.month, on.day) >= (born.month, born.day)
    start, end = np.array([day(born)]), np.array([day(on.date())])
    assert age_at(start, end)[0] == on.year - born.year - (not had)
    assert financial_year(end)[0] == on.year - (on.month < 4)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.integers(0, 500))
def test_shares_add_up_and_none_is_off_by_more_than_one(weights, total) -> None:
    parts = share_out(np.array(weights), total)
    exact = np.array(weights) / sum(weights) * total
    assert parts.sum() == total and (abs(parts - exact) < 1 + 1e-9).all()
