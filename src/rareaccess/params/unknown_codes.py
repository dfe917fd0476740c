"""Codes in a pair's file that HES cannot have: of no edition, or only of a later one of the WHO."""

from collections.abc import Iterator
from typing import Any

from rareaccess.contracts.icd10 import EDITION, NOT_IN_HES, has_prefix, is_code, list_categories
from rareaccess.params.faults import Fault, Key, key_path, nearest
from rareaccess.params.pair import Pair
from rareaccess.params.yaml_values import list_at

__all__ = ["find_unknown_codes", "list_unused_codes"]

SECTIONS: tuple[Key, ...] = (
    *(("condition", "icd10", name) for name in ("narrow", "broad", "orphan")),
    ("charlson", "exclude"),
    ("eligibility", "control", "codes"),
)
FEATURES: tuple[Key, ...] = tuple(
    ("eligibility", role) for role in ("anchors", "considered", "use")
)


def find_unknown_codes(values: dict[str, Any]) -> Iterator[Fault]:
    """Yield a fault for each well-formed code of a pair's file that does not exist.

    Parameters
    ----------
    values
        The plain values of the file; what is not as it should be there is passed over.
    """
    confirmed = list_at(values, ("condition", "icd10", "confirmed"))
    for section in _list_sections(values):
        for place, code in enumerate(list_at(values, section)):
            fits = isinstance(code, str) and code.isalnum() and len(code) in (3, 4)
            known = code in confirmed or code in NOT_IN_HES
            if fits and not known and not is_code(code):
                yield _tell((*section, place), code)


def list_unused_codes(pair: Pair) -> list[str]:
    """Return a warning for each code of a pair that the WHO has, but that HES does not use.

    A code under `condition.icd10.confirmed` is not warned of.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> list_unused_codes(load_pair("sle-belimumab"))
    []
    """
    values = pair.model_dump(mode="json", by_alias=True)
    confirmed = pair.condition.icd10.confirmed
    return [
        f"params/pairs/{pair.pair}.yml, key {key_path(section)}: HES does not use {code}, which "
        f"finds nobody there; HES codes {NOT_IN_HES[code]}. Write that as well, or {code} under "
        "condition.icd10.confirmed"
        for section in _list_sections(values)
        for code in list_at(values, section)
        if code in NOT_IN_HES and code not in confirmed
    ]


def _list_sections(values: dict[str, Any]) -> Iterator[Key]:
    """Yield the key of each list of codes, those of the features included."""
    yield from SECTIONS
    for key in FEATURES:
        yield from ((*key, place, "codes") for place in range(len(list_at(values, key))))


def _tell(key: Key, code: str) -> Fault:
    """Return the fault of a code, with those beside it: of its category, else of the tens."""
    every = list_categories()
    near = [*every.get(code[:3], ())] or [c for c in every if has_prefix(c, [code[:2]])]
    closest = nearest(code, near)
    older = "for a code of an earlier edition, write it under condition.icd10.confirmed as well"
    return Fault(
        key,
        f"{code}, which {EDITION} does not have",
        f"a code that exists, such as {', '.join(near)}" if near else "a code that exists",
        example=f"[{closest or 'M321'}]",
        mend=f"did you mean {closest}? Or, {older}" if closest else older,
    )
