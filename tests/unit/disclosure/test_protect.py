"""Disclosure control at its boundaries, and what may pass it at all."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import (
    PROFILES,
    Hidden,
    Notes,
    check_released,
    percent,
    protect_count,
    protect_counts,
    protect_statistics,
)

H = "hidden"
BOUNDARIES = {
    #                    0  1  4  5  7  8  12  13
    "national-hes": [0, 1, 4, 5, 7, 8, 12, 13],
    "internal": [0, 1, 4, 5, 7, 8, 12, 13],
    "subnational-hes": [0, H, H, H, H, 10, 10, 15],
    "ndrs": [H, H, H, 5, 7, 8, 12, 13],
    "opensafely": [H, H, H, H, H, 10, 10, 15],
}


def shown(value: int | Hidden) -> int | str:
    return H if isinstance(value, Hidden) else value


def test_every_profile_has_its_boundaries_here() -> None:
    assert set(BOUNDARIES) == set(PROFILES)


@pytest.mark.parametrize("profile", BOUNDARIES)
def test_boundaries_of_one_count(profile: str) -> None:
    values = [shown(protect_count(n, profile=profile)) for n in (0, 1, 4, 5, 7, 8, 12, 13)]
    assert values == BOUNDARIES[profile]


@pytest.mark.parametrize("profile", BOUNDARIES)
def test_a_frame_is_protected_like_its_counts(profile: str) -> None:
    counts = [0, 1, 4, 5, 7, 8, 12, 13]
    frame = pd.DataFrame({"level": list("abcdefgh"), "n": counts})
    released = protect_counts(frame, counts=["n"], profile=profile)
    assert [shown(released.value("n", level=level)) for level in "abcdefgh"] == BOUNDARIES[profile]
    assert frame["n"].tolist() == counts, "the frame that came in is not changed"


def test_hidden_is_a_type_and_not_a_number() -> None:
    frame = pd.DataFrame({"n": [3, 30]})
    released = protect_counts(frame, counts=["n"], profile="subnational-hes")
    assert released.frame["n"].isna().tolist() == [True, False]
    assert released.hidden["n"].tolist() == [True, False]
    for wrong in (0, 5, -5, 3):
        assert wrong not in released.frame["n"].dropna().tolist()
    with pytest.raises(TypeError):
        int(Hidden())  # type: ignore[call-overload]
    assert Hidden() != 0


def test_missing_is_not_hidden() -> None:
    frame = pd.DataFrame({"n": pd.array([None, 3], dtype="Int64")})
    released = protect_counts(frame, counts=["n"], profile="subnational-hes")
    assert released.frame["n"].isna().tolist() == [True, True]
    assert released.hidden["n"].tolist() == [False, True]


def test_percentages_come_from_released_counts() -> None:
    frame = pd.DataFrame({"level": ["a", "b"], "n": [12, 13]})
    released = protect_counts(frame, counts=["n"], profile="subnational-hes").with_pcts("n")
    assert released.frame["n_pct"].tolist() == [40.0, 60.0]  # of 10 and 15, not of 12 and 13


def test_a_hidden_part_hides_every_percentage_of_its_sum() -> None:
    frame = pd.DataFrame({"level": ["a", "b"], "n": [3, 13]})
    released = protect_counts(frame, counts=["n"], profile="subnational-hes").with_pcts("n")
    assert released.hidden["n_pct"].all()
    with_total = released.with_pct("share", "n", 15)
    assert with_total.hidden["share"].tolist() == [True, False]
    assert with_total.frame["share"].iloc[1] == 100.0


def test_a_percentage_of_nobody_is_missing() -> None:
    frame = pd.DataFrame({"n": [0], "whole": [0]})
    released = protect_counts(frame, counts=["n", "whole"], profile="internal")
    released = released.with_pct("share", "n", "whole")
    assert released.frame["share"].isna().all() and not released.hidden["share"].any()
    assert percent(0, 0) is None


def test_an_undeclared_column_of_numbers_is_refused() -> None:
    frame = pd.DataFrame({"n": [9], "mean": [1.5], "year": [2020]})
    with pytest.raises(UserError, match="not been declared") as caught:
        protect_counts(frame, counts=["n"], profile="internal")
    assert caught.value.found == "mean, year"
    with pytest.raises(UserError, match="not been declared"):
        protect_counts(frame[["n", "year"]], counts=["n"], profile="internal")
    protect_counts(frame[["n", "year"]], counts=["n"], keys=["year"], profile="internal")


@pytest.mark.parametrize("wrong", [[1.5], [-1], ["a"]])
def test_what_is_no_count_is_refused(wrong: list) -> None:
    with pytest.raises(UserError):
        protect_counts(pd.DataFrame({"n": wrong}), counts=["n"], profile="internal")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UserError) as caught:
        protect_counts(pd.DataFrame({"n": [1]}), counts=["people"], profile="internal")
    assert (caught.value.expected, caught.value.found) == ("people", "n")


def test_statistics_are_hidden_with_their_n_and_extremes_always() -> None:
    frame = pd.DataFrame({"group": ["a", "b"], "n": [7, 8], "mean": [3.0, 4.0], "max": [9, 9]})
    released = protect_statistics(
        frame, on="n", statistics=["mean"], extremes=["max"], profile="subnational-hes"
    )
    assert released.hidden["mean"].tolist() == [True, False]
    assert released.hidden["max"].tolist() == [True, True]
    national = protect_statistics(
        frame, on="n", statistics=["mean"], extremes=["max"], profile="national-hes"
    )
    assert not national.hidden.to_numpy().any()
    assert national.frame.columns.tolist() == frame.columns.tolist()


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        protect_count(1, profile="none")
    assert caught.value.found == "none" and "subnational-hes" in caught.value.expected


def test_only_one_row_is_a_value() -> None:
    frame = pd.DataFrame({"level": ["a", "a"], "n": [1, 2]})
    released = protect_counts(frame, counts=["n"], profile="internal", notes=Notes(title="t"))
    with pytest.raises(KeyError, match="2 rows"):
        released.value("n", level="a")
    with pytest.raises(TypeError, match="released"):
        check_released(released, frame)
