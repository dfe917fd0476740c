"""Kinds of plain value: names, lines of text, dates, numbers, flags and paths."""

import re
import unicodedata
from datetime import date
from typing import Annotated

from rareaccess.params.kinds import Kind, Wrong, or_null, quoted, shape_note

__all__ = [
    "DAY",
    "Day",
    "Flag",
    "Folder",
    "MaybeFolder",
    "MaybeName",
    "MaybeNumber",
    "MaybeText",
    "Name",
    "Number",
    "Text",
    "whole",
]

MARKUP = "<>{}[]|`\\$*_#^~"
FORMULA = "=+-@"
IN_NAMES = " -–'’,.()/"
EARLIEST, LATEST = date(1980, 1, 1), date(2100, 12, 31)


def read_line(value: object, *, longest: int = 300) -> str:
    """Return one line of text that no reader takes for markup or for a spreadsheet's formula.

    Examples
    --------
    >>> read_line("anti-dsDNA positive, with SLEDAI of 10 or more")
    'anti-dsDNA positive, with SLEDAI of 10 or more'
    """
    text = unicodedata.normalize("NFC", quoted(value))
    if not text.strip():
        raise Wrong("an empty text")
    if text != text.strip():
        raise Wrong("with a space at its start or end", "remove the space")
    if len(text) > longest:
        raise Wrong(f"{len(text)} characters long", f"use at most {longest}")
    if text[0] in FORMULA:
        raise Wrong(
            f"starting with {text[0]}, which a spreadsheet would run as a formula",
            "start with a letter or a digit",
        )
    if not text.isprintable():
        raise Wrong("with a line break or an invisible character", "write it on one line")
    marks = " ".join(sorted(set(text) & set(MARKUP)))
    if marks:
        raise Wrong(f"with {marks}, which the book would read as markup", "remove it")
    return text


def read_name(value: object) -> str:
    """Return a name: a line that can also stand in a heading, a caption or a quoted string.

    Examples
    --------
    >>> read_name("Behçet's disease")
    "Behçet's disease"
    """
    text = read_line(value, longest=100)
    odd = [c for c in text if unicodedata.category(c)[0] not in "LMN" and c not in IN_NAMES]
    if odd:
        raise Wrong(f"with {' '.join(sorted(set(odd)))}", "remove it")
    if not text[0].isalnum():
        raise Wrong(f"starting with {text[0]}", "start with a letter or a digit")
    return text


def read_day(value: object) -> date:
    """Return a day of the calendar between 1980 and 2100.

    Examples
    --------
    >>> read_day("2016-06-22")
    datetime.date(2016, 6, 22)
    """
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise Wrong(mend="write year, month and day, in that order, with hyphens")
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise Wrong("which is not a calendar date") from None
    if type(value) is not date:
        raise Wrong(shape_note(value))
    if not EARLIEST <= value <= LATEST:
        raise Wrong("an implausible year")
    return value


def read_number(value: object) -> int | float:
    """Return a number; text, true and false are not numbers.

    Examples
    --------
    >>> read_number(10)
    10
    """
    if isinstance(value, str):
        written = re.fullmatch(r"-?[0-9.]+", value)
        raise Wrong("which is text", "remove the quotes" if written else "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(shape_note(value))
    if not abs(value) < 1e12:
        raise Wrong("an implausible number")
    return value


def whole(least: int, most: int, *, example: int) -> Kind:
    """Return the kind of a whole number within limits.

    Examples
    --------
    >>> whole(1, 60, example=6).validate(12)
    12
    """

    def check(value: object) -> int:
        number = read_number(value)
        if not isinstance(number, int):
            raise Wrong("not a whole number")
        if not least <= number <= most:
            raise Wrong("outside these limits")
        return number

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(f"a whole number from {least} to {most}", str(example), check, schema=schema)


def read_flag(value: object) -> bool:
    """Return true or false.

    Examples
    --------
    >>> read_flag(True)
    True
    """
    if not isinstance(value, bool):
        raise Wrong("which is text" if isinstance(value, str) else shape_note(value))
    return value


def read_folder(value: object) -> str:
    """Return a path as it is written; whether it exists is found out when tables are read.

    Examples
    --------
    >>> read_folder("data-synthetic/sample")
    'data-synthetic/sample'
    """
    text = quoted(value)
    if not text.strip():
        raise Wrong("an empty text")
    if not text.isprintable():
        raise Wrong("with an invisible character")
    if text.startswith("~"):
        raise Wrong("starting with ~, which is not expanded", "write the full path")
    return text


_NAME = Kind(
    "a name of 1 to 100 characters: letters, digits, spaces and - ' , . ( ) /",
    "systemic lupus erythematosus",
    read_name,
    "name",
    {"type": "string", "minLength": 1, "maxLength": 100},
)
_NUMBER = Kind("a number without quotes", "10", read_number, "number", {"type": "number"})
_FOLDER = Kind(
    "a path, relative or absolute",
    "data-synthetic/sample",
    read_folder,
    "path",
    {"type": "string", "minLength": 1},
)
DAY = Kind(
    "a date, YYYY-MM-DD, from 1980 to 2100",
    "2016-06-22",
    read_day,
    "date",
    {
        "type": "string",
        "format": "date",
        "pattern": "^(19[89]|20[0-9]|210)[0-9]-[01][0-9]-[0-3][0-9]$",
    },
)
_TEXT = Kind(
    "one line of plain text, at most 300 characters",
    "anti-dsDNA positive",
    read_line,
    "text",
    {"type": "string", "minLength": 1, "maxLength": 300},
)

Name = Annotated[str, _NAME]
MaybeName = Annotated[str | None, or_null(_NAME)]
Text = Annotated[str, _TEXT]
MaybeText = Annotated[str | None, or_null(_TEXT)]
Day = Annotated[date, DAY]
Number = Annotated[int | float, _NUMBER]
MaybeNumber = Annotated[int | float | None, or_null(_NUMBER)]
Flag = Annotated[bool, Kind("true or false", "true", read_flag, schema={"type": "boolean"})]
Folder = Annotated[str, _FOLDER]
MaybeFolder = Annotated[str | None, or_null(_FOLDER)]
