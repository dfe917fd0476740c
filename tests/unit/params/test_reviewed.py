"""Answers on typed names go into the pair's file, and nothing else in it changes."""

import pytest

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.params import list_pairs, parse_pair
from rareaccess.params.reviewed import add_reviewed

ACCEPTED = {"name": "as per mdt", "reason": "agreed with the trust: see the audit, of 2024"}
REJECTED = {"name": "delivery charge", "reason": "a charge"}


def read(slug: str) -> str:
    return (project_root() / f"params/pairs/{slug}.yml").read_text(encoding="utf-8")


def add(text: str, slug: str, accepted: list, rejected: list) -> str:
    return add_reviewed(text, slug, {"names_accepted": accepted, "names_rejected": rejected})


@pytest.mark.parametrize("slug", list_pairs())
def test_answers_are_added_twice_and_the_rest_of_the_file_stays(slug: str) -> None:
    text = read(slug)
    members = parse_pair(text, slug).drug.members
    own = {"member": members[0].name} if members else {}
    once = add(text, slug, [ACCEPTED | own], [REJECTED])
    twice = add(once, slug, [], [{"name": "test form", "reason": "no: a test"}])
    lines = text.splitlines()
    assert [line for line in twice.splitlines() if line in lines] == lines
    drug = parse_pair(twice, slug).drug
    assert [one.model_dump(exclude_none=True) for one in drug.names_accepted] == [ACCEPTED | own]
    assert [one.name for one in drug.names_rejected] == ["delivery charge", "test form"]
    assert drug.names_rejected[1].reason == "no: a test"


def test_without_answers_the_file_is_the_same() -> None:
    assert add(read("sle-belimumab"), "sle-belimumab", [], []) == read("sle-belimumab")


def test_a_list_on_one_line_is_not_added_to() -> None:
    text = read("sle-belimumab")
    here = "  indication: systemic lupus erythematosus\n"
    assert here in text
    text = text.replace(here, here + "  names_rejected: [{name: abc, reason: x}]\n")
    with pytest.raises(UserError):
        add(text, "sle-belimumab", [], [REJECTED])


def test_an_answer_that_the_settings_refuse_is_refused() -> None:
    once = add(read("sle-belimumab"), "sle-belimumab", [], [REJECTED])
    with pytest.raises(UserError, match="decided twice"):
        add(once, "sle-belimumab", [REJECTED], [])
