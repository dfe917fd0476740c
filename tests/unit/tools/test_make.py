"""The tasks of tools/make.py, which `make` calls, and what an offline bundle holds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT
from rareaccess.core.paths import project_root
from tools import make
from tools.bundle import LISTS, PATCHES, SYSTEMS, choose_pins


def test_make_names_the_tasks_of_the_script() -> None:
    named = re.search(r"^TASKS := (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert named and sorted(named[1].split()) == sorted(make.TASKS)


def test_an_unknown_task_is_told_with_those_that_there_are() -> None:
    result = subprocess.run([sys.executable, "tools/make.py", "tset"], cwd=ROOT,
                            capture_output=True, text=True, check=False)  # fmt: skip
    assert result.returncode == 2
    assert "Unknown task: tset" in result.stdout and "test-long" in result.stdout


def test_nothing_is_installed_twice_and_wheels_beside_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(make, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(make, "PYTHON", tmp_path / ".venv" / "python")
    monkeypatch.setattr(make, "WHEELS", tmp_path / "wheels")
    monkeypatch.setattr(make, "_call", lambda python, arguments: called.append(list(arguments)))
    (tmp_path / ".venv").mkdir()
    (tmp_path / "wheels").mkdir()
    make.install("dev")
    installs = [call for call in called if "pip" in call]
    assert len(installs) == 3  # to run, the project itself, to develop
    assert all("--no-index" in call for call in installs)
    called.clear()
    make.install("dev")
    assert called == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_bundle_has_what_its_system_wants_and_no_more(system: str) -> None:
    text = (project_root() / LISTS[0]).read_text()
    names = {re.split(r"[=\[]", pin)[0] for pin in choose_pins(text, system, "3.12.1")}
    assert ("colorama" in names) == (system == "windows")
    assert ("pexpect" in names) == (system != "windows")
    assert {"pandas", "duckdb", "filelock", "psutil"} <= names
    assert all("--hash=sha256:" in pin for pin in choose_pins(text, system, "3.12.1"))


def test_a_bundle_is_for_every_release_of_its_python() -> None:
    text = (project_root() / LISTS[0]).read_text()
    first, last = (set(choose_pins(text, "linux", f"3.11.{patch}")) for patch in PATCHES)
    assert first != last  # a package is pinned twice, and both are fetched
