"""From a frame of results to a released one: hide first, then round; percentages come after."""

from collections.abc import Mapping, Sequence

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure.persons import guard_people
from rareaccess.disclosure.population import Population
from rareaccess.disclosure.profiles import Profile, find_profile
from rareaccess.disclosure.refusals import check_frame
from rareaccess.disclosure.register import Register
from rareaccess.disclosure.released import SEAL, Notes, Public, Released, Whole

__all__ = ["STATISTICS", "make_public", "protect"]

# of a summary, in this order
STATISTICS = ("mean", "median", "min", "max", "q1", "q3", "iqr", "sd")
PERSONS = ("people", "applications")  # an application is one person's
OPEN = Profile("open")  # of counts that are public


def protect(
    frame: pd.DataFrame,
    *,
    profile: str | Profile,
    counts: Sequence[str] = (),
    statistics: Sequence[str] = (),
    extremes: Sequence[str] = (),
    keys: Sequence[str] = (),
    on: str = "n",
    population: Population | Mapping[str, Population] | None = None,
    dimension: str = "",
    whole: str | Population | Mapping[str, Whole] | None = None,
    minimum: int = 1,
    notes: Notes | None = None,
    register: Register | None = None,
) -> Released:
    """Return a frame as it may be shown: hide first, then round; texts and dates pass.

    A column of numbers that is not declared is refused, because a mean or a percentage made from
    unprotected counts would give them away.

    Parameters
    ----------
    frame
        One row a group. It is not changed.
    profile
        Name of the rule, see `PROFILES`.
    counts
        The columns that count (whole numbers, no negatives; NA stays NA).
    statistics
        Means, medians and the like: hidden where the count `on` which they rest is hidden.
    extremes
        Statistics that are one person's value (minimum, maximum): hidden by every profile that
        controls anything.
    keys
        Columns of numbers that are labels: a year, the edges of a bin.
    on
        The column of counts on which statistics and extremes rest; it is protected too.
    population
        Who is counted, or a population for each column of counts.
    dimension
        What the rows part the population by.
    whole
        What the parts add up to: each column of counts (or those that are named, where it is a
        mapping) gets a column `<count>_pct`, in per cent of that column or population.
    minimum
        Of people, for a count to be shown where the rows part people by a personal characteristic
        (see `guard_people`). A profile that hides small counts by itself has its own limit.
    notes
        What to print with it.
    register
        Where it says that it was shown.

    Raises
    ------
    UserError
        A count column is missing or is not a count, a column of other numbers is present, or what
        is declared is no group but a person (see `check_frame`).

    Notes
    -----
    Each cell is judged alone. One hidden cell beside its total can still be worked out: that is
    the task of the attacker's check on the whole book, not of this function.

    Examples
    --------
    >>> data = pd.DataFrame({"group": list("abc"), "n": [0, 7, 8], "mean": [None, 3.0, 4.0]})
    >>> released = protect(data, statistics=["mean"], profile="subnational-hes")
    >>> released.values("n"), released.values("mean")
    ([Count(0), [c], Count(10)], [None, [c], Statistic(4.0)])
    """
    rule, stats = find_profile(profile), [*statistics, *extremes]
    counts = list(dict.fromkeys([*counts, *([on] if stats else [])]))
    _check_columns(frame, counts, also=stats, keys=keys)
    check_frame(frame, counts, keys=keys, population=population, dates=rule.guards)
    safe = frame.reset_index(drop=True)
    hidden = pd.DataFrame(False, index=safe.index, columns=safe.columns)
    owners = {name: population.get(name) if isinstance(population, Mapping) else population
              for name in counts}  # fmt: skip
    people = [name for name, own in owners.items() if own is None or own.unit in PERSONS]
    least = minimum if rule.guards and not rule.controls else 1
    few = guard_people(safe, people, dimension=dimension, whole=whole, minimum=least)
    for name in counts:
        values = safe[name].astype("Int64")
        if (values < 0).any():
            raise UserError("A count is negative.", f"column {name}", expected="0 or more")
        own = owners[name]
        judge = OPEN if own and own.open else rule
        lost = [not pd.isna(value) and judge.hides(value) for value in values]
        lost = [one or small for one, small in zip(lost, few.get(name, lost), strict=True)]
        shown = [pd.NA if pd.isna(v) or gone else judge.round(v)
                 for v, gone in zip(values, lost, strict=True)]  # fmt: skip
        safe[name], hidden[name] = pd.array(shown, "Int64"), pd.Series(lost, safe.index, dtype=bool)
    for name in dict.fromkeys(stats):
        hidden[name] = hidden[on] | (rule.controls and name in extremes)
        if few and on in people:  # on may be shown: how many there are tells nothing of them
            hidden[name] |= safe[on].between(1, least - 1).fillna(False).astype(bool)
        safe[name] = safe[name].astype("Float64").mask(hidden[name])
    kinds = {
        **_plain_kinds(safe), **dict.fromkeys(keys, "key"), **dict.fromkeys(counts, "count"),
        **dict.fromkeys(stats, "statistic"),
    }  # fmt: skip
    kinds = {name: kinds[name] for name in safe.columns}
    if isinstance(whole, Mapping) or whole is None:
        parts = dict(whole or {})
    else:
        parts = {name: whole for name in counts if name != whole}
    released = Released(
        safe, hidden, kinds, notes or Notes(), register, rule, population, dimension, parts,
        _seal=SEAL,
    )  # fmt: skip
    for part, of in parts.items():
        released = released.with_pct(f"{part}_pct", part, of)
    return released


def make_public(
    frame: pd.DataFrame,
    *,
    because: str,
    notes: Notes | None = None,
    register: Register | None = None,
) -> Public:
    """Return a frame of what is public, as it is; its numbers are plain.

    Parameters
    ----------
    because
        Why nothing in it is of a person: "published in …", "in the settings".

    Raises
    ------
    UserError
        No reason is given.
    """
    if not because:
        raise UserError("A public frame does not say why it is public.", "because=…",
                        expected='a reason, such as "in the settings"')  # fmt: skip
    safe = frame.reset_index(drop=True)
    hidden = pd.DataFrame(False, index=safe.index, columns=safe.columns)
    kinds = _plain_kinds(safe)
    return Public(safe, hidden, kinds, notes or Notes(), register, because, _seal=SEAL)


def _plain_kinds(frame: pd.DataFrame) -> dict[str, str]:
    types = pd.api.types
    return {
        str(name): "date" if types.is_datetime64_any_dtype(values)
        else "key" if types.is_numeric_dtype(values) and not types.is_bool_dtype(values)
        else "text"
        for name, values in frame.items()
    }  # fmt: skip


def _check_columns(
    frame: pd.DataFrame, counts: Sequence[str], *, keys: Sequence[str], also: Sequence[str] = ()
) -> None:
    """Refuse a frame whose columns of numbers are not all declared."""
    declared = [*counts, *also, *keys]
    absent = [name for name in declared if name not in frame.columns]
    if absent:
        raise UserError(
            "A column to protect is missing.",
            "disclosure control",
            found=", ".join(map(str, frame.columns)),
            expected=", ".join(absent),
        )
    for name in counts:
        values = pd.to_numeric(frame[name], errors="coerce").astype("Float64")
        if values.isna().sum() != frame[name].isna().sum() or (values % 1 != 0).any():
            raise UserError("A count is not a whole number.", f"column {name}")
    kinds = _plain_kinds(frame)
    rest = [name for name, kind in kinds.items() if kind == "key" and name not in declared]
    if rest:
        raise UserError(
            "A column of numbers has not been declared to disclosure control.",
            "disclosure control",
            found=", ".join(rest),
            expected="every number declared as a count, a statistic or a key",
            mend="Declare the column, or compute it from the released counts.",
        )
