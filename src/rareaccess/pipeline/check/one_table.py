"""Check one table of a source: its files and columns, its rows, and what it refers to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.rules import HES, LIMITS, Rule, choose_rules
from rareaccess.core.errors import UserError
from rareaccess.core.paths import relative
from rareaccess.params import load_report
from rareaccess.pipeline.check.across import count_different, count_double, count_unknown
from rareaccess.pipeline.check.counting import Broken, count_broken, count_odd_rows, tell
from rareaccess.pipeline.check.findings import CheckReport, Finding
from rareaccess.pipeline.check.linking import check_links
from rareaccess.pipeline.check.plausible import check_ranking, check_records
from rareaccess.pipeline.check.readings import list_missing, list_readings, list_unknown
from rareaccess.pipeline.check.shares import ask_shares
from rareaccess.sources import Source
from rareaccess.sources.columns import Found
from rareaccess.sources.counted import find_counts, find_people
from rareaccess.sources.dates import fit_dates, list_forms
from rareaccess.sources.engine import Engine, EngineFault
from rareaccess.sources.mapping import AS_EXPECTED
from rareaccess.sources.reading import is_unread
from rareaccess.sources.snomed import CONCEPT
from rareaccess.sources.table_files import find_broken
from rareaccess.sources.written import find_survey, say_how

__all__ = ["check_linked", "check_references", "check_table"]

NOT_COUNTED = ("apc_diagnoses", "op_diagnoses")  # a diagnosis twice is one: no key is looked for


def check_table(source: Source, engine: Engine, table: str, report: CheckReport) -> bool:
    """Check a table by itself and add what is found to the report.

    Returns
    -------
    bool
        Whether the table could be read to its end.
    """
    try:
        _find_database(source, table)
        schema = source.schema(table, engine)
        rows, known, findings = _find(source, engine, table, schema)
        readings = list_readings(source, engine, table, schema, rows) if rows else []
    except EngineFault as fault:
        report.faults.append(_name_file(source, engine, table, fault))
        return False
    except UserError as fault:
        report.faults.append(fault)
        return False
    if not rows:
        report.faults.append(_is_empty(source, table))
        return False
    report.rows[table] = rows
    report.findings += [_placed(source, finding) for finding in findings]
    report.readings += readings
    report.missing += list_missing(table, rows, known)
    return True


def check_references(
    source: Source, engine: Engine, tables: Sequence[str], report: CheckReport
) -> None:
    """Count the values of tables that the tables they refer to do not have.

    Parameters
    ----------
    tables
        The tables that could be read; a reference between others is passed over.
    """
    for table in tables:
        for rule in choose_rules(CONTRACTS[table], source.params.severity):
            if rule.kind != "known" or rule.other[0] not in tables:
                continue
            if rule.column not in source.schema(table, engine):
                continue
            try:
                frame = source.read(engine, table, (rule.column,))
                n, least = count_unknown(engine, frame, rule, source)
            except EngineFault as fault:
                report.faults.append(_name_file(source, engine, table, fault))
                continue
            if n:
                rows = report.rows[table]
                report.findings.append(_placed(source, tell(rule, n, rows, rows, least)))


def check_linked(
    source: Source, engine: Engine, tables: Sequence[str], report: CheckReport, areas: Any
) -> None:
    """Tell of tables that do not find each other.

    Parameters
    ----------
    tables
        The tables that could be read.
    areas
        The engine's frame of the areas whose deprivation is known; none where no table has it.
    """
    for table in tables:
        rules = choose_rules(CONTRACTS[table], source.params.severity)
        try:
            found = check_links(source, engine, table, rules, tables, areas)
        except EngineFault as fault:
            report.faults.append(_name_file(source, engine, table, fault))
            continue
        report.findings += [_placed(source, finding) for finding in found]


def _find(
    source: Source, engine: Engine, table: str, schema: dict[str, Found]
) -> tuple[int, dict[str, int], list[Finding]]:
    """Return the rows of a table, in how many each column says something, and the broken rules."""
    contract = CONTRACTS[table]
    old = tuple(source.params.successors)
    looked_up = source.has("lsoa_lookup") or load_report().imd_version != "2019"
    rules = [
        replace(rule, other=old) if rule.kind == "merged" else rule
        for rule in choose_rules(contract, source.params.severity)
        if rule.kind != "vintage" or not looked_up
    ]
    names, is_text = _columns(source, table, schema), source.layout(table).is_text
    frame = source.read(engine, table, names, unread=True)
    unsure = [f"unread_{name}" for name in source.list_unsure(table, engine)]
    if is_text:
        every = [engine.F.col(name).alias(name) for name in (*names, *unsure)]
        frame = engine.keep(frame).select(*every)
    asked = {name: engine.F.col(name) for name in unsure}
    if table in HES:
        asked |= ask_shares(engine, names, contract, rules)
    found = count_broken(engine, frame, names, contract, rules, asked)
    rows, known, findings = found.rows, found.known, found.findings
    told = {f.column for f in findings if f.severity == "error"}  # so all of it is unknown
    whole = _find_whole(source, engine, table, frame, rules, found)
    findings += [f for f in whole if not (f.column in told and f.rule.endswith("known-share"))]
    for rule in rules:
        if rule.kind == "count" and contract.areas:
            n = abs(contract.areas - count_different(engine, frame, rule))
            findings += [tell(rule, n, contract.areas, contract.areas)] if n else []
        if rule.kind == "lacking":
            n, first = source.count_lacking(engine, table)
            findings += [tell(rule, n, rows, rows, first)] if n else []
    unread = _find_unread(source, engine, table, rules, found, schema)
    findings += unread
    if is_text:
        texts = {name: schema[name].native for name in known if contract[name].type == "text"}
        odd = count_odd_rows(engine, frame, contract, texts)
        findings += [tell(r, odd[r.kind], rows, rows) for r in rules if odd.get(r.kind)]
    said = dict(known)
    for finding in unread:
        said[finding.column] += finding.n
    named = [_name_values(source, engine, table, schema, finding) for finding in findings]
    return rows, said, named


def _name_values(
    source: Source, engine: Engine, table: str, schema: dict[str, Found], finding: Finding
) -> Finding:
    """Return a finding about codes with the values that break it, and where to say what they mean.

    A rule has the last part of its id for its kind.
    """
    kind = finding.rule.rpartition(".")[2]
    if kind not in ("code", "shape") or finding.column not in schema:
        return finding
    values = list_unknown(source, engine, table, schema, finding.column)
    advice = f"Write what they mean under values.{finding.column} in {source.settings}."
    known = CONTRACTS[table][finding.column].codes and values
    return replace(finding, values=values, advice=advice if known else "")


def _columns(source: Source, table: str, schema: dict[str, Found]) -> tuple[str, ...]:
    """Return the columns to be read: those on which a result rests, or that the source may lack."""
    contract = CONTRACTS[table]
    mapped = {"code"} if source.params.diagnoses == CONCEPT else set()  # not of the table
    if table in ("apc", "op") and source.params.residence != "LSOA11":
        mapped = {*mapped, "LSOA11"}
    names = (name for name in schema if contract[name].used or contract[name].optional)
    return tuple(name for name in names if name not in mapped)


def _find_whole(
    source: Source,
    engine: Engine,
    table: str,
    frame: Any,
    rules: Sequence[Rule],
    found: Broken,
) -> list[Finding]:
    """Return what is odd about a table as a whole, and the keys that are there twice."""
    rows, contract, findings = found.rows, CONTRACTS[table], []
    if table in HES and rows:
        counts, people = find_counts(source, engine, table), find_people(source, engine, table)
        limits = {kind: source.params.limit(kind) for kind in LIMITS}
        findings += check_records(counts, people, found.more, rules, limits, rows)
    elif rows:
        findings += check_ranking(engine, frame, contract, rules, rows)
    for rule in rules:
        if rule.kind == "unique" and table not in NOT_COUNTED:
            there = tuple(name for name in rule.other if name in found.known)
            n = count_double(engine, frame, replace(rule, other=there))
            findings += [tell(rule, n, rows, rows)] if n else []
    return findings


def _find_unread(
    source: Source,
    engine: Engine,
    table: str,
    rules: Sequence[Rule],
    counted: Broken,
    schema: dict[str, Found],
) -> list[Finding]:
    """Return the columns with values that cannot be read in their type."""
    by_column = {rule.column: rule for rule in rules if rule.kind == "read"}
    rows, known, findings = counted.rows, counted.known, []
    for name in (name for name in CONTRACTS[table].names if name in by_column):
        n, rule = counted.more.get(f"unread_{name}", 0), by_column[name]
        if not n:
            continue
        example = "" if rule.private else _show_unread(source, engine, table, schema[name], name)
        found = tell(rule, n, rows, known.get(name, 0) + n, example)
        findings.append(replace(found, advice=_advise(source, engine, table, schema, name)))
    return findings


def _advise(source: Source, engine: Engine, table: str, schema: dict[str, Found], name: str) -> str:
    """Return which setting reads the dates of a column, where it is another form that they have."""
    shapes = find_survey(source, engine, table, schema).shapes.get(name, ())
    dates = source.layout(table).dates
    unread = [shape for shape in shapes if not list_forms(dates, [shape])]
    fits = fit_dates(dates, unread)
    if not fits:
        return ""
    return f"Set tables.{table}.dates: {fits} in {source.settings}: it is {dates} now."


def _show_unread(source: Source, engine: Engine, table: str, found: Found, name: str) -> str:
    """Return the least of the values of a column that cannot be read in its type."""
    F, written = engine.F, source.read_written(engine, table, name)
    ours, schema = Found(name, found.native_type, found.type), source.schema(table, engine)
    how = say_how(source, engine, table, [name], schema).get(name, AS_EXPECTED)
    unread = is_unread(engine, source.layout(table), CONTRACTS[table][name], ours, how)
    least = engine.collect(written.where(unread).agg(F.min(name).alias(name)))[name].iloc[0]
    if pd.isna(least):
        return ""
    return f"{least:%Y-%m-%dT%H:%M}" if isinstance(least, pd.Timestamp) else str(least).strip()


def _placed(source: Source, finding: Finding) -> Finding:
    return replace(finding, where=source.where(finding.table))


def _name_file(source: Source, engine: Engine, table: str, fault: EngineFault) -> UserError:
    """Return the fault that names the file of a table which cannot be read to its end."""
    layout = source.layout(table)
    if not layout.is_files:
        fault.where = source.where(table)
        return fault
    try:
        find_broken(layout, source.files(table))
        for file in source.files(table) if layout.kind == "parquet" else ():
            place = relative(file)
            engine.keep(engine.read([file]))
    except EngineFault:
        fault.where = place
    except UserError as named:
        return named
    else:
        fault.where = source.where(table)
    fault.what = f"Table {table} cannot be read to the end."
    return fault


def _find_database(source: Source, table: str) -> None:
    """Stop if a table is in a DuckDB file that does not exist."""
    database = source.layout(table).database
    if database is None or database.is_file():
        return
    raise UserError(
        f"The database of table {table} is missing.",
        where=f"{relative(database)} (root in {source.settings})",
        found="no such file",
        expected=f"a DuckDB file with a table: each row {CONTRACTS[table].row}",
        mend="Put the file there, or correct the path in the settings file.",
    )


def _is_empty(source: Source, table: str) -> UserError:
    return UserError(
        f"Table {table} is empty.",
        where=source.where(table),
        found="no rows",
        expected=f"at least one row: each {CONTRACTS[table].row}",
        mend="Copy the table again from its source.",
    )
