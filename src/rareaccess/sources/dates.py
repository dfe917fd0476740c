"""Dates as text: the forms that are read beside that of the settings, and the form that fits.

A form is told by its shape, in which each digit is a 9 and each letter an a, but T, which may stand
before a time. Year, month and day must all be certain: 2018-01 has no day, and 05/01/2018 is read
only where the settings put the day first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rareaccess.params.settings import DATES

__all__ = ["DAYS", "FORMS", "MONTHS", "TIME", "Form", "fit_dates", "list_forms", "reads"]

DAYS = {
    "yyyy-MM-dd": (r"^\d{4}-\d{2}-\d{2}([ T]00:00(:00([.]0+)?)?)?$", (1, 6, 9)),
    "dd/MM/yyyy": (r"^\d{2}/\d{2}/\d{4}$", (7, 4, 1)),
    "dd-MM-yyyy": (r"^\d{2}-\d{2}-\d{4}$", (7, 4, 1)),
    "dd.MM.yyyy": (r"^\d{2}[.]\d{2}[.]\d{4}$", (7, 4, 1)),
    "yyyyMMdd": (r"^\d{8}$", (1, 5, 7)),
    "ddMMyyyy": (r"^\d{8}$", (5, 3, 1)),
}  # how a date is written, and where its year, month and day begin
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
TIME = r"[ T]+[0-9]{1,2}:[0-9]{2}.*$"
"""A time of day, and all that stands behind it."""


@dataclass(frozen=True)
class Form:
    """One way to write a date.

    Parameters
    ----------
    pattern
        Of the whole date without its time, with a group for each part.
    order
        The groups of year, month and day.
    named
        Whether the month is a word.
    """

    pattern: str
    order: tuple[int, int, int]
    named: bool = False


ISO = Form("^([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})$", (1, 2, 3))
NAMED = Form("^([0-9]{1,2})[- /]?([A-Za-z]{3})[A-Za-z]*[- /,]*([0-9]{4})$", (3, 2, 1), named=True)
BRITISH = Form("^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})$", (3, 2, 1))
YEAR_FIRST = Form("^([0-9]{4})([0-9]{2})([0-9]{2})$", (1, 2, 3))
DAY_FIRST = Form("^([0-9]{2})([0-9]{2})([0-9]{4})$", (3, 2, 1))
ALWAYS = (ISO, NAMED)
FORMS = {
    "yyyy-MM-dd": (*ALWAYS, YEAR_FIRST),
    "dd/MM/yyyy": (*ALWAYS, BRITISH),
    "dd-MM-yyyy": (*ALWAYS, BRITISH),
    "dd.MM.yyyy": (*ALWAYS, BRITISH),
    "yyyyMMdd": (*ALWAYS, YEAR_FIRST),
    "ddMMyyyy": (*ALWAYS, DAY_FIRST, BRITISH),
}
"""The forms that are read by the setting `dates`: none of them can mean two days."""


def reads(form: Form, shape: str) -> bool:
    """Return whether a form reads dates of a shape, such as 9/9/9999 99:99.

    Examples
    --------
    >>> reads(BRITISH, "9/99/9999 99:99"), reads(BRITISH, "99/99/99"), reads(NAMED, "99-aaa-9999")
    (True, False, True)
    """
    return re.match(form.pattern, re.sub(TIME, "", shape)) is not None


def list_forms(dates: str, shapes: Iterable[str]) -> tuple[Form, ...]:
    """Return the forms, of those that the setting `dates` allows, that some of the shapes need.

    Examples
    --------
    >>> list_forms("dd/MM/yyyy", ["9/9/9999"]) == (BRITISH,), list_forms("yyyy-MM-dd", ["9999-99"])
    (True, ())
    """
    shapes = list(shapes)
    return tuple(form for form in FORMS[dates] if any(reads(form, shape) for shape in shapes))


def fit_dates(dates: str, shapes: Iterable[str]) -> str:
    """Return another value of the setting `dates` that reads all of the shapes, if there is one.

    Examples
    --------
    >>> fit_dates("yyyy-MM-dd", ["99/99/9999", "99/99/9999 99:99"])
    'dd/MM/yyyy'
    >>> fit_dates("dd/MM/yyyy", ["aaaa"]), fit_dates("dd/MM/yyyy", [])
    ('', '')
    """
    shapes = [re.sub(TIME, "", shape) for shape in shapes]
    plain = {setting: re.compile(pattern) for setting, (pattern, _) in DAYS.items()}
    order = sorted(DATES, key=lambda s: not all(plain[s].match(shape) for shape in shapes))
    for setting in order if shapes else ():
        fits = all(list_forms(setting, [shape]) for shape in shapes)
        if setting != dates and fits:
            return setting
    return ""
