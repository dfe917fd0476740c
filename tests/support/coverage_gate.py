"""Hold five packages to their share of branches that unit tests run: `make coverage`.

coverage.py can only gate lines and branches together, and all packages together.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from rareaccess.core.paths import project_root

LEAST = 95.0
GATED = ("flow", "disclosure", "derive", "measures", "params")
REPORT = "build/coverage/report.json"


class Branches(NamedTuple):
    """Branches of a package, and those that tests ran."""

    all: int
    run: int

    @property
    def percent(self) -> float:
        """The share that was run; of none, all."""
        return 100 * self.run / self.all if self.all else 100.0


def count_branches(report: dict[str, Any]) -> dict[str, Branches]:
    """Return the branches of each gated package, from the JSON report of coverage.py."""
    found = {package: Branches(0, 0) for package in GATED}
    for file, measured in report["files"].items():
        package = _package(file)
        if package in found:
            total, old = measured["summary"], found[package]
            found[package] = Branches(
                old.all + total["num_branches"], old.run + total["covered_branches"]
            )
    return found


def list_missing(report: dict[str, Any]) -> dict[str, list[str]]:
    """Return by package, file by file, the lines from which a branch was never taken."""
    missing = defaultdict(list)
    for file, measured in sorted(report["files"].items()):
        lines = sorted({start for start, _ in measured["missing_branches"]})
        if lines:
            missing[_package(file)].append(f"{file}: {', '.join(str(abs(n)) for n in lines)}")
    return missing


def _package(file: str) -> str:
    parts = PurePath(file).parts
    return parts[parts.index("rareaccess") + 1] if "rareaccess" in parts else ""


def main(path: Path | None = None) -> int:
    """Print the share of each package; return 1 when one is below the gate."""
    report = json.loads((path or project_root() / REPORT).read_text())
    low = 0
    for package, branches in count_branches(report).items():
        print(f"{package:<12} {branches.run:>5} of {branches.all:>5} {branches.percent:6.1f} %")
        if branches.percent < LEAST or not branches.all:
            low = 1
            print(f"  below {LEAST:g} %; branches not taken, by line:")
            print(*(f"    {line}" for line in list_missing(report)[package]), sep="\n")
    return low


if __name__ == "__main__":
    sys.exit(main())
