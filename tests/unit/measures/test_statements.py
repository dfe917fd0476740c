"""Statements of others: side by side when they are about one thing, each with its source."""

import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.statements import list_changes, list_facts, name_source
from rareaccess.params import Commissioning, Criterion, Fact, Route


def fact(key: str, text: str, source: str = "nice-ta752", status: str = "verified") -> Fact:
    return Fact(key=key, text=text, source=source, status=status)


def test_contradicting_statements_stand_together() -> None:
    facts = [
        fact("patients_a_year", "between 300 and 500 a year"),
        fact("age", "from the age of 16"),
        fact("patients_a_year", "more than 300, rising to 450", status="unverified"),
    ]
    found = list_facts(facts)
    assert found["about"].tolist() == ["Patients a year", "Patients a year", "Age"]
    assert found["checked"].tolist() == ["seen in the source", "not verified", "seen in the source"]
    assert found["fact"].iloc[1] == "more than 300, rising to 450"


def test_a_heading_has_capitals_where_words_do() -> None:
    keys = ("started_by_march_2019", "expected_a_year", "who_may_benefit")
    found = list_facts([fact(key, "x") for key in keys])["about"].tolist()
    assert found == ["Started by March 2019", "Expected a year", "Who may benefit"]


def test_no_facts_are_no_rows() -> None:
    assert list_facts([]).columns.tolist() == ["about", "fact", "source", "checked"]


def test_changes_of_all_kinds_stand_in_the_order_of_their_days() -> None:
    rule = Criterion.model_validate(
        {"id": "A", "from": "2020-01-01", "summary": "asks much", "source": "nice-ta752"}
    )
    route = Route.model_validate({"route": "SC", "from": "2022-01-01", "label": "injection"})
    paid = Commissioning.model_validate(
        {"label": "begun", "from": "2021-02-03", "funding": "local", "summary": "paid for in part",
         "source": "nowhere-1999", "status": "unverified"}
    )  # fmt: skip
    over = Commissioning.model_validate(
        {"label": "over", "from": "2023-01-01", "funding": "none", "summary": "withdrawn",
         "source": "ndrs-2026"}
    )  # fmt: skip
    nice = "National Institute for Health and Care Excellence, 2021"
    assert list_changes([rule], [route], [paid, over]).to_numpy().tolist() == [
        ["1 Jan 2020", "Criteria", "A: asks much", nice, "seen in the source"],
        ["3 Feb 2021", "Funding", "Paid for in part (local)", "none that is in the bibliography",
         "not verified"],
        ["1 Jan 2022", "Route", "SC: injection", "none named", "seen in the source"],
        ["1 Jan 2023", "Funding", "Withdrawn", "National Disease Registration Service, 2026",
         "seen in the source"],
    ]  # fmt: skip


def test_what_is_verified_names_a_source_that_there_is() -> None:
    with pytest.raises(UserError, match="not in the bibliography"):
        list_facts([fact("age", "from the age of 16", source="nowhere-1999")])
    (found,) = list_facts([fact("age", "x", source="nowhere-1999", status="unverified")])["source"]
    assert found == "none that is in the bibliography"


def test_a_source_outside_the_bibliography_is_named() -> None:
    with pytest.raises(UserError, match="not in the bibliography") as caught:
        name_source("nowhere-1999")
    assert caught.value.found == "nowhere-1999"


def test_people_and_bodies_are_named_as_the_text_cites_them() -> None:
    assert name_source("ndrs-2026") == "National Disease Registration Service, 2026"
    assert name_source("hlh-incidence-2022") == "West et al., 2022"  # of eleven authors
    assert name_source("tofighi-2021") == "Tofighi, Morand and Touma, 2021"
