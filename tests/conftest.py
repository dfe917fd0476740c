"""Projects that are built once for the tests that look at what comes out."""

import fcntl
import hashlib
import tempfile
from pathlib import Path

import pytest

from rareaccess.core.paths import project_root
from rareaccess.pipeline import steps
from whole_project import build, make_project


@pytest.fixture(scope="session")
def sample_project(tmp_path_factory):
    """The whole report from the committed sample; tests may read it, not change it."""
    project = make_project(tmp_path_factory.mktemp("sample"), "sample")
    (project / "said.txt").write_text(build(project, "report"))
    return project


@pytest.fixture(scope="session")
def full_world():
    """The full world in data-synthetic/full: made by the first that asks, while others wait."""
    mark = hashlib.sha256(str(project_root()).encode()).hexdigest()[:12]
    with Path(tempfile.gettempdir(), f"rareaccess-{mark}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps.synth_if_missing("synthetic", print)
    return project_root() / "data-synthetic" / "full"


@pytest.fixture(autouse=True)
def _full_world_is_there(request):
    """Make the full world before a test that is marked as needing it."""
    if request.node.get_closest_marker("full"):
        request.getfixturevalue("full_world")


@pytest.fixture(scope="session")
def full_project(tmp_path_factory, full_world):
    """The notebooks run on the full world."""
    project = make_project(tmp_path_factory.mktemp("full"), "synthetic")
    build(project, "prepare")
    build(project, "run")
    return project
