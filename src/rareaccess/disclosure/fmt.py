"""Released values as text: the only way a result gets into a sentence, a table or a figure.

Every number is rounded half up, in decimal, from the value that a person would read
(2.5 becomes 3, 16.25 becomes 16.3), so that the same number never appears in two forms.
A hidden count is shown as ``[c]`` and a missing value as ``[x]``, the shorthand of the
Government Statistical Service. What has no release has no text: a bare number is refused, and a
number of the settings or of a scale goes through `whole`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, ValuesView
from datetime import date as Date
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd

from rareaccess.contracts.icd10 import dot_code
from rareaccess.disclosure.heard import hear
from rareaccess.disclosure.values import (
    Count,
    Day,
    Hidden,
    Plain,
    Ratio,
    Share,
    Shown,
    Statistic,
    Token,
    join_origins,
)

__all__ = [
    "HIDDEN_TEXT",
    "MISSING_TEXT",
    "MONTHS",
    "ci",
    "codes",
    "counted",
    "date",
    "date_short",
    "fill",
    "joined",
    "measure",
    "minutes",
    "month",
    "n",
    "num",
    "p",
    "pct",
    "period",
    "plural",
    "sentences",
    "span",
    "stat",
    "text",
    "whole",
]

HIDDEN_TEXT, MISSING_TEXT = Shown("[c]"), Shown("[x]")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
PLACE = re.compile(r"\{(\w*)\}")


Texts = ParamSpec("Texts")
Text = TypeVar("Text", bound=str)


def _keep_origin(way: Callable[Texts, Text]) -> Callable[Texts, Text]:
    """Make a text remember what the values that it was made of were made of."""

    @wraps(way)
    def keeping(*args: Texts.args, **named: Texts.kwargs) -> Text:
        # an iterator is read once, as a list
        given: Any = [list(a) if isinstance(a, Iterator | ValuesView) else a for a in args]
        made: Any = way(*given, **named)
        if isinstance(made, Shown):
            made = made.from_origin(join_origins([*given, *named.values()]))
            hear([made])
        return cast(Text, made)

    return keeping


def _mark(value: Any) -> Shown | None:
    """Return the text of a value that is hidden or missing, and None of any other."""
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    bare = value is None or (not isinstance(value, Token) and pd.api.types.is_scalar(value))
    return MISSING_TEXT if bare and pd.isna(value) else None


def _bare(value: object, what: str, *kinds: type[Token]) -> Any:
    """Return what is in a token; refuse a value that is none of these kinds."""
    if isinstance(value, kinds):
        return value.value
    raise TypeError(
        f"{what} must be a released value: found {type(value).__name__}. Take it from a "
        "released frame or a population; a number of the settings goes through fmt.whole."
    )


def _round(value: float | Fraction, decimals: int) -> str:
    """Round half up: a ratio of counts exactly, another number as a person reads it."""
    exact = value if isinstance(value, Fraction) else Decimal(repr(float(value)))
    step = Decimal(1).scaleb(-decimals)
    if isinstance(exact, Fraction):  # never passes through a binary float
        exact = Decimal((exact * 10**decimals + Fraction(1, 2)).__floor__()) * step
    rounded = exact.quantize(step, rounding=ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,}"


@_keep_origin
def n(value: Count | Plain | Hidden | None) -> Shown:
    """Count as text: whole, with thousands separators; a hidden count as [c].

    Raises
    ------
    TypeError
        The value is not a released count.

    Examples
    --------
    >>> n(Count(72308)), n(Count(0)), n(Hidden()), n(None)
    ('72,308', '0', '[c]', '[x]')
    >>> n(3)
    Traceback (most recent call last):
    TypeError: A count must be a released value: found int. Take it from a released frame or \
a population; a number of the settings goes through fmt.whole.
    """
    return _mark(value) or Shown(f"{Count(_bare(value, 'A count', Count, Plain)).value:,}")


@_keep_origin
def num(value: Token | Hidden | None, decimals: int = 1) -> Shown:
    """Statistic as text: rounded half up to a fixed number of decimals.

    Examples
    --------
    >>> num(Statistic(13.75)), num(Statistic(9), 0), num(Statistic(1234.5)), num(Statistic(-0.04))
    ('13.8', '9', '1,234.5', '0.0')
    >>> num(Statistic(13).with_most(0))
    '13'
    """
    if marked := _mark(value):
        return marked
    number = _bare(value, "A statistic", Statistic, Count, Plain)
    most = value.most if isinstance(value, Token) else None
    return Shown(_round(number, decimals if most is None else min(decimals, most)))


@_keep_origin
def stat(value: Token | Hidden | None) -> Shown:
    """Statistic as text in prose and summary tables: one decimal, none when it is whole.

    Examples
    --------
    >>> stat(Statistic(9.0)), stat(Statistic(10.94)), stat(Statistic(13.75)), stat(None)
    ('9', '10.9', '13.8', '[x]')
    """
    if marked := _mark(value):
        return marked
    number = float(_bare(value, "A statistic", Statistic, Count, Plain))
    return Shown(_round(number, 0 if number.is_integer() else 1))


@_keep_origin
def pct(
    part: Share | Count | Plain | Hidden | None,
    whole: Count | Plain | Hidden | None = None,
    decimals: int = 1,
) -> Shown:
    """Percentage as text: a share, or 100 x part / whole; one decimal, rounded half up exactly.

    With a whole of 0 there is no percentage, and the text is ``[x]``.

    Examples
    --------
    >>> pct(Count(149), Count(924)), pct(Share(50)), pct(Hidden(), Count(9))
    ('16.1%', '50.0%', '[c]')
    """
    marks = [_mark(part), *([] if whole is None else [_mark(whole)])]
    if any(marks):
        return HIDDEN_TEXT if HIDDEN_TEXT in marks else MISSING_TEXT
    if whole is None:
        return Shown(f"{_round(_bare(part, 'A percentage', Share, Plain), decimals)}%")
    of = _bare(whole, "The whole of a percentage", Count, Plain)
    share = Fraction(100 * _bare(part, "A part", Count, Plain), of) if of else None
    return MISSING_TEXT if share is None else Shown(f"{_round(share, decimals)}%")


@_keep_origin
def whole(value: float, noun: str = "") -> Shown:
    """Number of the settings or of a scale as text, whole; not for a result.

    Examples
    --------
    >>> whole(24), whole(1, "month"), whole(6, "month"), whole(2000.0)
    ('24', '1 month', '6 months', '2,000')
    """
    return plural(Plain(int(value)), noun) if noun else Shown(_round(value, 0))


@_keep_origin
def ci(low: Token, high: Token, decimals: int = 1, level: float = 0.95) -> Shown:
    """Confidence interval as text, with its level.

    Examples
    --------
    >>> ci(Statistic(55.2544), Statistic(73.6358))
    '95% CI 55.3 to 73.6'
    """
    return Shown(f"{whole(100 * level)}% CI {num(low, decimals)} to {num(high, decimals)}")


@_keep_origin
def p(value: Token | Hidden | None) -> Shown:
    """P value as text: three decimals below 0.1, else two; below 0.001 no more than that.

    Examples
    --------
    >>> p(Statistic(0.04)), p(Statistic(0.0004)), p(Statistic(0.5)), p(Statistic(0.9996))
    ('0.040', '<0.001', '0.50', '1.00')
    """
    told = _mark(value)
    if told:
        return told
    number = float(_bare(value, "A p value", Statistic, Plain))
    if number < 0.001:
        return Shown("<0.001")
    return Shown(_round(number, 3 if number < 0.1 else 2))


@_keep_origin
def minutes(value: Token | Hidden | None, decimals: int = 0) -> Shown:
    """Duration in minutes as text.

    Examples
    --------
    >>> minutes(Statistic(42.4)), minutes(Statistic(1)), minutes(Statistic(53.25), 1)
    ('42 minutes', '1 minute', '53.3 minutes')
    """
    shown = num(value, decimals)
    return Shown(f"{shown} {'minute' if shown == '1' else 'minutes'}")


@_keep_origin
def plural(
    count: Count | Plain | Hidden | None, one: str, many: str | None = None, none: str = ""
) -> Shown:
    """Count with its noun in the right number; 0 in words, where those are given.

    Examples
    --------
    >>> plural(Count(1), "patient"), plural(Count(924), "patient"), plural(Count(0), "man", "men")
    ('1 patient', '924 patients', '0 men')
    >>> plural(Count(0), "person", "people", none="no one")
    'no one'
    """
    text = n(count)
    if none and text == "0":
        return Shown(none)
    return Shown(f"{text} {one if text == '1' else many or one + 's'}")


@_keep_origin
def counted(count: Count | Plain | Hidden | None, nouns: str) -> Shown:
    """Count with its noun, which is given in the plural.

    Examples
    --------
    >>> counted(Count(1), "people"), counted(Count(1), "forms"), counted(Count(2), "forms")
    ('1 person', '1 form', '2 forms')
    """
    return plural(count, {"people": "person"}.get(nouns, nouns.removesuffix("s")), nouns)


@_keep_origin
def date(value: Date | Day | Plain | Hidden | None) -> Shown:
    """Date as text: day without a leading zero, month in full, year.

    A date of the settings is a `datetime.date`; one of a record has to be released.

    Examples
    --------
    >>> date(Date(2016, 6, 2)), date(Day(Date(2025, 8, 20)))
    ('2 June 2016', '20 August 2025')
    """
    if marked := _mark(value):
        return marked
    if isinstance(value, Date) and not isinstance(value, datetime):
        value = Plain(value)
    day = _bare(value, "A date", Day, Plain)
    return Shown(f"{day.day} {MONTHS[day.month - 1]} {day.year}")


@_keep_origin
def date_short(value: Date | Day | Plain | Hidden | None) -> Shown:
    """Date as text with the month cut to three letters, where room is short.

    Examples
    --------
    >>> date_short(Date(2021, 12, 15)), date_short(None) == MISSING_TEXT
    ('15 Dec 2021', True)
    """
    day, *rest = date(value).split(" ")
    return Shown(" ".join([day, rest[0][:3], rest[1]])) if rest else Shown(day)


@_keep_origin
def month(value: Date | Day | Plain | Hidden | None) -> Shown:
    """Month and year as text.

    Examples
    --------
    >>> month(Date(2016, 6, 22))
    'June 2016'
    """
    return Shown(date(value).partition(" ")[2] or date(value))


@_keep_origin
def period(start: Date, end: Date) -> Shown:
    """Period as text, both days included.

    Examples
    --------
    >>> period(Date(2016, 6, 22), Date(2025, 8, 20))
    '22 June 2016 to 20 August 2025'
    """
    return Shown(f"{date(start)} to {date(end)}")


@_keep_origin
def span(values: Iterable[Token | Hidden | None], way: Callable[..., Shown]) -> Shown:
    """Smallest and largest of some values as text; hidden and missing ones are left out.

    Where none is left, the text is that of a hidden value, if there was one, or of a missing one.

    Examples
    --------
    >>> span([Count(65), Count(133), None], n), span([Count(65), Hidden()], n), span([], n)
    ('65 to 133', '65', '[x]')
    """
    given = list(values)
    shown: list[Any] = [one for one in given if _mark(one) is None]
    if not shown:
        return HIDDEN_TEXT if any(isinstance(one, Hidden) for one in given) else MISSING_TEXT
    return Shown(" to ".join(dict.fromkeys(way(end(shown)) for end in (min, max))))


@_keep_origin
def joined(parts: Iterable[str], last: str = "and") -> str:
    """List as text, in the order given; it may be shown where every part of it may.

    Examples
    --------
    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or"), joined([])
    ('a', 'a and b', 'a, b or c', '')
    >>> type(joined([n(Count(1)), n(Count(2))])).__name__, type(joined(["1", "2"])).__name__
    ('Shown', 'str')
    """
    given = list(parts)
    kind = Shown if all(isinstance(part, Shown) for part in given) else str
    *head, tail = given or [""]
    return kind(f"{', '.join(head)} {last} {tail}" if head else tail)


@_keep_origin
def sentences(parts: Iterable[Shown]) -> Shown:
    """Sentences one after the other, each a text that may be shown.

    Examples
    --------
    >>> sentences([fill("{n} people.", n=Count(8)), fill("{n} forms.", n=Count(9))])
    '8 people. 9 forms.'
    """
    return Shown(" ".join(text(part) for part in parts))


def measure(label: str, unit: str) -> str:
    """Name of a measure with its unit, which is left out where the name says it already.

    Examples
    --------
    >>> measure("SLEDAI score", "points"), measure("crises in twelve months", "crises")
    ('SLEDAI score (points)', 'Crises in twelve months')
    """
    words = label[:1].upper() + label[1:]
    return words if unit.lower() in label.lower().split() else f"{words} ({unit})"


@_keep_origin
def codes(values: Iterable[str]) -> Shown:
    """ICD-10 codes as text, with the dot that readers know after the third character.

    Examples
    --------
    >>> codes(["M321", "D57", "J46X"])
    'M32.1, D57 and J46'
    """
    return Shown(joined(dot_code(one) for one in values))


@_keep_origin
def text(value: object) -> Shown:
    """Any released value as text, in the form of its kind.

    Examples
    --------
    >>> text(Count(924)), text(Statistic(10.94)), text(Share(50)), text(Plain("SC")), text(Hidden())
    ('924', '10.9', '50.0%', 'SC', '[c]')
    """
    if marked := _mark(value):
        return marked
    inner = value.value if isinstance(value, Plain) else value
    if isinstance(inner, Shown) or (isinstance(value, Plain) and isinstance(inner, str)):
        return Shown(inner)
    if isinstance(value, Count):
        return n(value)
    if isinstance(value, Share):
        return pct(value)
    if isinstance(value, Ratio):
        return num(value, 2)
    if isinstance(value, Day) or isinstance(inner, Date):
        return date(value)
    if isinstance(value, Statistic | Plain):
        return stat(value)
    return Shown(_bare(value, "A text", Token))


@_keep_origin
def fill(template: str, **shown: object) -> Shown:
    """Fill the places of a template, such as ``{people}``, with released values and their texts.

    Raises
    ------
    TypeError
        A place has no value, a value has no place, or it has not been released: a text of the
        settings is given as `Plain`.

    Examples
    --------
    >>> fill("{people} of {all} ({share})", people=Count(1), all=n(Count(8)), share=Share(12.5))
    '1 of 8 (12.5%)'
    >>> fill("{people} people", people=8)
    Traceback (most recent call last):
    TypeError: {people}: A text must be a released value: found int. Take it from a released \
frame or a population; a number of the settings goes through fmt.whole.
    """
    places = set(PLACE.findall(template))
    if places != set(shown):
        raise TypeError(
            "The places of a sentence are not the values that it is given: found "
            f"{', '.join(sorted(shown)) or 'none'}, expected {', '.join(sorted(places)) or 'none'}."
        )
    texts = {}
    for name, value in shown.items():
        try:
            texts[name] = text(value)
        except TypeError as error:
            raise TypeError(f"{{{name}}}: {error}") from None
    return Shown(PLACE.sub(lambda place: texts[place[1]], template))
