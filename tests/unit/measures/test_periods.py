"""Periods between dated changes of criteria and of funding, worked out by hand."""

import pytest

from rareaccess.measures.periods import list_periods
from rareaccess.params import Commissioning, Criterion, Window, load_pair

WINDOW = Window.model_validate({"from": "2020-01-01", "to": "2020-12-31"})


def rule(name: str, day: str) -> Criterion:
    """Return a set of criteria that asks for something of its own."""
    return Criterion.model_validate(
        {"id": name, "from": day, "summary": f"asks {name}", "source": "x"}
    )


def paid(label: str, day: str, funding: str = "routine") -> Commissioning:
    """Return a change of funding."""
    values = {"label": label, "from": day, "funding": funding, "summary": f"is {label}"}
    return Commissioning.model_validate(values | {"source": "x"})


CASES = {
    "criteria alone": (
        [rule("A", "2020-01-01"), rule("B", "2020-06-01")], [],
        [("A", "2020-01-01", "asks A"), ("B", "2020-06-01", "asks B")],
    ),
    "what began before the window is so on its first day": (
        [rule("A", "2018-01-01"), rule("B", "2019-01-01")], [],
        [("B", "2020-01-01", "asks B")],
    ),
    "nothing in force on the first day": (
        [rule("A", "2020-02-01")], [],
        [("before A", "2020-01-01", "nothing was in force yet"), ("A", "2020-02-01", "asks A")],
    ),
    "funding begins later and ends": (
        [rule("A", "2020-01-01")], [paid("paid", "2020-03-01"), paid("gone", "2020-09-01", "none")],
        [("A (before funding)", "2020-01-01", "asks A"), ("A (paid)", "2020-03-01", "is paid"),
         ("A (gone)", "2020-09-01", "is gone (no starts are expected)")],
    ),
    "closed to new starts, then withdrawn": (
        [rule("A", "2020-01-01")], [paid("paid", "2020-01-01"),
         paid("shut", "2020-03-01", "closed to new starts"), paid("gone", "2020-09-01", "none")],
        [("A (paid)", "2020-01-01", "asks A; is paid"),
         ("A (shut)", "2020-03-01", "is shut (no starts are expected)"),
         ("A (gone)", "2020-09-01", "is gone (no starts are expected)")],
    ),
    "criteria and funding change on one day": (
        [rule("A", "2020-01-01"), rule("B", "2020-03-01")], [paid("paid", "2020-03-01")],
        [("A (before funding)", "2020-01-01", "asks A"), ("B (paid)", "2020-03-01",
          "asks B; is paid")],
    ),
    "criteria change while the funding stays": (
        [rule("A", "2019-01-01"), rule("B", "2020-03-01")], [paid("paid", "2019-06-01")],
        [("A (paid)", "2020-01-01", "asks A; is paid"), ("B (paid)", "2020-03-01", "asks B")],
    ),
    "a change after the window": (
        [rule("A", "2020-01-01"), rule("B", "2021-01-01")], [],
        [("A", "2020-01-01", "asks A")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_periods_begin_where_something_changed(case: str) -> None:
    criteria, commissioning, expected = CASES[case]
    found = list_periods(criteria, commissioning, window=WINDOW)
    rows = found.assign(day=found["from"].dt.strftime("%Y-%m-%d"))[["level", "day", "summary"]]
    assert [tuple(row) for row in rows.to_numpy()] == expected


def test_criteria_of_a_group_of_drugs_add_up() -> None:
    rules = [rule("A", "2019-01-01"), rule("B", "2020-03-01"), rule("C", "2020-06-01")]
    found = list_periods(rules, [paid("paid", "2020-03-01")], window=WINDOW, together=True)
    assert found["level"].tolist() == [
        "A (before funding)", "A and B (paid)", "A, B and C (paid)"
    ]  # fmt: skip
    assert found["summary"].tolist() == [
        "asks A", "also asks B; is paid", "also asks C"
    ]  # fmt: skip
    later = [rule("A", "2018-01-01"), rule("B", "2019-01-01")]
    found = list_periods(later, window=WINDOW, together=True)
    assert found[["level", "summary"]].to_numpy().tolist() == [["A and B", "asks A; asks B"]]


def test_keys_serve_as_ids_of_numbers() -> None:
    found = list_periods(
        [rule("TA743", "2020-01-01")], [paid("begun", "2020-03-01")], window=WINDOW
    )
    assert found["key"].tolist() == ["TA743_before_funding", "TA743_begun"]


def test_a_pair_without_dates_of_funding_is_split_by_its_criteria_alone() -> None:
    pair = load_pair("sle-belimumab")
    found = list_periods(pair.criteria, pair.commissioning, window=pair.windows.treatment)
    assert found["key"].tolist() == [rule.id for rule in pair.criteria] == ["TA397", "TA752"]


def test_a_rule_of_a_group_of_drugs_takes_the_place_of_the_one_that_it_replaces() -> None:
    rules = [rule("A", "2020-01-01"), rule("B", "2020-03-01"), rule("C", "2020-06-01")]
    rules[2] = rules[2].model_copy(update={"replaces": "A"})
    found = list_periods(rules, window=WINDOW, together=True)
    assert found["level"].tolist() == ["A", "A and B", "B and C"]
