"""Check the tables of a source: whole files, every column, keys, codes; told in aggregates only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from rareaccess.contracts import CONTRACTS, TableContract
from rareaccess.deprivation import imd_groups
from rareaccess.engine import Engine, EngineFault, open_engine
from rareaccess.errors import UserError
from rareaccess.params import Pair
from rareaccess.sources import Source, open_source
from rareaccess.travel import check_centres

__all__ = ["CheckReport", "Finding", "check_rows", "check_source"]

SMALL = ("blueteq_applications", "blueteq_answers", "pds_trace", "linkage", "centres", "imd2019")


@dataclass(frozen=True)
class Finding:
    """A rule that some rows of a table break.

    Parameters
    ----------
    table, column, rule
        Where, and what should be so.
    n, share
        How many rows break it, and their share of the table.
    example
        A value that breaks it, of columns with codes only: never an identifier or a row.
    """

    table: str
    column: str
    rule: str
    n: int
    share: float
    example: str = ""

    def __str__(self) -> str:
        """Return the finding in one line."""
        shown = f", such as {self.example!r}" if self.example else ""
        return f"{self.table}.{self.column}: {self.rule}; {self.n:,} rows ({self.share:.1%}){shown}"


@dataclass
class CheckReport:
    """What `check_source` found: rows by table, and warnings that do not stop the report."""

    rows: dict[str, int] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the number of tables, and each warning on a line of its own."""
        head = f"{len(self.rows)} tables with {sum(self.rows.values()):,} rows"
        return "\n".join([head, *(f"  warning: {finding}" for finding in self.warnings)])


def check_source(
    name: str, pairs: Iterable[Pair] = (), *, engine: str | None = None
) -> CheckReport:
    """Check every table of a source against its contract.

    Parameters
    ----------
    name
        Name of params/sources/<name>.yml.
    pairs
        The pairs whose centres are counted.
    engine
        duckdb or spark; without it, the one that can read the tables.

    Returns
    -------
    CheckReport
        Values outside the codes of a column are warnings.

    Raises
    ------
    UserError
        A table is missing, empty or cut short; a column is missing, double or of another type; a
        key is blank or double; a rank or the number of centres is wrong. The error names table
        and column.
    """
    source, report = open_source(name), CheckReport()
    try:
        with open_engine(engine or source.engine) as opened:
            _check_tables(source, opened, report, pairs)
    except EngineFault:
        source.find_broken_file()
        raise
    return report


def _check_tables(
    source: Source, engine: Engine, report: CheckReport, pairs: Iterable[Pair]
) -> None:
    for table in source.tables:
        source.schema(table, engine)
        report.rows[table] = _count_rows(source, engine, CONTRACTS[table])
    for table in SMALL:
        if not source.has(table):
            continue
        frame = source.read_small(engine, table)
        broken = check_rows(frame, CONTRACTS[table])
        errors = [finding for finding in broken if finding.column in CONTRACTS[table].key]
        if errors:
            raise _key_fault(source, errors)
        report.warnings += [finding for finding in broken if finding not in errors]
        if table == "imd2019":
            imd_groups(frame, version="2019")
        if table == "centres":
            for pair in pairs:
                check_centres(frame, pair=pair)
    for table in ("apc", "op"):
        report.warnings += _check_codes(source, engine, CONTRACTS[table])


def check_rows(frame: pd.DataFrame, contract: TableContract) -> list[Finding]:
    """Return the rules of a contract that rows of a small table break, by column.

    Parameters
    ----------
    frame
        The table under our names.

    Examples
    --------
    >>> frame = pd.DataFrame({"LSOA11": ["E01", "E01", None], "rank": [1, 2, 3]})
    >>> for finding in check_rows(frame, CONTRACTS["imd2019"]):
    ...     print(finding)
    imd2019.LSOA11: filled in every row; 1 rows (33.3%)
    imd2019.LSOA11: each row another LSOA11; 1 rows (33.3%)
    """
    import pandera.pandas as pandera
    from pandera.errors import SchemaErrors

    columns = {
        column.name: pandera.Column(
            required=False,
            nullable=column.name not in contract.key,
            checks=[pandera.Check.isin(column.codes)] if column.codes else [],
        )
        for column in contract.columns
    }
    findings = []
    try:
        pandera.DataFrameSchema(columns).validate(frame, lazy=True)
    except SchemaErrors as errors:
        for (column, check), cases in errors.failure_cases.groupby(["column", "check"], sort=True):
            blank = check == "not_nullable"
            rule = "filled in every row" if blank else _allowed(contract, column)
            example = "" if blank else str(cases["failure_case"].min())
            findings.append(_finding(contract, column, rule, len(cases), len(frame), example))
    if contract.key:
        known = frame[list(contract.key)].dropna()
        double = int(known.duplicated().sum())
        if double:
            rule = f"each row another {' and '.join(contract.key)}"
            findings.append(_finding(contract, contract.key[0], rule, double, len(frame)))
    return findings


def _allowed(contract: TableContract, column: str) -> str:
    return "one of " + ", ".join(contract[column].codes)


def _finding(
    contract: TableContract, column: str, rule: str, n: int, rows: int, example: str = ""
) -> Finding:
    return Finding(contract.name, column, rule, n, n / rows, example)


def _check_codes(source: Source, engine: Engine, contract: TableContract) -> list[Finding]:
    """Count the values outside the codes of a large table, each column once."""
    F, findings = engine.F, []
    schema = source.schema(contract.name, engine)
    names = tuple(name for name in schema if contract[name].codes)
    frame = source.read(engine, contract.name, names)
    for name in names:
        counts = engine.collect(frame.groupBy(name).agg(F.count("*").alias("n")))
        total = int(counts["n"].sum())
        wrong = counts[counts[name].notna() & ~counts[name].isin(contract[name].codes)]
        if len(wrong):
            example = wrong.sort_values(["n", name], ascending=[False, True])[name].iloc[0]
            n = int(wrong["n"].sum())
            findings.append(_finding(contract, name, _allowed(contract, name), n, total, example))
    return findings


def _count_rows(source: Source, engine: Engine, contract: TableContract) -> int:
    rows = source.count_rows(engine, contract.name)
    if rows:
        return rows
    raise UserError(
        f"The table {contract.name} is empty.",
        where=source.where(contract.name),
        found="no rows",
        expected=f"at least one row: each {contract.row}",
        mend="Copy the table again from where it was made.",
    )


def _key_fault(source: Source, errors: Sequence[Finding]) -> UserError:
    first = errors[0]
    return UserError(
        f"The key of the table {first.table} is not sound: column {first.column}.",
        where=f"{source.where(first.table)}, column {first.column}",
        found="; ".join(f"{error.n:,} rows that are not so" for error in errors[:1]),
        expected=first.rule,
        mend="Mend the table where it was made: remove blank and repeated rows.",
    )
