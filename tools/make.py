"""Do what README and CONTRIBUTING name, on every system: install what is wanted, then run it.

`make NAME` calls `python tools/make.py NAME`; where there is no `make`, as on Windows, call this.
It runs before anything is installed, so it needs the standard library alone. Where a folder
`wheels` stands beside `pyproject.toml`, as in an offline bundle, packages come from there and no
index is asked.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TASKS", "Task", "install", "main"]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
WHEELS = ROOT / "wheels"
OLDEST = (3, 11)
# Python compiles what it imports; to compile every module of Jupyter beforehand takes longer.
PIP = ("-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check")
# Files keep together; the folders that take longest come first.
TESTS = ("-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
GATED = ("flow", "disclosure", "derive", "measures", "params")
MADE = ("build", "_book", "_variables.yml", "report/executed", "report/_chapters.yml",
        ".pytest_cache", ".ruff_cache", ".mypy_cache", ".import_linter_cache")  # fmt: skip
Command = tuple[str, ...]
RUN: Command = ("-m", "rareaccess")
LINT: tuple[Command, ...] = (
    ("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", "."),
    ("-c", "from importlinter.cli import lint_imports_command as check; check()"), ("-m", "mypy"),
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """What is done by one name: what it installs, and what is then run with that Python.

    Parameters
    ----------
    does
        What it does, in a line.
    commands
        The arguments of Python, one command each, in order.
    wants
        What is installed: run, dev, spark or bench; empty for nothing.
    folder
        What must be there to write to.
    """

    does: str
    commands: tuple[Command, ...] = ()
    wants: str = "run"
    folder: str = "build"


COVERED = [
    place
    for package in GATED
    for place in (
        f"tests/unit/{package}",
        f"tests/property/test_{package}.py",
        f"src/rareaccess/{package}",
    )
]
TASKS = {
    "report": Task("Build the whole report: data, checks, marts, notebooks, book",
                   ((*RUN, "report"),)),
    "test": Task("Run the tests, with the notebooks and the book; says what it leaves out",
                 ((*TESTS, "-m", "not long and not full and not engines"),), "dev"),
    "test-full": Task("Run the tests at full scale, with each published number, and of Spark",
                      ((*TESTS, "-m", "(full or engines) and not long"),), "dev"),
    "test-long": Task("Run the tests that `test` leaves out, as the workflow does each week",
                      ((*TESTS, "-m", "long"),), "dev"),
    "quick": Task("Run the tests of the parts alone, in about a minute, while you work",
                  ((*TESTS, "-m", "not (long or slow or full or book)",
                    "tests/unit", "tests/property", "src"),), "dev"),
    "lint": Task("Check only the code: style, layers of imports, types", LINT, "dev"),
    "check": Task("Check the code, as lint does, then the settings and the tables",
                  (*LINT, (*RUN, "check")), "dev"),
    "coverage": Task("Measure branch coverage of the unit tests; fail below the gate",
                     ((*TESTS[:-1], "--cov", "--cov-report=json", *COVERED),
                      ("tests/support/coverage_gate.py",)), "dev", "build/coverage"),
    "data": Task("Make the synthetic England at full scale", ((*RUN, "synth", "--scale", "full"),)),
    "spark": Task("Also install PySpark, for --engine spark (400 MB; needs Java 17)", (), "spark"),
    "bench": Task("Compare speed and memory with other tools; SIZE=S, M or L",
                  (("-m", "benchmarks", "--size", os.environ.get("SIZE", "M")),), "bench"),
    "bundle": Task("Write all that `report` and `test` need, for rooms without an index",
                   (("-m", "tools.bundle"),), "dev"),
    "clean": Task("Remove what the build made, except .venv and the full synthetic data", (), ""),
    "lock": Task("Pin the packages again: requirements*.txt and environment.yml",
                 (("-m", "tools.lock"),)),
}  # fmt: skip
LISTS = {"run": "requirements.txt", "dev": "requirements-dev.txt",
         "spark": "requirements-spark.txt"}  # fmt: skip


def install(what: str) -> None:
    """Install packages where their list is newer than what is there; development on top of running.

    Parameters
    ----------
    what
        run, dev, spark or bench.
    """
    stamp = VENV / {"run": ".installed"}.get(what, f".{what}")
    files = [ROOT / LISTS.get(what, "pyproject.toml")]
    if what == "run":
        files.append(ROOT / "pyproject.toml")
    else:
        install("run")
        files.append(VENV / ".installed")
    if stamp.exists() and all(file.stat().st_mtime <= stamp.stat().st_mtime for file in files):
        return
    offline = ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else []
    listed = ["--require-hashes", "-r", LISTS.get(what, "")]
    print(f"installing what is needed to {what}", flush=True)
    if what == "run":
        if not PYTHON.exists():
            _call(sys.executable, ["-m", "venv", str(VENV)])
        _call(PYTHON, [*PIP, *offline, *listed])
        _call(PYTHON, [*PIP, *offline, "--no-deps", "--no-build-isolation", "-e", "."])
    elif what == "bench":
        if _run(PYTHON, [*PIP, *offline, "--no-build-isolation", "-e", ".[bench]"]):
            print("could not install the packages to compare with; the benchmarks leave them out")
            return
    else:
        built = ["--no-build-isolation"] if what == "spark" else []
        _call(PYTHON, [*PIP, *offline, *built, *listed])
    stamp.touch()


def main(names: Sequence[str]) -> int:
    """Do the tasks of these names, in order; without a name, list them.

    Returns
    -------
    int
        The exit code: 2 for a name that is none.
    """
    unknown = [name for name in names if name not in TASKS]
    if unknown or not names:
        said = f"Unknown task: {', '.join(unknown)}. There are:" if unknown else "Tasks:"
        print("\n".join([said, *(f"  {name:<9} {task.does}" for name, task in TASKS.items())]))
        return 2 if unknown else 0
    if sys.version_info < OLDEST:
        print("Python 3.11 or newer is needed, and this is", sys.version.split()[0])
        return 2
    for name in names:
        if name == "clean":
            _clean()
        if TASKS[name].wants:
            install(TASKS[name].wants)
            (ROOT / TASKS[name].folder).mkdir(parents=True, exist_ok=True)
        for command in TASKS[name].commands:
            if code := _run(PYTHON, command):
                return code
    return 0


def _clean() -> None:
    for name in MADE:
        place = ROOT / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _run(python: str | Path, arguments: Sequence[str]) -> int:
    """Run Python in the project's folder; return its exit code."""
    environment = {**os.environ, "PYTHONUTF8": "1"}  # Windows reads files in its own code page
    try:
        return subprocess.run([str(python), *arguments], cwd=ROOT, env=environment).returncode
    except KeyboardInterrupt:
        return 130


def _call(python: str | Path, arguments: Sequence[str]) -> None:
    """Run Python and stop if it fails; it has said why."""
    if code := _run(python, arguments):
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
