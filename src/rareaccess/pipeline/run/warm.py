"""Kernels forked from one process that has already imported what the notebooks import.

Most of a notebook's processor time is spent importing pandas and its like. The warm server
(`warm_server`, beside this) imports them once and becomes a kernel by forking, so that each
notebook still has a process, an environment and a folder of its own. This is the runner's side.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rareaccess.core.machine import can_fork

__all__ = ["WarmKernel", "WarmServer", "build_environment", "open_server"]

COMMAND = (sys.executable, "-m", "rareaccess.pipeline.run.warm_server")
PATIENCE = 60  # seconds for the imports: as long as a cold kernel may take to answer


def build_environment(project: Path | str, build: Path | str) -> dict[str, str]:
    """Return what a kernel's environment must hold for the same output anywhere.

    Parameters
    ----------
    project
        The project's folder.
    build
        The folder of marts and results.

    Examples
    --------
    >>> build_environment("/srv/project", "/srv/build")["TZ"]
    'UTC'
    """
    return {
        "RAREACCESS_HOME": str(project),
        "RAREACCESS_BUILD": str(build),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "agg",
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TZ": "UTC",
    }


class WarmServer:
    """The process that kernels are forked from, and the two things it can be asked.

    Parameters
    ----------
    imports
        Import statements of the notebooks, made once by the server.
    project, build
        As for the kernels.
    """

    def __init__(self, imports: Sequence[str], *, project: Path, build: Path) -> None:
        environment = {**os.environ, **build_environment(project, build)}
        environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false"  # a fork needs one thread
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            COMMAND,
            cwd=project,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.pid = self._process.pid
        with suppress(OSError):
            self._write(list(imports))

    def _write(self, message: object) -> None:
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def fault(self) -> str:
        """Wait for the imports, once; return why no kernel can be forked, or nothing."""
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            return f"its imports took longer than {PATIENCE} s"
        line = self._process.stdout.readline()
        return json.loads(line) if line else "it ended before it was ready"

    def ask(self, **request: Any) -> dict[str, Any]:
        """Return the answer to a request, or nothing when the server is gone."""
        with self._lock, suppress(OSError, ValueError):
            self._write(request)
            return json.loads(self._process.stdout.readline())
        return {}

    def fork(self, argv: Sequence[str], cwd: str, env: Mapping[str, str]) -> "WarmKernel | None":
        """Return a new kernel's process, or None if the server cannot fork one."""
        pid = self.ask(argv=list(argv), cwd=cwd, env=dict(env)).get("pid")
        return WarmKernel(self, pid) if pid else None

    def close(self) -> None:
        """End the server; it ends what is left of its kernels."""
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class WarmKernel:
    """A forked kernel, with as much of `subprocess.Popen` as jupyter_client's provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: WarmServer, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._server = server

    def poll(self) -> int | None:
        """Return the exit code of a kernel that has ended; without its server no kernel lives."""
        if self.returncode is None:
            self.returncode = self._server.ask(poll=self.pid).get("code", -signal.SIGKILL)
        return self.returncode

    wait = poll  # asked only of a kernel that has ended

    def send_signal(self, number: int) -> None:
        """Send a signal to a kernel that has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


@contextmanager
def open_server(
    imports: Sequence[str], *, project: Path, build: Path, say: Callable[[str], object]
) -> Iterator[WarmServer | None]:
    """Give the server, or None where there can be none; why it did not start is said in a line.

    `machine.can_fork` says where there can be one.
    """
    if not can_fork():
        yield None
        return
    try:
        server = WarmServer(imports, project=project, build=build)
    except OSError as error:
        say(f"run      starting each kernel from scratch (slower): {error.strerror}")
        yield None
        return
    try:
        import papermill  # noqa: F401  (takes seconds as well: while the server imports)

        if fault := server.fault():
            say(f"run      starting each kernel from scratch (slower): {fault}")
        yield None if fault else server
    finally:
        server.close()
