"""A process of the installed Spark, such as a server or a worker, that runs while a block lasts."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["find_port", "run_spark"]


def find_port() -> int:
    """Return a port of this computer that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def run_spark(
    command: Sequence[str], *, log: Path, before: Sequence[str] = (), **settings: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program of Spark's folder `bin`, in the folder of its log.

    Parameters
    ----------
    command
        The name of the program and its arguments.
    before
        A command that runs it.
    settings
        Variables of the environment.
    """
    import pyspark

    home = Path(pyspark.__file__).parent
    here = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable}  # fmt: skip
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*before, str(home / "bin" / command[0]), *command[1:]],
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env={**os.environ, **here, **settings},
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
