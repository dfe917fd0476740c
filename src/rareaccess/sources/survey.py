"""A survey of a table: which values occur in its columns of codes, and how dates and keys look.

It is one pass over these columns, and keeps the values that occur, of which there are few. What it
finds says how each column is read; a column in which all is as expected is read as it stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rareaccess.contracts import Column, TableContract
from rareaccess.contracts.hes import NULL_DATES
from rareaccess.contracts.links import KEYS
from rareaccess.sources.columns import Found
from rareaccess.sources.dates import list_forms
from rareaccess.sources.engine import Engine
from rareaccess.sources.layout import Layout
from rareaccess.sources.mapping import ROUNDED, Written
from rareaccess.sources.reading import is_day, is_timed, pick_column, pick_raw, shape_unread
from rareaccess.sources.values import NOTHING, Value, read_values

__all__ = ["KeyForm", "Survey", "survey_table"]

NEVER = ("9999-12-31", "2999-12-31")  # as databases write that something has no end
SIGNS = (" ", "-", "\t")
Given = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class KeyForm:
    """How many values of a key have blanks or hyphens, small letters and capitals, or are rounded.

    Examples
    --------
    >>> KeyForm(blanks=0, small=3, capitals=0, rounded=0).small
    3
    """

    blanks: int
    small: int
    capitals: int
    rounded: int


@dataclass(frozen=True)
class Survey:
    """What occurs in a table.

    Parameters
    ----------
    values
        Column of codes -> each written value -> what it means.
    shapes
        Column of dates in text -> the shapes that the setting `dates` does not read.
    null_days
        Column of dates -> rows with a day that stands for none, and how many such days there are.
    timed
        Column of dates of a form -> rows with a time of day, and how many such times there are.
    keys
        Column of `KEYS` that is text -> how its values look.
    """

    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    null_days: dict[str, tuple[int, int]] = field(default_factory=dict)
    timed: dict[str, tuple[int, int]] = field(default_factory=dict)
    keys: dict[str, KeyForm] = field(default_factory=dict)

    def say_how(self, name: str, layout: Layout, contract: TableContract) -> Written:
        """Return how a column is to be read, keys aside."""
        values = self.values.get(name, {})
        differ = any(_expected(w, layout) != value.ours for w, value in values.items())
        forms = list_forms(layout.dates, self.shapes.get(name, ()))
        null = bool(forms) or name in self.null_days
        return Written(
            values={written: value.ours for written, value in values.items()} if differ else {},
            forms=forms,
            null_days=list_null_days(contract) if null else (),
        )


def list_null_days(contract: TableContract) -> tuple[str, ...]:
    """Return the days that stand for none in a table; those of HES are counted in cleaning.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> len(list_null_days(CONTRACTS["apc"])), len(list_null_days(CONTRACTS["pds_trace"]))
    (2, 6)
    """
    return NEVER if contract.name in ("apc", "op") else (*NEVER, *NULL_DATES)


def survey_table(
    engine: Engine,
    frame: Any,
    layout: Layout,
    contract: TableContract,
    schema: Mapping[str, Found],
    given: Given,
) -> Survey:
    """Return what occurs in a table, from one pass over its columns of codes, dates and keys.

    Parameters
    ----------
    frame
        The table under the names of the source.
    schema
        Our name of each column -> how the source has it.
    given
        Our name of a column -> written value -> the value to read, as the settings say.
    """
    asked = dict(_ask(engine, layout, contract, schema))
    if not asked:
        return Survey()
    row = engine.collect(frame.agg(*[what.alias(name) for name, what in asked.items()])).iloc[0]
    found = Survey()
    for key in asked:
        kind, _, name = key.partition(" ")
        if kind == "values":
            found.values[name] = read_values(contract[name], _texts(row[key]), given.get(name))
        elif kind == "shapes":
            found.shapes[name] = tuple(sorted(_texts(row[key])))
        elif kind == "null" and row[key]:
            found.null_days[name] = int(row[key]), int(row[f"nulls {name}"])
        elif kind == "timed" and row[key]:
            found.timed[name] = int(row[key]), int(row[f"times {name}"])
        elif kind == "blanks":
            numbers = [row.get(f"{one} {name}", 0) for one in KeyForm.__dataclass_fields__]
            found.keys[name] = KeyForm(*(0 if pd.isna(n) else int(n) for n in numbers))
    return found


def _texts(found: Iterable[object] | None) -> list[str]:
    """Return the texts of a set; that of an empty table may be no set at all."""
    return [] if found is None else [text for text in found if isinstance(text, str)]


def _ask(
    engine: Engine, layout: Layout, contract: TableContract, schema: Mapping[str, Found]
) -> Iterator[tuple[str, Any]]:
    """Yield what is asked of each column: kind and name, and the aggregate."""
    F = engine.F
    for name, found in schema.items():
        column = contract[name]
        if found.type == "null" or not (column.used or column.optional):
            continue
        if column.fold:
            yield f"values {name}", F.collect_set(pick_raw(engine, column, found))
        elif column.type == "date":
            yield from _ask_dates(engine, layout, contract, column, found)
        elif name in KEYS and found.type == "text":
            yield from _ask_keys(engine, name, found)


def _ask_dates(
    engine: Engine, layout: Layout, contract: TableContract, column: Column, found: Found
) -> Iterator[tuple[str, Any]]:
    F, name = engine.F, column.name
    value = pick_column(engine, layout, column, found)
    null = is_day(engine, value, list_null_days(contract))
    yield f"null {name}", F.count(F.when(null, 1))
    yield f"nulls {name}", F.countDistinct(F.when(null, value))
    if found.type == "text":
        yield f"shapes {name}", F.collect_set(shape_unread(engine, layout, column, found))
    if column.timed and found.type in ("text", "timestamp"):
        timed = F.when(is_timed(engine, found), F.col(f"`{found.native}`"))
        yield f"timed {name}", F.count(timed)
        yield f"times {name}", F.countDistinct(timed)


def _ask_keys(engine: Engine, name: str, found: Found) -> Iterator[tuple[str, Any]]:
    F, native = engine.F, engine.F.col(f"`{found.native}`")
    blank = F.bit_length(native) != F.length(native) * 8
    for sign in SIGNS:
        blank = blank | native.contains(sign)
    yield f"blanks {name}", F.count(F.when(blank, 1))
    yield f"small {name}", F.count(F.when(F.upper(native) != native, 1))
    yield f"capitals {name}", F.count(F.when(F.lower(native) != native, 1))
    if name == "nhs_number":
        yield f"rounded {name}", F.count(F.when(native.rlike(ROUNDED), 1))


def _expected(written: str, layout: Layout) -> str | None:
    """Return a value as it is read where nothing is done: of text, without blanks at its ends."""
    if not layout.is_text:
        return written
    text = written.strip(" ")
    return None if text in NOTHING else text
