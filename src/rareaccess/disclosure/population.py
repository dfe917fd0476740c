"""Who is counted: a population by name, unit and people, and the size that may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import fmt
from rareaccess.disclosure.profiles import Profile, protect_count
from rareaccess.disclosure.values import Count, Hidden, Shown

if TYPE_CHECKING:
    from rareaccess.disclosure.register import Register

__all__ = ["Population", "Rows", "count_population"]

PERSONS = ("people", "patients", "applications")  # an application is one person's
Rows = pd.DataFrame | pd.Series | pd.Index | int


@dataclass(frozen=True)
class Population:
    """Who is counted.

    Parameters
    ----------
    name
        In canonical words, the filters in their order: "treated, with any activity".
    unit
        What is counted: people, applications, records, organisations, statements.
    n
        The size as it may be shown; None where nobody can say it, as of a unit of many sources.
    one, many
        The noun of the unit in words, for what is printed below a table.
    ids
        The study ids, sorted; None where the unit is not people.
    parts
        Of several pairs, the population of each.
    open
        The size is public, as that of a list of centres, so that its counts pass as they are.
    profile
        The rule under which it was counted.
    size
        The true size, which is not shown.
    register
        Where its size is noted for our own attacker, and where a repair says that it is hidden.
    """

    name: str
    unit: str
    n: Count | Hidden | None
    one: str
    many: str
    profile: Profile = field(repr=False)
    size: int | None = field(default=None, repr=False, compare=False)
    ids: np.ndarray | None = field(default=None, repr=False, compare=False)
    parts: Mapping[str, "Population"] = field(default_factory=dict, repr=False, compare=False)
    open: bool = False
    register: "Register | None" = field(default=None, repr=False, compare=False)

    @property
    def words(self) -> Shown:
        """The size with its noun, as printed below a table."""
        return Shown("") if self.n is None else fmt.plural(self.n, self.one, self.many)

    def where(self, words: str, rows: Rows, one: str = "", many: str = "") -> "Population":
        """Return the part of it that a filter leaves, the filter in words.

        Raises
        ------
        UserError
            Somebody in `rows` is not of this population.
        """
        part = count_population(
            f"{self.name}, {words}", rows, unit=self.unit, profile=self.profile,
            one=one or self.one, many=many or self.many, open=self.open, register=self.register,
        )  # fmt: skip
        if self.ids is not None and part.ids is not None:
            strangers = len(np.setdiff1d(part.ids, self.ids, assume_unique=True))
            if strangers:
                raise UserError(
                    "A part of a population contains people who are not in the population.",
                    f"population {part.name}",
                    found=f"{strangers} people who are not in it",
                    expected=f"people in the population {self.name}",
                    mend="Filter the rows of the population itself.",
                )
        return part


def count_population(
    name: str,
    rows: Rows | None,
    *,
    profile: Profile,
    unit: str = "people",
    one: str = "",
    many: str = "",
    open: bool = False,
    register: "Register | None" = None,
) -> Population:
    """Count a population: people by their study ids, anything else by its rows.

    Parameters
    ----------
    name
        In canonical words.
    rows
        A mart or a part of one, a row a person; an index of study ids; or for a unit that is not
        people also a number. None where the size cannot be said.

    Raises
    ------
    UserError
        A person is in several rows, or the rows have no study ids.

    Examples
    --------
    >>> from rareaccess.disclosure import find_profile
    >>> rows = pd.DataFrame({"study_id": range(13)})
    >>> some = count_population("treated", rows, profile=find_profile("subnational-hes"))
    >>> some.n, some.words, some.where("of one trust", rows[:3]).words
    (Count(15), '15 people', '[c] people')
    """
    if not one:
        one = {"people": "person"}.get(unit, unit.removesuffix("s"))
        many = unit
    if open and unit in PERSONS:
        raise UserError(
            "The size of a population of people is declared as public.",
            f"population {name}",
            found=f"open=True of {unit}",
            expected="open=True of organisations, tables or the like only",
            mend="Leave `open` out: the size is then put through disclosure control.",
        )
    ids = None
    if unit == "people" and rows is not None:
        found = rows["study_id"] if isinstance(rows, pd.DataFrame) and "study_id" in rows else rows
        if not isinstance(found, pd.Series | pd.Index) or not found.is_unique:
            raise UserError(
                "A population of people must have one row for each person.",
                f"population {name}",
                found=type(rows).__name__,
                expected="rows with a column study_id, each person once",
                mend='Give the rows of a mart, or say what is counted: unit="records".',
            )
        ids = np.sort(found.to_numpy("int64"))
    size = rows if rows is None or isinstance(rows, int) else len(rows)
    shown = None if size is None else Count(size) if open else protect_count(size, profile=profile)
    if register is not None and name in register.withheld["sizes"] and shown is not None:
        shown = Hidden()
    if isinstance(shown, Count):
        shown = shown.from_origin(frozenset() if open else frozenset({(name,)}))
    made = Population(
        name, unit, shown, one, many or f"{one}s", profile, size, ids, open=open, register=register
    )
    if register is not None:
        register.sizes[name] = made
    return made
