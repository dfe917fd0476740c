"""Statements of others: side by side when they are about one thing, each with its source."""

import pytest

from rareaccess.errors import UserError
from rareaccess.params import Fact
from rareaccess.stated import list_facts, name_source


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


def test_no_facts_are_no_rows() -> None:
    assert list_facts([]).columns.tolist() == ["about", "fact", "source", "checked"]


def test_a_source_outside_the_bibliography_is_named() -> None:
    with pytest.raises(UserError, match="not in the bibliography") as caught:
        name_source("nowhere-1999")
    assert caught.value.found == "nowhere-1999"


def test_people_and_bodies_are_named_as_the_text_cites_them() -> None:
    assert name_source("ndrs-2026") == "National Disease Registration Service, 2026"
