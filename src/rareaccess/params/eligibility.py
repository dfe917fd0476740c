"""The section `eligibility` of a pair: what features say of need, and how many are eligible."""

from collections.abc import Collection, Iterator
from typing import Annotated

from rareaccess.params.clashes import repeated
from rareaccess.params.codes import BnfCode, Code, MaybeReference, Status, TextKey
from rareaccess.params.faults import Fault
from rareaccess.params.kinds import one_of
from rareaccess.params.plain import Day, Name, Number, Text, whole
from rareaccess.params.section import Section, keyed

__all__ = [
    "COUNTED",
    "MEASURED",
    "PRESCRIBED",
    "Anchor",
    "Considered",
    "Eligibility",
    "Event",
    "Prevalence",
    "Use",
]

COUNTED = ("admissions", "emergencies", "day cases", "visits", "follow-ups")
"""What can be counted of hospital records, see `rareaccess.derive.hospital.events`."""
PRESCRIBED = "prescriptions"
"""Days on which a medicine was dispensed, where the source has the table of that name."""
MEASURED = ("pace", "change", "comorbidity", "duration")
"""What else is measured of use of services, and never says anything of need."""
WITH_CODES = COUNTED[:3]
FEWEST = 2


class Prevalence(Section):
    """The range of the share eligible among the cohort, which no record holds."""

    low: Number = keyed("the least share that can be eligible", "0.08")
    high: Number = keyed("the greatest share that can be eligible", "0.2")
    source: MaybeReference = keyed("where this is stated; null when it is assumed", default=None)
    status: Status = keyed("whether the source supports it")

    def find_faults(self) -> Iterator[Fault]:
        """Shares in order, and what no source states is not verified."""
        if not 0 < self.low < self.high < 1:
            yield Fault(
                ("high",), f"{self.low} to {self.high}", "two shares between 0 and 1, in order",
                "high: 0.2",
            )  # fmt: skip
        yield from _unsourced(self.source, self.status)


def _unsourced(source: str | None, status: str) -> Iterator[Fault]:
    """What no source states is not verified."""
    if source is None and status == "verified":
        yield Fault(("status",), "verified, without a source", "a source, or unverified")


class Event(Section):
    """Events that are counted before the landmark."""

    name: TextKey = keyed("its key, once in the section", "kidney")
    label: Name = keyed("what the book calls it", "kidney involvement")
    of: Annotated[str, one_of(*COUNTED, PRESCRIBED)] = keyed("what is counted")
    codes: tuple[Code, ...] = keyed(
        "of admissions, emergencies and day cases: those with one of these codes; all when empty",
        "[N085]",
        default=(),
    )
    bnf: tuple[BnfCode, ...] = keyed(
        "of prescriptions: the medicines, by BNF codes or their first characters",
        '["0603020T0"]',
        default=(),
    )
    source: MaybeReference = keyed(
        "where its role is stated; null when it is assumed", default=None
    )
    status: Status = keyed("whether the source supports its role", default="unverified")

    def find_faults(self) -> Iterator[Fault]:
        """Codes once each, and only where records have them; a role has its source."""
        yield from _unsourced(self.source, self.status)
        yield from repeated(self.codes, ("codes",))
        if self.codes and self.of not in WITH_CODES:
            yield Fault(
                ("codes",), f"codes of {self.of}",
                "no codes, since outpatient records seldom have any: only "
                + ", ".join(WITH_CODES) + " have them",
                mend="delete the codes, or count admissions",
            )  # fmt: skip
        yield from repeated(self.bnf, ("bnf",))
        if bool(self.bnf) != (self.of == PRESCRIBED):
            yield Fault(
                ("bnf",), f"{', '.join(self.bnf) or 'none'}, of {self.of}",
                f"BNF codes of {PRESCRIBED}, and of nothing else", 'bnf: ["0603020T0"]',
            )  # fmt: skip


class Anchor(Event):
    """Events that depend on a group only through activity of the disease."""

    kind: Annotated[str, one_of("count", "binary")] = keyed(
        "whether each event counts, or only that there was one"
    )


class Considered(Event):
    """Events that were considered as an anchor and are none; they are not counted."""

    why: Text = keyed(
        "why it is no anchor, as the book says it in brackets after its label",
        "people are chosen for treatment on it",
    )


class Use(Event):
    """Use of services: declared so that it is never taken for need."""

    of: Annotated[str, one_of(*COUNTED, PRESCRIBED, *MEASURED)] = keyed(
        "what is counted or measured"
    )


class Eligibility(Section):
    """From what need is estimated where no record says who was eligible."""

    landmark: Day = keyed("the day from which on starts are compared", "2020-06-22")
    lookback_months: Annotated[int, whole(2, 240, example=30)] = keyed(
        "how many months before the landmark features begin"
    )
    gap_months: Annotated[int, whole(0, 60, example=6)] = keyed(
        "months before the landmark that are left blank: what is done there may prepare treatment"
    )
    prevalence: Prevalence | None = keyed(
        "the share eligible, as a range; leave it out if there are no anchors", default=None
    )
    anchors: tuple[Anchor, ...] = keyed(
        "events of need that leave little to discretion; [] if none was found that could serve",
        "[]",
    )
    considered: tuple[Considered, ...] = keyed(
        "events that were considered as anchors, and why they are none", default=()
    )
    use: tuple[Use, ...] = keyed("use of services, never used for need", default=())
    control: Event | None = keyed(
        "admissions that have nothing to do with the disease; leave it out if there are none",
        default=None,
    )

    @property
    def features(self) -> tuple[Event, ...]:
        """The anchors, the use of services and the control, in this order."""
        return (*self.anchors, *self.use, *((self.control,) if self.control else ()))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes whose diagnoses the features need, once each."""
        return tuple(dict.fromkeys(code for one in self.features for code in one.codes))

    @property
    def bnf(self) -> tuple[str, ...]:
        """The codes of the medicines that the features need, once each."""
        return tuple(dict.fromkeys(code for one in self.features for code in one.bnf))

    def keep_prescriptions(self, names: Collection[str]) -> "Eligibility":
        """Return the section with only these features of prescriptions, and all others.

        Examples
        --------
        >>> from rareaccess.params import load_pair
        >>> section = load_pair("sle-belimumab").eligibility
        >>> {one.of for one in section.keep_prescriptions(()).anchors}
        {'admissions'}
        """
        kept = {
            role: tuple(
                one for one in getattr(self, role) if one.of != PRESCRIBED or one.name in names
            )
            for role in ("anchors", "use")
        }
        return self.model_copy(update=kept)

    def find_faults(self) -> Iterator[Fault]:
        """Two anchors, or none with the reason; each feature once; a gap within the look-back."""
        if self.anchors and self.prevalence is None:
            yield Fault(("prevalence",), "nothing", "a range: no record holds the share eligible")
        if len(self.anchors) < FEWEST and (self.anchors or not self.considered):
            yield Fault(
                ("anchors",), f"{len(self.anchors)}",
                f"{FEWEST} or more: with one alone nothing could show that it is wrong",
                mend="declare another, or none and say under considered why each is not one",
            )  # fmt: skip
        names = [one.name for one in self.considered]
        yield from repeated(tuple(names), ("considered",))
        names = [one.name for one in self.features]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield Fault(("anchors",), f"{name} for two features", "each feature once")
        labels = [one.label for one in self.features]
        for label in dict.fromkeys(label for label in labels if labels.count(label) > 1):
            yield Fault(("anchors",), f"{label} for two features", "each label once")
        if self.gap_months >= self.lookback_months:
            yield Fault(
                ("gap_months",), f"{self.gap_months}",
                f"fewer months than lookback_months, {self.lookback_months}", "gap_months: 6",
            )  # fmt: skip
