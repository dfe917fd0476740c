"""Words that stand beside names of drugs, and names of other drugs, as in drug_words.yml."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["NEVER", "OTHER_DRUGS", "PLAIN", "list_fillers"]

FILE = Path(__file__).with_name("drug_words.yml")


@cache
def _load() -> dict[str, Any]:
    """Return the content of the file; every entry is a text."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def _join(kinds: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(entry for entries in kinds.values() for entry in entries)


def list_fillers() -> tuple[str, ...]:
    """Return the words and phrases that say nothing of which drug is meant.

    Examples
    --------
    >>> [entry in list_fillers() for entry in ("homecare", "free of charge", "charge")]
    [True, True, False]
    """
    return _join(_load()["fillers"])


PLAIN = frozenset(_join(_load()["plain"]))
"""Formulations, routes and schedules: left out of a typed name and of an audited one."""
NEVER = frozenset(_load()["never"])
"""Words that change the meaning, so that no pair may list them as fillers."""
OTHER_DRUGS = frozenset(_load()["other_drugs"])
"""Names and brands of other costly drugs."""
