"""Columns as the pipeline reads them: our names, our types, text parsed without guessing.

What is written otherwise than expected becomes missing, and `is_unread` says where that happened,
so that the contracts can count it; so it does where a time of day is dropped, since a midnight of
summer that was stored as 23:00 of the day before would be another day. No expression here differs
between engines: a text is looked at by a pattern before it is cast.
"""

from typing import Any

from rareaccess.contracts import Column
from rareaccess.sources.columns import Found
from rareaccess.sources.engine import Engine
from rareaccess.sources.layout import Layout

__all__ = ["CASTS", "is_unread", "pick_column", "unique_names"]

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
DAYS = {
    "yyyy-MM-dd": (r"^\d{4}-\d{2}-\d{2}([ T]00:00(:00([.]0+)?)?)?$", (1, 6, 9)),
    "dd/MM/yyyy": (r"^\d{2}/\d{2}/\d{4}$", (7, 4, 1)),
    "dd-MM-yyyy": (r"^\d{2}-\d{2}-\d{4}$", (7, 4, 1)),
    "dd.MM.yyyy": (r"^\d{2}[.]\d{2}[.]\d{4}$", (7, 4, 1)),
    "yyyyMMdd": (r"^\d{8}$", (1, 5, 7)),
    "ddMMyyyy": (r"^\d{8}$", (5, 3, 1)),
}  # how a date is written, and where its year, month and day begin
NOTHING = ("", "NULL", "NA")  # as SQL Server and R write what is missing
FIRST = "!"  # the sign after the blank
WHOLE = r"^-?\d{1,9}([.]0+)?$"
NUMBER = r"^-?\d{1,15}([.]\d{1,15})?$"


def pick_column(engine: Engine, layout: Layout, column: Column, found: Found) -> Any:
    """Return the expression of a column: its value in our type, missing where it cannot be read."""
    F, native = engine.F, _native(engine, layout, column, found)
    if found.type == "null":
        return F.lit(None).cast(CASTS[column.type])
    if found.type == "text" and column.type != "text":
        return _parse(engine, layout, column.type, native)
    if column.type == "text" and found.type == "whole":
        text = native.cast("string")
        short = F.length(text) < column.digits
        return F.when(short, F.lpad(text, column.digits, "0")).otherwise(text)
    if column.type == "text" or found.native_type in PLAIN[column.type]:
        return native
    return native.cast(CASTS[column.type])


def is_unread(engine: Engine, layout: Layout, column: Column, found: Found) -> Any:
    """Return the condition that something is written which could not be read, or not as a day."""
    native = _native(engine, layout, column, found)
    if found.type == "timestamp":
        return native.isNotNull() & (native != native.cast("date").cast("timestamp"))
    return native.isNotNull() & pick_column(engine, layout, column, found).isNull()


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


def _native(engine: Engine, layout: Layout, column: Column, found: Found) -> Any:
    """Return the source's column; blanks around a value are nothing, nor is a word for nothing.

    So it is in tables of text. Elsewhere it is so in columns that may point at a person, as all who
    have no number would else be one person: there nothing is cut, since that would slow every pass,
    and a value with a blank at its start is missing, as the rule `filled` counts it.
    """
    F, native = engine.F, engine.F.col(f"`{found.native}`")
    if found.type != "text":
        return native
    if layout.is_text:
        return F.when(~F.trim(native).isin(*NOTHING), F.trim(native))
    if column.private:
        return F.when((native >= FIRST) & ~native.isin(*NOTHING), native)
    return native


def _parse(engine: Engine, layout: Layout, type_: str, text: Any) -> Any:
    F = engine.F
    if type_ == "date":
        pattern, places = DAYS[layout.dates]
        parts = [F.substring(text, place, 4 if n == 0 else 2) for n, place in enumerate(places)]
        day = F.concat(parts[0], F.lit("-"), parts[1], F.lit("-"), parts[2])
        parsed = F.try_to_timestamp(day, F.lit("yyyy-MM-dd")).cast("date")
        return F.when(text.rlike(pattern), parsed)
    if type_ == "whole":
        return F.when(text.rlike(WHOLE), F.regexp_replace(text, "[.]0+$", "").cast("int"))
    return F.when(text.rlike(NUMBER), text.cast("double"))
