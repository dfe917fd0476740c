"""Run every case, each in a fresh process, and compare the answers of those that must agree."""

import json
import multiprocessing
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import chain

from benchmarks.cases import Case, declare_cases
from benchmarks.child import run_case
from benchmarks.inputs import MAKERS, PROJECT, Inputs

__all__ = ["Mismatch", "check_answers", "measure"]

Say = Callable[[str], object]


class Mismatch(Exception):
    """Two ways to the same answer gave different ones."""


def measure(inputs: Inputs, *, say: Say) -> list[dict[str, object]]:
    """Make the inputs, run the cases and return one record a case, in their order.

    Raises
    ------
    Mismatch
        Cases that must have the same answer do not.
    RuntimeError
        A case failed.
    """
    for name in MAKERS:
        say(f"making the {name}")
        _run_child(name, inputs)
    for file in sorted(inputs.tables.rglob("*.parquet")):
        file.read_bytes()  # so that the files are in the memory of the system: a warm start
    cases = declare_cases(inputs.size)

    def run(case: Case) -> dict[str, object]:
        record = {"case": case.name, "words": case.words, "same": case.same}
        if case.needs and not find_spec(case.needs):
            say(f"{case.name}: skipped, the package {case.needs} is not installed")
            return {**record, "skipped": f"{case.needs} is not installed"}
        repeats = 1 if case.once else inputs.size.repeats
        runs = [_run_child(case.name, inputs) for _ in range(repeats)]
        best = min(runs, key=lambda one: one["seconds"])
        memory = max(one["memory"] for one in runs)
        answers = {str(one["answer"]) for one in runs}
        if len(answers) > 1:
            raise Mismatch(f"{case.name} gave another answer when it ran again")
        say(f"{case.name}: {best['seconds']:.2f} s, {memory:.0f} MB")
        return {**record, **best, "memory": memory, "runs": len(runs)}

    if inputs.size.workers == 1:
        records = [run(case) for case in cases]
    else:
        with ThreadPoolExecutor(inputs.size.workers) as pool:
            turns = list(pool.map(lambda turn: [run(case) for case in turn], _in_turns(cases)))
        places = [case.name for case in cases]
        records = sorted(chain(*turns), key=lambda one: places.index(str(one["case"])))
    check_answers(records)
    return records


def _in_turns(cases: Sequence[Case]) -> list[list[Case]]:
    """Return the cases that may run side by side; those that build in one folder stay in turn."""
    building = ("prepare-1", "notebooks", "notebooks-two", "notebooks-warm", "rebuild")
    shared = [case for case in cases if case.name in building]
    return [shared, *([case] for case in cases if case not in shared)]


def check_answers(records: Sequence[dict[str, object]]) -> None:
    """Stop when cases that must have the same answer do not.

    Raises
    ------
    Mismatch
        Names the cases.

    Examples
    --------
    >>> check_answers([{"case": "a", "same": "x", "answer": 1}, {"case": "b", "same": "x",
    ...                "answer": 2}])
    Traceback (most recent call last):
    benchmarks.measure.Mismatch: different answers (x): a 1, b 2
    """
    groups: dict[object, dict[object, object]] = defaultdict(dict)
    for record in records:
        if record.get("same") and "answer" in record:
            groups[record["same"]][record["case"]] = record["answer"]
    for what, answers in groups.items():
        if len(set(answers.values())) > 1:
            told = ", ".join(f"{case} {answer}" for case, answer in answers.items())
            raise Mismatch(f"different answers ({what}): {told}")


def _run_child(name: str, inputs: Inputs) -> dict[str, object]:
    if not inputs.size.whole:
        return _fork_child(name, inputs)
    command = [sys.executable, "-m", "benchmarks.child", name, str(inputs.scratch)]
    done = subprocess.run(
        [*command, inputs.size.name], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _fork_child(name: str, inputs: Inputs) -> dict[str, object]:
    """Run a case in a process forked from one that has imported everything: for tests, quicker."""
    context = multiprocessing.get_context("forkserver")
    ours = (f"benchmarks.{one}" for one in ("scan", "scores", "pipeline"))
    context.set_forkserver_preload([*ours, "sqlframe.duckdb", "pyarrow.dataset"])
    with context.Pool(1) as pool:
        try:
            return pool.apply(run_case, (name, str(inputs.scratch), inputs.size.name))
        except Exception as fault:
            raise RuntimeError(f"{name} failed: {fault}") from fault
