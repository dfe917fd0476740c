"""Small groups: merged by the rule until none is hidden, or refused; hidden counts stay hidden."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import PROFILES, protect
from rareaccess.measures.inequality import estimate_core20
from rareaccess.measures.merging import merge_small, read_released
from rareaccess.measures.rates import estimate_rate


def merge(events: list, profile: str = "subnational-hes", **options: int) -> pd.DataFrame:
    data = pd.DataFrame(
        {"quintile": range(1, len(events) + 1), "events": events, "population": 100}
    )
    return merge_small(
        data, group="quintile", count="events", add=["events", "population"], profile=profile,
        **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "members", "sums"),
    [
        ([20, 20, 20], ["1", "2", "3"], [20, 20, 20]),
        ([3, 20, 20], ["1 + 2", "3"], [23, 20]),
        ([20, 20, 3], ["1", "2 + 3"], [20, 23]),
        ([3, 3, 3], ["1 + 2 + 3"], [9]),
        ([20, 0, 3, 9], ["1", "2", "3 + 4"], [20, 0, 12]),  # this profile shows nought
        ([4, 4, 20, 2, 2], ["1 + 2", "3 + 4 + 5"], [8, 24]),
    ],
)
def test_the_rule(events, members, sums) -> None:
    found = merge(events)
    assert found["members"].tolist() == members and found["events"].tolist() == sums
    assert found["population"].sum() == 100 * len(events)
    assert not found["events"].map(PROFILES["subnational-hes"].hides).any()
    assert found["quintile"].is_monotonic_increasing


def test_merging_keeps_the_order_of_named_groups_and_does_not_need_that_of_the_rows() -> None:
    names = ["low", "middle", "high"]
    data = pd.DataFrame(
        {"group": pd.Categorical(names, categories=names, ordered=True), "events": [3, 20, 30]}
    )
    found = merge_small(
        data.iloc[::-1], group="group", count="events", add=["events"], profile="ndrs"
    )
    assert found["members"].tolist() == ["low + middle", "high"]
    assert found["group"].cat.ordered


def test_too_few_people_or_groups_hide_the_measure() -> None:
    with pytest.raises(UserError, match="too few people"):
        merge([1, 2, 3])
    with pytest.raises(UserError, match="5 or more"):
        merge([3, 20, 20, 20, 20], fewest=5)
    with pytest.raises(UserError, match="hidden already"):
        merge([3, None, 20])


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
