"""An ICD-10 code that does not exist is refused by name; every shipped one exists."""

import pandas as pd
import pytest

import tiny_project
from rareaccess.contracts.icd10 import (
    NOT_IN_HES,
    dot_code,
    has_prefix,
    is_code,
    resolve_codes,
)
from rareaccess.core.paths import project_root
from rareaccess.derive.hospital.comorbidity import all_prefixes
from rareaccess.disclosure import fmt
from rareaccess.params import ParamsError, list_pairs, load_pair, parse_pair
from rareaccess.params.unknown_codes import list_unused_codes
from rareaccess.pipeline import steps
from rareaccess.sources.engine import open_engine

SLUG = "sle-belimumab"
TEXT = (project_root() / f"params/pairs/{SLUG}.yml").read_text(encoding="utf-8")
NARROW = "narrow: [M321, M328, M329]"
EXCLUDE = "exclude: [M321, M328, M329]"


@pytest.mark.parametrize(
    ("code", "exists"),
    [
        ("M32", True),
        ("M321", True),
        ("D573", True),
        ("J46X", True),  # HES fills up categories without a fourth character
        ("I10X", True),
        ("W190", True),  # the fourth digit of an external cause is the place
        ("U071", True),
        ("M327", False),
        ("M32X", False),
        ("J461", False),
        ("M42A", False),
        ("J48", False),
        ("U99", False),
        ("W261", True),  # places of occurrence, not the WHO's fourth characters
        ("X592", True),
        ("Y061", True),
        ("Y063", False),  # no place there
        ("Y341", True),
        ("Y951", False),
        ("K580", True),
        ("G564", True),
        ("B59X", True),
        ("R17X", True),
        ("U069", True),
        ("U061", False),
    ],
)
def test_codes_that_exist(code: str, exists: bool) -> None:
    assert is_code(code) is exists


def test_a_code_is_printed_in_one_way() -> None:
    assert fmt.codes(["J46X", "M321"]) == "J46 and M32.1" == f"{dot_code('J46X')} and M32.1"


@pytest.mark.slow
@pytest.mark.parametrize("prefixes", [["M32"], ["M321", "J"], ["J46X"], []])
def test_a_prefix_is_asked_for_alike_of_one_code_of_some_and_in_an_engine(prefixes) -> None:
    codes = ["M32", "M320", "M321", "M3210", "J46X", "J46", "m321", "XM32"]
    found = sorted(code for code in codes if has_prefix(code, prefixes))
    assert resolve_codes(codes, prefixes) == found
    with open_engine() as engine:
        frame = engine.stage(pd.DataFrame({"code": [*codes, None]}))
        there = engine.collect(frame.where(engine.starts_with("code", prefixes)))
    assert sorted(there["code"]) == found


@pytest.mark.parametrize("slug", list_pairs())
def test_every_code_of_the_shipped_pairs_exists(slug: str) -> None:
    assert load_pair(slug, codes=True) == load_pair(slug)


def test_every_code_of_the_charlson_index_exists() -> None:
    assert [prefix for prefix in all_prefixes() if not is_code(prefix)] == []


@pytest.mark.parametrize(
    ("old", "new", "key", "found", "expected", "mend"),
    [
        (NARROW, "narrow: [M321, M328, M329, M327]", "condition.icd10.narrow[4]",
         "M327, which ICD-10", "such as M320, M321, M328, M329", "did you mean M32"),
        ("orphan: []", "orphan: [J48]", "condition.icd10.orphan[1]", "J48, which", "J46, J47",
         "did you mean J4"),
        ("broad: [M32]", "broad: [M32, M42A]", "condition.icd10.broad[2]", "M42A", "M420, M421",
         "condition.icd10.confirmed"),
    ],
)  # fmt: skip
def test_a_code_that_does_not_exist_is_named(old, new, key, found, expected, mend) -> None:
    text = TEXT.replace(old, new, 1)
    assert parse_pair(text, SLUG)  # its form is right, and the list is not looked at
    with pytest.raises(ParamsError) as caught:
        parse_pair(text, SLUG, codes=True)
    faults = {fault.key: fault for fault in caught.value.faults}
    assert found in faults[key].found
    assert expected in faults[key].expected
    assert mend in faults[key].mend
    assert faults[key].line and faults[key].example


def test_a_code_that_hes_does_not_use_is_warned_of_and_not_refused() -> None:
    text = TEXT.replace("orphan: []", "orphan: [K581, U109, K580]")
    pair = parse_pair(text, SLUG, codes=True)
    first, second = list_unused_codes(pair)
    assert "key condition.icd10.orphan: HES does not use K581" in first
    assert "HES codes K580 or K589" in first and "U075" in second
    text = text.replace("U109, K580]", "U109, K580]\n    confirmed: [K581, U109]")
    assert list_unused_codes(parse_pair(text, SLUG, codes=True)) == []


def test_what_hes_does_not_use_has_a_code_that_it_uses() -> None:
    for code, instead in NOT_IN_HES.items():
        assert not is_code(code), code
        assert all(is_code(one) for one in instead.split(" or ")), instead


@pytest.mark.long
def test_check_prints_the_warning(tmp_path, monkeypatch) -> None:
    home = tiny_project.make(tmp_path, monkeypatch)
    settings = home / "params" / "pairs" / f"{SLUG}.yml"
    assert "HES does not use" not in steps.check("tiny", [SLUG])
    tiny_project.edit(settings, lambda text: text.replace("orphan: []", "orphan: [K581]"))
    assert "warning: params/pairs/sle-belimumab.yml, key condition" in steps.check("tiny", [SLUG])


def test_other_faults_are_told_beside_it() -> None:
    text = TEXT.replace(NARROW, "narrow: [M321, M327]").replace("threshold: 10", "treshold: 10")
    with pytest.raises(ParamsError) as caught:
        parse_pair(text, SLUG, codes=True)
    assert {"condition.icd10.narrow[2]", "severity.treshold"} <= {
        f.key for f in caught.value.faults
    }


def test_a_code_of_an_earlier_edition_can_be_confirmed() -> None:
    """I84, haemorrhoids, was a category of the 4th edition; K64 took its place in the 5th."""
    old = TEXT.replace("orphan: []", "orphan: [I84]")
    with pytest.raises(ParamsError, match="I84, which ICD-10"):
        parse_pair(old, SLUG, codes=True)
    pair = parse_pair(old.replace("[I84]", "[I84]\n    confirmed: [I84]"), SLUG, codes=True)
    assert pair.condition.icd10.orphan == ("I84",)
    assert "I84" in pair.condition.icd10.every
    with pytest.raises(ParamsError, match="is in no list"):
        parse_pair(TEXT.replace("orphan: []", "confirmed: [I84]"), SLUG, codes=True)
