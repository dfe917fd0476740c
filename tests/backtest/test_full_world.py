"""The full world: every published number, and every expected number and fault of every pair."""

from pathlib import Path

import pytest

from pair_numbers import far_numbers, found_faults, planted_faults
from rareaccess.core.paths import project_root
from rareaccess.measures import reproduction
from rareaccess.params import load_report

pytestmark = pytest.mark.full
PAIR = "sle-belimumab"
WORLD = project_root() / "data-synthetic" / "full"
every_pair = pytest.mark.parametrize(
    "pair",
    [name if name == PAIR else pytest.param(name, marks=pytest.mark.long)
     for name in load_report().pairs],
)  # fmt: skip


@pytest.fixture
def marts(request: pytest.FixtureRequest, pair: str) -> Path:
    """The folder of a pair's marts: every pair is prepared when one but the first is asked for."""
    project = request.getfixturevalue("full_project" if pair == PAIR else "full_marts")
    return project / "build" / "marts" / "synthetic" / pair


def test_every_published_number_is_reproduced(full_project):
    folder = full_project / "build" / "results" / "synthetic" / PAIR
    comparison = reproduction.compare(
        reproduction.load_published(), reproduction.load_computed(folder)
    )
    assert len(comparison) >= 25
    wrong = comparison[~comparison["ok"]]
    assert wrong.empty, wrong[["id", "published", "computed"]].to_string()


@every_pair
def test_the_planted_faults_are_counted_exactly(marts, pair):
    planted = planted_faults(WORLD, pair)
    found = found_faults(marts)
    assert {name: found[name] for name in planted} == planted
    asked = {name for name in planted if not name.startswith("severity_")}
    assert all(planted[name] > 0 for name in asked) and len(asked) >= 15


@every_pair
def test_every_number_is_the_expected_one(marts, pair):
    assert not far_numbers(WORLD, marts, pair)
