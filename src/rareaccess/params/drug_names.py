"""A typed drug name without what does not matter: case, strength, schedule and formulation."""

import re

__all__ = ["has_lone_number", "normalise_drug_name"]

NUMBER = r"\d+(?:[.,]\d+)*"
UNIT = (
    r"(?:(?:mg|milligrams?|mcg|\u03bcg|ug|micrograms?|g|grams?|kg|ml|millilit(?:re|er)s?|iu|units?"
    r"|m2|m²|dose|days?|weeks?|months?)(?![^\W_])|%)"
)
STRENGTH = re.compile(
    rf"(?:{NUMBER}\s*[x×]\s*)?{NUMBER}\s*{UNIT}(?:\s*(?:/|\bper\b)\s*(?:{NUMBER}\s*)?{UNIT})*"
)
LONE = re.compile(rf"(?<![^\W_]){NUMBER}(?![^\W_])")
PERIOD = r"(?:day|week|fortnight|month)s?\b"
SCHEDULE = re.compile(
    rf"\b(?:every|each)\s+(?:(?:\d+|other|second|two|three|four|six|eight)[\s-]+)?{PERIOD}"
    rf"|\b(?:a|per)\s+{PERIOD}|\bq\s?\d+\s?[dwm]\b"
)
ROUTE = re.compile(r"\b(i)[./]\s?(v)\b|\b(s)[./]\s?(c)\b")
FORMULATION = re.compile(
    r"iv|sc|intravenous(?:ly)?|subcutaneous(?:ly)?|oral|for|powder|concentrate|solution"
    r"|(?:infusion|injection|vial|tablet|capsule|pen|syringe|autoinjector|injector|dose)s?"
    r"|prefilled|pre|filled|auto|once|twice|daily|weekly|biweekly|fortnightly|monthly"
)


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
    if not isinstance(name, str):
        return ""
    text = LONE.sub(" ", _strip(name)).replace("-", "")
    text = re.sub(r"[^\w\s]|_", " ", text)
    return " ".join(word for word in text.split() if not FORMULATION.fullmatch(word))


def has_lone_number(name: str) -> bool:
    """Return whether the name has a number without a unit, which is taken for a strength.

    Examples
    --------
    >>> [has_lone_number(name) for name in ("interleukin 2", "benlysta 200 mg", "il6 inhibitor")]
    [True, False, False]
    """
    return LONE.search(_strip(name)) is not None


def _strip(name: str) -> str:
    """Return the name in small letters, without schedule and without strengths that have a unit."""
    text = re.sub(r"[‐‑‒–—]", "-", name.casefold())
    text = ROUTE.sub(lambda found: "".join(filter(None, found.groups())), text)
    return STRENGTH.sub(" ", SCHEDULE.sub(" ", text))
