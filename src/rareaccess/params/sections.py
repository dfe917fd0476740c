"""The other sections of a pair: its words, severity, centres, the fund, and facts stated of it."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from rareaccess.params.codes import Code, MaybeReference, Question, Reference, Status, TextKey
from rareaccess.params.faults import Fault
from rareaccess.params.kinds import or_null
from rareaccess.params.plain import DAY, Day, MaybeName, MaybeNumber, Name, Number, Text, whole
from rareaccess.params.section import Section, keyed

__all__ = [
    "Activity",
    "Cdf",
    "Centres",
    "Charlson",
    "Continuation",
    "Fact",
    "Names",
    "Severity",
]


class Names(Section):
    """The words by which the book calls the condition and the drug."""

    condition: Name = keyed("the condition, within a sentence", "systemic lupus erythematosus")
    condition_short: Name = keyed("its short form, for headings and captions", "SLE")
    drug: Name = keyed("the drug's approved name", "belimumab")
    brand: Name = keyed("its brand name", "Benlysta")
    people: Name = keyed("the people who have the condition", "people with SLE")


class Severity(Section):
    """The measure of severity on the application form."""

    label: Name = keyed("what the book calls the measure", "SLEDAI score")
    question: Question = keyed("question_code in blueteq_answers")
    minimum: Number = keyed("lowest possible value", "0")
    maximum: Number = keyed("highest possible value", "105")
    threshold: Number = keyed("eligible at or above this value", "10")
    unit: Name = keyed("unit of the value", "points")

    def find_faults(self) -> Iterator[Fault]:
        """The minimum, the threshold and the maximum stand in this order."""
        low, high = self.minimum, self.maximum
        if high <= low:
            yield Fault(
                ("maximum",), f"{high}", f"a number above the minimum, {low}", "maximum: 105"
            )
        elif not low < self.threshold <= high:
            yield Fault(
                ("threshold",),
                f"{self.threshold}",
                f"a number above {low} and up to {high}",
                "threshold: 10",
            )


class Centres(Section):
    """The centres that may give the drug."""

    service: Name = keyed("value of `service` in the centres table", "specialised rheumatology")
    label: Name = keyed("what the book calls one centre", "specialised rheumatology centre")
    expected: Annotated[int, whole(1, 2000, example=37)] = keyed(
        "number of centres; `check` stops if the table has a different number"
    )


class Activity(Section):
    """The window of hospital activity before treatment."""

    months_before: Annotated[int, whole(1, 60, example=6)] = keyed(
        "calendar months before the start, excluding the day of the start"
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
        "last day in the fund, if the drug has left it; later approvals are not followed",
        "2021-06-30",
        default=None,
    )
    snapshot: Day = keyed("day on which the SACT records were extracted", "2025-11-01")
    prescription_days: Annotated[int, whole(1, 400, example=28)] = keyed(
        "days that one administration or dispensing lasts, added to the last one"
    )
    end_indicator_days: Annotated[
        int | None, or_null(whole(1, 400, example=56), "it is infused or injected: three months")
    ] = keyed("for an oral drug: days without a record after which treatment counts as ended")
    source: Reference = keyed("where these are stated")
    status: Status = keyed("whether the source supports them")

    def find_faults(self) -> Iterator[Fault]:
        """The drug leaves the fund after it has entered; the records were taken after that day."""
        for name in ("exit", "snapshot"):
            day = getattr(self, name)
            if day is not None and day < self.entry:
                yield Fault(
                    (name,),
                    f"{day}, before the entry",
                    f"a date on or after cdf.entry, {self.entry}",
                )


class Continuation(Section):
    """Continuation forms, from which the time on treatment is read where there is no SACT."""

    months: Annotated[int, whole(1, 60, example=12)] = keyed("months that one form covers")
    source: MaybeReference = keyed("where this is stated; null when it is assumed", default=None)
    status: Status = keyed("whether the source supports it")

    def find_faults(self) -> Iterator[Fault]:
        """What no source states is not verified."""
        if self.source is None and self.status == "verified":
            yield Fault(("status",), "verified, without a source", "a source, or unverified")


class Fact(Section):
    """Something stated about the pair; facts with one key may contradict each other."""

    key: TextKey = keyed("what the fact is about; may be repeated", "started_by_march_2019")
    text: Text = keyed("the fact in one line", "113 people had started by March 2019")
    value: MaybeNumber = keyed("its number, when it has one", "113", default=None)
    unit: MaybeName = keyed("unit of the number", "people", default=None)
    source: Reference = keyed("where it is stated")
    status: Status = keyed("whether the source was seen to support it")

    def find_faults(self) -> Iterator[Fault]:
        """A number has its unit, and a unit its number."""
        if self.value is not None and self.unit is None:
            yield Fault(("unit",), "nothing", "the unit of the value", "unit: people")
        if self.unit is not None and self.value is None:
            yield Fault(("value",), "nothing", f"the number of {self.unit}", "value: 113")
