"""The results as files: JSON for the book, CSV and Markdown for people, a picture."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.sizes import Size
from rareaccess.core.files import write_atomic
from rareaccess.disclosure import Plain, fmt
from rareaccess.display.figures.goals import draw_goals
from rareaccess.measures import benchmarks

__all__ = ["FILES", "write_files"]

FILES = ("benchmarks.json", "cases.csv", "ratios.csv", "benchmarks.md", "goals.svg")
OF_CASES = ("case", "words", "seconds", "cpu", "memory", "rows", "first", "runs", "skipped")
OF_RATIOS = ("ratio", "words", "of", "value", "goal", "limit", "sense", "met")
Rows = Sequence[Mapping[str, object]]


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
    found = benchmarks.load_benchmarks(folder / "benchmarks.json")
    write_atomic(folder / "benchmarks.md", _build_markdown(found, cases, ratios))
    picture = draw_goals(benchmarks.build_goals(found), words="How far each ratio is from its goal")
    write_atomic(folder / "goals.svg", picture.svg)


def _round(record: Mapping[str, object]) -> dict[str, object]:
    kept = {name: record[name] for name in OF_CASES if name in record}
    return {
        name: round(value, 3) if isinstance(value, float) else value for name, value in kept.items()
    }


def _build_csv(rows: Rows, columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def _print(value: float | None, decimals: int) -> str:
    return fmt.num(None if value is None else Plain(value), decimals)


def _build_markdown(found: benchmarks.Benchmarks, cases: Rows, ratios: Rows) -> str:
    """Return the tables for people, with the machine below them."""
    size, machine = found.size, found.machine
    lines = [
        f"# Benchmarks, size {size['name']}",
        "",
        f"{fmt.whole(size['episodes'])} episodes of 20 diagnoses, "
        f"{fmt.whole(size['appointments'])} appointments of 12. {found.machine_words}. "
        "All from one run.",
        "",
        "| What | Ratio | Goal | Met |",
        "|:--|--:|:--|:--|",
        *(
            f"| {row['words']} | {fmt.num(Plain(row['value']), 2)} | {row['goal']} | {row['met']} |"
            for row in ratios
        ),
        "",
        "| Case | Seconds | Peak memory, MB |",
        "|:--|--:|--:|",
        *(
            f"| {row['words']} | {_print(row.get('seconds'), 2)} | {_print(row.get('memory'), 0)} |"
            for row in cases
        ),
        "",
        ", ".join(f"{name} {number}" for name, number in machine["versions"].items()) + ".",
        f"{machine['system']}, {machine['processor']}.",
    ]
    return "\n".join(lines) + "\n"
