"""The one command: `python -m benchmarks.eligibility`; with `--page` only its page is written."""

import argparse
import sys
from pathlib import Path

import pandas as pd

from benchmarks.eligibility.page import build_page
from benchmarks.eligibility.runs import (
    RESULTS,
    SEEDS,
    STRENGTHS,
    WORLDS,
    read_results,
    run_world,
    summarise,
    write_results,
)
from benchmarks.inputs import PROJECT
from rareaccess.core.files import write_atomic


def main() -> int:
    """Run the worlds and write their results."""
    parser = argparse.ArgumentParser(prog="benchmarks.eligibility", description=__doc__)
    add, committed = parser.add_argument, PROJECT / "benchmarks" / "results"
    add("--seeds", type=int, default=len(SEEDS), help="of each world, 1 up to this")
    add("--worlds", nargs="*", default=WORLDS, choices=WORLDS)
    add("--strengths", nargs="*", type=float, default=STRENGTHS)
    add("--out", type=Path, default=committed, help="folder of the results")
    add("--page", action="store_true", help="only write the page, from the committed results")
    chosen = parser.parse_args()
    if chosen.page:
        found = read_results(committed)
        if found is None:
            parser.error(f"there is no {RESULTS} in benchmarks/results")
        write_atomic(PROJECT / "docs" / "eligibility.md", build_page(found))
        return 0
    seeds = range(1, chosen.seeds + 1)
    parts = [
        run_world(world, seeds, strength=strength, say=_say)
        for strength in chosen.strengths
        for world in chosen.worlds
    ]
    write_results(chosen.out, summarise(pd.concat(parts, ignore_index=True)))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"bench    {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
