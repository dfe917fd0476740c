"""The warm server: imports once, then forks a kernel for each request, until its runner is gone.

Run as `python -m rareaccess.pipeline.run.warm_server` by `warm`, beside this. Standard input
brings one line of JSON for each request, standard output takes one for each answer:

- the import statements, at first: answered by the reason not to fork, or an empty string;
- `{"argv", "cwd", "env"}`: answered by `{"pid"}` of a new kernel;
- `{"poll": pid}`: answered by `{"code"}`, null while that kernel runs.

The end of the input means that the runner is gone, however it ended.
"""

import gc
import io
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO

__all__ = ["become_kernel", "preload", "serve"]

KERNEL = ("import debugpy", "import ipykernel.kernelapp", "import ipykernel.zmqshell")
"""What every kernel imports before its first cell."""


def preload(imports: Sequence[str]) -> str:
    """Make the imports; return why this process must not be forked, or nothing.

    A statement that fails is left to the notebook, which will tell of it. One that prints or
    warns is a fault that only a cold kernel would show. A thread would not live on in a fork.

    Parameters
    ----------
    imports
        Statements, as the notebooks have them.
    """
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        for statement in (*KERNEL, *imports):
            with suppress(Exception):
                exec(statement, {"__name__": "__main__"})
    if duckdb := sys.modules.get("duckdb"):
        duckdb.execute("SET threads = 1")  # importing it opens a connection, which has threads
    gc.collect()
    gc.freeze()  # pages that no collection touches stay shared with the kernels
    if words := said.getvalue().strip():
        return f"an import printed: {words.splitlines()[0]}"
    threads = len(list(Path("/proc/self/task").iterdir())) - 1
    return f"an import started {threads} thread{'s' * (threads > 1)}" if threads else ""


def serve(requests: TextIO, replies: TextIO) -> dict[str, Any] | None:
    """Answer until the runner is gone, then end its kernels; in a fork, return the request."""
    kernels: set[int] = set()
    for line in requests:
        request = json.loads(line)
        reply = {}
        if pid := request.get("poll"):
            ended, status = os.waitpid(pid, os.WNOHANG)
            kernels -= {ended}
            reply = {"code": os.waitstatus_to_exitcode(status) if ended else None}
        else:
            with suppress(OSError):  # no memory, or too many processes: no pid in the answer
                if not (pid := os.fork()):
                    return request
                kernels.add(pid)
                reply = {"pid": pid}
        try:
            print(json.dumps(reply), file=replies, flush=True)
        except BrokenPipeError:
            break
    for pid in kernels:
        for kill in (os.killpg, os.kill):  # the second for one that has no group yet
            with suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)
    return None


def become_kernel(argv: Sequence[str], cwd: str, env: dict[str, str], server: int) -> None:
    """Run a kernel as `python -m ipykernel_launcher` would in a process of its own.

    Parameters
    ----------
    argv
        The command, from the interpreter on.
    cwd, env
        Its folder and its whole environment.
    server
        Process id of the server: the kernel ends when that is no longer its parent.
    """
    import ipykernel_launcher
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(server))
    time.tzset()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # `random` does so by itself after a fork
    sys.argv = [ipykernel_launcher.__file__, *argv[3:]]
    IPKernelApp.launch_instance([*argv[3:], f"--IPKernelApp.parent_handle={server}"])


def main() -> None:
    """Import, then serve; what is printed by an import or a kernel never reaches the answers."""
    if Path(sys.path[0] or ".").absolute() == Path.cwd():
        del sys.path[0]  # as ipykernel's own launcher does
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    server = os.getpid()
    fault = preload(json.loads(sys.stdin.readline() or "[]"))
    print(json.dumps(fault), file=replies, flush=True)
    if fault:
        os._exit(1)  # whatever an import has started
    if request := serve(sys.stdin, replies):
        replies.close()
        become_kernel(**request, server=server)


if __name__ == "__main__":
    main()
