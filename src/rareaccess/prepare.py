"""Prepare: from the tables of a source to the marts of each pair, and only what has changed."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
import pandas as pd
import pyarrow as pa

from rareaccess import __version__
from rareaccess.comorbidity import all_prefixes
from rareaccess.contracts import CONTRACTS
from rareaccess.engine import Engine
from rareaccess.extract import EXTRACTS, extract_records
from rareaccess.files import hash_files, replace_folder, write_atomic
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.marts import MARTS, read_mart, write_mart
from rareaccess.pair_marts import build_marts
from rareaccess.params import Pair, ReportParams, load_pair, load_report
from rareaccess.paths import build_root
from rareaccess.sources import Source, open_source

__all__ = ["PrepareReport", "prepare"]

SMALL = 4 * 1024 * 1024  # bytes; the content of smaller files is hashed, not their time
PAIR_SECTIONS = (
    "names", "condition", "drug", "criteria", "windows", "severity", "centres", "activity",
    "charlson",
)  # fmt: skip
SETTINGS = (
    "ethnicity_rule", "activity_unit", "imd_version", "charlson_weights",
    "charlson_lookback_years", "quantiles",
)  # fmt: skip
MODULES = (
    "activity", "blueteq", "characteristics", "cohort", "comorbidity", "contracts", "engine",
    "extract", "flow", "marts", "pair_marts", "prepare", "quality", "severity", "sources",
    "travel", "uptake",
)  # fmt: skip
STAMP = "prepared.json"


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
        """Return one line a pair."""
        return "; ".join(f"{pair}: {text}" for pair, text in self.done.items())


def prepare(
    source: str,
    pairs: Sequence[str],
    *,
    progress: Callable[[str], None] | None = None,
    force: bool = False,
    build: Path | None = None,
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

    Raises
    ------
    UserError
        A settings file or a table is wrong, or the flow does not add up. What was written for a
        pair before stays as it was.
    """
    tell = progress or (lambda text: None)
    opened, report = open_source(source), load_report()
    loaded = {name: load_pair(name) for name in pairs}
    for table in CONTRACTS:
        opened.schema(table)
    root = build or build_root()
    tables = _fingerprint_tables(opened)
    result, stamps = PrepareReport(), {}
    for name, pair in loaded.items():
        stamps[name] = _digest(tables, pair.section_json(PAIR_SECTIONS), _settings(report), _code())
        if not force and _is_current(root / "marts" / source / name, stamps[name]):
            result.done[name], result.changed[name] = "skipped, nothing has changed", []
    waiting = {name: pair for name, pair in loaded.items() if name not in result.done}
    if not waiting:
        return result
    with Engine() as engine:
        folder = root / "extract" / source
        extract = _extract(engine, opened, folder, waiting, tables, tell, force=force)
        for name, pair in waiting.items():
            tell(f"deriving the marts of {name}")
            marts = build_marts(engine, opened, extract, pair=pair, report=report)
            target = root / "marts" / source / name
            changed = _write(target, marts, pair, report, opened, stamps[name])
            result.changed[name] = changed
            result.done[name] = _sentence(changed)
    return result


def _sentence(changed: Sequence[str]) -> str:
    if not changed:
        return f"prepared again, all {len(MARTS)} marts as they were"
    return f"{len(changed)} of {len(MARTS) + 1} files written ({', '.join(changed)})"


def _extract(
    engine: Engine, source: Source, folder: Path, pairs: dict[str, Pair], tables: str,
    tell: Callable[[str], None], *, force: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return the extract of the source, made again when it does not serve these pairs."""
    codes = {code for pair in pairs.values() for code in _codes(pair)}
    stamp = _read_json(folder / STAMP)
    same = stamp.get("made_from") == _digest(tables, _code())
    if same:
        codes |= set(stamp.get("codes", []))
    if force or not same or codes != set(stamp.get("codes", [])):
        tell("reading the records: one pass over apc and one over op")
        aside = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(aside, ignore_errors=True)
        extract_records(source, engine, aside, find=sorted(codes), keep=all_prefixes())
        content = {"codes": sorted(codes), "made_from": _digest(tables, _code())}
        write_atomic(aside / STAMP, _json(content))
        replace_folder(aside, folder)
    return {name: engine.read([folder / f"{name}.parquet"]) for name in EXTRACTS}


def _codes(pair: Pair) -> tuple[str, ...]:
    return pair.condition.icd10.narrow


def _write(
    folder: Path, marts: dict[str, pd.DataFrame], pair: Pair, report: ReportParams,
    source: Source, stamp: str,
) -> list[str]:  # fmt: skip
    """Write the marts of a pair; the stamp goes first and comes back last."""
    (folder / STAMP).unlink(missing_ok=True)
    changed = [name for name, frame in marts.items() if write_mart(frame, name, folder)]
    if write_atomic(folder / "meta.json", _json(_meta(pair, report, source))):
        changed.append("meta")
    Ledger.from_frame(read_mart("flow", folder), declare_boxes(pair))
    write_atomic(folder / STAMP, _json({"made_from": stamp, "marts": _hash_marts(folder)}))
    return changed


def _meta(pair: Pair, report: ReportParams, source: Source) -> dict[str, object]:
    """Return what captions say of the source: label, periods, settings; no clock time."""
    windows = pair.windows
    return {
        "pair": pair.pair,
        "source": {"name": source.name, "label": source.params.label,
                   "synthetic": source.params.synthetic},
        "periods": {
            "approval_date": str(windows.approval_date),
            **{name: {"from": str(window.start), "to": str(window.end)}
               for name, window in (("treatment", windows.treatment), ("apc", windows.apc),
                                    ("op", windows.op))},
            "trace_date": str(windows.trace_date),
        },
        "settings": json.loads(_settings(report)),
    }  # fmt: skip


def _is_current(folder: Path, stamp: str) -> bool:
    written = _read_json(folder / STAMP)
    return written.get("made_from") == stamp and written.get("marts") == _hash_marts(folder)


def _hash_marts(folder: Path) -> dict[str, str]:
    files = [folder / "meta.json", *(folder / f"{name}.parquet" for name in MARTS)]
    return {file.name: hash_files([file]) for file in files if file.is_file()}


def _fingerprint_tables(source: Source) -> str:
    """Return a hash of every file of the tables: small ones by content, large ones by time."""
    root, parts = source.params.root_path(), [source.params.model_dump_json()]
    for table in CONTRACTS:
        for file in source.files(table):
            size = file.stat().st_size
            mark = hash_files([file]) if size <= SMALL else str(file.stat().st_mtime_ns)
            name = file.relative_to(root) if file.is_relative_to(root) else file
            parts.append(f"{table} {name} {size} {mark}")
    return _digest(*parts)


def _settings(report: ReportParams) -> str:
    return report.model_dump_json(include=set(SETTINGS))


def _code() -> str:
    """Return a hash of the modules that make the marts, and of what they stand on."""
    here = Path(__file__).parent
    modules = hash_files(here / f"{name}.py" for name in MODULES)
    return _digest(modules, __version__, pd.__version__, numpy.__version__, pa.__version__)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _json(content: object) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
