"""The manifest: every planted fault counted from the files, and held against what was planted."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from ..declarations.load import Declared
from ..setting.shared import Setting
from .audit import count_faults, open_records

__all__ = ["build_manifest", "list_carried", "verify"]


def build_manifest(
    folder: Path,
    setting: Setting,
    scale: str | int,
    blocks: int,
    planted: list[list[dict[str, int]]],
    expected: pd.DataFrame,
) -> Declared:
    """Count the faults again from the files and hold them against what was planted.

    Parameters
    ----------
    planted
        For each block and pair, how often each fault was planted.
    expected
        The expected numbers: pair, id, value.

    Raises
    ------
    AssertionError
        The files hold another number than was planted.
    """
    pairs, wrong = {}, {}
    audited = _count_blocks(folder, [pair["pair"] for pair in setting.pairs], blocks)
    for i, pair in enumerate(setting.pairs):
        counted = audited[pair["pair"]]
        ids = {"treated": "treated", "rescued": "rescued", "cohort": pair["expected_ids"]["cohort"]}
        values = expected[expected["pair"] == pair["pair"]].set_index("id")["value"]
        wanted = {name: int(values[key]) for name, key in ids.items()}
        for fault in setting.faults:
            wanted[fault["name"]] = sum(block[i][fault["name"]] for block in planted)
        found = counted["n"].to_dict()
        differ = {name: (found[name], n) for name, n in wanted.items() if found[name] != n}
        if differ:
            wrong[pair["pair"]] = differ
        pairs[pair["pair"]] = [
            {key: fault[key] for key in ("name", "table", "unit", "rule", "definition")}
            | {key: int(counted.loc[fault["name"], key]) for key in ("n", "n_people")}
            for fault in setting.faults
        ]
    if wrong:
        raise AssertionError(
            f"the records do not hold what was planted; (found, planted) by fault: {wrong}"
        )
    return {
        "synthetic": True,
        "world": setting.world["name"],
        "scale": str(scale),
        "blocks": blocks,
        "seed": setting.draw.seed,
        "pyarrow": pa.__version__,
        "rows": _count_rows(folder),
        "faults": pairs,
    }


def list_carried(carried: list[list[pd.DataFrame]], setting: Setting) -> Declared:
    """Return the part of the manifest on starts that had to wait for the next month, if any did.

    A sample tells of the full world of which it is a part.

    Parameters
    ----------
    carried
        For each block and pair, from `select_treated`.
    """
    found = {}
    for i, pair in enumerate(setting.pairs):
        told = pd.concat([block[i] for block in carried]).groupby("month")["n"].sum()
        if len(told):
            names = np.array(told.index, dtype="datetime64[M]").astype(str).tolist()
            found[pair["pair"]] = [
                {"month": month, "n": n} for month, n in zip(names, told.tolist(), strict=True)
            ]
    return {"carried": found} if found else {}


def verify(folder: Path) -> list[str]:
    """Count the faults and rows of a written world again; return what differs from its manifest.

    Raises
    ------
    FileNotFoundError
        The folder holds no manifest.
    """
    manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    differs = [
        f"{name}: {n} rows, {manifest['rows'].get(name)} in the manifest"
        for name, n in _count_rows(Path(folder)).items()
        if manifest["rows"].get(name) != n
    ]
    audited = _count_blocks(Path(folder), list(manifest["faults"]), manifest["blocks"])
    for pair, faults in manifest["faults"].items():
        for fault in faults:
            found = tuple(int(n) for n in audited[pair].loc[fault["name"], ["n", "n_people"]])
            if found != (fault["n"], fault["n_people"]):
                declared = (fault["n"], fault["n_people"])
                differs.append(f"{pair} {fault['name']}: {found}, {declared} in the manifest")
    return differs


def _count_blocks(folder: Path, pairs: list[str], blocks: int) -> dict[str, pd.DataFrame]:
    """Count the faults of each pair block by block, so that memory stays flat, and add up."""
    sums: dict[str, pd.DataFrame] = {}
    for number in [None] if blocks == 1 else range(blocks):
        with open_records(folder, block=number) as records:
            for pair in pairs:
                counted = count_faults(records, folder, pair)
                sums[pair] = sums[pair] + counted if pair in sums else counted
    return sums


def _count_rows(folder: Path) -> dict[str, int]:
    """Return the number of rows of each table."""
    counts: dict[str, int] = {}
    for path in sorted(folder.rglob("*.parquet")):
        inside = path.relative_to(folder)
        parted = inside.parts[0] in ("apc", "op")
        name = inside.parts[0] if parted else inside.with_suffix("").as_posix()
        counts[name] = counts.get(name, 0) + pa.parquet.read_metadata(path).num_rows
    return counts
