"""Read the declarations: the England, its worlds, its pairs, its case mix, the planted faults."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rareaccess.core.errors import UserError

__all__ = [
    "Declared",
    "list_events",
    "load_boards",
    "load_casemix",
    "load_costs",
    "load_england",
    "load_expectations",
    "load_faults",
    "load_pair",
    "load_population",
    "load_provenance",
    "load_world",
    "world_names",
]

Declared = dict[str, Any]  # what a YAML file declares, by its keys
HERE = Path(__file__).parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the quick one where it is built


@cache
def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)


def load_england() -> Declared:
    """Return the declaration of the England: regions, centres, background, recording.

    Examples
    --------
    >>> sum(region["lsoas"] for region in load_england()["regions"])
    32844
    """
    return _read(HERE / "england.yml")


def load_casemix() -> Declared:
    """Return why people are admitted, where they are seen, and what else they have."""
    return _read(HERE / "casemix.yml")


def load_faults() -> list[Declared]:
    """Return the planted faults in order: name, table, unit, rule, definition.

    Examples
    --------
    >>> load_faults()[0]["name"]
    'duplicate_applications'
    """
    return _read(HERE / "faults.yml")["faults"]


def load_provenance() -> Declared:
    """Return which marginals determine what the book shows: by name, a list, or a list a part."""
    return _read(HERE / "provenance.yml")


def load_boards() -> Declared:
    """Return the integrated care boards: areas by fifth of deprivation, place, whether by the sea.

    Examples
    --------
    >>> sum(sum(board["areas"]) for board in load_boards().values())
    32844
    """
    return _read(HERE / "boards.yml")


def load_costs() -> Declared:
    """Return what a hospital contact costs, and the list price of each drug of each pair."""
    return _read(HERE / "costs.yml")


def load_expectations() -> Declared:
    """Return what others expected: people treated, and shares of the need by region."""
    return _read(HERE / "expectations.yml")


def load_population() -> Declared:
    """Return the general population by age, sex, ethnic category and deprivation."""
    return _read(HERE / "population.yml")


def load_pair(name: str) -> Declared:
    """Return how one condition-drug pair is simulated: sizes, codes, uptake, forms, targets."""
    return _read(HERE / "pairs" / f"{name}.yml")


def list_events(pair: Declared) -> Declared:
    """Return the anchors and the controls of a pair by name: codes, rate and loading.

    Examples
    --------
    >>> list_events({"control": {"injury": {"codes": {"S626": 1.0}, "rate": 0.05}}})
    {'injury': {'codes': {'S626': 1.0}, 'rate': 0.05}}
    """
    return pair.get("anchors", {}) | pair.get("control", {})


def world_names() -> list[str]:
    """Return the names of the declared worlds.

    Examples
    --------
    >>> "published" in world_names()
    True
    """
    return sorted(path.stem for path in (HERE / "worlds").glob("*.yml"))


def load_world(name: str) -> Declared:
    """Return the true effects of one world.

    Raises
    ------
    UserError
        No world of that name is declared.
    """
    if name not in world_names():
        raise UserError(
            "No world of that name is declared.",
            where="--world",
            found=name,
            expected=", ".join(world_names()),
            mend="Choose one of these, or add NAME.yml to declarations/worlds in the generator.",
        )
    return _read(HERE / "worlds" / f"{name}.yml")
