"""Disclosure control: what may leave the secure environment, decided on frames, before use.

A frame of results becomes a `Released` frame by `protect_counts` or `protect_statistics`.
Tables, figures, sentences and files take nothing else. A hidden cell is hidden by type: it is
never 0, 5 or any other number that could be taken for a value.
"""

from rareaccess.disclosure.profiles import (
    PROFILES,
    Hidden,
    Profile,
    find_profile,
    percent,
    protect_count,
)
from rareaccess.disclosure.protect import STATISTICS, protect_counts, protect_statistics
from rareaccess.disclosure.released import Notes, Released, check_released

__all__ = [
    "PROFILES",
    "STATISTICS",
    "Hidden",
    "Notes",
    "Profile",
    "Released",
    "check_released",
    "find_profile",
    "percent",
    "protect_count",
    "protect_counts",
    "protect_statistics",
]
