"""The one command: `python -m benchmarks --size M`; and `--worlds`, which measures no time."""

import argparse
import sys
import time
from pathlib import Path

import pandas as pd

from benchmarks.cases import declare_goals
from benchmarks.inputs import PROJECT, Inputs
from benchmarks.machine import describe_machine
from benchmarks.measure import Mismatch, measure
from benchmarks.ratios import compute_ratios
from benchmarks.results import write_extract, write_files, write_page
from benchmarks.sizes import SIZES
from benchmarks.validity import SEEDS, VALIDITY, WORLDS, run_world, summarise, write_validity

PAGE = PROJECT / "docs" / "benchmarks.md"
EXTRACT = PROJECT / "report" / "_worlds.md"


def main() -> int:
    """Run the benchmarks and write their results."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="M")
    add, scratch = parser.add_argument, str(PROJECT / "build" / "bench")
    add("--scratch", default=scratch, help="folder of the tables, kept from run to run")
    add("--out", help="folder of the results [default: benchmarks/results for M, else in scratch]")
    add(
        "--page",
        action="store_true",
        help="only write the pages, from the results",
    )
    add("--worlds", action="store_true", help="try the measures in worlds whose truth is known")
    add("--seeds", type=int, default=len(SEEDS), help="of each world, 1 up to this; for --worlds")
    chosen = parser.parse_args()
    committed = PROJECT / "benchmarks" / "results"
    if chosen.worlds:
        folder = Path(chosen.out or committed)
        seeds = range(1, chosen.seeds + 1)
        found = pd.concat([run_world(world, seeds, say=_say) for world in WORLDS])
        write_validity(folder, summarise(found))
        _say(f"written to {folder.name}/{VALIDITY}; for the pages: --page")
        return 0
    if chosen.page:
        write_page(PAGE, committed)
        write_extract(EXTRACT, committed)
        return 0
    inputs = Inputs.named(chosen.scratch, chosen.size)
    usual = committed if chosen.size == "M" else inputs.scratch / "results"
    out, started = Path(chosen.out or usual), time.monotonic()
    try:
        records = measure(inputs, say=_say)
    except (Mismatch, RuntimeError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    ratios = compute_ratios(records, declare_goals(inputs.size), judge=inputs.size.whole)
    write_files(out, inputs.size, records, ratios, describe_machine())
    write_page(PAGE if out == committed else out / "benchmarks.md", out)
    for row in ratios:
        value = "-" if row["value"] is None else f"{row['value']:.2f}"
        _say(f"{value:>8}  {row['words']}  {row['goal']}  {row['met']}")
    _say(f"written to {out.name}/ after {time.monotonic() - started:.0f} s")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"bench    {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
