"""Tables against their contracts: each rule is an aggregate, all from one pass over the table.

The expressions are the engine's, so that no row leaves it. Every column on which a result rests is
counted, and so decoded, whether it has a rule or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import pandas as pd

from rareaccess.contracts import TableContract
from rareaccess.contracts.hes import NULL_DATES
from rareaccess.contracts.model import TRUST
from rareaccess.contracts.rules import Rule
from rareaccess.derive.trusts import fold_site
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources.engine import Engine

__all__ = ["Broken", "count_broken", "count_odd_rows", "tell"]

EARLIEST, LATEST = "1900-01-01", "2100-12-31"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
NAMED = "[A-Za-z]{3}.* |[A-Za-z]{8}"  # a word and another, or a long one: no code is so
COUNTED = ("filled", "possible", "code", "shape", "range", "order", *TRUST)


@dataclass(frozen=True)
class Broken:
    """What one pass over a table finds.

    Parameters
    ----------
    rows
        How many the table has.
    known
        Column -> rows with a value.
    findings
        The broken rules of columns of their own.
    more
        What else was counted, by name.
    """

    rows: int
    known: dict[str, int]
    findings: list[Finding]
    more: dict[str, int]


def count_broken(
    engine: Engine,
    frame: Any,
    names: Sequence[str],
    contract: TableContract,
    rules: Sequence[Rule],
    more: Mapping[str, Any] | None = None,
) -> Broken:
    """Count the rows of a table, the values of each column, and the rows that break each rule.

    The least of the values that break a rule is found in the same pass, of columns that point at
    nobody.

    Parameters
    ----------
    frame
        The table under our names.
    names
        The columns to be read.
    rules
        Rules of columns of their own; others are passed over.
    more
        Name -> condition: further rows to be counted.
    """
    F, more = engine.F, dict(more or {})
    chosen = [rule for rule in rules if rule.kind in COUNTED and rule.column in names]
    chosen = [rule for rule in chosen if rule.kind != "order" or rule.other[0] in names]
    chosen = [rule for rule in chosen if rule.kind != "merged" or rule.other]
    broken = {rule.id: _breaks(engine, contract, rule) for rule in chosen}
    ruled = {rule.column for rule in chosen}
    shown = [rule for rule in chosen if not rule.private and rule.kind != "filled"]
    sums = [F.count("*").alias("n")]
    sums += [F.count(_decoded(engine, contract, name, ruled)).alias(name) for name in names]
    sums += [F.count(F.when(holds, 1)).alias(name) for name, holds in (broken | more).items()]
    sums += [F.min(F.when(broken[r.id], F.col(r.column))).alias(f"least {r.id}") for r in shown]
    row = engine.collect(frame.agg(*sums)).iloc[0]
    n = {name: int(row[name]) for name in ("n", *names, *broken, *more)}
    examples = {rule.id: _write(row[f"least {rule.id}"]) for rule in shown}
    findings = [
        tell(
            rule,
            n[rule.id],
            n["n"],
            n["n"] if rule.kind == "filled" else n[rule.column],
            examples.get(rule.id, ""),
        )
        for rule in chosen
        if n[rule.id]
    ]
    known = {name: n[name] for name in names}
    return Broken(n["n"], known, findings, {name: n[name] for name in more})


def count_odd_rows(
    engine: Engine, frame: Any, contract: TableContract, natives: dict[str, str]
) -> dict[str, int]:
    """Count the rows of a table of text that are a header, and those with control characters.

    Parameters
    ----------
    natives
        Our name of a column -> the source's; columns of text.

    Notes
    -----
    A column named as one of its codes, such as coastal, tells no header.
    """
    F = engine.F
    told = {ours: native for ours, native in natives.items() if native not in contract[ours].codes}
    odd = {
        "header": reduce(or_, (F.col(ours) == native for ours, native in told.items())),
        "text": reduce(or_, (F.col(ours).rlike(CONTROL) for ours in natives)),
    }
    return engine.tally(frame, odd)


def tell(rule: Rule, n: int, rows: int, of: int, example: str = "", *, cause: str = "") -> Finding:
    """Return the finding of a rule that n rows break."""
    n, rows, severity = int(n), int(rows), rule.grade(n, of)
    where = (rule.id, rule.table, rule.column, rule.text)
    return Finding(*where, n, rows, severity, example=example, cause=cause)


def _write(value: object) -> str:
    """Return an example as text."""
    if value is None or pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _decoded(engine: Engine, contract: TableContract, name: str, ruled: set[str]) -> Any:
    """Return something of a column that cannot be told without decoding its values."""
    F = engine.F
    text = contract[name].type == "text" and name not in ruled
    return F.length(F.col(name)) if text else F.col(name)


def _breaks(engine: Engine, contract: TableContract, rule: Rule) -> Any:
    """Return the condition that a row breaks a rule; where a value is missing it does not."""
    F, column = engine.F, engine.F.col(rule.column)
    if rule.kind == "filled":
        if contract[rule.column].type != "text":
            return column.isNull()
        return column.isNull() | (column < "!")  # nothing, or a blank at its start: "!" is next
    if rule.kind == "code":
        return ~column.isin(*contract[rule.column].codes)
    if rule.kind == "shape":
        return ~column.rlike(f"^{contract[rule.column].shape[1]}$")
    if rule.kind == "range":
        spans = contract[rule.column].within
        return ~reduce(or_, (column.between(least, most) for least, most in spans))
    if rule.kind == "possible":
        return ~(_within(engine, rule.column) | column.isin(*_days(engine, NULL_DATES)))
    if rule.kind == "site":
        return column != fold_site(engine, rule.column)
    if rule.kind == "merged":
        return fold_site(engine, rule.column).isin(*rule.other)
    if rule.kind == "named":
        return column.rlike(NAMED)
    real = _within(engine, rule.column) & _within(engine, rule.other[0])
    return real & (F.col(rule.other[0]) > column)


def _within(engine: Engine, name: str) -> Any:
    """Return the condition that a date is of the years in which people live."""
    least, most = _days(engine, (EARLIEST, LATEST))
    return engine.F.col(name).between(least, most)


def _days(engine: Engine, days: Sequence[str]) -> list[Any]:
    return [engine.F.lit(day).cast("date") for day in days]
