"""Disclosure control at its boundaries, and what may pass it at all."""

import json

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.disclosure import (
    PROFILES,
    Count,
    Hidden,
    Notes,
    Population,
    Public,
    Register,
    Statistic,
    check_released,
    count_population,
    find_profile,
    fmt,
    make_public,
    percent,
    protect,
    protect_count,
)
from rareaccess.params import AREAS, PROFILE_NAMES

H = "hidden"
BOUNDARIES = {
    #                    0  1  4  5  7  8  12  13
    "national-hes": [0, 1, 4, 5, 7, 8, 12, 13],
    "internal": [0, 1, 4, 5, 7, 8, 12, 13],
    "subnational-hes": [0, H, H, H, H, 10, 10, 15],
    "ndrs": [H, H, H, 5, 7, 8, 12, 13],
    "opensafely": [H, H, H, H, H, 10, 10, 15],
    "midpoint-6": [0, 3, 3, 3, 9, 9, 9, 15],
    "keyed-5": [0, 0, 5, 5, 10, 10, 10, 15],
}


def shown(value: Count | Hidden) -> int | str:
    return H if isinstance(value, Hidden) else value.value


def test_every_profile_has_its_boundaries_here() -> None:
    assert set(BOUNDARIES) == set(PROFILES)


def test_the_settings_take_every_profile() -> None:
    schema = (project_root() / "params" / "schema" / "report.json").read_text(encoding="utf-8")
    one, section = json.loads(schema)["properties"]["disclosure"]["anyOf"]
    assert set(one["enum"]) == set(PROFILE_NAMES) == set(PROFILES)
    assert all(
        set(section["properties"][area]["enum"]) == set(PROFILES) for area in ("default", *AREAS)
    )


@pytest.mark.parametrize("profile", BOUNDARIES)
def test_boundaries_of_one_count(profile: str) -> None:
    values = [shown(protect_count(n, profile=profile)) for n in (0, 1, 4, 5, 7, 8, 12, 13)]
    assert values == BOUNDARIES[profile]


@pytest.mark.parametrize("profile", BOUNDARIES)
def test_a_frame_is_protected_like_its_counts(profile: str) -> None:
    counts = [0, 1, 4, 5, 7, 8, 12, 13]
    frame = pd.DataFrame({"level": list("abcdefgh"), "n": counts})
    released = protect(frame, counts=["n"], profile=profile)
    assert [shown(released.value("n", level=level)) for level in "abcdefgh"] == BOUNDARIES[profile]
    assert frame["n"].tolist() == counts, "the frame that came in is not changed"


def test_hidden_is_a_type_and_not_a_number() -> None:
    frame = pd.DataFrame({"n": [3, 30]})
    released = protect(frame, counts=["n"], profile="subnational-hes")
    assert released.frame["n"].isna().tolist() == [True, False]
    assert released.hidden["n"].tolist() == [True, False]
    for wrong in (0, 5, -5, 3):
        assert wrong not in released.frame["n"].dropna().tolist()
    with pytest.raises(TypeError):
        int(Hidden())  # type: ignore[call-overload]
    assert Hidden() != 0


def test_missing_is_not_hidden() -> None:
    frame = pd.DataFrame({"n": pd.array([None, 3], dtype="Int64")})
    released = protect(frame, counts=["n"], profile="subnational-hes")
    assert released.frame["n"].isna().tolist() == [True, True]
    assert released.hidden["n"].tolist() == [False, True]


def people(size: int, profile: str) -> Population:
    return count_population("all", pd.RangeIndex(size), profile=find_profile(profile))


def test_percentages_come_from_released_counts() -> None:
    frame = pd.DataFrame({"level": ["a", "b"], "n": [12, 13]})
    everybody = people(26, "subnational-hes")
    released = protect(frame, counts=["n"], profile="subnational-hes", whole=everybody)
    assert released.frame["n_pct"].tolist() == [40.0, 60.0]  # of 10 and 15 of 25, not of 26


def test_a_percentage_is_hidden_with_its_count_or_its_whole_and_with_nothing_else() -> None:
    frame = pd.DataFrame({"level": ["a", "b"], "n": [3, 13]})
    released = protect(frame, counts=["n"], profile="subnational-hes", whole={"n": Count(15)})
    assert released.hidden["n_pct"].tolist() == [True, False]
    assert released.frame["n_pct"].iloc[1] == 100.0
    hidden = protect(frame, counts=["n"], profile="subnational-hes",
                     whole=people(3, "subnational-hes"))  # fmt: skip
    assert hidden.hidden["n_pct"].all()


@pytest.mark.parametrize("bare", [13, 13.0, None])
def test_a_percentage_of_what_has_no_release_is_refused(bare: object) -> None:
    released = protect(pd.DataFrame({"n": [13]}), counts=["n"], profile="subnational-hes")
    with pytest.raises(TypeError, match="released count"):
        released.with_pct("share", "n", bare)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="released counts"):
        percent(bare, Count(13))  # type: ignore[arg-type]


def test_a_percentage_of_nobody_is_missing() -> None:
    frame = pd.DataFrame({"n": [0], "whole": [0]})
    released = protect(frame, counts=["n", "whole"], profile="internal")
    released = released.with_pct("share", "n", "whole")
    assert released.frame["share"].isna().all() and not released.hidden["share"].any()
    assert percent(Count(0), Count(0)) is None


def test_an_undeclared_column_of_numbers_is_refused() -> None:
    frame = pd.DataFrame({"n": [9], "mean": [1.5], "year": [2020]})
    with pytest.raises(UserError, match="not been declared") as caught:
        protect(frame, counts=["n"], profile="internal")
    assert caught.value.found == "mean, year"
    with pytest.raises(UserError, match="not been declared"):
        protect(frame[["n", "year"]], counts=["n"], profile="internal")
    protect(frame[["n", "year"]], counts=["n"], keys=["year"], profile="internal")


@pytest.mark.parametrize("wrong", [[1.5], [-1], ["a"]])
def test_what_is_no_count_is_refused(wrong: list) -> None:
    with pytest.raises(UserError):
        protect(pd.DataFrame({"n": wrong}), counts=["n"], profile="internal")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UserError) as caught:
        protect(pd.DataFrame({"n": [1]}), counts=["people"], profile="internal")
    assert (caught.value.expected, caught.value.found) == ("people", "n")


def test_statistics_are_hidden_with_their_n_and_extremes_always() -> None:
    frame = pd.DataFrame({"group": ["a", "b"], "n": [7, 8], "mean": [3.0, 4.0], "max": [9, 9]})
    released = protect(
        frame, on="n", statistics=["mean"], extremes=["max"], profile="subnational-hes"
    )
    assert released.hidden["mean"].tolist() == [True, False]
    assert released.hidden["max"].tolist() == [True, True]
    national = protect(frame, on="n", statistics=["mean"], extremes=["max"], profile="national-hes")
    assert not national.hidden.to_numpy().any()
    assert national.frame.columns.tolist() == frame.columns.tolist()


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        protect_count(1, profile="none")
    assert caught.value.found == "none" and "subnational-hes" in caught.value.expected


def test_only_one_row_is_a_value() -> None:
    frame = pd.DataFrame({"level": ["a", "a"], "n": [1, 2]})
    released = protect(frame, counts=["n"], profile="internal", notes=Notes(title="t"))
    with pytest.raises(KeyError, match="2 rows"):
        released.value("n", level="a")
    with pytest.raises(TypeError, match="released"):
        check_released(released, frame)


# --- who is counted ------------------------------------------------------------------------


def test_a_population_says_how_many_it_is_and_no_more() -> None:
    rows = pd.DataFrame({"study_id": [7, 3, 5] * 4}).assign(study_id=range(12))
    treated = count_population("treated", rows, profile=find_profile("subnational-hes"))
    assert treated.n == 10 and treated.words == "10 people" and treated.ids.tolist() == [*range(12)]
    few = treated.where("of one trust", rows[:7])
    assert few.name == "treated, of one trust" and str(few.words) == "[c] people"


def test_a_person_counts_once_and_a_part_is_of_its_whole() -> None:
    rule = find_profile("internal")
    with pytest.raises(UserError, match="one row for each person"):
        count_population("treated", pd.DataFrame({"study_id": [1, 1]}), profile=rule)
    with pytest.raises(UserError, match="one row for each person"):
        count_population("treated", 13, profile=rule)
    assert count_population("forms", 13, unit="forms", profile=rule).n == 13
    treated = count_population("treated", pd.Index([1, 2]), profile=rule)
    with pytest.raises(UserError, match="not in the population") as caught:
        treated.where("of one trust", pd.Index([2, 9]))
    assert caught.value.found == "1 people who are not in it"


def test_counts_of_a_public_list_pass_and_those_of_people_beside_them_do_not() -> None:
    rule = find_profile("subnational-hes")
    centres = count_population("centres", 3, unit="organisations", profile=rule, open=True)
    frame = pd.DataFrame({"centres": [3], "people": [3]})
    population = {"centres": centres, "people": people(3, "subnational-hes")}
    released = protect(frame, counts=list(frame), profile=rule, population=population)
    assert released.value("centres") == 3 and isinstance(released.value("people"), Hidden)


# --- what may be shown ---------------------------------------------------------------------


def test_a_released_frame_cannot_be_written_into() -> None:
    released = protect(pd.DataFrame({"n": [3, 12]}), counts=["n"], profile="subnational-hes")
    values, marks = released.frame, released.hidden
    values["n"], marks["n"] = 99, False
    first, second = released.values("n")
    assert isinstance(first, Hidden) and second == 10


def test_values_are_tokens_of_their_kind() -> None:
    frame = pd.DataFrame({"level": ["a"], "n": [9], "mean": [2.5], "lower": [0.0],
                          "day": pd.to_datetime(["2020-01-31"])})  # fmt: skip
    released = protect(
        frame, statistics=["mean"], keys=["lower"], profile="internal", whole={"n": Count(9)}
    )
    (row,) = released.records()
    kinds = {name: type(value).__name__ for name, value in row.items()}
    assert kinds == {
        "level": "str", "n": "Count", "mean": "Statistic", "lower": "Plain", "day": "Day",
        "n_pct": "Share",
    }  # fmt: skip
    assert released.value("mean", n=Count(9)) == Statistic(2.5)


def test_what_is_public_says_why_and_has_no_profile() -> None:
    public = make_public(pd.DataFrame({"n": [3]}), because="published in a report")
    assert isinstance(public, Public) and not hasattr(public, "profile")
    check_released(public)
    with pytest.raises(UserError, match="why it is public"):
        make_public(pd.DataFrame({"n": [3]}), because="")


def test_a_second_picture_of_the_same_numbers_has_its_own_label(tmp_path) -> None:
    options = {"label": "fig-more-x", "fig-cap": "More"}
    register = Register("02", tmp_path, suffix="x", options=lambda: options)
    frame = protect(pd.DataFrame({"n": [9]}), counts=["n"], profile="internal",
                    notes=Notes(label="starts-x"), register=register)  # fmt: skip
    with pytest.raises(UserError, match="another label") as caught:
        frame.show("fig")
    assert (caught.value.found, caught.value.expected) == ("fig-starts-x", "fig-more-x")
    assert frame.relabel("more").show("fig") == "More" and list(register.shown) == ["fig-more-x"]


STATED = {"n": [30], "mean": [41.26], "q1": [9.5], "q3": [20.49], "iqr": [10.99], "rate": [12.25],
          "ratio": [1.005], "p": [0.0449], "prevalence": [0.0786], "score": [7.15]}  # fmt: skip


def coarse(profile: str, statistics: object = tuple(STATED)[1:]) -> dict[str, float]:
    frame = protect(pd.DataFrame(STATED), statistics=statistics, profile=profile).frame
    return {name: float(frame[name].iloc[0]) for name in STATED if name != "n"}


@pytest.mark.parametrize("profile", [name for name, one in PROFILES.items() if one.controls])
def test_a_statistic_has_no_more_decimals_than_its_kind_under_control(profile: str) -> None:
    assert coarse(profile) == {
        "mean": 41, "q1": 10, "q3": 20, "iqr": 10, "rate": 12.3, "ratio": 1.01, "p": 0.045,
        "prevalence": 0.079, "score": 7.2,
    }  # fmt: skip
    told = dict.fromkeys(list(STATED)[1:], "units")
    assert coarse(profile, told)["score"] == 7, "a release says the kind where a name does not"


@pytest.mark.parametrize("profile", ["national-hes", "internal"])
def test_without_control_a_statistic_is_as_it_was(profile: str) -> None:
    assert coarse(profile) == {name: values[0] for name, values in STATED.items() if name != "n"}


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(UserError, match="kind of statistic") as caught:
        coarse("ndrs", dict.fromkeys(list(STATED)[1:], "euros"))
    assert caught.value.found == "euros" and "units" in caught.value.expected


def test_whole_statistics_are_printed_without_decimals_under_control() -> None:
    frame = pd.DataFrame({"n": [30], "mean": [74.2], "rate": [12.25]})

    def told(profile: str) -> list[str]:
        released = protect(frame, statistics=["mean", "rate"], profile=profile)
        return [fmt.num(released.cell(0, name), 1) for name in ("mean", "rate")]

    assert told("ndrs") == ["74", "12.3"]
    assert told("national-hes") == ["74.2", "12.3"]
