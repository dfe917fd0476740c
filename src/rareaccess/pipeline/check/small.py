"""Small tables against their contract, by pandera: one schema a table, made from its rules."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from rareaccess.contracts import TableContract
from rareaccess.contracts.rules import Rule, list_rules
from rareaccess.derive.hospital.cleaning import NULL_DATES
from rareaccess.pipeline.check.findings import Finding

__all__ = ["EARLIEST", "LATEST", "SMALL", "build_schema", "check_rows"]

# pandera imports PySpark where it is installed, which warns of pandas 3 each time
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
SMALL = ("blueteq_applications", "blueteq_answers", "centres", "imd2019", "snomed_map")
EARLIEST, LATEST = "1900-01-01", "2100-12-31"
DTYPES = {"text": "str", "date": "datetime64[s]", "whole": "Int64", "number": "Float64"}
OF_COLUMN = ("possible", "code", "shape", "range")


def build_schema(contract: TableContract, rules: Sequence[Rule] = ()) -> Any:
    """Return the pandera schema of a table: types, blanks, codes, shapes, limits, order and keys.

    Parameters
    ----------
    rules
        The rules to check; by default all of the contract.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> sorted(build_schema(CONTRACTS["imd2019"]).columns)
    ['LSOA11', 'rank']
    """
    import pandera.pandas as pandera

    rules = rules or list_rules(contract)
    columns = {}
    for column in contract.columns:
        own = [rule for rule in rules if rule.column == column.name]
        checks = [
            pandera.Check(_holds(contract, rule), name=rule.id, ignore_na=True)
            for rule in own
            if rule.kind in OF_COLUMN
        ]
        columns[column.name] = pandera.Column(
            DTYPES[column.type],
            required=False,
            nullable=all(rule.kind != "filled" for rule in own),
            checks=checks,
        )
    whole = [
        pandera.Check(_compares(rule), name=rule.id)
        for rule in rules
        if rule.kind in ("order", "unique")
    ]
    return pandera.DataFrameSchema(columns, checks=whole)


def check_rows(
    frame: pd.DataFrame, contract: TableContract, rules: Sequence[Rule] = ()
) -> list[Finding]:
    """Return the rules of a contract that rows of a small table break, in the contract's order.

    Parameters
    ----------
    frame
        The table under our names, as the engine collects it.
    rules
        The rules to check; by default all of the contract.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> frame = pd.DataFrame({"LSOA11": ["E01000001"] * 2 + [None], "rank": [1, 0, 3]})
    >>> frame = frame.astype({"LSOA11": "str", "rank": "Int64"})
    >>> for finding in check_rows(frame, CONTRACTS["imd2019"]):
    ...     print(finding.rule, finding.n)
    imd2019.LSOA11.filled 1
    imd2019.rank.range 1
    imd2019.LSOA11.unique 1
    """
    from pandera.errors import SchemaErrors

    rules = rules or list_rules(contract)
    frame = frame.reset_index(drop=True)
    for rule in rules:
        if rule.kind == "filled" and contract[rule.column].type == "text" and rule.column in frame:
            texts = frame[rule.column]
            frame[rule.column] = texts.where(texts.str.strip() != "")
    broken: dict[str, set[int]] = {}
    try:
        build_schema(contract, rules).validate(frame, lazy=True)
    except SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            name = f"{contract.name}.{case.column}.filled"
            name = name if case.check == "not_nullable" else str(case.check)
            broken.setdefault(name, set()).add(case.index)
    unknown = set(broken) - {rule.id for rule in rules}
    if unknown:
        raise TypeError(f"columns of {contract.name}: {', '.join(sorted(unknown))}")
    return [_tell(frame, rule, broken[rule.id]) for rule in rules if rule.id in broken]


def _tell(frame: pd.DataFrame, rule: Rule, places: set[int]) -> Finding:
    values = frame.loc[sorted(places), rule.column].dropna()
    n, known = len(places), len(frame) if rule.kind == "filled" else frame[rule.column].count()
    example = "" if rule.private or values.empty else _write(values.min())
    severity = rule.grade(n, known)
    return Finding(
        rule.id, rule.table, rule.column, rule.text, n, len(frame), severity, example=example
    )


def _write(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _holds(contract: TableContract, rule: Rule) -> Callable[[pd.Series], pd.Series]:
    """Return the check of one column's values."""
    column = contract[rule.column]
    if rule.kind == "possible":
        return is_possible
    if rule.kind == "code":
        return lambda values: values.isin(column.codes)
    if rule.kind == "shape":
        return lambda values: values.str.fullmatch(column.shape[1])

    def within(values: pd.Series) -> pd.Series:
        fits = [values.between(least, most) for least, most in column.within]
        return pd.concat(fits, axis=1).any(axis=1)

    return within


def _compares(rule: Rule) -> Callable[[pd.DataFrame], pd.Series]:
    """Return the check of columns against each other; both must be there."""
    if rule.kind == "unique":
        keys = list(rule.other)
        return lambda frame: ~(frame.duplicated(keys) & frame[keys].notna().all(axis=1))
    (first,), second = rule.other, rule.column

    def in_order(frame: pd.DataFrame) -> pd.Series:
        later, earlier = frame[second], frame[first]
        real = (later >= EARLIEST) & (earlier >= EARLIEST) & is_possible(later)
        return ~(real & is_possible(earlier) & (earlier > later))

    return in_order


def is_possible(days: pd.Series) -> pd.Series:
    """Return whether dates lie within 1900 to 2100 or are null dates of HES."""
    return days.between(EARLIEST, LATEST) | days.isin(pd.to_datetime(list(NULL_DATES)))
