"""The attack as a step: what it reads, what it refuses, what a repair writes for the next run."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure.sheets import drop_repairs, read_withheld, write_sheets
from rareaccess.params import load_report
from rareaccess.pipeline import attack as step
from small_reports import Small

PAIR = "sle-belimumab"
BY_SEX = {"female": 41, "male": 46, "unknown": 3}


@pytest.fixture
def build(tmp_path: Path, monkeypatch) -> Path:
    settings = load_report().model_copy(update={"disclosure": "ndrs"})
    monkeypatch.setattr(step, "build_root", lambda: tmp_path)
    monkeypatch.setattr(step, "load_report", lambda: settings)
    results = tmp_path / "results" / "tiny" / PAIR / "02-uptake.json"
    results.parent.mkdir(parents=True)
    results.write_text("{}")
    return tmp_path


def put(build: Path, small: Small) -> Path:
    path = build / "private" / "tiny" / PAIR / "02-uptake.json"
    write_sheets(path, small.sheets, small.sizes.values())
    return path


def leaky(hidden: list[int] | None = None) -> Small:
    small = Small("ndrs").population("treated", 90).frame("sex", "treated", BY_SEX)
    if hidden:
        small.sheets[0] = replace(small.sheets[0], hidden={"n": sorted([2, *hidden])})
    return small


def test_a_leak_stops_the_report_and_is_named_with_its_sum(build: Path) -> None:
    put(build, leaky())
    with pytest.raises(UserError) as told:
        step.attack_book("tiny", [PAIR])
    text = str(told.value)
    assert "1 of 1 protected" in text and f"{PAIR}/02-uptake/sex" in text
    assert "n of unknown" in text and "exactly" in text and "add up" in text
    assert " 3" not in text.split("Expected")[0].replace("(3", "")  # the count itself is not told


def test_a_repair_says_what_to_hide_and_is_stable(build: Path) -> None:
    path = put(build, leaky())
    found = step.attack_book("tiny", [PAIR], repair=True)
    assert (found.changed, found.known, found.withheld) == (True, 0, 1)
    held = read_withheld(path.with_suffix(".withheld.json"))
    ((label, turn, row, column),) = held["cells"]
    assert (label, turn, column) == ("sex", 0, "n") and row in (0, 1)
    put(build, leaky([row]))  # as the notebook releases it now
    again = step.attack_book("tiny", [PAIR], repair=True)
    assert (again.changed, again.withheld) == (False, 1)
    assert step.attack_book("tiny", [PAIR]).known == 0
    told = json.loads(step.told_path("tiny").read_text())
    assert told["withheld"] == 1 and told["pairs"][PAIR] == {
        "shown": 1, "protected": 1, "withheld": 1,
    }  # fmt: skip


def test_a_repair_is_forgotten_under_another_profile(build: Path) -> None:
    """What ndrs hides besides would stay hidden in a national book, where nothing is attacked."""
    path = put(build, leaky())
    step.attack_book("tiny", [PAIR], repair=True)
    held = path.with_suffix(".withheld.json")
    assert drop_repairs(build / "private" / "tiny", "ndrs") == 0
    assert held.exists()
    assert drop_repairs(build / "private" / "tiny", {"areas": "ndrs"}) == 1
    assert not held.exists()


def test_what_is_no_longer_needed_is_shown_again(build: Path) -> None:
    path = put(build, leaky([0]))
    path.with_suffix(".withheld.json").write_text('{"cells": [["sex", 0, 0, "n"]], "sizes": []}')
    small = leaky([0])
    small.sheets[0] = replace(small.sheets[0], dimension="a person in several")  # and part nothing
    put(build, small)
    assert step.attack_book("tiny", [PAIR], repair=True).changed
    assert not path.with_suffix(".withheld.json").exists()


def test_a_false_dimension_stops_the_report(build: Path) -> None:
    small = Small("ndrs").population("treated", 90)
    put(build, small.frame("time", "treated", {"a": 60, "b": 70}, whole="=treated"))
    with pytest.raises(UserError, match="says of its rows what its counts deny"):
        step.attack_book("tiny", [PAIR], repair=True)


def test_a_notebook_without_its_sheet_is_named(build: Path) -> None:
    with pytest.raises(UserError, match="not run under the present profile"):
        step.attack_book("tiny", [PAIR])


def test_without_control_nothing_is_attacked(build: Path, monkeypatch) -> None:
    put(build, leaky())
    monkeypatch.setattr(step, "load_report", load_report)
    assert str(step.attack_book("tiny", [PAIR])).startswith("skipped")


def test_few_who_came_since_the_last_release_stop_it_or_are_hidden(
    build: Path, monkeypatch
) -> None:
    before = Small("ndrs").population("all", 2_000).frame("part", "all", {"a": 920, "b": 1_080})
    put(build, before)
    assert step.keep_book("tiny", [PAIR], build / "last.parquet") == 2
    settings = step.load_report().model_copy(update={"last_release": "last.parquet"})
    monkeypatch.setattr(step, "load_report", lambda: settings)
    monkeypatch.setattr(step, "project_root", lambda: build)
    path = put(build, Small("ndrs").population("all", 2_002).frame(
        "part", "all", {"a": 922, "b": 1_080}))  # fmt: skip
    with pytest.raises(UserError, match="together tell of a few people"):
        step.attack_book("tiny", [PAIR])
    step.attack_book("tiny", [PAIR], repair=True)
    held = read_withheld(path.with_suffix(".withheld.json"))
    assert ("part", 0, 0, "n") in held["cells"]
