"""Times and rates of a pair from its marts, and when no model is fitted."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import protect
from rareaccess.measures.place import (
    LEAST_STARTS,
    expect_cells,
    list_waits,
    number_places,
    split_waits,
    tell_place,
    tell_rate,
    tell_refused_models,
)

DAY = pd.Timestamp("2017-01-01")


def make_marts(n: int = 240, *, trust: float = 0.0, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return marts of people of ten boards and twelve trusts, of whom every second starts."""
    rng = np.random.default_rng(seed)
    at, treated = np.arange(n), np.arange(n) % 2 == 0
    board, own, near = at // 2 % 10, *rng.integers(12, size=(2, n))
    days = np.exp(5 + trust * rng.normal(size=12)[own] + 0.3 * rng.normal(size=n)).astype(int) + 1
    since = pd.Series(DAY, index=range(n))
    start = (since + pd.to_timedelta(days, "D")).where(treated)
    pathway = pd.DataFrame({
        "study_id": at, "treated": treated, "first_coded_date": since, "waits_from": since,
        "start_date": start, "approved_date": start - pd.Timedelta(20, "D"),
        "waits_until": start.fillna(DAY + pd.Timedelta(900, "D")),
    })  # fmt: skip
    people = pd.DataFrame({
        "study_id": at, "icb": [f"E{one}" for one in board], "sex": np.where(at % 3, "F", "M"),
        "age_at_index": pd.array(30 + at % 40, "Int64"),
        "age_at_first_code": pd.array(30 + at % 40, "Int64"),
    })  # fmt: skip
    names = [f"R{one}" for one in own]
    return {
        "pathway": pathway, "people": people,
        "uptake": pd.DataFrame({"study_id": at, "trust": names})[treated],
        "travel": pd.DataFrame({"study_id": at, "nearest_centre": [f"R{one}" for one in near]}),
    }  # fmt: skip


def release(frame: pd.DataFrame, profile: str = "national-hes") -> Any:
    statistics = [name for name in frame if name.startswith(("share", "ratio"))]
    return protect(frame, profile=profile, counts=["people", "places"], on="people",
                   statistics=statistics)  # fmt: skip


def test_times_that_are_not_above_nought_are_missing() -> None:
    marts = make_marts(4)
    marts["pathway"].loc[0, ["waits_from", "start_date"]] = marts["pathway"].loc[0, "start_date"]
    waits = list_waits(marts["pathway"], marts["uptake"], marts["people"])
    assert waits["study_id"].tolist() == [0, 2]
    assert waits["coded"].isna().tolist() == [True, False]
    assert waits["approved"].tolist() == [20.0, 20.0]


def test_as_many_starts_are_expected_as_there_are() -> None:
    marts = make_marts()
    cells = expect_cells(marts["pathway"], marts["people"], marts["travel"])
    assert cells["expected"].sum() == pytest.approx(cells["events"].sum()) == 120
    assert cells["people"].sum() == 240


def test_who_has_no_board_centre_or_time_is_in_no_cell() -> None:
    marts = make_marts(6)
    marts["people"].loc[0, "icb"] = None
    marts["travel"].loc[1, "nearest_centre"] = None
    marts["pathway"].loc[2, "waits_until"] = DAY
    marts["travel"] = marts["travel"].drop(index=3)
    cells = expect_cells(marts["pathway"], marts["people"], marts["travel"])
    assert cells["people"].sum() == 2


@pytest.mark.slow
def test_a_planted_difference_of_trusts_is_found_in_the_time_and_not_elsewhere() -> None:
    found = split_waits(**make_marts(trust=0.6)).set_index(["key", "part"])
    assert found.loc[("coded", "Trust that applied"), "share_lower"] > 40
    assert found.loc[("coded", "Integrated care board"), "share_lower"] == pytest.approx(0)
    assert found.loc[("rate", "Nearest centre"), "share_lower"] == pytest.approx(0)
    assert found.xs("coded")["share"].sum() == pytest.approx(100, abs=1)
    assert found.loc[("coded", "Person and chance"), "ratio"] is pd.NA


def test_few_people_few_places_and_codes_that_are_too_broad_are_refused() -> None:
    few = split_waits(**make_marts(2 * LEAST_STARTS - 2))
    assert few["part"].tolist() == ["Not estimated"] * 3 and few["why"].str.len().gt(20).all()
    one = make_marts()
    one["uptake"]["trust"] = "RA"
    found = split_waits(**one, too_broad=True)
    assert set(found["why"]) == {*found["why"]} - {""} and len(found) == 3
    assert "codes find many people" in found["why"].iloc[2]


def test_a_design_without_spare_columns_is_thinned() -> None:
    marts = make_marts()
    marts["people"]["sex"] = np.where(marts["people"]["study_id"] == 0, "Not known", "F")
    assert not split_waits(**marts)["why"].any()


def test_sentences_say_no_more_than_the_limits() -> None:
    none, some = (release(split_waits(**make_marts(trust=one))) for one in (0.0, 0.6))
    assert "compatible with no difference" in tell_rate(none)
    assert "some places differ" in tell_rate(some)
    assert tell_place(some).startswith("Of the variation in the time from the first code")
    assert tell_refused_models(some) == "All of these models could be fitted."


def test_sentences_of_what_is_refused_or_hidden() -> None:
    refused = release(split_waits(**make_marts(40)))
    assert tell_place(refused).startswith("Too few people started")
    assert tell_rate(refused).endswith("nothing is estimated either.")
    assert "**: not estimated." in tell_refused_models(refused)
    assert set(number_places(refused).values()) == {None}
    frame = split_waits(**make_marts()).assign(people=3)
    assert tell_place(release(frame, "ndrs")).startswith("Too few people started")
