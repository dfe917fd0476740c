"""The attacker on small reports whose answer is known by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array

from rareaccess.disclosure.attack.between import find_facts, find_false
from rareaccess.disclosure.attack.chain import explain
from rareaccess.disclosure.attack.program import find_best
from rareaccess.disclosure.attack.quantities import collect, count_shown
from rareaccess.disclosure.attack.repair import repair
from rareaccess.disclosure.attack.solve import Prover, find_leaks
from rareaccess.disclosure.attack.systems import split, tighten
from small_reports import Small, attack, build_books, count_candidates

BY_SEX = {"female": 41, "male": 46, "unknown": 3}


def test_one_hidden_count_beside_its_total_is_told_exactly() -> None:
    report = Small("ndrs").population("treated", 90).frame("sex", "treated", BY_SEX)
    verdict, numbers = attack(report)
    (leak,) = verdict.leaks
    assert (leak.candidates, numbers[leak.quantity].true) == (1, 3)


def test_rounded_totals_do_not_tell_it() -> None:
    report = Small("subnational-hes").population("treated", 90).frame("sex", "treated", BY_SEX)
    assert not attack(report)[0].leaks


def test_without_a_whole_nothing_is_told() -> None:
    report = Small("ndrs").frame("sex", "treated", BY_SEX, dimension="")
    assert not attack(report)[0].leaks


def test_what_adds_up_is_read_whether_or_not_it_is_declared() -> None:
    """Of a frame of each kind every declaration is taken away, and the same leak is found."""
    inside = np.array([[30, 2], [11, 47]])
    for made in (
        lambda report, **to: report.frame("sex", "treated", BY_SEX, **to),
        lambda report, **to: report.frame("rows", "treated", {"r0": 32, "r1": 58}).frame(
            "columns", "treated", {"c0": 41, "c1": 49}).cross("both", "treated", inside, **to),
    ):  # fmt: skip
        told = [
            {leak.quantity for leak in attack(
                made(Small("ndrs").population("treated", 90), **to))[0].leaks}
            for to in ({}, {"dimension": ""})
        ]  # fmt: skip
        assert told[0] == told[1] != set()


def test_people_in_several_rows_add_up_to_nothing() -> None:
    several = Small("ndrs").population("treated", 90)
    several.frame("illness", "treated", BY_SEX, dimension="illness, a person in several")
    assert not attack(several)[0].leaks


def test_a_running_total_gives_its_months_away() -> None:
    months = [f"2024-{month:02}-01" for month in range(1, 8)]
    starts = [1, 1, 1, 1, 1, 1, 1]
    columns = {"total": starts, "cumulative": list(np.cumsum(starts))}
    verdict, numbers = attack(Small("ndrs").grid("months", "treated", months, columns))
    told = {numbers[leak.quantity].words for leak in verdict.leaks if leak.candidates == 1}
    assert told == {"total of 2024-06-01", "total of 2024-07-01"}  # after a total of 5, and of 6
    alone = Small("ndrs").grid("months", "treated", months, {"total": starts})
    assert not attack(alone)[0].leaks


def test_two_pages_together_tell_what_neither_does() -> None:
    first = Small("ndrs").population("treated", 90).population("treated, seen", 87)
    assert not attack(first)[0].leaks
    beside = first.frame("seen", "treated", {"yes": 87, "no": 3})
    assert [leak.candidates for leak in attack(beside)[0].leaks] == [1]


def test_the_promise_of_three_and_the_full_interval_differ() -> None:
    # 920 shown beside one hidden count of 925: the reader knows 5 or, rounded, an interval
    parts = {"a": 920, "b": 4}
    ndrs = Small("ndrs").population("all", 924).frame("part", "all", parts)
    assert [leak.candidates for leak in attack(ndrs)[0].leaks] == [1]
    wide = Small("opensafely").population("all", 924).frame("part", "all", parts)
    (leak,) = attack(wide)[0].leaks
    assert 1 < leak.candidates < 8 and leak.missing  # narrower than 0 to 7, yet more than one
    three = Small("subnational-hes").population("all", 924).frame("part", "all", parts)
    assert not attack(three)[0].leaks
    free = Small("national-hes").population("all", 924).frame("part", "all", parts)
    assert attack(free)[0].protected == 0


def test_a_control_that_must_not_fail() -> None:
    """925 people, 920 of them shown, and two hidden parts: 0 to 4 each, 5 together."""
    parts = {"a": 920, "b": 3, "c": 2}
    verdict, _ = attack(Small("ndrs").population("all", 925).frame("part", "all", parts))
    assert all(leak.candidates > 1 for leak in verdict.leaks)
    held = Small("ndrs").population("all", 925)  # without the frame nothing ties them
    assert not attack(held)[0].leaks


def test_repair_hides_the_least_and_leaves_the_whole() -> None:
    report = Small("ndrs").population("treated", 90).frame("sex", "treated", BY_SEX)
    numbers, facts = find_facts(collect(build_books(report)))
    before = count_shown(numbers)
    done = repair(numbers, facts)
    assert not done.verdict.leaks
    assert before - count_shown(numbers) == 1
    assert not any(cell.row < 0 for one in done.hidden for cell in numbers[one].cells)
    (hidden,) = done.hidden
    assert numbers[hidden].true in (41, 46)


def test_repair_never_hides_a_nought_whose_mark_would_lie() -> None:
    report = Small("subnational-hes").population("all", 21)
    report.frame("part", "all", {"a": 20, "b": 1, "c": 0})
    numbers, facts = find_facts(collect(build_books(report)))
    done = repair(numbers, facts)
    assert all(numbers[one].true >= 1 for one in done.hidden)


def test_what_has_no_broken_answer_has_no_whole_one() -> None:
    told = LinearConstraint(csr_array([[2.0]]), [3.0], [3.0])
    assert find_best(np.ones(1), np.ones(1), Bounds([2.0], [9.0]), told) == (None, False)
    found, stopped = find_best(np.ones(1), np.ones(1), Bounds([0.0], [9.0]), told)
    assert found is None and not stopped  # 1.5 is the only answer, and not whole
    found, _ = find_best(np.ones(1), np.zeros(1), Bounds([0.0], [9.0]), told)
    assert found is not None and found.tolist() == [1.5]


def test_that_a_level_is_everybody_is_hidden_and_no_reader_knows_it() -> None:
    """Beside a level of nobody, which could not be hidden if the other were known to be all."""
    report = Small("ndrs").population("all", 36)
    report.frame("rows", "all", {"r0": 10, "r1": 26}).frame("columns", "all", {"c0": 36, "c1": 0})
    report.cross("both", "all", np.array([[10, 0], [26, 0]]))
    numbers, facts = find_facts(collect(build_books(report)))
    assert find_leaks(numbers, split(numbers, facts)).leaks
    done = repair(numbers, facts)
    assert not done.verdict.leaks
    assert "n of c0" in {numbers[one].words for one in done.hidden}


def test_every_world_fits_what_is_shown_and_the_truth_is_one() -> None:
    report = Small("opensafely").population("treated", 90).frame("sex", "treated", BY_SEX)
    numbers, facts = find_facts(collect(build_books(report)))
    for system in split(numbers, facts):
        low, high = tighten(system)
        true = np.array([numbers[one].true for one in system.numbers])
        assert (low <= true).all() and (true <= high).all()


@pytest.mark.parametrize("profile", ["ndrs", "opensafely", "subnational-hes", "midpoint-6"])
def test_candidates_are_those_that_counting_by_hand_gives(profile: str) -> None:
    parts = {"a": 11, "b": 2, "c": 4}
    report = Small(profile).population("all", 17).frame("part", "all", parts)
    numbers, facts = find_facts(collect(build_books(report)))
    found = find_leaks(numbers, split(numbers, facts))
    by_hand = count_candidates(profile, parts, 17)
    for one, it in numbers.items():
        if it.promised is None:
            continue
        candidates = by_hand[it.words.split()[-1]]
        leaks = {leak.quantity for leak in [*found.leaks, *found.near]}
        low, high = it.promised
        lacking = {low, high} - candidates if it.profile.promise == "full" else len(candidates) < 3
        assert (one in leaks) == bool(lacking)


def test_the_chain_has_no_fact_too_many() -> None:
    report = Small("ndrs").population("treated", 90).frame("sex", "treated", BY_SEX)
    report.frame("other", "treated", {"x": 50, "y": 40})
    numbers, facts = find_facts(collect(build_books(report)))
    systems = split(numbers, facts)
    verdict = find_leaks(numbers, systems)
    (leak,) = verdict.leaks
    (system,) = [one for one in systems if leak.quantity in one.numbers]
    (told,) = explain(system, numbers, leak)
    assert "add up" in told and "[c]" in told and "n of x" not in told


def test_a_false_statement_is_named() -> None:
    report = Small("ndrs").population("treated", 90)
    report.frame("time", "treated", {"3 months": 60, "6 months": 70}, whole="=treated")
    (told,) = find_false(collect(build_books(report)))
    assert "time" in told and "treated" in told


def test_what_was_hidden_before_is_bare_for_a_new_repair() -> None:
    report = Small("ndrs").population("treated", 90).frame("sex", "treated", BY_SEX)
    ((scope, notebook, (sheet,), sizes),) = build_books(report)
    hidden = {name: [*rows, 0] for name, rows in sheet.hidden.items()}
    books = [(scope, notebook, [replace(sheet, hidden=hidden)], sizes)]
    shown = [count_shown(collect(books, bare=bare).build()) for bare in (False, True)]
    assert shown == [1, 2]


def test_a_frame_of_the_package_becomes_a_sheet(tmp_path) -> None:
    from rareaccess.disclosure import Notes, Register, count_population, find_profile, protect
    from rareaccess.disclosure.sheets import read_sheets, size_of, write_sheets

    rule = find_profile("ndrs")
    register = Register("02-uptake", tmp_path, private=tmp_path / "02-uptake.json")
    people = count_population(
        "treated", pd.DataFrame({"study_id": range(90)}), profile=rule, register=register
    )
    data = pd.DataFrame({"sex": list(BY_SEX), "n": list(BY_SEX.values())})
    for _ in range(2):
        protect(data, profile=rule, counts=["n"], population=people, dimension="sex",
                whole=people, notes=Notes(label="sex"), register=register)  # fmt: skip
    write_sheets(register.private, register.sheets, map(size_of, register.sizes.values()))
    sheets, sizes = read_sheets(register.private)
    assert [sheet.turn for sheet in sheets] == [0, 1]
    assert sheets[0].counts == {"n": [41, 46, 3]} and sheets[0].hidden == {"n": [2]}
    assert sheets[0].shown == {"n": [41, 46, None]} and sizes[0].size == 90


def test_what_a_repair_withholds_is_hidden_in_its_frame_only(tmp_path) -> None:
    from rareaccess.disclosure import Notes, Register, count_population, protect

    path = tmp_path / "02-uptake.json"
    path.with_suffix(".withheld.json").write_text(
        '{"cells": [["sex", 1, 0, "n"]], "sizes": ["treated, few"]}'
    )
    register = Register("02-uptake", tmp_path, private=path)
    data = pd.DataFrame({"sex": list(BY_SEX), "n": list(BY_SEX.values())})
    from rareaccess.disclosure import find_profile

    def release():
        return protect(data, profile="ndrs", counts=["n"], notes=Notes(label="sex"),
                       register=register).hidden["n"].tolist()  # fmt: skip

    assert release() == [False, False, True]
    assert release() == [True, False, True]
    ids = pd.DataFrame({"study_id": range(9)})
    few = count_population("treated, few", ids, profile=find_profile("ndrs"), register=register)
    assert repr(few.n) == "[c]"


def test_a_count_hidden_on_one_page_and_shown_on_another_is_told_and_hidden_on_both() -> None:
    """As where the settings choose a profile for one notebook."""
    strict = Small("ndrs").frame("sex", "treated", BY_SEX)
    free = Small("national-hes").frame("sex", "treated", BY_SEX)
    verdict, numbers = attack(strict, free)
    (leak,) = verdict.leaks
    assert (leak.candidates, numbers[leak.quantity].true) == (1, 3)
    numbers, facts = find_facts(collect(build_books(strict, free)))
    done = repair(numbers, facts)
    assert not done.verdict.leaks
    assert {cell.notebook for one in done.hidden for cell in numbers[one].cells} == {"00", "01"}


def test_a_world_that_breaks_a_fact_is_no_certificate() -> None:
    report = Small("opensafely").population("treated", 90).frame("sex", "treated", BY_SEX)
    numbers, facts = find_facts(collect(build_books(report)))
    (system,) = split(numbers, facts)
    prover = Prover(system, numbers)
    (true,) = prover.worlds
    assert prover.fits(true)
    far = true.copy()
    far[system.place[next(one for one, it in numbers.items() if it.true == 3)]] = 60
    assert not prover.fits(far)  # within what its cell tells, and too many for the sum
