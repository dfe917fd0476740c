"""What this machine offers: its memory, the processes that run on it, and locks between them.

The one place that depends on the operating system. Well-kept packages know how each of them does
it (psutil, filelock); what a system has not is named here with what is done instead.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["can_fork", "is_running", "lock_file", "memory", "show_all"]


def memory() -> int | None:
    """Return the memory of this machine in bytes; none where it cannot be told.

    Examples
    --------
    >>> memory() > 2**28
    True
    """
    known = _load_psutil()
    return int(known.virtual_memory().total) if known else None


def is_running(number: int) -> bool:
    """Return whether a process of this number runs on this machine, or whether it may.

    No signal is sent: on Windows signal 0, which asks on Linux, interrupts.

    Examples
    --------
    >>> is_running(os.getpid())
    True
    """
    known = _load_psutil()
    if known is None:
        return True  # what may be another's is left alone
    try:
        known.Process(number)
    except known.NoSuchProcess:
        return False
    except known.AccessDenied:
        return True
    return True


def _load_psutil() -> Any:
    """Return the package that knows the system; none on a system that it does not know."""
    try:
        import psutil
    except (ImportError, AttributeError, NotImplementedError):
        return None
    return psutil


def can_fork() -> bool:
    """Return whether a process that has imported much can be copied.

    Only on Linux: macOS forbids a fork after its frameworks are loaded, and Windows has none. Each
    kernel is started from scratch there, which takes longer.

    Examples
    --------
    >>> can_fork() == (sys.platform == "linux")
    True
    """
    return sys.platform == "linux" and hasattr(os, "fork")


@contextmanager
def lock_file(path: Path) -> Iterator[bool]:
    """Hold a lock until the block, or the process, ends; give whether nobody else holds it.

    Where the file system keeps no locks, as some shared ones do not, everybody gets one.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / ".lock"
    >>> with lock_file(place) as one, lock_file(place) as other:
    ...     print(one, other)
    True False
    """
    import filelock

    lock = filelock.FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        yield False
        return
    except (NotImplementedError, OSError):
        yield True
        return
    try:
        yield True
    finally:
        lock.release()


def show_all() -> None:
    """Let the console show what it can: a sign that it does not know becomes a question mark.

    Consoles of Windows may know 256 signs only, and those of a service none but ASCII.

    Examples
    --------
    >>> show_all()
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
