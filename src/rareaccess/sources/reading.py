"""Columns as the pipeline reads them: our names, our types, text parsed without guessing.

What is written otherwise than expected becomes missing, and `is_unread` says where that happened,
so that the contracts can count it; so it does where a time of day is dropped, since a midnight of
summer that was stored as 23:00 of the day before would be another day. No expression here differs
between engines: a text is looked at by a pattern before it is cast. How a column is written in this
source is asked before (`sources.survey`); where all is as expected, nothing is done to its values.
"""

from collections.abc import Sequence
from typing import Any

from rareaccess.contracts import Column
from rareaccess.sources.columns import Found
from rareaccess.sources.dates import DAYS, MONTHS, TIME, Form
from rareaccess.sources.engine import Engine
from rareaccess.sources.layout import Layout
from rareaccess.sources.mapping import AS_EXPECTED, Written, fold_key, map_values
from rareaccess.sources.values import NOTHING

__all__ = [
    "CASTS",
    "is_day",
    "is_timed",
    "is_unread",
    "pick_column",
    "pick_raw",
    "shape_unread",
    "unique_names",
]

CASTS = {
    "text": "string",
    "date": "date",
    "timestamp": "timestamp",
    "whole": "bigint",
    "number": "double",
}
PLAIN = {
    "date": ("date", "date32[day]"),
    "whole": ("int", "integer", "int32"),
    "number": ("double",),
}
FIRST = "!"  # the sign after the blank
WHOLE = r"^-?\d{1,9}([.]0+)?$"
NUMBER = r"^-?\d{1,15}([.]\d{1,15})?$"
LONGEST = 40  # characters of a shape
MIDNIGHT = r"[ T]+(0?0:00(:00([.]0+)?)?( ?Z|[+]00:?00)?|12:00(:00)? ?AM)$"


def pick_column(
    engine: Engine, layout: Layout, column: Column, found: Found, how: Written = AS_EXPECTED
) -> Any:
    """Return the expression of a column: its value in our type, missing where it cannot be read.

    Parameters
    ----------
    how
        How the column is written in this source, where it is otherwise than expected.
    """
    F = engine.F
    if found.type == "null":
        return F.lit(None).cast(CASTS[column.type])
    value = _pick(engine, layout, column, found, how)
    if how.null_days:
        return F.when(~is_day(engine, value, how.null_days), value)
    return value


def pick_raw(engine: Engine, column: Column, found: Found) -> Any:
    """Return the expression of a column of text as it is written; of a number, its digits."""
    F, native = engine.F, engine.F.col(f"`{found.native}`")
    if found.type == "text":
        return native
    text = native.cast("string")
    if found.type != "whole":
        return text
    return F.when(F.length(text) < column.digits, F.lpad(text, column.digits, "0")).otherwise(text)


def is_day(engine: Engine, value: Any, days: Sequence[str]) -> Any:
    """Return the condition that a date is one of some days."""
    return value.isin(*[engine.F.lit(day).cast("date") for day in days])


def is_timed(engine: Engine, found: Found) -> Any:
    """Return the condition that a time of day stands beside a day."""
    native = engine.F.col(f"`{found.native}`")
    if found.type == "timestamp":
        return native != native.cast("date").cast("timestamp")
    return native.rlike(TIME) & ~native.rlike(MIDNIGHT)


def is_unread(
    engine: Engine, layout: Layout, column: Column, found: Found, how: Written = AS_EXPECTED
) -> Any:
    """Return the condition that something is written which could not be read, or not as a day.

    On a form a time of day means its day.
    """
    native = _native(engine, layout, column, found, how)
    if found.type == "timestamp":
        return engine.F.lit(False) if column.timed else native.isNotNull() & is_timed(engine, found)
    unread = native.isNotNull() & _pick(engine, layout, column, found, how).isNull()
    if how.forms and not column.timed:
        return unread | (native.isNotNull() & is_timed(engine, found))
    return unread


def shape_unread(engine: Engine, layout: Layout, column: Column, found: Found) -> Any:
    """Return the shape of a date in another form than the setting: a digit is a 9, a letter an a.

    T stays, as it may stand before a time.
    """
    F, native = engine.F, _native(engine, layout, column, found, AS_EXPECTED)
    shape = F.regexp_replace(F.regexp_replace(native, "[0-9]", "9"), "[A-SU-Za-z]", "a")
    return F.when(~native.rlike(DAYS[layout.dates][0]), F.substring(shape, 1, LONGEST))


def unique_names(names: list[str]) -> list[str]:
    """Return names of which none is blank or double or has a backtick, as an engine needs them.

    Examples
    --------
    >>> unique_names(["a", "", "A", "b"])
    ['a', 'column 2', 'A (column 3)', 'b']
    """
    seen, unique = set(), []
    for place, name in enumerate((name.replace("`", "'") for name in names), start=1):
        if not name:
            name = f"column {place}"
        elif name.casefold() in seen:
            name = f"{name} (column {place})"
        seen.add(name.casefold())
        unique.append(name)
    return unique


def _native(engine: Engine, layout: Layout, column: Column, found: Found, how: Written) -> Any:
    """Return the source's column; blanks around a value are nothing, nor is a word for nothing.

    So it is in tables of text. Elsewhere it is so in columns that may point at a person, as all who
    have no number would else be one person: there nothing is cut, since that would slow every pass,
    unless the survey has found that it must be (`how.key`), and a value with a blank at its start
    is missing, as the rule `filled` counts it.
    """
    F, native = engine.F, engine.F.col(f"`{found.native}`")
    if found.type != "text":
        return native
    native = fold_key(engine, native, how.key)
    if layout.is_text:
        return F.when(~F.trim(native).isin(*NOTHING), F.trim(native))
    if column.private:
        return F.when((native >= FIRST) & ~native.isin(*NOTHING), native)
    return native


def _pick(engine: Engine, layout: Layout, column: Column, found: Found, how: Written) -> Any:
    """Return the value of a column in our type, null dates included."""
    native = _native(engine, layout, column, found, how)
    if found.type == "text" and column.type != "text":
        return _parse(engine, layout, column.type, native, how.forms)
    if column.type == "text":
        raw = pick_raw(engine, column, found)
        plain = found.type == "text" and (layout.is_text or not how.values)
        value = native if plain else raw  # of mapped values a blank in front is no nothing
        return map_values(engine, raw, value, how.values, is_text=layout.is_text)
    if found.native_type in PLAIN[column.type]:
        return native
    return native.cast(CASTS[column.type])


def _parse(engine: Engine, layout: Layout, type_: str, text: Any, forms: Sequence[Form]) -> Any:
    F = engine.F
    if type_ == "date":
        pattern, places = DAYS[layout.dates]
        parts = [F.substring(text, place, 4 if n == 0 else 2) for n, place in enumerate(places)]
        read = F.when(text.rlike(pattern), _join(engine, parts))
        day = F.regexp_replace(text, TIME, "")
        for form in forms:
            read = read.when(day.rlike(form.pattern), _take(engine, day, form))
        return read
    if type_ == "whole":
        return F.when(text.rlike(WHOLE), F.regexp_replace(text, "[.]0+$", "").cast("int"))
    return F.when(text.rlike(NUMBER), text.cast("double"))


def _take(engine: Engine, day: Any, form: Form) -> Any:
    """Return the date of a text of a form."""
    F = engine.F
    year, month, date = (F.regexp_extract(day, form.pattern, group) for group in form.order)
    if form.named:
        word = F.upper(month)
        month = F.when(word == MONTHS[0], "01")
        for n, name in enumerate(MONTHS[1:], start=2):
            month = month.when(word == name, f"{n:02d}")
    return _join(engine, [year, F.lpad(month, 2, "0"), F.lpad(date, 2, "0")])


def _join(engine: Engine, parts: Sequence[Any]) -> Any:
    """Return the date of a year, a month and a day in digits, missing where there is none."""
    F = engine.F
    day = F.concat(parts[0], F.lit("-"), parts[1], F.lit("-"), parts[2])
    return F.try_to_timestamp(day, F.lit("yyyy-MM-dd")).cast("date")
