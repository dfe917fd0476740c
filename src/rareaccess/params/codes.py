"""Kinds of code: short names, ICD-10, MAINSPEF, ORPHA, SNOMED CT, forms and sources."""

import re
from dataclasses import replace
from typing import Annotated

from rareaccess.params.kinds import Kind, Wrong, matching, one_of, or_null, pattern, quoted

__all__ = [
    "SLUG",
    "BnfCode",
    "Code",
    "ColumnName",
    "FormCode",
    "MaybeFormCode",
    "MaybeReference",
    "MaybeSlug",
    "Native",
    "Orpha",
    "Question",
    "Reference",
    "Slug",
    "Snomed",
    "Specialty",
    "Status",
    "TextKey",
    "TrustCode",
    "Word",
    "has_check_digit",
]

SLUG = re.compile(r"(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*")


def has_check_digit(digits: str) -> bool:
    """Return whether the last digit is the Verhoeff check digit of a SNOMED CT identifier.

    References
    ----------
    SNOMED International, Technical Implementation Guide, appendix "Check-digit computation".

    Examples
    --------
    >>> has_check_digit("55464009"), has_check_digit("55464008")
    (True, False)
    """
    turn, check = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character)
        for _ in range(place % 8):
            digit = turn[digit]
        check = _combine(check, digit)
    return check == 0


def _combine(a: int, b: int) -> int:
    """Multiply in the group of the pentagon's symmetries: 0-4 turns, 5-9 reflections."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5


def _snomed(value: object) -> str:
    text = pattern("[1-9][0-9]{5,17}")(value)
    if not has_check_digit(text):
        raise Wrong("whose check digit is wrong", "compare it with the SNOMED CT browser")
    return text


def _undotted(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _dashed(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


_IN_QUOTES = "in quotes, because codes are text"
_KEY = matching(
    "small letters, digits and underscores, starting with a letter",
    "started_by_2019",
    "[a-z][a-z0-9_]{0,59}",
    tidy=lambda text: _dashed(text).replace("-", "_"),
    label="key",
)

_SLUG = matching(
    "a short name of small letters, digits and single hyphens, at most 60 characters",
    "sle-belimumab",
    SLUG.pattern,
    tidy=_dashed,
    label="short name",
)
Slug = Annotated[str, _SLUG]
MaybeSlug = Annotated[str | None, or_null(_SLUG)]
TextKey = Annotated[str, _KEY]
Question = Annotated[str, replace(_KEY, example="sledai_score")]
Code = Annotated[
    str,
    matching(
        "an ICD-10 code of three or four characters, without its dot",
        "M321",
        "[A-Z][0-9][0-9A-Z][0-9A-Z]{0,1}",
        tidy=_undotted,
        label="ICD-10 code",
    ),
]
BnfCode = Annotated[
    str,
    matching(
        f"a BNF code or its first characters, four at least, {_IN_QUOTES}",
        '"0603020T0"',
        "[0-9]{4}[0-9A-Z]{0,11}",
        tidy=_undotted,
        label="BNF code",
    ),
]
Specialty = Annotated[
    str,
    matching(
        f"a MAINSPEF code: three digits {_IN_QUOTES}",
        '"410"',
        "[0-9]{3}",
        tidy=_digits,
        label="MAINSPEF code",
    ),
]
Orpha = Annotated[
    str,
    matching(
        f"an ORPHA number: 1 to 6 digits {_IN_QUOTES}",
        '"536"',
        "[1-9][0-9]{0,5}",
        tidy=_digits,
        label="ORPHA number",
    ),
]
Snomed = Annotated[
    str,
    Kind(
        f"a SNOMED CT identifier: 6 to 18 digits {_IN_QUOTES}",
        '"55464009"',
        _snomed,
        "SNOMED CT identifier",
        {"type": "string", "pattern": "^[1-9][0-9]{5,17}$"},
    ),
]
_FORM_CODE = matching(
    "a code of letters, digits and . _ / -, at most 40 characters",
    "BEL-SLE",
    "[A-Za-z0-9][A-Za-z0-9._/-]{0,39}",
    tidy=str.strip,
    label="code",
)
FormCode = Annotated[str, _FORM_CODE]
MaybeFormCode = Annotated[str | None, or_null(_FORM_CODE, "it replaces none")]
ColumnName = Annotated[
    str,
    matching(
        "a column's name: letters, digits and underscores, at most 100 characters",
        "PSEUDO_HESID",
        "[A-Za-z_][A-Za-z0-9_]{0,99}",
        tidy=str.strip,
        label="column",
    ),
]
TrustCode = Annotated[
    str,
    matching(
        "the ODS code of a trust: a letter and two letters or digits",
        "RYY",
        "[A-Z][A-Z0-9]{2}",
        tidy=lambda text: text.strip().upper(),
        label="trust",
    ),
]
_REFERENCE = matching(
    "the key of a source in report/references.bib",
    "nice-ta752",
    "[A-Za-z0-9][A-Za-z0-9_-]{0,79}",
    tidy=_dashed,
    label="source",
)
Reference = Annotated[str, _REFERENCE]
Status = Annotated[str, one_of("verified", "unverified")]
MaybeReference = Annotated[str | None, or_null(_REFERENCE, "none names it")]

Native = Annotated[
    str,
    Kind(
        "a column's name as the source has it, at most 150 characters, without quotation marks",
        "TOKEN_PERSON_ID",
        pattern(r"\w[\w .,()/#%&:-]{0,149}", tidy=str.strip),
        "native column",
        {"type": "string", "minLength": 1, "maxLength": 150},
    ),
]


def _word(value: object) -> str:
    """Return a value as it may stand in a table; a number may be written without quotes."""
    plain = isinstance(value, int) and not isinstance(value, bool)
    text = str(value) if plain else quoted(value)
    if not text.strip() or len(text) > 100:
        raise Wrong(f"{len(text)} characters")
    return text


Word = Annotated[
    str,
    Kind(
        "a value as it is written, of 1 to 100 characters",
        "Treatment Complete",
        _word,
        "written value",
        {"type": ["string", "integer"], "maxLength": 100},
    ),
]
