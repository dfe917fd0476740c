"""An offline bundle: what it holds is enough, where no network can be reached."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rareaccess.core.paths import project_root
from tools.bundle import SUMS, write_bundle

pytestmark = pytest.mark.long
ALONE = ("unshare", "--map-root-user", "--net")  # a network namespace without a route


def run(folder: Path, *command: str) -> None:
    """Run a command in a folder with neither a network nor settings of pip."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    kept["PIP_CONFIG_FILE"] = os.devnull
    result = subprocess.run(
        [*ALONE, *command], cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{result.stdout[-2000:]}\n{result.stderr[-2000:]}"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if sys.platform != "linux" or not shutil.which("unshare"):
        pytest.skip("no network namespaces here")
    if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("network namespaces are not permitted here")
    if not (project_root() / ".git").exists():
        pytest.skip("no checkout of git, from which a bundle is made")
    python = ".".join(map(str, sys.version_info[:2]))
    place = tmp_path_factory.mktemp("bundle")
    small = ("-m", "pip", "download", "--no-deps", "--dest", str(place / "one"), "wheel")
    if subprocess.run([sys.executable, *small], check=False, capture_output=True).returncode:
        pytest.skip("no package index can be reached")
    return write_bundle(place, "linux", python)


def test_the_checksums_are_those_of_the_files(bundle: Path) -> None:
    result = subprocess.run(["sha256sum", "--quiet", "--check", SUMS], cwd=bundle,
                            capture_output=True, text=True, check=False)  # fmt: skip
    assert result.returncode == 0, result.stdout
    named = (bundle / SUMS).read_text().splitlines()
    assert len(named) == sum(path.is_file() for path in bundle.rglob("*")) - 1  # but the sums


def test_the_report_is_made_without_a_network(bundle: Path) -> None:
    """What developing needs is installed as well; the sample stands for the full data."""
    base = getattr(sys, "_base_executable", sys.executable)
    run(bundle, base, "tools/make.py", "lint")
    run(
        bundle, str(bundle / ".venv/bin/python"), "-m", "rareaccess", "report", "--source", "sample"
    )
    assert (bundle / "_book" / "index.html").is_file()
