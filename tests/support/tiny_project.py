"""A project in a temporary folder: the shipped settings, and the tiny England as its source."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import tiny_england
from places import ROOT

PAIR = "sle-belimumab"


def make(folder: Path, monkeypatch: pytest.MonkeyPatch, **changed: list[dict]) -> Path:
    """Make the project and let the package find it; return its folder.

    Its report is of one pair: the tiny England has no other.
    """
    shutil.copytree(ROOT / "params", folder / "params")
    put(folder / "params" / "report.yml", "pairs", f"[{PAIR}]")
    (folder / "_quarto.yml").write_text("")
    (folder / "report").mkdir()
    shutil.copy(ROOT / "report" / "references.bib", folder / "report")
    tiny_england.write(folder / "data", changed)
    (folder / "params" / "sources" / "tiny.yml").write_text(
        "label: a dozen people\nkind: parquet\nroot: data\nsynthetic: true\ntables: {}\n"
    )
    monkeypatch.setenv("RAREACCESS_HOME", str(folder))
    monkeypatch.delenv("RAREACCESS_BUILD", raising=False)
    return folder


def copy(made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy a project with what was made of it, and let the package find it; return its folder."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    monkeypatch.setenv("RAREACCESS_HOME", str(folder))
    monkeypatch.delenv("RAREACCESS_BUILD", raising=False)
    return folder


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Edit a text file; the edit must change something."""
    before = file.read_text()
    after = change(before)
    assert after != before
    file.write_text(after)


def put(file: Path, key: str, value: str) -> None:
    """Write a key of a settings file, which must be there, on one line."""
    line = f"{key}: {value}\n"
    text, found = re.subn(rf"(?m)^{key}:.*\n(  .*\n)*", line, file.read_text())
    assert found == 1
    file.write_text(text)


def use_as_sample(folder: Path) -> None:
    """Make the tiny England the source `sample`, which then lists only tables that it has."""
    (folder / "data-synthetic").mkdir()
    sample = folder / "data-synthetic" / "sample"
    shutil.move(folder / "data", sample)
    (sample / "manifest.json").write_text("{}")
    there = {file.stem for file in sample.glob("*.parquet")}
    settings = folder / "params" / "sources" / "sample.yml"
    listed = re.findall(r"(?m)^  (\w+): \{\}", settings.read_text())
    gone = "|".join(name for name in listed if name not in there)
    edit(settings, lambda text: re.sub(rf"(?m)^  ({gone}): \{{\}}.*\n", "", text))
