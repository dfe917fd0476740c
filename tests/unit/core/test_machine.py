"""Other systems, imitated: without what Windows lacks, all modules and commands work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT
from rareaccess.core.errors import UserError
from rareaccess.core.files import lock_folder
from rareaccess.core.machine import is_running

# `os.kill` stays for subprocess itself, which sends signals with it on Linux: whoever else calls it
# is told. Signal 0 asks on Linux whether a process lives, and interrupts it on Windows.
WINDOWS = """
import os, sys
for name in ("fork", "forkpty", "sysconf", "killpg", "setsid", "getpgid"):
    if hasattr(os, name):
        delattr(os, name)
kill = os.kill
def _kill(pid, number):
    if number == 0 or "subprocess" not in sys._getframe(1).f_code.co_filename:
        raise AssertionError(f"os.kill({number}) from {sys._getframe(1).f_code.co_filename}")
    kill(pid, number)
os.kill = _kill
import time
if hasattr(time, "tzset"):
    del time.tzset
"""


def run(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run Python where the operating system lacks what Windows lacks."""
    (tmp_path / "sitecustomize.py").write_text(WINDOWS)
    places = [tmp_path, ROOT / "src", ROOT / "data-synthetic"]
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places)),
           "RAREACCESS_BUILD": str(tmp_path / "build"), **environment}  # fmt: skip
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=own, capture_output=True,
                          text=True, check=False)  # fmt: skip


@pytest.mark.slow
def test_every_module_is_imported_without_what_windows_lacks(tmp_path: Path) -> None:
    code = """
import importlib, pkgutil, sys
sys.modules["fcntl"] = sys.modules["resource"] = sys.modules["pwd"] = None
import rareaccess
optional = ("pyspark", "py4j", "benchmarks")
for found in pkgutil.walk_packages(rareaccess.__path__, "rareaccess."):
    if found.name != "rareaccess.__main__":
        try:
            importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            assert error.name.split(".")[0] in optional, (found.name, error)
print(len(sys.modules))
"""
    result = run(tmp_path, "-c", code)
    assert result.returncode == 0, result.stderr[-1500:]


@pytest.mark.slow
def test_doctor_says_what_there_is_without_what_windows_lacks(tmp_path: Path) -> None:
    result = run(tmp_path, "-m", "rareaccess", "doctor")
    assert "Traceback" not in result.stderr
    assert "Memory" in result.stdout and "Free disk" in result.stdout


@pytest.mark.long
def test_notebooks_run_without_a_fork(tmp_path: Path) -> None:
    pairs = ("--pair", "sle-belimumab", "--pair", "hlh-anakinra")
    for command in ("prepare", "run"):
        result = run(tmp_path, "-m", "rareaccess", command, "--source", "sample", *pairs)
        assert result.returncode == 0, result.stdout[-800:] + result.stderr[-1500:]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_of_few_signs_shows_the_rest_as_question_marks(
    tmp_path: Path, encoding: str
) -> None:
    code = "from rareaccess.core.machine import show_all; show_all(); print('\\u2192 10')"
    result = run(tmp_path, "-c", code, PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stdout) == (0, "? 10\n")


def test_a_lock_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from rareaccess.core.files import lock_folder
with lock_folder(Path({str(tmp_path)!r})):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        assert is_running(other.pid)
        with pytest.raises(UserError, match="Another run"), lock_folder(tmp_path):
            pass
        other.kill()
    with lock_folder(tmp_path):
        pass
    assert not is_running(other.pid)
