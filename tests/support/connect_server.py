"""A server of Spark Connect on this computer, from the wheel of PySpark, for tests of its clients.

Nothing of it is in this process but the client: no Java, and no variable of the environment.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import event_log
from rareaccess.sources.engine.start_spark import check_spark
from spark_process import find_port, run_spark

__all__ = ["count_scans", "find_lack", "may_blind", "open_session", "refuse_to_keep", "serve"]

PACKAGES = ("grpc", "grpc_status", "google.rpc", "zstandard")
CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
WAIT = 180  # seconds for the server to answer, on a machine that others use
SMALL = {
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.session.timeZone": "Europe/London",  # not ours: no result may rest on it
    "spark.sql.catalogImplementation": "in-memory",
    "spark.connect.grpc.binding.address": "127.0.0.1",
}  # tiny data: the time goes into compiling and planning


def find_lack() -> str:
    """Return why no server can be started here, nothing where one can."""
    fault = check_spark().fault
    if fault:
        return f"no Spark here: {fault.what}"

    def lacks(name: str) -> bool:
        try:
            return find_spec(name) is None
        except ImportError:
            return True

    lacking = [name for name in PACKAGES if lacks(name)]
    return f"no Spark Connect here: {', '.join(lacking)} not installed" if lacking else ""


@contextmanager
def serve(
    folder: Path, settings: dict[str, str] | None = None, *, blind: Path | None = None
) -> Iterator[str]:
    """Run a server until the block ends; give its address.

    Parameters
    ----------
    folder
        For its log, its tables and what it spills.
    settings
        Further settings of Spark.
    blind
        A folder in place of which the server sees an empty one; see `may_blind`.
    """
    port = find_port()
    chosen = {
        **SMALL,
        "spark.connect.grpc.binding.port": str(port),
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        **event_log.SETTINGS,
        "spark.eventLog.dir": str(folder / "events"),
        **(settings or {}),
    }
    (folder / "events").mkdir()
    command = ["spark-submit", "--class", CLASS, "--master", "local[2]"]
    for name, value in chosen.items():
        command += ["--conf", f"{name}={value}"]
    log = folder / "server.log"
    before = _blind(blind) if blind else []
    with run_spark([*command, "spark-internal"], log=log, before=before) as process:
        _wait_for(port, process, log)
        yield f"sc://127.0.0.1:{port}"


def may_blind() -> bool:
    """Return whether this process may give another one a view of the file system of its own."""
    if not shutil.which("unshare"):
        return False
    command = [*_blind(Path(tempfile.gettempdir())), "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _blind(folder: Path) -> list[str]:
    """Return what a command begins with that is to see an empty folder there."""
    script = 'mount -t tmpfs none "$0" && exec "$@"'
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, str(folder)]


def open_session(address: str) -> Any:
    """Return a new session of a server; it is the default of this process if none is."""
    from pyspark.sql.connect.session import SparkSession

    return SparkSession.builder.remote(address).create()


def refuse_to_keep(patch: Any) -> None:
    """Let the sessions of Connect refuse what serverless Databricks refuses."""
    from pyspark.errors import AnalysisException
    from pyspark.sql.connect.conf import RuntimeConf
    from pyspark.sql.connect.dataframe import DataFrame

    def refuse(*_: Any, **__: Any) -> None:
        raise AnalysisException("[NOT_SUPPORTED_WITH_SERVERLESS] PERSIST TABLE is not supported")

    plain = RuntimeConf.set

    def set_some(self: Any, key: str, value: Any) -> None:
        if key.startswith("spark.sql.sources."):
            raise AnalysisException(f"[CONFIG_NOT_AVAILABLE] {key}")
        plain(self, key, value)

    patch.setattr(DataFrame, "persist", refuse)
    patch.setattr(DataFrame, "cache", refuse)
    patch.setattr(RuntimeConf, "set", set_some)


def count_scans(folder: Path, place: Path, since: float) -> int:
    """Return how often a table was read, by the rows that each scan gave: the server's event log.

    Parameters
    ----------
    folder
        The folder of the server.
    place
        The folder of the table's files.
    since
        Seconds of the clock: what began before is not counted.
    """
    return event_log.count_scans(event_log.read_events(folder / "events"), place, since)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server listens."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"no server: {log.read_text(errors='replace')[-2000:]}")
