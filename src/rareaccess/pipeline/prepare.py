"""Prepare: from the tables of a source to the marts of each pair, redoing only what has changed."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.contracts import NO_FIXED_ABODE
from rareaccess.core.cache import digest, read_stamp, write_stamp
from rareaccess.core.errors import UserError
from rareaccess.core.files import replace_folder
from rareaccess.core.missing_text import keeping_text
from rareaccess.core.paths import build_root, relative
from rareaccess.derive.build import build_marts
from rareaccess.derive.hospital.comorbidity import all_prefixes
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.flow import FUND_BOXES, Box, Ledger, declare_boxes
from rareaccess.marts import MARTS, read_mart, write_mart
from rareaccess.params import Pair, ReportParams, load_pair, load_report
from rareaccess.pipeline.check import check_source, check_unless_passed
from rareaccess.pipeline.check.broken import list_broken
from rareaccess.pipeline.check.readings import frame_missing, list_written
from rareaccess.pipeline.stamps import (
    PAIR_SECTIONS,
    STAMP,
    choose_settings,
    hash_marts,
    hash_program,
    hash_tables,
)
from rareaccess.sources import Source, open_source
from rareaccess.sources.engine import Engine, EngineFault, choose_engine, open_engine

__all__ = ["PrepareReport", "prepare"]

Tell = Callable[[str], object]
ALTERED = "a mart was changed or deleted"


@dataclass
class PrepareReport:
    """What `prepare` did for each pair, and why.

    Parameters
    ----------
    done
        Pair -> what was written, or why nothing was.
    changed
        Pair -> the marts whose content changed.
    """

    done: dict[str, str] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return what was done on one line; pairs with which the same was done stand together.

        Examples
        --------
        >>> print(PrepareReport({"a": "prepared", "b": "skipped", "c": "skipped"}))
        a: prepared; the other 2: skipped
        >>> print(PrepareReport({"a": "skipped", "b": "skipped"}))
        2 pairs: skipped
        """
        alike: dict[str, list[str]] = {}
        for pair, text in self.done.items():
            alike.setdefault(text, []).append(pair)
        many = max(alike, key=lambda text: len(alike[text]), default="")
        names = {text: ", ".join(pairs) for text, pairs in alike.items()}
        if len(self.done) > 1 and len(alike[many]) > 1:
            count = len(alike[many])
            names[many] = f"{count} pairs" if len(alike) == 1 else f"the other {count}"
        rest = sorted(names, key=lambda text: text == many)
        return "; ".join(f"{names[text]}: {text}" for text in rest)


@keeping_text()
def prepare(
    source: str,
    pairs: Sequence[str],
    *,
    progress: Tell | None = None,
    force: bool = False,
    build: Path | None = None,
    engine: str | None = None,
    session: Any | None = None,
) -> PrepareReport:
    """Write the marts of each pair, skipping the pairs for which nothing has changed.

    A pair is prepared again when its settings, the settings of the report that the marts use, a
    table or the code that makes the marts has changed, or when a mart has been altered or lost.

    Parameters
    ----------
    source
        Name of params/sources/<source>.yml.
    pairs
        Names of params/pairs/<pair>.yml.
    progress
        Called with a line of text before each long step.
    force
        Prepare every pair again.
    build
        The folder of what can be built again; by default `build_root()`.
    engine
        duckdb or spark; without it, the one that can read the tables.
    session
        The session of Spark to use, classic or of Spark Connect; with one, Spark is the engine.

    Raises
    ------
    UserError
        A settings file or a table is wrong, the flow does not add up, or the workers of Spark do
        not see the build folder. What was written for a pair before stays as it was. Tables that
        have not passed `check` are checked first.
    """
    tell = progress or (lambda text: None)
    opened, report = open_source(source), load_report()
    loaded = {name: load_pair(name, codes=True) for name in pairs}
    root = build or build_root()
    chosen = choose_engine(engine, session, opened.engine)
    how = {"session": session, "shared": root}
    with ExitStack() as stack:
        early = None if opened.is_files else stack.enter_context(open_engine(chosen, **how))
        try:
            for table in opened.tables:
                opened.schema(table, early)
            records = {"tables": hash_tables(opened, early), "code": hash_program()}
        except UserError:
            told = {"engine": engine, "session": session, "build": root}
            check_source(source, loaded.values(), **told)  # tells every fault
            raise
        made_from = {name: records | _hash_settings(pair, report) for name, pair in loaded.items()}
        places = {name: root / "marts" / source / name for name in loaded}
        reasons = {name: "forced" if force else _why(places[name], made_from[name])
                   for name in loaded}  # fmt: skip
        skipped = dict.fromkeys(loaded, "skipped, nothing has changed")
        result = PrepareReport(skipped, {name: [] for name in loaded})
        for name, pair in loaded.items():
            if reasons[name] == ALTERED:
                _check_flow(places[name], pair)
        waiting = {name: pair for name, pair in loaded.items() if reasons[name]}
        if not waiting:
            return result
        running = early or stack.enter_context(open_engine(chosen, **how))
        running.prove_shared()
        tables, everyone = records["tables"], list(loaded.values())
        checked = check_unless_passed(opened, everyone, running, tables=tables, build=root)
        stack.enter_context(_naming_files(opened))
        folder = root / "extract" / source
        _renew_extract(running, opened, folder, waiting, records, tell, force=force)
        extract = {name: running.read([folder / f"{name}.parquet"]) for name in EXTRACTS}
        for name, pair in waiting.items():
            tell(f"{name}: deriving the marts")
            marts = build_marts(running, opened, extract, pair=pair, report=report)
            marts["contracts"] = list_broken(checked, pair)
            marts["written"] = list_written(checked.readings, checked.rows)
            marts["missing"] = frame_missing(checked.missing)
            meta = describe_source(pair, opened)
            changed = _write(places[name], marts, meta, pair, made_from[name])
            result.changed[name] = changed
            result.done[name] = f"prepared ({reasons[name]}): {_sentence(changed)}"
            if not marts["people"]["treated"].any():
                result.done[name] += "; no treated person is left at the end of the flow"
    return result


def _hash_settings(pair: Pair, report: ReportParams) -> dict[str, str]:
    """Return the hashes of the settings from which the marts of a pair are made."""
    return {
        "settings of the pair": digest(pair.section_json(PAIR_SECTIONS)),
        "settings of the report": digest(choose_settings(report)),
    }


@contextmanager
def _naming_files(source: Source) -> Iterator[None]:
    """Name the table's file that made the engine stop, when it was one."""
    try:
        yield
    except EngineFault:
        source.find_broken_file()
        raise


def _sentence(changed: Sequence[str]) -> str:
    """Return which files are new, in words."""
    every = len(MARTS) + 1
    if len(changed) in (0, every):
        return f"all {every} files are {'new' if changed else 'unchanged'}"
    return f"{len(changed)} of {every} files are new ({', '.join(changed)})"


def _why(folder: Path, made_from: Mapping[str, str]) -> str:
    """Return why the marts of a folder must be made again; nothing when they need not be."""
    stamp = read_stamp(folder / STAMP)
    before = stamp.get("made_from")
    if not isinstance(before, dict):
        return "not prepared before"
    differ = [name for name, mark in made_from.items() if before.get(name) != mark]
    if differ:
        return f"changed: {', '.join(differ)}"
    return "" if stamp.get("marts") == hash_marts(folder) else ALTERED


def _check_flow(folder: Path, pair: Pair) -> None:
    """Stop when somebody has altered a flow so that it no longer adds up: that is not repaired.

    A mart that was lost, or altered in another way, is simply made again.
    """
    for name, boxes in _declare_flows(pair).items():
        path = folder / f"{name}.parquet"
        if not path.is_file():
            continue
        try:
            Ledger.from_frame(read_mart(name, folder), boxes)
        except UserError as fault:
            fault.where = f"{relative(path)}, {fault.where}"
            fault.mend = "Find out who changed the file, then run `rareaccess prepare --force`."
            raise


def _declare_flows(pair: Pair) -> dict[str, tuple[Box, ...]]:
    """Return the boxes of each flow of a pair, by the name of its mart."""
    return {"flow": declare_boxes(pair), "fund_flow": FUND_BOXES if pair.cdf else ()}


def _renew_extract(
    engine: Engine,
    source: Source,
    folder: Path,
    pairs: Mapping[str, Pair],
    made_from: Mapping[str, str],
    tell: Tell,
    *,
    force: bool,
) -> None:
    """Write the extract of the source again when it does not serve these pairs."""
    stamp = read_stamp(folder / STAMP)
    made_from = {**made_from, "engine": engine.name}
    same = stamp.get("made_from") == made_from and stamp.get("sizes") == _measure(folder)
    before = set(stamp.get("codes") or ()) if same else set()
    codes = before | {code for pair in pairs.values() for code in pair.condition.icd10.every}
    held = set(stamp.get("features") or ()) if same else set()
    features = held | {
        code
        for need in (pair.eligibility for pair in pairs.values())
        if need
        for code in (*need.codes, *need.bnf)
    }
    if same and (codes, features) == (before, held) and not force:
        return
    tell("reading the records: a pass over apc and op for the people, one for their records")
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    kept = [*all_prefixes(), *NO_FIXED_ABODE, *sorted(features)]
    extract_records(source, engine, aside, find=sorted(codes), keep=kept)
    about = {"codes": sorted(codes), "features": sorted(features)}
    content = {**about, "made_from": made_from, "sizes": _measure(aside)}
    write_stamp(aside / STAMP, content)
    replace_folder(aside, folder)


def _measure(folder: Path) -> dict[str, int]:
    """Return the size of each existing file of an extract."""
    sizes = {}
    for place in (folder / f"{name}.parquet" for name in EXTRACTS):
        files = [file for file in (place, *place.rglob("*")) if file.is_file()]
        if files:
            sizes[place.name] = sum(file.stat().st_size for file in files)
    return sizes


def _write(
    folder: Path,
    marts: Mapping[str, pd.DataFrame],
    meta: Mapping[str, object],
    pair: Pair,
    made_from: Mapping[str, str],
) -> list[str]:
    """Write the marts of a pair and return which have changed; the stamp comes last."""
    (folder / STAMP).unlink(missing_ok=True)
    changed = [name for name, frame in marts.items() if write_mart(frame, name, folder)]
    if write_stamp(folder / "meta.json", meta):
        changed.append("meta")
    for name, boxes in _declare_flows(pair).items():
        Ledger.from_frame(read_mart(name, folder), boxes)
    write_stamp(folder / STAMP, {"made_from": made_from, "marts": hash_marts(folder)})
    return changed


def describe_source(pair: Pair, source: Source) -> dict[str, Any]:
    """Return what every caption says of the source; settings stay out, as do clock times."""
    label, synthetic = source.params.label, source.params.synthetic
    return {
        "pair": pair.pair,
        "source": {"name": source.name, "label": label, "synthetic": synthetic},
    }
