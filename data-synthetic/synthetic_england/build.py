"""Build a world: draw it, write it aside, count it again, and put it in place whole."""

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from rareaccess.errors import UserError
from rareaccess.files import replace_folder

from .apc import Pools, build_apc, build_pools, year_name
from .audit import count_faults
from .block import Block, Setting, build_block, build_setting, cut_block, record_block
from .dates import financial_year
from .fidelity import compare, measure
from .intent import count_planted
from .op import build_op
from .registers import (
    build_answers_table,
    build_applications_table,
    build_centres,
    build_deprivation,
    build_linkage,
    build_trace,
    build_travel,
)
from .truth import expect, true_activity, true_effects, true_people, true_treated
from .write import Appender, write_table

__all__ = ["build"]

LEVEL = {"full": 3, "sample": 15}


def build(
    root: Path,
    *,
    scale: str | int = "sample",
    world: str = "published",
    seed: int | None = None,
    progress: Callable[[str], object] | None = None,
) -> dict:
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


def _count_blocks(scale: str | int) -> int:
    """Return the number of blocks of a scale."""
    if scale in ("full", "sample"):
        return 1
    if str(scale).isdigit() and 1 <= int(scale) <= 899:
        return int(scale)
    raise UserError(
        "There is no such scale.",
        where="--scale",
        found=str(scale),
        expected="full, sample, or a whole number of blocks from 1 to 899",
        mend="Use `--scale full` for the published numbers.",
    )


def _write_world(folder: Path, setting: Setting, scale: str | int, blocks: int, say: Callable) -> dict:
    """Write all tables, the truth, the expected numbers, the manifest and the fidelity table."""
    level = LEVEL["sample" if scale == "sample" else "full"]
    treated, planted, used = [], [], set()
    coded_alive = {pair["pair"]: 0 for pair in setting.pairs}
    measured = []
    with Appender(folder, level=level) as out:
        for number in range(blocks):
            say(f"drawing people{f' of block {number + 1} of {blocks}' if blocks > 1 else ''}")
            block = build_block(setting, number)
            if scale == "sample":
                block = cut_block(block, setting, setting.england["sample"])
            say("drawing hospital records")
            tables, codes = record_block(block, setting)
            planted.append([count_planted(block, setting, tables, i) for i in range(len(setting.pairs))])
            if number == 0:
                measured = measure(block, setting, tables, codes)
            say("writing hospital records")
            part = f"-{number:04d}" if blocks > 1 else ""
            _write_records(folder, tables, codes, block, setting, part, level)
            used |= _used_areas(tables)
            _write_people(out, block, setting)
            treated.append(true_treated(block, setting))
            for i, pair in enumerate(setting.pairs):
                ours = (block.people["pair"] == i) & (block.people["kind"] == "coded_alive")
                coded_alive[pair["pair"]] += int(ours.sum())
            del tables, codes, block
        out.add("truth/treated", pa.Table.from_pandas(pd.concat(treated), preserve_index=False).replace_schema_metadata())
    say("writing the small tables")
    geo = setting.geo
    areas = np.arange(len(geo.areas)) if scale != "sample" else _sample_areas(used, geo, setting.draw)
    for name, table in (
        ("centres", build_centres(geo, setting.england)),
        ("travel_times", build_travel(geo, areas)),
        ("imd2019", build_deprivation(geo)),
    ):
        write_table(table, folder / f"{name}.parquet", level=level)
    _write_text(folder / "truth" / "effects.json", json.dumps(true_effects(setting), indent=1) + "\n")
    expected = expect(pd.concat(treated, ignore_index=True), coded_alive, setting)
    _write_text(folder / "expected.csv", expected.to_csv(index=False, lineterminator="\n"))
    fidelity = compare(measured, expected, setting)
    _write_text(folder / "fidelity.csv", fidelity.to_csv(index=False, lineterminator="\n"))
    say("counting what was planted")
    manifest = _build_manifest(folder, setting, scale, blocks, planted, expected)
    _write_text(folder / "manifest.json", json.dumps(manifest, indent=1) + "\n")
    return manifest


def _write_records(
    folder: Path,
    tables: list[pd.DataFrame],
    codes: list[np.ndarray],
    block: Block,
    setting: Setting,
    part: str,
    level: int,
) -> None:
    """Write episodes and appointments, one file a financial year."""
    people = block.people
    pools = build_pools(people["hesid"].to_numpy(str), setting.geo, setting.england)
    jobs = []
    for name, table, found in zip(("apc", "op"), tables, codes, strict=True):
        year = financial_year(table["date"].to_numpy())
        jobs += [(name, int(y), table, found, np.flatnonzero(year == y)) for y in np.unique(year)]

    def write(job: tuple) -> None:
        name, year, table, found, rows = job
        made = _build_year(name, table.iloc[rows], found[rows], people, year, pools, setting)
        write_table(made, folder / name / f"{year_name(year)}{part}.parquet", level=level)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, jobs))


def _build_year(
    name: str, rows: pd.DataFrame, codes: np.ndarray, people: pd.DataFrame, year: int, pools: Pools, setting: Setting
) -> pa.Table:
    """Return the records of one financial year as Arrow."""
    if name == "apc":
        return build_apc(rows, codes, people, year, pools, setting.casemix, setting.book, setting.draw)
    return build_op(rows, codes, people, year, pools, setting.book, setting.draw)


def _write_people(out: Appender, block: Block, setting: Setting) -> None:
    """Append forms, answers, trace, linkage and truth of a block."""
    known = block.people[block.people["kind"] != "stranger"]
    out.add("blueteq_applications", build_applications_table(block.applications, setting.geo))
    out.add("blueteq_answers", build_answers_table(block.answers))
    out.add("pds_trace", build_trace(block.people, setting.england))
    out.add("linkage", build_linkage(known, setting.england, setting.draw))
    out.add("truth/people", true_people(block, setting))
    out.add("truth/activity", true_activity(block, setting))


def _used_areas(tables: list[pd.DataFrame]) -> set[int]:
    """Return the areas that records name."""
    return {int(area) for table in tables for area in np.unique(table["lsoa"]) if area >= 0}


def _sample_areas(used: set[int], geo, draw) -> np.ndarray:
    """Return the areas of the sample's travel times: those of its records and some more."""
    more = draw.first("more areas", np.arange(len(geo.areas)), 200)
    return np.array(sorted(used | set(more.tolist())))


def _build_manifest(
    folder: Path, setting: Setting, scale: str | int, blocks: int, planted: list, expected: pd.DataFrame
) -> dict:
    """Count the faults again from the files and hold them against what was planted."""
    pairs = {}
    for i, pair in enumerate(setting.pairs):
        counted = sum(count_faults(folder, pair["pair"], block=b if blocks > 1 else None) for b in range(blocks))
        values = expected[expected["pair"] == pair["pair"]].set_index("id")["value"]
        for name, key in (("treated", "treated"), ("rescued", "rescued"), ("cohort", pair["expected_ids"]["cohort"])):
            found = int(counted.loc[name, "n"])
            assert found == int(values[key]), f"{name}: {found} in the records, {values[key]} planned"
        for fault in setting.faults:
            name = fault["name"]
            intended = sum(block[i][name] for block in planted)
            found = int(counted.loc[name, "n"])
            assert found == intended, f"{name}: {found} in the records, {intended} were planted"
        pairs[pair["pair"]] = [
            {
                "name": fault["name"],
                "table": fault["table"],
                "unit": fault["unit"],
                "rule": fault["rule"],
                "n": int(counted.loc[fault["name"], "n"]),
                "n_people": int(counted.loc[fault["name"], "n_people"]),
            }
            for fault in setting.faults
        ]
    return {
        "synthetic": True,
        "world": setting.world["name"],
        "scale": str(scale),
        "seed": setting.draw.seed,
        "pyarrow": pa.__version__,
        "faults": pairs,
        "rows": _count_rows(folder),
    }


def _count_rows(folder: Path) -> dict[str, int]:
    """Return the number of rows of each table."""
    counts: dict[str, int] = {}
    for path in sorted(folder.rglob("*.parquet")):
        inside = path.relative_to(folder)
        name = inside.parts[0] if inside.parts[0] in ("apc", "op") else inside.with_suffix("").as_posix()
        counts[name] = counts.get(name, 0) + pa.parquet.read_metadata(path).num_rows
    return counts


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
