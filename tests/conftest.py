"""Worlds and projects that are made once for every test that reads them, and what is left out."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

import tiny_project
from places import ROOT
from rareaccess.pipeline import steps
from rareaccess.pipeline.prepare import prepare
from tiny_project import PAIR
from whole_project import EACH_KIND, build, make_project

LEFT_OUT = pytest.StashKey[int]()
Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a thing in a folder of this run, once for all its workers: the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        done = root / f"{name}.done"
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.is_file():
                shutil.rmtree(root / name, ignore_errors=True)  # of an attempt that failed
                fill(root / name)
                done.touch()
        return root / name

    return make


@pytest.fixture(scope="session")
def tiny_marts(once: Once) -> Path:
    """A project of a dozen people with the marts of its pair; tests read it or copy it."""

    def fill(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            tiny_project.make(folder, patch)
            prepare("tiny", [PAIR])

    return once("tiny", fill)


@pytest.fixture(scope="session")
def sample_marts(request: pytest.FixtureRequest, once: Once) -> Path:
    """A project that reads the committed sample, with its marts prepared.

    At each change it is of three pairs, one of each kind; with the long tests it is of all six.
    """

    def fill(folder: Path) -> None:
        make_project(folder, "sample")
        if "not long" in request.config.option.markexpr:
            tiny_project.put(folder / "params" / "report.yml", "pairs", str(list(EACH_KIND)))
        build(folder, "prepare")

    return once("sample", fill)


@pytest.fixture(scope="session")
def sample_project(once: Once, sample_marts: Path) -> Path:
    """The whole report from the committed sample; tests may read it, not change it."""
    once("sample-book", lambda _: build(sample_marts, "report"))
    return sample_marts


@pytest.fixture(scope="session")
def full_world() -> Path:
    """The full world in data-synthetic/full: made by the first that asks, while others wait."""
    mark = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    with Path(tempfile.gettempdir(), f"rareaccess-{mark}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps.synth_if_missing("synthetic", print)
    return ROOT / "data-synthetic" / "full"


@pytest.fixture(autouse=True)
def _full_world_is_there(request: pytest.FixtureRequest) -> None:
    """Make the full world before a test that is marked as needing it."""
    if request.node.get_closest_marker("full"):
        request.getfixturevalue("full_world")


@pytest.fixture(scope="session")
def full_project(once: Once, full_world: Path) -> Path:
    """The notebooks of the reference pair run on the full world."""

    def fill(folder: Path) -> None:
        make_project(folder, "synthetic")
        build(folder, "prepare", "--pair", PAIR)
        build(folder, "run", "--pair", PAIR)

    return once("full", fill)


@pytest.fixture(scope="session")
def full_marts(once: Once, full_project: Path) -> Path:
    """The same project, with the marts of every pair."""
    once("full-pairs", lambda _: build(full_project, "prepare"))
    return full_project


# --- of many cases alike a few run at each change ---------------------------------------------


@pytest.hookimpl(tryfirst=True)  # before `-m "not long"` looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as long what is left of the cases of a test that is marked `few`; put files in order.

    Of two workers none is to wait for a world that the other makes. What prepares a world is slow.
    """
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("few"):
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for cases in tests.values():
        mark = cases[0].get_closest_marker("few")
        assert mark is not None
        (many,) = mark.args
        assert many > 0, f"{cases[0].nodeid} keeps no case"
        kept = {len(cases) * place // many for place in range(many)}
        for place, item in enumerate(cases):
            if place not in kept:
                item.add_marker(pytest.mark.long)
    order: dict[Path, int] = {}
    for item in items:  # the file that makes the sample is the first, those that read it the last
        needs = getattr(item, "fixturenames", ())
        if "tiny_marts" in needs:
            item.add_marker(pytest.mark.slow)
        place = 0 if "sample_project" in needs else 2 if "sample_marts" in needs else 1
        if place != 1 or item.path not in order:
            order[item.path] = place
    items.sort(key=lambda item: order[item.path])


# --- what is left out is said, with more workers too ------------------------------------------


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count the tests that `-m` or `-k` leaves out."""
    if items:
        config = items[0].config
        config.stash[LEFT_OUT] = config.stash.get(LEFT_OUT, 0) + len(items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the count of a worker to the process that started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take the count of a worker; each of them collects every test."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[LEFT_OUT] = output.get("left_out", 0)  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were left out, and which command runs those that take long."""
    config = terminalreporter.config
    if left_out := config.stash.get(LEFT_OUT, 0):
        chosen = config.option.markexpr or config.option.keyword
        long = "; `make test-long` runs the long ones" if "not long" in chosen else ""
        long += (
            ", `make test-full` those at full scale and on Spark" if "not full" in chosen else ""
        )
        terminalreporter.write_line(f"{left_out} tests were left out ({chosen}){long}")
