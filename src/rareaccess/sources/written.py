"""How the tables of a source are written, asked once for an engine and kept with it.

Between `Source`, which knows where the tables are, and the survey of one of them.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.links import KEYS
from rareaccess.core.errors import UserError
from rareaccess.sources.columns import Found
from rareaccess.sources.engine import Engine
from rareaccess.sources.keys import choose_folds, list_trials
from rareaccess.sources.mapping import Written
from rareaccess.sources.reading import pick_raw
from rareaccess.sources.survey import Survey, survey_table

if TYPE_CHECKING:
    from rareaccess.sources.source import Source

__all__ = ["counted_name", "find_folds", "find_survey", "list_values", "say_how"]


def say_how(
    source: "Source", engine: Engine, table: str, names: list[str], schema: Mapping[str, Found]
) -> dict[str, Written]:
    """Return how each of some columns of a table is to be read.

    Parameters
    ----------
    names
        Our names; the table is surveyed only if one of them is a code, a date or a key.
    schema
        Our name of each column -> how the source has it.
    """
    contract, layout = CONTRACTS[table], source.layout(table)
    asked = [n for n in names if n in schema and _is_asked(contract[n].fold, contract[n].type, n)]
    if not asked:
        return {}
    survey = find_survey(source, engine, table, schema)
    how = {name: survey.say_how(name, layout, contract) for name in asked}
    for name in asked:
        if name in KEYS and name in survey.keys:
            how[name] = Written(key=find_folds(source, engine, name).get(table, ()))
    return how


def find_survey(
    source: "Source", engine: Engine, table: str, schema: Mapping[str, Found]
) -> Survey:
    """Return the survey of a table, made when it is first asked for."""
    key = ("survey", *_mark(source, engine, table))
    if key not in engine.known:
        frame = source.open_table(engine, table, dict(schema))
        engine.known[key] = survey_table(
            engine, frame, source.layout(table), CONTRACTS[table], schema, source.params.values
        )
    found: Survey = engine.known[key]
    return found


def list_values(source: "Source", engine: Engine, table: str, name: str) -> set[str]:
    """Return the values that occur in a column of codes, as they are read; the survey knows them.

    Nothing where the source has no such column.
    """
    survey = find_survey(source, engine, table, source.schema(table, engine))
    return {v.ours for v in survey.values.get(name, {}).values() if v.ours is not None}


def find_folds(source: "Source", engine: Engine, name: str) -> dict[str, tuple[str, ...]]:
    """Return what is done to a key in each table that has it as text: table -> `Written.key`."""
    marks = {}
    for table in (t for t in source.tables if name in CONTRACTS[t].names):
        with suppress(UserError):  # the check of that table tells what is wrong with it
            marks[table] = _mark(source, engine, table)
    key = ("folds", name, *marks.values())
    if key not in engine.known:
        engine.known[key] = _choose(source, engine, name, list(marks))
    found: dict[str, tuple[str, ...]] = engine.known[key]
    return found


def counted_name(source: "Source", engine: Engine, table: str) -> tuple[object, ...]:
    """Return the name by which an engine knows what was counted of a table: `sources.counted`."""
    return ("counted", *_mark(source, engine, table))


def _choose(
    source: "Source", engine: Engine, name: str, tables: list[str]
) -> dict[str, tuple[str, ...]]:
    forms, schemas = {}, {}
    for table in tables:
        try:
            schemas[table] = source.schema(table, engine)
            survey = find_survey(source, engine, table, schemas[table])
        except UserError:
            schemas.pop(table, None)  # as above
            continue
        if name in survey.keys:
            forms[table] = survey.keys[name]
    trials, chosen = list_trials(forms), ()
    if trials:
        frames = {table: _keys_of(source, engine, table, name, schemas[table]) for table in schemas
                  if name in schemas[table]}  # fmt: skip
        chosen = choose_folds(engine, frames, KEYS[name], trials)
    folds = {}
    for table, form in forms.items():
        own = ["rounded"] if form.rounded else []
        own += ["blanks"] if "blanks" in chosen and form.blanks else []
        own += ["case"] if "case" in chosen and form.small else []
        folds[table] = tuple(own)
    return folds


def _keys_of(
    source: "Source", engine: Engine, table: str, name: str, schema: dict[str, Found]
) -> Any:
    counted = engine.known.get(counted_name(source, engine, table))
    if counted is not None and name in counted.raw:
        return counted.take(name).select(engine.F.col("value").alias("key"))
    raw = pick_raw(engine, CONTRACTS[table][name], schema[name])
    return source.open_table(engine, table, schema).select(raw.alias("key"))


def _is_asked(fold: str, kind: str, name: str) -> bool:
    return bool(fold) or kind == "date" or name in KEYS


def _mark(source: "Source", engine: Engine, table: str) -> tuple[object, ...]:
    """Return what tells a table from another: its settings, and its files as they are now."""
    layout, params = source.layout(table), source.params.model_dump_json()
    if layout.is_files:
        stats = [(str(file), file.stat()) for file in source.files(table)]
        return (table, params, *((file, s.st_size, s.st_mtime_ns) for file, s in stats))
    names = engine.list_tables(layout.name, database=layout.database)
    stamps = (engine.stamp_table(name, database=layout.database) for name in names)
    return (table, params, *zip(names, stamps, strict=True))
