"""Disclosure control: what may leave the secure environment, decided on frames, before use.

A frame of results becomes a `Released` frame by `protect`, which notebooks call as `study.release`;
what holds nothing of any person is `Public`. Tables, figures, sentences and files take nothing
else. A value that is read from one is a token, which has no text: `fmt` makes it. A hidden cell is
hidden by type: it is never 0, 5 or any other number that could be taken for a value.
"""

from rareaccess.disclosure.values import (
    Count,
    Day,
    Hidden,
    Plain,
    Ratio,
    Share,
    Shown,
    Statistic,
    join_origins,
    percent,
)

# isort: split
from rareaccess.disclosure.population import Population, count_population
from rareaccess.disclosure.profiles import (
    PROFILES,
    Profile,
    choose_profile,
    find_profile,
    has_control,
    protect_count,
)
from rareaccess.disclosure.protect import STATISTICS, make_public, protect
from rareaccess.disclosure.provenance import Provenance, read_provenance
from rareaccess.disclosure.register import Register
from rareaccess.disclosure.released import Frame, Notes, Public, Released, check_released

__all__ = [
    "PROFILES",
    "STATISTICS",
    "Count",
    "Day",
    "Frame",
    "Hidden",
    "Notes",
    "Plain",
    "Population",
    "Profile",
    "Provenance",
    "Public",
    "Ratio",
    "Register",
    "Released",
    "Share",
    "Shown",
    "Statistic",
    "check_released",
    "choose_profile",
    "count_population",
    "find_profile",
    "has_control",
    "join_origins",
    "make_public",
    "percent",
    "protect",
    "protect_count",
    "read_provenance",
]
