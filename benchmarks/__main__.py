"""The one command: `python -m benchmarks --size M`."""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.cases import declare_goals
from benchmarks.inputs import PROJECT, Inputs
from benchmarks.machine import describe_machine
from benchmarks.measure import Mismatch, measure
from benchmarks.ratios import compute_ratios
from benchmarks.sizes import SIZES


def main() -> int:
    """Run the benchmarks and write their results."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="M")
    add, scratch = parser.add_argument, str(PROJECT / "build" / "bench")
    add("--scratch", default=scratch, help="folder of the tables, kept from run to run")
    add("--out", help="folder of the results [default: benchmarks/results for M, else in scratch]")
    chosen = parser.parse_args()
    inputs = Inputs.named(chosen.scratch, chosen.size)
    usual = PROJECT / "benchmarks" / "results" if chosen.size == "M" else inputs.scratch / "results"
    out, started = Path(chosen.out or usual), time.monotonic()
    try:
        records = measure(inputs, say=_say)
    except (Mismatch, RuntimeError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    ratios = compute_ratios(records, declare_goals(inputs.size), judge=inputs.size.whole)
    from benchmarks.results import write_files  # draws, so it comes when nothing is measured

    write_files(out, inputs.size, records, ratios, describe_machine())
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
