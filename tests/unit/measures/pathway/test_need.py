"""Starts beside the share of the need: what is shared out, and what is left when some is hidden."""

import pandas as pd
import pytest

from equity_study import BOARDS, REGIONS, make_marts, open_made
from rareaccess.disclosure import Hidden, Profile, count_population, find_profile, protect
from rareaccess.measures.pathway import (
    ELSEWHERE,
    count_by_place,
    name_ends,
    rate_need,
    rate_places,
    tell_need,
)

PEOPLE = pd.DataFrame(
    {
        "study_id": [1, 2, 3, 4],
        "icb": ["E54000010", "E54000008", "E54000010", None],
        "nhs_region": ["Midlands", "North West", "Midlands", None],
    }
)


def people(each: int, boards: list[str] = BOARDS) -> pd.DataFrame:
    icb = [board for board in boards for _ in range(each)]
    return pd.DataFrame({"study_id": range(len(icb)), "icb": icb,
                         "nhs_region": [REGIONS[one] for one in icb]})  # fmt: skip


def list_need(boards: list[str], basis: str = "patients") -> pd.DataFrame:
    return pd.DataFrame({"basis": basis, "icb": boards, "share": 1 / len(BOARDS)})


def released(*starts: int, shares: tuple[float, ...] = (), profile: str = "internal", **how):
    share = list(shares) or [1 / len(starts)] * len(starts)
    data = pd.DataFrame({"place": [*"ABCD"][: len(starts)], "starts": starts, "share": share})
    return protect(data, counts=["starts"], keys=["share"], profile=profile, **how)


def read_ratios(rated) -> list[float]:
    return [one.value for one in rated.values("ratio") if one and not isinstance(one, Hidden)]


def test_few_starts_are_told_by_region_and_many_by_board() -> None:
    few = count_by_place(PEOPLE, PEOPLE, pd.DataFrame(), basis="")
    assert len(few) == 8 and few["share"].sum() == pytest.approx(1)
    starts = few.set_index("place")["starts"]
    assert (starts["Midlands"], starts[ELSEWHERE]) == (2, 1)
    many = pd.concat([PEOPLE] * 200, ignore_index=True)
    assert len(count_by_place(many, PEOPLE, pd.DataFrame(), basis="")) == 43


def test_the_share_of_the_need_is_that_of_its_basis() -> None:
    need = pd.DataFrame({"basis": ["a", "a", "b"], "icb": ["E54000010", "E54000008", "E54000008"],
                         "share": [0.3, 0.1, 1.0]})  # fmt: skip
    found = count_by_place(PEOPLE, PEOPLE, need, basis="a").set_index("place")["share"]
    assert found[["Midlands", "North West"]].tolist() == pytest.approx([0.75, 0.25])


def test_starts_where_no_need_is_given_are_not_shared_out() -> None:
    """Half of the boards have a share of the need, and all boards as many starts: all alike."""
    every = people(20)
    counted = count_by_place(every, every, list_need(BOARDS[:21]), basis="patients")
    assert counted["starts"].sum() == len(every)
    rated = rate_need(protect(counted, counts=["starts"], keys=["share"], profile="internal"))
    assert read_ratios(rated) == pytest.approx([1.0] * 21)
    assert "Of those who started, 420 are in none of these places" in tell_need({"patients": rated})


def test_a_region_has_only_the_starts_of_its_boards_with_a_need() -> None:
    every = people(1)
    counted = count_by_place(every, every, list_need(BOARDS[:21]), basis="patients")
    rated = rate_need(protect(counted, counts=["starts"], keys=["share"], profile="internal"))
    assert 1 < len(read_ratios(rated)) <= 7
    assert read_ratios(rated) == pytest.approx([1.0] * len(read_ratios(rated)))


def test_a_share_of_nought_is_none() -> None:
    need = list_need(BOARDS[:3]).assign(share=[0.5, 0.5, 0.0])
    counted = count_by_place(people(20), people(20), need, basis="patients")
    assert counted["starts"].tolist() == [20, 20, 800]


def test_the_ratio_is_one_where_starts_follow_the_need() -> None:
    rated = rate_need(released(20, 20))
    assert [one.value for one in rated.values("ratio")] == [1, 1]
    assert all(one.value < 1 for one in rated.values("lower"))
    assert name_ends(rated)["clear"] == "0"


def test_the_interval_is_that_of_the_count() -> None:
    """Byar's limits of 65 are 50.16 and 82.85; 65 of 100 with half of the need: divide by 50."""
    rated = rate_need(released(65, 35))
    limits = [round(rated.values(name)[0].value, 3) for name in ("lower", "upper")]
    assert limits == [1.003, 1.657]
    assert name_ends(rated)["clear"] == "2"


def test_a_hidden_count_hides_its_ratio() -> None:
    rated = rate_need(released(50, 3, profile="ndrs"))
    assert isinstance(rated.values("ratio")[1], Hidden)
    assert isinstance(rated.values("upper")[1], Hidden)
    assert name_ends(rated)["places"] == "1"


def test_beside_a_hidden_count_the_total_is_that_of_the_population() -> None:
    """30 of 65 with two fifths of the need: 30 over 26."""
    rule: Profile = find_profile("subnational-hes")
    own = count_population("treated", pd.Index(range(65)), profile=rule)
    rated = rate_need(released(30, 30, 5, shares=(0.4, 0.4, 0.2), profile=rule, population=own))
    assert read_ratios(rated) == pytest.approx([30 / 26] * 2)


def test_without_a_total_a_hidden_place_is_left_out_of_starts_and_need() -> None:
    """30 of 60 with half of the need that is left."""
    rated = rate_need(released(30, 30, 5, shares=(0.4, 0.4, 0.2), profile="subnational-hes"))
    assert read_ratios(rated) == pytest.approx([1.0] * 2)


def rate(need: pd.DataFrame, *, broad: bool = False) -> dict:
    study = open_made(make_marts())
    own = study.population("treated", study.people[study.people["treated"]])
    return rate_places(study, study.people, need, "need", broad=broad, population=own)


NO_NEED = list_need([])


def test_every_basis_of_the_need_is_told() -> None:
    need = pd.concat([list_need(BOARDS, "registered patients"), list_need(BOARDS, "a survey")])
    told = tell_need(rate(need))
    assert "By the share of registered patients," in told and "By the share of a survey," in told


def test_few_boards_with_a_need_are_boards_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables by board may have a profile of their own."""
    study, asked = open_made(make_marts()), []
    release = type(study).release

    def hear(*args: object, **told: object) -> object:
        asked.append(told["area"])
        return release(*args, **told)

    monkeypatch.setattr(type(study), "release", hear)
    for starts, boards in ((20, 3), (1, 42)):
        every = people(starts).assign(treated=True, study_id=range(42 * starts))
        own = study.population("all", every)
        label = f"need-{boards}"
        rate_places(study, every, list_need(BOARDS[:boards]), label, broad=False, population=own)
    assert asked == ["boards", "regions"]


def test_codes_that_are_too_broad_are_no_need_but_a_table_is() -> None:
    assert list(rate(NO_NEED)) == [""]
    assert not rate(NO_NEED, broad=True)
    assert list(rate(list_need(BOARDS), broad=True)) == ["patients"]
