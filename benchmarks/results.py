"""The results as files: JSON and CSV for programs, a page of docs/ for people."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.national import NATIONAL, extrapolate
from benchmarks.sizes import Size
from benchmarks.validity import read_validity
from benchmarks.validity_page import build_extract, build_section
from rareaccess.core.files import write_atomic
from rareaccess.disclosure import Plain, fmt

__all__ = ["FILES", "build_page", "write_extract", "write_files", "write_page"]

FILES = ("benchmarks.json", "cases.csv", "ratios.csv")
OF_CASES = ("case", "words", "seconds", "cpu", "memory", "rows", "first", "runs", "skipped")
OF_RATIOS = ("ratio", "words", "of", "value", "goal", "limit", "sense", "met")
Rows = Sequence[Mapping[str, Any]]

INTRODUCTION = """# Benchmarks

`python -m benchmarks` measures and writes this page; `python -m benchmarks --page` only writes
it again, from the committed results in `benchmarks/results/`. Every ratio is of two times, or of
two peaks of memory, from one run on one machine. Each case ran in a process of its own, with the
files already in the memory of the system."""
CHECKED = """The columns were read before all other cases and after them; the last row of the
ratios tells how much the machine itself changed in between. Two ways to the same answer must
agree, or the benchmarks stop without a result."""
ASSUMED = """The times above, multiplied. Four assumptions, each of which can fail:

- A pass over the diagnoses lasts in proportion to rows times positions, and `prepare` in
  proportion to rows. The rows of `prepare` above are the evidence for the second.
- The people with the condition are as many as in the synthetic England; only the other records
  become more.
- Files are read as fast as from memory. National tables do not fit there, so a slower disk or
  network sets the time.
- The memory that one step may use stays as it is, and what does not fit is written to disk."""
NOT_DRAWN = """## Whether the measures find the truth

Not tried in this run: see `python -m benchmarks --worlds`."""
LIMITS = """## What the times do not show

Other machines have other times, and no cluster was tried. The tables were made by a program: a
few common codes, thousands of rare ones, and mostly blanks, in shares that are assumed. Real
tables may compress better or worse. Other tools were used in their plainest way, not the best
that they can do."""


def write_files(
    folder: Path, size: Size, records: Rows, ratios: Rows, machine: Mapping[str, object]
) -> None:
    """Write the files of one run into a folder."""
    cases = [_round(record) for record in records]
    about = {
        name: getattr(size, name)
        for name in ("name", "episodes", "appointments", "people", "base", "copies", "repeats")
    }
    result = {"size": about, "machine": machine, "cases": cases, "ratios": list(ratios)}
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    write_atomic(folder / "benchmarks.json", text)
    write_atomic(folder / "cases.csv", _build_csv(cases, OF_CASES))
    write_atomic(folder / "ratios.csv", _build_csv(ratios, OF_RATIOS))


def write_page(page: Path, folder: Path) -> None:
    """Write the page of the results in a folder."""
    found = json.loads((folder / "benchmarks.json").read_text(encoding="utf-8"))
    write_atomic(page, build_page(found, read_validity(folder)))


def write_extract(chapter: Path, folder: Path) -> None:
    """Write what the book says of the worlds, where they were drawn."""
    validity = read_validity(folder)
    if validity is not None:
        write_atomic(chapter, build_extract(validity))


def build_page(found: Mapping[str, Any], validity: pd.DataFrame | None = None) -> str:
    """Return the page: every ratio with its goal, every case, the national size, the worlds.

    Parameters
    ----------
    found
        The content of benchmarks.json.
    validity
        That of validity.csv; None where the worlds were not drawn, and the page says so.
    """
    size, machine, ratios = found["size"], found["machine"], found["ratios"]
    judged = [row for row in ratios if row["met"] in ("yes", "no")]
    missed = [row["words"] for row in judged if row["met"] == "no"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    parts = [
        INTRODUCTION,
        f"Size {size['name']}: {fmt.whole(size['episodes'])} episodes of 20 diagnoses, "
        f"{fmt.whole(size['appointments'])} appointments of 12.\n"
        f"{fmt.whole(machine['cores'], 'core')}, {fmt.whole(machine['memory_gb'])} GB of memory, "
        f"{machine['system']}, {machine['processor']}.\n{versions}.",
        "## Ratios and their goals",
        f"{len(judged) - len(missed)} of {len(judged)} goals are met."
        + (f" Not met: {'; '.join(missed)}." if missed else ""),
        _build_table(
            ("What", "Ratio", "Goal", "Met"),
            [(row["words"], _print(row["value"], 2), row["goal"] or "none", row["met"] or "–")
             for row in ratios],
        ),
        "## Times and memory",
        CHECKED,
        _build_table(
            ("Case", "Seconds", "Peak memory, MB"),
            [(row["words"], *_measured(row)) for row in found["cases"]],
        ),
    ]  # fmt: skip
    if not any(row.get("skipped") for row in found["cases"]):
        rows = extrapolate(size, found["cases"])
        parts += [
            "## At the size of the national tables",
            f"{fmt.whole(NATIONAL['episodes'])} episodes and "
            f"{fmt.whole(NATIONAL['appointments'])} appointments. {ASSUMED}",
            _build_table(
                ("Step", "Measured, seconds", "Times", "National, minutes"),
                [(row["words"], _print(row["seconds"], 1), _print(row["factor"], 0),
                  _print(row["minutes"], 0)) for row in rows],
            ),
        ]  # fmt: skip
    worlds = NOT_DRAWN if validity is None else build_section(validity)
    return "\n\n".join([*parts, LIMITS, worlds]) + "\n"


def _build_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    sides = ["--:" if "," in head or head in ("Ratio", "Seconds", "Times") else ":--"
             for head in heads]  # fmt: skip
    lines = [heads, *rows]
    text = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([text[0], f"|{'|'.join(sides)}|", *text[1:]])


def _measured(case: Mapping[str, Any]) -> tuple[str, str]:
    if why := case.get("skipped"):
        return "left out", str(why)
    return _print(case["seconds"], 2), _print(case["memory"], 0)


def _print(value: float | None, decimals: int) -> str:
    return fmt.num(None if value is None else Plain(value), decimals)


def _round(record: Mapping[str, object]) -> dict[str, object]:
    kept = {name: record[name] for name in OF_CASES if name in record}
    return {
        name: round(value, 3) if isinstance(value, float) else value for name, value in kept.items()
    }


def _build_csv(rows: Rows, columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
