"""A Spark session: one that is given, the existing one, or a quiet one of this computer's own.

A session is classic, with Java in this process's keeping, or one of Spark Connect, which a server
elsewhere runs. Of a PySpark that is a client only there is no `SparkContext` and no py4j; each is
imported apart, and may be absent.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.core.machine import memory

__all__ = [
    "SparkParts",
    "check_spark",
    "find_session",
    "is_remote",
    "is_usable",
    "start_session",
    "stop_session",
]

JAVA, PYSPARK = (17,), (3, 5)  # the least that this package needs
LEAST = ".".join(map(str, PYSPARK))
WHERE = "--engine spark"
CONNECT = "pyspark.sql.connect"  # the package of the sessions of Spark Connect
GIVEN = ("PYSPARK_GATEWAY_PORT", "DATABRICKS_RUNTIME_VERSION", "SPARK_REMOTE")
MEND_SESSION = (
    "Give the session to the step, as in steps.prepare(session=spark). A shell, such as %sh in a "
    "notebook, has none."
)
MEND_JAVA = (
    "Install Java 17 (on Debian and Ubuntu: apt-get install openjdk-17-jre-headless), "
    "or use --engine duckdb."
)
MEND_PYSPARK = (
    "Run `make spark`, or pip install --require-hashes -r requirements-spark.txt, "
    "or use --engine duckdb."
)


@dataclass(frozen=True)
class SparkParts:
    """What of Spark this machine has.

    Parameters
    ----------
    pyspark, java
        Versions; empty where there is none.
    fault
        What stands in the way of a session, nothing where Spark can be used.
    """

    pyspark: str
    java: str
    fault: UserError | None


def check_spark() -> SparkParts:
    """Return the versions of PySpark and Java, what is missing, and how to install it.

    Examples
    --------
    >>> parts = check_spark()
    >>> parts.fault is None or bool(parts.fault.mend)
    True
    """
    try:
        from pyspark import __version__ as pyspark
    except ImportError:
        pyspark = ""
    java, place = _read_java_version()
    if not pyspark:
        fault = _fault("PySpark is not installed.", "none", f"pyspark {LEAST}", MEND_PYSPARK)
    elif _read(pyspark) < PYSPARK:
        fault = _fault("PySpark is too old.", pyspark, f"{LEAST} or newer", MEND_PYSPARK)
    elif _is_client_only():
        fault = _fault(
            "This PySpark starts no session of its own: it is the client of Spark Connect.",
            f"pyspark {pyspark} without its core",
            "a session of Spark Connect",
            MEND_SESSION,
        )
    elif not java:
        fault = _fault("Java was not found.", place, f"Java {JAVA[0]} or newer", MEND_JAVA)
    elif _read(java) < JAVA:
        found = f"Java {java} ({place})"
        fault = _fault("Java is too old for Spark.", found, f"{JAVA[0]} or newer", MEND_JAVA)
    else:
        fault = None
    return SparkParts(pyspark, java, fault)


def is_remote(session: Any) -> bool:
    """Return whether a session is one of Spark Connect.

    Examples
    --------
    >>> is_remote(object())
    False
    """
    return any(kind.__module__.startswith(CONNECT) for kind in type(session).__mro__)


def is_usable() -> bool:
    """Return whether a session of Spark exists, or whether all that starts one is here.

    Examples
    --------
    >>> is_usable() in (True, False)
    True
    """
    parts = check_spark()
    return parts.fault is None or (_read(parts.pyspark) >= PYSPARK and find_session() is not None)


def find_session(given: Any | None = None) -> Any | None:
    """Return the session to be used: the one given, or the one of this process.

    Under `spark-submit`, inside Databricks, and with `SPARK_REMOTE` set, there is one to be had
    even where none is active in this thread.

    Parameters
    ----------
    given
        A session, classic or of Spark Connect, such as `spark` in a notebook.

    Raises
    ------
    UserError
        PySpark is not installed, the session is of a Spark that is too old, or none answers.

    Examples
    --------
    >>> find_session(spark) is spark  # doctest: +SKIP
    True
    """
    if not check_spark().pyspark:
        raise check_spark().fault or _fault("PySpark cannot be imported.", "", "", "")
    session = given if given is not None else _find_active() or _find_remote() or _find_promised()
    if session is not None and _read(session.version) < PYSPARK:
        mend = "Choose a cluster with a newer runtime: Databricks Runtime 15.4 has Spark 3.5."
        raise _fault("The Spark session is too old.", session.version, f"Spark {LEAST}", mend)
    return session


def _find_active() -> Any | None:
    """Return the classic session that is active in this thread, if there is one."""
    try:
        from pyspark.sql import SparkSession

        return SparkSession.getActiveSession()
    except ImportError:  # a client only
        return None


def _find_remote() -> Any | None:
    """Return the session of Spark Connect: of this thread, else the first that was made.

    Another thread than the one that made it has no active session. None can be there before its
    module is imported, which needs packages that a classic PySpark does without.
    """
    module = sys.modules.get(f"{CONNECT}.session")
    if module is None:
        return None
    kind = module.SparkSession
    return kind.getActiveSession() or kind._get_default_session()


def _find_promised() -> Any | None:
    """Return the session that the environment or the context of this process promises.

    Raises
    ------
    UserError
        It is not to be had.
    """
    context = None
    with contextlib.suppress(ImportError):  # a client only
        from pyspark import SparkContext

        context = SparkContext._active_spark_context
    promises = [name for name in GIVEN if os.environ.get(name)]
    if context is None and not promises:
        return None
    try:
        from pyspark.sql import SparkSession

        return SparkSession.builder.getOrCreate()
    except Exception as error:
        found = f"{', '.join(promises)} in the environment; {type(error).__name__}"
        raise _fault(
            "No Spark session answers.", found, "a session that can be reached", MEND_SESSION
        ) from None


def start_session(scratch: Path) -> Any:
    """Start a session on this machine's cores, which keeps its files in a scratch folder.

    What Java prints goes to spark.log in that folder. `SPARK_DRIVER_MEMORY`, Spark's own variable,
    sets another limit of memory than half of the machine's, between 1 and 8 GB.

    Raises
    ------
    UserError
        PySpark or Java is missing or too old, or Spark does not start; what it said is told.
    """
    fault = check_spark().fault
    if fault:
        raise fault
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(max(2, os.cpu_count() or 2)),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch / "spill"),
    }
    if "SPARK_DRIVER_MEMORY" not in os.environ:
        settings["spark.driver.memory"] = _choose_memory()
    builder = SparkSession.builder.master("local[*]").appName("rareaccess").config(map=settings)
    log = scratch / "spark.log"
    with _printing_to(log):
        try:
            session = builder.getOrCreate()
        except Exception as error:
            _end_java()
            raise _fault(
                "Spark did not start.", _quote(log, error), "a session", MEND_JAVA
            ) from error
    session.sparkContext.setLogLevel("OFF")
    return session


def stop_session(session: Any) -> None:
    """End a session that `start_session` started, and its Java with it."""
    session.stop()
    _end_java()


def _end_java() -> None:
    """End the Java process that PySpark started, which otherwise stays until Python ends."""
    from pyspark import SparkContext

    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    process = getattr(gateway, "proc", None)
    if gateway is None or process is None:
        return
    with contextlib.suppress(Exception):
        gateway.shutdown()
    process.stdin.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_client_only() -> bool:
    """Return whether PySpark is a client of Spark Connect: it has no core, and needs no Java."""
    if not hasattr(sys.modules["pyspark"], "__path__"):
        return False
    cores = ("pyspark.core", "pyspark.context")  # the second before release 4
    return not any(map(_is_there, cores))


def _is_there(name: str) -> bool:
    """Return whether there is a module of that name."""
    try:
        return find_spec(name) is not None
    except ImportError:
        return False


def _read_java_version() -> tuple[str, str]:
    """Return the version of the Java that Spark would start, and where it was looked for."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if java is None:
        return "", f"none under JAVA_HOME={home}" if home else "no java on the PATH"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "([^"]+)"', said)
    return (version[1] if version else ""), java


def _read(version: str) -> tuple[int, ...]:
    """Return the numbers with which a version begins; Java 8 calls itself 1.8."""
    number = re.match(r"[0-9]+(?:[.][0-9]+)*", version)
    return tuple(map(int, number[0].split("."))) if number else (0,)


def _choose_memory() -> str:
    half = (memory() or 0) // 2**21
    return f"{min(8192, max(1024, half))}m"


def _quote(log: Path, error: Exception) -> str:
    """Return the line in which Spark says why: nothing of the tables has been read yet."""
    lines = [
        line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    telling = [line for line in lines if re.search(r"Exception|Error|Could not|Unable", line)]
    said = (telling or [line for line in lines if line] or [type(error).__name__])[0]
    return re.sub(r'^Exception in thread "\w+" ', "", said)[:300]


def _fault(what: str, found: str, expected: str, mend: str) -> UserError:
    return UserError(what, where=WHERE, found=found, expected=expected, mend=mend)


@contextmanager
def _printing_to(file: Path) -> Iterator[None]:
    """Send what this process prints, and the Java that it starts here, to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    with file.open("wb") as log:
        try:
            for stream in kept:
                os.dup2(log.fileno(), stream)
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for stream, copy in kept.items():
                os.dup2(copy, stream)
                os.close(copy)
