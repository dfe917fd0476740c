"""What a profile says of a count, and which of them the settings give to a table."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rareaccess.core.errors import UserError
from rareaccess.disclosure import PROFILES, Hidden, choose_profile, protect_count
from rareaccess.params import ReportParams, load_report
from rareaccess.params.section import FrozenDict

SECTION = FrozenDict(
    {
        "default": "national-hes",
        "boards": "opensafely",
        "regions": "keyed-5",
        "notebooks": FrozenDict({"06-equity": "ndrs"}),
    }
)


def settings(disclosure: object, key: str | None = None) -> ReportParams:
    return load_report().model_copy(update={"disclosure": disclosure, "rounding_key": key})


@pytest.mark.parametrize(
    ("notebook", "area", "name"),
    [
        ("02-uptake", "", "national-hes"),
        ("06-equity", "", "ndrs"),
        ("06-equity", "boards", "opensafely"),
        ("06-equity", "trusts", "ndrs"),
        ("02-uptake", "boards", "opensafely"),
        ("02-uptake", "trusts", "national-hes"),
    ],
)
def test_the_area_comes_before_the_notebook_and_both_before_the_default(
    notebook: str, area: str, name: str
) -> None:
    assert choose_profile(settings(SECTION), notebook=notebook, area=area) == PROFILES[name]


def test_one_profile_is_that_of_every_table() -> None:
    one = settings("ndrs")
    assert {choose_profile(one, notebook="06-equity", area=area).name
            for area in ("", "boards", "regions", "trusts")} == {"ndrs"}  # fmt: skip


def test_an_unknown_kind_of_area_is_refused() -> None:
    with pytest.raises(UserError, match="no kind of area") as caught:
        choose_profile(settings("ndrs"), area="wards")
    assert caught.value.found == "wards" and "boards" in caught.value.expected


def test_a_keyed_profile_has_the_key_of_the_settings_and_never_prints_it() -> None:
    rules = [choose_profile(settings("keyed-5", key)) for key in ("a-long-secret", "another-one-")]
    assert [rule.key for rule in rules] == ["a-long-secret", "another-one-"]
    shown = [[protect_count(n, profile=rule) for n in range(40)] for rule in rules]
    assert shown[0] != shown[1], "the key decides which way a count goes"
    assert "a-long-secret" not in repr(rules[0])
    assert choose_profile(settings(SECTION, "a-long-secret"), area="regions").key


@given(st.integers(0, 3000), st.sampled_from(sorted(PROFILES)))
def test_what_is_shown_of_a_count_is_an_interval_that_holds_it(count: int, name: str) -> None:
    rule, value = PROFILES[name], protect_count(count, profile=name)
    low, high = rule.find_interval(None if isinstance(value, Hidden) else value.value)
    assert low <= count <= high
    if rule.protects(count):
        least, most = rule.find_promised(count)
        assert least <= count <= most < math.inf
        assert rule.promise in ("three", "full") and most - least >= 2


def test_every_profile_that_controls_promises_something() -> None:
    assert {rule.name for rule in PROFILES.values() if rule.promise == "none"} == {
        rule.name for rule in PROFILES.values() if not rule.controls
    }
