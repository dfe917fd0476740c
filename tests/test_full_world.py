"""Back-test: every published number, recomputed from the records of the full world."""

import json

import pandas as pd
import pytest

from rareaccess import backtest
from rareaccess.paths import project_root

pytestmark = pytest.mark.full
PAIR = "sle-belimumab"


def test_every_published_number_is_reproduced(full_project):
    folder = full_project / "build" / "results" / "synthetic" / PAIR
    comparison = backtest.compare(backtest.load_published(), backtest.load_computed(folder))
    assert len(comparison) >= 25
    wrong = comparison[~comparison["ok"]]
    assert wrong.empty, wrong[["id", "published", "computed"]].to_string()


def test_the_planted_faults_are_counted_exactly(full_project):
    manifest = project_root() / "data-synthetic" / "full" / "manifest.json"
    planted = {
        fault["name"]: fault["n"] for fault in json.loads(manifest.read_text())["faults"][PAIR]
    }
    marts = full_project / "build" / "marts" / "synthetic" / PAIR
    found = pd.read_parquet(marts / "quality.parquet").set_index("check")["n"]
    assert {name: int(found[name]) for name in planted} == planted
    assert min(planted.values()) > 0
