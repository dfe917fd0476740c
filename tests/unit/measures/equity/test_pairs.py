"""The pairs side by side: each p is of its own measure, and all tests are allowed for together."""

import pytest

from equity_study import make_marts, make_people, open_made
from rareaccess.measures.equity import Access, build_pairs, control_discoveries, tell_pairs
from rareaccess.study import Studies


def open_pairs(*every: int) -> Studies:
    made = {f"pair {n}": open_made(make_marts(make_people(1500, every=n))) for n in every}
    first = next(iter(made.values()))
    return Studies(first.source, first.source_label, first.report, first.register, made)


@pytest.mark.slow
def test_each_p_is_that_of_its_measure() -> None:
    studies = open_pairs(3)
    frame = build_pairs(studies).frame.set_index("measure")
    access = Access(next(iter(studies.values())), with_cohort=False)
    rates = access.rate("imd_quintile", label="r")
    gradient = access.summarise(rates, "imd_quintile", label="g").frame.set_index("measure")
    for measure in ("RII", "core20"):
        assert frame.loc[measure, "p"] == gradient.loc[measure, "p"]
    assert gradient.loc["RII", "p"] != gradient.loc["extremes", "p"]


@pytest.mark.slow
def test_false_discoveries_are_those_of_all_tests_of_the_table() -> None:
    pairs = build_pairs(open_pairs(3, 5))
    frame = pairs.frame
    assert frame["p"].notna().sum() == 6
    assert frame["q"].tolist() == pytest.approx(control_discoveries(frame["p"]).tolist())
    assert tell_pairs(pairs).count("after allowing for all 6 tests of the table") == 3
