"""The pipeline on the further pairs of the sample: faults and numbers come out exactly."""

import json
from pathlib import Path

import pandas as pd
import pytest

from rareaccess.describe import summarise_values
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.marts import MARTS, read_mart
from rareaccess.params import load_pair
from rareaccess.paths import project_root
from rareaccess.prepare import prepare

SAMPLE = project_root() / "data-synthetic" / "sample"
PAIRS = [
    "anca-avacopan",
    "hlh-anakinra",
    "sickle-cell-crizanlizumab",
    "severe-asthma-biologics",
    "waldenstrom-ibrutinib",
]


@pytest.fixture(scope="module")
def build(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    prepare("sample", PAIRS, build=folder)
    return folder / "marts" / "sample"


@pytest.mark.parametrize("pair", PAIRS)
def test_each_planted_fault_is_counted_exactly(build, pair) -> None:
    manifest = json.loads((SAMPLE / "manifest.json").read_text())
    planted = {fault["name"]: fault["n"] for fault in manifest["faults"][pair]}
    found = read_mart("quality", build / pair).set_index("check")["n"].to_dict()
    assert found == planted


def test_the_contracts_count_the_planted_dates_of_all_pairs_exactly(build) -> None:
    """The one planted fault that breaks a rule of whole tables; the table is that of every pair."""
    faults = json.loads((SAMPLE / "manifest.json").read_text())["faults"]
    planted = sum(f["n"] for own in faults.values() for f in own
                  if f["name"] == "impossible_start_date")  # fmt: skip
    first, *others = (read_mart("contracts", build / pair) for pair in PAIRS)
    broken = first.dropna(subset=["rule"]).set_index("rule")
    assert broken["n"].to_dict() == {"blueteq_applications.planned_start_date.possible": planted}
    assert broken["severity"].tolist() == ["warning"] and planted > 0
    assert first["table"].is_unique and first["rows"].gt(0).all()
    assert all(first.equals(other) for other in others)


@pytest.mark.parametrize("pair", PAIRS)
def test_every_number_is_the_expected_one(build, pair) -> None:
    marts = {name: read_mart(name, build / pair) for name in MARTS}
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(load_pair(pair)))
    activity = marts["activity"][marts["activity"]["treated"]]["total"]
    values = {"travel": marts["travel"]["minutes"], "activity": activity[activity > 0]}
    summary = summarise_values(values).set_index("group")
    boxes = ("treated", "cohort", "not_known_treated", "rescued", "found_by_code")
    found = {name: ledger.count(name) for name in boxes}
    found["activity_excluded"] = (activity == 0).sum()
    for measure in values:
        found |= {f"{measure}_{name}": summary.loc[measure, name] for name in summary}
    expected = pd.read_csv(SAMPLE / "expected.csv", dtype=str)
    expected = expected[expected["pair"] == pair].set_index("id")["value"]
    shared = sorted(set(found) & set(expected.index))
    assert len(shared) >= 18
    far = {n: (found[n], expected[n]) for n in shared if abs(found[n] - float(expected[n])) > 1e-6}
    assert not far


@pytest.mark.parametrize("pair", PAIRS)
def test_the_settings_name_what_the_generator_declares(pair) -> None:
    from synthetic_england.declarations import load_pair as load_declared

    settings, declared = load_pair(pair), load_declared(pair)
    own = set(declared["condition"]["codes"])
    assert all(code.startswith(settings.condition.icd10.narrow) for code in own)
    assert list(settings.condition.specialties) == list(declared["condition"]["specialties"])
    assert set(settings.drug.names) == set(declared["analysis"]["names"])
    assert set(settings.drug.misspellings) == set(declared["analysis"]["misspellings"])
    assert list(settings.drug.form_codes) == declared["forms"]["codes"]
    assert settings.drug.indication.casefold() == declared["analysis"]["indication"]
    assert settings.windows.approval_date == declared["treatment"]["approved"]
    assert settings.centres.service == declared["centres"]["service"]
    assert settings.centres.expected == sum(declared["centres"]["by_region"].values())
    assert (settings.severity is None) == ("severity" not in declared)
