"""The rules of disclosure control for one count."""

from dataclasses import dataclass

from rareaccess.core.errors import UserError
from rareaccess.disclosure.values import Count, Hidden

__all__ = ["PROFILES", "Profile", "find_profile", "protect_count"]


@dataclass(frozen=True)
class Profile:
    """Rule for counts: hide those from `hide_from` to `hide_to`, round the rest to `round_to`.

    One that `guards` also keeps single people out of tables of personal characteristics.
    """

    name: str
    hide_from: int = 0
    hide_to: int = -1
    round_to: int = 1
    label: str = ""
    guards: bool = True

    @property
    def controls(self) -> bool:
        """Whether the profile changes anything at all."""
        return self.hide_to >= self.hide_from or self.round_to > 1

    def hides(self, count: int) -> bool:
        """Whether a count is hidden."""
        return self.hide_from <= count <= self.hide_to

    def round(self, count: int) -> int:
        """Round a count to the nearest multiple of `round_to`, halves up."""
        return int((count + self.round_to / 2) // self.round_to * self.round_to)


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("national-hes", label="National counts, no control"),
        Profile("internal", label="Not disclosure checked, for internal use", guards=False),
        Profile("subnational-hes", 1, 7, 5, "0 shown, 1 to 7 hidden, the rest rounded to 5"),
        Profile("ndrs", 0, 4, 1, "Fewer than 5 hidden"),
        Profile("opensafely", 0, 7, 5, "7 or fewer hidden, the rest rounded to 5"),
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


def protect_count(value: int, *, profile: str | Profile) -> Count | Hidden:
    """Return one count as it may be shown: the count, rounded, or `Hidden`.

    Examples
    --------
    >>> [protect_count(count, profile="subnational-hes") for count in (0, 1, 7, 8, 13)]
    [Count(0), [c], [c], Count(10), Count(15)]
    """
    rule = find_profile(profile)
    return Hidden() if rule.hides(int(value)) else Count(rule.round(int(value)))
