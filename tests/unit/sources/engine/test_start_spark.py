"""Starting Spark: quiet, clean at the end, and every obstacle named with what to do about it."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.pipeline import doctor
from rareaccess.sources.engine import open_engine
from rareaccess.sources.engine.start_spark import check_spark, is_usable, start_session

pytestmark = pytest.mark.slow

PARTS = check_spark()
spark = pytest.mark.skipif(
    PARTS.fault is not None, reason=f"no Spark here: {PARTS.fault and PARTS.fault.what}"
)
pyspark = pytest.mark.skipif(not PARTS.pyspark, reason="no Spark here: PySpark is not installed.")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Pretend that a PySpark and a Java of some version are installed; None for neither."""

    def pretend(pyspark: str | None, java: str | None, then: str = "exit 1") -> None:
        module = ModuleType("pyspark") if pyspark else None
        if module:
            module.__version__ = pyspark
        monkeypatch.setitem(sys.modules, "pyspark", module)
        write_java(tmp_path, java, then)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    return pretend


def write_java(home: Path, version: str | None, then: str) -> None:
    """Write a program that tells the version of a Java, and otherwise does something else."""
    if version is None:
        return
    java = home / "bin" / "java"
    java.parent.mkdir()
    said = f"echo 'openjdk version \"{version}\" 2025-04-15' >&2"
    java.write_text(f'#!/bin/sh\nif [ "$1" = "-version" ]; then {said}; exit; fi\n{then}\n')
    java.chmod(0o755)


@pytest.mark.parametrize(
    ("pyspark", "java", "what", "found", "mend"),
    [
        (None, "17.0.15", "PySpark is not installed.", "none", "make spark"),
        ("3.4.4", "17.0.15", "PySpark is too old.", "3.4.4", "make spark"),
        ("4.3.0", None, "Java was not found.", "JAVA_HOME", "openjdk-17-jre-headless"),
        ("4.3.0", "1.8.0_392", "Java is too old for Spark.", "Java 1.8.0_392", "Java 17"),
        ("4.0.0", "11.0.2", "Java is too old for Spark.", "Java 11.0.2", "--engine duckdb"),
    ],
)
def test_what_is_missing_is_told(place, tmp_path, pyspark, java, what, found, mend) -> None:
    place(pyspark, java)
    fault = check_spark().fault
    assert (fault.what, fault.where) == (what, "--engine spark")
    assert found in fault.found and fault.expected and mend in fault.mend
    with pytest.raises(UserError) as caught:
        start_session(tmp_path)
    assert caught.value.what == what


@pytest.mark.parametrize(
    ("pyspark", "java"),
    [("3.5", "17"), ("4.0.0", "17"), ("4.3.0", "17.0.15"), ("5.1", "21-ea")],
)
def test_nothing_is_missing_from_17_and_3_5_on(place, pyspark: str, java: str) -> None:
    place(pyspark, java)
    assert check_spark().fault is None


def test_without_pyspark_the_engine_says_so(place) -> None:
    place(None, None)
    assert not is_usable()
    with pytest.raises(UserError, match=r"PySpark is not installed\."):
        open_engine("spark")


def test_a_client_of_connect_is_told_without_java(place, monkeypatch) -> None:
    """Whatever Java there is: PySpark without its core starts no session."""
    place("4.3.0", None)
    monkeypatch.setattr(sys.modules["pyspark"], "__path__", [], raising=False)
    for core in ("pyspark.core", "pyspark.context"):
        monkeypatch.setitem(sys.modules, core, None)
    fault = check_spark().fault
    assert fault.what.endswith("it is the client of Spark Connect.")
    assert "session=spark" in fault.mend and "Java" not in str(fault)


def test_the_doctor_says_what_spark_lacks(place) -> None:
    place("4.3.0", "11.0.2")
    finding = next(f for f in doctor.check_machine() if f.what == "Spark")
    assert finding.found == "pyspark 4.3.0, Java 11.0.2"
    assert (finding.ok, finding.needed) == (False, False)
    assert "Java is too old" in finding.mend and "openjdk-17-jre-headless" in finding.mend


def test_the_doctor_is_content_with_what_can_start(place) -> None:
    place("4.3.0", "17.0.15")
    finding = next(f for f in doctor.check_machine() if f.what == "Spark")
    assert (finding.found, finding.ok) == ("pyspark 4.3.0, Java 17.0.15", True)


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run a script in an empty folder, with a folder of its own for what is temporary."""
    (folder / "here").mkdir()
    (folder / "temporary").mkdir()
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder / "here",
        env={**os.environ, "TMPDIR": str(folder / "temporary"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def left_behind(folder: Path) -> list[str]:
    return [file.name for place in ("here", "temporary") for file in (folder / place).iterdir()]


QUIET = """
import os, pandas as pd
from rareaccess.sources.engine import open_engine
with open_engine("spark") as engine:
    from pyspark import SparkContext
    java = SparkContext._gateway.proc.pid
    frame = engine.keep(engine.stage(pd.DataFrame({"n": [40, 2]})))
    engine.write(frame, engine.scratch / "rows")
    read = engine.read([engine.scratch / "rows"])
    print(engine.collect(read.agg(engine.F.sum("n").alias("n")))["n"].tolist())
    print(engine.session.conf.get("spark.sql.session.timeZone"))
print(os.path.exists(f"/proc/{java}"))
with open_engine("spark") as engine:
    print(len(engine.collect(engine.stage(pd.DataFrame({"n": [1]})))))
"""


@pytest.mark.long
@spark
def test_a_session_is_quiet_and_leaves_nothing(tmp_path: Path) -> None:
    result = run(QUIET, tmp_path)
    assert result.stderr == ""
    assert result.stdout.splitlines() == ["[42]", "UTC", "False", "1"]
    ours = [name for name in left_behind(tmp_path) if not name.startswith("hsperfdata")]
    assert ours == []


FAILS = """
from rareaccess.sources.engine import open_engine
from rareaccess.core.errors import UserError
try:
    open_engine("spark")
except UserError as error:
    print(error)
"""


@pyspark
def test_what_spark_says_when_it_does_not_start_is_told(tmp_path: Path) -> None:
    said = "echo 'OpenJDK warning: none'; echo 'Error: Could not reserve enough space' >&2; exit 1"
    write_java(tmp_path, "17.0.15", said)
    result = run(FAILS, tmp_path, JAVA_HOME=str(tmp_path))
    assert result.stderr == ""
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "Spark did not start."
    assert "Found:      Error: Could not reserve enough space" in lines
    assert left_behind(tmp_path) == []


@pytest.mark.long
@pyspark
def test_with_pyspark_installed_the_check_prints_its_own_words_only(tmp_path: Path) -> None:
    """The package that checks small tables imports PySpark, which warns of pandas 3."""
    script = "from rareaccess.cli import main; main()"
    script = f"import sys; sys.argv[1:] = ['check', '--source', 'sample']; {script}"
    result = run(script, tmp_path, RAREACCESS_HOME=str(project_root()))
    assert result.stdout.startswith("check ")
    assert result.stderr == ""
