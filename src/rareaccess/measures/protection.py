"""What this report protects, and what the attack on it found: rules, promises, loss by pair."""

import json
from typing import Any

import pandas as pd

from rareaccess.core.paths import build_root
from rareaccess.disclosure import Count, Plain, Shown, find_profile, fmt, percent
from rareaccess.measures.comparison.rows import name_pair
from rareaccess.study import Studies

__all__ = ["list_rules", "tell_attack", "tell_loss"]

PROMISES = {
    "none": "Nothing",
    "three": "A small count keeps at least three candidates",
    "full": "Nobody can tell more of a small count than the rule itself says",
}
NOT_MADE = "The profile promises nothing that could be broken, so no attack was made"
NO_LOSS = "No count is hidden to protect another."


def list_rules(studies: Studies) -> pd.DataFrame:
    """Return the profiles that the settings name, each with its rule and its promise.

    Returns
    -------
    pandas.DataFrame
        One row a profile: `profile`, `rule`, `promise`.
    """
    profiles = [find_profile(name) for name in dict.fromkeys(studies.report.list_profiles())]
    return pd.DataFrame(
        [(one.name, one.label, PROMISES[one.promise]) for one in profiles],
        columns=["profile", "rule", "promise"],
    )


def _read(studies: Studies) -> dict[str, Any]:
    path = build_root() / "attack" / f"{studies.source}.json"
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    controls = any(find_profile(name).controls for name in studies.report.list_profiles())
    return held if controls else {}


def _count(cells: int) -> Count:
    """Return a count of cells, which no record bears."""
    return Count(cells).from_origin(frozenset())


def tell_attack(studies: Studies) -> Shown:
    """Return what the attack found in a sentence; counts of cells are of nobody."""
    held = _read(studies)
    if not held:
        return Shown(NOT_MADE)
    numbers = {name: fmt.n(Plain(held[name])) for name in ("protected", "withheld", "facts")}
    every = _count(held["shown"] + held["withheld"])
    return fmt.fill(
        "Of {protected} small counts none could be told beyond what is promised, with {facts} "
        "facts of what adds up to what; for that, {withheld} of {every} counts ({share}) are "
        "hidden besides",
        every=every, share=percent(_count(held["withheld"]), every), **numbers,
    )  # fmt: skip


def tell_loss(studies: Studies) -> Shown:
    """Return how many counts of each pair are hidden to protect others, as a list."""
    held = _read(studies)
    lines = []
    for pair, study in studies.studies.items() if held else ():
        found = held["pairs"].get(pair)
        if found:
            every = _count(found["shown"] + found["withheld"])
            lines.append(
                fmt.fill(
                    "- {name}: {withheld} of {every} counts ({share})",
                    name=Plain(name_pair(study)), withheld=_count(found["withheld"]), every=every,
                    share=percent(_count(found["withheld"]), every),
                )
            )  # fmt: skip
    return Shown("\n".join(lines) or NO_LOSS)
