"""Build a world: draw it, write it aside, count it again, and put it in place whole."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from rareaccess.core.errors import UserError
from rareaccess.core.files import is_running, replace_folder

from .declarations.load import Declared
from .hospital.records import record_block
from .people.block import build_block
from .people.sample import cut_block
from .sact.plan import plan_sact
from .setting.shared import Setting, build_setting
from .tables.files import write_people, write_places, write_records
from .tables.parquet import Appender
from .tables.sact_versions import build_sact
from .truth.applicants import true_sact
from .truth.cohorts import find_cohorts
from .truth.expected import expect
from .truth.facts import true_activity, true_courses, true_effects, true_people, true_treated
from .truth.fidelity import compare, list_provenance, measure
from .truth.manifest import build_manifest, list_carried
from .truth.planted import count_planted

__all__ = ["build"]

Say = Callable[[str], object]
LEVEL = {"sample": 15}  # of compression; the sample is committed, the rest is not
USUAL_LEVEL = 3


def build(
    root: Path,
    *,
    scale: str | int = "sample",
    world: str = "published",
    seed: int | None = None,
    progress: Say | None = None,
) -> Declared:
    """Write one synthetic England to a folder and return its manifest.

    The folder appears whole or not at all: it is written beside `root` and renamed, and the counts
    of its planted faults are checked against what was planted before that.

    Parameters
    ----------
    root
        The folder to make; an older world there is replaced.
    scale
        "full", "sample" (the same world cut down), or the number of blocks, each of full size.
    world
        The name of a declared world.
    seed
        Of all draws; the declared one when None.
    progress
        Called with a short sentence at each step.

    Raises
    ------
    UserError
        Unknown scale or world.
    AssertionError
        The finished records do not hold what was planned.
    """
    blocks = _count_blocks(scale)
    say = progress or (lambda _: None)
    root = Path(root).resolve()
    aside = root.with_name(f".{root.name}.{os.getpid()}.part")
    _clear_remains(root)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        say("laying out the geography")
        setting = build_setting(world, seed)
        manifest = _write_world(aside, setting, scale, blocks, say)
        replace_folder(aside, root)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest


def _clear_remains(root: Path) -> None:
    """Remove what killed builds left beside the folder; a build that still runs keeps its own."""
    for remains in root.parent.glob(f".{root.name}.*.part"):
        number = remains.name.split(".")[-2]
        if not (number.isdecimal() and is_running(int(number))):
            shutil.rmtree(remains, ignore_errors=True)


def _count_blocks(scale: str | int) -> int:
    """Return the number of blocks of a scale."""
    if scale in ("full", "sample"):
        return 1
    if str(scale).isdigit() and 1 <= int(scale) <= 899:
        return int(scale)
    raise UserError(
        "The scale is not known.",
        where="--scale",
        found=str(scale),
        expected="full, sample, or a whole number of blocks from 1 to 899",
        mend="Use `--scale full` for the published numbers.",
    )


@dataclass
class _Notes:
    """What is kept of the blocks once their records are written."""

    treated: list[pd.DataFrame] = field(default_factory=list)
    courses: list[pd.DataFrame] = field(default_factory=list)
    sact: list[pd.DataFrame] = field(default_factory=list)
    planted: list[list[dict[str, int]]] = field(default_factory=list)
    measured: list[dict[str, float]] = field(default_factory=list)
    coded_alive: dict[str, int] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    carried: list[list[pd.DataFrame]] = field(default_factory=list)


def _write_world(
    folder: Path, setting: Setting, scale: str | int, blocks: int, say: Say
) -> Declared:
    """Write all tables, the truth, the expected numbers, the manifest and the fidelity table."""
    level, notes = LEVEL.get(str(scale), USUAL_LEVEL), _Notes()
    with Appender(folder, level=level) as out:
        for number in range(blocks):
            of = f", block {number + 1} of {blocks}" if blocks > 1 else ""
            _write_block(setting, scale, number, of, out, notes, say)
        treated = pd.concat(notes.treated, ignore_index=True)
        courses = pd.concat(notes.courses, ignore_index=True)
        sact = pd.concat(notes.sact, ignore_index=True)
        for name, frame in (("treated", treated), ("drugs", courses), ("sact", sact)):
            table = pa.Table.from_pandas(frame, preserve_index=False)
            out.add(f"truth/{name}", table.replace_schema_metadata())
    say("writing the small tables")
    write_places(out, setting, notes.used if scale == "sample" else None)
    _write_text(folder / "truth/effects.json", json.dumps(true_effects(setting), indent=1) + "\n")
    expected = expect(treated, courses, sact, notes.coded_alive, setting)
    _write_text(folder / "expected.csv", expected.to_csv(index=False, lineterminator="\n"))
    fidelity = compare(notes.measured, expected, setting)
    for name, frame in (("fidelity", fidelity), ("provenance", list_provenance(fidelity))):
        _write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
    say("counting what was planted")
    manifest = build_manifest(folder, setting, scale, blocks, notes.planted, expected)
    manifest |= list_carried(notes.carried, setting)
    for pair, months in manifest.get("carried", {}).items():
        for row in months:
            say(f"{pair}: {row['n']} to start in {row['month']} had to wait for the next month")
    _write_text(folder / "manifest.json", json.dumps(manifest, indent=1) + "\n")
    return manifest


def _write_block(
    setting: Setting, scale: str | int, number: int, of: str, out: Appender, notes: _Notes, say: Say
) -> None:
    """Draw one block, write it, and note what the world's own numbers need of it."""
    say(f"drawing people{of}")
    block = build_block(setting, number)
    if scale == "sample":
        block = cut_block(block, setting, setting.england["sample"])
    say(f"drawing hospital records{of}")
    tables, codes = record_block(block, setting)
    say(f"writing hospital records{of}")
    part = f"-{number:04d}" if of else ""
    write_records(out, tables, codes, block, setting, part)
    write_people(out, block, setting)
    out.add("truth/people", true_people(block, setting))
    out.add("truth/activity", true_activity(block, setting))
    plans = [plan_sact(block, setting, i) for i, p in enumerate(setting.pairs) if "sact" in p]
    for name, table in build_sact(block, setting, plans).items():
        out.add(name, table)
    notes.sact.append(true_sact(plans))
    positions = range(len(setting.pairs))
    cohorts = find_cohorts(block, setting, tables, codes)
    notes.planted.append([count_planted(block, setting, tables, cohorts[i], i) for i in positions])
    notes.measured = notes.measured or measure(block, setting, tables, codes, cohorts)
    notes.carried.append(block.carried)
    notes.treated.append(true_treated(block, setting))
    notes.courses.append(true_courses(block, setting))
    for table in tables:
        notes.used |= {int(area) for area in np.unique(table["lsoa"]) if area >= 0}
    for i, pair in enumerate(setting.pairs):
        before = notes.coded_alive.get(pair["pair"], 0)
        notes.coded_alive[pair["pair"]] = before + int(cohorts[i].sum())


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
