"""Write the settings file of a new condition-drug pair, every key with its meaning beside it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import project_root
from rareaccess.params import Pair, load_pair, load_report, parse_pair
from rareaccess.params.codes import SLUG
from rareaccess.params.faults import Key, shorten, suggest
from rareaccess.params.json_schema import build_first_line
from rareaccess.params.yaml_writer import build_yaml

__all__ = ["OPTIONAL", "build_pair_text", "write_pair"]

OPTIONAL: Mapping[str, Key] = {  # what may be given as well, and the key that holds it
    "condition_short": ("names", "condition_short"),
    "brand": ("names", "brand"),
    "people": ("names", "people"),
    "broad": ("condition", "icd10", "broad"),
    "misspellings": ("drug", "misspellings"),
    "indication": ("drug", "indication"),
    "indication_wordings": ("drug", "indication_wordings"),
    "form_codes": ("drug", "form_codes"),
    "shared_form_codes": ("drug", "shared_form_codes"),
    "route": ("drug", "routes", 0, "route"),
    "criterion": ("criteria", 0, "id"),
    "summary": ("criteria", 0, "summary"),
    "source": ("criteria", 0, "source"),
    "severity": ("severity",),
    "service": ("centres", "service"),
    "centre_label": ("centres", "label"),
    "centres": ("centres", "expected"),
}
LEFT_OUT = ("severity", "misspellings", "indication_wordings", "shared_form_codes")
"""What is simply not there when it is not given."""
BORROWED: tuple[Key, ...] = (  # what another pair lends
    ("windows", "treatment", "to"),
    ("windows", "apc", "from"),
    ("windows", "apc", "to"),
    ("windows", "op", "from"),
    ("windows", "op", "to"),
    ("windows", "trace_date"),
    ("activity", "months_before"),
)
NO_RULE = "approval"
START = ("windows", "treatment", "from")
ROUTES = {"IV": "intravenous infusion", "SC": "subcutaneous injection", "oral": "taken by mouth"}
HEADER = f"""\
{build_first_line("pair")}
# One file = one condition-drug pair. Everything particular to the pair is here and nowhere else.
# Write dates as YYYY-MM-DD. Write ICD-10 codes without dots; they match as prefixes. Put codes made
# only of digits in quotes. docs/params.md explains every key.
# ASSUMED marks a value that nobody has checked: confirm or correct it, then remove the mark.
# Leave `status: unverified` on anything that no source supports: the book says so.
"""


def write_pair(
    slug: str, *, like: str = "", overwrite: bool = False, root: Path | None = None, **given: Any
) -> Path:
    """Write params/pairs/<slug>.yml, which loads and marks what somebody still has to check.

    Parameters
    ----------
    slug
        Short name of the pair, such as `anca-avacopan`; the file is named after it.
    like
        The pair that lends its windows and centres; by default the reference pair.
    overwrite
        Replace an existing file.
    root
        The project's folder, when it is not the one that `project_root` finds.
    **given
        What `build_pair_text` takes.

    Returns
    -------
    Path
        The file: written aside and renamed.

    Raises
    ------
    UserError
        The file exists and `overwrite` is not set, or a value does not fit; nothing is written.
    """
    root = root or project_root()
    file = f"params/pairs/{shorten(slug)}.yml"
    fits = SLUG.fullmatch(slug) is not None
    path = root / "params" / "pairs" / f"{slug}.yml"
    if fits and path.exists() and not overwrite:
        raise UserError(
            "The pair already has a file, which is unchanged.",
            where=file,
            found="a file with this name",
            expected="a new name",
            mend="Choose another name, or move the file first.",
        )
    lender = load_pair(like or load_report(root=root).reference_pair, root=root)
    text = build_pair_text(slug, lender, **given)
    parse_pair(text, slug, file=f"{file} (not written)", codes=True)
    write_atomic(path, text)
    return path


def build_pair_text(
    slug: str,
    lender: Pair,
    *,
    condition: str,
    drug: str,
    codes: Sequence[str],
    specialties: Mapping[str, str],
    approval_date: date | str,
    **optional: Any,
) -> str:
    """Return the text of a new pair's file. The values are not checked here.

    Parameters
    ----------
    slug, lender
        Short name of the pair; the pair that lends windows and centres.
    condition, drug
        Their names within a sentence.
    codes
        ICD-10 codes that find the condition, undotted.
    specialties
        MAINSPEF code: name of the specialty.
    approval_date
        First day on which the drug was recommended for the condition.
    **optional
        Any of `OPTIONAL`. What is not given is made from the rest and marked ASSUMED, but for
        `severity` (a mapping of the section's keys), which is then shown as a comment.

    Examples
    --------
    >>> text = build_pair_text(
    ...     "anca-avacopan", load_pair("sle-belimumab"), condition="ANCA vasculitis",
    ...     drug="avacopan", codes=["M313", "M317"], specialties={"410": "rheumatology"},
    ...     approval_date="2022-09-21", route="oral")
    >>> parse_pair(text, "anca-avacopan").condition.icd10.narrow
    ('M313', 'M317')
    """
    for name in sorted(set(optional) - set(OPTIONAL)):
        raise UserError(
            "The file of a pair has no place for something that was given.",
            where="write_pair",
            found=name,
            expected="any of " + ", ".join(OPTIONAL),
            mend=suggest(name, list(OPTIONAL)),
        )
    given = {name: value for name, value in optional.items() if value not in (None, "", (), [])}
    if isinstance(approval_date, str):
        with suppress(ValueError):
            approval_date = date.fromisoformat(approval_date)
    required = {
        "condition": condition,
        "drug": drug,
        "codes": list(codes),
        "specialties": dict(specialties),
        "approval_date": approval_date,
    }
    values = _draft(slug, {**required, **given}, lender)
    lent = lender.model_dump(by_alias=True)
    for key in BORROWED:
        _put(values, key, _get(lent, key))
    for name, value in given.items():
        _put(values, OPTIONAL[name], value)
    made = [key for name, key in OPTIONAL.items() if name not in given and name not in LEFT_OUT]
    return HEADER + build_yaml(Pair, values, assumed={*BORROWED, START, *made})


def _draft(slug: str, given: Mapping[str, Any], lender: Pair) -> dict[str, Any]:
    """Return the values of a new file, as far as they can be made from what is given."""
    condition, drug, start = given["condition"], given["drug"], given["approval_date"]
    codes, specialties = given["codes"], given["specialties"]
    short = given.get("condition_short", condition)
    brand = given.get("brand", drug)
    route = given.get("route", "IV")
    rule = given.get("criterion", NO_RULE)
    service = given.get("service", lender.centres.service)
    centre = f"{service} centre" if "service" in given else lender.centres.label
    unchecked = {"from": start, "status": "unverified"}
    source = f"nice-{rule.casefold()}" if rule != NO_RULE else "still-to-be-found"
    return {
        "pair": slug,
        "status": "unverified",
        "names": {
            "condition": condition,
            "condition_short": short,
            "drug": drug,
            "brand": brand,
            "people": f"people with {short}",
        },
        "condition": {
            "icd10": {"narrow": codes, "broad": _broader(codes), "orphan": []},
            "specialties": specialties,
            "rescue_specialties": list(specialties),
            "orpha": [],
            "snomed_ct": [],
        },
        "drug": {
            "names": list(dict.fromkeys(name.casefold() for name in (drug, brand))),
            "misspellings": [],
            "indication": condition,
            "form_codes": [slug.upper()],
            "routes": [{**unchecked, "route": route, "label": ROUTES.get(route, route)}],
        },
        "criteria": [{**unchecked, "id": rule, "summary": "still to be stated", "source": source}],
        "windows": {"approval_date": start, "treatment": {"from": start}, "apc": {}, "op": {}},
        "centres": {"service": service, "label": centre, "expected": lender.centres.expected},
        "activity": {},
        "charlson": {"exclude": codes},
    }


def _broader(codes: Sequence[str]) -> list[str]:
    """Return the three-character categories of the codes, when any code is longer."""
    broad = list(dict.fromkeys(str(code)[:3] for code in codes))
    return broad if any(len(str(code)) > 3 for code in codes) else []


def _get(values: Any, key: Key) -> Any:
    for part in key:
        values = values[part]
    return values


def _put(values: Any, key: Key, value: Any) -> None:
    """Set one value of a structure that this module has just made."""
    _get(values, key[:-1])[key[-1]] = list(value) if isinstance(value, tuple) else value
