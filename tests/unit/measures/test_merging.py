"""Released counts on their way to a measure: periods join until none is hidden."""

import pandas as pd
import pytest

from rareaccess.disclosure import PROFILES, protect
from rareaccess.measures.inequality import estimate_core20
from rareaccess.measures.merging import place_rows, read_released
from rareaccess.measures.rates import estimate_rate


@pytest.mark.parametrize(
    ("events", "places"),
    [
        ([20, 20, 20], [0, 1, 2]),
        ([3, 20, 20], [0, 0, 1]),
        ([20, 20, 3], [0, 1, 1]),
        ([3, 3, 3], [0, 0, 0]),
        ([20, 0, 3, 9], [0, 1, 2, 2]),  # this profile shows nought
        ([4, 4, 20, 2, 2], [0, 0, 1, 1, 1]),
        ([1, 2, 3], [0, 0, 0]),  # hidden together as well
    ],
)
def test_rows_join_until_none_is_hidden(events, places) -> None:
    assert place_rows(pd.DataFrame({"n": events}), "subnational-hes") == places
    sums = pd.Series(events).groupby(places).sum()
    assert not sums.map(PROFILES["subnational-hes"].hides).any() or len(sums) == 1


def test_released_counts_reach_a_measure_as_they_were_released() -> None:
    data = pd.DataFrame(
        {"quintile": range(1, 6), "events": [3, 22, 31, 40, 18], "population": [1000] * 5}
    )
    released = protect(
        data, counts=["events"], keys=["quintile", "population"], profile="subnational-hes"
    )
    frame = read_released(released)
    rates = estimate_rate(frame, by="quintile", multiplier=1000)
    assert rates["value"].tolist()[1:] == [20.0, 30.0, 40.0, 20.0]  # rounded to 5 before dividing
    assert rates["value"].isna().tolist() == [True, *[False] * 4]
    assert estimate_core20(frame)["value"].isna().all()
