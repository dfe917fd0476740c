"""From a frame of results to a released one: hide first, then round; percentages come after."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure.persons import guard_people
from rareaccess.disclosure.population import Population
from rareaccess.disclosure.profiles import Profile, find_profile
from rareaccess.disclosure.refusals import check_frame
from rareaccess.disclosure.register import Register
from rareaccess.disclosure.released import SEAL, Notes, Public, Released, Whole
from rareaccess.disclosure.sheets import build_sheet

__all__ = ["GRAINS", "STATISTICS", "Statistics", "make_public", "protect"]

# of a summary, in this order
STATISTICS = ("mean", "median", "min", "max", "q1", "q3", "iqr", "sd")
GRAINS = {"tens": -1, "units": 0, "rate": 1, "ratio": 2, "part": 3, "p": 3}
"""The decimals that a kind of statistic keeps under a profile that controls anything.

More of them would tell which counts it was made of. Tens are those of days that one person decides,
such as a centre's first patient; units are ages, days, months, minutes, points;
a rate is also a share in per cent or a number a person, a part a share from 0 to 1, and a ratio
anything that is read beside one.
"""
KINDS_BY_NAME = {
    **dict.fromkeys(
        (*STATISTICS, "median_lower", "median_upper", "mean_lower", "mean_upper", "age", "days",
         "months", "minutes", "years", "first_days", "p10", "p90", "deciding"), "units"),
    **dict.fromkeys(
        ("value", "ratio", "ratio_lower", "ratio_upper", "shrunk", "shrunk_lower", "shrunk_upper",
         "scv", "smaller", "greater", "times", "fold"), "ratio"),
    **dict.fromkeys(("p", "q"), "p"),
    **dict.fromkeys(("prevalence",), "part"),
}  # fmt: skip
"""The kind of a column of statistics by its name, where the release does not say it."""
Statistics = Sequence[str] | Mapping[str, str]
"""Columns of statistics; as a mapping, each with its kind of `GRAINS`."""
PERSONS = ("people", "applications")  # an application is one person's
OPEN = Profile("open")  # of counts that are public


def protect(
    frame: pd.DataFrame,
    *,
    profile: str | Profile,
    counts: Sequence[str] = (),
    statistics: Statistics = (),
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
        Means, medians and the like: hidden where the count `on` which they rest is hidden. A
        profile that controls anything rounds each to its grain; a mapping says the kind of each
        (see `GRAINS`) where its name does not: an unknown name is a rate.
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
    withheld: dict[str, set[int]] = {}
    rounded: dict[str, list[int | None]] = {}
    turn = register.count_turns((notes or Notes()).label) if register is not None else 0
    for label, at, row, column in register.withheld["cells"] if register is not None else ():
        if (label, at) == ((notes or Notes()).label, turn):
            withheld.setdefault(column, set()).add(row)
    for name in counts:
        values = safe[name].astype("Int64")
        if (values < 0).any():
            raise UserError("A count is negative.", f"column {name}", expected="0 or more")
        own = owners[name]
        judge = OPEN if own and own.open else rule
        lost = [not pd.isna(value) and judge.hides(value) for value in values]
        lost = [one or small for one, small in zip(lost, few.get(name, lost), strict=True)]
        lost = [
            one or (row in withheld.get(name, ()) and not pd.isna(values[row]))
            for row, one in enumerate(lost)
        ]
        shown = [pd.NA if pd.isna(v) or gone else judge.round(v)
                 for v, gone in zip(values, lost, strict=True)]  # fmt: skip
        rounded[name] = [None if pd.isna(v) or judge.hides(v) else judge.round(v) for v in values]
        safe[name], hidden[name] = pd.array(shown, "Int64"), pd.Series(lost, safe.index, dtype=bool)
    for name in dict.fromkeys(stats):
        hidden[name] = hidden[on] | (rule.controls and name in extremes)
        if few and on in people:  # on may be shown: how many there are tells nothing of them
            hidden[name] |= safe[on].between(1, least - 1).fillna(False).astype(bool)
        safe[name] = safe[name].astype("Float64").mask(hidden[name])
        if rule.controls:
            safe[name] = _coarsen(safe[name], _find_grain(name, statistics))
    if rule.controls and {"q1", "q3", "iqr"} <= set(stats):  # no third number beside two
        safe["iqr"] = safe["q3"] - safe["q1"]
    if register is not None and register.private:
        register.sheets.append(build_sheet(
            frame.reset_index(drop=True), rounded, hidden, label=(notes or Notes()).label,
            turn=turn, profile=rule.name, dimension=dimension, counts=counts, keys=keys,
            populations=owners, wholes=whole if isinstance(whole, Mapping) else
            {name: whole for name in counts if whole is not None and name != whole},
        ))  # fmt: skip
    kinds = {
        **_plain_kinds(safe), **dict.fromkeys(keys, "key"), **dict.fromkeys(counts, "count"),
        **dict.fromkeys(stats, "statistic"),
    }  # fmt: skip
    kinds = {name: kinds[name] for name in safe.columns}
    if isinstance(whole, Mapping) or whole is None:
        parts = dict(whole or {})
    else:
        parts = {name: whole for name in counts if name != whole}
    whole_only = tuple(name for name in stats if _find_grain(name, statistics) <= 0)
    released = Released(
        safe, hidden, kinds, notes or Notes(), register, rule, population, dimension, parts,
        whole_only if rule.controls else (),
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


def _find_grain(name: str, statistics: Statistics) -> int:
    told = statistics.get(name) if isinstance(statistics, Mapping) else None
    kind = told or KINDS_BY_NAME.get(name, "rate")
    if kind not in GRAINS:
        raise UserError(
            "There is no kind of statistic with that name.",
            f"column {name}",
            found=kind,
            expected="one of " + ", ".join(GRAINS),
        )
    return GRAINS[kind]


def _coarsen(values: pd.Series, decimals: int) -> pd.Series:
    """Round half up, as a person reads the number, and as `fmt` prints it."""
    step = Decimal(1).scaleb(-decimals)
    rounded = [
        value
        if pd.isna(value)
        else float(Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP))
        for value in values
    ]
    return pd.Series(pd.array(rounded, "Float64"), index=values.index)


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
