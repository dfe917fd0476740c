"""Between two releases: a reader of both subtracts, and what that tells."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure.attack.between import find_facts
from rareaccess.disclosure.attack.quantities import collect
from rareaccess.disclosure.profiles import PROFILES
from rareaccess.pipeline.releases import (
    find_changes,
    find_few,
    find_quantities,
    keep_release,
    list_cells,
    read_release,
)
from small_reports import Small, build_books


def make(profile: str, n: int) -> Small:
    return Small(profile).population("all", 2_000).frame("part", "all", {"a": n, "b": 2})


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_a_few_who_came_are_found_where_counts_are_exact(tmp_path, people: int) -> None:
    keep_release(build_books(make("ndrs", 920)), tmp_path / "last.parquet")
    now = build_books(make("ndrs", 920 + people))
    last = read_release(tmp_path / "last.parquet")
    (change,) = find_changes(last, now, PROFILES)
    assert (change.least, change.most, change.cell[4]) == (people, people, "a")
    numbers, _ = find_facts(collect(now))
    assert [numbers[one].true for one in find_quantities([change], now, numbers)] == [920 + people]


def test_five_or_nobody_are_no_few(tmp_path) -> None:
    keep_release(build_books(make("ndrs", 925)), tmp_path / "last.parquet")
    last = read_release(tmp_path / "last.parquet")
    for now in (920, 925):
        assert not find_changes(last, build_books(make("ndrs", now)), PROFILES)


def test_without_a_promise_and_with_rounding_nothing_is_told() -> None:
    assert find_few(PROFILES["ndrs"], 922, 924) == (2, 2)
    assert find_few(PROFILES["national-hes"], 922, 924) is None
    for name in ("subnational-hes", "opensafely", "keyed-5"):
        rule = PROFILES[name]
        for now, before in ((rule.round(922), rule.round(924)), (rule.round(925), rule.round(931))):
            assert find_few(rule, now, before) is None


def test_nothing_hidden_is_kept(tmp_path) -> None:
    assert keep_release(build_books(make("ndrs", 920)), tmp_path / "last.parquet") == 1
    kept = pd.read_parquet(tmp_path / "last.parquet")
    assert kept["shown"].dropna().tolist() == [920]
    assert len(list_cells(build_books(make("ndrs", 920)))) == 2


def test_a_file_of_something_else_is_refused(tmp_path) -> None:
    pd.DataFrame({"n": [1]}).to_parquet(tmp_path / "other.parquet")
    for path in ("other.parquet", "none.parquet"):
        with pytest.raises(UserError, match="last release"):
            read_release(tmp_path / path)
