"""A copy of the project in a temporary folder, built with the command line as a user would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rareaccess.core.paths import project_root

COPIED = ("params", "notebooks", "report", "tests/published.csv", "index.qmd", "_quarto.yml")
LINKED = ("src", "data-synthetic", "benchmarks", "requirements.txt", "pyproject.toml", "LICENSE")
# Narrow codes, codes that are too broad for the drug, and the Cancer Drugs Fund.
EACH_KIND = ("sle-belimumab", "severe-asthma-biologics", "waldenstrom-ibrutinib")
PRODUCTS = shutil.ignore_patterns("executed", "_chapters.yml", ".ipynb_checkpoints")


def make_project(folder: Path, source: str) -> Path:
    """Copy what a build writes to or a test edits, link the rest; the report reads `source`."""
    home = project_root()
    for name in COPIED:
        place, target = home / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            shutil.copytree(place, target, ignore=PRODUCTS)
        else:
            shutil.copy(place, target)
    for name in LINKED:
        (folder / name).symlink_to(home / name)
    settings = folder / "params" / "report.yml"
    text = settings.read_text()
    settings.write_text(text.replace("source: synthetic ", f"source: {source} "))
    return folder


def rareaccess(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the command line in the project and return what it said."""
    environment = {**os.environ, "RAREACCESS_HOME": str(project), "COLUMNS": "100"}
    environment.pop("RAREACCESS_BUILD", None)
    return subprocess.run(
        [sys.executable, "-c", "from rareaccess.cli import main; main()", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def build(project: Path, *arguments: str) -> str:
    """Run the command line and return what it printed; the test fails when it stops."""
    result = rareaccess(project, *arguments)
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    return result.stdout
