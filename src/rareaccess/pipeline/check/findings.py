"""What a check finds: broken rules as aggregates, and faults that stop the report."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.pipeline.check.readings import Reading
from rareaccess.pipeline.check.remedies import advise

__all__ = ["CheckError", "CheckReport", "Finding", "mask"]

NAMED = 8  # values that a finding names
LONGEST = 24  # characters of a value that is shown as it is
PRIVATE = re.compile(
    r"(\d[ ./-]?){9}"  # as many digits may be somebody's number, however they are grouped
    r"|(?=\w*\d)\w{10}"  # so may letters with digits, which a pseudonym is made of
    r"|\b[a-z]{1,2}\d[a-z\d]? *\d[a-z]{2}\b",  # a postcode
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """A rule that some rows of a table break.

    Parameters
    ----------
    rule
        Its id, such as apc.EPIEND.order.
    table, column
        Where; the column is empty when the rule is about the whole table.
    expected
        What should be so.
    n, rows
        How many rows break it, and how many the table has.
    severity
        error or warning.
    where
        File or table, as the source names it.
    example
        A value that breaks it; of no column that may point at a person.
    values
        Of a column of codes, the values that break it, each with its number of rows, the most
        frequent first.
    advice
        What to do, where the rule is broken for a reason that is known.
    cause
        What is the likely cause, in words; it quotes no value.

    Examples
    --------
    >>> print(Finding("apc.SEX.code", "apc", "SEX", "one of 1, 2", 1, 8, "warning", example="7"))
    apc.SEX.code: 1 of 8 rows (12.5%), such as '7'; expected: one of 1, 2
    """

    rule: str
    table: str
    column: str
    expected: str
    n: int
    rows: int
    severity: str
    where: str = ""
    example: str = ""
    cause: str = ""
    values: tuple[tuple[str, int], ...] = ()
    advice: str = ""

    @property
    def share(self) -> float:
        """The share of the table's rows that break the rule."""
        return self.n / self.rows if self.rows else 0.0

    @property
    def found(self) -> str:
        """How many rows break the rule, and a value that does."""
        shown = f", such as {mask(self.example)!r}" if self.example else ""
        if self.values:
            named = [f"{mask(value)!r} ({n:,})" for value, n in self.values[:NAMED]]
            more = len(self.values) - NAMED
            shown = f": {', '.join(named)}" + (f" and {more:,} more" if more > 0 else "")
        percent = f"{self.share:.1%}" if self.share >= 0.001 else "under 0.1%"
        of = {"years": "years", "few": "periods"}.get(self.rule.rpartition(".")[2], "rows")
        cause = f"; {self.cause}" if self.cause else ""
        return f"{self.n:,} of {self.rows:,} {of} ({percent}){shown}{cause}"

    def __str__(self) -> str:
        """Return the finding in one line."""
        advice = f". {self.advice}" if self.advice else ""
        return f"{self.rule}: {self.found}; expected: {self.expected}{advice}"

    def as_fault(self, settings: str) -> UserError:
        """Return the finding as a fault that stops the report."""
        column = f", column {self.column}" if self.column else ""
        return UserError(
            f"Table {self.table} breaks rule {self.rule}.",
            where=f"{self.where or self.table}{column}",
            found=self.found,
            expected=self.expected,
            mend=" ".join(part for part in (self.advice, advise(self.rule, settings)) if part),
        )


@dataclass
class CheckReport:
    """What a check found: rows by table, rules that are broken, and faults that stop the report.

    `readings` are no faults: what was done to values so that they could be read; nor is `missing`:
    the columns in which rows have no value. `unchanged` are tables that passed before.
    """

    rows: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    faults: list[UserError] = field(default_factory=list)
    settings: str = ""
    readings: list[Reading] = field(default_factory=list)
    missing: list[Reading] = field(default_factory=list)
    unchanged: bool = False

    @property
    def warnings(self) -> list[Finding]:
        """The broken rules that do not stop the report."""
        return [finding for finding in self.findings if finding.severity == "warning"]

    @property
    def errors(self) -> list[UserError]:
        """All that stops the report: faults of files and columns, then broken rules."""
        broken = [finding for finding in self.findings if finding.severity == "error"]
        return [*self.faults, *(finding.as_fault(self.settings) for finding in broken)]

    def __str__(self) -> str:
        """Return the number of tables, and each warning on a line of its own."""
        head = f"{len(self.rows)} tables with {sum(self.rows.values()):,} rows"
        head += ", unchanged since they passed" if self.unchanged else ""
        return "\n".join([head, *_say_readings(self.readings), *_say_warnings(self.warnings)])

    def as_dict(self) -> dict[str, object]:
        """Return rows and findings for the stamp of a check that passed."""
        return {
            "rows": self.rows,
            "findings": [asdict(finding) for finding in self.findings],
            "readings": [asdict(reading) for reading in self.readings],
            "missing": [asdict(reading) for reading in self.missing],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "CheckReport":
        """Return the report of a check that passed, from its stamp.

        Raises
        ------
        KeyError, TypeError
            The stamp is of another program.

        Examples
        --------
        >>> CheckReport.from_dict(CheckReport({"apc": 3}).as_dict()).rows
        {'apc': 3}
        """
        found = [
            Finding(**{**finding, "values": tuple((v, n) for v, n in finding["values"])})
            for finding in content["findings"]
        ]
        read, missing = (
            [Reading(**one) for one in content[kind]] for kind in ("readings", "missing")
        )
        rows = {str(table): int(rows) for table, rows in content["rows"].items()}
        return cls(rows, found, readings=read, missing=missing)


class CheckError(UserError):
    """All that stops the report in the tables of a source, reported together with the warnings.

    Parameters
    ----------
    source
        Name of the source.
    report
        A report with at least one error; kept in `report`.
    """

    def __init__(self, source: str, report: CheckReport) -> None:
        self.source, self.report = source, report
        self.faults = report.errors
        first, count = self.faults[0], len(self.faults)
        what = first.what
        if count > 1:
            what = f"The tables of source {source} have {count} errors."
        super().__init__(what, first.where, first.found, first.expected, first.mend)

    def __reduce__(self) -> tuple[type["CheckError"], tuple[str, CheckReport]]:
        """Pickle by the source and the report."""
        return CheckError, (self.source, self.report)

    def __str__(self) -> str:
        """Return every fault, numbered when there are several, then the warnings."""
        if len(self.faults) == 1:
            lines = [str(self.faults[0])]
        else:
            lines = [self.what]
            for number, fault in enumerate(self.faults, start=1):
                lines += [f"  {line}" for line in f"{number}. {fault}".split("\n")]
        more = [*_say_readings(self.report.readings), *_say_warnings(self.report.warnings)]
        return "\n".join([*lines, *more])


def _say_readings(readings: list[Reading]) -> list[str]:
    return [f"  read: {reading}" for reading in readings]


def _say_warnings(warnings: list[Finding]) -> list[str]:
    if not warnings:
        return []
    lines = [f"  warning: {finding}" for finding in warnings]
    mend = "  These warnings do not stop the report. Correct the tables at their source, or set"
    return [*lines, f"{mend} `severity` in the settings of the source."]


def mask(value: str) -> str:
    """Return a value as it is shown: its shape alone when it is long or may point at a person.

    A number or a postcode may stand in any column, when a line or a setting is out of place.

    Examples
    --------
    >>> mask("12/03/19"), mask("943 476 5919"), mask("ZZ9 9ZZ"), mask("Z" * 30)
    ('12/03/19', '999 999 9999', 'aa9 9aa', 'aaaaaaaaaaaaaaaaaaaaaaaa')
    """
    if len(value) <= LONGEST and not PRIVATE.search(value):
        return value
    return re.sub(r"\d", "9", re.sub(r"[^\W\d]", "a", value[:LONGEST]))
