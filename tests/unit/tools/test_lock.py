"""pyproject.toml, requirements*.txt and environment.yml name the same packages and ranges."""

import re

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from rareaccess.core.paths import project_root
from rareaccess.pipeline.doctor import load_pins
from tools.lock import (
    CONDA_NAMES,
    DEV,
    FROM_PIP,
    PREPARE,
    SPARK,
    build_environment,
    load_dependencies,
    load_dev,
    load_prepare,
    load_spark,
)

REQUIREMENTS = (project_root() / "requirements.txt").read_text()
PINS = load_pins(REQUIREMENTS)
REQUIREMENTS_DEV = (project_root() / DEV).read_text()
PINS_DEV = load_pins(REQUIREMENTS_DEV)
REQUIREMENTS_SPARK = (project_root() / SPARK).read_text()
PINS_SPARK = load_pins(REQUIREMENTS_SPARK)
REQUIREMENTS_PREPARE = (project_root() / PREPARE).read_text()


@pytest.mark.parametrize(("name", "spec"), load_dependencies().items())
def test_each_pin_lies_in_the_declared_range(name, spec):
    assert Version(PINS[name]) in SpecifierSet(spec)


def test_development_is_pinned_apart_and_changes_no_other_pin():
    """A secure environment installs requirements.txt alone; the rest goes on top of it."""
    for name, spec in load_dev().items():
        assert Version(PINS_DEV[name]) in SpecifierSet(spec)
        assert name not in load_dependencies()
    assert {name: PINS.get(name, pin) for name, pin in PINS_DEV.items()} == PINS_DEV
    tools = {"hypothesis", "import-linter", "mypy", "nbval", "pre-commit", "pytest", "ruff"}
    assert tools <= set(PINS_DEV)
    assert not tools & set(PINS)


def test_extras_keep_their_names():
    """Older pip looks for the hash of `coverage[toml]`, which pytest-cov asks for, by that name."""
    assert re.search(r"^coverage\[toml\]==", REQUIREMENTS_DEV, re.MULTILINE)


def test_spark_is_pinned_in_its_range_and_changes_no_other_pin():
    """It is installed after requirements.txt, into the same environment."""
    for name, spec in load_spark().items():
        assert Version(PINS_SPARK[name]) in SpecifierSet(spec)
        assert name not in PINS
    assert {name: PINS.get(name, pin) for name, pin in PINS_SPARK.items()} == PINS_SPARK


def test_preparing_needs_nothing_that_a_platform_has_of_its_own():
    """F9: pandas, numpy, pyarrow and jupyter of Databricks stay as they are."""
    pins, run = load_pins(REQUIREMENTS_PREPARE), load_dependencies()
    assert load_prepare() == {name: run[name] for name in load_prepare()}
    assert {name: PINS.get(name) for name in pins} == pins
    assert not {"pandas", "numpy", "pyarrow", "jupyter", "ipykernel", "pyspark"} & set(pins)


def test_environment_names_the_same_packages_and_ranges():
    environment = yaml.safe_load((project_root() / "environment.yml").read_text())
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    nested = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    conda = dict(re.fullmatch(r"([A-Za-z0-9._-]+) ?(.*)", entry).groups() for entry in plain)
    assert {name: conda.pop(name) for name in ("python", "quarto", "pip")} == {
        "python": "=3.12", "quarto": "=1.*", "pip": "",
    }  # fmt: skip
    assert nested.pop() == "--editable ."
    from_pip = dict(re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", entry).groups() for entry in nested)
    assert set(from_pip) == set(FROM_PIP)
    known_as = {conda_name: name for name, conda_name in CONDA_NAMES.items()}
    found = {known_as.get(name, name): spec for name, spec in conda.items()} | from_pip
    assert found == load_dependencies()


def test_environment_copies_no_exact_version_of_the_requirements():
    """Each pin is of another index; conda-forge may not have it."""
    declared = {name: spec for name, spec in load_dependencies().items() if "==" not in spec}
    text = (project_root() / "environment.yml").read_text()
    assert [name for name in declared if re.search(rf"- {name} ?==", text)] == []


def test_environment_is_what_the_lock_makes():
    assert (project_root() / "environment.yml").read_text() == build_environment()


@pytest.mark.parametrize(
    ("text", "least"),
    [
        (REQUIREMENTS, 100),
        (REQUIREMENTS_DEV, 20),
        (REQUIREMENTS_SPARK, 2),
        (REQUIREMENTS_PREPARE, 5),
    ],
)
def test_every_requirement_is_exact_and_hashed_and_names_no_index(text, least):
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.partition("\n")[2])
    assert len(entries) >= least
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^]]*\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert not re.search(r"https?://|--index|--extra-index|--find-links", text)
