"""Sentences of equity: they point the right way, conclude no more than p lets them, and say why."""

import pandas as pd
import pytest

import equity_study
from equity_study import fill, make_marts, make_people, open_made
from rareaccess.contracts import AGES
from rareaccess.disclosure import Hidden, Statistic
from rareaccess.measures import equity

FIFTHS = list(range(1, 6))
NONE = equity_study.empty("general_population")


def cohort(starts: list[int], column: str, levels: list, people: int = 100, **more) -> pd.DataFrame:
    """Return so many people in each group, of whom the first are treated; all women of 30."""
    rows = [(level, at < n) for level, n in zip(levels, starts, strict=True)
            for at in range(people)]  # fmt: skip
    return fill("people", {
        "study_id": list(range(1, len(rows) + 1)), "treated": [treated for _, treated in rows],
        column: [level for level, _ in rows], "sex": "Female",
        "age_at_index": pd.array([30] * len(rows), "Int64"), **more,
    })  # fmt: skip


def open_cohort(people: pd.DataFrame, population: pd.DataFrame = NONE, **options: object):
    study = open_made(make_marts(people, general_population=population), **options)
    return equity.Access(study)


def gradient(access: equity.Access):
    rates = access.rate("imd_quintile", label="deprivation")
    return access.summarise(rates, "imd_quintile", label="gradient")


def test_more_starts_among_the_most_deprived() -> None:
    access = open_cohort(cohort([60, 40, 30, 25, 20], "imd_quintile", FIFTHS))
    found = gradient(access)
    assert equity.tell_gradient(access, found) == (
        "Compared with people in the least deprived fifth of areas, those in the most deprived "
        "fifth started 3.00 (95% interval 1.81 to 4.98) times as often per person of the HES "
        "cohort, a difference greater than chance alone would often give (p <0.001)."
    )
    slope = equity.tell_slope(access, found)
    told = float(slope.split("starts ")[1].split(" ")[0])
    assert told < 1 and "the least deprived end starts" in slope  # the same, from the other end


def test_what_chance_could_give_is_not_called_equal() -> None:
    access = open_cohort(cohort([21, 20, 20, 20, 20], "imd_quintile", FIFTHS))
    told = equity.tell_gradient(access, gradient(access))
    assert "1.05" in told and "no greater than chance alone could give (p = 0.8" in told
    assert "depart from a straight line" not in equity.tell_slope(access, gradient(access))


def test_a_line_that_does_not_fit_is_said() -> None:
    access = open_cohort(cohort([80, 40, 10, 40, 80], "imd_quintile", FIFTHS))
    told = equity.tell_slope(access, gradient(access))
    assert "depart from a straight line by more than chance" in told and "p <0.001" in told


def test_a_ratio_that_has_no_meaning_is_not_told() -> None:
    access = open_cohort(cohort([60, 30, 15, 9, 8], "imd_quintile", FIFTHS))
    told = equity.tell_slope(access, gradient(access))
    assert "No index of inequality per person of the HES cohort is given (the line is" in told


@pytest.mark.parametrize(
    ("starts", "levels", "why"),
    [([5, 5, 5, 5], FIFTHS[:4], "fewer than five groups"), ([0] * 5, FIFTHS, "no start is shown")],
)
def test_why_there_is_no_gradient(starts: list, levels: list, why: str) -> None:
    access = open_cohort(cohort(starts, "imd_quintile", levels))
    found = gradient(access)
    for told in (equity.tell_gradient(access, found), equity.tell_slope(access, found)):
        assert "given (" in told and why in told, told


def test_a_denominator_that_is_not_divided_so_is_named() -> None:
    regions = fill("general_population", {"table": ["t"], "year": [2021], "nhs_region": ["London"],
                                          "people": [1e6]})  # fmt: skip
    access = open_cohort(cohort([60, 40, 30, 25, 20], "imd_quintile", FIFTHS), regions)
    told = equity.tell_gradient(access, gradient(access))
    assert "at a rate per head of the general population that is not given (people are not" in told
    assert "3.00" in told
    rates = access.rate("imd_quintile", label="deprivation")
    assert "No table of the population is divided by fifth of deprivation" in rates.notes.caveat


def test_no_denominator_at_all() -> None:
    access = open_cohort(cohort([60, 40, 30, 25, 20], "imd_quintile", FIFTHS), broad=True)
    found = gradient(access)
    for told in (equity.tell_gradient(access, found), equity.tell_slope(access, found),
                 equity.tell_groups(access, access.rate("sex", label="x"), "sex")):  # fmt: skip
        assert told == "No rate can be given, since this source has no denominator."
    told = access.tell_denominators()
    assert "no table of the population" in told and "many people without it" in told


ETHNIC = ["White", "Black", "Chinese"]


def test_lowest_and_highest_group_and_how_many_tests() -> None:
    access = open_cohort(cohort([40, 20, 44], "ethnicity", ETHNIC))
    told = equity.tell_groups(access, access.rate("ethnicity", "sex", label="x"), "ethnicity")
    assert told.startswith(
        "Compared with the White group per person of the HES cohort, the ratio is from 0.50 "
        "(95% interval 0.29 to 0.86) for Black to 1.10"
    )
    assert "of 2 comparisons, 1 differs by more than chance" in told


def test_a_group_without_any_start_is_told_and_tested() -> None:
    access = open_cohort(cohort([40, 0, 44], "ethnicity", ETHNIC))
    told = equity.tell_groups(access, access.rate("ethnicity", label="x"), "ethnicity")
    assert "from 0.00 (95% interval 0.00 to 0.10) for Black" in told
    assert "of 2 comparisons, 1 differs" in told


def test_one_other_group_and_none() -> None:
    access = open_cohort(cohort([40, 20], "ethnicity", ETHNIC[:2]))
    told = equity.tell_groups(access, access.rate("ethnicity", label="x"), "ethnicity")
    assert "the ratio is 0.50" in told and "of 1 comparison, 1 differs" in told
    access = open_cohort(cohort([40], "ethnicity", ETHNIC[:1]))
    told = equity.tell_groups(access, access.rate("ethnicity", label="x"), "ethnicity")
    assert told.startswith("No ratio per person of the HES cohort is given (starts are too few")


BOARDS = equity_study.BOARDS[:6]


@pytest.mark.parametrize(
    ("starts", "parts"),
    [
        ([20] * 6, ["by no more than chance", "estimated as nought", "does not exclude some"]),
        ([60, 40, 20, 20, 20, 10], ["by more than chance alone would often give (p <0.001)",
                                    "the highest board has", "times the rate of the lowest"]),
        ([90, 0, 0, 0, 0, 0], ["by more than chance", "is not given (the interval goes beyond"]),
        ([0] * 6, ["No variation per person of the HES cohort is given (no start is shown"]),
    ],
)  # fmt: skip
def test_variation_of_boards(starts: list[int], parts: list[str]) -> None:
    access = open_cohort(cohort(starts, "icb", BOARDS))
    found = access.summarise_boards(access.map_boards(label="b"), label="v")
    told = equity.tell_variation(access, found)
    for part in parts:
        assert part in told, told
    assert ("estimated as nought" in told) == ("estimated as nought" in parts)
    assert {"scv_cohort", "scv_cohort_p", "fold_cohort"} <= set(equity.number_variation(found))


def test_a_factor_between_boards_is_no_finding_where_chance_could_give_it() -> None:
    """42 boards with some true variation estimated, and p above 0.05: the factor proves nothing."""
    starts = [3, 9, 4, 8, 6, 6, 2, 7] * 5 + [12, 1]
    access = open_cohort(cohort(starts, "icb", equity_study.BOARDS))
    found = access.summarise_boards(access.map_boards(label="b"), label="v")
    scv = found.where(measure="SCV").frame.iloc[0]
    told = equity.tell_variation(access, found)
    assert scv["p"] > 0.05 and found.where(measure="fold").frame["value"].notna().all()
    assert "by no more than chance" in told and "is no sign that boards differ" in told


def test_boards_of_nobody() -> None:
    access = open_cohort(cohort([20, 10], "ethnicity", ETHNIC[:2]))
    boards = access.map_boards(label="b")
    told = equity.tell_variation(access, access.summarise_boards(boards, label="v"))
    assert told.startswith("No variation per person of the HES cohort is given (people are not")
    assert "Nobody is known by integrated care board" in boards.notes.caveat


@pytest.mark.slow
def test_crossed_groups_and_what_so_few_could_show() -> None:
    people = cohort([70, 10], "ethnicity", ETHNIC[:2],
                    imd_quintile=pd.array([1, 5] * 100, "Int64"))  # fmt: skip
    access = open_cohort(people)
    both = access.cross("ethnicity", "imd_quintile", label="c")[1]
    three = access.cross("sex", "ethnicity", "imd_quintile", label="d")[1]
    told = equity.tell_crossed(both, three)
    assert "By ethnic group and deprivation, 4 groups vary by more than chance" in told
    for released in (both, three):
        greater, smaller = (released.value(name).value for name in ("greater", "smaller"))
        assert f"only if it is {greater:.1f} or more, or {smaller:.2f} or less." in told
    few = open_cohort(people.assign(treated=people["study_id"].isin([1, 2, 101])))
    both = few.cross("ethnicity", "imd_quintile", label="c")[1]
    told = equity.tell_crossed(both, both)
    assert "or more; none below 1 is found so often." in told


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0499, "more than chance alone would often give (p = 0.050)"),
     (0.05, "no more than chance alone could give (p = 0.050)"),
     (0.0004, "more than chance alone would often give (p <0.001)"),
     (1.0, "no more than chance alone could give (p = 1.00)")],
)  # fmt: skip
def test_words_of_chance_at_their_edge(p: float, words: str) -> None:
    assert equity.tell_chance(Statistic(p)) == words


def test_without_p_nothing_is_concluded() -> None:
    assert equity.tell_chance(Hidden()) == "not tested ([c])"
    assert equity.tell_chance(None) == "not tested ([x])"


def test_nobody_without_an_abode_and_a_hidden_few() -> None:
    people = cohort([40, 20], "ethnicity", ETHNIC[:2])
    told = equity.tell_others(open_cohort(people))
    assert "Of 0 people in the cohort with it, 0 started" in told and "nobody records" in told
    people["no_fixed_abode"] = people["study_id"].isin([1, 2, 150])
    told = equity.tell_others(open_cohort(people))
    assert "Of 3 people in the cohort with it, 2 started" in told
    told = equity.tell_others(open_cohort(people, disclosure="subnational-hes"))
    assert "Of [c] people in the cohort with it, [c] started" in told


def test_codes_that_are_too_broad_give_no_share_of_the_cohort() -> None:
    people = cohort([40, 20], "ethnicity", ETHNIC[:2])
    people["no_fixed_abode"] = people["study_id"].isin([1, 2, 150])
    told = equity.tell_others(equity.Access(open_made(make_marts(people), broad=True)))
    assert "Of those who started, 2 had it; how many of the cohort" in told
    assert "in the cohort with it" not in told


def test_a_recorded_disability_is_not_said_to_be_lacking() -> None:
    fields = fill("completeness", {"table": ["apc"], "year": ["2020/21"], "field": ["disability"],
                                   "n": [9], "known": [3]})  # fmt: skip
    people = cohort([40, 20], "ethnicity", ETHNIC[:2])
    access = equity.Access(open_made(make_marts(people, completeness=fields)))
    assert "nobody records" not in equity.tell_others(access)
    assert "Some records hold a disability" in equity.tell_others(access)


def prices(*drugs: tuple[str, float]) -> pd.DataFrame:
    return fill("prices", {
        "drug": [drug for drug, _ in drugs], "first_year": [float(price) for _, price in drugs],
        "later_year": [1000.0] * len(drugs), "price_year": [2024] * len(drugs),
        "source": ["a list"] * len(drugs),
    })  # fmt: skip


def tell_prices(members: list[str | None], table: pd.DataFrame, **options: object) -> str:
    """Tell the prices of so many starts in 2024, and of two in another year."""
    days = [pd.Timestamp("2024-05-05")] * len(members) + [pd.Timestamp("2023-05-05")] * 2
    uptake = fill("uptake", {"study_id": list(range(1, len(days) + 1)), "start_date": days,
                             "member": [*members, None, None]})  # fmt: skip
    study = open_made(make_marts(make_people(60), uptake=uptake, prices=table), **options)
    return equity.tell_prices(equity.Access(study))


def test_the_bill_of_the_last_whole_year() -> None:
    told = tell_prices([None] * 13, prices(("belimumab", 9000)))
    assert "first year of treatment costs £9,000 a person, and a further year £1,000." in told
    assert "The first year of the 13 starts of 2024 comes to £117,000." in told
    assert "Source of the prices: a list." in told and "without a list price" not in told


def test_the_bill_does_not_give_what_was_rounded_or_hidden() -> None:
    told = tell_prices([None] * 13, prices(("a", 9000)), disclosure="subnational-hes")
    assert "15 starts of 2024 comes to £135,000" in told and "117" not in told
    told = tell_prices([None] * 6, prices(("a", 9000)), disclosure="subnational-hes")
    assert "[c] starts of 2024 comes to £[c]" in told and "54" not in told


def test_drugs_have_their_own_price_and_one_without_is_named() -> None:
    members = ["a"] * 10 + ["b"] * 20
    told = tell_prices(members, prices(("a", 100), ("b", 1000)))
    assert "30 starts of 2024 comes to £21,000" in told and "without a list price" not in told
    told = tell_prices([*members, "c", None], prices(("a", 100), ("b", 1000)))
    assert "30 starts of 2024 comes to £21,000" in told
    assert "without a list price are not among them: there were 32 starts in the year" in told
    told = tell_prices(["a"] * 10 + ["b"] * 3, prices(("a", 100), ("b", 1000)),
                       disclosure="subnational-hes")  # fmt: skip
    assert "comes to £[c]" in told


def test_no_prices() -> None:
    assert "no list prices" in tell_prices([None] * 9, prices()[:0])


def test_numbers_of_the_gradient_have_ids() -> None:
    access = open_cohort(cohort([60, 40, 30, 25, 20], "imd_quintile", FIFTHS))
    numbers = equity.number_gradient(gradient(access))
    assert numbers["ratio_cohort"].value == pytest.approx(3)
    assert {f"rii_cohort{tail}" for tail in ("", "_lower", "_upper", "_p")} <= set(numbers)
    # a chapter of the book quotes both, so that a number is missing and not absent
    assert all(numbers[name] is None for name in numbers if "population" in name)
    assert set(numbers) >= {"ratio_population", "sii_population_upper"}


def test_both_denominators_in_one_sentence() -> None:
    rows = [("t", 2021, fifth, age, "Female", 1000.0) for fifth in FIFTHS for age in AGES]
    names = ["table", "year", "imd_quintile", "age_band", "sex", "people"]
    table = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    access = open_cohort(
        cohort([60, 40, 30, 25, 20], "imd_quintile", FIFTHS), fill("general_population", table)
    )
    told = equity.tell_gradient(access, gradient(access))
    assert "per head of the general population" in told and "; and 3.00" in told
    assert list(access.panels) == ["General population", "HES cohort"]
    assert access.narrow is equity.COHORT
