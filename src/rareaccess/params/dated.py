"""What is dated in a pair: rules of eligibility, ways of paying, and the periods observed."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

from rareaccess.params.codes import FormCode, MaybeFormCode, Reference, Status
from rareaccess.params.faults import Fault
from rareaccess.params.kinds import one_of
from rareaccess.params.plain import Day, MaybeText, Name, Text
from rareaccess.params.section import Section, keyed

__all__ = [
    "CLOSED",
    "ENDS",
    "NO_FUNDING",
    "OF_THE_FUND",
    "Commissioning",
    "Criterion",
    "Window",
    "Windows",
    "find_end_of_starts",
    "months_before",
]

OF_THE_FUND, NO_FUNDING = "Cancer Drugs Fund", "none"
CLOSED = "closed to new starts"
ENDS = (CLOSED, NO_FUNDING)
"""From such a day nobody is expected to start: those on the drug continue, or no longer do."""


class Criterion(Section):
    """A dated rule of eligibility: it marks the figures from its date."""

    id: FormCode = keyed("short name of the rule", "TA397")
    start: Day = keyed("first day it was in force", alias="from")
    summary: Text = keyed("what it asks for, in one line", "anti-dsDNA positive and low complement")
    replaces: MaybeFormCode = keyed(
        "in a group of drugs, the earlier rule that it replaces; others stay in force",
        "TA431",
        default=None,
    )
    continues: MaybeText = keyed(
        "what must be so for treatment to go on, in one line",
        "beyond 24 weeks only if the score improved by 4 points or more",
        default=None,
    )
    source: Reference = keyed("where it is stated", "nice-ta397")
    status: Status = keyed("whether the source supports the date and the rule", default="verified")


class Commissioning(Section):
    """A dated change of how the NHS pays for the drug: it marks the figures and splits tables."""

    label: Name = keyed("its name in figures", "commissioned")
    start: Day = keyed("first day it applied", "2022-02-01", alias="from")
    funding: Annotated[
        str, one_of("routine", "managed access", OF_THE_FUND, "local", CLOSED, NO_FUNDING)
    ] = keyed(
        "how the NHS pays from then on; if closed, only users go on; none if withdrawn for all"
    )
    summary: Text = keyed("what changed, in one line", "commissioned through specialist teams")
    source: Reference = keyed("where it is stated", "nhse-midlands-2023")
    status: Status = keyed("whether the source supports the date", default="verified")

    @property
    def ends_starts(self) -> bool:
        """Whether nobody is expected to start from that day; one that no source supports may be."""
        return self.funding in ENDS and self.status == "verified"


def find_end_of_starts(changes: Sequence[Commissioning]) -> Commissioning | None:
    """Return the change from which nobody is expected to start any more, if there is one.

    Parameters
    ----------
    changes
        Oldest first. An end after which the NHS paid again is none, and one that no source
        supports ends nothing: the figures mark it, and starts are expected as before.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> find_end_of_starts(load_pair("sickle-cell-crizanlizumab").commissioning).label
    'withdrawn'
    >>> ibrutinib = load_pair("waldenstrom-ibrutinib").commissioning
    >>> ibrutinib[-1].funding, find_end_of_starts(ibrutinib)
    ('closed to new starts', None)
    """
    found = None
    for change in reversed(changes):
        if not change.ends_starts:
            break
        found = change
    return found


class Window(Section):
    """A period: both days included."""

    start: Day = keyed("first day", alias="from")
    end: Day = keyed("last day, included", "2025-08-20", alias="to")

    def find_faults(self) -> Iterator[Fault]:
        """The last day is not before the first."""
        if self.end < self.start:
            yield Fault(
                ("to",),
                f"{self.end}, before the first day {self.start}",
                f"a date on or after {self.start}",
                "to: 2025-08-20",
            )


class Windows(Section):
    """The periods of observation."""

    approval_date: Day = keyed("first recommended for the condition")
    treatment: Window = keyed("planned start of treatment")
    apc: Window = keyed("admitted patient care, by start of the episode")
    op: Window = keyed("outpatients, by day of the appointment")
    trace_date: Day = keyed(
        "day of the vital status trace, when those alive are censored", "2025-11-07"
    )

    def find_faults(self) -> Iterator[Fault]:
        """Treatment lies after the approval and within the records; the trace comes last."""
        treatment = self.treatment
        if treatment.start < self.approval_date:
            yield Fault(
                ("treatment", "from"),
                f"{treatment.start}, before the approval",
                f"a date on or after approval_date, {self.approval_date}",
            )
        for name in ("apc", "op"):
            records = getattr(self, name)
            if records.end < treatment.end:
                yield Fault(
                    (name, "to"),
                    f"{records.end}, before the treatments end",
                    f"a date on or after windows.treatment.to, {treatment.end}",
                )
        latest = max(treatment.end, self.apc.end, self.op.end)
        if self.trace_date < latest:
            yield Fault(
                ("trace_date",),
                f"{self.trace_date}, before the windows end",
                f"a date on or after the last day of the windows, {latest}",
            )


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months earlier, at latest the last day of its month.

    Examples
    --------
    >>> months_before(date(2016, 8, 31), 6)
    datetime.date(2016, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
