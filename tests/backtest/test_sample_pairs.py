"""The pipeline on the further pairs of the sample: faults and numbers come out exactly."""

from pathlib import Path

import pytest

from pair_numbers import far_numbers, found_faults, planted_faults
from rareaccess.core.paths import project_root
from rareaccess.marts import read_mart
from rareaccess.params import load_pair
from whole_project import EACH_KIND

SAMPLE = project_root() / "data-synthetic" / "sample"
PAIRS = [
    "anca-avacopan",
    "hlh-anakinra",
    "sickle-cell-crizanlizumab",
    "severe-asthma-biologics",
    "waldenstrom-ibrutinib",
]
each_prepared = pytest.mark.parametrize(
    "pair",
    [pair if pair in EACH_KIND else pytest.param(pair, marks=pytest.mark.long) for pair in PAIRS],
)


@pytest.fixture(scope="module")
def build(sample_marts: Path) -> Path:
    return sample_marts / "build" / "marts" / "sample"


@each_prepared
def test_each_planted_fault_is_counted_exactly(build, pair) -> None:
    assert found_faults(build / pair) == planted_faults(SAMPLE, pair)


def test_the_contracts_count_the_planted_dates_of_all_pairs_exactly(build) -> None:
    """The one planted fault that breaks a rule of whole tables; the table is that of every pair."""
    every = ["sle-belimumab", *PAIRS]
    planted = sum(planted_faults(SAMPLE, pair)["impossible_start_date"] for pair in every)
    first, *others = (read_mart("contracts", folder) for folder in sorted(build.iterdir()))
    broken = first.dropna(subset=["rule"]).set_index("rule")
    assert broken["n"].to_dict() == {"blueteq_applications.planned_start_date.possible": planted}
    assert broken["severity"].tolist() == ["warning"] and planted > 0
    assert first["table"].is_unique and first["rows"].gt(0).all()
    assert len(others) >= 2 and all(first.equals(other) for other in others)


@each_prepared
def test_every_number_is_the_expected_one(build, pair) -> None:
    assert not far_numbers(SAMPLE, build / pair, pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_the_settings_name_what_the_generator_declares(pair) -> None:
    from synthetic_england.declarations.load import load_pair as load_declared

    settings, declared = load_pair(pair), load_declared(pair)
    own = set(declared["condition"]["codes"])
    assert all(code.startswith(settings.condition.icd10.narrow) for code in own)
    assert list(settings.condition.specialties) == list(declared["condition"]["specialties"])
    assert set(settings.drug.every_name) == set(declared["analysis"]["names"])
    assert set(settings.drug.every_misspelling) == set(declared["analysis"]["misspellings"])
    assert list(settings.drug.form_codes) == declared["forms"]["codes"]
    shared = declared["forms"].get("shared")
    assert list(settings.drug.shared_form_codes) == ([shared["form"]] if shared else [])
    assert settings.drug.indication.casefold() == declared["analysis"]["indication"]
    assert settings.windows.approval_date == declared["treatment"]["approved"]
    assert settings.centres.service == declared["centres"]["service"]
    assert settings.centres.expected == sum(declared["centres"]["by_region"].values())
    assert (settings.severity is None) == ("severity" not in declared)
