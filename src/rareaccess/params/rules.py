"""Rules between the keys of a pair file: the order of dates, lists without overlap, limits."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from rareaccess.params.clashes import Clash, in_order, repeated
from rareaccess.params.dated import check_dated
from rareaccess.params.drug_names import has_lone_number, normalise_drug_name
from rareaccess.params.faults import suggest
from rareaccess.params.yaml_values import Key

if TYPE_CHECKING:
    from rareaccess.params import models
    from rareaccess.params.pair import Pair

__all__ = [
    "check_cdf",
    "check_condition",
    "check_continuation",
    "check_drug",
    "check_fact",
    "check_icd10",
    "check_pair",
    "check_severity",
    "check_window",
    "check_windows",
    "months_before",
]


def check_icd10(icd10: "models.Icd10") -> Iterator[Clash]:
    """Codes once each; broad codes hold the narrow ones, orphan codes lie outside them."""
    for name in ("narrow", "broad", "orphan"):
        codes = getattr(icd10, name)
        yield from repeated(codes, (name,))
        for place, code in enumerate(codes):
            wider = [other for other in codes if code.startswith(other) and code != other]
            if wider:
                yield Clash(
                    (name, place),
                    f"{code}, which {wider[0]} holds already",
                    "codes that do not hold each other",
                    mend="delete one of the two",
                )
    for place, code in enumerate(icd10.narrow):
        if icd10.broad and not code.startswith(icd10.broad):
            yield Clash(
                ("narrow", place),
                f"{code}, which no broad code holds",
                "a code that starts with one of " + ", ".join(icd10.broad),
            )
    yield from repeated(icd10.confirmed, ("confirmed",))
    for place, code in enumerate(icd10.confirmed):
        if code not in icd10.every:
            yield Clash(
                ("confirmed", place),
                f"{code}, which stands in no list",
                "a code of narrow, broad or orphan",
                mend=suggest(code, icd10.every),
            )
    for place, code in enumerate(icd10.orphan):
        if any(code.startswith(other) or other.startswith(code) for other in icd10.narrow):
            yield Clash(
                ("orphan", place),
                f"{code}, which overlaps with a narrow code",
                "codes outside the narrow ones",
                "orphan: [L93]",
            )


def check_condition(condition: "models.Condition") -> Iterator[Clash]:
    """Lists without repetition; the rescue specialties are among the specialties."""
    for name in ("rescue_specialties", "orpha", "snomed_ct"):
        yield from repeated(getattr(condition, name), (name,))
    yield from _check_too_broad(condition)
    known = list(condition.specialties)
    for place, code in enumerate(condition.rescue_specialties):
        if code not in known:
            yield Clash(
                ("rescue_specialties", place),
                f'"{code}"',
                "one of the keys of condition.specialties: " + ", ".join(known),
                f'rescue_specialties: ["{known[0]}"]',
                suggest(code, known),
            )


def _check_too_broad(condition: "models.Condition") -> Iterator[Clash]:
    """A list that is called too broad has codes, and is called so once."""
    yield from repeated([one.list for one in condition.too_broad], ("too_broad",), "list")
    for place, one in enumerate(condition.too_broad):
        if not getattr(condition.icd10, one.list):
            yield Clash(
                ("too_broad", place, "list"),
                f"{one.list}, which has no codes",
                f"a list of condition.icd10 with codes: {', '.join(condition.icd10.used)}",
                mend=f"write codes into condition.icd10.{one.list}, or name another list",
            )
        yield from repeated(one.facts, ("too_broad", place, "facts"))


def check_drug(drug: "models.Drug") -> Iterator[Clash]:
    """Names once each whatever their capitals, of one drug or of a group; routes once each."""
    yield from _check_group(drug)
    yield from _check_names(drug.names, drug.misspellings, (), drug.every_name)
    for place, member in enumerate(drug.members):
        key = ("members", place)
        yield from _check_names(member.names, member.misspellings, key, drug.every_name)
    yield from _check_forms(drug)
    yield from repeated([route.route for route in drug.routes], ("routes",), "route")
    yield from in_order([route.start for route in drug.routes], "routes", strict=False)


def _check_forms(drug: "models.Drug") -> Iterator[Clash]:
    """Some form is named, each once; a wording of the indication stands once, whatever its case."""
    if not drug.form_codes and not drug.shared_form_codes:
        yield Clash(
            ("form_codes",),
            "no form, and no shared form either",
            "at least one code in form_codes or in shared_form_codes",
            "form_codes: [BEL-SLE]",
        )
    yield from repeated(drug.form_codes, ("form_codes",))
    yield from repeated(drug.shared_form_codes, ("shared_form_codes",))
    for place, code in enumerate(drug.shared_form_codes):
        if code in drug.form_codes:
            yield Clash(
                ("shared_form_codes", place),
                f"{code}, which is among form_codes",
                "a form that serves other uses as well",
                "shared_form_codes: [ANAKINRA]",
                "keep it in the list that is true",
            )
    wordings = [drug.indication.casefold(), *(w.casefold() for w in drug.indication_wordings)]
    for place, wording in enumerate(drug.indication_wordings):
        if wording.casefold() in wordings[: place + 1]:
            yield Clash(
                ("indication_wordings", place),
                f"{wording} a second time",
                "each wording once, whatever its capitals, and not drug.indication again",
                "indication_wordings: [SLE]",
                "delete one of them",
            )


def _check_group(drug: "models.Drug") -> Iterator[Clash]:
    """A drug has names, or a group has members; no name belongs to two members."""
    if bool(drug.names) == bool(drug.members):
        found = "both" if drug.names else "neither"
        yield Clash(
            ("names",), found, "the names of one drug, or members of a group", "names: [belimumab]"
        )
    yield from repeated([member.name for member in drug.members], ("members",), "name")
    yield from in_order([member.start for member in drug.members], "members", strict=False)
    owners: dict[str, str] = {}
    for place, member in enumerate(drug.members):
        for key in ("names", "misspellings"):
            for at, name in enumerate(getattr(member, key)):
                owner = owners.setdefault(normalise_drug_name(name), member.name)
                if owner != member.name:
                    yield Clash(
                        ("members", place, key, at),
                        f"{name}, which is read as a name of {owner}",
                        "each name with one drug of the group, whatever its strength",
                    )


def _check_names(
    names: tuple[str, ...], misspellings: tuple[str, ...], key: Key, known: tuple[str, ...]
) -> Iterator[Clash]:
    """Names and misspellings once each, and of more than strengths; none stands in both lists."""
    for part, texts in (("names", names), ("misspellings", misspellings)):
        for place, name in enumerate(texts):
            yield from _check_name(name, (*key, part, place))
    yield from repeated([name.casefold() for name in names], (*key, "names"))
    yield from repeated([name.casefold() for name in misspellings], (*key, "misspellings"))
    folded = {normalise_drug_name(name) for name in known}
    for place, name in enumerate(misspellings):
        if normalise_drug_name(name) in folded:
            yield Clash(
                (*key, "misspellings", place),
                f"{name}, which is among drug.names",
                "names that are misspelt",
                "misspellings: [belimumb]",
            )


def _check_name(name: str, key: Key) -> Iterator[Clash]:
    """Strengths and formulations are taken off what is typed: something must be left to compare."""
    if not normalise_drug_name(name):
        yield Clash(
            key,
            f"{name}, of which nothing is left without strength and formulation",
            "a name that says more; a form without any name would be taken for this one",
        )
    elif has_lone_number(name):
        yield Clash(
            key,
            f"{name}, with a number that would be taken for a strength",
            "a name without a number of its own, or with its unit",
            mend="use another name of the drug; this one would be found with any number",
        )


def check_cdf(cdf: "models.Cdf") -> Iterator[Clash]:
    """The drug leaves the fund after it has entered; the records were taken after that day."""
    for name in ("exit", "snapshot"):
        day = getattr(cdf, name)
        if day is not None and day < cdf.entry:
            yield Clash(
                (name,), f"{day}, before the entry", f"a date on or after cdf.entry, {cdf.entry}"
            )


def check_continuation(continuation: "models.Continuation") -> Iterator[Clash]:
    """What no source states is not verified."""
    if continuation.source is None and continuation.status == "verified":
        yield Clash(("status",), "verified, without a source", "a source, or unverified")


def check_window(window: "models.Window") -> Iterator[Clash]:
    """The last day is not before the first."""
    if window.end < window.start:
        yield Clash(
            ("to",),
            f"{window.end}, before the first day {window.start}",
            f"a date on or after {window.start}",
            "to: 2025-08-20",
        )


def check_windows(windows: "models.Windows") -> Iterator[Clash]:
    """Treatment lies after the approval and within the records; the trace comes last."""
    treatment = windows.treatment
    if treatment.start < windows.approval_date:
        yield Clash(
            ("treatment", "from"),
            f"{treatment.start}, before the approval",
            f"a date on or after approval_date, {windows.approval_date}",
        )
    for name in ("apc", "op"):
        records = getattr(windows, name)
        if records.end < treatment.end:
            yield Clash(
                (name, "to"),
                f"{records.end}, before the treatments end",
                f"a date on or after windows.treatment.to, {treatment.end}",
            )
    latest = max(treatment.end, windows.apc.end, windows.op.end)
    if windows.trace_date < latest:
        yield Clash(
            ("trace_date",),
            f"{windows.trace_date}, before the windows end",
            f"a date on or after the last day of the windows, {latest}",
        )


def check_severity(severity: "models.Severity") -> Iterator[Clash]:
    """The minimum, the threshold and the maximum stand in this order."""
    low, high = severity.minimum, severity.maximum
    if high <= low:
        yield Clash(("maximum",), f"{high}", f"a number above the minimum, {low}", "maximum: 105")
    elif not low < severity.threshold <= high:
        yield Clash(
            ("threshold",),
            f"{severity.threshold}",
            f"a number above {low} and up to {high}",
            "threshold: 10",
        )


def check_fact(fact: "models.Fact") -> Iterator[Clash]:
    """A number has its unit, and a unit its number."""
    if fact.value is not None and fact.unit is None:
        yield Clash(("unit",), "nothing", "the unit of the value", "unit: people")
    if fact.unit is not None and fact.value is None:
        yield Clash(("value",), "nothing", f"the number of {fact.unit}", "value: 113")


def check_pair(pair: "Pair") -> Iterator[Clash]:
    """Rules between sections: dated lists, records before treatment, Charlson, facts."""
    treatment = pair.windows.treatment
    yield from check_dated(pair)
    yield from check_end_of_treatment(pair)
    months = pair.activity.months_before
    for name in ("apc", "op"):
        start = getattr(pair.windows, name).start
        if start > months_before(treatment.start, months):
            yield Clash(
                ("windows", name, "from"),
                f"{start}",
                f"a date at least activity.months_before = {months} months before "
                f"windows.treatment.from, {treatment.start}",
            )
    narrow = pair.condition.icd10.narrow
    yield from repeated(pair.charlson.exclude, ("charlson", "exclude"))
    for place, code in enumerate(pair.charlson.exclude):
        if not code.startswith(narrow):
            yield Clash(
                ("charlson", "exclude", place),
                f"{code}, not a code of the condition",
                "a code that starts with one of condition.icd10.narrow: " + ", ".join(narrow),
                "exclude: [M321, M328, M329]",
            )
    keys = list(dict.fromkeys(fact.key for fact in pair.facts if fact.value is not None))
    for place, one in enumerate(pair.condition.too_broad):
        for at, key in enumerate(one.facts):
            if key not in keys:
                yield Clash(
                    ("condition", "too_broad", place, "facts", at),
                    key,
                    "the key of a fact with a value: " + (", ".join(keys) or "there are none"),
                    mend=suggest(key, keys),
                )
    for place, fact in enumerate(pair.facts):
        if fact in pair.facts[:place]:
            yield Clash(
                ("facts", place),
                "the same fact twice",
                "each fact once from each source",
                mend="delete one of them",
            )


def check_end_of_treatment(pair: "Pair") -> Iterator[Clash]:
    """An oral drug in the fund says after how many days without a record treatment has ended."""
    oral = pair.drug.routes[0].route == "oral"
    if pair.cdf and oral != (pair.cdf.end_indicator_days is not None):
        found = pair.cdf.end_indicator_days
        yield Clash(
            ("cdf", "end_indicator_days"),
            "null" if found is None else str(found),
            "days, for the drug is oral" if oral else "null, for the drug is not oral",
            "end_indicator_days: 56" if oral else "end_indicator_days: null",
        )


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months earlier, at latest the last day of its month.

    Examples
    --------
    >>> months_before(date(2016, 8, 31), 6)
    datetime.date(2016, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(year, month + 1, min(day.day, last))
