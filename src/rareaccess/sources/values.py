"""Written values and ours: what a text in a code column means, and what was done to read it.

Pure functions of one text. They are asked of the values that occur in a column, never of its rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from rareaccess.contracts import Column
from rareaccess.contracts.icd10 import FILLER, is_code

__all__ = ["NOTHING", "Value", "is_known", "read_value", "read_values", "strip_blanks"]

NOTHING = ("", "NULL", "NA")  # as SQL Server and R write what is missing
EMPTY = ("null", "na", "n/a", "#n/a", "nan", "none", "<na>", "(null)", ".")  # SAS writes a point
LIKE_NOTHING = "NA"  # of ethnic codes, N with a local A
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"  # zero-width, byte order mark, soft hyphen
GONE = dict.fromkeys(map(ord, INVISIBLE))
BLANKS, CASE = "blanks removed", "case changed"
GIVEN, SPELLED = "read as the settings of the source say", "read as the code that the word means"
FIRST, ZEROS = "first character taken", "zeros or a decimal point of a number mended"
DOT, SUFFIX, FILLED = "dot removed", "dagger, asterisk or filler removed", "X put in as filler"
YEARS, ABSENT = "written as two pairs of digits", "a word for nothing: missing"
POINT = re.compile(r"(\d+)\.0+")
YEAR = re.compile(r"(?:19|20)?(\d\d) ?[-/]? ?(?:19|20)?(\d\d)")
SIGNS = re.compile(r"(?<=.{4})[DAX-]+$|(?<=...)-+$", re.DOTALL)  # after the fourth character


@dataclass(frozen=True)
class Value:
    """What a written value means.

    Parameters
    ----------
    ours
        The value that the pipeline reads; none where nothing is written.
    done
        What was done to it, in words; nothing where it is ours as it stands.
    """

    ours: str | None
    done: tuple[str, ...] = ()


def strip_blanks(text: str) -> str:
    r"""Return a text without blanks of any kind at its ends, and without what cannot be seen.

    Examples
    --------
    >>> strip_blanks("\u00a0410 "), strip_blanks("\ufeffA\u200b"), strip_blanks("Not\u00a0known")
    ('410', 'A', 'Not known')
    """
    return " ".join(text.translate(GONE).split())


def read_value(column: Column, written: str, given: Mapping[str, str] | None = None) -> Value:
    r"""Return what a written value of a column means.

    Parameters
    ----------
    column
        The column of a contract, with its `fold`.
    given
        Written value -> the value to read, as the settings of the source say; blanks and case do
        not matter.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> apc, forms = CONTRACTS["apc"], CONTRACTS["blueteq_applications"]
    >>> read_value(apc["ETHNOS"], "A1")
    Value(ours='A', done=('first character taken',))
    >>> read_value(apc["DIAG_4_01"], "m32.1d").ours, read_value(apc["DIAG_4_01"], "J46").ours
    ('M321', 'J46X')
    >>> read_value(forms["approval_status"], "Treatment Complete ").ours
    'approved'
    >>> read_value(forms["route"], "drip", {"Drip": "IV"}).ours
    'IV'
    """
    if not written:
        return Value(written)
    text = strip_blanks(written)
    done = [BLANKS] if text != written else []
    if not text:
        return Value(None, (ABSENT,))
    folded = {strip_blanks(word).casefold(): ours for word, ours in (given or {}).items()}
    if text.casefold() in folded:
        text = folded[text.casefold()]
        done.append(GIVEN)
    elif text.casefold() in EMPTY and text not in column.codes:
        return Value(None, (ABSENT,))
    ours, more = FOLD[column.fold](column, text)
    return Value(ours, tuple(dict.fromkeys((*done, *more))))


def read_values(
    column: Column, written: Iterable[str], given: Mapping[str, str] | None = None
) -> dict[str, Value]:
    """Return what each value that occurs in a column means, in their order.

    Among ethnic codes of two letters NA is the code N with a local A, and not a word for nothing.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> read = read_values(CONTRACTS["op"]["ETHNOS"], ["AA", "NA"])
    >>> [value.ours for value in read.values()], read_value(CONTRACTS["op"]["ETHNOS"], "NA").ours
    (['A', 'N'], None)
    """
    read = {text: read_value(column, text, given) for text in sorted(written)}
    if any(FIRST in value.done and text.strip().isalpha() for text, value in read.items()):
        for text, value in read.items():
            if ABSENT in value.done and strip_blanks(text).upper() == LIKE_NOTHING:
                read[text] = Value(*_read_first(column, strip_blanks(text)))
    return read


def is_known(column: Column, ours: str) -> bool:
    """Return whether a value is one that the contract allows; of a column without codes, any.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> [is_known(CONTRACTS["op"]["ETHNOS"], value) for value in ("A", "99", "Q")]
    [True, True, False]
    """
    if column.codes:
        return ours in column.codes
    return column.shape is None or re.fullmatch(column.shape[1], ours) is not None


def _read_code(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the code of a text: it itself, in another case, as a number, or by a known word."""
    if text in column.codes:
        return text, ()
    words = _list_words(column)
    if text.casefold() in words:
        return words[text.casefold()]
    number = POINT.sub(r"\1", text)
    if number.isdecimal():
        for code in column.codes:
            if code.isdecimal() and int(code) == int(number):
                return code, (ZEROS,)
    return text, ()


@cache
def _list_words(column: Column) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return each word for a code, in small letters, with the code and what is done to read it."""
    spelled = {word: (code, (SPELLED,)) for word, code in column.spellings}
    return {**spelled, **{code.casefold(): (code, (CASE,)) for code in column.codes}}


def _read_capitals(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    return text.upper(), (CASE,) if text.upper() != text else ()


def _read_small(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    return text.lower(), (CASE,) if text.lower() != text else ()


def _read_words(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    return text, ()


def _read_digits(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    """Return a code of digits without what a program that took it for a number has put there."""
    number = POINT.sub(r"\1", text)
    return (number, (ZEROS,)) if number != text else _read_capitals(column, text)


def _read_first(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the national code: the first of two characters, where it is a letter among the codes.

    Source: NHS Data Dictionary, ethnic category code: the second character is for local use.
    """
    letter = text[0].upper()
    if len(text) == 2 and letter.isalpha() and letter in column.codes:
        return letter, (FIRST,)
    return _read_code(column, text)


def _read_icd10(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    """Return an ICD-10 code in capitals, undotted, without dagger and asterisk.

    A category that is not divided has the filler X as its fourth character in HES. What is shorter
    than a category, such as &, is no code and stays as it is.
    """
    code, done = _read_capitals(column, text)
    plain = code.replace(".", "").replace(" ", "")
    if len(plain) < 3 or not plain[0].isalpha():
        return code, done
    done = (*done, DOT) if plain != code else done
    bare = SIGNS.sub("", plain)
    done = (*done, SUFFIX) if bare != plain else done
    if len(bare) == 3 and is_code(bare + FILLER):
        return bare + FILLER, (*done, FILLED)
    return bare, done


def _read_year(column: Column, text: str) -> tuple[str, tuple[str, ...]]:
    """Return a financial year such as 2016/17 or 201617 as HES writes it, 1617."""
    number = POINT.sub(r"\1", text)
    found = YEAR.fullmatch(number)
    if number.isdecimal() and len(number) <= 3:
        return number.zfill(4), (ZEROS,)
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        return text, ()
    ours = found[1] + found[2]
    return ours, (YEARS,) if ours != text else ()


FOLD: dict[str, Callable[[Column, str], tuple[str, tuple[str, ...]]]] = {
    "code": _read_code,
    "capitals": _read_capitals,
    "blanks": _read_words,
    "small": _read_small,
    "digits": _read_digits,
    "first": _read_first,
    "icd10": _read_icd10,
    "year": _read_year,
}
"""How each fold of `contracts.model.FOLDS` is read."""
