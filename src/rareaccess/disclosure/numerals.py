"""Numbers typed into text: those that a template may have, each declared with what it is.

A number in a sentence comes from a released value and in a table from a released column. What is
left are numbers that belong to the words: a year, a level of confidence, the edges of a scale. They
are declared here, with the words around them, so that a typed count never passes for one.
"""

import re

__all__ = ["DECLARED", "find_numerals", "find_typed"]

DECLARED: dict[str, str] = {
    "a citation": r"\[[^\]]*@[\w-]+[^\]]*\]|@[\w:.-]+",
    "a cross-reference or an anchor": r"\{[#.][^}]*\}|\]\([^)]*\)",
    "a place, a token or a shortcode": r"\{\{[^}]*\}\}|\{\w*\}",
    "code": r"`[^`]*`",
    "the number of a list": r"(?m)^\s*\d+\. ",
    "a year": r"\b(?:19|20)\d\d(?:[/–-](?:\d\d){1,2})?\b",
    "a level of confidence": r"\b(?:95|99\.8)(?: ?%| per cent)(?= (?:log-log |confidence |"
    r"uncertainty )?(?:intervals?|limits|CI|from|to)\b)",
    "a limit of disclosure control": r"\b1 to 7\b|\bto the nearest (?:5|6|10)\b",
    "a share of everything": r"\bfrom 0 to 100\b|\b100 ?(?:%|per cent)",
    "an age band": r"\bfrom 0 to 9 up to 90\b|\b(?:ages?|aged) \d\d?(?:–| to )\d\d?\b|"
    r"\b\d\d?–\d\d?\b(?= years?\b)|\b\d\d(?: or over| and over|\+)",
    "the Charlson index": r"\bindex of 0(?:, 1, 2,? and 3 or more)?\b",
    "the boards of England": r"\b42 integrated care boards\b",
    "the unit of a rate": r"\b(?:per|a|by) (?:100|1,000|10,000|100,000)\b|"
    r"\b(?:100|1,000|10,000|100,000) (?:people|person-years|patients)\b",
    "an example of rounding": r"\b13\.75 prints as 13\.8\b",
    "the postcode of no fixed abode": r"\bZZ99 3VZ\b",
    "a standard": r"\b(?:ICD-10|SNOMED CT|WCAG 2\.\d|IMD 20\d\d)\b",
}
"""What a number in the text of a template may be, and how it is written."""

NUMERAL = re.compile(r"(?<![\w.,])[-−]?\d[\d,.]*\d|(?<![\w.,])\d")
_DECLARED = re.compile("|".join(f"(?:{one.removeprefix('(?m)')})" for one in DECLARED.values()),
                       re.MULTILINE)  # fmt: skip


def find_numerals(text: str) -> list[str]:
    """Return the numbers in a text, as they are written; digits within a word are none.

    Examples
    --------
    >>> find_numerals("1,090 of 13.8% in M32.1 and q1")
    ['1,090', '13.8']
    """
    return [found.rstrip(".,") for found in NUMERAL.findall(text)]


def find_typed(text: str) -> list[str]:
    """Return the numbers of a text that are not declared.

    Examples
    --------
    >>> find_typed("Of {n} people in 2024, 13 had it, with 95% intervals [@ndrs-2026]")
    ['13']
    """
    return find_numerals(_DECLARED.sub(" ", text))
