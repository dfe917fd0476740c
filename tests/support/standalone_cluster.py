"""A standalone cluster of Spark on this computer: a master and workers of one core, each a process.

All of it is in the wheel of PySpark. What runs is ended by its own handle when the block ends.
"""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from rareaccess.sources.engine.start_spark import check_spark
from spark_process import find_port, run_spark

__all__ = ["NoCluster", "find_lack", "serve"]

DEPLOY = "org.apache.spark.deploy"
MEMORY = "1g"  # of a worker, all of which its executor may have
WAIT = 120  # seconds for the cluster to be whole, on a machine that others use


class NoCluster(Exception):
    """The cluster did not come up; the text says why."""


def find_lack() -> str:
    """Return why no cluster can be started here, nothing where one can."""
    fault = check_spark().fault
    if fault:
        return f"no Spark here: {fault.what}"
    try:
        find_port()
    except OSError as error:
        return f"no cluster here: a port cannot be opened ({error.strerror})"
    return ""


@contextmanager
def serve(folder: Path, *, workers: int = 2) -> Iterator[str]:
    """Run a cluster until the block ends; give the address of its master.

    Parameters
    ----------
    folder
        For logs, and for what the workers write.
    workers
        How many, of one core each.

    Raises
    ------
    NoCluster
        A process ended at once, or not all workers came.
    """
    port, page = find_port(), find_port()
    address = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:
        asked = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page)]
        running = [stack.enter_context(_run(folder, "master", "master.Master", asked))]
        _wait_for(page, running, workers=0)
        for number in range(workers):
            asked = ["--host", "127.0.0.1", "--cores", "1", "--memory", MEMORY]
            asked += ["--webui-port", "0", "--work-dir", str(folder / f"work-{number}"), address]
            name = f"worker-{number}"
            running.append(stack.enter_context(_run(folder, name, "worker.Worker", asked)))
        _wait_for(page, running, workers=workers)
        yield address


def _run(
    folder: Path, name: str, kind: str, asked: list[str]
) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run one process of the cluster until the block ends."""
    return run_spark(
        ["spark-class", f"{DEPLOY}.{kind}", *asked], log=folder / f"{name}.log",
        SPARK_LOCAL_DIRS=str(folder / "spill"), SPARK_DAEMON_MEMORY="256m",
    )  # fmt: skip


def _wait_for(page: int, running: list["subprocess.Popen[bytes]"], *, workers: int) -> None:
    """Wait until the page of the master says that so many workers are there."""
    until, found = time.monotonic() + WAIT, "no answer of the master"
    while time.monotonic() < until and all(process.poll() is None for process in running):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=5) as answer:
                alive = int(json.load(answer)["aliveworkers"])
        except (OSError, ValueError):  # not there yet, or a page that is not whole
            time.sleep(0.5)
            continue
        if alive >= workers:
            return
        found = f"{alive} of {workers} workers"
        time.sleep(0.5)
    raise NoCluster(f"no cluster here: {found}")
