"""The section `condition` of a pair: its codes, and the specialties that treat it."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from rareaccess.contracts.icd10 import has_prefix, resolve_codes
from rareaccess.params.clashes import repeated, some
from rareaccess.params.codes import Code, Orpha, Snomed, Specialty, TextKey
from rareaccess.params.faults import Fault, suggest
from rareaccess.params.kinds import one_of
from rareaccess.params.plain import Name, Text
from rareaccess.params.section import FrozenDict, Section, keyed

__all__ = ["Condition", "Icd10", "TooBroad"]

LISTS = ("narrow", "broad", "orphan")
_SOME = AfterValidator(some)


class Icd10(Section):
    """ICD-10 codes of the condition, matched as prefixes."""

    narrow: Annotated[tuple[Code, ...], _SOME] = keyed(
        "codes that find the cohort", "[M321, M328, M329]"
    )
    broad: tuple[Code, ...] = keyed(
        "wider codes that cover the narrow ones, for sensitivity", "[M32]", default=()
    )
    orphan: tuple[Code, ...] = keyed(
        "further codes outside the narrow ones, for sensitivity", "[L93]", default=()
    )
    confirmed: tuple[Code, ...] = keyed(
        "codes in these lists that the NHS 5th edition lacks, and that are confirmed",
        "[D760]",
        default=(),
    )

    def find_faults(self) -> Iterator[Fault]:
        """Codes once each; broad codes hold the narrow ones, orphan codes lie outside them."""
        for name in LISTS:
            codes = getattr(self, name)
            yield from repeated(codes, (name,))
            for place, code in enumerate(codes):
                wider = [other for other in codes if code != other and has_prefix(code, [other])]
                if wider:
                    yield Fault(
                        (name, place),
                        f"{code}, which {wider[0]} already covers",
                        "codes that do not cover each other",
                        mend="delete one of the two",
                    )
        for place, code in enumerate(self.narrow):
            if self.broad and not has_prefix(code, self.broad):
                yield Fault(
                    ("narrow", place),
                    f"{code}, which no broad code covers",
                    "a code that starts with one of " + ", ".join(self.broad),
                )
        yield from repeated(self.confirmed, ("confirmed",))
        for place, code in enumerate(self.confirmed):
            if code not in self.every:
                yield Fault(
                    ("confirmed", place),
                    f"{code}, which is in no list",
                    "a code from narrow, broad or orphan",
                    mend=suggest(code, self.every),
                )
        for place, code in enumerate(self.orphan):
            if has_prefix(code, self.narrow) or resolve_codes(self.narrow, [code]):
                yield Fault(
                    ("orphan", place),
                    f"{code}, which overlaps with a narrow code",
                    "codes outside the narrow ones",
                    "orphan: [L93]",
                )

    @property
    def every(self) -> tuple[str, ...]:
        """The codes of all lists: narrow, broad and orphan."""
        return (*self.narrow, *self.broad, *self.orphan)

    @property
    def used(self) -> tuple[str, ...]:
        """The names of the lists that have codes."""
        return tuple(name for name in LISTS if getattr(self, name))


class TooBroad(Section):
    """A list of codes that also finds many people without the condition: no denominator."""

    list: Annotated[str, one_of(*LISTS)] = keyed("which list of icd10", "narrow")
    reason: Text = keyed(
        "why, in one line", "most people who carry these codes do not have severe asthma"
    )
    facts: tuple[TextKey, ...] = keyed(
        "keys of the facts shown beside it", "[severe_asthma]", default=()
    )


class Condition(Section):
    """How people with the condition are found."""

    icd10: Icd10 = keyed("diagnosis codes, undotted, matched as prefixes")
    too_broad: tuple[TooBroad, ...] = keyed(
        "lists that find too many people to be a denominator; the book says so", default=()
    )
    specialties: Annotated[dict[Specialty, Name], _SOME, AfterValidator(FrozenDict)] = keyed(
        "MAINSPEF codes whose activity counts as activity for the condition",
        '{"410": rheumatology}',
    )
    rescue_specialties: tuple[Specialty, ...] = keyed(
        "these confirm a treated person who has no code", '["410"]', default=()
    )
    orpha: tuple[Orpha, ...] = keyed("ORPHA numbers, printed in the book", '["536"]', default=())
    snomed_ct: tuple[Snomed, ...] = keyed(
        "SNOMED CT identifiers, printed in the book", '["55464009"]', default=()
    )

    def find_faults(self) -> Iterator[Fault]:
        """Lists without repetition; the rescue specialties are among the specialties."""
        for name in ("rescue_specialties", "orpha", "snomed_ct"):
            yield from repeated(getattr(self, name), (name,))
        yield from self._check_too_broad()
        known = list(self.specialties)
        for place, code in enumerate(self.rescue_specialties):
            if code not in known:
                yield Fault(
                    ("rescue_specialties", place),
                    f'"{code}"',
                    "one of the keys of condition.specialties: " + ", ".join(known),
                    f'rescue_specialties: ["{known[0]}"]',
                    suggest(code, known),
                )

    def _check_too_broad(self) -> Iterator[Fault]:
        """A list that is called too broad has codes, and is called so once."""
        yield from repeated([one.list for one in self.too_broad], ("too_broad",), "list")
        for place, one in enumerate(self.too_broad):
            if not getattr(self.icd10, one.list):
                yield Fault(
                    ("too_broad", place, "list"),
                    f"{one.list}, which has no codes",
                    f"a list of condition.icd10 with codes: {', '.join(self.icd10.used)}",
                    mend=f"write codes into condition.icd10.{one.list}, or name another list",
                )
            yield from repeated(one.facts, ("too_broad", place, "facts"))

    @property
    def narrow_is_too_broad(self) -> bool:
        """Whether the codes that find the cohort find many people without the condition."""
        return any(one.list == "narrow" for one in self.too_broad)
