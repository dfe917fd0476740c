"""The rules of disclosure control for one count, and what each promises of the whole report."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from rareaccess.core.errors import UserError
from rareaccess.disclosure.values import Count, Hidden
from rareaccess.params import AREAS, ReportParams

__all__ = [
    "PROFILES",
    "Interval",
    "Profile",
    "choose_profile",
    "find_profile",
    "has_control",
    "protect_count",
]

Interval = tuple[int, float]
"""The least and the most that a count can be; the most may be infinite."""

Promise = Literal["none", "three", "full"]


@dataclass(frozen=True)
class Profile:
    """Rule for counts: hide those from `hide_from` to `hide_to`, round the rest.

    Parameters
    ----------
    hide_from, hide_to
        The counts that are hidden; none where the second is below the first.
    round_to
        What the others are rounded to: multiples of it, see `rounding`.
    rounding
        `nearest` multiple, halves up; `midpoint` of (0, r], (r, 2r] and so on, where 0 stays 0;
        `keyed`, up or down at random with the count as its mean, the same for the same count.
    promise
        What nobody can deduce of a small count from the whole report, whatever is added up:
        `three`, fewer than three candidates; `full`, anything more than the rule itself tells.
    guards
        Whether it also keeps single people out of tables of personal characteristics.
    key
        What nobody outside may know: it decides which way a `keyed` count goes.
    """

    name: str
    hide_from: int = 0
    hide_to: int = -1
    round_to: int = 1
    label: str = ""
    guards: bool = True
    promise: Promise = "none"
    rounding: Literal["nearest", "midpoint", "keyed"] = "nearest"
    key: str = field(default="", repr=False)

    @property
    def controls(self) -> bool:
        """Whether the profile changes anything at all."""
        return self.hide_to >= self.hide_from or self.round_to > 1

    def hides(self, count: int) -> bool:
        """Whether a count is hidden."""
        return self.hide_from <= count <= self.hide_to

    def round(self, count: int) -> int:
        """Round a count that is not hidden.

        Examples
        --------
        >>> [find_profile("midpoint-6").round(count) for count in (0, 1, 6, 7, 12, 13)]
        [0, 3, 3, 9, 9, 15]
        """
        return ROUNDINGS[self.rounding](int(count), self.round_to, self.key)

    def find_interval(self, shown: int | None) -> Interval:
        """Return what a count can be, as far as its own cell tells; None stands for hidden.

        One mark stands for small counts and for those that are hidden to protect them, so that a
        hidden count has no upper limit.

        Examples
        --------
        >>> subnational = find_profile("subnational-hes")
        >>> [subnational.find_interval(shown) for shown in (None, 0, 10, 15)]
        [(1, inf), (0, 0), (8, 12), (13, 17)]
        >>> find_profile("midpoint-6").find_interval(9), find_profile("ndrs").find_interval(9)
        ((7, 12), (9, 9))
        """
        if shown is None:
            return self.hide_from, math.inf
        low, high = INTERVALS[self.rounding](shown, self.round_to)
        if not self.hides(0) and self.rounding == "nearest" and shown == 0:
            return 0, min(high, self.hide_from - 1) if self.hide_to >= 0 else high
        return max(low, self.hide_to + 1 if shown else 0), high

    def protects(self, count: int) -> bool:
        """Whether the promise is about this count: one that is hidden, or the least but nought.

        Examples
        --------
        >>> [count for count in range(9) if find_profile("midpoint-6").protects(count)]
        [1, 2, 3, 4, 5, 6]
        """
        if self.promise == "none":
            return False
        if self.hide_to >= self.hide_from:
            return self.hides(count)
        return 1 <= count <= self.round_to

    def find_promised(self, count: int) -> Interval:
        """Return all that a protected count may be for the reader, the ends included.

        Examples
        --------
        >>> find_profile("subnational-hes").find_promised(2), find_profile("ndrs").find_promised(2)
        ((1, 7), (0, 4))
        """
        if self.hides(count):
            return self.hide_from, self.hide_to
        return self.find_interval(self.round(count))


def _round_nearest(count: int, to: int, _key: str) -> int:
    return (2 * count + to) // (2 * to) * to


def _round_midpoint(count: int, to: int, _key: str) -> int:
    return -(-count // to) * to - to // 2 if count else 0


def _round_keyed(count: int, to: int, key: str) -> int:
    """Up or down by a draw that count and key decide, so that a count is one number everywhere.

    A quantity on two pages cannot be averaged over two draws.
    """
    below, over = divmod(count, to)
    found = hashlib.sha256(f"{key}:{to}:{count}".encode()).digest()
    return (below + (int.from_bytes(found[:8]) / 2**64 < over / to)) * to


ROUNDINGS: dict[str, Callable[[int, int, str], int]] = {
    "nearest": _round_nearest,
    "midpoint": _round_midpoint,
    "keyed": _round_keyed,
}
INTERVALS: dict[str, Callable[[int, int], Interval]] = {
    "nearest": lambda shown, to: (max(0, shown - to // 2), shown + (to - 1) // 2),
    "midpoint": lambda shown, to: (shown - to // 2 + 1, shown + to // 2) if shown else (0, 0),
    "keyed": lambda shown, to: (max(0, shown - to + 1), shown + to - 1),
}

PROFILES = {
    profile.name: profile
    for profile in (
        Profile("national-hes", label="National counts, no control"),
        Profile("internal", label="Not disclosure checked, for internal use", guards=False),
        Profile(
            "subnational-hes",
            1,
            7,
            5,
            "0 shown, 1 to 7 hidden, the rest rounded to 5",
            promise="three",
        ),
        Profile("ndrs", 0, 4, 1, "Fewer than 5 hidden", promise="full"),
        Profile("opensafely", 0, 7, 5, "7 or fewer hidden, the rest rounded to 5", promise="full"),
        Profile(
            "midpoint-6",
            round_to=6,
            label="Rounded to midpoints of 6",
            promise="three",
            rounding="midpoint",
        ),
        Profile(
            "keyed-5",
            round_to=5,
            label="Rounded to 5, up or down at random",
            promise="three",
            rounding="keyed",
        ),
    )
}


def find_profile(name: str | Profile) -> Profile:
    """Return the disclosure profile of that name.

    Raises
    ------
    UserError
        There is no such profile.

    Examples
    --------
    >>> find_profile("subnational-hes").hide_to
    7
    """
    if isinstance(name, Profile):
        return name
    if name not in PROFILES:
        raise UserError(
            "There is no disclosure profile with that name.",
            "params/report.yml: disclosure",
            found=str(name),
            expected="one of " + ", ".join(PROFILES),
            mend="Correct the name in params/report.yml.",
        )
    return PROFILES[name]


def choose_profile(settings: ReportParams, *, notebook: str = "", area: str = "") -> Profile:
    """Return the profile that the settings give to a table, with its key if it is keyed.

    A rule of the area comes first, because a small area needs it whatever shows it; then that of
    the notebook, then the default.

    Parameters
    ----------
    settings
        Of the report: `disclosure` and `rounding_key`.
    notebook
        The name of the notebook that shows it, such as `06-equity`.
    area
        By which areas the table is divided: `regions`, `boards` or `trusts`; empty if by none.

    Raises
    ------
    UserError
        There is no such kind of area.

    Examples
    --------
    >>> from rareaccess.params import load_report
    >>> choose_profile(load_report(), area="boards").name
    'national-hes'
    """
    if area and area not in AREAS:
        raise UserError(
            "There is no kind of area with that name.",
            "release(area=…)",
            found=area,
            expected="one of " + ", ".join(AREAS),
        )
    chosen = settings.disclosure
    if not isinstance(chosen, str):
        own = chosen["notebooks"].get(notebook, chosen["default"])
        chosen = chosen.get(area, own)
    profile = find_profile(chosen)
    if profile.rounding == "keyed":
        profile = replace(profile, key=settings.rounding_key or "")
    return profile


def protect_count(value: int, *, profile: str | Profile) -> Count | Hidden:
    """Return one count as it may be shown: the count, rounded, or `Hidden`.

    Examples
    --------
    >>> [protect_count(count, profile="subnational-hes") for count in (0, 1, 7, 8, 13)]
    [Count(0), [c], [c], Count(10), Count(15)]
    """
    rule = find_profile(profile)
    return Hidden() if rule.hides(int(value)) else Count(rule.round(int(value)))


def has_control(settings: ReportParams) -> bool:
    """Whether any profile that the settings name controls anything.

    Examples
    --------
    >>> from rareaccess.params import load_report
    >>> has_control(load_report())
    False
    """
    return any(find_profile(name).controls for name in settings.list_profiles())
