"""Numbers and dates as text: the only way a result gets into a sentence, a table or a figure.

Every number is rounded half up, in decimal, from the value that a person would read
(2.5 becomes 3, 16.25 becomes 16.3), so that the same number never appears in two forms.
A hidden count is shown as ``[c]`` and a missing value as ``[x]``, the shorthand of the
Government Statistical Service.
"""

from collections.abc import Callable, Iterable
from datetime import date as Date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from numbers import Integral, Real

import pandas as pd

from rareaccess.contracts.icd10 import dot_code
from rareaccess.disclosure import Hidden

__all__ = [
    "HIDDEN_TEXT",
    "MISSING_TEXT",
    "ci",
    "codes",
    "counted",
    "date",
    "date_short",
    "joined",
    "measure",
    "minutes",
    "month",
    "n",
    "num",
    "pct",
    "period",
    "plural",
    "span",
    "stat",
    "text",
]

HIDDEN_TEXT = "[c]"
MISSING_TEXT = "[x]"


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _half_up(value: Decimal | Fraction, decimals: int) -> Decimal:
    step = Decimal(1).scaleb(-decimals)
    if isinstance(value, Fraction):
        # exact: the quotient of two counts never passes through a binary float
        scaled = value * 10**decimals
        sign = -1 if scaled < 0 else 1
        whole = (abs(scaled) + Fraction(1, 2)).__floor__() * sign
        return (Decimal(whole) * step).quantize(step)
    return value.quantize(step, rounding=ROUND_HALF_UP)


def n(value: int | Hidden | None) -> str:
    """Count as text: whole, with thousands separators; a hidden count as [c].

    Raises
    ------
    TypeError
        The value is not a whole number, so it is not a count.

    Examples
    --------
    >>> n(72308), n(0), n(Hidden()), n(None)
    ('72,308', '0', '[c]', '[x]')
    """
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    if _is_missing(value):
        return MISSING_TEXT
    if isinstance(value, bool) or (not isinstance(value, Integral) and value != int(value)):
        raise TypeError(f"A count is a whole number: found {value!r}.")
    return f"{int(value):,}"


def num(value: float | Hidden | None, decimals: int = 1) -> str:
    """Statistic as text: rounded half up to a fixed number of decimals.

    Examples
    --------
    >>> num(13.75), num(7.75), num(9.0), num(9.0, 0), num(1234.5), num(-0.04)
    ('13.8', '7.8', '9.0', '9', '1,234.5', '0.0')
    """
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    if _is_missing(value):
        return MISSING_TEXT
    rounded = _half_up(Decimal(repr(float(value))), decimals)
    return f"{rounded if rounded else abs(rounded):,}"


def stat(value: float | Hidden | None) -> str:
    """Statistic as text in prose and summary tables: one decimal, none when it is whole.

    Examples
    --------
    >>> stat(9.0), stat(10.94), stat(13.75), stat(None)
    ('9', '10.9', '13.8', '[x]')
    """
    if isinstance(value, Hidden) or _is_missing(value):
        return num(value)
    return num(value, 0 if float(value).is_integer() else 1)


def pct(part: float | Hidden | None, whole: float | Hidden = 1, decimals: int = 1) -> str:
    """Percentage as text: 100 x part / whole, one decimal, rounded half up from the exact ratio.

    With a whole of 0 there is no percentage, and the text is ``[x]``.

    Examples
    --------
    >>> pct(149, 924), pct(71384, 72308), pct(0.5), pct(1, 8, 0), pct(Hidden(), 9), pct(0, 0)
    ('16.1%', '98.7%', '50.0%', '13%', '[c]', '[x]')
    """
    if isinstance(part, Hidden) or isinstance(whole, Hidden):
        return HIDDEN_TEXT
    if _is_missing(part) or _is_missing(whole) or whole == 0:
        return MISSING_TEXT
    share = Fraction(repr(float(part))) / Fraction(repr(float(whole)))
    return f"{_half_up(100 * share, decimals):,}%"


def ci(low: float, high: float, decimals: int = 1, level: float = 0.95) -> str:
    """Confidence interval as text, with its level.

    Examples
    --------
    >>> ci(55.2544, 73.6358)
    '95% CI 55.3 to 73.6'
    """
    return f"{num(100 * level, 0)}% CI {num(low, decimals)} to {num(high, decimals)}"


def minutes(value: float | Hidden | None, decimals: int = 0) -> str:
    """Duration in minutes as text.

    Examples
    --------
    >>> minutes(42.4), minutes(1.0), minutes(53.25, 1)
    ('42 minutes', '1 minute', '53.3 minutes')
    """
    shown = num(value, decimals)
    return f"{shown} {'minute' if shown == '1' else 'minutes'}"


def plural(count: int | Hidden, one: str, many: str | None = None) -> str:
    """Count with its noun in the right number.

    Examples
    --------
    >>> plural(1, "patient"), plural(924, "patient"), plural(0, "person", "people")
    ('1 patient', '924 patients', '0 people')
    """
    single = not isinstance(count, Hidden) and count == 1
    return f"{n(count)} {one if single else many or one + 's'}"


def counted(count: int | Hidden | None, nouns: str) -> str:
    """Count with its noun, which is given in the plural.

    Examples
    --------
    >>> counted(1, "people"), counted(1, "applications"), counted(2, "applications")
    ('1 person', '1 application', '2 applications')
    """
    single = not isinstance(count, Hidden) and count == 1
    one = {"people": "person"}.get(nouns, nouns.removesuffix("s"))
    return f"{n(count)} {one if single else nouns}"


def _as_date(value: Date | str | pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp(value)


def date(value: Date | str | Hidden | None) -> str:
    """Date as text: day without a leading zero, month in full, year.

    Examples
    --------
    >>> date("2025-08-20"), date(Date(2016, 6, 2))
    ('20 August 2025', '2 June 2016')
    """
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    if _is_missing(value):
        return MISSING_TEXT
    day = _as_date(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_short(value: Date | str | Hidden | None) -> str:
    """Date as text with the month cut to three letters, where room is short.

    Examples
    --------
    >>> date_short("2021-12-15"), date_short(None) == MISSING_TEXT
    ('15 Dec 2021', True)
    """
    words = date(value).split(" ")
    return " ".join([words[0], words[1][:3], words[2]]) if len(words) == 3 else " ".join(words)


def month(value: Date | str | Hidden) -> str:
    """Month and year as text.

    Examples
    --------
    >>> month("2016-06-22")
    'June 2016'
    """
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    day = _as_date(value)
    return f"{MONTHS[day.month - 1]} {day.year}"


def period(start: Date | str, end: Date | str) -> str:
    """Period as text, both days included.

    Examples
    --------
    >>> period("2016-06-22", "2025-08-20")
    '22 June 2016 to 20 August 2025'
    """
    return f"{date(start)} to {date(end)}"


def span(values: Iterable[object], way: Callable[..., str]) -> str:
    """Smallest and largest of some values as text; hidden and missing ones are left out.

    Where none is left, the text is that of a hidden value, if there was one, or of a missing one.

    Examples
    --------
    >>> span([65, 133, None], n), span([65, Hidden()], n), span([Hidden()], n), span([], n)
    ('65 to 133', '65', '[c]', '[x]')
    """
    given = list(values)
    lost = any(isinstance(one, Hidden) for one in given)
    shown = [one for one in given if not (isinstance(one, Hidden) or _is_missing(one))]
    if not shown:
        return HIDDEN_TEXT if lost else MISSING_TEXT
    ends = [way(end(shown)) for end in (min, max)]  # type: ignore[type-var]  # of one kind, all
    return " to ".join(dict.fromkeys(ends))


def joined(parts: Iterable[object], last: str = "and") -> str:
    """List as text, in the order given.

    Examples
    --------
    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or"), joined([])
    ('a', 'a and b', 'a, b or c', '')
    """
    *head, tail = [str(part) for part in parts] or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def measure(label: str, unit: str) -> str:
    """Name of a measure with its unit, which is left out where the name says it already.

    Examples
    --------
    >>> measure("SLEDAI score", "points"), measure("crises in twelve months", "crises")
    ('SLEDAI score (points)', 'Crises in twelve months')
    """
    words = label[:1].upper() + label[1:]
    return words if unit.lower() in label.lower().split() else f"{words} ({unit})"


def codes(values: Iterable[str]) -> str:
    """ICD-10 codes as text, with the dot that readers know after the third character.

    Examples
    --------
    >>> codes(["M321", "M328", "J46X"])
    'M32.1, M32.8 and J46'
    """
    return joined(dot_code(code) for code in values)


def text(value: object) -> str:
    """Any released value as text: counts, statistics, dates, words, hidden and missing values.

    Examples
    --------
    >>> text(924), text(10.94), text(Date(2025, 8, 20)), text("SC"), text(Hidden())
    ('924', '10.9', '20 August 2025', 'SC', '[c]')
    """
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    if isinstance(value, str):
        return value
    if _is_missing(value):
        return MISSING_TEXT
    if isinstance(value, Date):
        return date(value)
    if isinstance(value, Integral):
        return n(value)
    if isinstance(value, Real):
        return stat(value)
    raise TypeError(f"No text for a value of type {type(value).__name__}.")


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
