"""Projects that are built once for the tests that look at what comes out."""

import pytest

from rareaccess import steps
from rareaccess.params import load_source
from whole_project import build, make_project


@pytest.fixture(scope="session")
def sample_project(tmp_path_factory):
    """The whole report from the committed sample; tests may read it, not change it."""
    project = make_project(tmp_path_factory.mktemp("sample"), "sample")
    (project / "said.txt").write_text(build(project, "report"))
    return project


@pytest.fixture(scope="session")
def full_project(tmp_path_factory):
    """The notebooks run on the full world, which is made when it is not there."""
    steps.synth_if_missing(load_source("synthetic"), print)
    project = make_project(tmp_path_factory.mktemp("full"), "synthetic")
    build(project, "prepare")
    build(project, "run")
    return project
