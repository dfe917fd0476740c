"""One case in this process: import first, then time the work alone, then ask for the memory."""

import json
import resource
import sys
import time

from benchmarks.cases import declare_cases
from benchmarks.inputs import MAKERS, Inputs

__all__ = ["run_case"]

WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def run_case(name: str, scratch: str, size: str) -> dict[str, object]:
    """Run a case, or make an input, and return what was measured.

    Returns
    -------
    dict
        seconds, cpu (seconds of all cores, children as well), memory (MB, the peak of this process
        or of its largest child), answer, and what else the work tells.
    """
    inputs = Inputs.named(scratch, size)
    if name in MAKERS:
        MAKERS[name](inputs)
        return {"made": name}
    (case,) = (case for case in declare_cases(inputs.size) if case.name == name)
    work = case.load()
    _import_needed(case.needs)
    begun, started = _cpu(), time.perf_counter()
    told = work(inputs)
    seconds = time.perf_counter() - started
    memory = max(resource.getrusage(who).ru_maxrss for who in WHOSE) / 1024
    return {"seconds": seconds, "cpu": _cpu() - begun, "memory": memory, **told}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in WHOSE]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _import_needed(package: str) -> None:
    """Import what the work imports within itself, so that no import is timed.

    SQLFrame's first call of a function lets sqlglot import every dialect of SQL that it knows.
    """
    from importlib import import_module

    for name in ("sqlframe.duckdb", "pyarrow.dataset", package):
        if name:
            import_module(name)
    import_module("sqlglot").Dialect.classes  # noqa: B018  (reading it is what imports them)


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(run_case(*sys.argv[1:4])) + "\n")
