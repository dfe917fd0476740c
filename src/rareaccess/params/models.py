"""The sections of a pair file: what each key means, and what may stand there."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from rareaccess.params import rules
from rareaccess.params.base import FrozenDict, Section, keyed
from rareaccess.params.clashes import checked, some
from rareaccess.params.codes import (
    Code,
    FormCode,
    MaybeReference,
    Orpha,
    Question,
    Reference,
    Snomed,
    Specialty,
    TextKey,
)
from rareaccess.params.dated import NO_FUNDING, OF_THE_FUND
from rareaccess.params.kinds import one_of, or_null
from rareaccess.params.values import DAY, Day, MaybeName, MaybeNumber, Name, Number, Text, whole

__all__ = [
    "Activity",
    "Cdf",
    "Centres",
    "Charlson",
    "Commissioning",
    "Condition",
    "Continuation",
    "Criterion",
    "Drug",
    "Fact",
    "Icd10",
    "Member",
    "Names",
    "Route",
    "Severity",
    "Status",
    "TooBroad",
    "Window",
    "Windows",
]

Status = Annotated[str, one_of("verified", "unverified")]
_SOME = AfterValidator(some)
_FROZEN = AfterValidator(FrozenDict)
LISTS = ("narrow", "broad", "orphan")


class Names(Section):
    """The words by which the book calls the condition and the drug."""

    condition: Name = keyed("the condition, within a sentence", "systemic lupus erythematosus")
    condition_short: Name = keyed("its short form, for headings and captions", "SLE")
    drug: Name = keyed("the drug's approved name", "belimumab")
    brand: Name = keyed("its brand name", "Benlysta")
    people: Name = keyed("the people who have the condition", "people with SLE")


class Icd10(Section):
    """ICD-10 codes of the condition, matched as prefixes."""

    narrow: Annotated[tuple[Code, ...], _SOME] = keyed(
        "codes that find the cohort", "[M321, M328, M329]"
    )
    broad: tuple[Code, ...] = keyed(
        "wider codes that hold the narrow ones, for sensitivity", "[M32]", default=()
    )
    orphan: tuple[Code, ...] = keyed(
        "further codes outside the narrow ones, for sensitivity", "[L93]", default=()
    )
    confirmed: tuple[Code, ...] = keyed(
        "codes of these lists that the WHO's version of 2019 lacks and somebody has confirmed",
        "[D760]",
        default=(),
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_icd10)

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
        "keys of the facts that stand beside it", "[severe_asthma]", default=()
    )


class Condition(Section):
    """How people with the condition are found."""

    icd10: Icd10 = keyed("diagnosis codes, undotted, matched as prefixes")
    too_broad: tuple[TooBroad, ...] = keyed(
        "lists that find too many people to be a denominator; the book says so", default=()
    )
    specialties: Annotated[dict[Specialty, Name], _SOME, _FROZEN] = keyed(
        "MAINSPEF codes whose activity counts as activity for the condition",
        '{"410": rheumatology}',
    )
    rescue_specialties: tuple[Specialty, ...] = keyed(
        "a treated person without a code is confirmed by these", '["410"]', default=()
    )
    orpha: tuple[Orpha, ...] = keyed("ORPHA numbers, printed in the book", '["536"]', default=())
    snomed_ct: tuple[Snomed, ...] = keyed(
        "SNOMED CT identifiers, printed in the book", '["55464009"]', default=()
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_condition)

    @property
    def narrow_is_too_broad(self) -> bool:
        """Whether the codes that find the cohort find many people without the condition."""
        return any(one.list == "narrow" for one in self.too_broad)


class Route(Section):
    """One way in which the drug is given, and since when."""

    route: Annotated[str, one_of("IV", "SC", "oral")] = keyed("as on the application form", "IV")
    start: Day = keyed("first day on which it was available", alias="from")
    label: Name = keyed("how the book calls it", "intravenous infusion")
    source: MaybeReference = keyed("where the date is stated", "nice-ta397", default=None)
    status: Status = keyed("whether a source supports the date", default="verified")


class Member(Section):
    """One drug of a group, such as the biologics for severe asthma."""

    name: Name = keyed("its approved name", "omalizumab")
    names: Annotated[tuple[Name, ...], _SOME] = keyed(
        "names on the form, brands and biosimilars among them", "[omalizumab, xolair]"
    )
    misspellings: tuple[Name, ...] = keyed("misspelt names that were audited", "[]", default=())
    start: Day = keyed("first day on which it was recommended", alias="from")
    appraisal: FormCode = keyed("the appraisal that did so", "TA278")
    status: Status = keyed("whether a source supports the date", default="verified")


class Drug(Section):
    """How applications for the drug, or for a group of drugs, are recognised."""

    names: tuple[Name, ...] = keyed(
        "names on the form; capitals, strengths and forms are ignored",
        "[belimumab, benlysta]",
        default=(),
    )
    misspellings: tuple[Name, ...] = keyed(
        "misspelt names that somebody has audited; no other is guessed", "[belimumb]", default=()
    )
    members: tuple[Member, ...] = keyed(
        "of a group of drugs, each one, instead of `names`", default=()
    )
    indication: Name = keyed("the indication on the form", "systemic lupus erythematosus")
    indication_wordings: tuple[Name, ...] = keyed(
        "other wordings of it that somebody has audited; no other is guessed", "[SLE]", default=()
    )
    form_codes: tuple[FormCode, ...] = keyed(
        "codes of the forms for this drug and indication alone", "[BEL-SLE]"
    )
    shared_form_codes: tuple[FormCode, ...] = keyed(
        "codes of forms for other uses of the drug too: there the indication decides",
        "[BELIMUMAB]",
        default=(),
    )
    routes: Annotated[tuple[Route, ...], _SOME] = keyed("routes, oldest first")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_drug)

    @property
    def every_name(self) -> tuple[str, ...]:
        """The names of the drug, or of every drug of the group."""
        return (*self.names, *(name for member in self.members for name in member.names))

    @property
    def every_misspelling(self) -> tuple[str, ...]:
        """The audited misspellings of the drug, or of every drug of the group."""
        others = (name for member in self.members for name in member.misspellings)
        return (*self.misspellings, *others)


class Criterion(Section):
    """A dated rule of eligibility: it marks the figures from its date."""

    id: FormCode = keyed("short name of the rule", "TA397")
    start: Day = keyed("first day on which it was in force", alias="from")
    summary: Text = keyed("what it asks for, in one line", "anti-dsDNA positive and low complement")
    source: Reference = keyed("where it is stated", "nice-ta397")
    status: Status = keyed("whether the source supports the date and the rule", default="verified")


class Commissioning(Section):
    """A dated change of how the NHS pays for the drug: it marks the figures and splits tables."""

    label: Name = keyed("how the figures call it", "commissioned")
    start: Day = keyed("first day on which it was so", "2022-02-01", alias="from")
    funding: Annotated[
        str, one_of("routine", "managed access", OF_THE_FUND, "local", NO_FUNDING)
    ] = keyed("how the NHS pays from that day; none once the drug has been withdrawn")
    summary: Text = keyed("what changed, in one line", "commissioned through specialist teams")
    source: Reference = keyed("where it is stated", "nhse-midlands-2023")
    status: Status = keyed("whether the source supports the date", default="verified")


class Window(Section):
    """A period: both days included."""

    start: Day = keyed("first day", alias="from")
    end: Day = keyed("last day, included", "2025-08-20", alias="to")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_window)


class Windows(Section):
    """The periods of observation."""

    approval_date: Day = keyed("first recommended for the condition")
    treatment: Window = keyed("planned start of treatment")
    apc: Window = keyed("admitted patient care, by start of the episode")
    op: Window = keyed("outpatients, by day of the appointment")
    trace_date: Day = keyed("vital status trace: censor date of those alive", "2025-11-07")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_windows)


class Severity(Section):
    """The measure of severity on the application form."""

    label: Name = keyed("how the book calls the measure", "SLEDAI score")
    question: Question = keyed("question_code in blueteq_answers")
    minimum: Number = keyed("least possible value", "0")
    maximum: Number = keyed("greatest possible value", "105")
    threshold: Number = keyed("eligible at or above this value", "10")
    unit: Name = keyed("unit of the value", "points")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_severity)


class Centres(Section):
    """The centres that may give the drug."""

    service: Name = keyed("value of `service` in the centres table", "specialised rheumatology")
    label: Name = keyed("how the book calls one centre", "specialised rheumatology centre")
    expected: Annotated[int, whole(1, 2000, example=37)] = keyed(
        "number of centres; the check stops at another number"
    )


class Activity(Section):
    """The window of hospital activity before treatment."""

    months_before: Annotated[int, whole(1, 60, example=6)] = keyed(
        "calendar months before the start, the start itself excluded"
    )


class Charlson(Section):
    """The index condition within the Charlson index."""

    exclude: tuple[Code, ...] = keyed(
        "codes of the index condition, not counted as comorbidity", "[M321, M328, M329]"
    )


class Cdf(Section):
    """A drug in the Cancer Drugs Fund, whose treatment is recorded in SACT."""

    entry: Day = keyed("first day of funding by the Cancer Drugs Fund", "2017-11-22")
    exit: Annotated[date | None, or_null(DAY)] = keyed(
        "last day of it, when the drug has left the fund; later approvals are not followed",
        "2021-06-30",
        default=None,
    )
    snapshot: Day = keyed("day on which the SACT records were taken", "2025-11-01")
    prescription_days: Annotated[int, whole(1, 400, example=28)] = keyed(
        "days that one administration or dispensing lasts, added to the last one"
    )
    end_indicator_days: Annotated[
        int | None, or_null(whole(1, 400, example=56), "it is infused or injected: three months")
    ] = keyed("of an oral drug: days without a record after which treatment has ended")
    source: Reference = keyed("where these are stated")
    status: Status = keyed("whether the source supports them")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_cdf)


class Continuation(Section):
    """Continuation forms, from which the time on treatment is read where there is no SACT."""

    months: Annotated[int, whole(1, 60, example=12)] = keyed("months that one form covers")
    source: MaybeReference = keyed("where this is stated; null when it is assumed", default=None)
    status: Status = keyed("whether the source supports it")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_continuation)


class Fact(Section):
    """Something stated about the pair; facts with one key may contradict each other."""

    key: TextKey = keyed("what the fact is about; may be repeated", "started_by_march_2019")
    text: Text = keyed("the fact in one line", "113 people had started by March 2019")
    value: MaybeNumber = keyed("its number, when it has one", "113", default=None)
    unit: MaybeName = keyed("unit of the number", "people", default=None)
    source: Reference = keyed("where it is stated")
    status: Status = keyed("whether the source was seen to support it")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_fact)
