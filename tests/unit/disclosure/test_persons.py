"""Single people stay out of tables of personal characteristics, and cannot be worked out."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rareaccess.disclosure import Count, count_population, find_profile, protect
from rareaccess.disclosure.persons import guard_people, hide_people

AGES = pd.DataFrame({"level": ["0-4", "5-9", "85-89", "90+"], "n": [60, 30, 1, 0]})


def shown(frame: pd.DataFrame, dimension: str, profile: str = "national-hes", minimum: int = 5):
    released = protect(
        frame, counts=["n"], whole={"n": Count(200)}, profile=profile, dimension=dimension,
        minimum=minimum,
    )  # fmt: skip
    assert released.hidden["n"].equals(released.hidden["n_pct"]), "nor by its percentage"
    return released.values("n")


def test_one_person_aged_85_to_89_is_hidden_and_so_is_the_band_beside() -> None:
    assert list(map(str, map(repr, shown(AGES, "age band")))) == [
        "Count(60)", "[c]", "[c]", "Count(0)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dimension", "profile", "minimum"),
    [("month of start", "national-hes", 5), ("age band", "internal", 5),
     ("age band", "national-hes", 1)],
)  # fmt: skip
def test_other_tables_and_an_inner_profile_show_everything(
    dimension: str, profile: str, minimum: int
) -> None:
    assert shown(AGES, dimension, profile, minimum) == [60, 30, 1, 0]


def test_a_profile_that_hides_by_itself_stays_as_it_is() -> None:
    assert [repr(one) for one in shown(AGES, "age band", "ndrs")] == [
        "Count(60)", "Count(30)", "[c]", "[c]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dimension", "personal"),
    [("sex", True), ("ethnic group", True), ("fifth of deprivation", True), ("age band, era", True),
     ("Charlson index", True), ("condition, a person in several", True), ("month of start", False),
     ("message", False), ("minutes", False)],
)  # fmt: skip
def test_what_parts_people_by_a_characteristic(dimension: str, personal: bool) -> None:
    frame = pd.DataFrame({"value": ["a", "b"], "n": [3, 30]})
    found = guard_people(frame, ["n"], dimension=dimension, minimum=5)
    assert found == ({"n": [True, True]} if personal else {})


def test_who_is_not_known_may_be_one_and_is_hidden_before_others() -> None:
    frame = pd.DataFrame({"level": ["1", "2", "Not known"], "n": [20, 30, 1]})
    assert [repr(one) for one in shown(frame, "fifth of deprivation")] == [
        "Count(20)", "Count(30)", "Count(1)",
    ]  # fmt: skip
    frame["n"] = [2, 30, 8]
    assert [repr(one) for one in shown(frame, "fifth of deprivation")] == [
        "[c]", "Count(30)", "[c]",
    ]  # fmt: skip


def test_characteristics_as_columns_leave_the_step_of_the_flow_as_it_is() -> None:
    frame = pd.DataFrame(
        {"level": ["linked", "kept"], "people": [3, 90], "female": [2, 80], "area_unknown": [1, 2]}
    )
    counts = ["people", "female", "area_unknown"]
    found = guard_people(frame, counts, dimension="step, characteristic", whole="people", minimum=5)
    assert found == {"female": [True, False]}


ERAS = pd.DataFrame({
    "part": ["In force"] * 3 + ["Route"] * 2, "level": ["A", "B", "C", "IV", "SC"],
    "people": [45, 90, 2, 4, 133], "age": [40.0, 41.0, 57.0, 30.0, 41.0],
    "female": [40, 60, 1, 4, 97], "not_white": [3, 20, 0, 0, 23], "known": [45, 80, 2, 3, 124],
})  # fmt: skip


def release_eras(minimum: int = 5):
    return protect(
        ERAS, counts=["people", "female", "not_white", "known"], statistics=["age"], on="people",
        whole={"female": "people", "not_white": "known"}, dimension="era, route, characteristic",
        profile="national-hes", minimum=minimum,
    )  # fmt: skip


def test_three_of_a_row_of_45_are_hidden_and_so_is_what_tells_them() -> None:
    eras = release_eras()
    hidden = {name: eras.hidden[name].tolist() for name in eras.frame}
    assert hidden["not_white"] == hidden["not_white_pct"] == [True] * 5
    assert hidden["female"] == hidden["female_pct"] == [True, False, True, True, True]
    assert hidden["age"] == [False, False, True, True, False], "of 2 and of 4 people"
    assert not eras.hidden[["people", "known"]].any(axis=None), "how many they are may be said"


def test_a_share_of_few_or_of_all_but_few_is_hidden() -> None:
    frame = pd.DataFrame({"level": list("abcd"), "people": [9, 10, 50, 50],
                          "female": [9, 10, 46, 0]})  # fmt: skip
    found = guard_people(frame, ["people", "female"], dimension="step, characteristic",
                         whole="people", minimum=5)  # fmt: skip
    assert found == {"female": [True, False, True, False]}


def test_an_inner_minimum_of_one_shows_the_eras() -> None:
    assert not release_eras(minimum=1).hidden.any(axis=None)


def test_applications_are_guarded_as_people_are() -> None:
    frame = pd.DataFrame({"by": ["Sex", "Sex", "Route", "Route"], "level": list("abcd"),
                          "n": [2, 6, 1, 7]})  # fmt: skip
    for unit, expected in (("applications", [True, True, False, False]), ("records", [False] * 4)):
        population = count_population(unit, 8, unit=unit, one="", many="",
                                      profile=find_profile("national-hes"))  # fmt: skip
        released = protect(frame, counts=["n"], profile="national-hes", population=population,
                           dimension="characteristic, decision", minimum=5)  # fmt: skip
        assert released.hidden["n"].tolist() == expected


def test_in_a_list_of_characteristics_only_the_personal_ones_are_guarded() -> None:
    frame = pd.DataFrame(
        {"group": ["Age", "Age", "Year of start", "Year of start"], "value": list("abcd"),
         "n": [2, 50, 3, 40]}
    )  # fmt: skip
    found = guard_people(frame, ["n"], dimension="characteristic, value", minimum=5)
    assert found == {"n": [True, True, False, False]}


def test_each_part_has_a_total_of_its_own() -> None:
    frame = pd.DataFrame(
        {"group": ["Sex", "Sex", "Age", "Age"], "value": list("abcd"), "n": [2, 50, 30, 40]}
    )
    assert [repr(one) for one in shown(frame, "characteristic, value")] == [
        "[c]", "[c]", "Count(30)", "Count(40)",
    ]  # fmt: skip


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_a_hidden_person_has_several_places_for_who_knows_the_total(counts: list[int]) -> None:
    """Each hidden count can be another one, by the total and the shown ones."""
    hidden = hide_people(pd.Series(counts), [], minimum=5).tolist()
    assert all(gone or not 1 <= n <= 4 for n, gone in zip(counts, hidden, strict=True))
    inside = [n for n, gone in zip(counts, hidden, strict=True) if gone]
    if not inside or all(hidden):
        return  # nobody is hidden, or everything is
    least = 0 if 0 in inside else 1
    ways = [way for way in itertools.product(range(least, sum(inside) + 1), repeat=len(inside))
            if sum(way) == sum(inside)]  # fmt: skip
    assert all(len({way[n] for way in ways}) > 1 for n in range(len(inside)))


def test_a_missing_count_is_not_hidden() -> None:
    assert hide_people(pd.Series([pd.NA, 3, 8], dtype="Int64"), [], minimum=5).tolist() == [
        False, True, True,
    ]  # fmt: skip
