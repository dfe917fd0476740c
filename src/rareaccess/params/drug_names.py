"""A typed drug name without what does not matter: case, strength, schedule and formulation."""

import re
import unicodedata

from rareaccess.params.drug_words import PLAIN

__all__ = ["has_lone_number", "list_wordings", "normalise_drug_name"]

NUMBER = r"\d+(?:[.,]\d+)*"
UNIT = (
    r"(?:(?:mgs?|milligrams?|mcg|\u03bcg|ug|micrograms?|g|grams?|kg|mls?|millilit(?:re|er)s?|iu|units?"
    r"|m2|dose|days?|weeks?|months?)(?![^\W_])|%)"
)
GLUED = r"(?:mg|mcg|\u03bcg|ug|kg|ml|iu)"  # units that may run into the next word, as in 200mgpen
STRENGTH = re.compile(
    rf"(?:{NUMBER}\s*[x×]\s*)?{NUMBER}\s*(?:{UNIT}|{GLUED})"
    rf"(?:\s*(?:/|\b(?:per|in)\b)\s*(?:{NUMBER}\s*)?(?:{UNIT}|{GLUED}))*"
)
LONE = re.compile(rf"(?<![^\W_])x?{NUMBER}(?:x{NUMBER})*s?(?![^\W_])")  # and packs: x28, 1x7, 28s
PERIOD = r"(?:day|week|fortnight|month)s?\b"
SCHEDULE = re.compile(
    rf"\b(?:every|each)\s+(?:(?:\d+|other|second|two|three|four|six|eight)[\s-]+)?{PERIOD}"
    rf"|\b(?:a|per)\s+{PERIOD}|\bq\s?\d+\s?[dwm]\b"
)
INITIALS = re.compile(r"(?<![^\W_])[a-z](?:[./]\s?[a-z])+(?![^\W_])")  # i.v., S/C, F.O.C.
APOSTROPHE = re.compile(r"(?<=\w)['\u2019`](?=\w)")
MARKS = dict.fromkeys(map(ord, "®™©"), " ")


def normalise_drug_name(name: str | None) -> str:
    """Return the drug's name without case, strength, schedule, formulation and punctuation.

    Parameters
    ----------
    name
        Free text of an application.

    Examples
    --------
    >>> normalise_drug_name("BENLYSTA 200mg solution for injection (pre-filled pen)")
    'benlysta'
    >>> normalise_drug_name("Belimumab 400 mg/20 ml IV infusion"), normalise_drug_name(None)
    ('belimumab', '')
    >>> normalise_drug_name("belimumab 10mg/kg IV every 4 weeks")
    'belimumab'
    """
    return " ".join(word for word in list_wordings(name)[0] if word not in PLAIN)


def list_wordings(name: str | None) -> tuple[list[str], list[str]]:
    """Return the words without case, strength, schedule and punctuation: hyphens closed, opened.

    Examples
    --------
    >>> list_wordings("peg-interferon")
    (['peginterferon'], ['peg', 'interferon'])
    >>> list_wordings("Xolair 150mg pre-filled pen")
    (['xolair', 'prefilled', 'pen'], ['xolair', 'pre', 'filled', 'pen'])
    """
    text = LONE.sub(" ", _strip(name)) if isinstance(name, str) else ""
    closed, opened = (
        re.sub(r"[^\w\s]|_", " ", text.replace("-", hyphen)).split() for hyphen in ("", " ")
    )
    return closed, opened


def has_lone_number(name: str) -> bool:
    """Return whether the name has a number without a unit, which is taken for a strength.

    Examples
    --------
    >>> [has_lone_number(name) for name in ("interleukin 2", "benlysta 200 mg", "il6 inhibitor")]
    [True, False, False]
    """
    return LONE.search(_strip(name)) is not None


def _strip(name: str) -> str:
    """Return the name in small letters, without schedule and without strengths that have a unit.

    Accents, apostrophes within words, invisible characters and marks of trade go as well, and
    initials close up: `H.C.` is `hc`.
    """
    text = unicodedata.normalize("NFKD", name.translate(MARKS)).casefold()
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
    text = re.sub(r"[‐‑‒–—]", "-", APOSTROPHE.sub("", text.replace("_", " ").replace("(s)", "s")))
    text = INITIALS.sub(lambda found: re.sub(r"[^a-z]", "", found.group()), text)
    return STRENGTH.sub(" ", SCHEDULE.sub(" ", text))
