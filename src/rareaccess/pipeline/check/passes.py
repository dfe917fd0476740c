"""Check every table of a source, report all faults together, and remember which tables passed."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rareaccess.contracts.rules import HES
from rareaccess.core.cache import digest, hash_code, read_stamp, write_stamp
from rareaccess.core.errors import UserError
from rareaccess.core.missing_text import keeping_text
from rareaccess.core.paths import build_root
from rareaccess.derive.hospital.deprivation import check_version
from rareaccess.params import Pair, load_report
from rareaccess.pipeline.check.findings import CheckError, CheckReport
from rareaccess.pipeline.check.one_table import check_linked, check_references, check_table
from rareaccess.pipeline.check.pairs import check_pairs
from rareaccess.pipeline.check.plausible import read_known_areas
from rareaccess.pipeline.stamps import hash_tables
from rareaccess.sources import Source, open_source
from rareaccess.sources.counted import find_counts
from rareaccess.sources.engine import Engine, choose_engine, open_engine

__all__ = ["check_source", "check_unless_passed"]

ASKED = ("pair", "condition", "drug", "centres")  # what a check asks of a pair


@keeping_text()
def check_source(
    name: str,
    pairs: Iterable[Pair] = (),
    *,
    engine: str | None = None,
    session: Any | None = None,
    build: Path | None = None,
    again: bool = True,
) -> CheckReport:
    """Check every table of a source against its contract, and write down that it passed.

    Parameters
    ----------
    name
        Name of params/sources/<name>.yml.
    pairs
        The pairs, whose centres are counted and whose drugs must be named on some application.
    engine
        duckdb or spark; without it, the one that can read the tables.
    session
        The session of Spark to use, classic or of Spark Connect; with one, Spark is the engine.
    build
        The folder of what can be built again; by default `build_root()`.
    again
        Whether tables that passed, and have not changed since, are read once more.

    Returns
    -------
    CheckReport
        Rows by table, and the rules that are broken without stopping the report.

    Raises
    ------
    UserError
        A table is missing, empty or cut short; a column is missing, double or of another type; a
        rule is broken whose severity is error. All of it is told together, with the warnings.
    """
    source, root = open_source(name), build or build_root()
    chosen = choose_engine(engine, session, source.engine)
    with open_engine(chosen, session=session, shared=root) as opened:
        tables = ""
        with suppress(UserError):  # the check itself tells what is missing
            tables = hash_tables(source, opened)
        if again or not tables:
            return _check(source, list(pairs), opened, root, tables)
        return check_unless_passed(source, list(pairs), opened, tables=tables, build=root)


def check_unless_passed(
    source: Source,
    pairs: Sequence[Pair],
    engine: Engine,
    *,
    tables: str,
    build: Path,
) -> CheckReport:
    """Check a source unless the same tables have passed the same contracts; return what was found.

    Parameters
    ----------
    engine
        An open engine, in which the tables are read when they must be.
    tables
        The hash of the tables, as `hash_tables` gives it.
    build
        The folder of what can be built again.
    """
    if known := _passed(_stamp(build, source), _mark(tables, pairs)):
        return replace(known, unchanged=True)
    return _check(source, pairs, engine, build, tables)


def _check(
    source: Source, pairs: Sequence[Pair], engine: Engine, build: Path, tables: str
) -> CheckReport:
    report = CheckReport(settings=source.settings)
    _stamp(build, source).unlink(missing_ok=True)
    for table in (name for name in HES if source.has(name)):
        # first, as how their keys are read rests on those of all tables, which are then known
        with suppress(UserError):
            find_counts(source, engine, table)
    readable = [t for t in source.tables if check_table(source, engine, t, report)]
    check_references(source, engine, readable, report)
    version = load_report().imd_version
    try:
        check_version(source, version)
    except UserError as fault:
        report.faults.append(fault)
    areas = read_known_areas(source, engine, readable, version)
    check_linked(source, engine, readable, report, areas)
    check_pairs(source, engine, pairs, readable, report)
    order = {table: place for place, table in enumerate(source.tables)}
    report.findings.sort(key=lambda finding: order[finding.table])
    report.readings.sort(key=lambda reading: order[reading.table])
    if report.errors:
        raise CheckError(source.name, report)
    write_stamp(_stamp(build, source), {"passed": _mark(tables, pairs), **report.as_dict()})
    return report


def _stamp(build: Path, source: Source) -> Path:
    return build / "checked" / f"{source.name}.json"


def _passed(stamp: Path, mark: str) -> CheckReport | None:
    """Return what the last check found, when it passed and has this mark."""
    content = read_stamp(stamp)
    try:
        return CheckReport.from_dict(content) if content["passed"] == mark else None
    except (KeyError, TypeError):
        return None


def _mark(tables: str, pairs: Sequence[Pair]) -> str:
    """Return a hash of what a check depends on: tables, its code, what the pairs expect."""
    expected = sorted(pair.section_json(ASKED) for pair in pairs)
    code, version = hash_code("rareaccess.pipeline.check.passes"), load_report().imd_version
    return digest(tables, code, expected, version)
